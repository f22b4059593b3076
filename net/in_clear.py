"""What anybody who sees a datagram reads in its clear parts. Pure.

Connection checks, TURN requests and DTLS handshakes are read whole, of reports and media their headers. Only what was
really there is told; what should be readable and is not, or is there beside the usual, is told as just that. Sources:
RFC 8489 (STUN), RFC 8656 (TURN), RFC 8445 section 7.1 (connection checks), RFC 6347 and RFC 5246 (DTLS 1.2), RFC 9147
section 4 (DTLS 1.3), RFC 3711 section 3.4 and RFC 7714 section 9 (SRTCP), RFC 3550 section 6.4 (RTCP), RFC 8285 (header
extensions).
"""

from __future__ import annotations

import datetime
import ipaddress
import re
import struct
from collections.abc import Callable, Collection, Iterator

from net.packets import Kind, classify, extensions, payload_type
from net.tellings import (
    CHECKS,
    DATE,
    GREETS_BY_DTLS,
    IN_A_CALL,
    MADE_FOR_THIS,
    PICTURE_TYPES,
    QUALITY,
    RANDOM_NAMES,
    VOICE_TYPES,
    user_name,
)
from privacy.facts import Fact

Read = tuple[Fact, str]

NEUTRAL = "WebRTC"
"""The name in the certificate of every incog, and of many another program."""

TIME_OF_DAY = "the time of day, in a certificate"
UNREADABLE = "a packet that cannot be read as what it should be"
IN_THE_OPEN = "what a packet carries, unencrypted"
LOUDNESS = "an audio level in every packet"

_USER, _INTEGRITY, _ERROR, _CHANNEL, _LIFETIME, _PEER = 0x0006, 0x0008, 0x0009, 0x000C, 0x000D, 0x0012
_REALM, _NONCE, _TRANSPORT, _MAPPED, _PRIORITY = 0x0014, 0x0015, 0x0019, 0x0020, 0x0024
_NOMINATE, _SOFTWARE, _FINGERPRINT, _CONTROLLED, _CONTROLLING = 0x0025, 0x8022, 0x8028, 0x8029, 0x802A
_AIOICE = {(_USER, _PRIORITY, role, _INTEGRITY, _FINGERPRINT) for role in (_CONTROLLED, _CONTROLLING)}
_MAGIC = 0x2112A442
_SIZES = {
    _INTEGRITY: {20, 32},
    _CHANNEL: {4},
    _LIFETIME: {4},
    _TRANSPORT: {4},
    _PRIORITY: {4},
    _NOMINATE: {0},
    _FINGERPRINT: {4},
    _CONTROLLED: {8},
    _CONTROLLING: {8},
}
"""Bytes of the attributes that have no room for anything else."""
_USUAL = {_USER, _ERROR, _PEER, _REALM, _NONCE, _MAPPED, *_SIZES}
"""STUN attributes of connection checks and TURN requests; the texts of realm and nonce are the server's own."""
_NAMES = re.compile(rb"[A-Za-z0-9+/]{4,32}:[A-Za-z0-9]{4}")  # theirs, and ours as aioice draws it

_CHANGE, _ALERT, _HANDSHAKE, _DATA = 20, 21, 22, 23
_CLIENT_HELLO, _SERVER_HELLO, _CERTIFICATE = 1, 2, 11
_HANDSHAKES = {0, _CLIENT_HELLO, _SERVER_HELLO, 3, 4, _CERTIFICATE, 12, 13, 14, 15, 16, 20}
_DTLS_1_3 = 32  # and above: the first byte of a record whose header is encrypted as well

_REPORTS = {200, 201, 203, 205, 206}
_TRAILERS = {14: 14, 20: 4}  # bytes after the reports, and where from the end the flag of encryption stands, by cipher
_EXTENSIONS = {1: 1, 3: 3}  # bytes of the section of the description and of the time of sending (`net.sdp`)
_AUDIO_LEVEL = 2


