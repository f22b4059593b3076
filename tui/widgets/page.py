"""A page of text for dialogs: headings, pairs of label and value, and sentences, broken to the width there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from textual.geometry import Size
from textual.strip import Strip

from tui.widgets.lines import LineView
from tui.widgets.text import Row, fit, wrap


class Title(NamedTuple):
    """A heading."""

    text: str


class Pair(NamedTuple):
    """A label and its value; `note` stands dimmer at the right end of the first line."""

    label: str
    value: str
    note: str = ""
    role: str = "text"
    key: bool = False  # the label is the name of a key, or a sign


class Sentence(NamedTuple):
    """A paragraph; an empty one is an empty line."""

    text: str = ""
    role: str = "text"


Block = Title | Pair | Sentence
Made = tuple[tuple[tuple[str, str, bool], ...], str]
"""The words of one line, each with role and weight, and the note at its right end."""


def lay_out(blocks: Sequence[Block], width: int) -> list[Made]:
    """Blocks as lines of at most `width` cells."""
    longest = max((cell_len(block.label) for block in blocks if isinstance(block, Pair)), default=0)
    label_width = min(longest, max(8, width * 2 // 5))
    made: list[Made] = []
    for block in blocks:
        if isinstance(block, Title):
            made.append((((block.text, "accent", True),), ""))
        elif isinstance(block, Sentence):
            made.extend((((text, block.role, False),), "") for text in wrap(block.text, width))
        else:
            made.extend(_pair(block, label_width, width))
    return made


def _pair(block: Pair, label_width: int, width: int) -> list[Made]:
    label = fit(block.label, label_width)
    gap = " " * (label_width - cell_len(label) + 2)
    note = f"  {block.note}" if block.note else ""
    room = width - label_width - 2
    lines = wrap(block.value, room - cell_len(note))
    first = (
        (label, "accent" if block.key else "muted", block.key),
        (gap, "text", False),
        (lines[0], block.role, False),
    )
    rest = wrap(" ".join(lines[1:]), room) if len(lines) > 1 else []
    indent = (" " * (label_width + 2), "text", False)
    return [(first, note), *(((indent, (text, block.role, False)), "") for text in rest)]


class Page(LineView):
    """Blocks of text that can be scrolled."""

    DEFAULT_CSS = """
    Page { height: auto; max-height: 100%; background: $incog-surface; }
    """

    def __init__(self, blocks: Sequence[Block] = (), *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._blocks = blocks
        self._lines: list[Made] = []

    def show(self, blocks: Sequence[Block]) -> None:
        """Other text."""
        self._blocks = blocks
        self.measure(self.width)
        self.counted()
        self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as the text is at this width."""
        return len(lay_out(self._blocks, width))

    def measure(self, width: int) -> None:
        """Break the text anew."""
        self._lines = lay_out(self._blocks, width) if width > 0 else []

    def count(self) -> int:
        """Lines of text."""
        return len(self._lines)

    def can_choose(self, index: int) -> bool:
        """A page is only read."""
        return False

    def draw(self, index: int, width: int) -> Strip:
        """One line of text."""
        words, note = self._lines[index]
        palette = self.palette
        row = Row(width, palette.style("text"))
        row.keep((note, palette.style("muted")))
        for text, role, bold in words:
            row.put(text, palette.style(role, bold=bold))
        return row.strip()
