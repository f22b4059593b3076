"""The screen before joining, by keys alone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from privacy.facts import Audience, Fact
from tests.tui.fake_meeting import FakeController, me, meeting
from tests.tui.foretold import foretold
from tests.tui.screen_harness import LARGE, SMALL, Running
from tui.app import IncogApp
from tui.messages import Ended, Foreseen
from tui.model import Foretold
from tui.screens.before import BeforeScreen
from tui.screens.meeting import MeetingScreen
from tui.screens.waiting import EndedScreen, JoiningScreen

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "200x60"])


@asynccontextmanager
async def before(size: tuple[int, int] = SMALL, shown: Foretold | None = None) -> AsyncIterator[Running]:
    """An app that shows what joining would tell."""
    controller = FakeController()
    app = IncogApp(controller, asks=True)
    async with app.run_test(size=size) as pilot:
        run = Running(app, pilot, controller)
        await foresee(run, shown or foretold())
        yield run


async def foresee(run: Running, shown: Foretold) -> None:
    run.app.post_message(Foreseen(shown))
    await run.settle()


async def read_all(run: Running) -> str:
    """Everything on the page, scrolled through by key."""
    seen = run.text
    for _ in range(12):
        await run.press("down")
        seen += run.text
    await run.press("end")
    return seen + run.text


@SIZES
async def test_it_shows_the_choices_first_and_every_telling_and_contact_by_scrolling(size) -> None:
    async with before(size) as run:
        for words in ("Quiet Heron", "meet.example.org:7462", "off, nothing is sent", "the one that reaches the"):
            assert words in run.text
        assert "nothing was sent yet" in run.lines[0] + run.text
        seen = await read_all(run)
        for title in ("Participants", "The meeting's operator", "Relays", "Anyone on the network"):
            assert f"{title} would learn" in seen
        for told in foretold().told.values():
            for fact, value in told:
                assert fact.value[:28] in seen
                assert value in seen
        for destination, reason in foretold().contacts:
            assert destination in seen
            assert reason in seen
        assert run.controller.asked == []


@SIZES
async def test_enter_joins_and_the_meeting_opens(size) -> None:
    async with before(size) as run:
        await run.press("enter")
        assert run.controller.asked == [("join", True)]
        assert isinstance(run.app.screen, JoiningScreen)
        assert "Joining as Quiet Heron" in run.text
        await run.show(meeting(phase="connecting", people=(me(),)))
        assert isinstance(run.app.screen, JoiningScreen)
        await run.show(meeting())
        assert isinstance(run.app.screen, MeetingScreen)
        assert len(run.app.screen_stack) == 2


@SIZES
async def test_n_shows_it_anew_under_another_alias(size) -> None:
    async with before(size) as run:
        await run.press("n")
        assert run.controller.asked == [("join", False)]
        assert "Drawing another alias" in run.text
        await run.press("enter", "n")  # nothing else is shown yet
        assert run.controller.asked == [("join", False)]
        await foresee(run, foretold(alias="Amber Fox", told={Audience.PARTICIPANTS: ((Fact.NAME, "Amber Fox"),)}))
        assert "Before you join" in run.text
        assert "Quiet Heron" not in run.text
        assert run.text.count("Amber Fox") == 2
        await run.press("enter")
        assert run.controller.asked == [("join", False), ("join", True)]
        assert "Joining as Amber Fox" in run.text


async def test_a_chosen_alias_stays_and_there_is_no_such_key() -> None:
    async with before(shown=foretold(may_draw=False)) as run:
        assert "other alias" not in run.text
        await run.press("n")
        assert run.controller.asked == []
        assert isinstance(run.app.screen, BeforeScreen)


@pytest.mark.parametrize("key", ["escape", "q", "ctrl+q", "ctrl+c"])
async def test_staying_out_ends_with_status_0_and_joins_nothing(key: str) -> None:
    async with before() as run:
        await run.press(key)
    assert run.controller.left
    assert run.controller.asked == []
    assert run.app.return_value == 0


async def test_what_is_on_from_the_start_is_said() -> None:
    async with before(shown=foretold(microphone=True, camera=True, hosting=True)) as run:
        assert run.text.count("on from the start") == 2
        assert "a new one" in run.text


async def test_keys_of_the_meeting_do_nothing_yet() -> None:
    async with before() as run:
        await run.press("m", "v", "h", "c", "question_mark", "f2", "x")
        assert run.controller.asked == []
        assert isinstance(run.app.screen, BeforeScreen)


async def test_until_it_is_foretold_the_screen_says_no_joining() -> None:
    app = IncogApp(FakeController(), asks=True, alias="Quiet Heron")
    async with app.run_test(size=SMALL) as pilot:
        run = Running(app, pilot, FakeController())
        await run.settle()
        assert "Preparing" in run.text
        assert "Joining" not in run.text


async def test_resizing_keeps_the_keys_in_view() -> None:
    async with before(LARGE) as run:
        for size in (SMALL, (120, 30), (40, 12)):
            await run.resize(*size)
            assert "Enter join" in run.text
            assert "Before you join" in run.text


async def test_trouble_meanwhile_ends_it_with_its_status() -> None:
    async with before() as run:
        run.app.post_message(Ended("The alias holds your login name.", 6))
        await run.settle()
        assert isinstance(run.app.screen, EndedScreen)
        await run.press("q")
    assert run.app.return_value == 6
