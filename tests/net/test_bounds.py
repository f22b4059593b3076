"""What somebody with a connection to us could do to the library, done to it: by a real peer, over a real connection."""

from __future__ import annotations

import asyncio
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from typing import Any

import aiortc.rtcrtpreceiver
import pytest
from aioice import stun
from aiortc.rtcsctptransport import DataChunk, ForwardTsnChunk, SackChunk

from net import bounds, seams
from net.peer import MAX_UNNAMED
from net.sdp import AddressMode, may_come_from
from tests.net.lab import End, Lab, connect, make_end
from tests.waits import until

WHOLE, FIRST, MIDDLE = 3, 2, 0  # flags of a chunk: a message, its beginning, a part of it
TEXT, ABOUT_CHANNELS = 51, 50  # what is in it


def attacked(attack: Callable[[End, End], Awaitable[None]]) -> None:
    """Have one end of a connection attack the other, and hold that both can be closed afterwards."""
    lab = Lab()

    async def work() -> None:
        attacker, victim = make_end(lab, "victim"), make_end(lab, "attacker")
        try:
            await connect(attacker, victim)
            await attack(attacker, victim)
        finally:
            began = time.monotonic()
            await victim.peer.close()
            gone = all(transport.state == "closed" for transport in transports(victim))
            await attacker.peer.close()
        assert gone, f"still connected {time.monotonic() - began:.1f} s after hanging up"

    lab.run(work())


def transports(end: End) -> list[Any]:
    dtls = end.peer._dtls
    return [dtls, dtls.transport]


async def still_talks(attacker: End, victim: End) -> None:
    """The victim's program goes on: it still says something to this very attacker."""
    assert victim.peer.send("still here")
    await attacker.events.until("said")


# --- sound and pictures ----------------------------------------------------------------------------------------------


def rtp(number: int, timestamp: int, source: int) -> bytes:
    """A packet of voice with no more than a beginning of Opus."""
    return struct.pack("!BBHLL", 0x80, 96, number % 2**16, timestamp % 2**32, source) + b"\xf8\xff\xfe"


def receiver(end: End) -> Any:
    return vars(end.peer._pc.getReceivers()[0])


def test_voices_of_many_sources_end_no_reports_and_are_not_remembered() -> None:
    async def attack(attacker: End, victim: End) -> None:
        for number in range(2 * bounds.SOURCES):
            await attacker.peer._dtls._send_rtp(rtp(number, 0, 10_000 + number))
            if number % 50 == 0:
                await asyncio.sleep(0.005)
        router = victim.peer._dtls._rtp_router
        await until(lambda: len(router.ssrc_table) >= bounds.SOURCES)
        await still_talks(attacker, victim)
        assert len(router.ssrc_table) == bounds.SOURCES
        assert set(receiver(victim)["_RTCRtpReceiver__remote_streams"]) <= {attacker.peer._pc.getSenders()[0]._ssrc}

    attacked(attack)


def test_a_clock_that_jumps_fits_into_a_report() -> None:
    """The library's own would not fit, the task that reports would end, and hanging up would never."""
    seams.install()
    statistics = aiortc.rtcrtpreceiver.StreamStatistics(48000)
    for number in range(400):
        packet = aiortc.rtp.RtpPacket(sequence_number=30_000 + number, timestamp=(2**32 - 1) * (number & 1))
        statistics.add(packet)
        if not number & 1:
            assert statistics._last_arrival is not None
            statistics._last_arrival += 48000 * 60  # the next one comes sooner than a clock allows
    assert statistics._jitter_q4 >> 4 > 2**32
    report = aiortc.rtp.RtcpReceiverInfo(1, statistics.fraction_lost, 0, 0, statistics.jitter, 0, 0)
    assert len(bytes(report)) == 24


def test_hanging_up_does_not_wait_for_reports_that_cannot_be_made() -> None:
    async def attack(attacker: End, victim: End) -> None:
        class Broken(dict[int, Any]):
            def items(self) -> Any:
                raise struct.error("a number has no room")

        receiver(victim)["_RTCRtpReceiver__remote_streams"] = Broken()
        await until(lambda: bool(receiver(victim)["_RTCRtpReceiver__rtcp_task"].done()))

    attacked(attack)


def test_one_report_asks_for_a_bounded_number_of_packets() -> None:
    sent: list[int] = []

    async def original(self: object, sequence_number: int) -> None:
        sent.append(sequence_number)

    class Sender:
        pass

    async def main() -> None:
        sender, again = Sender(), bounds._again(original)
        for number in range(5100):
            await again(sender, number % 128)
        assert len(sent) < bounds.AGAIN_AT_ONCE + 100
        sent.clear()
        await asyncio.sleep(3 / bounds.AGAIN)
        await again(sender, 1)
        assert sent == [1]

    asyncio.run(main())


# --- data ------------------------------------------------------------------------------------------------------------


