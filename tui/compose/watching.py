"""Whose pictures are asked for, and how large, where a service lets one choose. Pure: the time comes in.

The operator of the server learns what is asked for, so no more is asked for than is drawn. What is no longer drawn is
asked for a little longer: whoever turns a page and back again would see nothing for a while otherwise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from net.services.base import Level, Participant, PeerId, Source

LOW, MEDIUM = 180, 360
"""Pixels of height up to which the smallest picture, and the middle one, are as good as any larger one."""
GRACE = 2.0
"""Seconds for which a picture is asked for that is not drawn any more, or smaller."""
PICTURES = frozenset({Source.CAMERA, Source.SCREEN})


def level_for(pixels: int) -> Level:
    """How large a picture has to be to be drawn so many pixels high."""
    if pixels <= 0:
        return Level.OFF
    return Level.LOW if pixels <= LOW else Level.MEDIUM if pixels <= MEDIUM else Level.FULL


class Watching:
    """What is asked for of each person. One for a session."""

    def __init__(self, most: int | None = None) -> None:
        """`most`: of how many people pictures are received in full, whatever is drawn; None: only what is drawn."""
        self._most = most
        self._drawn: dict[str, Level] = {}
        self._asked: dict[PeerId, Level] = {}
        self._less: dict[PeerId, float] = {}  # since when less would do

    def drawn(self, key: str, rows: int) -> None:
        """Somebody is drawn in so many rows of half blocks, which are two pixels high; 0: not at all."""
        if level := level_for(2 * rows):
            self._drawn[key] = level
        else:
            self._drawn.pop(key, None)

    def gone(self, id: PeerId) -> None:
        """Somebody is gone, or came anew: nothing that was asked for of them holds any more."""
        self._asked.pop(id, None)
        self._less.pop(id, None)

    def due(
        self, people: Mapping[PeerId, Participant], hidden: Callable[[str], bool], now: float
    ) -> Iterator[tuple[PeerId, Level]]:
        """What is to be asked for otherwise than up to now, of those who are here."""
        for id in self._asked.keys() - people.keys():
            self.gone(id)
        wanted = self._wanted(people, hidden)
        for id in people:
            level, asked = wanted.get(id, Level.OFF), self._asked.get(id, Level.OFF)
            if level < asked and not hidden(id) and now - self._less.setdefault(id, now) < GRACE:
                continue
            self._less.pop(id, None)
            if level != asked:
                self._asked[id] = level
                yield id, level

    def _wanted(self, people: Mapping[PeerId, Participant], hidden: Callable[[str], bool]) -> dict[PeerId, Level]:
        if self._most is None:
            return {id: self._drawn[id] for id in people if id in self._drawn and not hidden(id)}
        showing = [id for id, who in people.items() if who.sources & PICTURES and not hidden(id)]
        showing.sort(key=lambda id: id not in self._asked)  # whoever is received stays; else as they came
        return dict.fromkeys(showing[: self._most], Level.FULL)
