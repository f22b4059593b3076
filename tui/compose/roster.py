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
    Source,
)

ME = "me"
"""Oneself, where people are told apart by a key; no participant has this id."""
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
        self._order: dict[PeerId, int] = {}
        self._came = 0
        self._hands: dict[str, None] = {}
        self.version = 0
        """Another number whenever anything in here changed."""

    @property
    def here(self) -> Mapping[PeerId, Participant]:
        """Those in the meeting now."""
        return self._here

    @property
    def hands(self) -> tuple[str, ...]:
        """The ids of those whose hand is up, and `ME`, in the order in which it was seen to go up."""
        return tuple(self._hands)

    def order(self, id: PeerId) -> int:
        """As the how-manieth somebody who is here came, from 1."""
        return self._order[id]

    def raised(self, id: str, up: bool) -> None:
        """Somebody's hand, or one's own (`ME`), is up or down."""
        self.version += 1
        if up:
            self._hands.setdefault(id)
        else:
            self._hands.pop(id, None)

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
        if who.id not in self._order:
            self._came += 1
            self._order[who.id] = self._came
        self.raised(who.id, who.hand)
        shown = self._shown.setdefault(who.id, {})
        for what, value in (
            ("display name", who.name),
            ("microphone state", "muted" if who.muted else "on"),
            ("camera state", "on" if who.camera else "off"),
            ("screen state", "on" if Source.SCREEN in who.sources else "off"),
            ("hand", "raised" if who.hand else "down"),
        ):
            if what not in shown or shown[what].value != value:
                shown[what] = Shown(what, value, self._clock())

    def _leave(self, id: PeerId, name: str) -> None:
        self._here.pop(id, None)
        self._order.pop(id, None)
        self.raised(id, False)
        self._shown.pop(id, None)
        self._gone[id] = name
        if len(self._gone) > MAX_GONE:
            del self._gone[next(iter(self._gone))]
