"""The last line: the main keys, or for a while the newest notice."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from tui.actions import Action, actions_of, key_words
from tui.model import Meeting
from tui.widgets.palette import palette_of
from tui.widgets.text import Row, fit

NOTICE = 6.0
"""Seconds for which a notice is shown."""


class KeyLine(Widget):
    """Keys and what they do now. A click on one does it too."""

    DEFAULT_CSS = """
    KeyLine { height: 1; background: $incog-panel; dock: bottom; }
    """

    class Clicked(Message):
        """Somebody clicked an action."""

        def __init__(self, action: str) -> None:
            self.action = action
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._words: tuple[tuple[str, str, str], ...] = ()  # id, key, label
        self._notice = ""
        self._serious = False
        self._timer: Timer | None = None
        self._places: list[tuple[int, int, str]] = []

    def show_meeting(self, meeting: Meeting, unread: int) -> None:
        """The labels that fit the meeting as it is."""
        words = tuple(
            _words(action, meeting, unread) for action in actions_of(self).footer() if action.possible(meeting)
        )
        if words != self._words:
            self._words = words
            self.refresh()

    def say(self, notice: str, *, serious: bool = False) -> None:
        """Show a notice for a while."""
        if self._timer is not None:
            self._timer.stop()
        self._notice, self._serious = notice, serious
        self._timer = self.set_timer(NOTICE, self._silence) if notice else None
        self.refresh()

    @property
    def speaks(self) -> bool:
        """Whether a notice is on the line now."""
        return bool(self._notice)

    def _silence(self) -> None:
        self._notice, self._timer = "", None
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        palette = palette_of(self)
        row = Row(self.size.width, palette.style("text", "panel"))
        key, label = palette.style("accent", "panel", bold=True), palette.style("muted", "panel")
        self._places = []
        if self._notice:
            row.keep((f"{actions_of(self).key('help')} ", key), ("help ", label))
            row.put(" ! " if self._serious else " • ", palette.style("warning" if self._serious else "accent", "panel"))
            return row.put(fit(self._notice, row.room - 1)).strip()
        at = 1
        for action, name, words in self._kept():
            row.column(at)
            row.put(name, key).put(f" {words}", label)
            end = at + len(name) + 1 + len(words)
            self._places.append((at, end, action))
            at = end + 2
        return row.strip()

    def _kept(self) -> list[tuple[str, str, str]]:
        """As many as fit, the most important first, in the order of the table."""
        kept: list[tuple[str, str, str]] = []
        room = self.size.width - 1
        for words in self._words:
            size = len(words[1]) + len(words[2]) + 3
            if size - 1 > room:
                break
            kept.append(words)
            room -= size
        return kept

    def on_click(self, event: events.Click) -> None:
        """Do what was clicked."""
        for start, end, action in self._places:
            if start <= event.x < end:
                self.post_message(self.Clicked(action))


def _words(action: Action, meeting: Meeting, unread: int) -> tuple[str, str, str]:
    label = action.words(meeting)
    if action.id == "chat" and unread:
        label = f"{label} ({unread} new)"
    return action.id, key_words((*action.keys, *action.always)[0]), label