def read(data: bytes, known: Collection[str] = ()) -> tuple[Read, ...]:
    """The facts in one datagram. Never raises.

    `known` are addresses that whoever receives it has already: their own, and those that a relay was asked to reach.
    """
    kind = classify(data)
    if kind is Kind.RTCP and data[1] in _REPORTS and _is_sealed(data):
        return ()  # some a second, and nothing more to read
    found: list[Read] = []
    try:
        for one in _READERS[kind](data, known):
            found.append(one)  # one by one: what stands before an unreadable part was there
    except (struct.error, IndexError, ValueError):
        found.append((Fact.SOFTWARE, UNREADABLE))
    return tuple(found)


# --- STUN and TURN ---------------------------------------------------------------------------------------------------


def _stun(data: bytes, known: Collection[str]) -> Iterator[Read]:
    attributes = list(_attributes(data))
    named = dict(attributes)
    if _USER in named and _REALM in named:
        yield Fact.CREDENTIAL, user_name(_text(named[_USER]))
    elif _USER in named:
        random = _NAMES.fullmatch(named[_USER])
        yield Fact.CONNECTION, RANDOM_NAMES if random else f"the name {_text(named[_USER])}"
        yield Fact.PRESENCE, IN_A_CALL
        if tuple(number for number, _ in attributes if number != _NOMINATE) in _AIOICE:
            yield Fact.SOFTWARE, CHECKS
    for number, value in attributes:
        if number == _SOFTWARE:
            yield Fact.SOFTWARE, f"{_text(value)}, as it calls itself"
        elif number not in _USUAL or len(value) not in _SIZES.get(number, {len(value)}):
            yield Fact.SOFTWARE, f"an unusual part of a connection check, {number:04x}"
        elif number == _PEER:
            yield Fact.CONTACT, _address(value, data[8:20])
        elif number == _MAPPED and (address := _address(value, data[8:20])) not in known:
            yield Fact.ADDRESS, address


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    length, magic = struct.unpack_from("!HI", data, 2)
    if magic != _MAGIC or len(data) != 20 + length:
        raise ValueError("not a STUN message")
    at = 20
    while at < len(data):
        number, size = struct.unpack_from("!HH", data, at)
        if at + 4 + size > len(data):
            raise ValueError("an attribute that is cut off")
        yield number, data[at + 4 : at + 4 + size]
        at += 4 + size + -size % 4


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")


def _address(value: bytes, transaction: bytes) -> str:
    mask = _MAGIC.to_bytes(4, "big") + transaction
    return str(ipaddress.ip_address(bytes(a ^ b for a, b in zip(value[4:], mask, strict=False))))


# --- DTLS ------------------------------------------------------------------------------------------------------------