def chunk(tsn: int, flags: int, data: bytes, *, stream: int = 0, turn: int = 0, what: int = TEXT) -> DataChunk:
    made = DataChunk(flags=flags)
    made.tsn, made.stream_id, made.stream_seq, made.protocol, made.user_data = tsn % 2**32, stream, turn, what, data
    return made


async def flood(attacker: End, victim: End, made: Callable[[int, int], DataChunk], count: int) -> float:
    """Send so many chunks; the longest time, in seconds, that the program was away for a hundred of them."""
    ours = association(attacker)
    first = ours._local_tsn
    away = 0.0
    for number in range(count):
        await ours._send_chunk(made(first, number))
        if number % 20 == 0:
            began = time.monotonic()
            await asyncio.sleep(0.001)
            away = max(away, time.monotonic() - began)
    return away


def association(end: End) -> Any:
    return end.peer._pc.sctp


def held(victim: End) -> int:
    return sum(len(stream.reassembly) for stream in association(victim)._inbound_streams.values())


FLOODS: dict[str, Callable[[int, int], DataChunk]] = {
    "a message that never ends": lambda tsn, n: chunk(tsn + n, MIDDLE if n else FIRST, b"x" * 1000),
    "one of many small pieces": lambda tsn, n: chunk(tsn + n, MIDDLE if n else FIRST, b"x"),
    "one on each of many streams": lambda tsn, n: chunk(tsn + n, FIRST, b"x", stream=n),
    "with holes": lambda tsn, n: chunk(tsn + 2 + 2 * n, WHOLE, b"x" * 1000, turn=9),
    "far ahead": lambda tsn, n: chunk(tsn + 2**20 + n, WHOLE, b"x" * 1000, turn=9),
}


@pytest.mark.parametrize("name", FLOODS)
def test_pieces_of_messages_are_not_heaped_up(name: str) -> None:
    """Each that waits costs time with each further one: twelve thousand kept the program away for a minute."""

    async def attack(attacker: End, victim: End) -> None:
        await flood(attacker, victim, FLOODS[name], 3000)
        await still_talks(attacker, victim)
        assert held(victim) <= bounds.HELD
        assert len(association(victim)._inbound_streams) <= bounds.STREAMS
        assert len(association(victim)._sack_misordered) <= bounds.AHEAD

    attacked(attack)


def test_what_all_others_wait_for_is_taken() -> None:
    """Many small messages left at once, and the first of them was lost: it comes again when there is no more room."""

    async def attack(attacker: End, victim: End) -> None:
        first = association(attacker)._local_tsn
        await flood(attacker, victim, lambda tsn, n: chunk(tsn + 1 + n, WHOLE, b"x", stream=9, turn=1 + n), 600)
        await until(lambda: held(victim) == bounds.PIECES)
        await association(attacker)._send_chunk(chunk(first, WHOLE, b"x", stream=9))
        await until(lambda: held(victim) == 0)

    attacked(attack)


def test_channels_are_not_heaped_up() -> None:
    opening = bytes((3, *bytes(11)))

    def made(tsn: int, number: int) -> DataChunk:
        return chunk(tsn + number, WHOLE, opening, stream=1 + number, what=ABOUT_CHANNELS)

    async def attack(attacker: End, victim: End) -> None:
        await flood(attacker, victim, made, 2 * bounds.CHANNELS)
        await until(lambda: len(association(victim)._data_channels) >= bounds.CHANNELS)
        await still_talks(attacker, victim)
        assert len(association(victim)._data_channels) == bounds.CHANNELS

    attacked(attack)


def test_what_cannot_have_come_is_not_gone_through() -> None:
    """One packet that says so, of 1,200 bytes, had the library count to eighteen million."""

    async def attack(attacker: End, victim: End) -> None:
        assert victim.peer.send("something")
        await attacker.events.until("said")
        made = SackChunk()
        made.cumulative_tsn = association(victim)._last_sacked_tsn
        made.advertised_rwnd = 2**20
        made.gaps = [(1, 65_535)] * 280
        loop, last, away = asyncio.get_running_loop(), 0.0, 0.0
        for _ in range(10):
            await association(attacker)._send_chunk(made)
            last = loop.time()
            await asyncio.sleep(0.01)
            away = max(away, loop.time() - last)
        attacker.events.log.clear()
        await still_talks(attacker, victim)
        assert away < 1.0  # one such packet took two seconds and more

    attacked(attack)


def test_what_did_come_is_still_believed_in_holes() -> None:
    """A third of the packets is lost: messages arrive, once and in order."""

    async def attack(attacker: End, victim: End) -> None:
        ours = victim.peer._dtls.transport
        send, number = ours._send, 0

        async def losing(data: bytes) -> None:
            nonlocal number
            number += 1
            if not 20 <= data[0] <= 63 or number % 3:
                await send(data)

        ours._send = losing
        texts = [f"{n} " + "x" * 3000 for n in range(60)]
        for text in texts:
            assert victim.peer.send(text)
        await until(lambda: len([entry for entry in attacker.events.log if entry[0] == "said"]) >= len(texts))
        assert [entry[2] for entry in attacker.events.log if entry[0] == "said"] == texts

    attacked(attack)


