"""What those who may can do, by keys; and how it looks when somebody cannot be seen or heard here."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.widgets import Input

from tests.tui.fake_meeting import SECRET, me, meeting, others
from tests.tui.screen_harness import LARGE, MIDDLE, SMALL, Running, running
from tui.actions import DEFAULTS
from tui.messages import Ended
from tui.model import Meeting, Person
from tui.screens.person import PersonMenu
from tui.screens.rights import ConfirmKick, Rename
from tui.screens.waiting import EndedScreen
from tui.widgets.tile import AVATAR

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "200x60"])
MODERATOR = frozenset({"kick", "mute others", "lock", "rename", "private chat"})
CODEC = "vp9 pictures cannot be shown"


def room(**changes: object) -> Meeting:
    """A room on somebody's server, whose secret we have."""
    people = (me(), *(replace(person, encryption="to the server") for person in others()))
    usual = {"people": people, "encryption": "to the server", "may": MODERATOR, "choosing": True}
    return meeting(**{**usual, **changes})


async def to_second(run: Running) -> None:
    await run.press("home", "down")
    assert run.screen.chosen_person == "b"


# kick


@SIZES
async def test_somebody_is_removed_only_after_a_question(size) -> None:
    async with running(size, room()) as run:
        await to_second(run)
        await run.press("K")
        assert isinstance(run.app.screen, ConfirmKick)
        assert "Remove Silver Otter?" in run.text
        assert run.controller.asked == []
        await run.press("enter")
        assert run.controller.asked == [("kick", "b")]
        assert "removed" not in run.text  # that is told when it was done


@pytest.mark.parametrize("key", ["escape", "n"])
async def test_nobody_is_removed_who_was_asked_about_in_vain(key: str) -> None:
    async with running(SMALL, room()) as run:
        await to_second(run)
        await run.press("K", key)
        assert not isinstance(run.app.screen, ConfirmKick)
        assert run.controller.asked == []


async def test_what_is_refused_is_said() -> None:
    async with running(SMALL, room()) as run:
        run.controller.rights.refusal = "The server did not do it."
        await to_second(run)
        await run.press("K", "y")
        assert "The server did not do it." in run.text
        await run.press("L")
        assert run.controller.asked == [("kick", "b"), ("lock", True)]
        assert "locked" not in run.text


async def test_who_may_not_can_not() -> None:
    async with running(SMALL, meeting()) as run:
        for key, said in (
            ("K", "You may not remove anybody"),
            ("M", "You may not mute others"),
            ("L", "You may not lock"),
            ("R", "You cannot take another name"),
        ):
            await run.press(key)
            assert said in run.text
        assert run.controller.asked == []
        await run.press("full_stop")
        assert isinstance(run.app.screen, PersonMenu)
        assert "remove" not in run.text
        assert "mute for all" not in run.text


# mute, lock


async def test_somebody_is_muted_for_everybody_and_let_speak_again() -> None:
    first, second, third = others()
    async with running(SMALL, room()) as run:
        await to_second(run)
        await run.press("M")
        assert run.controller.asked == [("silence", "b", True)]
        await run.show(room(people=(me(), first, replace(second, silenced=True), third)))
        await run.press("full_stop")
        assert "let them speak" in run.text
        await run.press("M")
        assert run.controller.asked[-1] == ("silence", "b", False)


async def test_the_room_is_locked_and_the_status_says_so() -> None:
    async with running(MIDDLE, room()) as run:
        assert "locked" not in run.lines[1]
        await run.press("L")
        assert run.controller.asked == [("lock", True)]
        await run.show(room(locked=True))
        assert "│ locked by you │" in run.lines[1]
        await run.press("L")
        assert run.controller.asked[-1] == ("lock", False)


# another name


@SIZES
async def test_another_name_is_drawn_or_typed_and_told(size) -> None:
    async with running(size, room()) as run:
        await run.press("R")
        assert isinstance(run.app.screen, Rename)
        drawn = run.app.screen.query_one(Input).value
        await run.press("ctrl+r")
        again = run.app.screen.query_one(Input).value
        assert again != drawn
        await run.press("enter")
        assert run.controller.asked == [("rename", again)]
        assert f"From here on you are {again}." in run.text