def _dtls(data: bytes, known: Collection[str]) -> Iterator[Read]:
    """The handshake messages in this datagram, put together from their fragments (RFC 6347 section 4.2.2)."""
    if data[0] >= _DTLS_1_3:
        return
    messages: dict[tuple[int, int, int], bytearray] = {}  # type, number and whole length
    for kind, body in _records(data):
        if kind == _DATA:
            yield Fact.TRAFFIC, IN_THE_OPEN
        elif kind not in (_CHANGE, _ALERT, _HANDSHAKE):
            raise ValueError("a record of an unknown kind")
        at = 0
        while kind == _HANDSHAKE and at < len(body):
            shake, size, number, offset, length = _fragment(body, at)
            at += 12
            message = messages.setdefault((shake, number, size), bytearray())
            part = body[at : at + length]
            if len(part) != length or offset > len(message):
                raise ValueError("a fragment that is cut off, or whose beginning is elsewhere")
            if message[offset : offset + length] != part[: len(message) - offset]:
                raise ValueError("a message that is repeated in other words")
            message[offset : offset + length] = part
            at += length
    for (shake, _, size), message in messages.items():
        if len(message) != size:
            raise ValueError("a message whose end is elsewhere")
        yield from _message(shake, bytes(message))


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The records that are not encrypted, of which the others tell nothing."""
    at = 0
    while at < len(data):
        kind, epoch, length = data[at], *struct.unpack_from("!H6xH", data, at + 3)
        at += 13
        if at + length > len(data):
            raise ValueError("a record that is cut off")
        if epoch == 0:
            yield kind, data[at : at + length]
        at += length


def _fragment(body: bytes, at: int) -> tuple[int, int, int, int, int]:
    """Type, whole length, number, offset and length."""
    head = body[at : at + 12]
    if len(head) < 12:
        raise ValueError("a fragment that is cut off")
    size, number, offset, length = (int.from_bytes(head[a:b], "big") for a, b in ((1, 4), (4, 6), (6, 9), (9, 12)))
    return head[0], size, number, offset, length


def _message(kind: int, body: bytes) -> Iterator[Read]:
    if kind not in _HANDSHAKES:
        raise ValueError("a handshake message of an unknown kind")
    if kind in (_CLIENT_HELLO, _SERVER_HELLO):
        yield Fact.SOFTWARE, GREETS_BY_DTLS
    elif kind == _CERTIFICATE:
        yield Fact.KEYS, MADE_FOR_THIS
        yield from _certificate(body)


def _certificate(body: bytes) -> Iterator[Read]:
    """What the one certificate of a message tells (RFC 5246 section 7.4.2)."""
    from cryptography import x509  # late: whoever sends a certificate has loaded it, and the first screen needs none

    size = int.from_bytes(body[3:6], "big")
    if int.from_bytes(body[:3], "big") != size + 3 or len(body) != size + 6:
        raise ValueError("not one certificate")
    try:
        certificate = x509.load_der_x509_certificate(body[6:])
        times = (certificate.not_valid_before_utc.time(), certificate.not_valid_after_utc.time())
        yield Fact.CLOCK, DATE if times == (datetime.time(), datetime.time()) else TIME_OF_DAY
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, NEUTRAL)])
        if not certificate.subject == certificate.issuer == name or len(certificate.extensions):
            yield Fact.NAME, "what stands in a certificate beside keys and dates"
    except (x509.InvalidVersion, x509.DuplicateExtension) as error:
        raise ValueError("a certificate that is none") from error


# --- RTP and RTCP ----------------------------------------------------------------------------------------------------


def _rtp(data: bytes, known: Collection[str]) -> Iterator[Read]:
    if len(data) < 12 or data[0] & 0x0F:
        raise ValueError("cut off, or from several sources")
    if payload_type(data) not in VOICE_TYPES | PICTURE_TYPES:
        yield Fact.SOFTWARE, f"media of an unknown kind, {payload_type(data)}"
    if data[0] & 0x10 and data[12:14] != b"\xbe\xde":
        raise ValueError("header extensions of another form")
    for number, value in extensions(data):
        if number == _AUDIO_LEVEL:
            yield Fact.LOUDNESS, LOUDNESS
        elif _EXTENSIONS.get(number) != len(value):
            yield Fact.SOFTWARE, f"an unusual header extension, {number}"


def _rtcp(data: bytes, known: Collection[str]) -> Iterator[Read]:
    if data[1] not in _REPORTS:
        yield Fact.QUALITY, f"that reports of an unusual kind are sent, {data[1]}"
    if not _is_sealed(data):
        yield Fact.QUALITY, QUALITY


def _is_sealed(data: bytes) -> bool:
    """Whether reports are encrypted: else their lengths add up, as far as the trailer, which says so."""
    at, end = 0, len(data)
    while at + 4 <= end and 128 <= data[at] < 192 <= data[at + 1] <= 223:
        at += 4 + 4 * (data[at + 2] << 8 | data[at + 3])
    flag = _TRAILERS.get(end - at)
    return at != end and (flag is None or data[-flag] >= 128)


def _unknown(data: bytes, known: Collection[str]) -> Iterator[Read]:
    yield Fact.SOFTWARE, UNREADABLE


_READERS: dict[Kind, Callable[[bytes, Collection[str]], Iterator[Read]]] = {
    Kind.STUN: _stun,
    Kind.DTLS: _dtls,
    Kind.RTP: _rtp,
    Kind.RTCP: _rtcp,
    Kind.TURN: _unknown,  # inside another one
    Kind.OTHER: _unknown,
}
