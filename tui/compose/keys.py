"""The keys that a person chose, laid over the table of actions."""

from __future__ import annotations

from collections.abc import Collection

from tui.actions import ACTIONS, BEFORE, BY_ID, NAMED, TALK
from tui.config.check import Fault
from tui.config.keymap import Keymap, resolve
from tui.config.reader import Faults
from tui.config.schema import KeyChoice
from tui.config.values import Config

_PLACES = {BEFORE: ("before",), NAMED: ("dialog",), TALK: ("meeting", "dialog")}
_FIXED = frozenset(action.id for action in ACTIONS if not action.bound)


def places(action: str) -> Collection[str]:
    """Where the keys of an action are heard."""
    return _PLACES.get(BY_ID[action].group, ("meeting",))


def check_keys(choices: tuple[KeyChoice, ...]) -> tuple[Keymap, tuple[Fault, ...]]:
    """The keys of all actions, and all faults in the order of their lines."""
    return resolve(ACTIONS, choices, places, _FIXED)


def keys_for(config: Config) -> Keymap:
    """The keys of all actions. Raises `Faults`."""
    keymap, faults = check_keys(config.keys)
    if faults:
        raise Faults(faults, config.file)
    return keymap
