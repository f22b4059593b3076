"""The line of warnings: the newest that was not seen yet, and how many there are. Not there while there is none."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.actions import actions_of
from tui.model import Warning
from tui.widgets.palette import palette_of
from tui.widgets.text import Row


class Alert(Widget):
    """One line under the status."""

    DEFAULT_CSS = """
    Alert { height: 1; background: $incog-warning; dock: top; display: none; margin: 2 0 0 0; }
    Alert.shown { display: block; }
    """

    class Clicked(Message):
        """Somebody wants to see the warnings."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._warnings: Sequence[Warning] = ()

    def show_warnings(self, warnings: Sequence[Warning]) -> None:
        """Those that were not seen yet, the newest first."""
        if warnings != self._warnings:
            self._warnings = warnings
            self.set_class(bool(warnings), "shown")
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The newest one, and the key that shows all."""
        palette = palette_of(self)
        row = Row(self.size.width, palette.block("warning", bold=False))
        if not self._warnings:
            return row.strip()
        more = f" (+{len(self._warnings) - 1})" if len(self._warnings) > 1 else ""
        key = actions_of(self).key("warnings")
        row.keep((f" {key} act{more} " if key else more, palette.block("warning")))
        return row.put(" ! ", palette.block("warning")).put(self._warnings[0].text).strip()

    def on_click(self, event: events.Click) -> None:
        """Show them."""
        self.post_message(self.Clicked())
