"""Panes that are shown, hidden, and made larger or smaller, in windows of all sizes."""

from __future__ import annotations

import pytest

from tests.tui.fake_meeting import chat, meeting
from tests.tui.screen_harness import LARGE, MIDDLE, SMALL, Running, running

NARROW, LOW, TINY = (50, 40), (40, 24), (30, 10)
PANES = ("stage", "people", "chat", "panel")


def seen(run: Running) -> set[str]:
    """The panes that can be seen."""
    return {pane for pane in PANES if run.screen.query_one(f"#{pane}-pane").region.area}


def size(run: Running, pane: str) -> tuple[int, int]:
    found = run.screen.query_one(f"#{pane}-pane").size
    return found.width, found.height


@pytest.mark.parametrize(
    ("window", "panes"),
    [
        (SMALL, {"stage", "people", "panel"}),
        (MIDDLE, {"stage", "people", "chat", "panel"}),
        (LARGE, {"stage", "people", "chat", "panel"}),
        (NARROW, {"stage", "people"}),
        (LOW, {"stage", "people"}),
        (TINY, set()),
    ],
)
async def test_each_window_shows_what_it_has_room_for(window, panes) -> None:
    async with running(window) as run:
        assert seen(run) == panes
        assert "MUTED" in run.lines[0]
        assert "unmute" in run.lines[-1]
        assert len(run.lines) == window[1]
        assert all(len(line) == window[0] for line in run.lines)


async def test_a_window_that_is_too_small_says_so_and_keeps_the_status() -> None:
    async with running(TINY, meeting(microphone="live", quality="link good")) as run:
        assert "This window is too small" in run.text
        assert "● LIVE" in run.lines[0]
        assert "▂▄▆" in run.lines[1]
        await run.pilot.resize_terminal(*SMALL)
        await run.until("What others can see")
        assert "too small" not in run.text


async def test_in_a_narrow_window_panes_take_turns_and_say_who_is_behind() -> None:
    async with running(NARROW, said=chat()) as run:
        heading = next(line for line in run.lines if "People" in line)
        assert "c chat" in heading
        assert "d panel" in heading
        await run.press("d")
        assert seen(run) == {"stage", "panel"}
        assert "p people" in next(line for line in run.lines if "What others" in line)
        await run.press("c")
        assert seen(run) == {"stage", "chat"}
        assert run.app.focused is not None
        assert run.app.focused.id == "chat-line"
        await run.press("escape", "C")
        assert seen(run) == {"stage"}
        await run.press("p")
        assert seen(run) == {"stage", "people"}


async def test_the_panel_is_made_wider_and_narrower() -> None:
    async with running(MIDDLE) as run:
        before = size(run, "panel")[0]
        await run.press("greater_than_sign", "greater_than_sign")
        assert size(run, "panel")[0] == before + 8
        assert size(run, "stage")[0] == 120 - 1 - before - 8
        await run.press("less_than_sign")
        assert size(run, "panel")[0] == before + 4
        await run.press("equals_sign")
        assert size(run, "panel")[0] == before


async def test_what_cannot_be_wider_stays_and_comes_back_at_once() -> None:
    async with running(SMALL) as run:
        await run.press(*["greater_than_sign"] * 9)
        widest = size(run, "panel")[0]
        assert size(run, "stage")[0] == 30
        await run.press("less_than_sign")
        assert size(run, "panel")[0] == widest - 4


@pytest.mark.parametrize("window", [SMALL, LARGE, NARROW])
async def test_the_stage_is_made_lower_and_higher(window) -> None:
    async with running(window) as run:
        before = size(run, "stage")[1]
        await run.press("minus")
        assert size(run, "stage")[1] == before - 2
        await run.press("plus", "plus")
        assert size(run, "stage")[1] <= before + 2
        assert size(run, "stage")[1] >= before
        await run.press("equals_sign")
        assert size(run, "stage")[1] == before


async def test_where_there_is_nothing_to_resize_it_says_so() -> None:
    async with running(NARROW) as run:
        await run.press("greater_than_sign")
        assert "The panel is beside nothing now" in run.lines[-1]
        await run.press("p", "minus")
        assert "Nothing is under the stage now" in run.lines[-1]


async def test_the_mouse_draws_the_panel_and_the_dock() -> None:
    async with running(MIDDLE) as run:
        panel, stage = size(run, "panel"), size(run, "stage")
        await run.pilot.mouse_down("#divider", offset=(0, 5))
        await run.pilot.hover("#stage", offset=(stage[0] - 10, 5))
        await run.pilot.mouse_up("#stage", offset=(stage[0] - 10, 5))
        await run.settle()
        assert size(run, "panel")[0] > panel[0]
        await run.press("equals_sign")
        await run.pilot.mouse_down("#people-pane Heading", offset=(3, 0))
        await run.pilot.hover("#stage", offset=(10, 12))
        await run.pilot.mouse_up("#stage", offset=(10, 12))
        await run.settle()
        assert size(run, "stage")[1] < stage[1]


async def test_with_everything_hidden_it_says_how_to_come_back() -> None:
    async with running(SMALL) as run:
        await run.press("s", "p", "d")
        assert seen(run) == set()
        assert "Everything is hidden" in run.text
        assert "s stage · p people · c chat · d panel" in run.text
        await run.press("s")
        assert seen(run) == {"stage"}


async def test_sizes_and_panes_are_kept_while_the_window_changes() -> None:
    async with running(LARGE) as run:
        await run.press("greater_than_sign")
        wide = size(run, "panel")[0]
        for window in (TINY, NARROW, SMALL, LARGE):
            await run.resize(*window)
        await run.settle()
        assert size(run, "panel")[0] == wide
        assert seen(run) == set(PANES)


async def test_keys_of_the_pane_with_the_keyboard_come_first() -> None:
    async with running(MIDDLE) as run:
        assert run.lines[-1].startswith(" m unmute  i inspect")
        await run.press("shift+tab")
        assert run.lines[-1].startswith(" m unmute  a audience  w when")
        await run.press("shift+tab")
        assert run.lines[-1].startswith(" m unmute  o only them  g view")
        await run.press("c")
        assert run.lines[-1].startswith(" Enter send  Esc back  F2 unmute")
        assert "p people" not in run.lines[-1]
