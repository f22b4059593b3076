"""A message that names the person here: struck out, sent knowingly, or taken back; by keys alone."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.tui.fake_meeting import NAMES_ONE, SECRET, FakeController
from tests.tui.screen_harness import LARGE, SMALL, Running, running
from tui.screens.dialogs import NamesYou
from tui.screens.meeting import MeetingScreen

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "200x60"])
TYPED = ("c", *"ask ", *SECRET, *" now", "enter")


def line(run: Running) -> Input:
    return run.screen.query_one("#chat-line", Input)


@SIZES
async def test_the_message_is_offered_without_the_name_and_enter_sends_that(size) -> None:
    async with running(size) as run:
        await run.press(*TYPED)
        assert isinstance(run.app.screen, NamesYou)
        assert "ask ███ now" in run.text
        assert " ".join(NAMES_ONE.split()[:6]) in run.text
        assert "Ctrl+Y" in run.text
        await run.press("enter")
        assert run.controller.asked == [("say", f"ask {SECRET} now"), ("say", "ask ███ now")]
        assert isinstance(run.app.screen, MeetingScreen)
        assert line(run).value == ""
        assert "Not sent" not in run.text


@SIZES
async def test_another_key_sends_it_as_it_is_and_only_this_once(size) -> None:
    async with running(size) as run:
        await run.press(*TYPED)
        await run.press("ctrl+y")
        assert run.controller.asked[1:] == [("say", f"ask {SECRET} now", "knowingly")]
        assert line(run).value == ""
        await run.press(*SECRET, "enter")
        assert run.controller.asked[2:] == [("say", SECRET)]
        assert isinstance(run.app.screen, NamesYou)


@SIZES
async def test_escape_goes_back_to_writing_with_nothing_sent_or_lost(size) -> None:
    async with running(size) as run:
        await run.press(*TYPED)
        await run.press("escape")
        assert run.controller.asked == [("say", f"ask {SECRET} now")]
        assert line(run).value == f"ask {SECRET} now"
        assert line(run).has_focus
        await run.press("!")
        assert line(run).value == f"ask {SECRET} now!"


async def test_other_refusals_offer_nothing() -> None:
    async with running(controller=FakeController(refusal="That was too much at once; wait a moment.")) as run:
        await run.press("c", *"hello", "enter")
        assert isinstance(run.app.screen, MeetingScreen)
        assert "too much at once" in run.text


async def test_typing_y_or_other_letters_in_the_offer_sends_nothing() -> None:
    async with running() as run:
        await run.press(*TYPED)
        await run.press("y", "x", "space", *"mvh")
        assert len(run.controller.asked) == 1


async def test_a_long_message_is_read_by_scrolling() -> None:
    long = " ".join(f"word{number}" for number in range(150)) + f" {SECRET} end"
    async with running(SMALL) as run:
        await run.press("c")
        line(run).value = long
        await run.press("enter")
        assert isinstance(run.app.screen, NamesYou)
        assert "Enter send this" in run.text
        await run.press("end")
        assert "███ end" in run.text
