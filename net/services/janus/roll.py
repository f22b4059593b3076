"""Who is in a VideoRoom, by the server's list of it, held against those we know of."""

from __future__ import annotations

from collections.abc import Sequence

from net.services.janus.exchange import Exchange
from net.services.janus.people import People
from net.services.janus.videoroom import Someone
from net.services.janus.wants import Wants
from net.services.janus.wire import Id

Present = Sequence[tuple[Someone, bool]]
"""Each who is here, and whether they publish."""


class Roll:
    """Brings the people up to date with such a list, and forgets everywhere who left."""

    def __init__(self, people: People, exchange: Exchange, wants: Wants) -> None:
        self._people = people
        self._exchange = exchange
        self._wants = wants

    def misses(self, present: Present) -> bool:
        """Whether somebody publishes what we were not told of, or we ourselves are not there."""
        if any(publishes and not self._publishes(who.id) for who, publishes in present):
            return True
        return all(who.id != self._people.own for who, _ in present)

    def _publishes(self, id: Id) -> bool:
        person = self._people.get(id)
        return id == self._people.own or (person is not None and bool(person.tracks))

    def update(self, present: Present) -> None:
        """These are here, and nobody else; who publishes is told of by the room itself, with what."""
        ids = {str(who.id) for who, _ in present}
        for person in self._people:
            if person.pid not in ids:
                self.left(person.id, "left")
        for who, publishes in present:
            if not publishes or self._people.get(who.id) is not None:
                self._people.came(who)
                self._people.renamed(who.id, who.display)

    def left(self, id: Id, reason: str) -> None:
        """Somebody is not here any more."""
        person = self._people.left(id, reason)
        if person is not None:
            self._exchange.forget(person)
            self._wants.forget(person.pid)
