"""What is read in the clear parts of packets, written by the libraries themselves, and in noise."""

from __future__ import annotations

import datetime
import struct

import pytest
from aioice import stun
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from net.in_clear import IN_THE_OPEN, LOUDNESS, TIME_OF_DAY, UNREADABLE, read
from net.seams import generate_certificate
from net.tellings import CHECKS, DATE, GREETS_BY_DTLS, IN_A_CALL, MADE_FOR_THIS, QUALITY, RANDOM_NAMES
from privacy.facts import Fact

CHECK_FACTS = {(Fact.CONNECTION, RANDOM_NAMES), (Fact.PRESENCE, IN_A_CALL), (Fact.SOFTWARE, CHECKS)}


def check(role: str, nominate: bool = False) -> stun.Message:
    """A connection check as aioice makes it."""
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = "abcd:efgh"
    message.attributes["PRIORITY"] = 1
    message.attributes[role] = 2
    if nominate:
        message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(b"key")
    return message


@pytest.mark.parametrize(
    "message", [check("ICE-CONTROLLING"), check("ICE-CONTROLLING", nominate=True), check("ICE-CONTROLLED")]
)
def test_a_connection_check_tells_of_a_call_and_of_its_maker(message: stun.Message) -> None:
    assert set(read(bytes(message))) == CHECK_FACTS


def test_a_check_of_another_shape_has_another_maker() -> None:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = "abcd:efgh"
    assert set(read(bytes(message))) == CHECK_FACTS - {(Fact.SOFTWARE, CHECKS)}


def test_a_question_to_a_stun_server_tells_nothing() -> None:
    assert read(bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST))) == ()


@pytest.mark.parametrize("peer", ["203.0.113.9", "2001:db8::9"])
def test_a_turn_request_tells_user_and_peer(peer: str) -> None:
    message = stun.Message(stun.Method.CHANNEL_BIND, stun.Class.REQUEST)
    message.attributes["CHANNEL-NUMBER"] = 0x4000
    message.attributes["XOR-PEER-ADDRESS"] = (peer, 4000)
    message.attributes["USERNAME"] = "reed"
    message.attributes["REALM"] = "relay.test"
    assert set(read(bytes(message))) == {(Fact.CREDENTIAL, "the user name reed"), (Fact.CONTACT, peer)}


def fragment(kind: int, whole: int, offset: int, body: bytes) -> bytes:
    """A DTLS record with one fragment of a handshake message of `whole` bytes."""
    head = struct.pack("!B3sH3s3s", kind, big3(whole), 0, big3(offset), big3(len(body)))
    return struct.pack("!BHHIHH", 22, 0xFEFD, 0, 0, 0, len(head + body)) + head + body


def big3(number: int) -> bytes:
    return number.to_bytes(3, "big")


def handshake(kind: int, body: bytes) -> bytes:
    """A DTLS record with one handshake message."""
    return fragment(kind, len(body), 0, body)


def record(kind: int, epoch: int, body: bytes) -> bytes:
    return struct.pack("!BHHIHH", kind, 0xFEFD, epoch, 0, 0, len(body)) + body


def certified(der: bytes) -> bytes:
    """A certificate message's body."""
    return big3(len(der) + 3) + big3(len(der)) + der


def certificate(at: datetime.datetime, name: str = "WebRTC", alternative: str = "") -> bytes:
    """A certificate with this name, from this moment on."""
    names = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    key = ec.generate_private_key(ec.SECP256R1())
    made = x509.CertificateBuilder().subject_name(names).issuer_name(names).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(at).not_valid_after(at + datetime.timedelta(days=30))
    if alternative:
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(alternative)]), critical=False)
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def ours() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    return generate_certificate(key).public_bytes(serialization.Encoding.DER)


MIDNIGHT = datetime.datetime(2030, 5, 6, tzinfo=datetime.UTC)
PLAIN = {(Fact.KEYS, MADE_FOR_THIS), (Fact.CLOCK, DATE)}


def test_a_certificate_tells_keys_and_the_date_alone() -> None:
    assert set(read(handshake(11, certified(ours())))) == PLAIN
    assert set(read(handshake(11, certified(certificate(MIDNIGHT))))) == PLAIN


def test_a_certificate_to_the_second_is_called_what_it_is() -> None:
    theirs = certificate(datetime.datetime(2030, 5, 6, 7, 8, 9, tzinfo=datetime.UTC))
    assert (Fact.CLOCK, TIME_OF_DAY) in read(handshake(11, certified(theirs)))


@pytest.mark.parametrize("more", [{"name": "quillmost"}, {"alternative": "thornbridge.example"}])
def test_a_certificate_with_more_in_it_says_more(more: dict[str, str]) -> None:
    found = set(read(handshake(11, certified(certificate(MIDNIGHT, **more)))))
    assert {fact for fact, _ in found - PLAIN} == {Fact.NAME}


def test_greetings_of_both_sides_tell_the_software() -> None:
    for kind in (1, 2):
        assert read(handshake(kind, bytes(60))) == ((Fact.SOFTWARE, GREETS_BY_DTLS),)
    both = handshake(2, bytes(60)) + handshake(11, certified(ours()))
    assert {fact for fact, _ in read(both)} == {Fact.SOFTWARE, Fact.KEYS, Fact.CLOCK}


