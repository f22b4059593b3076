"""A token bucket: how often something may happen."""

from __future__ import annotations


class Bucket:
    """`rate` tokens a second, at most `burst` at once; begins full."""

    __slots__ = ("_at", "_burst", "_rate", "_tokens")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._at: float | None = None

    def take(self, now: float, cost: float = 1.0) -> bool:
        """Take `cost` tokens, if they are there. A clock that goes back gives none."""
        if self._at is not None:
            self._tokens = min(self._burst, self._tokens + self._rate * max(0.0, now - self._at))
        self._at = now
        if self._tokens < cost:
            return False
        self._tokens -= cost
        return True
