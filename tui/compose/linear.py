"""The front end in lines: what happens is told a line each, and what is typed is done."""

from __future__ import annotations

import asyncio
import getpass
import os
import signal
import sys
from collections.abc import Coroutine
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO

from media.stderr import quiet_c_libraries
from net.confine.confinement import confine
from net.errors import Asked
from net.services import links
from net.tasks import cancel, spawn
from tui.cli import Status, UsageError
from tui.compose.explain import explain
from tui.compose.ground import Ground, when_signalled
from tui.compose.settings import Settings
from tui.compose.sitting import Hook, Sitting
from tui.compose.teller import Teller
from tui.linear import before
from tui.linear.commands import is_harmless
from tui.linear.desk import Notes
from tui.linear.doing import Doing, Questions
from tui.linear.intake import Intake
from tui.linear.lines import INCOG, Line, said
from tui.linear.outlet import Outlet
from tui.linear.typed import Batch
from tui.model import Foretold, Meeting
from tui.screens.asked import WORDS
from tui.terminal.jobs import can_suspend, stop_group
from tui.widgets.text import flat, lasting

if TYPE_CHECKING:
    from tui.compose.session import Session

READY = 2.0
"""Seconds that muting may take before the process stops anyway, and that a slow terminal has for the last lines."""


def run(settings: Settings, on_happening: Hook | None) -> int:
    """Sit in a meeting in lines; the exit status. Raises `UsageError` or `MeetingError`."""
    if settings.confined:
        confine()  # now, since the next line makes a thread
    while True:
        lines: list[Lines] = []

        async def sit(ground: Ground, settings: Settings = settings, lines: list[Lines] = lines) -> int:
            lines.append(Lines(settings, ground, on_happening))
            return await lines[0].run()

        try:
            with quiet_c_libraries():
                return Ground.start(sit, confined=settings.confined)
        except Asked as asked:
            if not os.isatty(0) or not (answer := _typed(asked, settings)):
                raise
            settings = lines[0].answered(asked.what, answer)


def _typed(asked: Asked, settings: Settings) -> str:
    """What the server asks for, typed without an echo; empty for nothing."""
    where = links.place(links.parse(settings.link))
    word = WORDS.get(asked.what, asked.what)
    question = f"{flat(str(asked))} It goes to {where} and nowhere else.\n{word}, not shown; nothing to stay out: "
    try:
        return getpass.getpass(question).strip()
    except EOFError:
        return ""


