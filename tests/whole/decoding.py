"""What a recorder can decode without any key: TCP, WebSocket, STUN, TURN, DTLS handshakes, RTP and RTCP headers.

Written from the RFCs and shared with nothing in incog, so that it can judge what incog says of itself.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from cryptography import x509

from tests.whole.outside import Packet

MAGIC = 0x2112A442

# STUN attributes (RFC 8489, RFC 8656, RFC 8445)
USERNAME, MESSAGE_INTEGRITY, REALM, NONCE, XOR_MAPPED = 0x0006, 0x0008, 0x0014, 0x0015, 0x0020
XOR_PEER, XOR_RELAYED, LIFETIME, REQUESTED_TRANSPORT, CHANNEL_NUMBER = 0x0012, 0x0016, 0x000D, 0x0019, 0x000C
PRIORITY, USE_CANDIDATE, FINGERPRINT, CONTROLLED, CONTROLLING = 0x0024, 0x0025, 0x8028, 0x8029, 0x802A
SOFTWARE = 0x8022

CLIENT_HELLO, SERVER_HELLO, CERTIFICATE = 1, 2, 11


def streams(packets: Iterable[Packet]) -> dict[tuple[tuple[str, int], tuple[str, int]], bytes]:
    """What was said over each TCP connection, by source and destination, each byte once (RFC 9293)."""
    begun: dict[tuple[tuple[str, int], tuple[str, int]], int] = {}
    said: dict[tuple[tuple[str, int], tuple[str, int]], bytearray] = {}
    for packet in packets:
        if packet.protocol != "tcp":
            continue
        way = (packet.source, packet.destination)
        if packet.opens:
            begun[way] = packet.sequence + 1
            said[way] = bytearray()
        elif way in begun and packet.payload:
            at = (packet.sequence - begun[way]) % 2**32
            if at < 2**31:  # else: a keep-alive, one byte before the window
                said[way][at : at + len(packet.payload)] = packet.payload
    return {way: bytes(data) for way, data in said.items()}


def websocket(stream: bytes) -> tuple[bytes, list[tuple[int, bytes]]]:
    """The HTTP head of one direction, and its frames: opcode and unmasked payload (RFC 6455 section 5.2)."""
    head, _, rest = stream.partition(b"\r\n\r\n")
    found, at = [], 0
    while at + 2 <= len(rest):
        opcode, size, masked, at = rest[at] & 15, rest[at + 1] & 127, rest[at + 1] & 128, at + 2
        if size >= 126:
            form = "!H" if size == 126 else "!Q"
            (size,) = struct.unpack_from(form, rest, at)
            at += struct.calcsize(form)
        mask = rest[at : at + 4] if masked else bytes(4)
        at += 4 if masked else 0
        found.append((opcode, bytes(byte ^ mask[n % 4] for n, byte in enumerate(rest[at : at + size]))))
        at += size
    return head, found


@dataclass(frozen=True)
class Stun:
    """A STUN or TURN message."""

    method: int
    group: str  # request, indication, success, error
    attributes: tuple[tuple[int, bytes], ...]

    def value(self, number: int) -> bytes | None:
        """The first attribute of a type."""
        return next((value for kind, value in self.attributes if kind == number), None)

    def addresses(self, number: int) -> list[tuple[str, int]]:
        """All XOR'ed IPv4 addresses in attributes of a type."""
        found = []
        for kind, value in self.attributes:
            if kind == number and len(value) == 8:
                port, host = struct.unpack_from("!HI", value, 2)
                found.append((str(ipaddress.IPv4Address(host ^ MAGIC)), port ^ (MAGIC >> 16)))
        return found


def stun(data: bytes) -> Stun:
    """Read a STUN message."""
    kind, length, cookie = struct.unpack_from("!HHI", data)
    assert cookie == MAGIC
    group = ("request", "indication", "success", "error")[(kind >> 4 & 1) | (kind >> 7 & 2)]
    method = kind & 0xF | (kind & 0xE0) >> 1 | (kind & 0x3E00) >> 2
    found, at = [], 20
    while at < 20 + length:
        number, size = struct.unpack_from("!HH", data, at)
        found.append((number, data[at + 4 : at + 4 + size]))
        at += 4 + size + -size % 4
    return Stun(method, group, tuple(found))


