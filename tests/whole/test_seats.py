"""One recorder at each seat of a meeting: what it could decode is what the ledger says of that audience, both ways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.whole import seats
from tests.whole.internet import ALICE, BOB, RELAY, TURN_PORT, USER
from tests.whole.meetings import WHERE, Met, heard_and_seen, meet, table

SEATS = ("alice", "bob", "operator", "relay", "path")
WAYS = {
    "direct": ("local", ()),
    "relayed": ("relay", (f"turn:{USER}@{RELAY}:{TURN_PORT}?transport=udp",)),
}


@pytest.fixture(scope="module", params=WAYS)
def met(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Met]:
    """A meeting of two, with a recorder at every seat."""
    mode, ice = WAYS[request.param]
    with table(tmp_path_factory.mktemp("seats")) as here:
        yield meet(here, "--addresses", mode, ice=ice, tapped=True, records=SEATS)


PEOPLE = {"alice": (ALICE, "bob"), "bob": (BOB, "alice")}


def decoded(met: Met, name: str, audience: str) -> seats.Seen:
    """What the recorder at an audience's seat could decode about somebody."""
    address, other = PEOPLE[name]
    match audience:
        case "participants":
            others = frozenset({address})
            return seats.participant(met.taps[other], met.records[other].packets(), others, WHERE)
        case "operator":
            return seats.operator(met.records["operator"].packets(), address)
        case "relay":
            return seats.relay(met.records["relay"].packets(), address)
        case _:
            return seats.network(met.records["path"].packets(), address, WHERE)


@pytest.mark.parametrize("audience", ["participants", "operator", "relay", "network"])
@pytest.mark.parametrize("name", PEOPLE)
def test_a_recorder_at_each_seat_decodes_what_the_ledger_says(met: Met, name: str, audience: str) -> None:
    heard_and_seen(met)
    could, told = decoded(met, name, audience), met.ledger(name, audience)
    assert not could - told, "decoded, but not in the ledger"
    assert not told - could, "in the ledger, but not decoded"