def test_a_message_is_put_together_from_its_fragments_and_may_be_there_twice() -> None:
    body = certified(ours())
    parts = fragment(11, len(body), 0, body[:100]) + fragment(11, len(body), 100, body[100:])
    assert set(read(parts)) == set(read(parts + parts)) == PLAIN
    other = fragment(11, len(body), 0, body[:90] + bytes(10))
    assert read(parts + other) == ((Fact.SOFTWARE, UNREADABLE),)


@pytest.mark.parametrize(
    "data",
    [
        fragment(11, 400, 0, bytes(60)),
        fragment(11, 400, 340, bytes(60)),
        handshake(11, bytes(60)),
        handshake(11, certified(bytes(60))),
        handshake(99, bytes(60)),
        handshake(1, bytes(60))[:-1],
        record(22, 0, bytes(3)),
        record(24, 0, bytes(3)),
        bytes(check("ICE-CONTROLLING"))[:-4],
        bytes(check("ICE-CONTROLLING")) + bytes(4),
        b"\0\1\0\0" + bytes(16),
        struct.pack("!BBHII", 0x91, 96, 7, 8, 9) + bytes(40),
        struct.pack("!BBHIIHH", 0x90, 96, 7, 8, 9, 0x1000, 1) + bytes(40),
        struct.pack("!BBH", 0x80, 96, 7),
        b"anything",
        b"",
    ],
)
def test_what_should_be_readable_and_is_not_is_said_to_be_so(data: bytes) -> None:
    assert (Fact.SOFTWARE, UNREADABLE) in read(data)


def test_what_is_encrypted_tells_nothing() -> None:
    for data in (record(22, 1, bytes(60)), record(23, 1, bytes(60)), bytes((0x2F, 1, 2)) + bytes(40)):
        assert read(data) == ()
    assert read(record(21, 0, bytes(2)) + record(20, 0, b"\1")) == ()
    assert read(record(23, 0, bytes(60))) == ((Fact.TRAFFIC, IN_THE_OPEN),)


def test_a_check_with_more_in_it_says_more() -> None:
    named = check("ICE-CONTROLLING")
    named.attributes["USERNAME"] = "abcd:quillmost@thornbridge"
    assert (Fact.CONNECTION, "the name abcd:quillmost@thornbridge") in read(bytes(named))
    for number, value, words in (
        (0x8022, b"quill 1.0", "quill 1.0, as it calls itself"),
        (0xC057, b"wifi", "an unusual part of a connection check, c057"),
        (0x0024, bytes(12), "an unusual part of a connection check, 0024"),
    ):
        body = struct.pack("!HH", number, len(value)) + value + bytes(-len(value) % 4)
        data = struct.pack("!HHI12s", 1, len(body), 0x2112A442, bytes(12)) + body
        assert read(data) == ((Fact.SOFTWARE, words),)


def test_an_answer_may_name_the_address_of_whom_it_answers_and_no_other() -> None:
    answer = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE)
    answer.attributes["XOR-MAPPED-ADDRESS"] = ("192.0.2.7", 4000)
    answer.add_message_integrity(b"key")
    assert read(bytes(answer), ["192.0.2.7"]) == ()
    assert read(bytes(answer), ["192.0.2.8"]) == ((Fact.ADDRESS, "192.0.2.7"),)


def report(kind: int, words: int = 1) -> bytes:
    return struct.pack("!BBHI", 0x81, kind, words, 7) + bytes(4 * (words - 1))


@pytest.mark.parametrize("flag", [14, 20])
def test_reports_that_are_not_encrypted_are_said_to_be_so(flag: int) -> None:
    sealed = bytearray(report(200, 6) + bytes((0x5A,)) * flag)  # noise, and the trailer of either cipher
    where = {14: -14, 20: -4}[flag]
    sealed[where] |= 0x80
    assert read(bytes(sealed)) == ()
    sealed[where] &= 0x7F
    assert read(bytes(sealed)) == ((Fact.QUALITY, QUALITY),)
    assert read(report(200, 6) + report(202, 3)) == ((Fact.QUALITY, QUALITY),)


def test_reports_of_an_unusual_kind_are_named() -> None:
    data = report(204, 3) + bytes(10) + b"\x80\0\0\1"
    assert read(data + bytes(3)) == ((Fact.QUALITY, "that reports of an unusual kind are sent, 204"),)


def test_media_tells_its_unusual_extensions_and_kinds() -> None:
    def media(number: int, *extensions: int) -> bytes:
        return struct.pack("!BBHIIHH", 0x90, number, 7, 8, 9, 0xBEDE, 2) + bytes(extensions) + bytes(40)

    usual = (0x10, 0x30, 0x32, 1, 2, 3, 0, 0)
    assert read(media(96, *usual)) == ()
    assert read(media(97, *usual)) == ()
    assert read(media(96, 0x10, 0x30, 0x20, 0x55, 0, 0, 0, 0)) == ((Fact.LOUDNESS, LOUDNESS),)
    assert read(media(96, 0x11, 0x30, 0x30, 0, 0, 0, 0, 0)) == ((Fact.SOFTWARE, "an unusual header extension, 1"),)
    assert read(media(111, *usual)) == ((Fact.SOFTWARE, "media of an unknown kind, 111"),)


@given(st.binary(max_size=200))
def test_noise_is_read_without_harm(data: bytes) -> None:
    read(data)


@given(st.integers(0, 200), st.binary(max_size=40))
def test_cut_and_garbled_checks_are_read_without_harm(cut: int, noise: bytes) -> None:
    read(bytes(check("ICE-CONTROLLING"))[:cut] + noise)
    read(handshake(11, bytes(60))[:cut] + noise)
