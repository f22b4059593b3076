"""In which order people stand in the list, and who is found by what was typed. Pure: the time comes in.

An order is kept for as long as nothing that decides it changed, so that thousands are sorted when that is needed and
not whenever somebody is a little louder.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from privacy.text import folded
from tui.model import Person

CALM = 8.0
"""Seconds for which somebody who fell silent keeps a speaker's place."""


class Sort(StrEnum):
    """How the list is sorted; the value says so in its heading."""

    JOINED = ""
    SPEAKING = "speaking first"
    HANDS = "raised hands first"
    NAME = "by name"


class Order:
    """Whom the list shows, and in which order. Oneself stands first in each of them."""

    def __init__(self) -> None:
        self.sort = Sort.JOINED
        self.found_by = ""
        """What was typed; every word of it is in the names that are found, as they look."""
        self._speakers: dict[str, float] = {}  # by key, who spoke lately and when last; in the order of their places
        self._decided_by: tuple[object, ...] = ()
        self._rows: Sequence[int] = ()

    @property
    def plain(self) -> bool:
        """Whether everybody stands as they came."""
        return self.sort is Sort.JOINED and not self.found_by.strip()

    def next(self) -> None:
        """Sort by the next rule."""
        sorts = list(Sort)
        self.sort = sorts[(sorts.index(self.sort) + 1) % len(sorts)]

    def rows(self, people: Sequence[Person], now: float) -> Sequence[int]:
        """The indices of those who are shown, in their order; the very same ones while nothing changed that decides.

        `people` stand as they came. `now` is in seconds.
        """
        if self.plain:
            return range(len(people))
        decided_by = (
            self.sort,
            self.found_by,
            [person.key for person in people],
            [person.name for person in people] if self.found_by or self.sort is Sort.NAME else None,
            [person.hand_order if person.hand else 0 for person in people] if self.sort is Sort.HANDS else None,
            self._lately(people, now) if self.sort is Sort.SPEAKING else None,
        )
        if decided_by != self._decided_by:
            self._decided_by = decided_by
            self._rows = self._sorted(people, self._found(people))
        return self._rows

    def _found(self, people: Sequence[Person]) -> list[int]:
        words = _looks(self.found_by).split()
        return [index for index, person in enumerate(people) if all(word in _looks(person.name) for word in words)]

    def _sorted(self, people: Sequence[Person], found: list[int]) -> list[int]:
        mine = [index for index in found[:1] if people[index].me]
        others = found[len(mine) :]
        match self.sort:
            case Sort.SPEAKING:
                places = {key: place for place, key in enumerate(self._speakers)}
                spoke = [index for index in others if people[index].key in places]
                return [*mine, *_first(sorted(spoke, key=lambda index: places[people[index].key]), others)]
            case Sort.HANDS:
                raised = [index for index in others if people[index].hand]
                raised.sort(key=lambda index: people[index].hand_order or len(people))
                return [*mine, *_first(raised, others)]
            case Sort.NAME:
                return [*mine, *sorted(others, key=[_looks(person.name) for person in people].__getitem__)]
            case _:
                return found

    def _lately(self, people: Sequence[Person], now: float) -> list[str]:
        """Who speaks or spoke a moment ago. Nobody's place changes while they keep it, however they take turns."""
        for person in people:
            if person.speaking:
                self._speakers[person.key] = now
        self._speakers = {key: at for key, at in self._speakers.items() if now - at < CALM}
        return list(self._speakers)


def _first(ahead: list[int], everybody: list[int]) -> list[int]:
    """Some before all others, who stay in their order."""
    placed = set(ahead)
    return [*ahead, *(index for index in everybody if index not in placed)]


@lru_cache(maxsize=16384)
def _looks(name: str) -> str:
    """A name as it looks to an eye in a hurry, so that look-alike letters, accents and capitals find each other."""
    return folded(name)[0]
