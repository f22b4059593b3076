"""What is done about one person, by keys: inspecting, the menu, loudness, private messages, comparing the code."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from textual.widgets import Input

from tests.tui.fake_meeting import SECRET, FakeController, FakePersons, me, meeting, others
from tests.tui.screen_harness import LARGE, SMALL, Running, running
from tui.actions import DEFAULTS
from tui.model import Inspection, Meeting
from tui.screens import person as person_screens
from tui.screens.meeting import MeetingScreen
from tui.screens.person import Compare, Differs, Inspect, PersonMenu

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "200x60"])


def with_first(**what: object) -> Meeting:
    first, *rest = others()
    return meeting(people=(me(), replace(first, **what), *rest))  # type: ignore[arg-type] # a test's choice


async def everything(run: Running) -> str:
    """All pages of a dialog."""
    seen = run.text
    for _ in range(3):
        await run.press("pagedown")
        seen += run.text
    return seen


@SIZES
async def test_an_inspection_tells_what_they_disclose_and_how_the_way_is(size) -> None:
    async with running(size) as run:
        await run.press("i")
        assert isinstance(run.app.screen, Inspect)
        told = await everything(run)
        for words in ("What they disclose to you", "nothing was looked up", "here, direct", "1F0A 77C2", "38 ms",
                      "nobody can mute or remove", "Opus, 32 kbit/s", "640 × 360"):  # fmt: skip
            assert words in told, words
        assert "! Their name" not in told


async def test_an_inspection_warns_of_a_name() -> None:
    async with running() as run:
        await run.press("end", "i")
        assert run.controller.asked[0] == ("inspect", "c")
        assert "! Their name looks like yours" in run.text


async def test_an_inspection_is_kept_up_to_date(monkeypatch) -> None:
    monkeypatch.setattr(person_screens, "PACE", 0.05)

    class Slower(FakePersons):
        async def inspect(self, key: str) -> Inspection:
            await super().inspect(key)
            return Inspection("Amber Fox", rows=(("round trip", f"{len(self.asked)} ms"),))

    controller = FakeController()
    controller.persons = Slower(controller.asked)
    async with running(controller=controller) as run:
        await run.press("i")
        await run.until("4 ms")
        await run.press("escape")
        asked = len(controller.asked)
        await run.pilot.pause(0.2)
        assert len(controller.asked) <= asked + 1  # one may have been on its way


async def test_it_opens_at_once_so_that_no_key_goes_astray() -> None:
    class Slow(FakePersons):
        async def inspect(self, key: str) -> Inspection:
            await asyncio.sleep(60)
            raise AssertionError("nobody waits that long")

    controller = FakeController()
    controller.persons = Slow(controller.asked)
    async with running(controller=controller) as run:
        await run.press("i", "e", *"hm")
        assert run.screen.query_one("#chat-line", Input).value == "hm"
        assert controller.asked == []


async def test_somebody_who_leaves_stays_in_the_inspection_as_gone(monkeypatch) -> None:
    monkeypatch.setattr(person_screens, "PACE", 0.05)

    class Leaving(FakePersons):
        async def inspect(self, key: str) -> Inspection:
            first = await super().inspect(key)
            return first if len(self.asked) == 1 else Inspection("Amber Fox", rows=(("link", "gone"),))

    controller = FakeController()
    controller.persons = Leaving(controller.asked)
    async with running(controller=controller) as run:
        await run.press("i")
        await run.until("gone")
        await run.show(meeting(people=(me(), *others()[1:])))
        await run.press("x")
        assert ("hushed", "a", True) not in controller.asked
        await run.press("escape")
        assert isinstance(run.app.screen, MeetingScreen)


@SIZES
async def test_brackets_change_how_loud_they_are_played(size) -> None:
    async with running(size) as run:
        await run.press("left_square_bracket")
        assert run.controller.asked == [("volume", "a", 90)]
        await run.show(with_first(volume=90))
        assert "90 %" in run.text
        await run.press("right_square_bracket")
        assert run.controller.asked[-1] == ("volume", "a", 100)
        await run.show(with_first(volume=200))
        await run.press("right_square_bracket")
        assert run.controller.asked[-1] == ("volume", "a", 200)
        await run.show(with_first(volume=0))
        await run.press("left_square_bracket")
        assert run.controller.asked[-1] == ("volume", "a", 0)


async def test_x_and_y_are_for_oneself_alone_and_say_so() -> None:
    async with running() as run:
        await run.press("x")
        assert run.controller.asked == [("hushed", "a", True)]
        assert "muted for you alone. Nobody is told." in run.lines[-1]
        await run.show(with_first(hushed=True, hidden=True))
        await run.press("x", "y")
        assert run.controller.asked[1:] == [("hushed", "a", False), ("hidden", "a", False)]
        await run.press("down", "y")
        assert run.controller.asked[-1] == ("hidden", "b", True)


@SIZES
async def test_the_next_of_several_pictures_is_chosen_and_the_tile_says_which(size) -> None:
    async with running(size) as run:
        await run.press("P")
        assert run.controller.asked == []
        await run.press("full_stop")
        assert "next picture" not in run.text
        await run.press("escape")
        await run.show(with_first(picture="the door", also=("camera 1",), presenting=True))
        assert "Amber Fox · the" in run.text
        assert "Amber Fox: the door" in run.text
        assert "Fox's screen" not in run.text
        await run.press("P")
        assert run.controller.asked == [("next picture", "a")]
        assert "Amber Fox: camera 1 is chosen now. Only the operator learns it." in run.lines[-1]
        run.controller.persons.refusal = "There is no other picture of theirs."
        await run.press("down", "P")
        assert run.controller.asked[-1] == ("next picture", "b")
        assert "There is no other picture of theirs." in run.lines[-1]
        await run.press("up", "full_stop")
        assert "next picture" in run.text


@SIZES
async def test_e_writes_to_them_alone(size) -> None:
    async with running(size) as run:
        await run.press("down", "e", *"psst")
        assert run.screen.query_one("#chat-line", Input).value == "psst"
        assert "Silver Otter" in run.text
        await run.press("enter")
        assert run.controller.asked == [("say", "psst", "to b")]


async def test_what_names_one_is_struck_out_and_still_goes_to_them_alone() -> None:
    async with running() as run:
        await run.press("down", "e", *f"ask {SECRET}", "enter", "enter")
        assert run.controller.asked == [("say", f"ask {SECRET}", "to b"), ("say", "ask ███", "to b")]
        await run.press(*f"ask {SECRET}", "enter", "ctrl+y")
        assert run.controller.asked[2:] == [
            ("say", f"ask {SECRET}", "to b"), ("say", f"ask {SECRET}", "to b", "knowingly"),
        ]  # fmt: skip


async def test_where_there_are_no_private_messages_or_codes_the_keys_do_nothing() -> None:
    async with running(shown=meeting(may=frozenset({"speak"}))) as run:
        await run.press("e", "V")
        assert isinstance(run.app.screen, MeetingScreen)
        assert run.controller.asked == []
        await run.press("full_stop")
        assert "message" not in run.text[: run.text.index("choose")].rsplit("Amber Fox", 1)[1]
        await run.press("e", "V")
        assert isinstance(run.app.screen, PersonMenu)


@SIZES
async def test_the_menu_does_the_same_by_arrows_and_by_key(size) -> None:
    async with running(size) as run:
        await run.press("full_stop")
        assert isinstance(run.app.screen, PersonMenu)
        assert "mute for me" in run.text
        rows = [action.id for action in DEFAULTS.menu(meeting(), others()[0])]
        await run.press(*["down"] * rows.index("quieter"), "enter")
        assert run.controller.asked == [("volume", "a", 90)]
        await run.press("full_stop", "x")
        assert run.controller.asked[-1] == ("hushed", "a", True)
        assert isinstance(run.app.screen, MeetingScreen)
        await run.show(with_first(hushed=True))
        await run.press("full_stop")
        assert "hear again" in run.text
        await run.press("escape")
        assert len(run.controller.asked) == 2


async def test_the_menu_is_of_its_person_wherever_the_cursor_goes() -> None:
    async with running() as run:
        await run.press("down", "full_stop")
        await run.show(meeting(people=(me(), others()[2], others()[1])))
        await run.press("x")
        assert run.controller.asked == [("hushed", "b", True)]


async def test_the_right_button_opens_the_menu() -> None:
    async with running(LARGE) as run:
        await run.pilot.click("#people-list", offset=(8, 2), button=3)
        await run.settle()
        assert isinstance(run.app.screen, PersonMenu)
        assert "Silver Otter" in run.text


async def test_in_an_inspection_the_same_keys_work() -> None:
    async with running() as run:
        await run.press("down", "i", "x", "right_square_bracket", "y")
        assert [one for one in run.controller.asked if one[0] != "inspect"] == [
            ("hushed", "b", True), ("volume", "b", 110), ("hidden", "b", True),
        ]  # fmt: skip
        assert isinstance(run.app.screen, Inspect)
        await run.press("full_stop")
        assert isinstance(run.app.screen, PersonMenu)
        await run.press("escape", "i", "e", *"hm", "enter")
        assert run.controller.asked[-1] == ("say", "hm", "to b")


# The code


@SIZES
async def test_words_that_are_the_same_verify(size) -> None:
    async with running(size) as run:
        await run.press("V")
        assert isinstance(run.app.screen, Compare)
        assert "baku simo dara lufi" in run.text
        await run.press("y")
        assert run.controller.asked == [("verify", "a", "baku simo dara lufi", True)]
        assert isinstance(run.app.screen, MeetingScreen)
        assert "Amber Fox is verified, for this connection." in run.lines[-1]


@SIZES
async def test_words_that_differ_warn_and_offer_to_leave(size) -> None:
    async with running(size) as run:
        await run.press("V", "n")
        assert run.controller.asked == [("verify", "a", "baku simo dara lufi", False)]
        assert isinstance(run.app.screen, Differs)
        assert "Somebody may stand between you and Amber Fox" in run.text
        await run.press("escape")
        assert isinstance(run.app.screen, MeetingScreen)
        assert not run.controller.left
        await run.press("V", "n", "q")
    assert run.controller.left


async def test_closing_the_words_notes_nothing() -> None:
    async with running() as run:
        for key in ("escape", "enter"):
            await run.press("V", key)
            assert isinstance(run.app.screen, MeetingScreen)
        assert run.controller.asked == []


async def test_who_is_verified_is_told_so_with_the_words() -> None:
    async with running() as run:
        await run.press("down", "V")
        assert "compared them before" in run.text
        await run.press("escape", "up", "V")
        assert "compared them before" not in run.text


async def test_without_words_yet_it_says_so() -> None:
    async with running() as run:
        run.controller.persons.words = ""
        await run.press("V")
        assert "There is no code to compare with Amber Fox yet" in run.lines[-1]


async def test_what_cannot_be_noted_is_said() -> None:
    async with running() as run:
        run.controller.persons.refusal = "Their connection was made anew meanwhile; compare the new words."
        await run.press("V", "y")
        assert "made anew meanwhile" in run.lines[-1]
        assert "verified, for" not in run.text
