"""Keys that a person chose for actions: their names, and whether no key is to do two things in one place."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol, TypeVar

from tui.config.check import Fault, near
from tui.config.schema import KeyChoice, quoted

Keys = tuple[str, ...]
Chosen = Mapping[str, tuple[Keys, Keys]]
"""By the id of an action: the keys that work while nothing is typed, and those that always work."""

NAMED = (
    *("escape", "enter", "tab", "space", "backspace", "delete", "insert"),
    *("home", "end", "pageup", "pagedown", "up", "down", "left", "right"),
    *(f"f{number}" for number in range(1, 25)),
)
"""The keys that have a name instead of a sign, as Textual calls them."""

_OTHER_NAMES = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "page up": "pageup",
    "page down": "pagedown",
    "page_up": "pageup",
    "page_down": "pagedown",
    "↑": "up",
    "↓": "down",
    "←": "left",
    "→": "right",
    "plus": "+",
    "comma": ",",
}
_SHORTER = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Where Textual's name of a sign is not that of Unicode."""

_MODIFIERS = ("alt", "ctrl", "shift")
_SAME = {
    "ctrl+i": "Tab",
    "ctrl+m": "Enter",
    "ctrl+j": "Enter",
    "ctrl+h": "Backspace",
    "ctrl+left_square_bracket": "Esc",
}
"""What a terminal sends for two keys alike."""
_UNSURE = ("ctrl+space", "ctrl+at")
"""What terminals send in two ways."""

_MOVING = frozenset(NAMED[:15])
_EDITING = frozenset(f"ctrl+{key}" for key in ("a", "c", "d", "e", "f", "k", "u", "v", "w", "x", "shift+a"))
"""What a line of text takes besides signs and the keys that move its cursor."""


class HasKeys(Protocol):
    """What is needed of an action."""

    @property
    def id(self) -> str:
        """Its name in the table."""

    @property
    def keys(self) -> Keys:
        """What works while nothing is typed."""

    @property
    def always(self) -> Keys:
        """What works while typing too."""


Row = TypeVar("Row", bound=HasKeys)


_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Keymap(NamedTuple):
    """The keys of every action."""

    chosen: Chosen = _NOTHING  # of the actions that were given other keys
    lines: Mapping[str, int] = _NOTHING  # where in the file; 0: on the command line


def key_name(text: str) -> str:
    """Textual's name of a key: "question_mark" for "?", "ctrl+t" for "Ctrl+T". Raises `ValueError` with a sentence."""
    *modifiers, base = _pieces(text.strip() or text)
    words = [modifier.strip().lower() for modifier in modifiers]
    if len(set(words)) < len(words) or not set(words) <= set(_MODIFIERS):
        raise ValueError(
            f'{quoted(text)} is no key; before the + of a key can stand ctrl, alt and shift, as in "ctrl+t"'
        )
    name = _base(base.strip() or base, text)
    if len(name) == 1 and words:
        name = name.lower()
    if words == ["shift"] and name not in NAMED:
        if not name.isalpha() or len(name) > 1:
            raise ValueError(f'{quoted(text)} is no key; write the sign that it gives, such as "?"')
        return name.upper()
    whole = "+".join([*sorted(words), name])
    if whole in _SAME:
        raise ValueError(f"{quoted(text)} is the same as {_SAME[whole]} in a terminal; choose another key")
    if whole in _UNSURE:
        raise ValueError(f"{quoted(text)} is not told alike by all terminals; choose another key")
    return whole


def _pieces(text: str) -> list[str]:
    """Modifiers and the key itself, which may be +."""
    if text == "+" or text.endswith("++"):
        return [*text[:-1].strip("+").split("+"), "+"] if len(text) > 1 else ["+"]
    return text.split("+")


def _base(word: str, text: str) -> str:
    """The name of a key without modifiers."""
    word = _OTHER_NAMES.get(word.lower(), word)
    if word.lower() in NAMED:
        return word.lower()
    if word == " ":
        return "space"
    if len(word) == 1 and word.isprintable():
        return character_name(word)
    if word.lower() in _SIGNS:
        return word.lower()
    guess = near(word, (*NAMED, *_SIGNS))
    raise ValueError(f"{quoted(text[:40])} is no key{guess or '; write for example x, ?, f5, space or ctrl+t'}")


