"""What a person asked for that only those can do who may, carried to the controller as `tui.intents` does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from tui.person_intents import Go

if TYPE_CHECKING:
    from tui.model import Rights

Done = Callable[[str], None]
"""Gets an empty string, or one sentence why it was not done."""


class RightIntents:
    """Calls the controller; each `done` is called once."""

    def __init__(self, rights: Rights, go: Go) -> None:
        self._rights = rights
        self._go = go

    def kick(self, key: str, done: Done) -> None:
        """Remove somebody from the meeting."""
        self._ask(self._rights.kick(key), "kick", done)

    def silence(self, key: str, on: bool, done: Done) -> None:
        """Have somebody muted for everybody, or no longer."""
        self._ask(self._rights.silence(key, on), "silence", done)

    def lock(self, on: bool, done: Done) -> None:
        """Let nobody else in, or everybody again."""
        self._ask(self._rights.lock(on), "lock", done)

    def draw(self) -> str:
        """An alias nobody has worn before."""
        return self._rights.draw()

    def judge(self, alias: str, done: Done) -> None:
        """Hold an alias against the firewall."""
        self._ask(self._rights.judge(alias), "judge", done)

    def rename(self, alias: str, done: Done) -> None:
        """Wear this alias from now on."""
        self._ask(self._rights.rename(alias), "rename", done)

    def _ask(self, work: Awaitable[str], name: str, done: Done) -> None:
        async def ask() -> None:
            done(await work)

        self._go(ask(), name)
