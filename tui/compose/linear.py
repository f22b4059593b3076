"""The front end in lines: what happens is told a line each, and what is typed is done."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine, Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any, TextIO

from media.stderr import quiet_c_libraries
from net.confine.confinement import confine
from net.services.base import ParticipantJoined
from net.tasks import cancel, spawn
from tui.attention import Attention
from tui.cli import Status, UsageError
from tui.compose.explain import explain
from tui.compose.ground import Ground, when_signalled
from tui.compose.happenings import Invitation
from tui.compose.settings import Settings
from tui.compose.sitting import Hook, Moved, Sitting
from tui.linear import answers, before
from tui.linear.calm import Burst, Comings
from tui.linear.commands import is_harmless
from tui.linear.desk import Notes
from tui.linear.doing import Doing, Questions
from tui.linear.intake import Intake
from tui.linear.lines import CHAT, INCOG, WARNING, Line, counted, said
from tui.linear.news import changes
from tui.linear.outlet import Outlet
from tui.linear.typed import Batch
from tui.model import ChatLine, Foretold, Meeting, Warning
from tui.terminal.jobs import can_suspend, stop_group
from tui.terminal.notify import Notifier
from tui.widgets.text import lasting
from tui.widgets.timeline import Watch

if TYPE_CHECKING:
    from media.engine import Engine
    from tui.compose.session import Session

LOOK = 0.5
"""Seconds between two looks at the meeting."""
WATCH = 5.0
"""Seconds between two looks at what became visible: joining alone tells a dozen things, one after the other."""
READY = 2.0
"""Seconds that muting may take before the process stops anyway, and that a slow terminal has for the last lines."""


def run(settings: Settings, on_happening: Hook) -> int:
    """Sit in a meeting in lines; the exit status. Raises `UsageError` or `MeetingError`."""

    async def sit(ground: Ground) -> int:
        return await Lines(settings, ground, on_happening).run()

    if settings.confined:
        confine()  # now, since the next line makes a thread
    with quiet_c_libraries():
        return Ground.start(sit, confined=settings.confined)


class Bell:
    """What an `Attention` needs of a window. A bell is one character; a title and anything else would be a sequence."""

    def __init__(self, outlet: Outlet, how: str) -> None:
        """`how` is the setting `look.notifications`; there is a bell for "desktop" too."""
        self._outlet = outlet
        self._notifier = Notifier("off" if how == "off" else "bell", {})

    def set_window_title(self, words: str) -> None:
        """There is none."""

    def notify_desktop(self, title: str, body: str = "") -> None:
        """Ring, and tell nothing."""
        if self._notifier.sequence(title, body, monotonic()):
            self._outlet.ring()


class Lines:
    """A meeting in lines (`tui.compose.sitting.Front` and `tui.linear.desk.Desk`)."""

    def __init__(self, settings: Settings, ground: Ground, on_happening: Hook) -> None:
        self.sitting = Sitting(settings, ground, self, on_happening)
        self.controller = self.sitting.controller
        self.notes = Notes(settings.config.look.announce)
        self._loop = asyncio.get_running_loop()
        self._outlet = Outlet(1, encoding_of(sys.stdout), lambda: self._hear(self.leave))
        at_terminal = os.isatty(1)
        self._attention = Attention(Bell(self._outlet, settings.config.look.notifications if at_terminal else "off"))
        self._questions = Questions(self.tell)
        self._doing = Doing(self, self._questions, lambda error: explain(error)[1])
        self._watch = Watch()
        self._watched = float("-inf")
        self._comings = Comings()
        self._chats = Burst(10, 5.0)
        self._seen: Meeting | None = None
        self._session: Session | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._signal: signal.Signals | None = None
        self._stopping = False
        self._at_work: set[asyncio.Task[None]] = set()

    async def run(self) -> int:
        """Tell and do until the meeting is over; the exit status. Raises what ended it, if that was an error."""
        when_signalled(("SIGINT",), self._interrupted)
        when_signalled(("SIGTERM", "SIGHUP", "SIGQUIT"), self._ended_by)
        when_signalled(("SIGTSTP",), lambda number: self._spawned(self.suspend()))
        intake = Intake(
            0, harmless=is_harmless, on_batch=self._typed, on_end=self.leave, encoding=encoding_of(sys.stdin)
        )
        attending = spawn(self.sitting.attend(), "attend")
        try:
            await asyncio.wait([attending])
            if not attending.cancelled():
                attending.result()
        finally:
            intake.close()
            self._questions.withdraw()
            await self.sitting.leave()
            await cancel(*self._at_work)
            if self._session is not None and self._session.joined:
                self.tell(said("You are out of the meeting."))
            for words in self.sitting.afterwards:
                self.tell(*(Line(text, INCOG, whole=True) for text in words.split("\n")))
            await asyncio.to_thread(self._outlet.close, READY)
        if self.sitting.trouble:
            raise UsageError(self.sitting.trouble)
        return self._status()

    def _status(self) -> int:
        joined = self._session is not None and self._session.joined
        if joined or self._signal is None:
            return Status.LEFT
        return Status.INTERRUPTED if self._signal is signal.SIGINT else Status.TERMINATED

    # what is told (tui.compose.sitting.Front)

    def foretold(self, foretold: Foretold) -> None:
        """Tell what joining would tell, and ask."""
        self.tell(*before.preview(foretold))
        self._spawned(self._agree(foretold))

    async def _agree(self, foretold: Foretold) -> None:
        question, words = before.question(foretold)
        while not (answer := await self.ask(question, *words)) and self._leaving is None:
            pass  # there is nothing else to be done here
        if answer == "no":
            self.leave()
        elif answer:
            self.tell(said("Joining …" if answer == "yes" else "Drawing another alias …"))
            self.controller.decide(answer == "yes")

    def seated(self, session: Session, engine: Engine) -> Iterable[Coroutine[Any, Any, None]]:
        """Look at the meeting, again and again."""
        self._session, self._seen = session, None
        self._comings, self._watch, self._watched = Comings(), Watch(), float("-inf")
        return [self._look_again()]

    async def _look_again(self) -> None:
        while True:
            self.catch_up()
            await asyncio.sleep(LOOK)

    def catch_up(self) -> None:
        """Tell what changed since the last look."""
        meeting = self.meeting
        if meeting is None:
            return
        seen, self._seen = self._seen, meeting
        if seen is not None or meeting.phase == "live":
            self.tell(*changes(seen, meeting, self.notes.wanted))
        else:
            self._seen = None  # one begins when one is in
        now = self.now()
        self.tell(*self._comings.over(len(meeting.people) - 1, now))
        if held := self._chats.over(now):
            more = counted(held, "more message was written", "more messages were written")
            self.tell(Line(f"{more}; chat {held} tells them.", CHAT))
        if now >= self._watched + WATCH:
            self._watched = now
            if (news := self._watch.news(meeting.ledger)) and "visible" in self.notes.wanted:
                self.tell(said(f"{news}."))
        self._attention.meeting(meeting)

    def wrote(self, line: ChatLine) -> None:
        """Tell a message, unless too many come at once. One's own stands in the terminal already."""
        self.catch_up()
        self.notes.chat.append(line)
        if not line.me and (line.private or self._chats.take(self.now())):
            self.tell(answers.message(line))
        if line.private:
            self._attention.chat(line)

    def moved(self, event: Moved) -> None:
        """Somebody came or went."""
        self.catch_up()
        if isinstance(event, ParticipantJoined):
            lines = self._comings.came(event.participant.name, self.now())
        else:
            lines = self._comings.went(event.name, event.reason, self.now())
        if "people" in self.notes.wanted:
            self.tell(*lines)

    def warned(self, warning: Warning) -> None:
        """A warning is told at once."""
        self.catch_up()
        self.tell(Line(warning.text, WARNING))

    def noted(self, text: str, *, lasting: bool) -> None:
        """What is worth knowing is told once."""
        self.catch_up()
        self.tell(*(said(line) for line in text.split("\n")))

    def invited(self, invitation: Invitation) -> None:
        """Who can come; the link itself is a secret, and shown when it is asked for."""
        self.tell(said(f"{invitation.reach} Type link to see it."))

    def drawn(self) -> None:
        """No pictures are drawn."""

    def time_is_up(self) -> None:
        """Leave."""
        self.tell(said("The time is up."))
        self.leave()

    # what is done (tui.linear.desk.Desk)

    @property
    def meeting(self) -> Meeting | None:
        """The meeting now."""
        return self.sitting.look(self._session) if self._session is not None and self._session.joined else None

    def tell(self, *lines: Line) -> None:
        """Tell these lines."""
        self._outlet.tell(lines)

    async def ask(self, question: str, *words: str) -> str:
        """Ask, and wait."""
        return await self._questions.ask(question, *words)

    def now(self) -> float:
        """Seconds."""
        return monotonic()

    def leave(self) -> None:
        """Say goodbye; `run` returns soon after."""
        if self._leaving is None:
            self._leaving = spawn(self.sitting.leave(), "leave")
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
