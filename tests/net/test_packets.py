"""What kind of packet a datagram is, and what a bystander reads in it."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.packets import Kind, classify, describe, extensions, payload_type

RTP = (
    struct.pack("!BBHIIHHBBBBBBBB", 0x90, 0x80 | 96, 7, 8, 9, 0xBEDE, 2, 0x10, 0x30, 0x20, 0x14, 0, 0, 0, 0) + b"x" * 20
)
RTCP = struct.pack("!BBHI", 0x80, 200, 6, 9) + b"x" * 20
DTLS = bytes([22, 254, 253]) + b"x" * 20


def stun(kind: int, *attributes: tuple[int, bytes]) -> bytes:
    body = b"".join(struct.pack("!HH", n, len(v)) + v + b"\0" * (-len(v) % 4) for n, v in attributes)
    return struct.pack("!HHI12s", kind, len(body), 0x2112A442, b"transaction!") + body


def xored(host: tuple[int, int, int, int], port: int) -> bytes:
    number = int.from_bytes(bytes(host), "big") ^ 0x2112A442
    return struct.pack("!BBHI", 0, 1, port ^ 0x2112, number)


@pytest.mark.parametrize(
    ("data", "kind", "words"),
    [
        (RTP, Kind.RTP, ["payload type 96", "ssrc 00000009", "extension 1 = 30", "extension 2 = 14"]),
        (RTCP, Kind.RTCP, ["sender report", "ssrc 00000009"]),
        (DTLS, Kind.DTLS, ["handshake"]),
        (stun(0x0001, (6, b"a:b")), Kind.STUN, ["binding request", "user name a:b"]),
        (stun(0x0101, (0x20, xored((192, 0, 2, 1), 4000))), Kind.STUN, ["binding response", "address 192.0.2.1:4000"]),
        (stun(0x0016, (0x12, xored((192, 0, 2, 2), 5000))), Kind.STUN, ["send indication", "peer 192.0.2.2:5000"]),
        (stun(0x0003, (0x14, b"realm.example"), (0x8022, b"soft")), Kind.STUN, ["allocate", "realm.example", "soft"]),
        (struct.pack("!HH", 0x4001, len(RTP)) + RTP, Kind.TURN, ["channel 4001", "RTP payload type 96"]),
        (b"", Kind.OTHER, ["0 bytes"]),
        (b"\xff\xff", Kind.OTHER, ["unknown kind"]),
        (b"\x80", Kind.OTHER, ["unknown kind"]),
    ],
)
def test_kinds_and_words(data: bytes, kind: Kind, words: list[str]) -> None:
    assert classify(data) is kind
    for word in words:
        assert word in describe(data)


def test_rtp_details() -> None:
    assert payload_type(RTP) == 96
    assert [number for number, _ in extensions(RTP)] == [1, 2]
    assert extensions(b"\x80" + RTP[1:12]) == []
    two_byte = bytearray(RTP)
    two_byte[12:14] = b"\x10\x00"
    assert extensions(bytes(two_byte)) == []


@given(st.binary(max_size=120))
def test_nothing_a_stranger_sends_breaks_the_reading(data: bytes) -> None:
    assert describe(data)


@given(st.binary(max_size=60), st.sampled_from([RTP, RTCP, DTLS, stun(0x0001, (6, b"a:b"), (0x20, b"12345678"))]))
def test_nor_does_a_cut_or_stretched_packet(tail: bytes, start: bytes) -> None:
    for cut in range(len(start)):
        assert describe(start[:cut] + tail)
