"""Comparing the code with somebody: the words, what was found, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from tui.deeds.desk import Desk
from tui.model import Person
from tui.screens.person import Compare, Differs


class Comparing:
    """One comparison after the other; `leave` leaves the meeting."""

    def __init__(self, desk: Desk, leave: Callable[[], None]) -> None:
        self._desk = desk
        self._leave = leave

    def begin(self, person: Person) -> None:
        """Show the words, if there are any yet."""
        words = self._desk.intents.persons.code(person.key)
        if not words:
            self._desk.notice(f"There is no code to compare with {person.name} yet; wait until they are connected.")
            return
        verified = "verified" in person.encryption and "unverified" not in person.encryption
        self._desk.open(Compare(person.name, words, verified), partial(self._compared, person, words))

    def _compared(self, person: Person, words: str, answer: str | None) -> None:
        if answer is None:
            return
        same = answer == "same"
        self._desk.intents.persons.verify(person.key, words, same, partial(self._noted, person, same))
        if not same:
            self._desk.open(Differs(person.name), self._leave_if)

    def _noted(self, person: Person, same: bool, refusal: str) -> None:
        if refusal:
            self._desk.notice(refusal, serious=True)
        elif same:
            self._desk.notice(f"{person.name} is verified, for this connection.")

    def _leave_if(self, leave: bool | None) -> None:
        if leave:
            self._leave()
