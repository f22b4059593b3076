"""The list of people, sorted and filtered by keys, and how little an update costs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.widgets import Input

from tests.tui.fake_meeting import me, meeting, others
from tests.tui.screen_harness import LARGE, SMALL, lines, running, spy
from tui.model import Person
from tui.shell import Shell
from tui.widgets import people as people_list
from tui.widgets.finder import Finder
from tui.widgets.pane import Pane
from tui.widgets.people import PeopleList


class Listed(Shell[None]):
    """The pane of people alone, on a clock of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.people = PeopleList(clock=lambda: self.now, id="people-list")
        self.asked: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        yield Pane("People", Finder(self.people), id="people-pane")

    def on_people_list_inspect(self, message: PeopleList.Inspect) -> None:
        self.asked.append(("inspect", message.key))

    def on_people_list_menu(self, message: PeopleList.Menu) -> None:
        self.asked.append(("menu", message.key))

    @property
    def names(self) -> list[str]:
        """The names in view, without signs."""
        found = [line.strip(" ▌━╸") for line in lines(self)[1:]]
        return [" ".join(word for word in line.split() if len(word) > 1)[:24] for line in found if line]

    @property
    def heading(self) -> str:
        return lines(self)[0].strip("▌ ")


async def so(condition: Callable[[], bool]) -> None:
    """Wait until this is so: the list is sorted anew a few times a second at most."""
    async with asyncio.timeout(30):
        while not condition():
            await asyncio.sleep(0.02)


async def settled(pilot: Pilot[None]) -> None:
    """Until every message is handled and what they changed is drawn."""
    for _ in range(4):
        await pilot.pause(0)


@asynccontextmanager
async def listed(people: list[Person], size: tuple[int, int] = (50, 10)) -> AsyncIterator[tuple[Listed, Pilot[None]]]:
    app = Listed()
    async with app.run_test(size=size) as pilot:
        app.people.focus()
        app.people.show_people(people)
        await settled(pilot)
        yield app, pilot


def crowd(*names: str, **what: Any) -> list[Person]:
    return [me(), *(Person(name, name, **what) for name in names)]


async def test_sorting_keeps_the_cursor_on_its_person_and_says_how_it_is_sorted() -> None:
    people = crowd("Wren", "Amber", "Finch")
    async with listed(people) as (app, pilot):
        assert app.heading.split() == ["People", "4"]
        await pilot.press("down")
        assert app.people.chosen_key == "Amber"
        for _ in range(3):
            app.people.next_sort()
        await settled(pilot)
        assert app.heading.startswith("People, by name")
        assert app.names == ["Quiet Heron (you)", "Amber", "Finch", "Wren"]
        assert app.people.chosen_key == "Amber"
        assert lines(app)[2].startswith("▌")
        await pilot.press("down", "down")
        assert app.people.chosen_key == "Wren"
        app.people.next_sort()
        await settled(pilot)
        assert app.names == ["Quiet Heron (you)", "Wren", "Amber", "Finch"]
        assert app.people.chosen_key == "Wren"


async def test_hands_go_to_the_front_in_their_order_with_their_number() -> None:
    people = crowd("Wren", "Amber", "Finch")
    async with listed(people) as (app, pilot):
        app.people.next_sort()
        app.people.next_sort()
        await settled(pilot)
        raised = [*people[:2], replace(people[2], hand=True, hand_order=2), replace(people[3], hand=True, hand_order=1)]
        app.people.show_people(raised)
        await so(lambda: [name.split()[0] for name in app.names] == ["Quiet", "Finch", "Amber", "Wren"])
        await settled(pilot)
        assert "↑1" in lines(app)[2]
        assert "↑2" in lines(app)[3]


async def test_whoever_speaks_comes_first_and_goes_back_after_a_while() -> None:
    people = crowd("Wren", "Amber", "Finch")
    async with listed(people) as (app, _):
        app.people.next_sort()
        speaking = [*people[:3], replace(people[3], speaking=True, level=0.5)]
        app.people.show_people(speaking)
        await so(lambda: [name.split()[0] for name in app.names] == ["Quiet", "Finch", "Wren", "Amber"])
        app.now = 20.0
        app.people.show_people(people)
        await so(lambda: [name.split()[0] for name in app.names] == ["Quiet", "Wren", "Amber", "Finch"])


async def test_letters_narrow_the_list_and_escape_shows_everybody() -> None:
    async with listed(crowd("Wren", "Amber Fox", "Ámber Finch", "Otter")) as (app, pilot):
        app.query_one(Finder).find()
        await pilot.press(*"ambe")
        await settled(pilot)
        assert app.names[:2] == ["Amber Fox", "Ámber Finch"]
        assert app.heading == "People, 2 of 5 found"
        assert app.people.chosen_key == "Amber Fox"
        await pilot.press("down")
        assert app.people.chosen_key == "Ámber Finch"
        await pilot.press("enter")
        assert app.people.has_focus
        await pilot.press("enter")
        await settled(pilot)
        assert app.asked == [("inspect", "Ámber Finch")]
        assert "ambe" in lines(app)[-1]  # the filter is still there to be seen
        await pilot.press("escape")
        await settled(pilot)
        assert len(app.names) == 5
        assert app.people.chosen_key == "Ámber Finch"
        assert not app.query_one(Finder).is_open


