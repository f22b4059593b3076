"""Many things at once, told as one. Pure: the time comes in, in seconds."""

from __future__ import annotations

from collections import Counter, deque

from tui.linear.lines import PEOPLE, Line, counted, named

QUIET = 3.0
"""Seconds without another one after which the rest is summed up."""
LATEST = 15.0
"""Seconds after which it is summed up although more come."""


class Burst:
    """Lets the first few of many through, and counts the others."""

    def __init__(self, most: int, within: float) -> None:
        """At most `most` in `within` seconds get through."""
        self._most = most
        self._within = within
        self._through: deque[float] = deque(maxlen=most)
        self._first = self._last = 0.0
        self.held = 0

    def take(self, now: float) -> bool:
        """One more; whether it is to be told by itself."""
        full = len(self._through) == self._most and now - self._through[0] < self._within
        if not full and not self.held:
            self._through.append(now)
            return True
        if not self.held:
            self._first = now
        self.held += 1
        self._last = now
        return False

    def over(self, now: float) -> int:
        """How many were held back, once it is time to say so; else 0."""
        if not self.held or (now - self._last < QUIET and now - self._first < LATEST):
            return 0
        held, self.held = self.held, 0
        return held


class Comings:
    """Who came and who went."""

    def __init__(self) -> None:
        self._burst = Burst(3, 5.0)
        self._came = self._went = 0
        self._back: Counter[str] = Counter()  # those who are gone for a moment, while a connection is made anew

    def came(self, name: str, now: float) -> list[Line]:
        """Somebody came."""
        if self._back[name]:
            self._back[name] -= 1
            return []
        if self._burst.take(now):
            return [Line(f"{named(name)} is here.", PEOPLE)]
        self._came += 1
        return []

    def went(self, name: str, reason: str, now: float) -> list[Line]:
        """Somebody went; they may come back at once, when the `reason` is that we are reconnecting."""
        if reason == "reconnecting":
            self._back[name] += 1
            return []
        if self._burst.take(now):
            return [Line(f"{named(name)} is gone{f' ({reason})' if reason else ''}.", PEOPLE)]
        self._went += 1
        return []

    def over(self, here: int, now: float) -> list[Line]:
        """The rest, once it is calm again; `here` is how many others there are."""
        if not self._burst.over(now):
            return []
        parts = [f"{number} more {verb}" for number, verb in ((self._came, "came"), (self._went, "went")) if number]
        self._came = self._went = 0
        others = counted(here, "other is", "others are")
        return [Line(f"{' and '.join(parts)}; {others} here now.", PEOPLE)]
