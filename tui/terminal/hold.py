"""Hold-to-talk: when holding a key begins and ends.

| what happens | what becomes of it |
|---|---|
| a key of ours is pressed | it is held |
| the same key repeats itself, or is pressed again | it is still held; the limit begins anew |
| the last key that is held goes up | the hold ends |
| the terminal loses the focus | the hold ends: the release would be told to somebody else |
| no sign of the key for as long as the limit | the hold ends: the release may have been lost |

A key whose repeats have passed to another key gives no sign either, so the limit is long.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

LIMIT = 30.0
"""Seconds without any sign of the key after which nobody believes that it is still held."""

Ended = Literal["", "released", "focus", "limit"]


@dataclass(frozen=True, slots=True)
class Hold:
    """Which of some keys are held down. Times are seconds of one clock that never goes back."""

    keys: frozenset[str]
    limit: float = LIMIT
    ended: Ended = ""  # why it is not held any more; empty before the first hold and during one
    seen: Mapping[str, float] = field(default_factory=dict)  # the keys that are down, and when each was last told of

    @property
    def held(self) -> bool:
        """Whether a key is held."""
        return bool(self.seen)

    @property
    def due(self) -> float | None:
        """When `tick` should be called next; None when it need not be."""
        return max(self.seen.values()) + self.limit if self.seen else None

    def press(self, key: str, now: float) -> Hold:
        """A key was pressed."""
        return replace(self, seen={**self.seen, key: now}, ended="") if key in self.keys else self

    def repeat(self, key: str, now: float) -> Hold:
        """A key repeated itself. One whose hold has ended does not begin another by that."""
        return replace(self, seen={**self.seen, key: now}) if key in self.seen else self

    def release(self, key: str) -> Hold:
        """A key went up."""
        if key not in self.seen:
            return self
        still = {other: at for other, at in self.seen.items() if other != key}
        return replace(self, seen=still, ended="" if still else "released")

    def blur(self) -> Hold:
        """The terminal lost the focus."""
        return self._over("focus")

    def tick(self, now: float) -> Hold:
        """Time has passed."""
        return self._over("limit") if self.due is not None and now >= self.due else self

    def _over(self, why: Ended) -> Hold:
        return replace(self, seen={}, ended=why) if self.seen else self
