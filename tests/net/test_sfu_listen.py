"""Who is heard on which section: packets of every kind of server given straight to what receives them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from fractions import Fraction
from typing import Any

import av
import numpy as np
import pytest
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from aiortc.codecs.vpx import Vp8Encoder
from aiortc.rtp import HeaderExtensionsMap, RtpPacket, wrap_rtx

from net import seams
from net.services.base import PeerId, Source
from net.services.janus.actions import Stream
from net.sfu_listen import SETTLE, Listeners
from net.sfu_sdp import Codec, Kind, Section
from tests.net.lab import Lab, Tone
from tests.net.sfu_lab import Hears, around
from tests.waits import until

OPUS, VP8 = Codec("opus", 111), Codec("VP8", 96, 97)


def voice(mid: str, source: int | None, **changes: Any) -> Section:
    return Section(mid, Kind.VOICE, **{"sends": True, "codec": OPUS, "source": source, **changes})


def picture(mid: str, source: int, again: int) -> Section:
    return Section(mid, Kind.PICTURE, sends=True, codec=VP8, source=source, retransmit=again)


def heard(mid: str, pid: str) -> Stream:
    return Stream(mid, PeerId(pid), Source.MICROPHONE)


def seen(mid: str, pid: str) -> Stream:
    return Stream(mid, PeerId(pid), Source.CAMERA)


class Desk:
    """A connection that is not made, to which packets are given."""

    def __init__(self, lab: Lab) -> None:
        self.now = 100.0
        self.hears = Hears()
        self.alive: list[str] = []
        self.dtls = RTCDtlsTransport(RTCIceTransport(RTCIceGatherer([])), [RTCCertificate.generateCertificate()])
        here = around(lab, hears=self.hears, clock=lambda: self.now)
        self.listeners = Listeners(here, self.dtls, self.alive.append)
        self._tone = Tone(440)
        self._numbers: dict[int, int] = {}

    async def speak(self, source: int, count: int = 1, payload_type: int = 111) -> None:
        """So many packets of a tone from this source."""
        await asyncio.sleep(0)  # who listens has begun
        for _ in range(count):
            await self.give(source, bytes(await self._packet()), payload_type)

    async def _packet(self) -> av.Packet[Any]:
        times = np.arange(960) / 48000
        frame = av.AudioFrame.from_ndarray((np.sin(times * 3000) * 9000).astype(np.int16).reshape(1, -1), "s16", "mono")
        frame.sample_rate, frame.time_base = 48000, Fraction(1, 48000)
        packets = self._tone._codec.encode(frame)
        return packets[0] if packets else await self._packet()

    async def give(self, source: int, payload: bytes, payload_type: int, marker: int = 0, skip: int = 0) -> RtpPacket:
        """One packet, the next of its source, after `skip` that are lost."""
        number = self._numbers[source] = self._numbers.get(source, 0) + 1 + skip
        packet = RtpPacket(payload_type, marker=marker, sequence_number=number, timestamp=number * 3000)
        packet.ssrc, packet.payload = source, payload
        await self.take(packet)
        return packet

    async def take(self, packet: RtpPacket) -> None:
        await self.dtls._handle_rtp_data(packet.serialize(HeaderExtensionsMap()), arrival_time_ms=0)


def at_a_desk(work: Callable[[Desk], Coroutine[Any, Any, None]]) -> None:
    lab = Lab()
    seams.install()

    async def main() -> None:
        desk = Desk(lab)
        try:
            await work(desk)
        finally:
            await desk.listeners.close()

    lab.run(main())


def test_a_section_that_comes_back_with_another_source_is_heard() -> None:
    """So it is when somebody left and another came; what still comes from the first source is nobody's."""

    async def work(desk: Desk) -> None:
        desk.listeners.offered([voice("0", 7)])
        desk.listeners.route([heard("0", "ana")])
        await desk.speak(7, 3)
        await until(lambda: desk.hears.voice("ana") == 3)
        desk.listeners.offered([voice("0", None, sends=False)])
        assert desk.hears.left == ["ana"]
        desk.listeners.route([heard("0", "ben")])
        desk.listeners.offered([voice("0", 8)])
        await desk.speak(7, 5)
        await desk.speak(8, 4)
        await until(lambda: desk.hears.voice("ben") == 4)
        assert desk.hears.voice("ana") == 3

    at_a_desk(work)


