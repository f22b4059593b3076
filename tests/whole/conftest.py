"""Meetings with a recorder at every seat: each is held once, and looked at by many tests."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.whole.internet import RELAY, TURN_PORT, USER
from tests.whole.meetings import Met, meet, table

SEATS = ("alice", "bob", "operator", "relay", "path", "from alice", "from bob")
WAYS = {
    "direct": ("local", ()),
    "behind a STUN server": ("public", (f"stun:{RELAY}:{TURN_PORT}",)),
    "from behind a NAT": ("public", (f"stun:{RELAY}:{TURN_PORT}",)),
    "relayed": ("relay", (f"turn:{USER}@{RELAY}:{TURN_PORT}?transport=udp",)),
}


@pytest.fixture(scope="session")
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Met]:
    """Gives the meeting held in one of the ways, whose people write down what they receive."""
    held: dict[str, Met] = {}

    def by_way(way: str) -> Met:
        if way not in held:
            mode, ice = WAYS[way]
            with table(tmp_path_factory.mktemp("meeting"), nat=way == "from behind a NAT") as here:
                held[way] = meet(here, "--addresses", mode, ice=ice, tapped=True, records=SEATS)
        return held[way]

    return by_way
