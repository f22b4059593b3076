"""Messages as lines of the chat's log: broken to a width, with links and what is searched for marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from tui.model import ChatLine
from tui.widgets import links
from tui.widgets.text import flat, wrap

PLAIN, LINK, MATCH = 0, 1, 2
"""What a piece of text is."""

Pieces = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of the log on the screen; `line` None: where what is new begins."""

    line: ChatLine | None
    pieces: Pieces = ()
    first: bool = False  # carries time and name


def indent(width: int) -> int:
    """Cells that the rest of a long message is moved in by."""
    return 7 if width >= 30 else 2


def name_of(line: ChatLine, width: int) -> str:
    """Who says it and, where it is not said to everybody, to whom."""
    if line.me and line.private:
        return f"you to {line.to} alone" if line.to else "you, privately"
    if line.me:
        return f"{line.name} (you)"
    if line.private:
        return f"{line.name} to you alone" if width >= 30 else f"{line.name} ✉"
    if line.earlier:
        return f"{line.name}, earlier"
    return line.name


def broken(line: ChatLine, width: int, sought: str = "") -> list[Drawn]:
    """A message as lines of at most `width` cells; `sought` is marked in it."""
    inner = max(1, width - indent(width) - 1)
    if line.notice:
        rows = list(_rows(line.text, wrap(line.text, inner), sought))
        return [Drawn(line, pieces, first=not index) for index, pieces in enumerate(rows)]
    head = len(f" {line.at} ") + len(flat(name_of(line, width))) + 2
    if head + len(line.text) < width:
        return [Drawn(line, pieces, first=True) for pieces in _rows(line.text, [flat(line.text)], sought)]
    rest = [Drawn(line, pieces) for pieces in _rows(line.text, wrap(line.text, inner), sought)]
    return [Drawn(line, first=True), *rest]


def holds(line: ChatLine, sought: str) -> bool:
    """Whether a message or its writer's name holds what is searched for, in any case."""
    wanted = sought.casefold()
    return wanted in flat(line.text).casefold() or wanted in line.name.casefold()


def _rows(text: str, rows: Sequence[str], sought: str) -> Iterator[Pieces]:
    """The rows that `text` was broken into, in pieces. Breaking takes spaces away and nothing else."""
    marks = _marks(flat(text), sought)
    solid = [mark for sign, mark in zip(flat(text), marks, strict=True) if not sign.isspace()]
    at = 0
    for row in rows:
        kinds: list[int] = []
        for sign in row:
            if sign.isspace():
                kinds.append(kinds[-1] if kinds else PLAIN)
            else:
                kinds.append(solid[at])
                at += 1
        yield tuple(
            ("".join(sign for sign, _ in group), kind)
            for kind, group in groupby(zip(row, kinds, strict=True), key=lambda pair: pair[1])
        )


def _marks(text: str, sought: str) -> list[int]:
    marks = [PLAIN] * len(text)
    for found in links.find(text):
        marks[found.start : found.end] = [LINK] * (found.end - found.start)
    # Letters that fold to several would move what follows; such texts are searched as they are.
    low, wanted = text.casefold(), sought.casefold()
    if len(low) != len(text):
        low, wanted = text, sought
    at = low.find(wanted) if wanted else -1
    while at >= 0:
        marks[at : at + len(wanted)] = [MATCH] * len(wanted)
        at = low.find(wanted, at + len(wanted))
    return marks
