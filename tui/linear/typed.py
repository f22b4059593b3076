"""What was typed, line by line, and what came together as only a paste does. Pure: the time comes in, in seconds.

A terminal hands over a line when Enter is pressed, and a pasted text line by line. Nobody types two lines within a
third of a second, so lines that come that close are a paste. What does no harm is done at once all the same; everything
else waits that third of a second to see whether it came alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

TOGETHER = 0.3
"""Seconds within which two lines came together."""
LONGEST = 4095
"""Bytes of a line that a terminal hands over at most (Linux, `N_TTY_BUF_SIZE`); it drops the rest without a word."""
MOST = 500
"""Lines of a paste that are kept."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Lines that came together."""

    lines: tuple[str, ...]
    pasted: bool  # other lines came with them


class Typed:
    """Takes lines in; gives those that may be done at once, and the others when it is known whether they came alone."""

    def __init__(self, harmless: Callable[[str], bool], together: float = TOGETHER) -> None:
        """`together` 0: every line stands for itself, as where a program writes them."""
        self._harmless = harmless
        self._together = together
        self._waiting: list[str] = []
        self._last = float("-inf")
        self._pasted = False

    def line(self, text: str, now: float) -> Batch | None:
        """One line; what is to be done now."""
        close, self._last = now - self._last < self._together, now
        if not self._together or (self._harmless(text) and not self._waiting and not close):
            return Batch((text,), False)
        self._pasted = self._pasted or close
        if len(self._waiting) < MOST:
            self._waiting.append(text)
        return None

    @property
    def due(self) -> float | None:
        """When `take` is to be called; None while nothing waits."""
        return self._last + self._together if self._waiting else None

    def take(self, now: float) -> Batch | None:
        """What waited long enough."""
        if self.due is None or now < self.due:
            return None
        batch = Batch(tuple(self._waiting), self._pasted)
        self._waiting, self._pasted = [], False
        return batch


class Splitter:
    """Bytes into lines, bounded."""

    def __init__(self, encoding: str = "utf-8") -> None:
        self._encoding = encoding
        self._rest = b""

    def feed(self, data: bytes) -> list[str]:
        """The lines that are whole now, whatever is in them; `objection` judges that."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        self._rest = self._rest[: LONGEST + 1]
        return [self._text(line) for line in whole]

    def _text(self, line: bytes) -> str:
        return line[: LONGEST + 1].rstrip(b"\r").decode(self._encoding, "replace")


def objection(text: str) -> str:
    """One sentence why nothing can be done with a line; empty when something can."""
    if len(text.encode("utf-8", "replace")) >= LONGEST - 1:
        return "That line is too long for a terminal, which may have cut it; nothing was done. Use shorter ones."
    if "\ufffd" in text:
        return "That line holds bytes that are no text; nothing was done."
    if any(not sign.isprintable() and sign != "\t" for sign in text):
        return "That line holds keys that are no text, such as arrows or Escape; nothing was done."
    return ""
