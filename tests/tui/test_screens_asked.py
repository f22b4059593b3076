"""The server asks for something before it lets anybody in: its screen, and what comes of the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from textual.widgets import Input

from tests.tui.fake_meeting import FakeController
from tests.tui.screen_harness import LARGE, SMALL, Running
from tui.app import IncogApp
from tui.messages import Asked
from tui.screens.asked import AskedScreen
from tui.screens.waiting import EndedScreen

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "200x60"])
SERVER = "janus.example.org:8989"


@asynccontextmanager
async def asking(size=SMALL, *, what: str = "pin", given: str = "") -> AsyncIterator[Running]:
    controller = FakeController()
    app = IncogApp(controller, alias="Quiet Heron")
    async with app.run_test(size=size) as pilot:
        run = Running(app, pilot, controller)
        sentence = "The room's PIN is another one." if given else "The room asks for its PIN."
        app.post_message(Asked(sentence, 8, what=what, server=SERVER, given=given))
        await run.settle()
        assert isinstance(app.screen, AskedScreen)
        yield run


@SIZES
async def test_a_pin_is_asked_for_and_given_without_being_shown(size) -> None:
    async with asking(size) as run:
        assert "The room asks for its PIN." in run.text
        assert f"It goes to {SERVER} and nowhere else." in run.text
        assert "It is kept nowhere." in run.text
        assert isinstance(run.app.focused, Input)
        await run.press("4", "2", "q", "m")
        assert "42qm" not in run.text
        assert "••••" in run.text
        await run.press("enter")
    assert run.app.answer == ("pin", "42qm", False)
    assert (run.app.next, run.app.return_value) == ("rejoin", 8)


async def test_a_wrong_pin_stands_there_to_be_mended_and_typing_replaces_it() -> None:
    async with asking(given="4243") as run:
        assert "The room's PIN is another one." in run.text
        await run.press("f7")
        assert "4243" in run.text
        await run.press("f7")
        assert "4243" not in run.text
        await run.press("7", "enter")
    assert run.app.answer == ("pin", "7", False)


async def test_it_is_kept_only_when_that_is_wanted() -> None:
    async with asking() as run:
        await run.press("f6")
        assert "It will be kept for this room in the keyring, once it was right." in run.text
        await run.press("1", "enter")
    assert run.app.answer == ("pin", "1", True)


async def test_nothing_is_no_answer_and_giving_up_says_why_it_is_over() -> None:
    async with asking(what="token") as run:
        assert "token" in run.text
        await run.press("enter")
        assert isinstance(run.app.screen, AskedScreen)
        await run.press("escape")
        assert isinstance(run.app.screen, EndedScreen)
        assert "The room asks for its PIN." in run.text
        assert "join again" not in run.text
        await run.press("q")
    assert run.app.answer is None
    assert (run.app.next, run.app.return_value) == ("quit", 8)
