"""The front end without a terminal: what happens, a line each, and an exit status at the end."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from typing import TextIO

from net.tasks import spawn
from tui.cli import Status
from tui.compose.ground import Ground, when_signalled
from tui.compose.happenings import Happening, Joined
from tui.compose.lines import Line, as_object, as_sentence
from tui.compose.session import Session
from tui.compose.settings import Settings


class Printer:
    """Writes what happens, one line at a time, and flushes each. Raises `BrokenPipeError` when nobody reads."""

    def __init__(self, as_json: bool, stream: TextIO | None = None) -> None:
        self._json = as_json
        self._stream = stream or sys.stdout

    def tell(self, happening: Happening) -> None:
        """Write a happening, if it is one to be told."""
        if self._json:
            line = as_object(happening)
            if line is not None:
                self.line(line)
        elif (sentence := as_sentence(happening)) is not None:
            print(sentence, file=self._stream, flush=True)

    def line(self, line: Line) -> None:
        """Write one JSON object."""
        print(json.dumps(line), file=self._stream, flush=True)


class Attendance:
    """Sits in a meeting until it is over, the time is up, or somebody asks to leave."""

    def __init__(
        self,
        session: Session,
        printer: Printer,
        *,
        duration: float | None = None,
        until_eof: bool = False,
        on_happening: Callable[[Happening], None] = lambda happening: None,
    ) -> None:
        """`duration` is in seconds from having joined; with `until_eof` the end of standard input is the end."""
        self._session = session
        self._printer = printer
        self._duration = duration
        self._until_eof = until_eof
        self._on_happening = on_happening
        self._signal: signal.Signals | None = None
        self._deaf = False
        self._leaving: asyncio.Task[None] | None = None

    async def run(self) -> int:
        """The exit status. Raises `MeetingError` when the meeting was not joined or was lost."""
        loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        when_signalled(("SIGINT", "SIGTERM"), lambda number: self._asked_by(number, task))
        if self._until_eof:
            _when_input_ends(lambda: self.leave("standard input ended"))
        # The handlers stay until the loop is closed: whoever is leaving anyway must not be cut off in it.
        async for happening in self._session.events():
            self.tell(happening)
            if isinstance(happening, Joined) and self._duration is not None:
                loop.call_later(self._duration, self.leave, "the time is up")
        if self._signal is None or self._session.joined:
            return Status.LEFT
        return Status.INTERRUPTED if self._signal is signal.SIGINT else Status.TERMINATED

    def leave(self, reason: str) -> None:
        """Begin to leave; `run` returns soon after."""
        self._leaving = spawn(self._session.leave(reason), "leave")

    def line(self, line: Line) -> None:
        """Print one more JSON object."""
        self._print(lambda: self._printer.line(line))

    def tell(self, happening: Happening) -> None:
        """Print a happening."""
        self._on_happening(happening)
        self._print(lambda: self._printer.tell(happening))

    def _print(self, write: Callable[[], None]) -> None:
        if self._deaf:
            return
        try:
            write()
        except BrokenPipeError:
            self._deaf = True
            silence_output()
            self.leave("nobody reads the output")

    def _asked_by(self, number: signal.Signals, task: asyncio.Task[object] | None) -> None:
        if self._signal is not None and task is not None:
            task.cancel()  # asked twice: do not wait for goodbyes
        self._signal = number
        self.leave(f"asked to by {number.name}")


def silence_output() -> None:
    """Send standard output nowhere, so that nothing fails when Python flushes it at the end."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _when_input_ends(tell: Callable[[], None]) -> None:
    """Have `tell` called on the loop when standard input ends. A thread waits, since a file cannot be polled."""
    loop = asyncio.get_running_loop()

    def wait() -> None:
        try:
            while os.read(0, 4096):
                pass
        except OSError:
            pass  # a standard input that cannot be read has ended too
        try:
            loop.call_soon_threadsafe(tell)
        except RuntimeError:
            pass  # the loop ended first

    threading.Thread(target=wait, name="standard input", daemon=True).start()


def run(settings: Settings) -> int:
    """Join or host without a screen; the exit status. Raises `UsageError` or `MeetingError`."""
    return Ground.start(lambda ground: _attend(settings, ground), confined=settings.confined)


async def _attend(settings: Settings, ground: Ground) -> int:
    from tui.compose.assemble import assemble
    from tui.compose.receipts import written_at_end

    async with assemble(settings, ground) as (session, _):
        attendance = Attendance(
            session, Printer(settings.json), duration=settings.duration, until_eof=settings.until_eof
        )
        with written_at_end(session, ground, settings.receipt, attendance.tell):
            return await attendance.run()
