"""A line that was typed, taken to its deed; and a question, taken to its answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from tui.actions import BY_ID
from tui.linear.chatting import ChatDeeds, Saying
from tui.linear.commands import COMMANDS, Asked, read
from tui.linear.desk import Deed, Desk
from tui.linear.leaving import MeetingDeeds
from tui.linear.lines import ASK, Line, item, said
from tui.linear.looking import LookDeeds
from tui.linear.persons import PeopleDeeds
from tui.linear.talking import TalkDeeds
from tui.linear.typed import Batch, objection

ANYTIME = frozenset({"leave", "help", "announce"})
"""What can be done before there is a meeting."""
SHOWN = 60
"""Characters of a paste that are repeated."""
ONE_TEXT = ("say", "whisper")
"""Commands whose text may go on over the lines of a paste."""


class Questions:
    """At most one question is open. Its answer is one of its words; anything else withdraws it."""

    def __init__(self, tell: Callable[[Line], None]) -> None:
        self._tell = tell
        self._answers: tuple[str, ...] = ()
        self._answer: asyncio.Future[str] | None = None

    @property
    def open(self) -> bool:
        """Whether an answer is waited for."""
        return self._answer is not None and not self._answer.done()

    async def ask(self, question: str, *answers: str) -> str:
        """Wait for one of the answers; empty when it was withdrawn."""
        self.withdraw()
        self._answers, self._answer = answers, asyncio.get_running_loop().create_future()
        self._tell(Line(question, ASK))
        return await self._answer

    def take(self, line: str) -> bool:
        """Whether this line was the answer."""
        word = line.strip().removeprefix("/").lower()
        word = {"y": "yes", "n": "no"}.get(word, word)
        if not self.open or self._answer is None or word not in self._answers:
            return False
        self._answer.set_result(word)
        return True

    def withdraw(self) -> None:
        """Nobody answers any more."""
        if self.open and self._answer is not None:
            self._answer.set_result("")


class Doing:
    """Does what was typed. Raises `LookupError` when made, if a command has no deed."""

    def __init__(self, desk: Desk, questions: Questions, explain: Callable[[Exception], str]) -> None:
        """`explain` gives one sentence for an error."""
        self._desk = desk
        self._questions = questions
        self._explain = explain
        saying = Saying(desk)
        self._groups = (
            TalkDeeds(desk),
            LookDeeds(desk),
            PeopleDeeds(desk, saying),
            ChatDeeds(saying),
            MeetingDeeds(desk),
        )
        self._deeds = {command.word: self._find(command.word) for command in COMMANDS}

    def _find(self, word: str) -> Deed:
        for group in self._groups:
            if deed := group.of(word):
                return deed
        raise LookupError(f"nothing is done for {word}")

    async def do(self, batch: Batch) -> None:
        """Do what was typed, or say why not. What an error raises is told in one sentence."""
        try:
            if batch.pasted or len(batch.lines) > 1:
                await self._pasted(batch.lines)
            else:
                await self._line(batch.lines[0])
        except Exception as error:  # the one place where a deed's error becomes a sentence
            self._desk.tell(said(self._explain(error)))

    async def leave(self) -> None:
        """As if it had been typed."""
        await self._line("leave")

    async def _line(self, line: str) -> None:
        if not line.strip():
            return
        if refusal := objection(line):
            self._desk.tell(said(refusal))
            return
        if self._questions.take(line):
            return
        asked = read(line)
        if isinstance(asked, str):
            self._desk.tell(said(asked))
            if self._questions.open:
                self._desk.tell(said("The question still waits for one of its answers."))
            return
        if not asked.command.harmless:
            self._questions.withdraw()
        await self._do(asked)

    async def _do(self, asked: Asked) -> None:
        meeting = self._desk.meeting
        command = asked.command
        if command.word not in ANYTIME:
            if meeting is None:
                self._desk.tell(said("The meeting has not begun; wait until you are in."))
                return
            # Where there is no device, the deed says what to do about it.
            rows = [BY_ID[id] for id in command.actions]
            if rows and not any(row.possible(meeting) for row in rows) and command.word not in ("unmute", "camera on"):
                self._desk.tell(said(f"That cannot be done now. {command.word}: {command.help}."))
                return
        await self._deeds[command.word](asked.rest)

    async def _pasted(self, lines: tuple[str, ...]) -> None:
        """Lines that came together: nothing of them is done before the person says so."""
        lines = tuple(line for line in lines if line.strip())
        if not lines:
            return
        count = "That line came together with another" if len(lines) == 1 else f"{len(lines)} lines came together"
        bad = next((refusal for line in lines if (refusal := objection(line))), "")
        first = read(lines[0])
        if bad or (isinstance(first, str) and len(lines) > 1):
            self._desk.tell(said(f"{count}, as a paste does. Nothing was done, and nothing was sent. {bad}".rstrip()))
            self._desk.tell(item("To send such a text as one message, type say and a space, and paste it behind that."))
            return
        if isinstance(first, str):  # it answers no question either
            self._desk.tell(said(f"{count}, as a paste does. {first}"))
            return
        if first.command.word in ONE_TEXT:
            whom = "to everybody" if first.command.word == "say" else "as one whisper"
            await self._if_sure(f"{count}. Send them {whom}, as one message? yes or no", "\n".join(lines))
        elif all(isinstance(read(line), Asked) for line in lines):
            shown = "; ".join(lines)
            shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
            await self._if_sure(f"{count}: {shown}. Do that? yes or no", *lines)
        else:
            self._desk.tell(said(f"{count}, and not all are commands. Nothing was done, and nothing was sent."))

    async def _if_sure(self, question: str, *lines: str) -> None:
        if await self._questions.ask(question, "yes", "no") != "yes":
            self._desk.tell(said("Nothing was done, and nothing was sent."))
            return
        for line in lines:
            asked = read(line)
            if isinstance(asked, Asked):
                await self._do(asked)
