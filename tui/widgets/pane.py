"""A pane: a heading of one line over whatever it holds. The heading tells by a mark where the keyboard is."""

from __future__ import annotations

from textual import events
from textual.containers import Vertical
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from tui.widgets.palette import palette_of
from tui.widgets.text import Row


class Heading(Widget):
    """The line at the top of a pane."""

    DEFAULT_CSS = """
    Heading { height: 1; background: $incog-panel; }
    """

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._note = ""
        self._aside: tuple[tuple[str, str], ...] = ()
        self._held = False

    def aside(self, keys: tuple[tuple[str, str], ...]) -> None:
        """Keys and what each brings here instead."""
        if keys != self._aside:
            self._aside = keys
            self.refresh()

    def say(self, title: str, note: str) -> None:
        """What it says at the left and, dimmer, at the right."""
        if (title, note) != (self._title, self._note):
            self._title, self._note = title, note
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        palette = palette_of(self)
        here = self.parent is not None and isinstance(self.parent, Widget) and self.parent.has_focus_within
        row = Row(self.size.width, palette.style("text", "panel"))
        accent, muted = palette.style("accent", "panel", bold=True), palette.style("muted", "panel")
        row.put("▌ " if here else "  ", palette.style("accent", "panel"))
        row.put(self._title, palette.style("accent" if here else "text", "panel", bold=True))
        row.keep((f"  {self._note} " if self._note else "", muted))
        for key, words in reversed(self._aside):
            row.keep((f"  {key}", accent), (f" {words}", muted))
        return row.strip()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Hold it, to make the pane higher or lower."""
        self._held = True
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Draw it up or down."""
        if self._held:
            self.post_message(Pane.Drawn(event.screen_y))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Let it go."""
        self._held = False
        self.release_mouse()


class Pane(Vertical):
    """A heading over the widgets it is made with."""

    DEFAULT_CSS = """
    Pane { background: $incog-surface; }
    Pane.hidden { display: none; }
    """

    class Titled(Message):
        """What is in a pane shows something else, under another heading."""

        def __init__(self, title: str, note: str = "") -> None:
            self.title, self.note = title, note
            super().__init__()

    class Drawn(Message):
        """The heading was drawn to this row of the screen."""

        def __init__(self, row: int) -> None:
            self.row = row
            super().__init__()

    def __init__(self, title: str, *children: Widget, id: str) -> None:
        self._heading = Heading(title)
        super().__init__(self._heading, *children, id=id)

    def say(self, title: str, note: str = "") -> None:
        """Another heading."""
        self._heading.say(title, note)

    def aside(self, keys: tuple[tuple[str, str], ...]) -> None:
        """Keys and what each brings here instead of this pane."""
        self._heading.aside(keys)

    def on_pane_titled(self, message: Titled) -> None:
        """Another heading, from what is in it."""
        message.stop()
        self.say(message.title, message.note)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The keyboard came in."""
        self._heading.refresh(Region(0, 0, self._heading.size.width, 1))

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """The keyboard went out."""
        self._heading.refresh(Region(0, 0, self._heading.size.width, 1))
