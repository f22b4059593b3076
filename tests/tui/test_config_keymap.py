"""Names of keys as Textual has them, and keys that get in each other's way."""

from __future__ import annotations

import importlib
import pkgutil
import string
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.binding import Binding
from textual.keys import Keys, _character_to_key
from textual.screen import Screen
from textual.widgets import Input

import tui.screens
from tui.actions import ACTIONS, BY_ID
from tui.compose.keys import check_keys, key_faults, keys_for
from tui.compose.keys import places as places_of
from tui.config.check import Fault
from tui.config.keymap import NAMED, Keymap, character_name, key_name, needed_for_typing, resolve
from tui.config.schema import KeyChoice
from tui.config.values import DEFAULTS
from tui.screens.before import BeforeScreen
from tui.screens.dialog import Dialog
from tui.screens.meeting import MeetingScreen

# ── names ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("m", "m"),
        ("M", "M"),
        ("?", "question_mark"),
        ("question_mark", "question_mark"),
        ("+", "plus"),
        ("plus", "plus"),
        (",", "comma"),
        ("comma", "comma"),
        (" ", "space"),
        ("Space", "space"),
        ("Esc", "escape"),
        ("F5", "f5"),
        ("PgUp", "pageup"),
        ("Ctrl+T", "ctrl+t"),
        ("ctrl + t", "ctrl+t"),
        ("ctrl++", "ctrl+plus"),
        ("ctrl+plus", "ctrl+plus"),
        ("shift+tab", "shift+tab"),
        ("Shift+Ctrl+Left", "ctrl+shift+left"),
        ("alt+x", "alt+x"),
        ("shift+m", "M"),
        ("ctrl+\\", "ctrl+backslash"),
        ("ä", "ä"),
    ],
)
def test_keys_may_be_written_as_people_write_them(written: str, name: str) -> None:
    assert key_name(written) == name
    assert key_name(name) == name


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("", "is no key"),
        ("esape", "did you mean escape"),
        ("f99", "is no key"),
        ("hyper+x", "ctrl, alt and shift"),
        ("ctrl+ctrl+x", "ctrl, alt and shift"),
        ("ctrl+", "is no key"),
        ("shift+1", "the sign that it gives"),
        ("ctrl+m", "the same as Enter"),
        ("Ctrl+I", "the same as Tab"),
        ("ctrl+[", "the same as Esc"),
        ("ctrl+space", "not told alike"),
        ("\x1b", "is no key"),
        ("\n", "is no key"),
        ("x" * 500, "is no key"),
    ],
)
def test_what_is_no_key_is_said_in_one_short_line(written: str, why: str) -> None:
    with pytest.raises(ValueError, match="key") as refusal:
        key_name(written)
    assert why in str(refusal.value)
    assert str(refusal.value).isprintable()
    assert len(str(refusal.value)) < 160


@given(st.characters(codec="utf-8").filter(str.isprintable))
def test_signs_are_called_as_textual_calls_them(sign: str) -> None:
    assert character_name(sign) == _character_to_key(sign)


def test_every_key_of_a_plain_terminal_can_be_chosen_or_is_refused_with_a_reason() -> None:
    sent = {key.value for keys in ANSI_SEQUENCES_KEYS.values() if isinstance(keys, tuple) for key in keys}
    refused = {}
    for key in sorted(key for key in sent if not key.startswith("<")):
        try:
            assert key_name(key) == key
        except ValueError as error:
            refused[key] = str(error)
    assert {key for key, why in refused.items() if "the same as" not in why} == {Keys.ControlAt.value}
    assert "not told alike" in refused[Keys.ControlAt.value]
    assert set(NAMED) & sent >= {"f1", "f20", "up", "pagedown", "delete", "backspace"}


def test_what_a_line_of_text_takes_is_needed_for_typing() -> None:
    bound = {key for binding in Input.BINDINGS if isinstance(binding, Binding) for key in binding.key.split(",")}
    assert len(bound) > 20
    assert [key for key in bound if "super" not in key and not needed_for_typing(key)] == []
    assert all(map(needed_for_typing, [*string.ascii_letters, "question_mark", "space", "ä"]))
    assert not any(map(needed_for_typing, ["f2", "ctrl+t", "ctrl+q", "alt+m", "f24"]))


# ── choices ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Row:
    id: str
    keys: tuple[str, ...]
    always: tuple[str, ...] = ()


TABLE = (
    Row("mute", ("m",), ("f2",)),
    Row("chat", ("c",)),
    Row("panel", ("d",)),
    Row("join", ("c",)),
    Row("palette", (), ("ctrl+p",)),
)


def places(action: str) -> Collection[str]:
    return ("before",) if action == "join" else ("meeting",)


def chosen(*choices: tuple[str, list[str], int]) -> tuple[Keymap, tuple[Fault, ...]]:
    return resolve(TABLE, [KeyChoice(action, tuple(keys), line) for action, keys, line in choices], places)


