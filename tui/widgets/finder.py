"""The list of people over the line in which one types whom to find."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from tui.actions import taken
from tui.widgets.focus import focus_now
from tui.widgets.people import PeopleList

MOST_TYPED = 60


class Finder(Vertical):
    """Letters narrow the list; Enter goes back to it with what was found, Escape shows everybody again."""

    DEFAULT_CSS = """
    Finder { background: $incog-surface; height: 1fr; }
    Finder PeopleList { height: 1fr; }
    Finder Input, Finder Input:focus {
        height: 1; border: none; padding: 0 1; background: $incog-panel; color: $incog-text;
        background-tint: $incog-panel 0%; display: none;
    }
    Finder.open Input { display: block; }
    Finder Input>.input--placeholder { color: $incog-muted; }
    """

    BINDINGS = [
        taken("back", "everybody"),
        taken("up", "move(-1)"),
        taken("down", "move(1)"),
    ]

    def __init__(self, people: PeopleList, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._people = people
        self._line = Input(
            placeholder="Find by name", id="people-find", max_length=MOST_TYPED, select_on_focus=False, compact=True
        )
        self._line.cursor_blink = False

    def compose(self) -> ComposeResult:
        """The list, and the line."""
        yield self._people
        yield self._line

    @property
    def is_open(self) -> bool:
        """Whether the line is there."""
        return self.has_class("open")

    def find(self) -> None:
        """Put the keyboard into the line."""
        self.add_class("open")
        focus_now(self._line)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Escape is this one's only while the line is there, and up and down while one types in it."""
        if action == "everybody":
            return self.is_open
        return action != "move" or self._line.has_focus

    def action_everybody(self) -> None:
        """Close the line and show everybody."""
        self._line.clear()
        self._close()

    def action_move(self, step: int) -> None:
        """Move the cursor in what was found."""
        self._people.action_cursor(step)

    def _close(self) -> None:
        if not self._line.value.strip():
            self.remove_class("open")
        focus_now(self._people)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list."""
        event.stop()
        self._people.find(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to what was found."""
        event.stop()
        self._close()
