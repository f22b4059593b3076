"""Textual's driver, safe: it reads with our parser, counts what waits to be written, and leaves the terminal as it was.

**Key releases.** Textual asks for the kitty keyboard protocol without the types of events. Once it has, they are asked
for too, and then which flags the terminal took; whoever does not know the protocol does not answer. The last question
is one that every terminal answers, so that no answer is still on its way when the program ends.

**The backlog.** Textual queues what it writes; on a slow line pictures would make every key wait for seconds. The
driver counts what is queued less what the terminal took, so that the stage can leave pictures out. What is written
has the colours of the app's `depth` and no others.

**The end.** Whatever ends the app, `stop_application_mode` undoes every mode that was set. What fails in the thread
that reads ends the app like any other failure; a terminal that hung up ends it as well, and so do the signals that end
a program, where nobody else hears them.

Not Textual's public interface are the driver's `_file` and `_key_thread`, and what our parser asks of Textual's. Their
shape is checked when this module is imported.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import selectors
import signal
from codecs import getincrementaldecoder
from collections.abc import Callable
from threading import Event
from time import monotonic, sleep
from typing import Any, TextIO, cast

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

from tui.terminal.colours import Reducer
from tui.terminal.jobs import can_suspend, stop_group
from tui.terminal.keys import REPORTS_EVENTS
from tui.terminal.manners import Manners
from tui.terminal.messages import FlagsReported, Identified, TerminalKnown
from tui.terminal.notify import GIVE_TITLE_BACK, KEEP_TITLE, window_title
from tui.terminal.parser import SafeParser

CROWDED = 20_000
"""Characters on their way to the terminal from which on pictures are left out."""

TICK = 0.05
"""Seconds between two looks at whether the terminal is silent."""
ANSWERS_WITHIN = 3.0
"""Seconds that answers may take to arrive."""
LAST_ANSWER = 0.3
"""Seconds that the end waits for an answer, so that the shell does not get it."""

AGAIN = 0.1
"""Seconds after which a process that goes on in the background stops again; signals are heard in between."""

YIELD = 0.00005
"""Seconds for which the loop gives way to the writer. A thread that does not is only interrupted after 5 ms."""

_LEAVING = (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
_ASK = f"\x1b[={REPORTS_EVENTS};2u\x1b[?u\x1b[c"  # add this flag; which flags are set; who are you
_FORGET = "\x1b[?1016l\x1b[?2048l\x1b[?2026l"  # modes that Textual sets and leaves: pixels, sizes in band, synchronised
_PLAIN = "\x1b[0m"


def check_textual() -> None:
    """Raise `RuntimeError` when this Textual no longer has the parts that are replaced here."""
    # Its compiled methods, since to read its source takes as long as all else until the first paint.
    driver = {word for method in vars(LinuxDriver).values() for word in _words(method)}
    parts = {
        "the parser takes one flag": list(inspect.signature(XTermParser.__init__).parameters) == ["self", "debug"],
        "the parser names keys": list(inspect.signature(XTermParser._sequence_to_key_events).parameters)
        == ["self", "sequence", "alt"],
        "the parser reads the mouse": list(inspect.signature(XTermParser.parse_mouse_code).parameters)
        == ["self", "code"],
        "the driver writes to a file it names": {"_file", "__stderr__", "WriterThread"} <= driver,
        "the driver reads in a method of its own": "run_input_thread" in _words(LinuxDriver._run_input_thread),
        "the driver asks for the kitty protocol": "\x1b[<u" in driver,
        "the app is told of a failure": list(inspect.signature(App._handle_exception).parameters) == ["self", "error"],
    }
    missing = [what for what, there in parts.items() if not there]
    if missing:
        raise RuntimeError(f"this version of Textual does not fit incog any more ({'; '.join(missing)})")


def _words(method: object) -> set[str]:
    """The names and texts in a compiled function; none in anything else."""
    code = getattr(method, "__code__", None)
    return {*code.co_names, *(text for text in code.co_consts if isinstance(text, str))} if code is not None else set()


class CountingFile:
    """A text file that counts the characters it has taken, reduces their colours, and outlives its terminal.

    Used by the writer's thread only. If that thread ended with the terminal, its queue would fill and hold up the whole
    program, which then could not even leave. So what a terminal that hung up does not take is thrown away.
    """

    def __init__(
        self, file: TextIO, on_gone: Callable[[], None] = lambda: None, reduce: Callable[[str], str] = lambda text: text
    ) -> None:
        """`on_gone` is called once, in the writer's thread, when the terminal takes nothing any more."""
        self.written = 0
        self._reduce = reduce
        self._file = file
        self._gone = False
        self._on_gone = on_gone

    def write(self, text: str) -> int:
        """Write, wait until the terminal took it, and count it."""
        reduced = self._reduce(text)
        self._take(lambda: self._file.write(reduced))
        self.flush()
        self.written += len(text)
        return len(text)

    def flush(self) -> None:
        """Pass on what is buffered."""
        self._take(self._file.flush)

    def _take(self, write: Callable[[], object]) -> None:
        if self._gone:
            return
        try:
            write()
        except (OSError, ValueError):
            self._gone = True
            self._on_gone()

    def fileno(self) -> int:
        """The file's descriptor."""
        return self._file.fileno()


