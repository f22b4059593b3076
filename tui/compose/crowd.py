"""The rows of the people: a row is made anew only when something in it changed, so that thousands cost little."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

from net.services.base import Encryption, Participant, PeerId, Source
from privacy.machines import machine_of
from privacy.persona import COLOURS, Persona
from privacy.text import skeletons
from tui.compose.roster import Roster
from tui.compose.shapes import Loudness, Own
from tui.model import Person

Looks = tuple[str, str]


class Alike:
    """Which names could be taken for each other, or for one's own."""

    def __init__(self, alias: str) -> None:
        self._mine = skeletons(alias)
        self._looks: dict[PeerId, Looks] = {}
        self._bearers: dict[tuple[int, str], set[PeerId]] = {}

    def called(self, alias: str) -> None:
        """One has another alias oneself."""
        self._mine = skeletons(alias)

    def name(self, id: PeerId, name: str) -> set[PeerId]:
        """Somebody has this name now. Returns who else may be marked otherwise by it."""
        looks = skeletons(name)
        if self._looks.get(id) == looks:
            return set()
        others = self.forget(id)
        self._looks[id] = looks
        for look in enumerate(looks):
            bearers = self._bearers.setdefault(look, set())
            if len(bearers) == 1:
                others |= bearers
            bearers.add(id)
        return others

    def forget(self, id: PeerId) -> set[PeerId]:
        """Somebody is gone. Returns who else may be marked otherwise by it."""
        others: set[PeerId] = set()
        for look in enumerate(self._looks.pop(id, ())):
            bearers = self._bearers[look]
            bearers.discard(id)
            if len(bearers) == 1:
                others |= bearers
            elif not bearers:
                del self._bearers[look]
        return others

    def mark(self, id: PeerId) -> str:
        """A warning about a name that could be taken for another one; empty when it could not."""
        looks = self._looks[id]
        if any(one == mine for one, mine in zip(looks, self._mine, strict=True)):
            return "name like yours"
        return "name like another's" if any(len(self._bearers[look]) > 1 for look in enumerate(looks)) else ""


@dataclass(slots=True)
class _Row:
    """One person: as they disclose themselves, and their row on the screen."""

    who: Participant
    named: str  # what their name says they are
    person: Person


class Crowd:
    """Everybody as a row of the screen, oneself first. One for a session."""

    def __init__(self, persona: Persona) -> None:
        self._alike = Alike(persona.alias)
        self._rows: dict[PeerId, _Row] = {}
        self._hands: dict[str, int] = {}
        self._heard: set[str] = set()
        self._touched: set[str] = set()
        self._silenced: set[str] = set()
        self._version = -1
        self._people: tuple[Person, ...] = ()
        self.machines: tuple[str, ...] = ()
        """The names of those who are recorders, note-takers or bots, as far as is told or shows."""

    def touch(self, id: str) -> None:
        """Something that is kept of somebody elsewhere changed: how loud they are played, whether they are shown."""
        self._touched.add(id)

    def silence(self, id: str, on: bool) -> None:
        """We had somebody muted for everybody, or no longer."""
        (self._silenced.add if on else self._silenced.discard)(id)
        self.touch(id)

    def called(self, alias: str) -> None:
        """One has another alias oneself, so that other names may be taken for it."""
        self._alike.called(alias)
        self._touched |= self._rows.keys()

    def people(self, roster: Roster, levels: Mapping[str, Loudness], own: Own, me: Person) -> tuple[Person, ...]:
        """The rows now: oneself as `me`, and everybody as they disclose themselves and are heard and seen here.

        Where nothing changed they are the very same ones, and the very same tuple.
        """
        stale = {PeerId(id) for id in (self._touched | levels.keys() | self._heard) if id in self._rows}
        self._touched, self._heard = set(), set(levels)
        moved = roster.version != self._version
        if moved:
            self._version = roster.version
            stale = (stale | self._keep_up(roster)) & self._rows.keys()  # who was heard last may be gone
        anew = [id for id in stale if self._renew(id, roster, levels.get(id), own)]
        if moved or anew or not self._people or me != self._people[0]:
            self._people = (me, *(row.person for row in self._rows.values()))
        if moved:
            self.machines = tuple(row.person.name for row in self._rows.values() if row.person.kind)
        return self._people

    def person(self, id: str) -> Person | None:
        """The row of somebody else, as it was made last; None for a stranger."""
        row = self._rows.get(PeerId(id))
        return None if row is None else row.person

    def _keep_up(self, roster: Roster) -> set[PeerId]:
        """Take in who came, changed and left. Returns whose row may look otherwise by it."""
        stale: set[PeerId] = set()
        for id in self._rows.keys() - roster.here.keys():
            del self._rows[id]
            self._silenced.discard(id)
            stale |= self._alike.forget(id)
        for id, who in roster.here.items():
            row = self._rows.get(id)
            if row is not None and row.who is who:
                continue
            stale.add(id)
            if row is None or row.who.name != who.name:
                stale |= self._alike.name(id, who.name)
                self._rows[id] = _Row(who, machine_of(who.name) or "", Person(id, who.name))
            else:
                row.who = who
        if list(self._rows) != list(roster.here):
            self._rows = {id: self._rows[id] for id in roster.here}
        if roster.hands != tuple(self._hands):
            stale |= {PeerId(id) for id in {*roster.hands, *self._hands}}
            self._hands = {id: number for number, id in enumerate(roster.hands, 1)}
        return stale

    def _renew(self, id: PeerId, roster: Roster, loudness: Loudness | None, own: Own) -> bool:
        """Make a row anew, if it looks otherwise; whether it did."""
        row = self._rows[id]
        who = row.who
        person = Person(
            id,
            who.name,
            muted=who.muted,
            camera=who.camera,
            hand=who.hand,
            level=round(loudness.level, 2) if loudness else 0.0,
            speaking=loudness.speaking if loudness else False,
            link=who.link.value,
            encryption=worst(who).label if who.encryption else "",
            colour=colour_of(id),
            mark=self._alike.mark(id),
            presenting=Source.SCREEN in who.sources,
            hidden=own.hidden(id),
            hushed=own.hushed(id),
            volume=own.volume(id),
            order=roster.order(id),
            hand_order=self._hands.get(id, 0),
            kind=who.kind or row.named,
            kind_told=bool(who.kind),
            unheard=who.missing.get(Source.MICROPHONE, ""),
            unseen=who.missing.get(Source.SCREEN, "") or who.missing.get(Source.CAMERA, ""),
            picture=who.picture,
            also=who.also,
            silenced=id in self._silenced,
        )
        if person == row.person:
            return False
        row.person = person
        return True


def worst(who: Participant) -> Encryption:
    """The weakest encryption of anything that is exchanged with somebody."""
    return min(who.encryption.values(), default=Encryption.NONE)


def colour_of(id: str) -> int:
    """A colour for somebody else; the same for as long as their id."""
    return zlib.crc32(id.encode()) % COLOURS
