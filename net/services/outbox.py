"""Where the parts of a conversation put what they want done, and the time that it is."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Generic, TypeVar

from net.services.base import Event, Notice

A = TypeVar("A")

AGAIN_AFTER = 60.0
"""Seconds before the same thing is noticed again."""
KINDS_LIMIT = 64


@dataclass(frozen=True, slots=True)
class Emit:
    """An event for whoever is in the room."""

    event: Event


class Outbox(Generic[A]):
    """Actions in order; notices that do not come in storms; counts of what was ignored."""

    def __init__(self) -> None:
        self.now = 0.0
        self.counts: Counter[str] = Counter()
        self._actions: list[A | Emit] = []
        self._noticed: dict[str, float] = {}

    def add(self, action: A) -> None:
        """Append one action."""
        self._actions.append(action)

    def emit(self, event: Event) -> None:
        """Append one event."""
        self._actions.append(Emit(event))

    def notice(self, text: str, *, serious: bool = False, kind: str = "") -> None:
        """Tell the person something; of one `kind` at most once in `AGAIN_AFTER` seconds."""
        self.warn(Notice(text, serious), kind)

    def warn(self, event: Event, kind: str) -> None:
        """Append an event that strangers can bring about; of one `kind` at most once in `AGAIN_AFTER` seconds."""
        if kind:
            last = self._noticed.get(kind)
            if last is not None and self.now - last < AGAIN_AFTER:
                return
            self._noticed = {k: at for k, at in self._noticed.items() if self.now - at < AGAIN_AFTER}
            if len(self._noticed) >= KINDS_LIMIT:
                return
            self._noticed[kind] = self.now
        self.emit(event)

    def count(self, what: str) -> None:
        """Count something that was ignored; `what` is one of a few fixed words."""
        self.counts[what] += 1

    def take(self) -> list[A | Emit]:
        """All actions since the last call."""
        actions, self._actions = self._actions, []
        return actions