async def test_nobody_found_is_nobody_to_open() -> None:
    async with listed(crowd("Wren")) as (app, pilot):
        app.query_one(Finder).find()
        await pilot.press(*"xy", "down", "enter", "enter")
        await settled(pilot)
        assert app.people.chosen_key == ""
        assert app.asked == []
        assert app.heading == "People, 0 of 2 found"
        await pilot.press("escape", "enter")
        await settled(pilot)
        assert app.asked == [("inspect", "Wren")]


async def test_an_empty_line_closes_by_itself() -> None:
    async with listed(crowd("Wren")) as (app, pilot):
        app.query_one(Finder).find()
        await pilot.press("enter")
        assert not app.query_one(Finder).is_open
        assert app.people.has_focus


async def test_newcomers_are_found_by_what_stands_in_the_line() -> None:
    async with listed(crowd("Wren")) as (app, pilot):
        app.query_one(Finder).find()
        await pilot.press(*"am")
        app.people.show_people(crowd("Wren", "Amber"))
        await so(lambda: app.names[:1] == ["Amber"] and app.heading == "People, 1 of 3 found")


async def test_the_right_button_shows_what_can_be_done() -> None:
    async with listed(crowd("Wren", "Amber")) as (app, pilot):
        await pilot.click(app.people, offset=(6, 2), button=3)
        await pilot.click(app.people, offset=(6, 0), button=3)  # oneself
        await pilot.click(app.people, offset=(6, 7), button=3)  # nobody
        await settled(pilot)
        assert app.asked == [("menu", "Amber")]
        assert app.people.chosen_key == "Amber"


async def test_between_two_sortings_the_lines_in_view_still_follow(monkeypatch) -> None:
    people = crowd(*(f"Person {number}" for number in range(200)))
    async with listed(people) as (app, pilot):
        for _ in range(3):
            app.people.next_sort()
        await settled(pilot)
        sorted_anew = spy(monkeypatch, app.people._order, "rows")
        drawn = spy(monkeypatch, app.people, "draw")
        shown = list(people)
        for step in range(1, 20):
            shown = [*shown[:3], replace(shown[3], level=step / 20, speaking=True), *shown[4:]]
            app.people.show_people(shown)
        await settled(pilot)
        assert len(sorted_anew) <= 1
        assert {index for index, _ in drawn} == {lines_of(app, "Person 2")}
        assert "━" in lines(app)[1 + lines_of(app, "Person 2")]


def lines_of(app: Listed, name: str) -> int:
    return next(line for line in range(app.people.count()) if app.people._at(line).name == name)


async def test_while_sorted_people_who_come_and_go_wait_for_the_next_sorting() -> None:
    people = crowd("Wren", "Amber", "Finch")
    async with listed(people) as (app, _):
        for _ in range(3):
            app.people.next_sort()
        app.people.show_people(people[:-1])
        assert len(app.names) == 4
        await so(lambda: [name.split()[0] for name in app.names] == ["Quiet", "Amber", "Wren"])


async def test_ten_thousand_are_sorted_a_few_times_a_second_at_most(monkeypatch) -> None:
    people = crowd(*(f"Person {number}" for number in range(10_000)))
    async with listed(people) as (app, pilot):
        app.people.next_sort()
        sorted_anew = spy(monkeypatch, app.people._order, "rows")
        began = asyncio.get_running_loop().time()
        for number in range(30):
            update = list(people)
            update[number * 300] = replace(update[number * 300], speaking=True)
            app.people.show_people(update)
            await pilot.pause(0)
        took = asyncio.get_running_loop().time() - began
        assert len(sorted_anew) <= 2 + took / people_list.PACE


# In the meeting


async def test_slash_finds_and_z_sorts_from_anywhere() -> None:
    async with running(SMALL) as run:
        await run.press("p", "tab", "slash", *"si")
        assert "People, 1 of 4 found" in run.text
        assert "Esc everybody" in run.lines[-1]
        assert "Amber Fox" not in "\n".join(line[:44] for line in run.lines[12:])
        assert run.controller.asked == []
        await run.press("enter", "enter")
        assert run.controller.asked[0] == ("inspect", "b")
        await run.press("escape", "escape", "z")
        assert "People, speaking first" in run.text


async def test_letters_that_are_typed_to_find_do_nothing_else() -> None:
    async with running(LARGE) as run:
        await run.press("slash", *"mvhdq/z")
        assert run.controller.asked == []
        assert run.screen.query_one("#people-find", Input).value == "mvhdq/z"
        await run.press("f2")
        assert run.controller.asked == [("muted", False)]


async def test_states_that_are_mine_alone_are_told_in_signs_and_words() -> None:
    recorder = Person("r", "Recorder", kind="recorder", camera=True, hidden=True)
    quiet = replace(others()[0], hushed=True, volume=70)
    shown = meeting(
        people=(me(), quiet, recorder, Person("s", "Calm Pike", presenting=True, kind="bot", kind_told=True))
    )
    async with running(LARGE, shown) as run:
        found = {
            name: line for line in run.lines for name in ("Amber Fox", "Recorder", "Calm Pike") if name in line[:60]
        }
        assert "◌ quiet" in found["Amber Fox"]
        assert "70 %" in found["Amber Fox"]
        assert "hidden" in found["Recorder"]
        assert "recorder by name" in found["Recorder"]
        assert "screen" in found["Calm Pike"]
        assert "bot" in found["Calm Pike"]
        assert "by name" not in found["Calm Pike"]
