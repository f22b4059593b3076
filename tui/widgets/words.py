"""Words in the middle of an empty place."""

from __future__ import annotations

from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.palette import Palette, palette_of
from tui.widgets.text import Row, wrap


class Words(Widget):
    """Says something where there is nothing else; the first line is strong."""

    DEFAULT_CSS = """
    Words { background: $incog-background; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words = ""

    def say(self, words: str) -> None:
        """What it says, in lines; each is broken where it is too long."""
        if words != self._words:
            self._words = words
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One line."""
        width, height = self.size
        return words_line(self._words, y, width, height, palette_of(self))


def words_line(words: str, y: int, width: int, height: int, palette: Palette) -> Strip:
    """Line `y` of an area with nothing but `words` in its middle; the first line of them is strong."""
    first, *rest = (wrap(line, width - 2) for line in words.split("\n"))
    lines = [*first, *(piece for line in rest for piece in line)]
    index = y - max(0, (height - len(lines)) // 2)
    ground = palette.style("muted", "background")
    if not 0 <= index < len(lines):
        return Row(width, ground).strip()
    strong = palette.style("text", "background", bold=True)
    text = lines[index]
    return (
        Row(width, ground).column((width - len(text)) // 2).put(text, strong if index < len(first) else ground).strip()
    )
