"""Text into cells: fitting, rows of styled pieces, and quantities in words.

Everything here takes text as it is: nothing is read as markup.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

Piece: TypeAlias = tuple[str, Style | None]


def flat(text: str) -> str:
    """`text` as one line without control characters, whatever it was."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() else " " if sign.isspace() else "·" for sign in text)


def fit(text: str, width: int) -> str:
    """`text` as one line of at most `width` cells, with an ellipsis where it was cut."""
    text = flat(text)
    if width <= 0:
        return ""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + "…"


class Row:
    """One line of a widget, `width` cells: pieces from the left, and pieces that keep to the right end."""

    def __init__(self, width: int, base: Style) -> None:
        self.width = width
        self._base = base
        self._left: list[Segment] = []
        self._right: list[Segment] = []
        self._used = 0
        self._kept = 0

    @property
    def room(self) -> int:
        """Cells that are still free between left and right."""
        return max(0, self.width - self._used - self._kept)

    def put(self, text: str, style: Style | None = None) -> Row:
        """Append a piece at the left, cut to the room there is."""
        text = fit(text, self.room)
        if text:
            self._left.append(Segment(text, style or self._base))
            self._used += cell_len(text)
        return self

    def column(self, at: int) -> Row:
        """Go on at cell `at`, if that is not behind us."""
        return self.put(" " * min(at - self._used, self.room)) if at > self._used else self

    def keep(self, *pieces: Piece) -> Row:
        """Put pieces at the right end, before those that are there; all of them or, where there is no room, none."""
        size = sum(cell_len(text) for text, _ in pieces)
        if size <= self.room:
            self._right[:0] = [Segment(text, style or self._base) for text, style in pieces if text]
            self._kept += size
        return self

    def strip(self) -> Strip:
        """The finished line."""
        middle = [Segment(" " * self.room, self._base)] if self.room else []
        return Strip([*self._left, *middle, *self._right], self.width)


def wrap(text: str, width: int) -> list[str]:
    """`text` in lines of at most `width` cells, broken at spaces where there are any. Never empty."""
    lines: list[str] = []
    line = ""
    for word in _words(flat(text), max(1, width)):
        glued = f"{line} {word}" if line else word
        if cell_len(glued) <= width:
            line = glued
        else:
            lines.append(line)
            line = word
    return [*lines, line] if line or not lines else lines


def _words(text: str, width: int) -> Iterable[str]:
    for word in text.split():
        piece, used = "", 0
        for sign in word:
            cells = cell_len(sign)
            if used + cells > width and piece:
                yield piece
                piece, used = "", 0
            piece += sign
            used += cells
        yield piece


def lasting(seconds: float) -> str:
    """A length of time in few cells: 12 s, 3 min, 1 h 05."""
    whole = max(0, int(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60:02}"


def size(count: int) -> str:
    """A number of bytes in few cells: 812 B, 12 kB, 1.4 MB."""
    if count < 1000:
        return f"{count} B"
    power = 1 if count < 999_500 else 2 if count < 999_500_000 else 3
    value, unit = count / 1000**power, ("kB", "MB", "GB")[power - 1]
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"