async def test_the_firewall_speaks_while_one_types_and_nothing_is_sent() -> None:
    async with running(SMALL, room()) as run:
        await run.press("R", *SECRET)
        assert "! The alias holds your login name" in run.text
        await run.press("enter")
        assert isinstance(run.app.screen, Rename)
        assert run.controller.asked == []
        await run.press("backspace", "backspace")
        assert "! The alias" not in run.text
        await run.press("escape")
        assert run.controller.asked == []


async def test_letters_of_a_name_press_no_keys() -> None:
    async with running(SMALL, room()) as run:
        await run.press("R", "m", "v", "q", "K")
        assert isinstance(run.app.screen, Rename)
        assert run.app.screen.query_one(Input).value == "mvqK"
        assert run.controller.asked == []


# hiding


async def test_hiding_says_who_learns_of_it() -> None:
    async with running(LARGE, room()) as run:
        await to_second(run)
        await run.press("y")
        assert "picture left out here. Only the operator learns it." in run.text
    async with running(LARGE) as run:
        await to_second(run)
        await run.press("y")
        assert "Nobody is told." in run.text


# what cannot be heard or seen


def unseen(**what: object) -> tuple[Person, ...]:
    first, *rest = others()
    return (me(), replace(first, speaking=False, **what), *rest)  # type: ignore[arg-type] # a test's choice


@SIZES
async def test_a_tile_says_why_it_shows_no_picture(size) -> None:
    async with running(size, room(people=unseen(unseen=CODEC))) as run:
        told = " ".join(run.text.split())
        assert CODEC in told or all(word in told for word in CODEC.split())
        await run.show(room(people=unseen()))
        assert "vp9" not in run.text


async def test_a_small_tile_says_it_as_far_as_there_is_room() -> None:
    why = "they do not have the meeting's key, so nothing of them can be opened here"
    crowd = [replace(others()[0], key=f"p{number}", unseen=why, speaking=False) for number in range(20)]
    async with running((80, 24), room(people=(me(), *crowd))) as run:
        assert "they do not" in run.text
    async with running((200, 60), room(people=(me(), crowd[0]))) as run:
        assert why in run.text
        assert run.text.count("▀") > 100  # with an avatar over it
        assert AVATAR < 10


async def test_the_list_tells_who_cannot_be_heard_or_seen() -> None:
    shown = room(people=unseen(unseen=CODEC, unheard="g722 sound cannot be heard"))
    async with running(LARGE, shown) as run:
        row = next(line for line in run.lines if "unseen" in line)
        assert "× none" in row
        assert "Amber Fox" in row


async def test_who_speaks_by_the_servers_word_has_no_made_up_loudness() -> None:
    first, *rest = others()
    shown = room(people=(me(), replace(first, speaking=True, level=0.0), *rest))
    async with running(SMALL, shown) as run:
        assert any("┄┄┄┄ Amber Fox" in line for line in run.lines)


# encryption


@pytest.mark.parametrize(("size", "words"), [(SMALL, "△ to the server"), (LARGE, "its operator can hear and see")])
async def test_that_the_server_can_hear_and_see_is_plain(size, words: str) -> None:
    async with running(size, room()) as run:
        assert words in run.lines[1]
        assert sum("△" in line for line in run.lines[2:]) >= 3


# the end


async def test_who_was_removed_reads_so_and_may_join_again() -> None:
    async with running(SMALL, room()) as run:
        run.app.post_message(Ended("You were removed from the room.", 5, lost=True))
        await run.until("You were removed from the room.")
        assert isinstance(run.app.screen, EndedScreen)
        assert f"{DEFAULTS.key('rejoin')} join again" in run.text
        await run.press(*DEFAULTS.by_id["rejoin"].keys)
        assert run.app.next == "rejoin"
