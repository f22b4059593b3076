"""What can be known of a meeting on a Janus server, of whatever kind its room is."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from types import MappingProxyType

from net.errors import MeetingError
from net.services.base import Ability, Encryption, Phase
from net.services.janus.actions import Action
from net.services.janus.standing import Standing
from net.services.outbox import Outbox


class Meeting(ABC):
    """How it stands, and how it begins."""

    def __init__(self, out: Outbox[Action], standing: Standing) -> None:
        self._out = out
        self._standing = standing

    @property
    def phase(self) -> Phase:
        """The phase of the room."""
        return self._standing.phase

    @property
    def end_reason(self) -> str:
        """Why it ended: one sentence, or "left"."""
        return self._standing.end_reason

    @property
    def failure(self) -> MeetingError | None:
        """What to raise, once it has ended: why we were not let in, or how the meeting was lost."""
        return self._standing.failure

    @property
    def can(self) -> frozenset[Ability]:
        """What the room supports."""
        return self._standing.can

    @property
    def may(self) -> frozenset[Ability]:
        """What we are allowed now."""
        return self._standing.may

    @property
    def encryption(self) -> Encryption:
        """The worst encryption of anything that is sent or received."""
        return self._standing.encryption

    @property
    def counts(self) -> Mapping[str, int]:
        """How often something was ignored, by one of a few fixed words."""
        return MappingProxyType(self._out.counts)

    def start(self, now: float) -> list[Action]:
        """The driver has connected for the first time."""
        return self.found(now)

    @abstractmethod
    def found(self, now: float) -> list[Action]:
        """The driver has connected, for the first time or again."""

    def _at(self, now: float) -> bool:
        self._out.now = now
        return not self._standing.ended
