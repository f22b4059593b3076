"""The keys that a person chose, laid over the table of actions."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from tui.actions import ACTIONS, AFTER, BEFORE, BY_ID, LOBBY, MOVE, NAMED, PEOPLE, TALK, Chosen
from tui.actions.action import DIALOG
from tui.config.schema import KeyChoice
from tui.config.values import Config

if TYPE_CHECKING:
    from tui.config.check import Fault
    from tui.config.keymap import Keymap

_PLACES = {
    BEFORE: ("before",),
    LOBBY: ("lobby",),
    AFTER: ("after",),
    DIALOG: ("dialog",),
    NAMED: ("dialog",),
    TALK: ("meeting", "dialog"),
    PEOPLE: ("meeting", "dialog"),
    MOVE: ("meeting", "dialog", "before", "lobby"),
}
_ALSO_IN_DIALOGS = ("leave", "receipt", "spotlight")
"""What the meeting takes, and some dialog as well."""
_OTHERWISE = {
    "forget": ("lobby", "dialog"),
    "forget-all": ("lobby", "dialog"),
    "draw": ("lobby", "dialog"),
    "keep": ("lobby", "before"),
    "reveal": ("lobby", "before"),
    "help": ("meeting", "lobby"),
    "suspend": ("meeting", "dialog", "lobby"),
}
"""What is heard elsewhere than the others of its group."""


def places(action: str) -> Collection[str]:
    """Where the keys of an action are heard."""
    if action in _ALSO_IN_DIALOGS:
        return ("meeting", "dialog")
    if action in _OTHERWISE:
        return _OTHERWISE[action]
    return _PLACES.get(BY_ID[action].group, ("meeting",))


def check_keys(choices: tuple[KeyChoice, ...]) -> tuple[Keymap, tuple[Fault, ...]]:
    """The keys of all actions, and all faults in the order of their lines."""
    from tui.config.keymap import resolve  # of no use to whoever chose none

    return resolve(ACTIONS, choices, places)


def key_faults(choices: tuple[KeyChoice, ...]) -> tuple[Fault, ...]:
    """What cannot be used of the keys that were chosen."""
    return check_keys(choices)[1]


def keys_for(config: Config) -> Chosen:
    """The keys that were chosen, of settings whose keys were found to be usable."""
    return check_keys(config.keys)[0].chosen if config.keys else {}