def test_what_nobody_is_routed_to_is_not_given_to_the_only_one_who_listens() -> None:
    """The library gives a source that it does not know to the only receiver of its payload type."""

    async def work(desk: Desk) -> None:
        reports = desk.listeners.offered([voice("0", 7), voice("1", 8), picture("2", 9, 10)])
        assert len({*reports.values()}) == 3
        desk.listeners.route([heard("0", "ana")])
        await desk.speak(8, 5)
        await desk.speak(7, 2)
        await until(lambda: desk.hears.voice("ana") == 2)
        assert [*desk.hears.people] == ["ana"]
        assert desk.listeners.offered([voice("0", 7), voice("1", 8)]) == reports

    at_a_desk(work)


def test_who_takes_over_a_source_is_not_given_what_is_on_its_way() -> None:
    async def work(desk: Desk) -> None:
        desk.listeners.offered([voice("0", 7)])
        desk.listeners.route([heard("0", "ana")])
        await desk.speak(7, 2)
        await until(lambda: desk.hears.voice("ana") == 2)
        desk.now += 1
        desk.listeners.route([heard("0", "ben")])
        await desk.speak(7, 3)
        desk.now += SETTLE * 0.9
        await desk.speak(7, 3)
        desk.now += SETTLE * 0.2
        await desk.speak(7, 4)
        await until(lambda: desk.hears.voice("ben") == 4)
        desk.listeners.route([])
        desk.now += 5
        desk.listeners.route([heard("0", "ana")])  # long after: nothing of the other is on its way any more
        await desk.speak(7, 1)
        await until(lambda: desk.hears.voice("ana") == 3)
        assert desk.hears.left == ["ana", "ben"]

    at_a_desk(work)


def test_a_lost_picture_packet_is_sent_again_where_there_are_several_pictures() -> None:
    """The library lets what is sent again find its way only where it receives a single picture."""
    pixels = np.random.default_rng(1).integers(0, 255, (360, 640, 3), np.uint8)
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
    frame.pts, frame.time_base = 0, Fraction(1, 90000)

    async def work(desk: Desk) -> None:
        desk.listeners.offered([picture("0", 7, 70), picture("1", 8, 80)])
        desk.listeners.route([seen("0", "ana"), seen("1", "ben")])
        await asyncio.sleep(0)
        payloads, _ = Vp8Encoder().encode(frame)
        assert len(payloads) > 3
        for source, again in ((7, 70), (8, 80)):
            packets = []
            for at, payload in enumerate(payloads):
                packet = RtpPacket(96, marker=int(payload is payloads[-1]), sequence_number=at + 1, timestamp=3000)
                packet.ssrc, packet.payload = source, payload
                packets.append(packet)
            for packet in (packets[0], *packets[2:]):
                await desk.take(packet)
            await desk.take(wrap_rtx(packets[1], payload_type=97, sequence_number=1, ssrc=again))
        await until(lambda: desk.hears.pictures("ana") == 1 and desk.hears.pictures("ben") == 1)
        ((what, received),) = desk.listeners.of(PeerId("ana"))
        assert what is Source.CAMERA
        assert received.track(1.0).width == 640

    at_a_desk(work)


def test_signs_of_life_are_passed_on_now_and_then() -> None:
    async def work(desk: Desk) -> None:
        desk.listeners.offered([voice("0", 7)])
        desk.listeners.route([heard("0", "ana")])
        await desk.speak(7, 5)
        assert desk.alive == ["0"]
        desk.now += 1.1
        await desk.speak(7, 5)
        assert desk.alive == ["0", "0"]

    at_a_desk(work)


@pytest.mark.parametrize(
    "section",
    [
        voice("0", None),
        voice("0", 7, sends=False),
        voice("0", 7, taken=False),
        voice("0", 7, codec=None),
        Section("0", Kind.DATA, sends=True),
    ],
)
def test_there_is_nothing_to_hear_on_some_sections(section: Section) -> None:
    async def work(desk: Desk) -> None:
        desk.listeners.offered([section])
        desk.listeners.route([heard("0", "ana"), heard("5", "ben")])
        await desk.speak(7, 3)
        assert desk.listeners.of(PeerId("ana")) == []
        assert desk.hears.people == {}

    at_a_desk(work)


def test_a_stream_that_the_server_ended_begins_again_with_its_next_word() -> None:
    async def work(desk: Desk) -> None:
        desk.listeners.offered([voice("0", 7)])
        desk.listeners.route([heard("0", "ana")])
        await desk.speak(7, 2)
        await until(lambda: desk.hears.voice("ana") == 2)
        (listener,) = desk.listeners._listeners.values()
        listener._receiver._handle_disconnect()  # as a goodbye does (RFC 3550 section 6.6)
        await until(lambda: listener.ended)
        desk.listeners.offered([voice("0", 7)])
        await desk.speak(7, 2)
        await until(lambda: desk.hears.voice("ana") == 4)

    at_a_desk(work)
