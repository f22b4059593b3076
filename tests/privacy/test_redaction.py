"""What is left of others in a receipt."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from privacy.facts import Audience, Disclosure, Evidence, Fact
from privacy.ledger import AND_OTHERS, Entry, Ledger, Snapshot
from privacy.redaction import ABOUT_ONESELF, NAMES_SOMEBODY, SOMEBODY, Destination, Other, Redaction

REED = Other(("Reed",), ("5f3a1b2c9d8e7f60",), ("192.0.2.9:50000", "[2001:db8::9]:50001"))
ADA = Other(("Ada", "Ada the second"), ("a0b1c2d3e4f50617",), ("192.0.2.10:50000",))
SERVER = Destination("198.51.100.1:7843", "the meeting's server, from the link", Audience.OPERATOR)
RELAY = Destination("relay.example:0", "the meeting's relay", Audience.RELAY)
ME = "203.0.113.5"


def told(fact: Fact, value: str, to: str = "198.51.100.1:7843") -> Entry:
    ledger = Ledger()
    ledger.record(Disclosure(fact, value, Audience.PARTICIPANTS, 1.0, Evidence("signalling", to, 1)))
    return ledger.snapshot(1.0).entries[0]


def redaction(*others: Other, destinations: tuple[Destination, ...] = (SERVER, RELAY)) -> Redaction:
    return Redaction(Snapshot(0.0, (told(Fact.ADDRESS, ME),)), others or (REED, ADA), destinations)


# --- values ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fact", sorted(ABOUT_ONESELF))
def test_what_is_about_oneself_stands(fact: Fact) -> None:
    assert redaction().value(told(fact, "Quiet Wren")) == "Quiet Wren"


@pytest.mark.parametrize("fact", sorted(set(Fact) - ABOUT_ONESELF - {Fact.SERVER, Fact.LOOKUP}))
def test_everything_else_is_left_out(fact: Fact) -> None:
    assert redaction().value(told(fact, "Reed said hello")) == ""
    assert redaction().value(told(fact, AND_OTHERS)) == AND_OTHERS


def test_chat_is_not_about_oneself() -> None:
    assert Fact.CHAT not in ABOUT_ONESELF


def test_servers_stand_and_other_destinations_do_not() -> None:
    cover = redaction()
    assert cover.value(told(Fact.SERVER, "198.51.100.1:7843")) == "198.51.100.1:7843"
    assert cover.value(told(Fact.SERVER, "192.0.2.9:50000")) == "participant 1"
    assert cover.value(told(Fact.LOOKUP, "relay.example")) == "relay.example"
    assert cover.value(told(Fact.LOOKUP, "reeds-house.example")) == "a name"


# --- places ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        ("198.51.100.1:7843", "198.51.100.1:7843"),
        ("relay.example:0", "relay.example:0"),
        ("192.0.2.9:50000", "participant 1"),
        ("[2001:db8::9]:50001", "participant 1"),
        ("192.0.2.10:50000", "participant 2"),
        ("192.0.2.10:50001", SOMEBODY),
        ("participant 5f3a1b2c…", "participant 1"),
        ("connection a0b1c2d3…", "participant 2"),
        ("connection a0b1c2d3e4f50617", "participant 2"),
        ("connection 00000000…", SOMEBODY),
        ("name server", "name server"),
        (AND_OTHERS, AND_OTHERS),
        ("others", "others"),
        ("Reed", SOMEBODY),
        ("", SOMEBODY),
    ],
)
def test_a_server_by_its_address_anybody_else_by_number(place: str, shown: str) -> None:
    assert redaction().place(place) == shown


def test_an_id_that_could_be_two_people_is_nobodys() -> None:
    twin = replace(ADA, ids=("5f3a1b2c00000000",))
    assert redaction(REED, twin).place("participant 5f3a1b2c…") == SOMEBODY


def test_to_whom_it_was_told_is_said_once_each() -> None:
    places = ["192.0.2.9:50000", "participant 5f3a1b2c…", "192.0.2.77:1", "192.0.2.78:1", "198.51.100.1:7843"]
    assert redaction().told_to(places) == ("participant 1", SOMEBODY, "198.51.100.1:7843")


def test_a_server_at_the_address_of_somebody_in_the_meeting_is_covered() -> None:
    host = replace(ADA, places=("198.51.100.1:50000",))
    cover = redaction(REED, host)
    assert cover.place("198.51.100.1:7843") == "a server at the address of participant 2"
    assert cover.sentence("sealed so that 198.51.100.1 cannot read it") == "sealed so that an address cannot read it"
    assert cover.why("198.51.100.1:7843") == SERVER


def test_an_address_shared_with_others_is_ones_own_and_stands() -> None:
    neighbour = replace(ADA, places=(f"{ME}:50000", "127.0.0.1:50001", "localhost:50002"))
    mine = Destination(f"{ME}:7843", "the meeting's server", Audience.OPERATOR)
    here = Destination("127.0.0.1:7843", "the meeting's server", Audience.OPERATOR)
    cover = redaction(neighbour, destinations=(mine, here))
    assert cover.place(f"{ME}:7843") == f"{ME}:7843"
    assert cover.place("127.0.0.1:7843") == "127.0.0.1:7843"
    assert cover.place(f"{ME}:50000") == "participant 1"
    assert cover.sentence(f"only {ME} is given away") == f"only {ME} is given away"


def test_only_servers_have_a_reason() -> None:
    somebody = Destination("192.0.2.9:50000", "where a participant says to be reached", Audience.PARTICIPANTS)
    cover = redaction(destinations=(SERVER, RELAY, somebody))
    assert (cover.why("198.51.100.1:7843"), cover.why("192.0.2.9:50000")) == (SERVER, None)


# --- what was refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("destination", "shown"),
    [
        ("telemetry.example", "telemetry.example"),
        ("telemetry.example:443", "telemetry.example:443"),
        ("gcc", "gcc"),
        ("others", "others"),
        ("198.51.100.1:7843", "198.51.100.1:7843"),
        ("192.0.2.9:50000", "participant 1"),
        ("8.8.8.8:53", "an address (public, IPv4)"),
        ("2606:4700::1", "an address (public, IPv6)"),
        ("[2606:4700::1]:443", "an address (public, IPv6)"),
        ("10.1.2.3:80", "an address (private, IPv4)"),
        ("169.254.169.254:80", "an address (link-local, IPv4)"),
        ("224.0.0.251:5353", "an address (multicast, IPv4)"),
        ("0.0.0.0:9", "an address (unspecified, IPv4)"),
        ("127.0.0.1:9", "an address (loopback, IPv4)"),
        ("4b1c7d0e-1f2a.local", "a name of the local network"),
        ("4B1C7D0E-1F2A.LOCAL.", "a name of the local network"),
        ("Reed", NAMES_SOMEBODY),
    ],
)
def test_a_refused_destination_is_told_by_name_or_by_kind(destination: str, shown: str) -> None:
    assert redaction().tried(destination) == shown


# --- sentences -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no User-Agent is sent", "no User-Agent is sent"),
        (f"only {ME}, 192.0.2.9 is given away", f"only {ME}, an address is given away"),
        (f"from {ME}:4711.", f"from {ME}:4711."),
        ("192.0.2.9.", "an address."),
        ("at [2001:db8::9]:50001", "at [an address]:50001"),
        ("at 2001:db8::9:50001: refused", "at an address refused"),
        ("so that relay.example cannot read it", "so that relay.example cannot read it"),
        ("998.1.1.1 is no address", "998.1.1.1 is no address"),
        ("Reed was left out", NAMES_SOMEBODY),
        ("reed was left out", NAMES_SOMEBODY),
        ("Reeds grow here", "Reeds grow here"),
        ("3 candidates of 5f3a1b2c… were left out", NAMES_SOMEBODY),
        ("of 5f3a1b2c9d8e7f60", NAMES_SOMEBODY),
    ],
)
def test_a_sentence_names_nobody_and_holds_no_address_of_others(text: str, shown: str) -> None:
    assert redaction().sentence(text) == shown


addresses = st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6))


@given(st.lists(addresses, min_size=1, max_size=4), st.sampled_from([" ", ", ", " and ", "; ", ": ", "]:443 ["]))
def test_no_address_stands_in_a_sentence(found: list[IPv4Address | IPv6Address], between: str) -> None:
    assume(ip_address(ME) not in found and ip_address("198.51.100.1") not in found)
    shown = redaction().sentence(f"[{between.join(map(str, found))}]")
    assert all(str(one) not in shown for one in found)


@given(st.text(min_size=1, max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_no_name_stands_in_a_sentence(name: str, before: str, after: str) -> None:
    assume(name.strip() != "" and name not in NAMES_SOMEBODY)
    cover = redaction(Other((name,), (), ()))
    assert cover.sentence(f"{before} {name} {after}") == NAMES_SOMEBODY


def test_a_nameless_participant_covers_nothing() -> None:
    assert redaction(Other(("", " "), (), ())).sentence("no User-Agent is sent") == "no User-Agent is sent"
