"""A list to choose from: each line a key and what it does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tui.widgets.lines import LineView
from tui.widgets.text import Row


@dataclass(frozen=True, slots=True)
class Choice:
    """One line."""

    id: str
    key: str  # as a person reads it; empty for none
    label: str
    help: str = ""  # stands dimmer beside it


class Choices(LineView):
    """Enter, or two clicks, take the line with the cursor."""

    DEFAULT_CSS = """
    Choices { height: auto; max-height: 100%; background: $incog-surface; }
    """

    class Taken(Message):
        """A line was taken."""

        def __init__(self, id: str) -> None:
            self.id = id
            super().__init__()

    def __init__(self, choices: Sequence[Choice], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._choices = choices
        self._keys = max((cell_len(choice.key) for choice in choices), default=0)
        self._labels = max((cell_len(choice.label) for choice in choices), default=0)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """A line for each."""
        return len(self._choices)

    def count(self) -> int:
        """A line for each."""
        return len(self._choices)

    @property
    def taken_id(self) -> str:
        """The id of the line with the cursor; empty when there is none."""
        return self._choices[self.cursor].id if 0 <= self.cursor < len(self._choices) else ""

    def chosen(self, index: int) -> None:
        """Take it."""
        self.post_message(self.Taken(self._choices[index].id))

    def draw(self, index: int, width: int) -> Strip:
        """Mark, key, label, help."""
        choice, palette, here = self._choices[index], self.palette, index == self.cursor
        ground = "panel" if here else "surface"
        row = Row(width, palette.style("text", ground))
        row.put("▌ " if here else "  ", palette.style("accent", ground))
        row.put(choice.key, palette.style("accent", ground, bold=True)).column(self._keys + 4)
        row.put(choice.label, palette.style("text", ground, bold=here)).column(self._keys + self._labels + 6)
        return row.put(choice.help, palette.style("muted", ground)).strip()
