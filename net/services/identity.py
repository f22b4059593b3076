"""Whom a newcomer may be taken for: by name, by id, and by what was known of somebody who left.

What there is to go by: the participant's id, for one meeting, known to everybody in it and so no proof (a server that
gives ids gives new ones to whoever comes back); the keys of a connection, which are new for each connection; and the
name, which anybody may give. So that somebody came back can never be known, only that somebody says so; two people who
want to know compare codes, where there are any.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from net.services.base import IdentityChanged, IdentityKind, PeerId
from privacy.text import confusable, skeletons

KNOWN_LIMIT = 64
"""People who left and are remembered; beyond it, the first to leave is forgotten."""


class Person(Protocol):
    """As much of a participant as matters here."""

    @property
    def pid(self) -> PeerId: ...
    @property
    def name(self) -> str: ...
    @property
    def verified(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Known:
    """What is remembered of somebody who left."""

    name: str
    verified: bool


class Identities:
    """Remembers who left, and compares who comes."""

    def __init__(self, own: str, nameless: str) -> None:
        """`own`: our alias. `nameless`: the name of those without one, which says nothing about who they are."""
        self._own = own
        self._nameless = nameless
        self._left: dict[PeerId, Known] = {}

    def called(self, own: str) -> None:
        """We have another name."""
        self._own = own

    def left(self, peer: Person) -> None:
        """Somebody with whom we were linked is gone."""
        self._left.pop(peer.pid, None)  # so that the newest stand last
        self._left[peer.pid] = Known(peer.name, peer.verified)
        if len(self._left) > KNOWN_LIMIT:
            del self._left[next(iter(self._left))]

    def again(self, peer: Person) -> Iterator[IdentityChanged]:
        """What there is to say about one whose id was here before, over another connection."""
        before = self._left.get(peer.pid)
        if before is not None:
            same = before.name == peer.name
            kind = IdentityKind.OTHER_KEY if same else IdentityKind.OTHER_NAME
            yield IdentityChanged(peer.pid, peer.name, kind, before.name, verified=before.verified)
            self._left[peer.pid] = Known(before.name, verified=False)  # it is said once

    def came(self, peer: Person, here: Iterable[Person]) -> Iterator[IdentityChanged]:
        """What there is to say about the name of a newcomer, given the others who are here."""
        if peer.name == self._nameless:
            return
        if confusable(peer.name, self._own):
            yield IdentityChanged(peer.pid, peer.name, IdentityKind.LIKE_OURS, self._own, here=True)
        for other in here:
            if confusable(peer.name, other.name):
                yield self._alike(peer, other.name, here=True)
                return
        for pid, known in reversed(self._left.items()):
            if pid != peer.pid and confusable(peer.name, known.name):
                yield self._alike(peer, known.name, verified=known.verified)
                return

    @staticmethod
    def _alike(peer: Person, other: str, *, here: bool = False, verified: bool = False) -> IdentityChanged:
        kind = IdentityKind.SAME_NAME if peer.name == other else IdentityKind.CONFUSABLE
        return IdentityChanged(peer.pid, peer.name, kind, other, here, verified)


class Lookalikes:
    """Who is here, found by names that look alike: comparing with everybody takes too long where there are many."""

    def __init__(self) -> None:
        self._looks: dict[PeerId, tuple[str, str]] = {}
        self._bearers: dict[tuple[int, str], set[PeerId]] = {}

    def put(self, pid: PeerId, name: str) -> None:
        """Somebody is here, or is called otherwise now."""
        self.drop(pid)
        self._looks[pid] = skeletons(name)
        for look in enumerate(self._looks[pid]):
            self._bearers.setdefault(look, set()).add(pid)

    def drop(self, pid: PeerId) -> None:
        """Somebody is gone, if they were here."""
        for look in enumerate(self._looks.pop(pid, ())):
            bearers = self._bearers[look]
            bearers.discard(pid)
            if not bearers:
                del self._bearers[look]

    def clear(self) -> None:
        """Nobody is here."""
        self._looks.clear()
        self._bearers.clear()

    def like(self, name: str) -> set[PeerId]:
        """Those whom a person could take for somebody of this name (`privacy.text.confusable`)."""
        return set().union(*(self._bearers.get(look, ()) for look in enumerate(skeletons(name))))
