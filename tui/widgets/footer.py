"""The last line: the main keys, or for a while the newest notice."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from tui.actions import CHAT, PEOPLE, Actions, actions_of, key_words
from tui.model import Meeting
from tui.widgets.palette import palette_of
from tui.widgets.text import Row, fit

NOTICE = 6.0
"""Seconds for which a notice is shown."""

FIRST = "mute"
"""What stands before everything."""

LAST = ("help", "leave")
"""What is there while there is room for anything."""

HERE = 2
"""How many actions of the pane where the keyboard is are named before those of the meeting."""

PLACES = {"stage": ("spotlight", "stage-mode"), "panel": ("lens", "timeline")}
"""What matters in a pane; for people and chat it is what the table has in their groups."""

GROUPS = {"people": PEOPLE, "chat": CHAT}

TYPING = {
    "writing": (("open", "send"), ("back", "back")),
    "finding": (("up", "up"), ("down", "down"), ("open", "to the list"), ("back", "everybody")),
}
"""What matters while one types; of all else only what works by keys that are no text."""

Named = tuple[str, str, str]
"""An action's id, its key and its label."""


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
        self._meeting: Meeting | None = None
        self._unread = 0
        self._place = ""
        self._words: tuple[Named, ...] = ()
        self._notice = ""
        self._serious = False
        self._timer: Timer | None = None
        self._places: list[tuple[int, int, str]] = []

    def show_meeting(self, meeting: Meeting, unread: int) -> None:
        """The labels that fit the meeting as it is."""
        self._meeting, self._unread = meeting, unread
        words = named(actions_of(self), meeting, unread, self._place)
        if words != self._words:
            self._words = words
            self.refresh()

    def show_place(self, place: str) -> None:
        """Where the keyboard is: a pane, "writing", "finding", or nowhere in particular (empty)."""
        self._place = place
        if self._meeting is not None:
            self.show_meeting(self._meeting, self._unread)

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

    def _kept(self) -> list[Named]:
        """As many as fit, the most important first, and the last ones at the end."""
        room = self.size.width - 1
        last = [words for words in self._words if words[0] in LAST and self._place != "writing"]
        taken = sum(_cells(words) for words in last)
        if taken - 2 > room // 2:
            last, taken = [], 0
        kept: list[Named] = []
        for words in self._words:
            if words in last:
                continue
            taken += _cells(words)
            if taken - 2 > room:
                break
            kept.append(words)
        return [*kept, *last]

    def on_click(self, event: events.Click) -> None:
        """Do what was clicked."""
        for start, end, action in self._places:
            if start <= event.x < end:
                self.post_message(self.Clicked(action))


def named(actions: Actions, meeting: Meeting, unread: int, place: str) -> tuple[Named, ...]:
    """What the line names, the most important first, with the keyboard in this place."""
    typing = place in TYPING
    here = [actions.by_id[id] for id in PLACES.get(place, ())]
    here += [action for action in actions.groups().get(GROUPS.get(place, ""), ()) if not action.rank or place != "chat"]
    here = [action for action in here if action.possible(meeting)][:HERE]
    found = [(id, actions.key(id), label) for id, label in TYPING.get(place, ()) if actions.key(id)]
    new = [actions.by_id["chat"]] if unread else []
    for action in (actions.by_id[FIRST], *new, *here, *actions.footer()):
        label = f"{action.words(meeting)} ({unread} new)" if action.id == "chat" and unread else action.words(meeting)
        keys = action.always if typing else (*action.keys, *action.always)
        if keys and action.possible(meeting) and action.id not in [id for id, *_ in found]:
            found.append((action.id, key_words(keys[0]), label))
    return tuple(found)


def _cells(words: Named) -> int:
    return len(words[1]) + len(words[2]) + 3
