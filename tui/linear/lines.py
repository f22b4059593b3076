"""What one line is, and how it is broken into rows of the terminal.

Every line begins with a word that says where it comes from, or with two spaces when it belongs to the line before. What
others wrote never stands at the beginning: a line that is too long is broken here, not by the terminal, and what
follows is set in. So a name or a message that is made to look like a line of incog's never stands where one begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tui.widgets.page import Block, Pair, Title
from tui.widgets.text import flat, wrap

INCOG, ASK, WARNING, PEOPLE, CHAT, PRIVATE = "incog", "ask", "warning", "people", "chat", "private"
"""The words at the beginning of a line: what incog says, what it asks, what may be acted on, who came and what they do,
what was written to everybody, what was written to one."""

FOREIGN = frozenset({CHAT, PRIVATE})
"""Lines that others wrote; where such a line goes on, it stands behind a mark."""

QUOTES = str.maketrans(dict.fromkeys('"“”„‟«»″‶\uff02〝〞', "'"))
NARROWEST = 16
MOST_SHOWN = 300
"""Characters of one value of a page that are told."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line to tell."""

    text: str
    kind: str = ""  # one of the words above; empty: it belongs to the line before
    whole: bool = False  # never broken, so that it can be copied: a link


def said(text: str) -> Line:
    """A line of incog's."""
    return Line(text, INCOG)


def item(text: str) -> Line:
    """A line that belongs to the one before."""
    return Line(text)


def named(name: str) -> str:
    """Somebody's name inside a sentence: in quotes, with none inside."""
    return f'"{flat(name).translate(QUOTES)}"'


def counted(number: int, one: str, many: str) -> str:
    """A number of things."""
    return f"{number} {one if number == 1 else many}"


def rows(line: Line, width: int) -> list[str]:
    """A line as rows of at most `width` cells; unbroken for a width of 0, where no terminal would break it."""
    head = f"{line.kind}: " if line.kind else "  "
    if line.whole:
        return [head + flat(line.text)]
    if width <= 0:
        return [head + " ".join(flat(line.text).split())]
    more = "  > " if line.kind in FOREIGN else "  " if line.kind else "    "
    room = max(NARROWEST, width - 1) - max(len(head), len(more))
    first, *rest = wrap(line.text, room)
    return [head + first, *(more + text for text in rest)]


def of_blocks(title: str, blocks: Sequence[Block]) -> list[Line]:
    """A page of the screen as lines."""
    return [said(title), *_lines(blocks)]


def _lines(blocks: Sequence[Block]) -> Iterable[Line]:
    label = ""
    for block in blocks:
        if isinstance(block, Title):
            yield said(f"{block.text.rstrip(':')}:")
        elif isinstance(block, Pair):
            label = block.label or label
            note = f" ({block.note})" if block.note else ""
            yield item(f"{label}: {_short(block.value)}{note}")
        elif block.text:
            yield item(_short(block.text))


def _short(text: str) -> str:
    more = len(text) - MOST_SHOWN
    return f"{text[:MOST_SHOWN]}, and {more} more characters" if more > 0 else text
