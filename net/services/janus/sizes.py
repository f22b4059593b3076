"""Which size of each picture is asked for, where its sender offers several, and whether it comes.

The server changes it when it gets a whole picture of the other size, and asks for one, but only once and not within a
second of the last time; so a change may never come about. It says when it did: until then it is asked again.
"""

from __future__ import annotations

from dataclasses import dataclass

from net.services.base import Level
from net.services.janus.wants import Pair

SUBSTREAMS = {Level.LOW: 0, Level.MEDIUM: 1, Level.FULL: 2}
LARGEST = 2
"""What comes unless another one is asked for."""
AGAIN = 1.1
"""Seconds until a size that does not come is asked for again: the server asks for a whole picture once a second."""
TRIES = 9
"""How often it is; some senders make smaller ones only, when their way is slow."""


@dataclass(slots=True)
class _Section:
    pair: Pair
    size: int
    asked_at: float | None = None  # None: nothing was asked for
    tries: int = 0


class Sizes:
    """By sections of the receiving connection."""

    def __init__(self) -> None:
        self._sections: dict[str, _Section] = {}

    def clear(self) -> None:
        """There is no connection."""
        self._sections.clear()

    def due(self, mid: str, pair: Pair, size: int, now: float) -> bool:
        """Whether this size is to be asked for now, of the stream that is in the section; it counts as asked for."""
        section = self._sections.get(mid)
        if section is None or section.pair != pair:
            section = self._sections[mid] = _Section(pair, LARGEST)
        if section.size != size:
            section.size, section.tries = size, 0
        elif not _late(section, now):
            return False
        section.asked_at = now
        section.tries += 1
        return True

    def came(self, mid: str, size: int) -> None:
        """The server passes on this size."""
        section = self._sections.get(mid)
        if section is not None and section.size == size:
            section.asked_at = None

    def late(self, now: float) -> bool:
        """Whether one is to be asked for again."""
        return any(_late(section, now) for section in self._sections.values())


def _late(section: _Section, now: float) -> bool:
    return section.asked_at is not None and section.tries < TRIES and now - section.asked_at >= AGAIN
