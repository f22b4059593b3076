"""A list of things to choose from, under headings, for dialogs and the lobby."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.geometry import Size
from textual.message import Message
from textual.strip import Strip

from tui.widgets.lines import LineView
from tui.widgets.text import Row


@dataclass(frozen=True, slots=True)
class Option:
    """One line. Without an id it is a heading, which cannot be chosen."""

    text: str
    id: str = ""
    note: str = ""  # dimmer, at the right end
    chosen: bool = False  # what holds now


class Options(LineView):
    """Enter, or a click on the line the cursor is on, chooses."""

    DEFAULT_CSS = """
    Options { height: auto; max-height: 16; background: $incog-surface; }
    """

    class Chosen(Message):
        """One was chosen."""

        def __init__(self, option: Option) -> None:
            self.option = option
            super().__init__()

    def __init__(self, options: Sequence[Option], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._options = options

    def show(self, options: Sequence[Option]) -> None:
        """Others; the cursor stays where it is."""
        self._options = options
        self.counted()

    def count(self) -> int:
        """One line each."""
        return len(self._options)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as there are lines."""
        return len(self._options)

    def can_choose(self, index: int) -> bool:
        """Headings cannot."""
        return bool(self._options[index].id)

    def chosen(self, index: int) -> None:
        """This one."""
        self.post_message(self.Chosen(self._options[index]))

    def draw(self, index: int, width: int) -> Strip:
        """A heading, or a mark for what holds now and the words."""
        option = self._options[index]
        if not option.id:
            return Row(width, self.palette.style("accent", bold=True)).put(option.text).strip()
        here = index == self.cursor
        ground = "panel" if here else "surface"
        row = Row(width, self.palette.style("text", ground))
        row.keep((f"{option.note} " if option.note else "", self.palette.style("muted", ground)))
        row.put("▌" if here else " ", self.palette.style("accent", ground))
        row.put("● " if option.chosen else "  ", self.palette.style("safe", ground))
        return row.put(option.text).strip()
