"""What every deed may use, and what deeds share."""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol, cast

from tui.linear.lines import Line, item, named, said
from tui.linear.who import find
from tui.model import ChatLine, Controller, Device, Meeting, Person
from tui.widgets.disclosures import Item

MOST_CHAT = 2000
"""Messages that are kept, in memory only."""

Deed = Callable[[str], Awaitable[None]]
"""Does a command; what followed its word comes in."""


class Desk(Protocol):
    """The front end, as deeds see it."""

    @property
    def controller(self) -> Controller:
        """What a person can do."""

    @property
    def meeting(self) -> Meeting | None:
        """A look at the meeting, taken now; None before there is one."""

    @property
    def notes(self) -> Notes:
        """What is kept between commands."""

    def tell(self, *lines: Line) -> None:
        """Tell these lines."""

    def catch_up(self) -> None:
        """Tell what changed since the last look, at once."""

    async def ask(self, question: str, *answers: str) -> str:
        """Ask, and wait for one of the answers; empty when anything else was typed."""

    def leave(self) -> None:
        """Begin to leave."""

    async def suspend(self) -> None:
        """Back to the shell, once nothing is sent any more; returns when somebody came back."""

    def now(self) -> float:
        """Seconds of a clock that never goes back."""


class Notes:
    """What is kept between commands: what was said, what numbers in the last list stand for, what was asked for."""

    def __init__(self, wanted: Sequence[str]) -> None:
        """`wanted`: kinds of `tui.linear.news.KINDS`."""
        self.wanted = set(wanted)
        self.chat: deque[ChatLine] = deque(maxlen=MOST_CHAT)
        self.devices: Sequence[Device] = ()
        self.evidence: Sequence[Item] = ()
        self.links: Sequence[str] = ()
        self.codes: dict[str, str] = {}
        """The words that were shown to be compared, by the key of the other."""


class Deeds:
    """The deeds of one group: a public method for each command, named like its word with `_` for a space."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def of(self, word: str) -> Deed | None:
        """What is done for the command of this word; None when it is not of this group."""
        return cast("Deed | None", getattr(self, word.replace(" ", "_"), None))

    @property
    def meeting(self) -> Meeting:
        """The meeting as it is. Deeds are done in a meeting only."""
        meeting = self.desk.meeting
        if meeting is None:
            raise RuntimeError("a deed is done in a meeting only")
        return meeting

    def answer(self, text: str) -> None:
        """One line of incog's."""
        self.desk.tell(said(text))

    def whom(self, typed: str) -> Person | None:
        """The one who is meant; when that is nobody or several, says so."""
        return self.only(find(self.meeting.people, typed), typed)

    def only(self, found: Sequence[Person], typed: str) -> Person | None:
        """The one who was found; when that is nobody or several, says so."""
        if len(found) == 1:
            return found[0]
        if not found:
            self.answer(f"Nobody here is called {named(typed)}; nothing was done. people tells who is here.")
            return None
        self.answer(f"{len(found)} people may be meant, so nothing was done. Type the number in place of the name:")
        for person in found[:10]:
            marks = ", ".join(filter(None, (person.mark, person.encryption)))
            self.desk.tell(item(f"#{person.order} {named(person.name)}{f', {marks}' if marks else ''}"))
        return None

    async def sure(self, question: str) -> bool:
        """Whether the person says yes."""
        return await self.desk.ask(question, "yes", "no") == "yes"


def numbered(typed: str, most: int) -> int | None:
    """The index that a number from 1 on stands for; None when it stands for nothing."""
    typed = typed.strip().removeprefix("#")
    number = int(typed) if typed.isdecimal() and len(typed) < 6 else 0
    return number - 1 if 1 <= number <= most else None