class Lines:
    """A meeting in lines, and what is typed in it (`tui.linear.desk.Desk`)."""

    def __init__(self, settings: Settings, ground: Ground, on_happening: Hook | None) -> None:
        self.notes = Notes(settings.config.look.announce)
        self._loop = asyncio.get_running_loop()
        self._outlet = Outlet(1, encoding_of(sys.stdout), lambda: self._hear(self.leave))
        self._teller = Teller(
            self._outlet,
            self.notes,
            settings.config.look.notifications if os.isatty(1) else "off",
            look=self._look,
            on_foretold=lambda foretold: self._spawned(self._agree(foretold)),
            on_time_up=self.leave,
        )
        self._sitting = Sitting(settings, ground, self._teller, on_happening)
        self.controller = self._sitting.controller
        self._questions = Questions(self.tell)
        self._doing = Doing(self, self._questions, lambda error: explain(error)[1])
        self._leaving: asyncio.Task[None] | None = None
        self._signal: signal.Signals | None = None
        self._stopping = False
        self._at_work: set[asyncio.Task[None]] = set()

    def _look(self, session: Session) -> Meeting:
        return self._sitting.look(session)

    def answered(self, what: str, answer: str) -> Settings:
        """The same meeting, with what its server asked for."""
        return self._sitting.answered(what, answer, keep=False)

    async def run(self) -> int:
        """Tell and do until the meeting is over; the exit status. Raises what ended it, if that was an error."""
        when_signalled(("SIGINT",), self._interrupted)
        when_signalled(("SIGTERM", "SIGHUP", "SIGQUIT"), self._ended_by)
        when_signalled(("SIGTSTP",), lambda number: self._spawned(self.suspend()))
        intake = Intake(
            0, harmless=is_harmless, on_batch=self._typed, on_end=self.leave, encoding=encoding_of(sys.stdin)
        )
        attending = spawn(self._sitting.attend(), "attend")
        try:
            await asyncio.wait([attending])
            if not attending.cancelled():
                attending.result()
        finally:
            intake.close()
            self._questions.withdraw()
            await self._sitting.leave()
            await cancel(*self._at_work)
            if self._joined:
                self.tell(said("You are out of the meeting."))
            for words in self._sitting.afterwards:
                self.tell(*(Line(text, INCOG, whole=True) for text in words.split("\n")))
            await asyncio.to_thread(self._outlet.close, READY)
        if self._sitting.trouble:
            raise UsageError(self._sitting.trouble)
        return self._status()

    @property
    def _joined(self) -> bool:
        return self._teller.session is not None and self._teller.session.joined

    def _status(self) -> int:
        if self._joined or self._signal is None:
            return Status.LEFT
        return Status.INTERRUPTED if self._signal is signal.SIGINT else Status.TERMINATED

    # what is done (tui.linear.desk.Desk)

    @property
    def meeting(self) -> Meeting | None:
        """The meeting now; None before there is one."""
        return self._teller.meeting

    def tell(self, *lines: Line) -> None:
        """Tell these lines."""
        self._outlet.tell(lines)

    def catch_up(self) -> None:
        """Tell what changed since the last look."""
        self._teller.catch_up()

    async def ask(self, question: str, *words: str) -> str:
        """Ask, and wait."""
        return await self._questions.ask(question, *words)

    def now(self) -> float:
        """Seconds."""
        return monotonic()

    def leave(self) -> None:
        """Say goodbye; `run` returns soon after."""
        if self._leaving is None:
            self._leaving = spawn(self._sitting.leave(), "leave")
            self._questions.withdraw()

    async def suspend(self) -> None:
        """Be neither heard nor seen, and give the terminal back to the shell."""
        if self._stopping or not can_suspend():
            self.tell(said("There is no shell here to go back to."))
            return
        self._stopping = True
        try:
            await asyncio.wait([spawn(self._be_silent(), "silent")], timeout=READY)
            self.catch_up()
            await asyncio.sleep(0.1)  # the lines are written by another thread
            began = monotonic()
            stop_group()
            self.tell(said(f"You were away for {lasting(monotonic() - began)}; others saw you silent or gone."))
        finally:
            self._stopping = False

    async def _be_silent(self) -> None:
        await self.controller.set_muted(True)
        await self.controller.set_camera(False)

    # what is typed, and what else asks

    async def _agree(self, foretold: Foretold) -> None:
        question, words = before.question(foretold)
        while not (answer := await self.ask(question, *words)) and self._leaving is None:
            pass  # there is nothing else to be done here
        if answer == "no":
            self.leave()
        elif answer:
            self.tell(said("Joining …" if answer == "yes" else "Drawing another alias …"))
            self.controller.decide(answer == "yes")

    def _typed(self, batch: Batch) -> None:
        self._spawned(self._doing.do(batch))

    def _interrupted(self, number: signal.Signals) -> None:
        """Ctrl+C: leave, after a question where others are here; twice, without."""
        if self._signal is not None or self.meeting is None:
            self._ended_by(number)
        else:
            self._signal = number
            self._spawned(self._leave_if())

    async def _leave_if(self) -> None:
        await self._doing.leave()
        if self._leaving is None:
            self._signal = None

    def _ended_by(self, number: signal.Signals) -> None:
        self._signal = number
        self.leave()

    def _hear(self, work: Any) -> None:
        """Do something on the loop, asked for by another thread."""
        try:
            self._loop.call_soon_threadsafe(work)
        except RuntimeError:
            pass  # the loop ended first

    def _spawned(self, work: Coroutine[Any, Any, None]) -> None:
        task = spawn(work, "typed")
        self._at_work.add(task)
        task.add_done_callback(self._at_work.discard)


def encoding_of(stream: TextIO | None) -> str:
    """The encoding of a standard stream."""
    return (stream.encoding if stream is not None else None) or "utf-8"
