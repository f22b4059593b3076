"""Who is in the TextRoom beside a meeting: people of the meeting, and such as are only there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from net.services.base import Link, Participant, ParticipantJoined, ParticipantLeft, PeerId, Source
from net.services.identity import Identities, Lookalikes, Person
from net.services.janus.actions import Action
from net.services.janus.text_wire import Texter, id_of
from net.services.janus.wire import Id
from net.services.outbox import Outbox
from net.services.pace import Bucket
from privacy.text import neutralise_name

PEOPLE_LIMIT = 1000
NAME_LIMIT = 40
"""Characters of a name as it is shown."""
NAMELESS = "someone"
RATE, BURST = 5.0, 30.0
"""Messages of one person that are shown, a second and at once."""
CHAT_ALONE = "they are in the chat alone"
"""Why such a person cannot be heard."""


class Host(Protocol):
    """The meeting that a TextRoom stands beside."""

    def name(self, pid: PeerId) -> str | None:
        """How somebody in the meeting is called; None: nobody has this id."""

    def alike(self, name: str) -> Iterable[Person]:
        """Those in it whose name looks like this one."""


@dataclass(slots=True)
class _Known:
    pid: PeerId
    name: str
    verified: bool = False
    bucket: Bucket = field(default_factory=lambda: Bucket(RATE, BURST))


class Texters:
    """Everybody else in the TextRoom, by username."""

    def __init__(self, out: Outbox[Action], room: Id, alias: str, host: Host) -> None:
        """`room`: the meeting's."""
        self._out = out
        self._room = room
        self._host = host
        self._identities = Identities(alias, NAMELESS)
        self._likes = Lookalikes()
        self._here: dict[str, _Known] = {}
        self._alone: dict[PeerId, _Known] = {}  # listed on their own: they are not in the meeting

    @property
    def participants(self) -> dict[PeerId, Participant]:
        """Those who are not in the meeting itself."""
        return {pid: _view(known) for pid, known in self._alone.items()}

    def alike(self, name: str) -> Iterable[Person]:
        """Those of them whose name looks like this one."""
        return tuple(self._alone[pid] for pid in sorted(self._likes.like(name)))

    def called(self, alias: str) -> None:
        """We have another name."""
        self._identities.called(alias)

    def replace(self, texters: Iterable[Texter]) -> None:
        """These are all who are in the room."""
        now = {texter.username: texter for texter in texters}
        for username in self._here.keys() - now.keys():
            self.drop(username, "left")
        for texter in now.values():
            self.add(texter)

    def add(self, texter: Texter) -> None:
        """Somebody is in the room. Who is there under another name came anew."""
        known = _Known(self._pid(texter.username), _shown(texter))
        before = self._here.get(texter.username)
        if before is not None and before.name == known.name:
            return
        if before is not None:
            self.drop(texter.username, "left")
        if len(self._here) >= PEOPLE_LIMIT:
            self._out.notice(
                f"More than {PEOPLE_LIMIT} people are in the chat; not all of them are listed.", kind="crowd"
            )
            return
        self._here[texter.username] = known
        if self._host.name(known.pid) is None:
            self._out.emit(ParticipantJoined(_view(known)))
            for changed in self._identities.came(known, (*self._host.alike(known.name), *self.alike(known.name))):
                self._out.warn(changed, f"{changed.kind} {changed.name}")
            self._alone[known.pid] = known
            self._likes.put(known.pid, known.name)

    def drop(self, username: str, reason: str) -> None:
        """Somebody is no longer in the room."""
        known = self._here.pop(username, None)
        if known is not None and self._alone.pop(known.pid, None) is not None:
            self._likes.drop(known.pid)
            self._identities.left(known)
            self._out.emit(ParticipantLeft(known.pid, known.name, reason))

    def came(self, pid: PeerId) -> bool:
        """Somebody is in the meeting now; whether they were listed already, since they are in the chat."""
        self._likes.drop(pid)
        return self._alone.pop(pid, None) is not None

    def clear(self) -> None:
        """Forget everybody without a word."""
        self._here.clear()
        self._alone.clear()
        self._likes.clear()

    def username(self, pid: PeerId) -> str | None:
        """Under what name somebody is in the room, if they are."""
        return next((username for username, known in self._here.items() if known.pid == pid), None)

    def speaker(self, texter: Texter) -> tuple[PeerId, str]:
        """Who said something, and how they are called: by the meeting, if they are in it."""
        known = self._here.get(texter.username)
        pid = self._pid(texter.username) if known is None else known.pid
        return pid, self._host.name(pid) or (_shown(texter) if known is None else known.name)

    def may_speak(self, texter: Texter) -> bool:
        """Whether they have not said far too much just now."""
        known = self._here.get(texter.username)
        return known is None or known.bucket.take(self._out.now)

    def _pid(self, username: str) -> PeerId:
        return PeerId(str(id_of(username, self._room)))


def _shown(texter: Texter) -> str:
    return neutralise_name(texter.display, NAME_LIMIT) or neutralise_name(texter.username, NAME_LIMIT) or NAMELESS


def _view(known: _Known) -> Participant:
    return Participant(known.pid, known.name, Link.HERE, missing={Source.MICROPHONE: CHAT_ALONE})
