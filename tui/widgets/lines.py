"""A scrolled list that draws only the lines in view: the same cost for ten lines as for ten thousand."""

from __future__ import annotations

from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.actions import taken
from tui.widgets.palette import Palette, palette_of
from tui.widgets.text import Row


class Lines(ScrollView):
    """Lines on demand. A subclass says how many there are and draws one."""

    DEFAULT_CSS = """
    Lines {
        background: $incog-surface;
        scrollbar-size: 1 1;
        overflow-x: hidden;
        overflow-y: auto;
    }
    """

    ALLOW_SELECT = False

    # For the subclass

    def count(self) -> int:
        """How many lines there are."""
        raise NotImplementedError

    def draw(self, index: int, width: int) -> Strip:
        """Line `index`, exactly `width` cells."""
        raise NotImplementedError

    def measure(self, width: int) -> None:
        """Make the lines for a new width, where they depend on it."""

    # For everybody

    @property
    def palette(self) -> Palette:
        """The styles of the theme."""
        return palette_of(self)

    @property
    def base(self) -> Style:
        """Plain text on this list's ground."""
        return self.palette.style("text", "surface")

    @property
    def width(self) -> int:
        """Cells across, less the scroll bar."""
        return self.scrollable_content_region.width

    def counted(self) -> None:
        """The number of lines changed, or all of them: the scroll range follows."""
        self.virtual_size = Size(self.width, self.count())
        self.refresh()

    def changed(self, index: int) -> None:
        """One line looks different."""
        self.refresh_line(index)

    def in_view(self) -> range:
        """The lines that can be seen."""
        top = self.scroll_offset.y
        return range(top, min(self.count(), top + self.size.height))

    def render_line(self, y: int) -> Strip:
        """Line `y` of what is in view."""
        index = y + self.scroll_offset.y
        width = self.width
        if index >= self.count():
            return Row(width, self.base).strip()
        return self.draw(index, width)

    def on_resize(self, event: events.Resize) -> None:
        """Lay out for the new width."""
        self.measure(self.width)
        self.counted()


class LineView(Lines, can_focus=True):
    """Lines with a cursor.

    `cursor` is the chosen line, -1 for none; `can_choose` says which lines it may stand on. Where there is nothing to
    choose, the same keys scroll.
    """

    BINDINGS = [
        taken("up", "cursor(-1)"),
        taken("down", "cursor(1)"),
        taken("page-up", "cursor_page(-1)"),
        taken("page-down", "cursor_page(1)"),
        taken("first", "cursor_to(0)"),
        taken("last", "cursor_to(-1)"),
        taken("open", "choose"),
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.cursor = -1

    def can_choose(self, index: int) -> bool:
        """Whether the cursor may stand on this line."""
        return True

    def chosen(self, index: int) -> None:
        """Enter, or a click, on a line."""

    def counted(self) -> None:
        """As before; the cursor follows too."""
        if self.cursor >= self.count():
            self.cursor = self._next_choice(self.count() - 1, -1)
        if self.cursor < 0 and self.has_focus:
            self.cursor = self._next_choice(0, 1)
        super().counted()

    def select(self, index: int) -> None:
        """Put the cursor on a line, and scroll so that it can be seen."""
        before, self.cursor = self.cursor, index
        for line in {before, index} - {-1}:
            self.changed(line)
        if index >= 0:
            top, height = self.scroll_offset.y, self.scrollable_content_region.height
            if index < top:
                # The heading over the first choice comes along.
                self.scroll_to(y=0 if self._next_choice(0, 1) == index else index, animate=False)
            elif index >= top + height:
                self.scroll_to(y=index - height + 1, animate=False)

    def on_focus(self) -> None:
        """Show where the cursor is."""
        if self.cursor < 0:
            self.cursor = self._next_choice(0, 1)
        self.refresh()

    def on_blur(self) -> None:
        """The cursor is only a mark now."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A click chooses a line; a second one opens it."""
        index = event.y + self.scroll_offset.y
        if 0 <= index < self.count() and self.can_choose(index):
            self.select(index)
            if event.chain == 2:
                self.chosen(index)

    def action_cursor(self, step: int) -> None:
        """Move the cursor by one choice; without choices, scroll."""
        index = self._next_choice(self.cursor + step, step)
        if index >= 0:
            self.select(index)
        else:
            self.scroll_relative(y=step, animate=False)

    def action_cursor_page(self, step: int) -> None:
        """Move by a page."""
        page = max(1, self.scrollable_content_region.height - 1)
        target = min(self.count() - 1, max(0, self.cursor + step * page))
        index = self._next_choice(target, step)
        if index < 0:
            index = self._next_choice(target, -step)
        if index >= 0:
            self.select(index)
        self.scroll_relative(y=step * page, animate=False)

    def action_cursor_to(self, end: int) -> None:
        """Go to the first (0) or the last (-1) choice."""
        index = self._next_choice(0, 1) if end == 0 else self._next_choice(self.count() - 1, -1)
        if index >= 0:
            self.select(index)
        self.scroll_to(y=0 if end == 0 else self.count(), animate=False)

    def action_choose(self) -> None:
        """Open the line the cursor is on."""
        if 0 <= self.cursor < self.count():
            self.chosen(self.cursor)

    def _next_choice(self, index: int, step: int) -> int:
        """The first line from `index` on, in the direction of `step`, that can be chosen; -1 when there is none."""
        while 0 <= index < self.count():
            if self.can_choose(index):
                return index
            index += step
        return -1