def test_streams_that_never_carried_anything_are_not_given_up_one_by_one() -> None:
    async def attack(attacker: End, victim: End) -> None:
        made = ForwardTsnChunk()
        made.cumulative_tsn = association(attacker)._local_tsn
        made.streams = [(stream, 0) for stream in range(1, 280)]
        await association(attacker)._send_chunk(made)
        await still_talks(attacker, victim)
        assert len(association(victim)._inbound_streams) <= 1

    attacked(attack)


# --- checks ----------------------------------------------------------------------------------------------------------


def check(attacker: End, victim: End, number: int) -> bytes:
    """A connection check as whoever has the password makes it."""
    ours, theirs = attacker.peer._dtls.transport._connection, victim.peer._dtls.transport._connection
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, number.to_bytes(12, "big"))
    message.attributes["USERNAME"] = f"{theirs.local_username}:{ours.local_username}"
    message.attributes["PRIORITY"] = 1
    message.attributes["ICE-CONTROLLING" if ours.ice_controlling else "ICE-CONTROLLED"] = 1
    message.add_message_integrity(theirs.local_password.encode())
    return bytes(message)


def test_checks_that_claim_to_come_from_everywhere_are_not_answered() -> None:
    """Whoever is in the meeting could have us ask any address, and take all places on the list for themselves."""

    async def attack(attacker: End, victim: End) -> None:
        guard, connection = victim.peer._around.guard, victim.peer._dtls.transport._connection
        before, there = len(guard.allowed), connection._protocols[0].transport.get_extra_info("sockname")
        for number in range(5 * MAX_UNNAMED):
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as elsewhere:
                elsewhere.bind(("127.0.0.1", 0))
                elsewhere.sendto(check(attacker, victim, number), there)
            await asyncio.sleep(0.002)
        await until(lambda: len(guard.allowed) >= before + MAX_UNNAMED)
        await still_talks(attacker, victim)
        assert len(guard.allowed) == before + MAX_UNNAMED
        assert len(connection._check_list) <= 2 * MAX_UNNAMED

    attacked(attack)


def test_who_comes_from_where_nobody_is_sent_to_is_not_answered() -> None:
    for mode in (AddressMode.LOCAL, AddressMode.PUBLIC, AddressMode.RELAY):
        assert may_come_from("192.168.1.7", 50_000, mode)
        assert may_come_from("2001:db8::7", 50_000, mode)
        for host, port in (
            ("127.0.0.1", 50_000),
            ("169.254.169.254", 50_000),
            ("192.168.1.1", 80),
            ("224.0.0.1", 5353),
        ):
            assert not may_come_from(host, port, mode)


STUNTED = [  # the number of an attribute, and less of it than there must be
    (0x0020, 3),
    (0x0024, 2),
    (0x0009, 1),
    (0x8029, 3),
    (0x0001, 2),
]


@pytest.mark.parametrize(("number", "size"), STUNTED)
def test_what_anybody_can_send_is_read_or_refused(number: int, size: int) -> None:
    seams.install()
    part = struct.pack("!HH", number, size) + bytes(size + -size % 4)
    with pytest.raises(ValueError, match=r"\w"):
        stun.parse_message(struct.pack("!HHI", 1, len(part), 0x2112A442) + bytes(12) + part)


def test_a_strangers_datagrams_hold_up_nobody_elses() -> None:
    """What cannot be taken ended the look at the socket, so that what waited behind it came ever later."""

    async def attack(attacker: End, victim: End) -> None:
        errors: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: errors.append(context["exception"]))
        there = victim.peer._dtls.transport._connection._protocols[0].transport.get_extra_info("sockname")
        message = stun.parse_message(check(attacker, victim, 1))
        del message.attributes["PRIORITY"], message.attributes["MESSAGE-INTEGRITY"], message.attributes["FINGERPRINT"]
        message.add_message_integrity(victim.peer._dtls.transport._connection.local_password.encode())
        await until(lambda: len(victim.receives.voice) > 20)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.1", 0))
            heard = len(victim.receives.voice)
            for _ in range(200):
                stranger.sendto(bytes(message), there)
                stranger.sendto(b"\0\1\0\x08\x21\x12\xa4\x42" + bytes(12) + b"\0\x24\0\2\0\0\0\0", there)
                await asyncio.sleep(0.002)
        await until(lambda: len(victim.receives.voice) > heard + 20)
        assert {type(error) for error in errors} <= {KeyError}  # PRIORITY, by one who has the password

    attacked(attack)
