"""Who speaks: as it is heard of each, or as the service says where it mixes the sound of all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from tui.compose.shapes import Loudness


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody speaks, as the service says; how loud is not known."""

    level: float = 0.0
    speaking: bool = True


_SAID = Said()


class Voices:
    """One for a session. What is heard of somebody counts for more than what is said of them."""

    def __init__(self) -> None:
        self._told: set[str] = set()
        self._speaking: set[str] = set()

    def told(self, id: str, on: bool) -> None:
        """The service says that somebody speaks, or no longer."""
        if on:
            self._told.add(id)
        else:
            self._told.discard(id)

    def forget(self, id: str) -> None:
        """Somebody is gone."""
        self._told.discard(id)
        self._speaking.discard(id)

    def levels(self, heard: Mapping[str, Loudness]) -> Mapping[str, Loudness]:
        """How loud each is: as `heard`, and those of whom it is only said."""
        return {**dict.fromkeys(self._told, _SAID), **heard} if self._told else heard

    def changes(self, here: Iterable[str], levels: Mapping[str, Loudness]) -> Iterator[tuple[str, bool]]:
        """Who of those who are here began or stopped to speak since this was asked last."""
        for id in here:
            on = id in levels and levels[id].speaking
            if on != (id in self._speaking):
                (self._speaking.add if on else self._speaking.discard)(id)
                yield id, on
