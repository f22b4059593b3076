"""What a person may want to act on, and what is done about it by itself if they chose so beforehand.

Four kinds, as the settings name them: somebody records, an address was communicated that was not foreseen, the
encryption fell, and somebody may not be who they seem to be. Everything else is news.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from net.services.base import (
    AddressRevealed,
    Encryption,
    Event,
    IdentityChanged,
    Participant,
    ParticipantChanged,
    ParticipantJoined,
    PrivacyChanged,
    Resynced,
)
from privacy.machines import machine_of

Kind = Literal["recording", "address", "encryption", "identity"]
Reflex = str
"""One of "mute", "camera-off", "leave"."""

MAX_NAMED = 1000
"""Names of machines that are remembered, so that nobody is told of the same one again."""


class Reflexes(Protocol):
    """What is done by itself for each kind; the settings have this shape."""

    @property
    def recording(self) -> Sequence[Reflex]: ...
    @property
    def address(self) -> Sequence[Reflex]: ...
    @property
    def encryption(self) -> Sequence[Reflex]: ...
    @property
    def identity(self) -> Sequence[Reflex]: ...


@dataclass(frozen=True, slots=True)
class Alarm:
    """One of them happened."""

    kind: Kind
    text: str  # one sentence
    who: str = ""  # the room's id of the person it is about
    done: tuple[Reflex, ...] = ()  # what was done about it by itself


class Alarms:
    """Finds what is alarming in what happens. One for a session."""

    def __init__(self) -> None:
        self._encryption: Encryption | None = None
        self._recorded = False
        self._named: dict[str, None] = {}
        machine_of("")  # what it looks for is put together now, and not while somebody joins

    def take(self, event: Event) -> list[Alarm]:
        """What is alarming in one event."""
        match event:
            case ParticipantJoined(participant) | ParticipantChanged(participant):
                return self._machines([participant])
            case Resynced(participants):
                return self._machines(participants)
            case PrivacyChanged(encryption, recording, fell):
                return [*self._fallen(encryption, fell), *self._recording(recording)]
            case AddressRevealed(to, address, foreseen) if not foreseen:
                which = f" ({address})" if address else ""
                return [Alarm("address", f"An address of yours{which} was given to {to}.")]
            case IdentityChanged() if event.serious:
                return [Alarm("identity", event.text, event.id)]
            case _:
                return []

    def _fallen(self, now: Encryption, fell: bool) -> list[Alarm]:
        before, self._encryption = self._encryption, now
        if not fell:
            return []
        was = f"from “{before.label}” " if before is not None else ""
        return [Alarm("encryption", f"The encryption fell {was}to “{now.label}”.")]

    def _recording(self, recording: bool | None) -> list[Alarm]:
        before, self._recorded = self._recorded, bool(recording)
        return [Alarm("recording", "The meeting is being recorded.")] if recording and not before else []

    def _machines(self, people: Iterable[Participant]) -> list[Alarm]:
        found = []
        for one in people:
            machine, name = one.kind or machine_of(one.name), one.name
            if not machine or name in self._named:
                continue
            self._named[name] = None
            if len(self._named) > MAX_NAMED:
                del self._named[next(iter(self._named))]
            told = "the service says that" if one.kind else "by its name"
            found.append(Alarm("recording", f"{name} may record or write along: {told} it is a {machine}.", one.id))
        return found
