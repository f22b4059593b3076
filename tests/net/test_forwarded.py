"""Media that a server forwards: its operator opens each packet, and hears and sees what was not sealed before."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Callable, Collection

import pytest

from net.loop import WitnessedTransport
from net.packets import Kind
from net.tellings import QUALITY, REPORTS, SENT_ENCRYPTED, by_datagram, by_relay
from net.witness import UNSEALED
from privacy.facts import Audience, Fact
from privacy.policy import Policy, Telling
from tests.net.lab import Lab

OWN, SERVER = "203.0.113.30", "198.51.100.10:42000"
HERE = "127.0.0.1"
MINE, NEW = 3, 4
"""The source numbers of two streams."""
SIZES = (Fact.MOTION, "the sizes of its packets follow it")


def voice(source: int = MINE, number: int = 96, size: int = 80, sequence: int = 1) -> bytes:
    head = struct.pack("!BBHIIHH4B", 0x90, number, sequence, 2, source, 0xBEDE, 1, 0x10, 0x30, 0, 0)
    return head + bytes(size)


def by_channel(data: bytes) -> bytes:
    return struct.pack("!HH", 0x4000, len(data)) + data + bytes(-len(data) % 4)


class Found:
    """Which sources were found sealed."""

    def __init__(self, *sources: int) -> None:
        self.sources = set(sources)
        self.changed: Callable[[], None] = lambda: None

    def sealed(self, ssrc: int) -> bool:
        return ssrc in self.sources

    def on_change(self, listener: Callable[[], None]) -> None:
        self.changed = listener

    def find(self, *sources: int) -> None:
        self.sources = set(sources)
        self.changed()


def of(tellings: Collection[Telling] | set[Telling], *facts: Fact) -> set[tuple[str, Audience]]:
    return {(value, audience) for fact, value, audience in tellings if fact in facts}


def told(lab: Lab, *facts: Fact) -> set[tuple[str, Audience]]:
    lab.witness.flush()
    return of({(one.fact, one.value, one.audience) for one in lab.told}, *facts)


@pytest.mark.parametrize(
    ("number", "fact", "content"), [(96, Fact.VOICE, "your voice"), (97, Fact.PICTURE, "your picture")]
)
@pytest.mark.parametrize("sealed", [False, True])
def test_the_operator_has_the_contents_unless_they_are_sealed(
    number: int, fact: Fact, content: str, sealed: bool
) -> None:
    operator = (SENT_ENCRYPTED if sealed else content, Audience.OPERATOR)
    heard = {operator, (content, Audience.PARTICIPANTS)}
    straight = set(by_datagram(Kind.RTP, number, OWN, Audience.OPERATOR, to=SERVER, read=(), sealed=sealed))
    assert of(straight, fact) == {*heard, (SENT_ENCRYPTED, Audience.NETWORK)}
    relayed = set(by_relay(Kind.RTP, number, OWN, Audience.OPERATOR, to="198.51.100.20:3478", read=(), sealed=sealed))
    assert of(relayed, fact) == {*heard, (SENT_ENCRYPTED, Audience.NETWORK), (SENT_ENCRYPTED, Audience.RELAY)}


def test_participants_learn_nothing_of_the_way() -> None:
    for kind in (Kind.STUN, Kind.DTLS, Kind.RTP, Kind.RTCP):
        facts = {
            fact
            for tellings in (
                by_datagram(kind, 96, OWN, Audience.OPERATOR, to=SERVER),
                by_relay(kind, 96, OWN, Audience.OPERATOR, to=SERVER),
            )
            for fact, _, audience in tellings
            if audience is Audience.PARTICIPANTS
        }
        assert facts <= {Fact.VOICE}


def test_reports_are_for_the_operator() -> None:
    straight = set(by_datagram(Kind.RTCP, -1, OWN, Audience.OPERATOR, to=SERVER))
    assert of(straight, Fact.QUALITY) == {(QUALITY, Audience.OPERATOR), (REPORTS, Audience.NETWORK)}
    relayed = set(by_relay(Kind.RTCP, -1, OWN, Audience.OPERATOR))
    assert of(relayed, Fact.QUALITY) == {
        (QUALITY, Audience.OPERATOR),
        (REPORTS, Audience.RELAY),
        (REPORTS, Audience.NETWORK),
    }


def test_behind_a_relay_the_operator_does_not_see_the_address() -> None:
    told = set(by_relay(Kind.DTLS, -1, OWN, Audience.OPERATOR, to="198.51.100.20:3478"))
    assert of(told, Fact.ADDRESS) == {(OWN, Audience.RELAY), (OWN, Audience.NETWORK)}
    assert {audience for _, audience in of(told, Fact.KEYS)} == {Audience.OPERATOR, Audience.RELAY, Audience.NETWORK}


def to_server(lab: Lab, *packets: bytes) -> list[bool]:
    """Which of these may leave for the server."""
    lab.guard.allow("198.51.100.10", 42000, "the server", Audience.OPERATOR)
    return [lab.witness.admit(data, (OWN, 1), ("198.51.100.10", 42000)) is not None for data in packets]


def test_what_nobody_found_sealed_is_heard_by_the_operator() -> None:
    for found in (None, Found(), Found(NEW)):
        lab = Lab()
        lab.witness.forwarded(found)
        assert to_server(lab, voice()) == [True]
        assert ("your voice", Audience.OPERATOR) in told(lab, Fact.VOICE)


def test_what_was_found_sealed_is_not_heard_by_the_operator_until_it_is_no_longer() -> None:
    lab, found = Lab(), Found(MINE)
    lab.witness.forwarded(found)
    to_server(lab, voice(), voice(sequence=2))
    assert told(lab, Fact.VOICE) == {
        (SENT_ENCRYPTED, Audience.OPERATOR),
        (SENT_ENCRYPTED, Audience.NETWORK),
        ("your voice", Audience.PARTICIPANTS),
    }
    found.find()
    to_server(lab, voice(sequence=3))
    assert ("your voice", Audience.OPERATOR) in told(lab, Fact.VOICE)


def test_once_anything_left_unsealed_the_meeting_was_not_sealed() -> None:
    lab, found = Lab(), Found(MINE)
    to_server(lab, voice())
    assert not lab.witness.has_forwarded_unsealed, "nobody forwards it"
    lab.witness.begin_anew()
    lab.witness.forwarded(found)
    to_server(lab, voice(), b"\x00\x01" + bytes(18))
    assert not lab.witness.has_forwarded_unsealed
    to_server(lab, voice(source=NEW, sequence=2))
    found.find(MINE, NEW)
    to_server(lab, voice(sequence=3))
    assert lab.witness.has_forwarded_unsealed
    lab.witness.begin_anew()
    assert not lab.witness.has_forwarded_unsealed


def test_sizes_of_sealed_pictures_tell_the_operator_of_movement_and_of_open_ones_only_the_path() -> None:
    for sealed in (False, True):
        lab = Lab()
        lab.witness.forwarded(Found(MINE) if sealed else None)
        to_server(lab, voice(number=97, size=500), voice(number=97, size=900))
        seen = {Audience.NETWORK, Audience.OPERATOR} if sealed else {Audience.NETWORK}
        assert told(lab, SIZES[0]) == {(SIZES[1], audience) for audience in seen}


def test_through_a_relay_it_is_the_operator_who_hears() -> None:
    for sealed, by_operator in ((False, "your voice"), (True, SENT_ENCRYPTED)):
        lab = Lab()
        lab.witness.forwarded(Found(MINE) if sealed else None)
        lab.guard.allow("198.51.100.20", 3478, "a relay", Audience.RELAY)
        lab.witness.admit(by_channel(voice()), (OWN, 1), ("198.51.100.20", 3478))
        assert told(lab, Fact.VOICE) == {
            (by_operator, Audience.OPERATOR),
            ("your voice", Audience.PARTICIPANTS),
            (SENT_ENCRYPTED, Audience.RELAY),
            (SENT_ENCRYPTED, Audience.NETWORK),
        }


def test_the_next_meeting_is_again_from_person_to_person() -> None:
    lab = Lab()
    lab.witness.forwarded(Found(MINE))
    lab.witness.begin_anew()
    lab.guard.allow("198.51.100.20", 3478, "a relay", Audience.RELAY)
    lab.witness.admit(by_channel(voice()), (OWN, 1), ("198.51.100.20", 3478))
    assert Audience.OPERATOR not in {audience for _, audience in told(lab, Fact.VOICE)}


def test_where_sealing_was_promised_nothing_unsealed_leaves() -> None:
    lab, found = Lab(), Found(MINE)
    lab.witness.forwarded(found)
    promised = by_datagram(Kind.RTP, 96, OWN, Audience.OPERATOR, to=SERVER, read=(), sealed=True)
    breaches: list[str] = []
    lab.witness.hold_to(Policy(promised), breaches.append)
    assert to_server(lab, voice(), voice(sequence=2), voice(source=NEW)) == [True, True, False]
    assert breaches == [UNSEALED]
    found.find()
    assert to_server(lab, voice(sequence=3)) == [False]
    found.find(MINE)
    assert to_server(lab, voice(sequence=4)) == [True]
    assert ("your voice", Audience.OPERATOR) not in told(lab, Fact.VOICE)


def test_a_transport_that_counts_by_itself_asks_again_about_another_source_and_when_a_proof_is_gone() -> None:
    lab, found = Lab(), Found(MINE)
    lab.witness.forwarded(found)

    async def main() -> list[bytes]:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there:
            there.bind((HERE, 0))
            there.setblocking(False)
            place = there.getsockname()
            lab.guard.allow(place[0], place[1], "the server", Audience.OPERATOR)
            promised = by_datagram(Kind.RTP, 96, HERE, Audience.OPERATOR, to=f"{HERE}:{place[1]}", read=(), sealed=True)
            lab.witness.hold_to(Policy(promised), lambda sentence: None)
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, (HERE, 0))
            assert isinstance(transport, WitnessedTransport)
            for sequence in range(4):
                transport.sendto(voice(sequence=sequence), place)
            transport.sendto(voice(source=NEW, sequence=4), place)
            found.find()
            transport.sendto(voice(sequence=5), place)
            found.find(MINE)
            transport.sendto(voice(sequence=6), place)
            transport.close()
            arrived = []
            while True:
                try:
                    arrived.append(there.recv(2048))
                except BlockingIOError:
                    return arrived

    arrived = lab.run(main())
    assert [int.from_bytes(data[2:4], "big") for data in arrived] == [0, 1, 2, 3, 6]
