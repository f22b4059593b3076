"""Whose pictures are asked for: what is drawn, as large as it is drawn, and a little longer than it is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.services.base import Level, Participant, PeerId, Source
from tui.compose.watching import GRACE, Watching, level_for

IDS = [PeerId(f"p{number}") for number in range(6)]
EVERYBODY = {id: Participant(id, id, sources=frozenset({Source.MICROPHONE, Source.CAMERA})) for id in IDS}


def nobody(key: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("pixels", "level"),
    [(0, Level.OFF), (1, Level.LOW), (180, Level.LOW), (181, Level.MEDIUM), (360, Level.MEDIUM), (361, Level.FULL)],
)
def test_the_smallest_picture_that_is_as_good(pixels: int, level: Level) -> None:
    assert level_for(pixels) is level


def test_what_is_drawn_is_asked_for_at_once_and_once() -> None:
    watching = Watching()
    watching.drawn("p1", 20)
    watching.drawn("me", 20)
    assert list(watching.due(EVERYBODY, nobody, 0.0)) == [("p1", Level.LOW)]
    assert list(watching.due(EVERYBODY, nobody, 0.1)) == []
    watching.drawn("p1", 100)
    assert list(watching.due(EVERYBODY, nobody, 0.2)) == [("p1", Level.MEDIUM)]


def test_a_page_turned_and_turned_back_asks_for_nothing() -> None:
    watching = Watching()
    watching.drawn("p1", 20)
    list(watching.due(EVERYBODY, nobody, 0.0))
    watching.drawn("p1", 0)
    assert list(watching.due(EVERYBODY, nobody, 1.0)) == []
    watching.drawn("p1", 20)
    assert list(watching.due(EVERYBODY, nobody, 1.5)) == []
    watching.drawn("p1", 0)
    assert list(watching.due(EVERYBODY, nobody, 2.0)) == []
    assert list(watching.due(EVERYBODY, nobody, 2.0 + GRACE - 0.1)) == []
    assert list(watching.due(EVERYBODY, nobody, 2.0 + GRACE)) == [("p1", Level.OFF)]


def test_whom_one_hides_one_does_not_receive_any_more_at_once() -> None:
    watching = Watching()
    watching.drawn("p1", 20)
    list(watching.due(EVERYBODY, nobody, 0.0))
    assert list(watching.due(EVERYBODY, lambda key: key == "p1", 0.1)) == [("p1", Level.OFF)]
    assert list(watching.due(EVERYBODY, nobody, 0.2)) == [("p1", Level.LOW)]


def test_who_left_and_comes_again_is_asked_for_again() -> None:
    watching = Watching()
    watching.drawn("p1", 20)
    list(watching.due(EVERYBODY, nobody, 0.0))
    assert list(watching.due({}, nobody, 0.1)) == []
    assert list(watching.due(EVERYBODY, nobody, 0.2)) == [("p1", Level.LOW)]


def test_where_nobody_looks_the_first_who_show_something_are_received_and_stay() -> None:
    watching = Watching(2)
    dark = {**EVERYBODY, IDS[0]: replace(EVERYBODY[IDS[0]], sources=frozenset({Source.MICROPHONE}))}
    assert list(watching.due(dark, nobody, 0.0)) == [("p1", Level.FULL), ("p2", Level.FULL)]
    assert list(watching.due(EVERYBODY, nobody, 1.0)) == []
    fewer = {id: who for id, who in EVERYBODY.items() if id != "p1"}
    assert list(watching.due(fewer, nobody, 2.0)) == [("p0", Level.FULL)]
    assert list(Watching(0).due(EVERYBODY, nobody, 0.0)) == []


@given(
    st.lists(st.tuples(st.sampled_from(IDS), st.integers(0, 250), st.booleans(), st.floats(0, 3)), max_size=40),
)
def test_in_the_end_exactly_what_is_drawn_and_not_hidden_is_received(
    steps: list[tuple[PeerId, int, bool, float]],
) -> None:
    watching, now = Watching(), 0.0
    received: dict[PeerId, Level] = {}
    rows: dict[PeerId, int] = {}
    hidden: set[str] = set()
    for id, high, hides, seconds in steps:
        watching.drawn(id, high)
        rows[id] = high
        (hidden.add if hides else hidden.discard)(id)
        now += seconds
        received.update(watching.due(EVERYBODY, hidden.__contains__, now))
        for one in IDS:  # nothing that is drawn waits, and nothing that is hidden comes
            assert one in hidden or received.get(one, Level.OFF) >= level_for(2 * rows.get(one, 0))
            assert one not in hidden or not received.get(one)
    received.update(watching.due(EVERYBODY, hidden.__contains__, now))
    received.update(watching.due(EVERYBODY, hidden.__contains__, now + GRACE + 0.01))
    for id in IDS:
        assert received.get(id, Level.OFF) == (Level.OFF if id in hidden else level_for(2 * rows.get(id, 0)))
