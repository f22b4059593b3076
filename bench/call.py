"""One call, and what its sender spends on each packet: run by `bench.witness`, both sides in processes of their own.

    python -m bench.call alone|turns voice|all SECONDS       the sender; starts its receiver and prints one JSON object
    python -m bench.call receiver                            reads an offer, prints an answer, receives

The sender is aiortc as incog sends with it: voice 50 times a second, perhaps pictures (320x180) 12 times a second,
through encoder, packets, SRTP, ICE and socket. The voice is encoded beforehand, since aiortc does not do that for
incog. The receiver sends nothing but reports. `alone` is a plain loop without guard, audit hook, policy and witness.
`turns` has them for two seconds and for the next two not, and so on, so that whatever else the machine does hits both;
while watched, what has left is turned into disclosures, as in a meeting. Only the audit hook cannot be taken away: in
the other seconds it returns at once.
"""

from __future__ import annotations

import asyncio
import gc
import json
import subprocess
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from typing import IO, Any

import av
import numpy as np

import net.guard
from net.guard import Guard
from net.intention import Intention
from net.loop import WitnessedLoop
from net.peer import Peer, Surroundings
from net.rehearsal import rehearse
from net.sdp import AddressMode
from net.services.mesh.link import MeshLink
from net.stand_ins import Nothing
from net.witness import Witness
from privacy.ledger import Ledger
from privacy.policy import Policy

RATE, BLOCK = 48_000, 960
WIDTH, HEIGHT, PICTURES_PER_SECOND = 320, 180, 12
SETTLED_AFTER = 1.5
TICK = 0.25
"""Seconds between two looks of the witness at what has left, as in `net.mesh`."""


class Connected(Nothing):
    """Waits until a peer is up."""

    def __init__(self) -> None:
        self.up = asyncio.Event()

    def peer_connected(self, pid: str) -> None:
        self.up.set()

    def peer_failed(self, pid: str, reason: str) -> None:
        if not self.up.is_set():
            raise SystemExit(f"the two peers did not connect: {reason}")


class Paced:
    """What is ready, one after the other, so many times a second."""

    def __init__(self, ready: list[Any], per_second: int, step: int, base: Fraction) -> None:
        self._ready = ready
        self._pace = 1 / per_second
        self._step, self._base = step, base
        self._began = 0.0
        self._count = 0

    async def next(self) -> Any:
        self._began = self._began or time.monotonic()
        await asyncio.sleep(self._began + self._count * self._pace - time.monotonic())
        one = self._ready[self._count % len(self._ready)]
        one.pts, one.time_base = self._count * self._step, self._base
        self._count += 1
        return one

    def close(self) -> None:
        """Nothing to close."""


