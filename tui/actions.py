"""What a person can do, as data. Bindings, footer, help and palette are all made from this one table.

An action's `keys` work while no text is being typed; its `always` keys work everywhere, also while typing. Each id can
be given other keys by a keymap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from textual.binding import Binding, BindingType

from tui.model import Meeting

TALK = "What others hear and see"
LOOK = "What you look at"
MEET = "The meeting"
MOVE = "Moving around"
BEFORE = "Before joining"
NAMED = "A message that names you"


def _anytime(_: Meeting) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that can be done."""

    id: str
    keys: tuple[str, ...]  # Textual's names of keys
    label: str  # one or two words, for the footer
    help: str  # one sentence without a full stop, for the help screen and the palette
    group: str
    always: tuple[str, ...] = ()  # keys that work while typing too
    other_label: str = ""  # the label while `is_on`
    is_on: Callable[[Meeting], bool] | None = None
    possible: Callable[[Meeting], bool] = _anytime
    rank: int = 0  # place in the footer; 0: not there
    bound: bool = True  # False: Textual or the focused pane handles the key; it is here to be told

    def words(self, meeting: Meeting) -> str:
        """The label that fits the meeting as it is."""
        return self.other_label if self.is_on is not None and self.is_on(meeting) else self.label


def _me_has_hand_up(meeting: Meeting) -> bool:
    return bool(meeting.people) and meeting.people[0].me and meeting.people[0].hand


ACTIONS: tuple[Action, ...] = (
    Action(
        "mute",
        ("m",),
        "unmute",
        "Be heard, or be muted: muted sends no sound at all",
        TALK,
        always=("f2", "ctrl+t"),
        other_label="mute",
        is_on=lambda meeting: meeting.microphone == "live",
        possible=lambda meeting: meeting.microphone != "none",
        rank=1,
    ),
    Action(
        "camera",
        ("v",),
        "camera on",
        "Be seen, or not: off opens no camera",
        TALK,
        always=("f3",),
        other_label="camera off",
        is_on=lambda meeting: meeting.camera == "live",
        possible=lambda meeting: meeting.camera != "none",
        rank=2,
    ),
    Action(
        "hand",
        ("h",),
        "hand up",
        "Raise your hand, or lower it",
        TALK,
        always=("f4",),
        other_label="hand down",
        is_on=_me_has_hand_up,
        rank=8,
    ),
    Action("chat", ("c",), "chat", "Show the chat and write; Enter sends, Escape goes back", LOOK, rank=3),
    Action("hide-chat", ("C",), "hide chat", "Hide the chat, or show it without writing", LOOK),
    Action("panel", ("d",), "panel", "Show or hide what others can see about you", LOOK, rank=5),
    Action("people", ("p",), "people", "Show the people, or hide them", LOOK, rank=4),
    Action("stage", ("s",), "stage", "Show or hide the pictures", LOOK),
    Action("inspect", ("i",), "inspect", "What the chosen person discloses to you", LOOK, rank=9),
    Action("lens", ("a",), "audience", "See what one audience can see; again for the next one", LOOK),
    Action(
        "lenses",
        ("1", "2", "3", "4", "5"),
        "audiences",
        "In the panel: what all, participants, the operator, relays, the network can see",
        LOOK,
        bound=False,
    ),
    Action("timeline", ("w",), "when", "Show what became visible when, or who can see what", LOOK),
    Action("theme", ("t",), "theme", "Wear the next theme", LOOK),
    Action(
        "link",
        ("l",),
        "invite",
        "Show the invitation, to copy and give to others",
        MEET,
        possible=lambda meeting: bool(meeting.invitation),
        rank=10,
    ),
    Action(
        "persona",
        ("n",),
        "new persona",
        "Leave and come back as somebody else, with nothing of this persona; asks first",
        MEET,
        possible=lambda meeting: meeting.phase == "live",
    ),
    Action("receipt", ("r",), "receipt", "Write to a file what left, for whom, and what was kept back", MEET),
    Action("help", ("question_mark", "f1"), "help", "This list", MEET, rank=6),
    Action("palette", (), "palette", "Find anything by name", MEET, always=("ctrl+p",)),
    Action(
        "leave", ("q", "ctrl+c"), "leave", "Leave; asks first when others are here", MEET, always=("ctrl+q",), rank=7
    ),
    Action("next", ("tab",), "next pane", "Go to the next pane; with shift to the one before", MOVE, bound=False),
    Action("open", ("enter",), "open", "Open what the cursor is on: a person, or the evidence", MOVE, bound=False),
    Action("back", ("escape",), "back", "Leave the chat's line, or close what is open", MOVE),
    Action("move", ("up", "down"), "move", "Move the cursor; PgUp, PgDn, Home and End too", MOVE, bound=False),
    Action("join", ("enter",), "join", "Join, and tell what is shown", BEFORE, bound=False),
    Action("another", ("n",), "other alias", "Draw another alias, and look again", BEFORE, bound=False),
    Action("stay-out", ("escape", "q"), "stay out", "End; nobody was contacted", BEFORE, bound=False),
    Action("strike", ("enter",), "send this", "Send it with what names you struck out", NAMED, bound=False),
    Action("knowingly", ("ctrl+y",), "send anyway", "Send it with what names you, this once", NAMED, bound=False),
    Action("edit", ("escape",), "edit", "Go on writing; nothing is sent or lost", NAMED, bound=False),
)
"""Everything a person can do."""

BY_ID = {action.id: action for action in ACTIONS}

_SHOWN = {
    "question_mark": "?",
    "escape": "Esc",
    "enter": "Enter",
    "tab": "Tab",
    "up": "↑",
    "down": "↓",
}


def key_words(key: str) -> str:
    """A key as a person reads it: "F2", "Ctrl+P", "?"."""
    *modifiers, name = key.split("+")
    shown = _SHOWN.get(name) or (name.upper() if len(name) > 1 or modifiers else name)
    return "+".join([*(modifier.capitalize() for modifier in modifiers), shown])


def bindings(ids: frozenset[str] | None = None) -> list[BindingType]:
    """Textual's bindings for the actions with these ids, or for all; each runs `app.act(id)`."""
    return [binding for action in ACTIONS if ids is None or action.id in ids for binding in _bindings(action)]


def _bindings(action: Action) -> Iterator[Binding]:
    if not action.bound:
        return
    for number, (keys, priority) in enumerate(((action.keys, False), (action.always, True))):
        if keys:
            yield Binding(
                ",".join(keys),
                f"app.act('{action.id}')",
                action.label,
                show=False,
                priority=priority,
                id=f"{action.id}.always" if number else action.id,
                tooltip=action.help,
            )


def footer() -> list[Action]:
    """The actions that the footer names, the most important first."""
    return sorted((action for action in ACTIONS if action.rank), key=lambda action: action.rank)


def groups() -> dict[str, list[Action]]:
    """All actions by group, in the order of the table."""
    found: dict[str, list[Action]] = {}
    for action in ACTIONS:
        found.setdefault(action.group, []).append(action)
    return found
