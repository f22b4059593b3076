"""The replaced functions of aiortc and aioice: still what they were, and doing what they promise."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from typing import Any

import aioice.ice
import aiortc.clock
import aiortc.codecs
import aiortc.rtcrtpreceiver
import av
import pytest
from aiortc import RTCCertificate, RTCDtlsTransport, RTCIceGatherer, RTCIceTransport
from aiortc.rtcrtpparameters import RTCRtpCodecParameters
from aiortc.rtcsctptransport import InitChunk, RTCSctpTransport
from cryptography import x509

from net import seams
from net.jitter import Frame
from net.moved import MovedError, Seam


def test_a_moved_function_stops_the_program(monkeypatch: pytest.MonkeyPatch) -> None:
    seams.install()
    moved = [replace(seam, shape="(something, else)") for seam in seams._SEAMS]
    monkeypatch.setattr(seams, "_installed", False)
    monkeypatch.setattr(seams, "_SEAMS", tuple(moved))
    with pytest.raises(MovedError, match="cannot be used safely"):
        seams.install()
    monkeypatch.setattr(seams, "_SEAMS", (Seam(aioice.ice, "no_such_name", "()", lambda _: print),))
    with pytest.raises(MovedError, match="is missing"):
        seams.install()


def test_no_address_is_gathered_but_those_named() -> None:
    seams.install()
    assert aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True) == []
    with seams.connection(("127.0.0.1", "::1"), lambda host, port: True):
        assert aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=False) == ["127.0.0.1"]
        assert aioice.ice.get_host_addresses(use_ipv4=False, use_ipv6=True) == ["::1"]
    assert aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True) == []


def test_foundations_do_not_follow_from_addresses() -> None:
    seams.install()
    foundation = getattr(aioice.ice, "candidate_foundation")  # noqa: B009  # not exported, so replaced by name
    made = {foundation("host", "udp", "192.168.77.23") for _ in range(50)}
    assert len(made) == 50


def test_the_clock_runs_at_the_right_pace_from_a_random_moment() -> None:
    seams.install()
    before = aiortc.clock.current_ntp_time()
    time.sleep(0.1)
    elapsed = (aiortc.clock.current_ntp_time() - before) / 2**32
    assert 0.09 < elapsed < 5
    wall = (time.time() + 2208988800) * 2**32
    assert abs(before - wall) / 2**32 > 86400


def test_certificates_say_neither_when_nor_who() -> None:
    seams.install()
    certificates = [RTCCertificate.generateCertificate()._cert for _ in range(2)]
    for certificate in certificates:
        assert isinstance(certificate, x509.Certificate)
        assert certificate.subject.rfc4514_string() == "CN=WebRTC"
        for moment in (certificate.not_valid_before_utc, certificate.not_valid_after_utc):
            assert (moment.hour, moment.minute, moment.second) == (0, 0, 0)
    assert certificates[0].serial_number != certificates[1].serial_number


def test_the_loudness_extension_is_not_offered() -> None:
    seams.install()
    assert not [e for e in aiortc.codecs.HEADER_EXTENSIONS["audio"] if "level" in e.uri]


def test_a_real_decoder_survives_an_empty_packet() -> None:
    seams.install()
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = 48000, "mono", "s16"
    silence = av.AudioFrame(format="s16", layout="mono", samples=960)
    silence.sample_rate = 48000
    for plane in silence.planes:
        plane.update(bytes(plane.buffer_size))
    silence.pts = 0
    packets = [bytes(p) for p in encoder.encode(silence) + encoder.encode(None)]
    codec = next(c for c in aiortc.codecs.CODECS["audio"] if c.mimeType == "audio/opus")
    decoder: Any = getattr(aiortc.rtcrtpreceiver, "get_decoder")(codec)  # noqa: B009  # as above
    assert decoder.decode(Frame(packets[0], 0))
    assert decoder.decode(Frame(b"", 960)) == []
    assert decoder.decode(Frame(packets[0], 1920))


def test_what_no_text_is_ends_no_connection() -> None:
    """A message, or a channel's name, that is no UTF-8 would raise within the library and end the transport."""
    seams.install()
    got: list[tuple[int, int, bytes]] = []

    class Channels:
        _data_channels = {4: "one"}

    async def original(self: Channels, stream_id: int, pp_id: int, data: bytes) -> None:
        got.append((stream_id, pp_id, data))

    receive = seams._readable(original)
    name = "Zoë".encode()
    opening = b"\x03\x00\x00\x00\x00\x00\x00\x00"
    fine = [
        (4, 51, name),
        (4, 53, b"\xff"),
        (4, 56, b"\x00"),
        (5, 50, opening + bytes((0, len(name), 0, 2)) + name + b"ab"),
        (5, 50, opening),
        (4, 50, b"\x02"),
        (4, 50, b""),
    ]
    bad = [
        (4, 51, b"\xff"),
        (5, 50, opening + b"\x00\x01\x00\x00\xff"),
        (5, 50, opening + bytes((0, len(name) - 1, 0, 1)) + name),  # cut within a letter
        (4, 50, opening + b"\x00\x00\x00\x00"),  # is open already
        (5, 50, b"\x02"),  # says that one is open which is none
    ]

    async def main() -> None:
        for message in [*fine, *bad]:
            await receive(Channels(), *message)

    asyncio.run(main())
    assert got == fine


