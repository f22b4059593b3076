"""The terminal itself: a paste that can press no keys, and a count of what it has yet to write.

**The paste hole.** Textual ends a bracketed paste at the first ESC inside it and reads the rest as keys, so that text
from anywhere could unmute or leave. `PasteSafeParser` takes bracketed pastes out of the stream before Textual's parser
sees them: everything between the brackets is one `Paste`, whatever is in it, less control characters. Not every
terminal takes a closing bracket out of what it pastes; so what follows a paste faster than a hand types is dropped.

**The backlog.** Textual queues what it writes; on a slow line pictures would make every key wait for seconds. The
driver counts what is queued less what the terminal took, so that the stage can leave pictures out.

Two things here are not Textual's public interface: the parser is a name in `textual.drivers.linux_driver`, and the
driver's output is its `_file`. Their shape is checked when this module is imported.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import Any, TextIO, cast

from textual import events
from textual._xterm_parser import BRACKETED_PASTE_END, BRACKETED_PASTE_START, XTermParser
from textual.app import App
from textual.drivers import linux_driver
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message

MAX_PASTE = 16 * 1024
"""Characters of a paste that are kept; the rest of it is dropped."""

CROWDED = 20_000
"""Characters on their way to the terminal from which on pictures are left out."""

_HOLD = 0.05  # seconds that the beginning of a paste's opening bracket waits for its rest
_QUIET = 0.05  # seconds of silence after a paste before keys are keys again
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def check_textual() -> None:
    """Raise `RuntimeError` when this Textual no longer has the parts that are replaced here."""
    parts = {
        "the input thread makes its parser by a module's name": getattr(linux_driver, "XTermParser", None)
        in (XTermParser, PasteSafeParser),
        "the parser takes one flag": list(inspect.signature(XTermParser.__init__).parameters) == ["self", "debug"],
        "the parser is fed text": list(inspect.signature(XTermParser.feed).parameters) == ["self", "data"],
        "the parser is ticked": list(inspect.signature(XTermParser.tick).parameters) == ["self"],
        "the driver writes to a file it names": "self._file = sys.__stderr__" in inspect.getsource(LinuxDriver.__init__)
        and "WriterThread(self._file)" in inspect.getsource(LinuxDriver.start_application_mode),
    }
    missing = [what for what, there in parts.items() if not there]
    if missing:
        raise RuntimeError(f"this version of Textual does not fit incog any more ({'; '.join(missing)})")


class PasteSafeParser(XTermParser):
    """Textual's parser behind a gate that takes bracketed pastes out of the stream."""

    def __init__(self, debug: bool = False) -> None:
        self._pasted: list[str] | None = None  # inside a paste: what came, at most MAX_PASTE characters
        self._room = 0
        self._held = ""  # what may be the beginning of a bracket
        self._held_since = 0.0
        self._deaf_until = 0.0
        super().__init__(debug)

    def feed(self, data: str) -> Iterator[Message]:
        """Turn what the terminal sent into messages; an empty string ends the stream."""
        if not data:
            if self._held and self._pasted is None:
                yield from super().feed(self._held)
            yield from super().feed("")
            return
        if monotonic() < self._deaf_until:
            self._deaf_until = monotonic() + _QUIET
            return
        data = self._held + data
        self._held = ""
        while data:
            bracket = BRACKETED_PASTE_START if self._pasted is None else BRACKETED_PASTE_END
            before, found, after = data.partition(bracket)
            if not found:
                before, self._held = _split_beginning(data, bracket)
                self._held_since = monotonic()
            if self._pasted is None:
                if before:
                    yield from super().feed(before)
                if found:
                    self._pasted, self._room = [], MAX_PASTE
            else:
                self._keep(before)
                if found:
                    yield events.Paste(_plain("".join(self._pasted)))
                    self._pasted = None
                    self._deaf_until = monotonic() + _QUIET
                    return
            data = after

    def tick(self) -> Iterable[Message]:
        """Called at short intervals: what was not the beginning of a bracket after all is passed on."""
        if self._held and self._pasted is None and monotonic() - self._held_since >= _HOLD:
            held, self._held = self._held, ""
            yield from super().feed(held)
            if self._timeout_time is not None:
                self._timeout_time = min(self._timeout_time, monotonic())  # it has waited here already
        yield from super().tick()

    def _keep(self, text: str) -> None:
        if self._pasted is not None and self._room > 0:
            self._pasted.append(text[: self._room])
            self._room -= len(text)


def _plain(text: str) -> str:
    """Text with its lines ended by line feeds, and no other control character but the tab."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _split_beginning(data: str, bracket: str) -> tuple[str, str]:
    """`data` less the longest end of it with which `bracket` begins, and that end."""
    for size in range(min(len(data), len(bracket) - 1), 0, -1):
        if data.endswith(bracket[:size]):
            return data[:-size], data[-size:]
    return data, ""


class CountingFile:
    """A text file that counts the characters it has taken, and outlives its terminal.

    Used by the writer's thread only. If that thread ended with the terminal, its queue would fill and hold up the whole
    program, which then could not even leave. So what a terminal that hung up does not take is thrown away.
    """

    def __init__(self, file: TextIO, on_gone: Callable[[], None] = lambda: None) -> None:
        """`on_gone` is called once, in the writer's thread, when the terminal takes nothing any more."""
        self.written = 0
        self._file = file
        self._gone = False
        self._on_gone = on_gone

    def write(self, text: str) -> int:
        """Write, wait until the terminal took it, and count it."""
        self._take(lambda: self._file.write(text))
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
    """Textual's driver with the parser above, and with a count of what waits to be written."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._queued = 0
        self._counter = CountingFile(cast(TextIO, self._file), self._hung_up)
        self._file = self._counter  # type: ignore[assignment] # the writer needs no more of a file than this

    @property
    def backlog(self) -> int:
        """Characters that were handed over and that the terminal has not taken yet."""
        return self._queued - self._counter.written

    def write(self, data: str) -> None:
        """Hand text over to the writer's thread."""
        self._queued += len(data)
        super().write(data)

    def _hung_up(self) -> None:
        """The terminal is gone: nobody is there to see or to press keys, so the app leaves."""
        self._loop.call_soon_threadsafe(self._app.exit)

    def run_input_thread(self) -> None:
        """Read the terminal until the app ends."""
        vars(linux_driver)["XTermParser"] = PasteSafeParser  # the name by which the thread makes its parser
        super().run_input_thread()


def crowded(app: App[Any]) -> bool:
    """Whether the terminal is behind, so that pictures should wait."""
    return getattr(app._driver, "backlog", 0) >= CROWDED


check_textual()