def turn_messages(stream: bytes) -> Iterator[bytes]:
    """The messages of a TURN connection over TCP (RFC 8656 section 12.5), with their padding."""
    at = 0
    while at + 4 <= len(stream):
        _, length = struct.unpack_from("!HH", stream, at)
        size = 4 + length + -length % 4 if 64 <= stream[at] <= 79 else 20 + length
        if at + size > len(stream):
            return
        yield stream[at : at + size]
        at += size


def channel_data(data: bytes) -> tuple[int, bytes]:
    """The channel, and what it carries."""
    channel, length = struct.unpack_from("!HH", data)
    return channel, data[4 : 4 + length]


class Handshake:
    """Puts DTLS handshake messages together from the datagrams of one direction (RFC 6347 section 4.2)."""

    def __init__(self) -> None:
        self._parts: dict[tuple[int, int], bytearray] = {}
        self._missing: dict[tuple[int, int], set[int]] = {}

    def take(self, datagram: bytes) -> Iterator[tuple[int, bytes]]:
        """The messages that are whole now: type and body."""
        at = 0
        while at + 13 <= len(datagram):
            content, _, epoch = struct.unpack_from("!BHH", datagram, at)
            (length,) = struct.unpack_from("!H", datagram, at + 11)
            if content == 22 and epoch == 0:
                yield from self._fragments(datagram[at + 13 : at + 13 + length])
            at += 13 + length

    def _fragments(self, body: bytes) -> Iterator[tuple[int, bytes]]:
        at = 0
        while at + 12 <= len(body):
            kind = body[at]
            total = int.from_bytes(body[at + 1 : at + 4], "big")
            number = int.from_bytes(body[at + 4 : at + 6], "big")
            offset = int.from_bytes(body[at + 6 : at + 9], "big")
            size = int.from_bytes(body[at + 9 : at + 12], "big")
            key = (kind, number)
            whole = self._parts.setdefault(key, bytearray(total))
            missing = self._missing.setdefault(key, set(range(total)))
            whole[offset : offset + size] = body[at + 12 : at + 12 + size]
            before = len(missing)
            missing -= set(range(offset, offset + size))
            if before and not missing:
                yield kind, bytes(whole)
            at += 12 + size


def certificates(body: bytes) -> list[x509.Certificate]:
    """The chain of a certificate message (RFC 5246 section 7.4.2)."""
    found, at = [], 3
    while at < len(body):
        size = int.from_bytes(body[at : at + 3], "big")
        found.append(x509.load_der_x509_certificate(body[at + 3 : at + 3 + size]))
        at += 3 + size
    return found


@dataclass(frozen=True)
class Rtp:
    """The clear part of an RTP packet (RFC 3550 section 5.1, RFC 8285)."""

    payload_type: int
    sequence: int
    timestamp: int
    ssrc: int
    extensions: dict[int, bytes]
    size: int  # of the whole datagram


def rtp(data: bytes) -> Rtp:
    """Read an RTP header."""
    first, second, sequence, timestamp, ssrc = struct.unpack_from("!BBHII", data)
    extensions: dict[int, bytes] = {}
    if first & 0x10:
        start = 12 + 4 * (first & 15)
        profile, words = struct.unpack_from("!HH", data, start)
        assert profile == 0xBEDE
        body, at = data[start + 4 : start + 4 + 4 * words], 0
        while at < len(body):
            if body[at] == 0:
                at += 1
                continue
            size = (body[at] & 15) + 1
            extensions[body[at] >> 4] = body[at + 1 : at + 1 + size]
            at += 1 + size
    return Rtp(second & 127, sequence, timestamp, ssrc, extensions, len(data))
