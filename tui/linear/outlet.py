"""Where lines are written. A thread of its own waits for a slow terminal, so that nothing else has to."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable

from tui.linear.lines import Line, rows, said

MOST = 1000
"""Lines that wait to be written; of more, the oldest are left out, and that is said."""
PLAIN = str.maketrans({"…": "...", "–": "-", "—": "-", "×": "x", "·": "-", "“": '"', "”": '"', "’": "'", "→": "to"})
"""What is written where the terminal's characters are not those of Unicode."""
BELL = b"\a"


class Outlet:
    """Writes lines to a file descriptor, in order. `on_gone` is called once, in the thread, when nobody reads them."""

    def __init__(self, descriptor: int, encoding: str = "utf-8", on_gone: Callable[[], None] = lambda: None) -> None:
        self._to = descriptor
        self._encoding = encoding
        self._unicode = encoding.lower().replace("-", "").replace("_", "").startswith("utf")
        self._on_gone = on_gone
        self._waiting: deque[bytes] = deque()
        self._left_out = 0
        self._closed = False
        self._change = threading.Condition()
        self._thread = threading.Thread(target=self._write, name="lines", daemon=True)
        self._thread.start()

    def tell(self, lines: Iterable[Line]) -> None:
        """Write these lines as soon as the terminal takes them."""
        width = self._width()
        self._put([self._encoded(text) for line in lines for text in rows(line, width)])

    def ring(self) -> None:
        """Ring the terminal's bell: one character, and no escape sequence."""
        self._put([BELL])

    def close(self, within: float) -> None:
        """Write what waits, for at most so many seconds."""
        with self._change:
            self._closed = True
            self._change.notify()
        self._thread.join(within)

    def _put(self, texts: Iterable[bytes]) -> None:
        with self._change:
            self._waiting.extend(texts)
            while len(self._waiting) > MOST:
                self._waiting.popleft()
                self._left_out += 1
            self._change.notify()

    def _encoded(self, text: str) -> bytes:
        """The row as bytes. What could move a cursor is not in it, whatever the line was."""
        text = "".join(sign for sign in text if sign.isprintable())
        if not self._unicode:
            text = text.translate(PLAIN)
        return text.encode(self._encoding, "replace") + b"\n"

    def _width(self) -> int:
        try:
            return os.get_terminal_size(self._to).columns or 80
        except OSError:
            return 0  # no terminal breaks lines there

    def _write(self) -> None:
        while (data := self._next()) is not None:
            try:
                while data:
                    data = data[os.write(self._to, data) :]
            except OSError:
                self._on_gone()
                return

    def _next(self) -> bytes | None:
        """What is to be written next; None when that was all. Waits for it."""
        with self._change:
            while not self._waiting and not self._closed:
                self._change.wait()
            if self._left_out:
                number, self._left_out = self._left_out, 0
                words = "lines were left out, since they could not be written as quickly as they came"
                return self._encoded(rows(said(f"{number} {words}."), self._width())[0])
            return self._waiting.popleft() if self._waiting else None
