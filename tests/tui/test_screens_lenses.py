"""The panel through one audience's eyes, and along time; by keys alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from privacy.facts import Audience, Fact
from tests.tui.fake_meeting import entry, ledger, meeting
from tests.tui.screen_harness import LARGE, SMALL, Running, running
from tui.model import Meeting
from tui.screens.dialogs import ShowEvidence
from tui.widgets.panel import DisclosurePanel

SIZES = pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "200x60"])
JOINED = 1.5


def panel(run: Running) -> str:
    """The text of the panel with its heading."""
    region = run.screen.query_one("#panel-pane").region
    return "\n".join(line[region.x : region.right] for line in run.lines[region.y : region.bottom])


async def in_the_panel(run: Running) -> None:
    run.screen.query_one(DisclosurePanel).focus()
    await run.settle()


@SIZES
async def test_digits_in_the_panel_choose_whose_eyes(size) -> None:
    async with running(size) as run:
        await in_the_panel(run)
        for key, title, there, absent in (
            ("2", "What participants can see", "display name", "server contacted"),
            ("3", "What the operator can see", "connection id", "display name"),
            ("4", "What relays can see", "nothing", "display name"),
            ("5", "What the network can see", "server contacted", "display name"),
            ("1", "What others can see about you", "display name", "What the network"),
        ):
            await run.press(key)
            assert title in panel(run)
            assert there in panel(run)
            assert absent not in panel(run)
        assert run.controller.asked == []


@SIZES
async def test_a_cycles_from_anywhere_and_shows_a_hidden_panel(size) -> None:
    async with running(size) as run:
        await run.press("d")
        seen = []
        for _ in range(5):
            await run.press("a")
            seen.append(panel(run).splitlines()[0].strip("▌ "))
        assert seen == [
            "What participants can see",
            "What the operator can see",
            "What relays can see",
            "What the network can see",
            "What others can see about you",
        ]


async def test_digits_choose_an_audience_wherever_the_keyboard_is() -> None:
    async with running() as run:
        await run.press("3")
        assert "What the operator can see" in panel(run)
        await run.press("1")
        assert "What others can see about you" in panel(run)


async def test_while_typing_a_w_and_digits_are_letters() -> None:
    async with running() as run:
        await run.press("c", *"aw23")
        assert "What others can see about you" in panel(run)


@SIZES
async def test_enter_opens_the_evidence_through_a_lens_too(size) -> None:
    async with running(size) as run:
        await in_the_panel(run)
        await run.press("5", "home", "enter")
        assert isinstance(run.app.screen, ShowEvidence)
        assert "meet.example.org:7462" in run.text
        await run.press("escape", "w", "home", "enter")
        assert isinstance(run.app.screen, ShowEvidence)
        assert "Anyone on the network" in run.text


@SIZES
async def test_w_tells_when_the_oldest_first_and_w_again_goes_back(size) -> None:
    async with running(size, meeting(joined_at=JOINED)) as run:
        await run.press("w")
        shown = panel(run)
        assert "What others saw when" in shown
        assert "on joining" in shown
        await in_the_panel(run)
        await run.press("end")
        shown += panel(run)
        assert shown.index("presence") < shown.index("display name") < shown.rindex("chat message")
        assert "3:30 after joining" in shown  # the chat message: at 212 seconds
        await run.press("w")
        assert "What others can see about you" in panel(run)


@SIZES
async def test_a_lens_holds_for_the_line_of_time(size) -> None:
    async with running(size, meeting(joined_at=JOINED)) as run:
        await in_the_panel(run)
        await run.press("w", "3")
        assert "What the operator saw when" in panel(run)
        assert "connection id" in panel(run)
        assert "display name" not in panel(run)


def with_news(*facts: Fact, audience: Audience = Audience.PARTICIPANTS) -> Meeting:
    told = ledger()
    new = tuple(entry(fact, "new", audience, 1) for fact in facts)
    return meeting(ledger=replace(told, entries=(*told.entries, *new)), joined_at=JOINED)


@SIZES
async def test_what_becomes_visible_is_announced_once(size) -> None:
    async with running(size, meeting(joined_at=JOINED)) as run:
        assert "Now visible" not in run.text  # what is visible when the screen opens is in the panel
        await run.show(with_news(Fact.HAND))
        assert "Now visible to participants: hand raised" in run.lines[-1]
        run.screen.notice("")
        await run.show(with_news(Fact.HAND))
        await run.show(replace(with_news(Fact.HAND), people=()))
        assert "Now visible" not in run.text


async def test_an_announcement_waits_for_a_notice_and_for_a_dialog() -> None:
    async with running(shown=meeting(joined_at=JOINED)) as run:
        run.screen.notice("Calm Pike joined.")
        await run.show(with_news(Fact.HAND))
        assert "Calm Pike joined." in run.lines[-1]
        run.screen.notice("")
        await run.press("question_mark")
        await run.show(with_news(Fact.HAND, Fact.ACTIVITY))
        await run.press("escape")
        assert "Now visible to participants: hand raised, when you speak" in run.lines[-1]
