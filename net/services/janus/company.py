"""The others in a room on a Janus server, whatever the plugin: how they come, change, go, and may be mistaken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Generic, Protocol, TypeVar

from net.services.base import (
    Participant,
    ParticipantChanged,
    ParticipantJoined,
    ParticipantLeft,
    PeerId,
    Resynced,
)
from net.services.identity import Identities, Lookalikes, Person
from net.services.janus.actions import Action
from net.services.janus.texters import NAMELESS, PEOPLE_LIMIT, Texters
from net.services.janus.wire import Id
from net.services.outbox import Outbox


class Member(Person, Protocol):
    """One other person."""

    told: Participant | None
    """As the front end knows them."""

    @property
    def id(self) -> Id:
        """What the server calls them by."""

    def view(self) -> Participant:
        """As the front end shows them."""


M = TypeVar("M", bound=Member)

FORMER_LIMIT = 15
"""Ids of ours that are remembered, besides the one we have."""


def pid_of(id: Id) -> PeerId:
    """What the front end calls somebody by, of whom the server gave the id."""
    return PeerId(str(id))


class Company(Generic[M]):
    """Everybody else in the room; and, beside them, those who are in its TextRoom alone."""

    def __init__(self, out: Outbox[Action], alias: str) -> None:
        """`alias`: ours, for comparison."""
        self.own: Id | None = None
        self.texters: Texters | None = None
        self._out = out
        self._members: dict[PeerId, M] = {}
        self._changed: dict[PeerId, M] = {}
        self._former: list[Id] = []  # under which we are or were here: the server may not have noticed yet that we left
        self._identities = Identities(alias, NAMELESS)
        self._likes = Lookalikes()

    def __len__(self) -> int:
        return len(self._members)

    def __iter__(self) -> Iterator[M]:
        return iter(tuple(self._members.values()))

    def get(self, id: PeerId | Id) -> M | None:
        """Somebody who is here."""
        return self._members.get(pid_of(id))

    def name(self, pid: PeerId) -> str | None:
        """How somebody who is here is called."""
        member = self._members.get(pid)
        return None if member is None else member.name

    def alike(self, name: str) -> Iterable[Person]:
        """Those who are here under a name that looks like this one."""
        return tuple(self._members[pid] for pid in sorted(self._likes.like(name)))

    @property
    def views(self) -> dict[PeerId, Participant]:
        """Everybody, as the front end shows them."""
        alone = {} if self.texters is None else self.texters.participants
        return {**alone, **{member.pid: member.view() for member in self}}

    def called(self, alias: str) -> None:
        """We have another name."""
        self._identities.called(alias)

    def we_are(self, own: Id) -> None:
        """We are in the room under this id."""
        self.own = own
        self._former = [*self._former[-FORMER_LIMIT:], own]

    def _begin(self, own: Id, members: Iterable[M], *, again: bool) -> None:
        """We came in as `own`, and these are here. `again`: nobody is who they were, as far as ids go."""
        self.we_are(own)
        if self.texters is not None and again:
            self.texters.clear()
        self._members.clear()
        self._changed.clear()
        self._likes.clear()
        for member in members:
            self.add(member, tell=not again)
        if again:
            for member in self:
                member.told = member.view()
            self._out.emit(Resynced(tuple(self.views.values())))

    def add(self, member: M, *, tell: bool = True) -> bool:
        """Somebody is here. False: it is we, or somebody who was here already, or one too many."""
        if member.id in self._former or member.pid in self._members:
            return False
        if len(self._members) >= PEOPLE_LIMIT:
            self._out.notice(f"More than {PEOPLE_LIMIT} people are here; the others are not shown.", kind="many")
            return False
        listed = self.texters is not None and self.texters.came(member.pid)
        beside = () if self.texters is None else self.texters.alike(member.name)
        warnings = tuple(self._identities.came(member, (*self.alike(member.name), *beside)))
        self._members[member.pid] = member
        self._likes.put(member.pid, member.name)
        if tell:
            member.told = member.view()
            self._out.emit(ParticipantChanged(member.told) if listed else ParticipantJoined(member.told))
        for changed in warnings:
            self._out.warn(changed, f"{changed.kind} {changed.name}")
        return True

    def left(self, id: Id, reason: str) -> M | None:
        """Somebody is gone; who it was, if anybody."""
        member = self._members.pop(pid_of(id), None)
        if member is not None:
            self._changed.pop(member.pid, None)
            self._likes.drop(member.pid)
            self._identities.left(member)
            self._out.emit(ParticipantLeft(member.pid, member.name, reason))
        return member

    def touch(self, member: M) -> None:
        """Something of somebody may look otherwise now: `settle` tells it."""
        self._changed[member.pid] = member

    def settle(self) -> None:
        """Tell what changed."""
        changed, self._changed = self._changed, {}
        for member in changed.values():
            view = member.view()
            if view == member.told:
                continue
            renamed = member.told is not None and member.told.name != view.name
            member.told = view
            self._out.emit(ParticipantChanged(view))
            if renamed:
                self._likes.drop(member.pid)
                for warning in self._identities.came(member, self.alike(member.name)):
                    self._out.warn(warning, f"{warning.kind} {warning.name}")
                self._likes.put(member.pid, member.name)
