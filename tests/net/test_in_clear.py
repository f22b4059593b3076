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

from net.in_clear import TIME_OF_DAY, is_handshake, read
from net.seams import generate_certificate
from net.tellings import CHECKS, DATE, GREETS_BY_DTLS, IN_A_CALL, MADE_FOR_THIS, RANDOM_NAMES
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


def handshake(kind: int, body: bytes, offset: int = 0, epoch: int = 0) -> bytes:
    """A DTLS record with one fragment of a handshake message."""
    fragment = struct.pack("!B3sH3s3s", kind, bytes(3), 0, offset.to_bytes(3, "big"), len(body).to_bytes(3, "big"))
    return struct.pack("!BHHIHH", 22, 0xFEFD, epoch, 0, 0, len(fragment + body)) + fragment + body


def certificate(at: datetime.datetime) -> bytes:
    """A certificate message with one certificate from this moment on."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "WebRTC")])
    key = ec.generate_private_key(ec.SECP256R1())
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(at).not_valid_after(at + datetime.timedelta(days=30))
    return made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def test_a_certificate_tells_keys_and_the_date_alone() -> None:
    ours = generate_certificate(ec.generate_private_key(ec.SECP256R1())).public_bytes(serialization.Encoding.DER)
    assert set(read(handshake(11, bytes(6) + ours))) == {(Fact.KEYS, MADE_FOR_THIS), (Fact.CLOCK, DATE)}


def test_a_certificate_to_the_second_is_called_what_it_is() -> None:
    theirs = certificate(datetime.datetime(2030, 5, 6, 7, 8, 9, tzinfo=datetime.UTC))
    assert (Fact.CLOCK, TIME_OF_DAY) in read(handshake(11, bytes(6) + theirs))


def test_greetings_of_both_sides_tell_the_software() -> None:
    for kind in (1, 2):
        assert read(handshake(kind, bytes(60))) == ((Fact.SOFTWARE, GREETS_BY_DTLS),)
    both = handshake(2, bytes(60)) + handshake(11, bytes(60))
    assert {fact for fact, _ in read(both)} == {Fact.SOFTWARE, Fact.KEYS}


def test_what_is_encrypted_or_a_later_fragment_tells_nothing() -> None:
    assert read(handshake(11, bytes(60), epoch=1)) == ()
    assert read(handshake(11, bytes(60), offset=500)) == ()
    assert not is_handshake(handshake(20, bytes(60), epoch=1))
    assert not is_handshake(bytes((23, 254, 253)) + bytes(40))


@given(st.binary(max_size=200))
def test_noise_is_read_without_harm(data: bytes) -> None:
    read(data)


@given(st.integers(0, 200), st.binary(max_size=40))
def test_cut_and_garbled_checks_are_read_without_harm(cut: int, noise: bytes) -> None:
    read(bytes(check("ICE-CONTROLLING"))[:cut] + noise)
    read(handshake(11, bytes(60))[:cut] + noise)
