"""The replaced functions of aiortc and aioice: still what they were, and doing what they promise."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import aioice.ice
import aiortc.clock
import aiortc.codecs
import aiortc.rtcrtpreceiver
import av
import pytest
from aiortc import RTCCertificate
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
    with seams.connection(("127.0.0.1", "::1"), lambda host, port: None):
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
