"""The column between two panes, which can be drawn with the mouse."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.palette import palette_of
from tui.widgets.text import Row


class Divider(Widget):
    """Empty until the mouse is on it."""

    DEFAULT_CSS = """
    Divider { background: $incog-background; }
    Divider.hidden { display: none; }
    """

    class Moved(Message):
        """It was drawn to this column of the screen."""

        def __init__(self, column: int) -> None:
            self.column = column
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lit = False
        self._held = False

    def render_line(self, y: int) -> Strip:
        """One cell of it."""
        row = Row(self.size.width, palette_of(self).style("accent" if self._held else "border", "background"))
        return row.put("│" if self._lit or self._held else "").strip()

    def on_enter(self, event: events.Enter) -> None:
        """The mouse is on it."""
        self._light(lit=True)

    def on_leave(self, event: events.Leave) -> None:
        """It is not any more."""
        self._light(lit=False)

    def _light(self, *, lit: bool) -> None:
        self._lit = lit
        self.refresh()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Hold it."""
        self._held = True
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Draw it."""
        if self._held:
            self.post_message(self.Moved(event.screen_x))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let it go."""
        self._held = False
        self.release_mouse()
        self.refresh()
