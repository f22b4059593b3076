"""What anybody who sees a datagram reads in its clear parts: connection checks, TURN requests, DTLS handshakes. Pure.

Only what was really there is told. Sources: RFC 8489 (STUN), RFC 8656 (TURN), RFC 8445 section 7.1 (connection checks),
RFC 6347 and RFC 5246 (DTLS 1.2).
"""

from __future__ import annotations

import ipaddress
import re
import struct
from collections.abc import Iterator

from net.packets import Kind, classify
from net.tellings import CHECKS, DATE, GREETS_BY_DTLS, IN_A_CALL, MADE_FOR_THIS, RANDOM_NAMES, user_name
from privacy.facts import Fact

Read = tuple[Fact, str]

TIME_OF_DAY = "the time of day, in a certificate"

_USER, _INTEGRITY, _PEER, _REALM, _PRIORITY = 0x0006, 0x0008, 0x0012, 0x0014, 0x0024
_NOMINATE, _FINGERPRINT, _CONTROLLED, _CONTROLLING = 0x0025, 0x8028, 0x8029, 0x802A
_AIOICE = {(_USER, _PRIORITY, role, _INTEGRITY, _FINGERPRINT) for role in (_CONTROLLED, _CONTROLLING)}
_MAGIC = 0x2112A442

_HANDSHAKE = 22
_CLIENT_HELLO, _SERVER_HELLO, _CERTIFICATE = 1, 2, 11
_UTC_TIME = re.compile(rb"\x17\x0d(\d{12})Z")  # DER, as in a certificate's validity


def is_handshake(data: bytes) -> bool:
    """Whether a DTLS datagram begins with a handshake record that is not encrypted."""
    return len(data) > 13 and data[0] == _HANDSHAKE and data[3:5] == b"\0\0"


def read(data: bytes) -> tuple[Read, ...]:
    """The facts in one STUN or DTLS datagram. Never raises."""
    kind = classify(data)
    try:
        if kind is Kind.STUN:
            return tuple(_stun(data))
        if kind is Kind.DTLS:
            return tuple(_dtls(data))
    except (struct.error, IndexError, ValueError):
        pass  # it tells nothing that can be named
    return ()


def _stun(data: bytes) -> Iterator[Read]:
    attributes = list(_attributes(data))
    named = dict(attributes)
    if _USER in named and _REALM in named:
        yield Fact.CREDENTIAL, user_name(named[_USER].decode("utf-8", "replace"))
    elif _USER in named:
        yield Fact.CONNECTION, RANDOM_NAMES
        yield Fact.PRESENCE, IN_A_CALL
        if tuple(number for number, _ in attributes if number != _NOMINATE) in _AIOICE:
            yield Fact.SOFTWARE, CHECKS
    for number, value in attributes:
        if number == _PEER:
            yield Fact.CONTACT, _address(value, data[8:20])


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    (length,) = struct.unpack_from("!H", data, 2)
    at, end = 20, min(len(data), 20 + length)
    while at + 4 <= end:
        number, size = struct.unpack_from("!HH", data, at)
        yield number, data[at + 4 : at + 4 + size]
        at += 4 + size + -size % 4


def _address(value: bytes, transaction: bytes) -> str:
    mask = _MAGIC.to_bytes(4, "big") + transaction
    return str(ipaddress.ip_address(bytes(a ^ b for a, b in zip(value[4:], mask, strict=False))))


def _dtls(data: bytes) -> Iterator[Read]:
    """The handshake messages whose beginnings are in this datagram."""
    at = 0
    while at + 13 <= len(data):
        (length,) = struct.unpack_from("!H", data, at + 11)
        record = data[at : at + 13 + length]
        if is_handshake(record):
            yield from _messages(record[13:])
        at += 13 + length


def _messages(body: bytes) -> Iterator[Read]:
    at = 0
    while at + 12 <= len(body):
        size = int.from_bytes(body[at + 9 : at + 12], "big")
        message = body[at + 12 : at + 12 + size]
        if body[at + 6 : at + 9] == b"\0\0\0":
            yield from _message(body[at], message)
        at += 12 + size


def _message(kind: int, body: bytes) -> Iterator[Read]:
    if kind in (_CLIENT_HELLO, _SERVER_HELLO):
        yield Fact.SOFTWARE, GREETS_BY_DTLS
    elif kind == _CERTIFICATE:
        yield Fact.KEYS, MADE_FOR_THIS
        times = _UTC_TIME.findall(body)
        if times:
            yield Fact.CLOCK, DATE if all(time.endswith(b"000000") for time in times) else TIME_OF_DAY
