"""How each person is heard and seen here: louder, quieter, not at all. Nobody is told.

What was set for somebody outlasts their connection: it may be made anew at any time.
"""

from __future__ import annotations

from typing import Final

from media.mixer import Mixer
from media.wall import PictureWall

LOUDEST: Final = 200
"""Per cent."""
MOST_REMEMBERED: Final = 500
"""People for whom something is set; past that, what was set first is forgotten."""


class People:
    """By key; of somebody for whom nothing was set everything is as it comes."""

    def __init__(self, mixer: Mixer, wall: PictureWall) -> None:
        self._mixer = mixer
        self._wall = wall
        self._volumes: dict[str, int] = {}
        self._hushed: dict[str, None] = {}
        self._hidden: dict[str, None] = {}

    def volume(self, key: str) -> int:
        """Per cent: 100 is as it comes."""
        return self._volumes.get(key, 100)

    def set_volume(self, key: str, percent: int) -> None:
        """How loud somebody is here: 0 to `LOUDEST` per cent, cut to that. Also while hushed, for afterwards."""
        self._volumes.pop(key, None)
        if percent != 100:
            self._volumes[key] = min(LOUDEST, max(0, percent))
            self._forget_first(self._volumes)
        self._apply(key)

    def hushed(self, key: str) -> bool:
        """Whether they are not heard here."""
        return key in self._hushed

    def set_hushed(self, key: str, hushed: bool) -> None:
        """Mute somebody here, and for nobody else. Their level goes on to be shown."""
        self._hushed.pop(key, None)
        if hushed:
            self._hushed[key] = None
            self._forget_first(self._hushed)
        self._apply(key)

    def hidden(self, key: str) -> bool:
        """Whether their pictures are not shown here."""
        return key in self._hidden

    def set_hidden(self, key: str, hidden: bool) -> None:
        """Show no pictures of somebody. The pictures go on to arrive, since telling them to stop would tell why."""
        self._hidden.pop(key, None)
        if hidden:
            self._hidden[key] = None
            self._forget_first(self._hidden)
        self._wall.set_hidden(frozenset(self._hidden))

    def _apply(self, key: str) -> None:
        self._mixer.set_gain(key, 0.0 if self.hushed(key) else self.volume(key) / 100)

    def _forget_first(self, kept: dict[str, int] | dict[str, None]) -> None:
        while len(kept) > MOST_REMEMBERED:
            first = next(iter(kept))
            del kept[first]
            self._apply(first)
