"""What watching costs: a packet sent by aiortc with and without guard, policy, witness and audit hook around it.

    python -m bench.witness [--rounds N] [--seconds N] [--packets N]

First a call (`bench.call`): all the processor time that the sender's process takes for a packet, at the rate of a call.
In turns within one process, where the audit hook stays but has nobody to ask while not watched; and against another
process at the same time that knows nothing of it. Then only the last step of aiortc's own path (SRTP, ICE, socket), as
fast as it goes: two connected peers on loopback, RTP packets with 80 bytes of payload; the two kinds take turns, and
the receiver's work is not counted. Each run is a process of its own, since an audit hook cannot be removed. At last,
the parts by themselves.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from aiortc.rtp import HeaderExtensionsMap, RtpPacket

from bench.call import Connected, foreseen
from bench.common import AS_INSTALLED, conditions, median, row
from net.guard import Guard, _hook
from net.loop import WitnessedLoop, WitnessedTransport
from net.peer import Peer, Surroundings
from net.sdp import AddressMode
from net.stand_ins import Nothing
from net.witness import Witness
from privacy.facts import Audience
from privacy.firewall import Firewall, Identifiers
from privacy.ledger import Ledger

PAYLOAD = 80
BATCH = 100
"""Packets sent without a pause; the receiver reads between two batches, off the clock."""
PEOPLE = 15
VOICE = struct.pack("!BBHLLHH4B", 0x90, 96, 1, 960, 7, 0xBEDE, 1, 0x10, 0x30, 0, 0) + bytes(PAYLOAD + 10)
KINDS = (
    struct.pack("!HHL12x", 0x0101, 0, 0x2112A442),  # STUN
    struct.pack("!BHHLHH", 23, 0xFEFD, 1, 0, 0, 70) + bytes(70),  # DTLS
    VOICE,
    struct.pack("!BBHL", 0x80, 200, 6, 7) + b"Z" * 20 + b"\x80" + bytes(13),  # RTCP
)


async def send(guard: Guard, packets: int) -> float:
    """Microseconds a packet, of processor time."""
    quiet, events = Nothing(), (Connected(), Connected())
    peers = [
        Peer(str(side), Surroundings(guard, AddressMode.LOOPBACK, ("127.0.0.1",), quiet, quiet, events[side]), ())
        for side in range(2)
    ]
    answer = await peers[1].answer(str(await peers[0].offer()))
    await peers[0].accept(str(answer))
    for one in events:
        await one.up.wait()
    transport = peers[0]._pc.getTransceivers()[0].sender.transport
    spent, sent = 0, 0
    gc.collect()
    while sent < packets:
        numbers = range(sent, sent + BATCH)
        heads = [struct.pack("!BBHLL", 0x90, 96, n % 65536, 960 * n, 7) + VOICE[12:20] for n in numbers]
        batch = [head + bytes(PAYLOAD) for head in heads]
        began = time.thread_time_ns()
        for packet in batch:
            await transport._send_rtp(packet)
        spent += time.thread_time_ns() - began
        sent += BATCH
        await asyncio.sleep(0.002)
    for peer in peers:
        await peer.close()
    return spent / sent / 1000


def one_run(watched: bool, packets: int) -> float:
    """One of the two kinds, in this process."""
    guard = Guard(time.monotonic)
    if not watched:
        with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
            return runner.run(send(guard, packets))
    witness = Witness(Ledger(), guard, time.monotonic)
    witness.hold_to(foreseen(), sys.exit)
    with guard.active(), asyncio.Runner(loop_factory=lambda: WitnessedLoop(lambda: witness)) as runner:
        spent = runner.run(send(guard, packets))
    counted = witness.counted
    if counted < packets:
        raise SystemExit(f"the witness saw {counted} packets of {packets}")
    return spent


def in_a_process(watched: bool, packets: int) -> float:
    """The same in a fresh process."""
    argv = ["bench.witness", "--packets", str(packets), "--one", "watched" if watched else "bare"]
    return float(json.loads(started(argv).communicate()[0]))


def started(module: list[str]) -> subprocess.Popen[str]:
    """A module of the benchmarks, run in a process of its own."""
    env = {**os.environ, **AS_INSTALLED}
    return subprocess.Popen([sys.executable, "-m", *module], stdout=subprocess.PIPE, text=True, env=env)


def calls(what: str, seconds: int, rounds: int) -> None:
    """Calls, watched and alone, and what each packet costs their senders."""
    turns, alone = [], []
    for number in range(rounds):
        order = ["turns", "alone"] if number % 2 == 0 else ["alone", "turns"]
        running = {kind: started(["bench.call", kind, what, str(seconds)]) for kind in order}
        found = {kind: json.loads(process.communicate()[0]) for kind, process in running.items()}
        turns.append(found["turns"])
        alone.append(found["alone"])
    print(
        f"\n{what}, {median([run['packets a second'] for run in turns]):.0f} packets a second, processor time of each"
    )
    print(row("aiortc alone", [run["alone"] for run in alone], "µs", 1))
    print(row("in turns: not watched", [run["alone"] for run in turns], "µs", 1))
    print(row("in turns: watched", [run["watched"] for run in turns], "µs", 1))
    within = [run["watched"] / run["alone"] for run in turns]
    beside = [run["watched"] / other["alone"] for run, other in zip(turns, alone, strict=True)]
    print(row("watched / not, in turns", within, "", 3))
    print(row("watched / alone, side by side", beside, "", 3))


def each(work: Callable[[], object], times: int) -> float:
    """Nanoseconds for one call, the best of five rounds."""
    rounds = []
    for _ in range(5):
        began = time.thread_time_ns()
        for _ in range(times):
            work()
        rounds.append((time.thread_time_ns() - began) / times)
    return min(rounds)


class Socketless(asyncio.DatagramTransport):
    """Where datagrams end."""

    def sendto(self, data: object, addr: object = None) -> None:
        """Nowhere."""

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """An address."""
        return ("127.0.0.1", 40000) if name == "sockname" else default


def made() -> None:
    """Make and serialise a packet as aiortc's sender does, which precedes every sending."""
    packet = RtpPacket(payload_type=96, sequence_number=1, timestamp=960)
    packet.ssrc, packet.payload, packet.marker = 7, bytes(PAYLOAD), 1
    packet.extensions.abs_send_time, packet.extensions.mid = 1, "0"
    packet.serialize(HeaderExtensionsMap())


