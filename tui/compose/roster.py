"""Who is in the meeting, and who was: the fold of a room's events about people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing somebody tells about themselves."""

    what: str
    value: str
    since: float  # seconds on the session's clock


class Roster:
    """The people of one meeting, but for oneself."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._shown: dict[PeerId, dict[str, Shown]] = {}
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

    def shown_by(self, id: str) -> tuple[Shown, ...]:
        """What somebody who is here tells about themselves, and since when."""
        return tuple(self._shown.get(PeerId(id), {}).values())

    def apply(self, event: Event) -> Iterator[Event]:
        """Take an event in, and give what a front end is to be told: a resync becomes comings and goings."""
        match event:
            case ParticipantJoined(participant) | ParticipantChanged(participant):
                self._note(participant)
            case ParticipantLeft(id, name, _):
                self._leave(id, name)
            case Resynced(participants):
                for old in list(self._here.values()):
                    self._leave(old.id, old.name)
                    yield ParticipantLeft(old.id, old.name, "reconnecting")
                for new in participants:
                    self._note(new)
                    yield ParticipantJoined(new)
                return
        yield event

    def _note(self, who: Participant) -> None:
        self._here[who.id] = who
        shown = self._shown.setdefault(who.id, {})
        for what, value in (
            ("display name", who.name),
            ("microphone state", "muted" if who.muted else "on"),
            ("camera state", "on" if who.camera else "off"),
            ("hand", "raised" if who.hand else "down"),
        ):
            if what not in shown or shown[what].value != value:
                shown[what] = Shown(what, value, self._clock())

    def _leave(self, id: PeerId, name: str) -> None:
        self._here.pop(id, None)
        self._shown.pop(id, None)
        self._gone[id] = name
        if len(self._gone) > MAX_GONE:
            del self._gone[next(iter(self._gone))]
