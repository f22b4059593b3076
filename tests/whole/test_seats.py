"""One recorder at each seat of a meeting: what it could decode is what the ledger says of that audience, both ways."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.whole import seats
from tests.whole.conftest import WAYS
from tests.whole.internet import ALICE, HOME, OPERATOR, RELAY
from tests.whole.meetings import PEOPLE, WHERE, Met, alike, heard_and_seen

OWN: dict[bool, dict[str, str]] = {False: {}, True: {"alice": HOME}}
"""Who has another address at home, with and without a NAT."""


def decoded(met: Met, name: str, audience: str) -> seats.Seen:
    """What the recorder at an audience's seat could decode about somebody."""
    address, other = PEOPLE[name]
    behind = HOME in {packet.source[0] for packet in met.records["from alice"].packets()}
    where = replace(WHERE, nats=frozenset({ALICE})) if behind else WHERE
    match audience:
        case "participants":
            return seats.participant(met.taps[other], met.records[other].packets(), frozenset({address}), where)
        case "operator":
            return seats.operator(met.records["operator"].packets(), address, where)
        case "relay":
            return seats.relay(met.records["relay"].packets(), address, where)
        case _:  # the path has two sides where there is a NAT on it
            before = seats.network(met.records[f"from {name}"].packets(), OWN[behind].get(name, address), where)
            return before | seats.network(met.records["path"].packets(), address, where)


@pytest.mark.parametrize("audience", ["participants", "operator", "relay", "network"])
@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("way", WAYS)
def test_a_recorder_at_each_seat_decodes_what_the_ledger_says(
    meeting: Callable[[str], Met], way: str, name: str, audience: str
) -> None:
    met = meeting(way)
    heard_and_seen(met)
    could, told = decoded(met, name, audience), met.ledger(name, audience)
    alike(could, told)
    assert bool(could) == (audience != "relay" or way != "direct")


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("way", WAYS)
def test_what_was_said_to_all_and_to_one_is_for_participants_alone(
    meeting: Callable[[str], Met], way: str, name: str
) -> None:
    met = meeting(way)
    said = {("chat message", "good day"), ("chat message", "to one participant: psst")}
    for audience in ("participants", "operator", "relay", "network"):
        for known in (decoded(met, name, audience), met.ledger(name, audience)):
            chat = {told for told in known if told[0] == "chat message"}
            assert chat == (said if audience == "participants" else set())


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("way", WAYS)
def test_every_recorder_counts_the_packets_that_the_ledger_counts(
    meeting: Callable[[str], Met], way: str, name: str
) -> None:
    met = meeting(way)
    address, _ = PEOPLE[name]
    told = met.datagrams(name)
    sent = met.records["path"].totals(address)
    assert told == sent
    arrived: dict[tuple[str, str], tuple[int, int]] = {}
    for seat in ("alice", "bob", "relay"):
        for (to, kind), counted in met.records[seat].totals(address).items():
            arrived[to.replace(HOME, ALICE), kind] = counted
    assert arrived == sent


def test_by_a_relay_nobody_in_the_meeting_gets_anothers_address(meeting: Callable[[str], Met]) -> None:
    met = meeting("relayed")
    for name, (address, other) in PEOPLE.items():
        assert address not in {packet.source[0] for packet in met.records[other].packets()}
        received = b"\n".join(what.data for what in met.taps[other])
        for form in (address.encode(), bytes(map(int, address.split(".")))):
            assert form not in received, name


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("way", WAYS)
def test_where_only_the_meeting_can_be_reached_nothing_else_is_tried(
    meeting: Callable[[str], Met], way: str, name: str
) -> None:
    """The router knows no way to anywhere else, but the machine has a way to the router: a try would be recorded."""
    met = meeting(way)
    address, other = PEOPLE[name]
    tried = met.tried(name)
    meeting_only = {OPERATOR, RELAY} if way == "relayed" else {OPERATOR, PEOPLE[other][0]}
    if "stun:" in str(WAYS[way]):
        meeting_only.add(RELAY)
    assert {packet.destination[0] for packet in tried} == meeting_only
    assert {packet.source[0] for packet in tried} == {
        HOME if (way, name) == ("from behind a NAT", "alice") else address
    }
    assert not met.left(name)["refused"]


def test_behind_a_nat_nobody_beyond_it_gets_the_address_at_home(meeting: Callable[[str], Met]) -> None:
    met = meeting("from behind a NAT")
    assert HOME in {packet.source[0] for packet in met.records["from alice"].packets()}
    # What the kernel says when a port is closed quotes addresses; a NAT has to see to that, and ours does not.
    packets = [packet for packet in met.records["path"].packets() if packet.protocol in ("udp", "tcp")]
    beyond = b"\n".join(packet.payload for packet in packets)
    beyond += b"\n".join(what.data for what in met.taps["bob"])
    forms = {HOME.encode(), bytes(map(int, HOME.split(".")))}
    for kind in ("host", "srflx"):
        forms.add(hashlib.md5(f"{kind}|udp|{HOME}".encode(), usedforsecurity=False).hexdigest().encode())
    assert len(beyond) > 10_000
    assert not [form for form in forms if form in beyond]
