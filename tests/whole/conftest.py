"""Meetings with a recorder at every seat: each is held once, and looked at by many tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

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
def meeting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Met]]:
    """Gives the meeting held in one of the ways, whose people write down what they receive. Two are held at a time."""
    held: dict[str, Future[Met]] = {}

    def hold(way: str, folder: Path) -> Met:
        mode, ice = WAYS[way]
        with table(folder, nat=way == "from behind a NAT") as here:
            return meet(here, "--addresses", mode, ice=ice, tapped=True, records=SEATS)

    def by_way(way: str) -> Met:
        for wanted in () if held else WAYS:
            held[wanted] = pool.submit(hold, wanted, tmp_path_factory.mktemp("meeting"))
        return held[way].result()

    with ThreadPoolExecutor(2) as pool:
        yield by_way