class SafeDriver(LinuxDriver):
    """Textual's driver with the parser and the file above."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        manners = getattr(app, "manners", Manners())
        super().__init__(app, debug=debug, mouse=mouse and manners.mouse, size=size)
        self.reports_release = False  # the terminal tells when a key goes up
        self._queued = 0
        reduce = Reducer(getattr(app, "depth", "truecolor"), lambda: app.current_theme.dark)
        self._counter = CountingFile(cast(TextIO, self._file), self._hung_up, reduce)
        self._file = self._counter  # type: ignore[assignment] # the writer needs no more of a file than this
        self._drawing = False  # the terminal is ours
        self._asked_at = 0.0
        self._titled = False
        self._signals = [number for number in _LEAVING if signal.getsignal(number) == signal.SIG_DFL]
        for number in self._signals:
            self._loop.add_signal_handler(number, app.exit)
        self._answered = Event()

    @property
    def backlog(self) -> int:
        """Characters that were handed over and that the terminal has not taken yet."""
        return self._queued - self._counter.written

    def write(self, data: str) -> None:
        """Hand text over to the writer's thread; what comes while the terminal is not ours is dropped."""
        if self._drawing:
            self._queued += len(data)
            super().write(data)

    def flush(self) -> None:
        """Called when a whole picture was handed over: let the writer's thread run, or it would wait for its turn."""
        if self._drawing:
            sleep(YIELD)

    def start_application_mode(self) -> None:
        """Take the terminal, and ask what it can do."""
        self._drawing, self._key_thread = True, None
        self._answered.clear()
        self._asked_at = monotonic()
        super().start_application_mode()  # type: ignore[no-untyped-call] # it has no types
        self._drawing = vars(self)["_key_thread"] is not None  # else it is not ours to take: we are in the background
        self._titled = bool(title := getattr(self._app, "window_title", ""))
        self.write(_ASK + (KEEP_TITLE + window_title(title) if title else ""))

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was. Doing it again does nothing."""
        if not self._drawing:
            return
        if monotonic() - self._asked_at < ANSWERS_WITHIN:
            self._answered.wait(LAST_ANSWER)
        self.write(_FORGET + (window_title("") + GIVE_TITLE_BACK if self._titled else ""))
        super().stop_application_mode()
        self.write(_PLAIN)
        self._drawing = False

    def disable_input(self) -> None:
        """Stop reading. A terminal that is not ours is left alone: in the background, touching it would stop us."""
        if self._drawing:
            super().disable_input()

    def close(self) -> None:
        """Hear no signals any more, and write what is left."""
        while self._signals:
            self._loop.remove_signal_handler(self._signals.pop())
        super().close()

    # Suspended and back

    @property
    def can_suspend(self) -> bool:
        """Whether there is a shell that could wake us."""
        return can_suspend()

    async def stop_process(self, over: Callable[[], bool]) -> bool:
        """Give the terminal back, stop until somebody wakes us, and take it again.

        False when `over` says that the app ends: it was woken only for that, perhaps in the background.
        """
        self.stop_application_mode()
        super().close()
        while True:
            stop_group()
            await asyncio.sleep(AGAIN)
            if over():
                return False
            if self._in_foreground():
                self.start_application_mode()
                return True

    def _in_foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self.fileno) == os.getpgrp()
        except OSError:
            return False

    def _sigtstp_application(self, *_: object) -> None:
        """Somebody else asks us to stop: the app does it as if the person here had asked."""
        self._loop.call_soon_threadsafe(self._app.action_suspend_process)

    def _sigcont_application(self, *_: object) -> None:
        """Woken. Whoever stopped us without asking may have used the terminal meanwhile: take it anew."""
        if self._drawing:
            self._loop.call_soon_threadsafe(self._take_anew)

    def _take_anew(self) -> None:
        if not self._in_foreground():
            self._app.action_suspend_process()
        elif self._drawing:
            self.stop_application_mode()
            super().close()
            self.start_application_mode()
            self._app.refresh(layout=True)

    # What comes

    def process_message(self, message: Message) -> None:
        """Keep the answers that are for the driver, and pass everything else on."""
        if isinstance(message, FlagsReported):
            self.reports_release = bool(message.flags & REPORTS_EVENTS)
        elif isinstance(message, Identified):
            self._answered.set()
            super().process_message(TerminalKnown())
        else:
            super().process_message(message)

    def run_input_thread(self) -> None:
        """Read the terminal until the app ends."""
        try:
            self._listen()
        except Exception as error:  # the app's, like any failure in it
            self._loop.call_soon_threadsafe(self._app._handle_exception, error)

    def _listen(self) -> None:
        parser = SafeParser(patient=True)
        decode = getincrementaldecoder("utf-8")("replace").decode
        began = heard = monotonic()
        with selectors.SelectSelector() as selector:
            selector.register(self.fileno, selectors.EVENT_READ)
            while not self.exit_event.is_set():
                if selector.select(TICK):
                    data = self._read()
                    if not data:
                        self._hung_up()
                        return
                    found = parser.feed(decode(data))
                    heard = monotonic()
                else:
                    now = monotonic()
                    if now - began >= ANSWERS_WITHIN:
                        parser.hurry()
                    found = parser.idle(now - heard)
                for message in found:
                    self.process_message(message)

    def _read(self) -> bytes:
        """What has come; nothing when nothing more will come."""
        try:
            return os.read(self.fileno, 4096)
        except OSError:
            return b""

    def _hung_up(self) -> None:
        """The terminal is gone: nobody is there to see or to press keys, so the app leaves."""
        self._loop.call_soon_threadsafe(self._app.exit)


def crowded(app: App[Any]) -> bool:
    """Whether the terminal is behind, so that pictures should wait."""
    return getattr(app._driver, "backlog", 0) >= CROWDED


check_textual()
