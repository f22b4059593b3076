"""Where lines are read: standard input, without holding up the loop. Editing a line is left to the terminal."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable

from tui.linear.typed import TOGETHER, Batch, Splitter, Typed

MOST = 65536


class Intake:
    """Reads a file descriptor on the running loop until it ends or `close` is called."""

    def __init__(
        self,
        descriptor: int,
        *,
        harmless: Callable[[str], bool],
        on_batch: Callable[[Batch], None],
        on_end: Callable[[], None],
        encoding: str = "utf-8",
    ) -> None:
        """`on_end` is called once, when there is nothing more to read. What a program writes is never a paste."""
        self._from = descriptor
        self._on_batch = on_batch
        self._on_end = on_end
        self._splitter = Splitter(encoding)
        self._typed = Typed(harmless, TOGETHER if os.isatty(descriptor) else 0.0)
        self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._polled = True
        self._open = True
        try:
            self._loop.add_reader(descriptor, self._read)
        except PermissionError:  # a file, which never has to be waited for and cannot be
            self._polled = False
            self._loop.call_soon(self._read)
        except OSError:  # it was closed before we were started
            self._polled = False
            self._loop.call_soon(self._end)

    def close(self) -> None:
        """Read no more."""
        if self._open:
            self._open = False
            if self._polled:
                self._loop.remove_reader(self._from)
            if self._timer is not None:
                self._timer.cancel()

    def _read(self) -> None:
        if not self._open:
            return
        try:
            data = os.read(self._from, MOST)
        except OSError:  # the terminal is gone
            data = b""
        for line in self._splitter.feed(data or b"\n"):
            if line or data:
                self._take(line)
        if not data:
            self._end()
        elif not self._polled:
            self._loop.call_soon(self._read)

    def _take(self, line: str) -> None:
        if batch := self._typed.line(line, self._loop.time()):
            self._on_batch(batch)
        self._wait()

    def _wait(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if (due := self._typed.due) is not None:
            self._timer = self._loop.call_at(due, self._came_alone)

    def _came_alone(self) -> None:
        if batch := self._typed.take(self._loop.time()):
            self._on_batch(batch)
        self._wait()

    def _end(self) -> None:
        if self._open:
            self._came_alone()
            self.close()
            self._on_end()