def test_an_h264_picture_beyond_the_bound_is_not_decoded() -> None:
    seams.install()
    get_decoder = getattr(aiortc.rtcrtpreceiver, "get_decoder")  # noqa: B009  # not exported, so replaced by name
    decoder = get_decoder(RTCRtpCodecParameters("video/H264", 90000, payloadType=107))

    def whole(width: int, height: int) -> Frame:
        codec = av.CodecContext.create("libx264", "w")
        codec.width, codec.height, codec.pix_fmt, codec.time_base = width, height, "yuv420p", Fraction(1, 30)
        codec.options = {"tune": "zerolatency", "preset": "ultrafast"}
        (packet,) = codec.encode(av.VideoFrame(width, height, "yuv420p"))
        return Frame(bytes(packet), 0)

    assert [(frame.width, frame.height) for frame in decoder.decode(whole(320, 240))] == [(320, 240)]
    with pytest.raises(av.FFmpegError):
        decoder.decode(whole(2560, 1600))


def test_what_cannot_be_decoded_in_time_is_lost_and_does_not_wait() -> None:
    """The library's queue has no end: on a slow machine sound and pictures would come ever later."""
    seams.install()
    got: list[int] = []

    async def original(self: Any, packet: int, arrival_time_ms: int) -> None:
        got.append(packet)

    async def main() -> None:
        receiver = aiortc.rtcrtpreceiver.RTCRtpReceiver("video", RTCDtlsTransport(*_unconnected()))
        waiting = vars(receiver)["_RTCRtpReceiver__decoder_queue"]
        handle = seams._counting(original)
        await handle(receiver, 1, 0)
        for _ in range(seams.MAX_UNDECODED):
            waiting.put(None)
        await handle(receiver, 2, 0)
        waiting.get()
        await handle(receiver, 3, 0)
        seams.on_arrival(receiver, lambda packet: packet != 4)
        await handle(receiver, 4, 0)
        await handle(receiver, 5, 0)

    asyncio.run(main())
    assert got == [1, 3, 5]


def test_an_association_that_goes_on_is_not_begun_anew() -> None:
    seams.install()
    again = InitChunk()
    again.initiate_tag, again.initial_tsn = 77, 7_000

    async def main() -> None:
        sctp = RTCSctpTransport(RTCDtlsTransport(*_unconnected()))
        states: Any = sctp.State
        for state, begins in ((states.COOKIE_WAIT, True), (states.ESTABLISHED, False)):
            sent: list[Any] = []

            async def send(chunk: Any, sent: list[Any] = sent) -> None:
                sent.append(chunk)

            # There is nobody to send it to.
            vars(sctp).update(_send_chunk=send, _association_state=state, _last_received_tsn=3_000)
            await sctp._receive_chunk(again)
            assert (vars(sctp)["_last_received_tsn"] == 6_999) is begins
            assert bool(sent) is begins

    asyncio.run(main())


def _unconnected() -> tuple[RTCIceTransport, list[RTCCertificate]]:
    return RTCIceTransport(RTCIceGatherer([])), [RTCCertificate.generateCertificate()]


def test_a_path_is_taken_as_soon_as_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not when the next check of another one would be due."""
    monkeypatch.setattr(seams, "CHECK_EVERY", 3600)
    assert asyncio.run(_pair(())) == ("127.0.0.1", "127.0.0.1")


def test_further_ways_are_checked_too() -> None:
    assert asyncio.run(_pair((aioice.Candidate.from_sdp(NOWHERE),))) == ("127.0.0.1", "127.0.0.1")


def test_whose_addresses_come_later_is_waited_for() -> None:
    async def main() -> Any:
        return await _pair((), late=True)

    assert asyncio.run(main()) == ("127.0.0.1", "127.0.0.1")


NOWHERE = "1 1 udp 2130706431 127.0.0.9 9 typ host"
"""Preferred to any real one, and nobody answers there."""


async def _pair(first: Iterable[aioice.Candidate], *, late: bool = False) -> tuple[str, str]:
    """Connect two ends; where each of them sends to. `first` is what one is told of the other before the truth."""
    seams.install()
    with seams.connection(("127.0.0.1",), lambda host, port: True):
        ends = aioice.Connection(ice_controlling=True), aioice.Connection(ice_controlling=False)
        for end in ends:
            await end.gather_candidates()
    one, other = ends
    for end, far in ((one, other), (other, one)):
        end.remote_username, end.remote_password = far.local_username, far.local_password
    for candidate in first:
        await one.add_remote_candidate(candidate)

    async def tell() -> None:
        for end, far in ((one, other), (other, one)):
            for candidate in far.local_candidates:
                await end.add_remote_candidate(candidate)
            await end.add_remote_candidate(None)

    if late:
        connecting = asyncio.gather(one.connect(), other.connect())
        await asyncio.sleep(0)
        await tell()
        await connecting
    else:
        await tell()
        await asyncio.gather(one.connect(), other.connect())
    places = [pair.remote_addr[0] for pair in (one._nominated[1], other._nominated[1])]
    await asyncio.gather(one.close(), other.close())
    return places[0], places[1]
