from __future__ import annotations

from collections import Counter

import pytest
from textual.binding import Binding

from tests.tui.fake_meeting import me, meeting, others
from tests.tui.screen_harness import MIDDLE, running
from tui.actions import (
    ACTIONS,
    AFTER,
    BEFORE,
    BY_ID,
    DEFAULTS,
    DIALOG,
    LOBBY,
    NAMED,
    TALK,
    Actions,
    bindings,
    key_words,
)
from tui.actions.action import anytime
from tui.screens.dialog import TALKING


def test_no_key_does_two_things_in_one_place() -> None:
    meeting = [action for action in ACTIONS if action.group not in (AFTER, BEFORE, DIALOG, LOBBY, NAMED)]
    for place in (meeting, *(DEFAULTS.groups()[group] for group in (AFTER, BEFORE, LOBBY, NAMED))):
        keys = Counter(key for action in place for key in (*action.keys, *action.always))
        assert [key for key, count in keys.items() if count > 1] == []


def test_every_action_has_words_for_footer_help_and_palette() -> None:
    assert len(BY_ID) == len(ACTIONS)
    for action in ACTIONS:
        assert action.label
        assert len(action.label) <= 12
        assert action.help[0].isupper()
        assert not action.help.endswith(".")
        assert action.keys or action.always


def test_bindings_cover_every_bound_action_and_only_always_keys_come_first() -> None:
    made = [binding for binding in bindings() if isinstance(binding, Binding)]
    bound = {binding.action for binding in made}
    assert bound == {f"app.act('{action.id}')" for action in ACTIONS if action.bound}
    for binding in made:
        assert binding.priority == str(binding.id).endswith(".always")
        assert binding.tooltip
    ids = [binding.id for binding in made]
    assert len(set(ids)) == len(ids)


def test_single_letters_never_come_before_what_is_typed() -> None:
    for action in ACTIONS:
        assert all(len(key) > 1 for key in action.always)


def test_dialogs_bind_what_others_hear_and_see() -> None:
    assert {action.id for action in DEFAULTS.groups()[TALK]} >= TALKING


def test_labels_follow_the_meeting() -> None:
    assert BY_ID["mute"].words(meeting(microphone="live")) == "mute"
    assert BY_ID["mute"].words(meeting(microphone="muted")) == "unmute"
    assert BY_ID["mute"].words(meeting(microphone="off")) == "unmute"
    assert BY_ID["camera"].words(meeting(camera="live")) == "camera off"
    assert BY_ID["hand"].words(meeting(people=(me(hand=True), *others()))) == "hand down"
    assert BY_ID["hand"].words(meeting(people=())) == "hand up"


def test_what_cannot_be_done_is_not_possible() -> None:
    assert not BY_ID["mute"].possible(meeting(microphone="none"))
    assert not BY_ID["camera"].possible(meeting(camera="none"))
    assert not BY_ID["link"].possible(meeting(invitation=""))
    assert BY_ID["leave"].possible(meeting())


def test_what_may_be_impossible_in_a_meeting_says_why() -> None:
    """Sound and picture answer by themselves, and a new persona only has to wait."""
    silent = {action.id for action in ACTIONS if action.possible is not anytime and not action.why}
    assert silent == {"mute", "talk", "camera", "persona"}


def test_the_footer_begins_with_what_matters_most() -> None:
    assert [action.id for action in DEFAULTS.footer()][:7] == [
        "mute",
        "camera",
        "chat",
        "people",
        "panel",
        "help",
        "leave",
    ]


@pytest.mark.parametrize(
    ("key", "words"),
    [("m", "m"), ("C", "C"), ("f2", "F2"), ("ctrl+p", "Ctrl+P"), ("question_mark", "?"), ("escape", "Esc")],
)
def test_keys_in_words(key: str, words: str) -> None:
    assert key_words(key) == words


async def test_chosen_keys_take_the_place_of_those_in_the_table() -> None:
    chosen = {"mute": (("J",), ("f9",)), "people": (("m",), ()), "help": ((), ())}
    async with running(MIDDLE, chosen_keys=chosen) as run:
        await run.press("J")
        assert run.controller.asked == [("muted", False)]
        await run.press("f9")
        assert len(run.controller.asked) == 2
        assert "People" in run.text
        await run.press("m")
        assert len(run.controller.asked) == 2
        await run.until("m people")
        await run.press("question_mark", "f2")
        assert len(run.app.screen_stack) == 2
        assert len(run.controller.asked) == 2
        assert "J unmute" in run.text


def test_an_action_without_keys_is_not_in_the_footer() -> None:
    actions = Actions({"mute": ((), ())})
    assert "mute" not in {action.id for action in actions.footer()}
    assert actions.key("mute") == ""
    assert actions.keymap()["mute"] != actions.keymap()["mute.always"]
