"""What kind of packet a datagram is, and what anybody on the path can read in it. Pure.

Sources: RFC 7983 section 7 (first byte), RFC 5761 section 4 (RTCP among RTP), RFC 8285 (header extensions),
RFC 8489 (STUN), RFC 8656 (TURN ChannelData), RFC 6347 (DTLS records).
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Callable
from enum import StrEnum

HEADER = slice(8, 18)
"""In an RTP packet with extensions: whose it is, the form and length of these, and the first two but for the second's
value."""


class Kind(StrEnum):
    """The kinds that share one socket."""

    STUN = "STUN"
    DTLS = "DTLS"
    TURN = "TURN"
    RTP = "RTP"
    RTCP = "RTCP"
    OTHER = "other"


def classify(data: bytes) -> Kind:
    """The kind of one datagram, from its first two bytes."""
    if not data:
        return Kind.OTHER
    first = data[0]
    if 128 <= first <= 191:
        if len(data) < 2:
            return Kind.OTHER
        return Kind.RTCP if 192 <= data[1] <= 223 else Kind.RTP
    if 20 <= first <= 63:
        return Kind.DTLS
    if first <= 3:
        return Kind.STUN
    if 64 <= first <= 79:
        return Kind.TURN
    return Kind.OTHER


def payload_type(data: bytes) -> int:
    """The RTP payload type of an RTP datagram."""
    return data[1] & 0x7F


def carried(data: bytes) -> bytes:
    """What a TURN ChannelData message carries (RFC 8656 section 12.4), without its padding.

    Empty when its length is not that of the message: then nothing in it is what it says.
    """
    length = int.from_bytes(data[2:4], "big")
    return data[4 : 4 + length] if 0 <= len(data) - 4 - length < 4 else b""


def describe(data: bytes) -> str:
    """One line saying what a bystander reads in this datagram. Never raises."""
    kind = classify(data)
    try:
        return _READERS[kind](data)
    except (struct.error, IndexError, ValueError):
        return f"{len(data)} bytes that do not parse as {kind}"


def extensions(data: bytes) -> list[tuple[int, bytes]]:
    """The one-byte header extensions of an RTP datagram, id and value, in order. Raises for one that is cut off."""
    found: list[tuple[int, bytes]] = []
    if not data[0] & 0x10:
        return found
    start = 12 + 4 * (data[0] & 0x0F)
    profile, words = struct.unpack_from("!HH", data, start)
    body = data[start + 4 : start + 4 + 4 * words]
    if profile != 0xBEDE:
        return found
    at = 0
    while at < len(body):
        number, length = body[at] >> 4, (body[at] & 0x0F) + 1
        if body[at] == 0:
            at += 1
            continue
        found.append((number, body[at + 1 : at + 1 + length]))
        at += 1 + length
    return found


def _read_rtp(data: bytes) -> str:
    _, kind, sequence, timestamp, ssrc = struct.unpack_from("!BBHII", data)
    words = [f"RTP payload type {kind & 0x7F}, ssrc {ssrc:08x}, sequence {sequence}, timestamp {timestamp}"]
    words += [f"extension {number} = {value.hex()}" for number, value in extensions(data)]
    return ", ".join([*words, f"{len(data)} bytes, payload encrypted"])


def _read_rtcp(data: bytes) -> str:
    names = {200: "sender report", 201: "receiver report", 203: "goodbye", 205: "transport feedback", 206: "feedback"}
    _, kind, _, ssrc = struct.unpack_from("!BBHI", data)
    return f"RTCP {names.get(kind, kind)}, ssrc {ssrc:08x}, {len(data)} bytes, contents encrypted"


def _read_dtls(data: bytes) -> str:
    names = {20: "change cipher", 21: "alert", 22: "handshake", 23: "encrypted data"}
    return f"DTLS {names.get(data[0], data[0])}, {len(data)} bytes"


def _read_turn(data: bytes) -> str:
    (channel,) = struct.unpack_from("!H", data)
    return f"TURN channel {channel:04x} carrying {describe(carried(data))}"


_STUN_METHODS = {1: "binding", 3: "allocate", 4: "refresh", 6: "send", 7: "data", 8: "create permission", 9: "bind"}
_STUN_CLASSES = ("request", "indication", "response", "error")


def _read_stun(data: bytes) -> str:
    kind, length = struct.unpack_from("!HH", data)
    method = (kind & 0x000F) | (kind & 0x00E0) >> 1 | (kind & 0x3E00) >> 2
    group = (kind & 0x0010) >> 4 | (kind & 0x0100) >> 7
    words = [f"STUN {_STUN_METHODS.get(method, method)} {_STUN_CLASSES[group]}"]
    at, end = 20, min(len(data), 20 + length)
    while at + 4 <= end:
        number, size = struct.unpack_from("!HH", data, at)
        value = data[at + 4 : at + 4 + size]
        words += _read_attribute(number, value)
        at += 4 + (size + 3) // 4 * 4
    return ", ".join(words)


def _read_attribute(number: int, value: bytes) -> list[str]:
    if number == 0x0006:
        return [f"user name {value.decode('utf-8', 'replace')}"]
    if number == 0x0014:
        return [f"realm {value.decode('utf-8', 'replace')}"]
    if number == 0x8022:
        return [f"software {value.decode('utf-8', 'replace')}"]
    if number in (0x0012, 0x0016, 0x0020) and len(value) == 8:
        port = struct.unpack_from("!H", value, 2)[0] ^ 0x2112
        address = ipaddress.IPv4Address(struct.unpack_from("!I", value, 4)[0] ^ 0x2112A442)
        return [f"{'peer' if number == 0x0012 else 'address'} {address}:{port}"]
    return []


def _read_other(data: bytes) -> str:
    return f"{len(data)} bytes of an unknown kind"


_READERS: dict[Kind, Callable[[bytes], str]] = {
    Kind.RTP: _read_rtp,
    Kind.RTCP: _read_rtcp,
    Kind.DTLS: _read_dtls,
    Kind.TURN: _read_turn,
    Kind.STUN: _read_stun,
    Kind.OTHER: _read_other,
}