class Sends:
    """A tone, and perhaps a bar that moves."""

    def __init__(self, pictures: bool) -> None:
        self._pictures = pictures

    def voice(self) -> Paced:
        return Paced(tone(), RATE // BLOCK, BLOCK, Fraction(1, RATE))

    def picture(self) -> Any:
        if not self._pictures:
            return Nothing()
        return Paced(bars(), PICTURES_PER_SECOND, 90_000 // PICTURES_PER_SECOND, Fraction(1, 90_000))


def tone() -> list[av.Packet[Any]]:
    """A second of Opus packets of one size."""
    encoder: Any = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format, encoder.bit_rate = RATE, "mono", "s16", 32_000
    encoder.options = {"vbr": "off"}
    wave = (9000 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)).astype(np.int16)
    packets = []
    for number, block in enumerate(wave.reshape(-1, BLOCK)):
        frame = av.AudioFrame.from_ndarray(block.reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, number * BLOCK, Fraction(1, RATE)
        packets += encoder.encode(frame)
    return packets


def bars() -> list[av.VideoFrame]:
    """Two seconds of pictures."""
    frames = []
    for number in range(2 * PICTURES_PER_SECOND):
        pixels = np.full((HEIGHT, WIDTH, 3), 60, np.uint8)
        pixels[:, 12 * number : 12 * number + 20] = 220
        frames.append(av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p"))
    return frames


def foreseen() -> Policy:
    """What a meeting on this machine with voice and pictures tells."""
    intention = Intention(
        MeshLink("127.0.0.1", 1, tls=False, secret=bytes(16)),
        "somebody",
        hosting=True,
        ice=(),
        mode=AddressMode.LOOPBACK,
        microphone=True,
        camera=True,
        own="127.0.0.1",
    )
    return Policy(asyncio.run(rehearse(intention)).tellings)


class Spent:
    """Processor time and packets of some seconds of a call."""

    def __init__(self) -> None:
        self.nanoseconds = self.packets = 0

    @property
    def each(self) -> float:
        """Microseconds a packet."""
        return self.nanoseconds / self.packets / 1000


async def send(
    guard: Guard, receiver: subprocess.Popen[str], pictures: bool, seconds: int, tick: Callable[[], object] | None
) -> dict[str, float]:
    """Hold the call. With `tick`, which a meeting calls at each look, it is watched for every other pair of seconds."""
    events = Connected()
    around = Surroundings(guard, AddressMode.LOOPBACK, ("127.0.0.1",), Sends(pictures), Nothing(), events)
    peer = Peer("receiver", around, ())
    say(receiver.stdin, str(await peer.offer()))
    await peer.accept(await asyncio.to_thread(hear, receiver.stdout))
    await events.up.wait()
    peer.want_picture(pictures)
    await asyncio.sleep(SETTLED_AFTER)
    transport = peer._pc.getTransceivers()[0].sender.transport
    (pair,) = transport.transport._connection._nominated.values()
    own: Any = pair.protocol.transport
    spent = {True: Spent(), False: Spent()}
    gc.collect()
    for second in range(seconds):
        watched = tick is not None and second % 4 in (0, 3)
        if tick is not None:
            pair.protocol.transport = own if watched else own._inner
            stand_by(guard if watched else None)
        now = spent[watched]
        now.packets -= sent(transport)
        now.nanoseconds -= time.process_time_ns()
        for _ in range(round(1 / TICK)):
            await asyncio.sleep(TICK)
            if watched and tick is not None:
                tick()
        now.nanoseconds += time.process_time_ns()
        now.packets += sent(transport)
    if tick is not None:
        stand_by(guard)
    pair.protocol.transport = own
    await peer.close()
    found = {"alone": spent[False].each, "packets a second": (spent[False].packets + spent[True].packets) / seconds}
    return found if tick is None else {**found, "watched": spent[True].each}


def sent(transport: Any) -> int:
    """Packets so far, as aiortc counts them."""
    return sum(int(report.packetsSent) for report in transport._get_stats().values())


def stand_by(guard: Guard | None) -> None:
    """Have the audit hook ask this guard, or nobody; it cannot be removed."""
    net.guard._active, net.guard._listed = guard, guard._addresses if guard is not None else {}


def sender(with_witness: bool, pictures: bool, seconds: int) -> dict[str, float]:
    """The call from the sending side: packets a second, microseconds for each packet."""
    argv = [sys.executable, "-m", "bench.call", "receiver"]
    guard = Guard(time.monotonic)
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as receiver:
        if not with_witness:
            with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
                return runner.run(send(guard, receiver, pictures, seconds, None))
        ledger = Ledger()
        witness = Witness(ledger, guard, time.monotonic)
        witness.hold_to(foreseen(), sys.exit)
        with guard.active(), asyncio.Runner(loop_factory=lambda: WitnessedLoop(lambda: witness)) as runner:
            found = runner.run(send(guard, receiver, pictures, seconds, witness.tick))
        witness.flush()
        counted = sum(traffic.packets for traffic in ledger.snapshot(0).traffic)
        if counted < found["packets a second"] * seconds / 2:
            raise SystemExit(f"the witness saw only {counted} packets")
        return found


async def receive() -> None:
    """The other side."""
    events = Connected()
    guard = Guard(time.monotonic)
    around = Surroundings(guard, AddressMode.LOOPBACK, ("127.0.0.1",), Nothing(), Nothing(), events)
    peer = Peer("sender", around, ())
    say(sys.stdout, str(await peer.answer(await asyncio.to_thread(hear, sys.stdin))))
    await asyncio.to_thread(sys.stdin.read)
    await peer.close()


def say(to: IO[str] | None, text: str) -> None:
    """Write a description as one line."""
    if to is not None:
        to.write(json.dumps(text) + "\n")
        to.flush()


def hear(of: IO[str] | None) -> str:
    """Read one."""
    return str(json.loads(of.readline())) if of is not None else ""


def main() -> None:
    if sys.argv[1] == "receiver":
        asyncio.run(receive())
        return
    how, what, seconds = sys.argv[1:]
    print(json.dumps(sender(how == "turns", what == "all", int(seconds))))


if __name__ == "__main__":
    main()
