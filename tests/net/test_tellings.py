"""Who learns what from what leaves, across NATs, through relays and inside TLS."""

from __future__ import annotations

import pytest

from net.packets import Kind
from net.tellings import (
    BEHIND_NAT,
    GREETS_BY_TLS,
    SENT_ENCRYPTED,
    by_datagram,
    by_relay,
    by_signalling,
    by_sizes,
    inside_tls,
    seen_as,
    seen_from,
)
from privacy.facts import Audience, Fact

HOME, PUBLIC = "192.168.77.23", "203.0.113.20"


@pytest.mark.parametrize(
    ("own", "there", "seen"),
    [
        (HOME, "198.51.100.1", BEHIND_NAT),
        (HOME, "10.0.0.1", HOME),
        (PUBLIC, "198.51.100.1", PUBLIC),
        ("fd00::1", "2001:db8::1", BEHIND_NAT),
        ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        (HOME, "meet.example.org", HOME),
        ("some words", "198.51.100.1", "some words"),
    ],
)
def test_what_is_private_is_not_seen_elsewhere(own: str, there: str, seen: str) -> None:
    assert seen_from(own, there) == seen


@pytest.mark.parametrize(
    ("own", "there", "seen"),
    [
        (HOME, "198.51.100.1", {BEHIND_NAT}),
        (HOME, "10.0.0.1", {HOME}),
        (HOME, "relay.example.org", {HOME, BEHIND_NAT}),
        (HOME, "", {HOME, BEHIND_NAT}),
        (PUBLIC, "relay.example.org", {PUBLIC}),
        (PUBLIC, "10.0.0.1", {PUBLIC}),
        ("some words", "198.51.100.1", {"some words", BEHIND_NAT}),
    ],
)
def test_both_sides_of_a_nat_are_foreseen_where_it_is_not_known(own: str, there: str, seen: set[str]) -> None:
    assert set(seen_as(own, there)) == seen


def test_packets_of_several_sizes_tell_what_they_carry() -> None:
    assert {fact for fact, _, _ in by_sizes([Audience.NETWORK])} == {Fact.MOTION}
    assert {fact for fact, _, _ in by_sizes([Audience.NETWORK], voice=True)} == {Fact.ACTIVITY}


def test_the_path_has_two_sides_where_a_nat_is_on_it() -> None:
    told = set(by_datagram(Kind.RTP, 96, HOME, Audience.PARTICIPANTS, to=PUBLIC, seen=BEHIND_NAT, read=()))
    addresses = {(value, audience) for fact, value, audience in told if fact is Fact.ADDRESS}
    assert addresses == {
        (HOME, Audience.NETWORK),
        (BEHIND_NAT, Audience.NETWORK),
        (BEHIND_NAT, Audience.PARTICIPANTS),
    }
    signalled = set(by_signalling({}, HOME, "198.51.100.1:7843", seen=BEHIND_NAT, encrypted=True))
    assert (Fact.ADDRESS, BEHIND_NAT, Audience.OPERATOR) in signalled
    assert (Fact.ADDRESS, HOME, Audience.OPERATOR) not in signalled
    assert (Fact.ADDRESS, HOME, Audience.NETWORK) in signalled


def test_a_relay_hides_the_address_from_those_it_carries_to() -> None:
    told = set(by_relay(Kind.RTP, 96, PUBLIC, to="198.51.100.20:3478", read=()))
    assert (Fact.VOICE, "your voice", Audience.PARTICIPANTS) in told
    assert (Fact.VOICE, SENT_ENCRYPTED, Audience.RELAY) in told
    assert {audience for fact, _, audience in told if fact is Fact.ADDRESS} == {Audience.RELAY, Audience.NETWORK}
    assert (Fact.SERVER, "198.51.100.20:3478", Audience.NETWORK) in told


def test_inside_tls_the_path_learns_where_when_and_how_much() -> None:
    read = [(Fact.CREDENTIAL, "the user name reed"), (Fact.CONTACT, PUBLIC)]
    told = set(inside_tls(by_relay(Kind.RTP, 96, PUBLIC, to="198.51.100.20:5349", read=read), "relay.test:5349"))
    on_path = {(fact, value) for fact, value, audience in told if audience is Audience.NETWORK}
    assert {fact for fact, _ in on_path} == {Fact.ADDRESS, Fact.SERVER, Fact.TRAFFIC, Fact.SOFTWARE}
    assert (Fact.SERVER, "relay.test:5349") in on_path
    assert (Fact.SOFTWARE, GREETS_BY_TLS) in on_path
    assert (Fact.CREDENTIAL, "the user name reed", Audience.RELAY) in told


def test_presence_by_packets_is_for_those_who_know_no_more() -> None:
    told = set(by_datagram(Kind.STUN, -1, PUBLIC, Audience.PARTICIPANTS))
    assert {audience for fact, _, audience in told if fact is Fact.PRESENCE} == {Audience.NETWORK}
