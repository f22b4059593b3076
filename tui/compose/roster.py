"""Who is in the meeting, and who was: the fold of a room's events about people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from net.services.base import (
    Event,
    Participant,
    ParticipantChanged,
    ParticipantJoined,
    ParticipantLeft,
    PeerId,
    Resynced,
)

MAX_GONE = 500
"""People who left and are still named when the meeting is summed up; beyond it the first to leave is forgotten."""


class Roster:
    """The people of one meeting, but for oneself."""

    def __init__(self) -> None:
        self._here: dict[PeerId, Participant] = {}
        self._gone: dict[PeerId, str] = {}

    @property
    def here(self) -> Mapping[PeerId, Participant]:
        """Those in the meeting now."""
        return self._here

    @property
    def ever(self) -> Mapping[PeerId, str]:
        """The names of all who are or were here, in the order of their coming."""
        return {**self._gone, **{id: who.name for id, who in self._here.items()}}

    def name(self, id: str) -> str:
        """The name of somebody who is or was here; empty for a stranger."""
        who = self._here.get(PeerId(id))
        return who.name if who else self._gone.get(PeerId(id), "")

    def apply(self, event: Event) -> Iterator[Event]:
        """Take an event in, and give what a front end is to be told: a resync becomes comings and goings."""
        match event:
            case ParticipantJoined(participant) | ParticipantChanged(participant):
                self._here[participant.id] = participant
            case ParticipantLeft(id, name, _):
                self._leave(id, name)
            case Resynced(participants):
                for old in list(self._here.values()):
                    self._leave(old.id, old.name)
                    yield ParticipantLeft(old.id, old.name, "reconnecting")
                for new in participants:
                    self._here[new.id] = new
                    yield ParticipantJoined(new)
                return
        yield event

    def _leave(self, id: PeerId, name: str) -> None:
        self._here.pop(id, None)
        self._gone[id] = name
        if len(self._gone) > MAX_GONE:
            del self._gone[next(iter(self._gone))]
