"""A key that switches on and off, pressed while what it switches is changing.

What a person sees is the newest look at the meeting, and that is a little older than what is so. Taken by the look
alone, a second press within that time would ask for the same again: whoever unmuted by mistake and muted at once would
go on being heard. Taken by what is so alone, a press that was meant to mute would unmute whoever was muted by somebody
else just before. So what is on, is about to be, or was seen to be is switched off; and on is switched only what is off
and was seen to be off when the key went down.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from math import inf
from typing import Any

TOO_SOON = 0.3
"""Seconds within which nobody can have answered to what came up on the screen."""


class Switch:
    """One thing that others get or do not get. Times are seconds on one clock."""

    def __init__(self, is_on: Callable[[], bool]) -> None:
        """`is_on`: whether it is on now, whatever was seen of it."""
        self._is_on = is_on
        self._seen = False
        self._known_off = inf  # who presses from then on has seen that it is off
        self._asked: bool | None = None  # what was asked for last
        self._under_way = 0  # how many of those are not done yet

    @property
    def on(self) -> bool:
        """Whether it is on, or about to be."""
        return bool(self._asked) if self._under_way else self._is_on()

    def saw(self, on: bool, at: float) -> None:
        """The newest look at it came on the screen."""
        if self._known_off == inf:
            self._known_off = at
        elif self._seen and not on and self._asked is not False:  # nobody here asked for that
            self._known_off = at + TOO_SOON
        self._seen = on

    def press(self, at: float) -> bool | None:
        """What a key asks for that went down at that time: on or off. None: nothing, as it was not meant so."""
        if self._seen or self.on:
            return False
        return True if at >= self._known_off else None

    def asking(self, on: bool, work: Coroutine[Any, Any, None]) -> Coroutine[Any, Any, None]:
        """`work`, which switches it; from now until it is done, what was asked for last counts as what is so."""
        self._asked = on
        self._under_way += 1
        return self._until_done(work)

    async def _until_done(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        finally:
            self._under_way -= 1
