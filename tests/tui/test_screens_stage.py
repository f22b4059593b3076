"""The stage: whom it shows, how large, and what a person can ask of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from tests.tui.fake_meeting import FakeController, me, meeting, others
from tests.tui.screen_harness import LARGE, MIDDLE, SMALL, Running, running
from tui.app import IncogApp
from tui.model import Person
from tui.widgets.casting import FEW, SPOKEN, STAY
from tui.widgets.grid import Box
from tui.widgets.stage import Stage


@dataclass
class Clock:
    """A clock that moves when told."""

    now: float = 100.0

    def __call__(self) -> float:
        return self.now


def crowd(count: int, speaking: str = "", **changes: object) -> tuple[Person, ...]:
    """Oneself and `count` others, `q0`, `q1`, …"""
    rest = (Person(f"q{n}", f"Person {n}", speaking=f"q{n}" == speaking, order=n + 1) for n in range(count))
    return (me(), *(replace(person, **changes) for person in rest))  # type: ignore[arg-type] # a test's choice


def stage(run: Running) -> Stage:
    return run.screen.query_one(Stage)


def boxes(run: Running) -> dict[str, Box]:
    """Where everybody is who is on the stage."""
    return dict(stage(run)._scene.places)


def largest(run: Running) -> str:
    """Who is larger than all others; empty in a gallery."""
    found = sorted(boxes(run).items(), key=lambda place: place[1].area)
    return found[-1][0] if len(found) == 1 or found[-1][1].area > found[0][1].area else ""


async def speak(run: Running, clock: Clock, people: Sequence[Person], seconds: float) -> None:
    """Time passes while they speak or not."""
    for _ in range(round(seconds / 0.25)):
        clock.now += 0.25
        await run.show(meeting(people=people))


def timed(run: Running) -> Clock:
    """A clock for the stage."""
    clock = Clock()
    stage(run)._clock = clock
    return clock


async def test_few_are_in_a_gallery_in_the_order_of_their_coming_whoever_speaks() -> None:
    async with running(LARGE, meeting(people=crowd(6))) as run:
        clock = timed(run)
        before = boxes(run)
        assert list(before) == [f"q{n}" for n in range(6)]
        assert largest(run) == ""
        assert "Gallery" in run.text
        for key in ("q4", "q2", "q5"):
            await speak(run, clock, crowd(6, key), 3)
            assert boxes(run) == before
        await run.show(meeting(people=(me(), *crowd(6)[:0:-1])))  # told in another order
        assert boxes(run) == before


async def test_among_many_whoever_speaks_is_large_and_a_cough_is_not() -> None:
    count = FEW + 4
    async with running(LARGE, meeting(people=crowd(count))) as run:
        clock = timed(run)
        await speak(run, clock, crowd(count, "q7"), SPOKEN + 0.5)
        assert largest(run) == "q7"
        assert "Speaker: Person 7" in run.text
        await speak(run, clock, crowd(count), STAY)
        await speak(run, clock, crowd(count, "q3"), SPOKEN / 2)
        await speak(run, clock, crowd(count), 1)
        assert largest(run) == "q7"
        await speak(run, clock, crowd(count, "q3"), SPOKEN + 0.5)
        assert largest(run) == "q3"
        assert "Speaker: Person 3" in run.text


async def test_in_the_strip_nobody_changes_places_but_for_the_two() -> None:
    async with running(LARGE, meeting(people=crowd(4))) as run:
        clock = timed(run)
        await run.press("g", "g")
        await speak(run, clock, crowd(4, "q1"), 2)
        before = boxes(run)
        await speak(run, clock, crowd(4), STAY)
        await speak(run, clock, crowd(4, "q3"), 2)
        after = boxes(run)
        assert largest(run) == "q3"
        assert after["q1"] == before["q3"]
        assert after["q0"] == before["q0"]
        assert after["q2"] == before["q2"]


@pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE])
async def test_a_screen_that_is_shared_is_large_by_itself(size) -> None:
    fox, *rest = others()
    shared = (me(), replace(fox, camera=False, presenting=True, speaking=False), *rest)
    async with running(size) as run:
        assert largest(run) == ""
        await run.show(meeting(people=shared))
        assert largest(run) == "a"
        assert "Screen of Amber Fox" in run.text
        assert run.controller.sizes["a"] == (boxes(run)["a"].width, boxes(run)["a"].height)
        await run.show(meeting())
        assert largest(run) == ""


async def test_ones_own_screen_is_a_small_tile() -> None:
    async with running(LARGE, meeting(people=(me(presenting=True), *others()), camera="live", screen=True)) as run:
        assert "me" in boxes(run)
        assert largest(run) == ""


async def test_g_goes_round_and_says_where_it_is() -> None:
    async with running() as run:
        seen = []
        for _ in range(3):
            await run.press("g")
            seen.append((largest(run) != "", run.lines[-1].strip(" •").partition(":")[0]))
        assert seen == [(False, "Gallery"), (True, "Speaker"), (False, "By itself")]


async def test_g_offers_a_shared_screen_only_while_there_is_one() -> None:
    fox, *rest = others()
    async with running(shown=meeting(people=(me(), replace(fox, presenting=True), *rest))) as run:
        await run.press("g", "g", "g")
        assert "Shared screen" in run.lines[-1]
        assert largest(run) == "a"


@pytest.mark.parametrize(("mode", "heading"), [("gallery", "Gallery"), ("speaker", "Speaker"), ("auto", "auto")])
async def test_how_it_begins_can_be_chosen(mode: str, heading: str) -> None:
    controller = FakeController()
    app = IncogApp(controller, stage_mode=mode)
    async with app.run_test(size=SMALL) as pilot:
        run = Running(app, pilot, controller)
        await run.show(meeting())
        await run.until(heading)


async def test_o_shows_the_chosen_person_alone_and_again_everybody() -> None:
    async with running() as run:
        await run.press("down", "o")
        assert list(boxes(run)) == ["b"]
        assert "Only Silver Otter" in run.text
        assert "o brings back the others" in run.lines[-1]
        assert run.controller.sizes["a"] == (0, 0)
        await run.press("o")
        assert set(boxes(run)) == {"a", "b", "c"}


async def test_who_is_alone_on_the_stage_and_leaves_makes_room_for_everybody() -> None:
    async with running() as run:
        await run.press("o")
        assert list(boxes(run)) == ["a"]
        await run.show(meeting(people=(me(), *others()[1:])))
        assert set(boxes(run)) == {"b", "c"}
        await run.press("up", "g")
        assert set(boxes(run)) == {"b", "c"}


async def test_nobody_can_be_shown_alone_where_nobody_is() -> None:
    async with running(shown=meeting(people=(me(),))) as run:
        await run.press("o")
        assert "There is nobody to show yet." in run.lines[-1]


async def test_arrows_move_on_the_stage_and_enter_opens() -> None:
    async with running() as run:
        await run.press("tab")
        assert stage(run).has_focus
        assert stage(run).chosen_key == "a"
        assert "▸● Amber Fox" in run.text
        await run.press("right")
        assert stage(run).chosen_key == "b"
        assert "▸⊘ Silver Otter" in run.text
        await run.press("down")
        assert stage(run).chosen_key == "c"
        await run.press("up", "right", "right", "enter")
        assert list(boxes(run)) == ["b"]
        await run.press("enter")
        assert set(boxes(run)) == {"a", "b", "c"}


async def test_what_is_about_a_person_is_about_the_one_chosen_on_the_stage() -> None:
    async with running() as run:
        await run.press("tab", "right", "i")
        assert ("inspect", "b") in run.controller.asked
        await run.press("escape", "tab")
        assert "▸" not in run.text


async def test_a_click_chooses_and_a_second_one_opens() -> None:
    async with running() as run:
        box = boxes(run)["b"]
        await run.pilot.click("#stage", offset=(box.x + 3, box.y + 2))
        await run.settle()
        assert stage(run).chosen_key == "b"
        await run.pilot.click("#stage", offset=(box.x + 3, box.y + 2), times=2)
        await run.settle()
        assert list(boxes(run)) == ["b"]


async def test_who_does_not_fit_is_on_the_next_page() -> None:
    async with running(SMALL, meeting(people=crowd(11))) as run:
        await run.press("g", "tab")
        first = list(boxes(run))
        assert f"{11 - len(first)} more PgDn" in run.text
        seen = set(first)
        while "page" not in run.lines[2] or f"of {2 + (10 - len(first)) // len(first)}" in run.lines[2]:
            await run.press("pagedown")
            if set(boxes(run)) <= seen:
                break
            seen |= set(boxes(run))
            assert "page " in run.lines[2]
        assert seen == {f"q{n}" for n in range(11)}
        for _ in range(5):
            await run.press("pageup")
        assert list(boxes(run)) == first


async def test_where_not_all_fit_whoever_speaks_takes_one_seat_and_the_others_stay() -> None:
    async with running(SMALL, meeting(people=crowd(11))) as run:
        await run.press("g")
        clock = timed(run)
        before = boxes(run)
        await speak(run, clock, crowd(11, "q9"), SPOKEN + 0.5)
        after = boxes(run)
        assert "q9" in after
        assert len(set(after) - set(before)) == 1
        assert all(after[key] == before[key] for key in set(after) & set(before))


async def test_a_hidden_picture_is_not_drawn() -> None:
    async with running() as run:
        drawn = stage(run)._tiles["a"].picture
        assert drawn is not None
        fox, *rest = others()
        await run.show(meeting(people=(me(), replace(fox, hidden=True), *rest)))
        assert stage(run)._tiles["a"].picture is None
        assert "▢" in next(line for line in run.lines if "Amber" in line)


async def test_a_hidden_stage_wants_no_pictures_whatever_happens_meanwhile() -> None:
    async with running() as run:
        await run.press("s")
        await run.show(meeting(people=(me(), *others()[:2])))
        assert set(run.controller.sizes.values()) == {(0, 0)}


async def test_ten_thousand_people_cost_the_stage_little() -> None:
    people = crowd(10_000)
    async with running(MIDDLE, meeting(people=people)) as run:
        shown = stage(run)
        loop = asyncio.get_running_loop()
        began = loop.time()
        for _ in range(10):
            shown.show_people(people, "")
        assert (loop.time() - began) / 10 < 0.2  # some milliseconds, on a machine that does nothing else