def character_name(sign: str) -> str:
    """Textual's name of what one press types."""
    if sign.isalnum():
        return sign
    name = unicodedata.name(sign, sign).lower().replace("-", "_").replace(" ", "_")
    return _SHORTER.get(name, name)


_SIGNS = frozenset(character_name(chr(code)) for code in range(0x21, 0x7F) if not chr(code).isalnum())


def needed_for_typing(key: str) -> bool:
    """Whether a line of text takes this key: signs, keys that move its cursor, and those that change it."""
    *modifiers, name = key.split("+")
    return name in _MOVING or key in _EDITING or (not modifiers and name not in NAMED)


def resolve(
    actions: Iterable[HasKeys],
    choices: Iterable[KeyChoice],
    places: Callable[[str], Collection[str]],
) -> tuple[Keymap, tuple[Fault, ...]]:
    """The keys that hold, and all faults in the order of their lines.

    `places` tells where an action's keys are heard; a key that always works is heard everywhere. What the table itself
    gives two actions is no fault: they sort it out. A chosen key always works if it does so in the table, or if the
    action has such keys there and typing does not need this one.
    """
    table = {action.id: action for action in actions}
    faults: list[Fault] = []
    chosen: dict[str, tuple[Keys, Keys]] = {}
    lines: dict[str, int] = {}
    for choice in choices:
        action = table.get(choice.action)
        if action is None:
            faults.append(Fault(choice.line, _no_action(choice.action, table)))
            continue
        names: list[str] = []
        for text in choice.keys:
            try:
                names.append(key_name(text))
            except ValueError as error:
                faults.append(Fault(choice.line, f"{_called(choice.action)}: {error}"))
        names = list(dict.fromkeys(names))
        always = tuple(
            name for name in names if name in action.always or (action.always and not needed_for_typing(name))
        )
        chosen[action.id] = (tuple(name for name in names if name not in always), always)
        lines[action.id] = choice.line
    faults += _conflicts(table, chosen, lines, places)
    return Keymap(chosen, lines), tuple(sorted(faults))


def _conflicts(
    table: Mapping[str, HasKeys],
    chosen: Chosen,
    lines: Mapping[str, int],
    places: Callable[[str], Collection[str]],
) -> Iterable[Fault]:
    """A fault for every chosen key that another action has in the same place."""
    holding: dict[str, list[tuple[str, bool]]] = {}  # by the key: who has it, and whether everywhere
    for id, action in table.items():
        keys, always = chosen.get(id, (action.keys, action.always))
        for key in keys:
            holding.setdefault(key, []).append((id, False))
        for key in always:
            holding.setdefault(key, []).append((id, True))
    for key, holders in holding.items():
        for number, (one, everywhere) in enumerate(holders):
            for other, there in holders[:number]:
                by_itself = all(key in (*table[id].keys, *table[id].always) for id in (one, other))
                if by_itself or (one not in chosen and other not in chosen):
                    continue
                if everywhere or there or set(places(one)) & set(places(other)):
                    later, first = sorted((one, other), key=lambda id: lines.get(id, -1), reverse=True)
                    yield _conflict(key, later, first, lines)


def _conflict(key: str, later: str, other: str, lines: Mapping[str, int]) -> Fault:
    """The fault of two actions with one key; `later` was chosen."""
    line = lines[later]
    if other not in lines:
        return Fault(
            line, f"{_called(later)} takes {key} from {other}; choose another key, or give {other} another one"
        )
    where = "" if lines[other] == line else f" (line {lines[other]})" if lines[other] else " (--key)"
    return Fault(line, f"{_called(later)} and {_called(other)}{where} both have the key {key}; give one another key")


def _called(action: str) -> str:
    return f"keys.{action}"


def _no_action(id: str, table: Collection[str]) -> str:
    guess = near(id, table)
    return f"there is no action {quoted(id[:40])}{guess or '; `incog config keys` lists all'}"