def test_chosen_keys_replace_all_and_what_typing_does_not_need_always_works() -> None:
    keymap, faults = chosen(("mute", ["x", "F9", "Ctrl+A"], 3), ("chat", ["F6"], 4), ("panel", [], 5))
    assert resolve([Row("find", (), ("ctrl+f",))], [KeyChoice("find", ("ctrl+f", "ctrl+e"))], places)[0].chosen == {
        "find": (("ctrl+e",), ("ctrl+f",))
    }
    assert faults == ()
    assert keymap.chosen == {"mute": (("x", "ctrl+a"), ("f9",)), "chat": (("f6",), ()), "panel": ((), ())}
    assert keymap.lines == {"mute": 3, "chat": 4, "panel": 5}


def test_two_chosen_actions_with_one_key_are_named_with_both_lines() -> None:
    _, faults = chosen(("mute", ["x"], 3), ("panel", ["x"], 9))
    assert faults == (Fault(9, "keys.panel and keys.mute (line 3) both have the key x; give one another key"),)


def test_a_key_that_another_action_has_by_itself_is_named() -> None:
    _, faults = chosen(("mute", ["c"], 3))
    assert faults == (Fault(3, "keys.mute takes c from chat; choose another key, or give chat another one"),)


def test_a_key_that_is_given_away_is_free() -> None:
    assert chosen(("mute", ["c"], 3), ("chat", ["m"], 4))[1] == ()


def test_the_same_key_in_another_place_is_no_conflict_unless_it_always_works() -> None:
    assert chosen(("join", ["d"], 3))[1] == ()
    assert [fault.line for fault in chosen(("join", ["f9"], 3), ("mute", ["f9"], 4))[1]] == [4]
    assert [fault.line for fault in chosen(("join", ["ctrl+p"], 3))[1]] == [3]


def test_what_the_table_itself_gives_two_actions_stays_allowed() -> None:
    table = (Row("close", ("q",)), Row("leave", ("q",)))
    keymap, faults = resolve(table, [KeyChoice("close", ("q", "x"), 1)], lambda action: ("here",))
    assert (faults, keymap.chosen["close"]) == ((), (("q", "x"), ()))


def test_all_faults_come_at_once_and_in_order() -> None:
    _, faults = chosen(("mutte", ["x"], 7), ("mute", ["nokey", "hyper+x"], 2), ("panel", ["c"], 5))
    assert [fault.line for fault in faults] == [2, 2, 5, 7]
    assert "did you mean mute?" in faults[-1].text


@given(
    st.dictionaries(
        st.sampled_from([row.id for row in TABLE]),
        st.lists(st.sampled_from(["m", "c", "d", "f2", "x", "ctrl+p", "ctrl+a", "f9"]), max_size=3),
    )
)
def test_whatever_is_accepted_has_no_key_for_two_things_in_one_place(wanted: dict[str, list[str]]) -> None:
    keymap, faults = chosen(*((action, keys, number) for number, (action, keys) in enumerate(wanted.items(), 1)))
    seen: dict[tuple[str, str], str] = {}
    clashes = set()
    for row in TABLE:
        keys, always = keymap.chosen.get(row.id, (row.keys, row.always))
        for key in {*keys, *always}:
            for place in ("meeting", "before") if key in always else places(row.id):
                if seen.setdefault((key, place), row.id) != row.id:
                    clashes.add(key)
    assert bool(faults) == bool(clashes)


# ── the real table ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_table_as_it_is_can_be_written_into_the_file() -> None:
    choices = tuple(KeyChoice(action.id, (*action.keys, *action.always), 1) for action in ACTIONS)
    keymap, faults = check_keys(choices)
    assert faults == ()
    assert keymap.chosen == {action.id: (action.keys, action.always) for action in ACTIONS}


def dialogs(kind: type[Dialog[Any]] = Dialog) -> Iterator[type[Dialog[Any]]]:
    """All kinds of dialogs there are."""
    for inner in kind.__subclasses__():
        yield inner
        yield from dialogs(inner)


def test_what_one_screen_takes_is_heard_in_one_place() -> None:
    for module in pkgutil.iter_modules(tui.screens.__path__):
        importlib.import_module(f"tui.screens.{module.name}")
    screens: list[type[Screen[Any]]] = [BeforeScreen, MeetingScreen, *dialogs()]
    assert len(screens) > 8
    for screen in screens:
        bound = {binding.id for made in screen._merge_bindings().key_to_bindings.values() for binding in made}
        taken = sorted(id for id in bound if id in BY_ID)
        assert taken, screen
        for one, other in combinations(taken, 2):
            assert set(places_of(one)) & set(places_of(other)), f"{screen.__name__} takes {one} and {other}"


def test_keys_of_dialogs_do_not_hide_what_others_hear() -> None:
    assert "keys.yes takes m from mute" in key_faults((KeyChoice("yes", ("m",), 1),))[0].text
    assert "keys.close takes r from receipt" in key_faults((KeyChoice("close", ("r",), 1),))[0].text
    assert key_faults((KeyChoice("close", ("j",), 1),)) == ()
    assert key_faults((KeyChoice("join", ("j",), 1),)) == ()


def test_settings_without_keys_leave_the_table_alone() -> None:
    assert keys_for(DEFAULTS) == {}
