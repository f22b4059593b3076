"""One row of the table of actions, and keys as a person reads them.

An action's `keys` work while no text is being typed; its `always` keys work everywhere, also while typing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui.model import Meeting, Person


TALK = "What others hear and see"
LOOK = "What you look at"
PEOPLE = "The person you chose"
CHAT = "The chat"
MEET = "The meeting"
MOVE = "Moving around"
DIALOG = "In a dialog"
BEFORE = "Before joining"
LOBBY = "In the lobby"
AFTER = "When it is over"
NAMED = "A message that names you"


def anytime(_: Meeting) -> bool:
    """For what can always be done."""
    return True


def anybody(_: Meeting, person: Person) -> bool:
    """For what can be done about everybody but oneself."""
    return not person.me


class Action(NamedTuple):
    """One thing that can be done."""

    id: str
    keys: tuple[str, ...]  # Textual's names of keys
    label: str  # one or two words, for the footer
    help: str  # one sentence without a full stop, for the help screen and the palette
    group: str
    always: tuple[str, ...] = ()  # keys that work while typing too
    other_label: str = ""  # the label while `is_on`
    is_on: Callable[[Meeting], bool] | None = None
    possible: Callable[[Meeting], bool] = anytime
    why: str = ""  # said when its key is pressed while it is not possible
    about: Callable[[Meeting, Person], bool] | None = None  # of a person's menu: whether it can be done about this one
    rank: int = 0  # place in the footer; 0: not there
    bound: bool = True  # False: Textual or the focused pane handles the key; it is here to be told

    def words(self, meeting: Meeting) -> str:
        """The label that fits the meeting as it is."""
        return self.other_label if self.is_on is not None and self.is_on(meeting) else self.label


_SHOWN = {
    "question_mark": "?",
    "exclamation_mark": "!",
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "delete": "Del",
    "space": "Space",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
    "slash": "/",
    "full_stop": ".",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
}


def key_words(key: str) -> str:
    """A key as a person reads it: "F2", "Ctrl+P", "?"."""
    *modifiers, name = key.split("+")
    shown = _SHOWN.get(name) or (name.upper() if len(name) > 1 or modifiers else name)
    return "+".join([*(modifier.capitalize() for modifier in modifiers), shown])
