"""What a person asked for about one other person, carried to the controller as `tui.intents` does."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.model import Inspection, Persons


Go = Callable[[Coroutine[Any, Any, None], str], None]
"""Runs work in the background under a name; what it raises is told in one sentence."""


class PersonIntents:
    """Calls the controller about one person, by key."""

    def __init__(self, persons: Persons, go: Go) -> None:
        self._persons = persons
        self._go = go

    def inspect(self, key: str, show: Callable[[Inspection], None]) -> None:
        """Ask what somebody discloses, and show it."""

        async def inspect() -> None:
            show(await self._persons.inspect(key))

        self._go(inspect(), "inspect")

    def set_volume(self, key: str, percent: int) -> None:
        """Play somebody louder or quieter here."""
        self._persons.set_volume(key, percent)

    def set_hushed(self, key: str, hushed: bool) -> None:
        """Mute somebody here alone, or hear them again."""
        self._persons.set_hushed(key, hushed)

    def set_hidden(self, key: str, hidden: bool) -> None:
        """Show no picture of somebody here, or show it again."""
        self._persons.set_hidden(key, hidden)

    def next_picture(self, key: str, done: Callable[[str], None]) -> None:
        """Show another picture of somebody's; `done` gets an empty string, or why it is not shown."""

        async def next_picture() -> None:
            done(await self._persons.next_picture(key))

        self._go(next_picture(), "picture")

    def code(self, key: str) -> str:
        """The words to compare with somebody aloud; empty: there are none."""
        return self._persons.code(key)

    def verify(self, key: str, words: str, same: bool, done: Callable[[str], None]) -> None:
        """Note what comparing these words gave; `done` gets an empty string, or why it could not be noted."""

        async def verify() -> None:
            done(await self._persons.verify(key, words, same))

        self._go(verify(), "verify")