def parts() -> list[tuple[str, float]]:
    """What each part costs by itself, in nanoseconds."""
    guard, ledger = Guard(time.monotonic), Ledger()
    witness = Witness(ledger, guard, time.monotonic)
    witness.hold_to(foreseen(), sys.exit)
    here, there = ("127.0.0.1", 40000), ("127.0.0.1", 40001)
    for person in range(PEOPLE):
        guard.allow("127.0.0.1", 40001 + person, "a participant", Audience.PARTICIPANTS)

    transport = WitnessedTransport(Socketless(), witness)
    with guard.active():
        hooked = each(partial(_hook, "socket.sendto", (None, there)), 100_000)

    def some_of_all() -> None:
        for person in range(PEOPLE):
            for kind in KINDS:
                witness.admit(kind, here, ("127.0.0.1", 40001 + person))

    def round_of_all() -> None:
        some_of_all()
        witness.flush()

    def look() -> None:
        round_of_all()
        ledger.snapshot(0)

    filling, flushing = each(some_of_all, 200), each(round_of_all, 200)
    found = [
        ("aiortc makes a packet (for scale)", each(made, 20_000)),
        ("Guard.permits", each(lambda: guard.permits(*there), 100_000)),
        ("the audit hook, a datagram", hooked),
        ("WitnessedTransport.sendto, voice", each(partial(transport.sendto, VOICE, there), 100_000)),
        ("Witness.admit, a voice packet", each(lambda: witness.admit(VOICE, here, there), 100_000)),
        (f"Witness.flush, more on {PEOPLE * len(KINDS)} ways", flushing - filling),
        (f"Witness.flush, nothing on {PEOPLE * len(KINDS)} ways", each(witness.flush, 1000)),
        ("Ledger.snapshot after the former", each(look, 200) - flushing),
    ]
    firewall = Firewall(
        Identifiers(
            {
                "login": ("quillmost",),
                "full name": ("Quillbert Zaphrodite Mostyn",),
                "host name": ("thornbridge-laptop",),
                "git name": ("Quilbertus Gitmoster",),
                "e-mail": ("qz.mostyn@fernhollow.example",),
                "home folder": ("/home/quillmost",),
                "time zone": ("Europe/Vaduz",),
                "locale": ("tlh_QX.UTF-8",),
                "local address": ("192.0.2.77", "2001:db8::77"),
                "hardware address": ("02:00:5e:10:00:77",),
            }
        ),
        "Calm Heron",
    )
    words = "shall we meet under the third lantern when it is dark, or is that too late for you? "
    for size in (len(words), 1000):
        check = partial(firewall.check, (words * 20)[:size])
        found.append((f"Firewall.check, {size} characters", each(check, 50)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.witness", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--packets", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=20, help="of each call")
    parser.add_argument("--one", choices=("bare", "watched"), help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.one:
        print(json.dumps(one_run(wanted.one == "watched", wanted.packets)))
        return
    print(conditions())
    for what in ("voice", "all"):
        calls(what, wanted.seconds, wanted.rounds)
    spent: dict[bool, list[float]] = {False: [], True: []}
    for _ in range(wanted.rounds):
        for watched, values in spent.items():
            values.append(in_a_process(watched, wanted.packets))
    print(f"\nsending an RTP packet ({PAYLOAD} bytes of payload), processor time")
    print(row("aiortc alone", spent[False], "µs", 1))
    print(row("watched", spent[True], "µs", 1))
    theirs, ours = median(spent[False]), median(spent[True])
    print(f"  watched / alone: {ours / theirs:.2f} (medians), {ours - theirs:+.1f} µs a packet")
    print("\nthe parts by themselves, best of five")
    for name, nanoseconds in parts():
        print(f"  {name:<36} {nanoseconds / 1000:9.2f} µs")


if __name__ == "__main__":
    main()
