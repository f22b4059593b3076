"""People, panel and chat as widgets: cursor, scrolling, bounds, and how little they draw."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

from textual.app import ComposeResult
from textual.pilot import Pilot
from textual.widget import Widget

from privacy.facts import Audience, Fact
from privacy.ledger import Snapshot
from tests.tui.fake_meeting import entry, ledger, me, others
from tests.tui.screen_harness import lines, spy
from tui.model import ChatLine, Person
from tui.shell import Shell
from tui.widgets.chat_log import MOST_LINES, ChatLog
from tui.widgets.panel import DisclosurePanel
from tui.widgets.people import PeopleList


class Bare(Shell[None]):
    """One widget and the messages that leave it."""

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget
        self.heard: list[Any] = []

    def compose(self) -> ComposeResult:
        yield self.widget

    def on_people_list_inspect(self, message: PeopleList.Inspect) -> None:
        self.heard.append(message.key)

    def on_disclosure_panel_show_evidence(self, message: DisclosurePanel.ShowEvidence) -> None:
        self.heard.append(message.item)


@asynccontextmanager
async def alone(widget: Widget, size: tuple[int, int] = (40, 8)) -> AsyncIterator[tuple[Bare, Pilot[None]]]:
    app = Bare(widget)
    async with app.run_test(size=size) as pilot:
        widget.focus()
        await pilot.pause()
        yield app, pilot


def crowd(count: int) -> list[Person]:
    return [me(), *(Person(f"p{index}", f"Person {index}", colour=index) for index in range(count - 1))]


class Many(list[Person]):
    """A list that counts how often it is walked through."""

    walked = 0

    def __iter__(self) -> Iterator[Person]:
        type(self).walked += 1
        return super().__iter__()


async def test_people_show_their_states_in_signs_of_different_shape() -> None:
    people = PeopleList()
    async with alone(people) as (app, pilot):
        people.show_people([me(), *others()])
        await pilot.pause()
        mine, speaking, seen, hand = lines(app)[:4]
        assert mine.split() == ["Quiet", "Heron", "(you)", "⊘", "·"]
        assert speaking.split() == ["▌━━╸", "Amber", "Fox", "●", "▣", "◇"]
        assert seen.split() == ["Silver", "Otter", "⊘", "▣", "◆"]
        assert hand.split() == ["!", "Distant", "Wren", "↑", "⊘", "·", "◇"]


async def test_wide_people_say_their_states_in_words_and_why_somebody_is_marked() -> None:
    people = PeopleList()
    async with alone(people, (100, 8)) as (app, pilot):
        people.show_people([me(), *others(), Person("d", "Calm Pike", link="silent")])
        await pilot.pause()
        shown = lines(app)
        assert "live  camera" in shown[1]
        assert "! name like yours" in shown[3]
        assert "↑ hand" in shown[3]
        assert "no signal" in shown[4]


async def test_the_cursor_stays_with_its_person() -> None:
    people = PeopleList()
    async with alone(people) as (app, pilot):
        people.show_people(crowd(5))
        await pilot.press("down", "down")
        assert people.chosen_key == "p2"
        people.show_people([person for person in crowd(5) if person.key not in ("p0", "p1")])
        await pilot.press("enter")
        await pilot.pause()
        assert app.heard == ["p2"]
        people.show_people(crowd(2))
        assert people.chosen_key == "p0"


async def test_the_cursor_walks_pages_and_ends_and_never_stands_on_oneself() -> None:
    people = PeopleList()
    async with alone(people) as (_, pilot):
        people.show_people(crowd(50))
        await pilot.press("end")
        assert people.chosen_key == "p48"
        await pilot.press("pageup")
        assert people.chosen_key == "p41"
        await pilot.press("home")
        assert people.chosen_key == "p0"
        await pilot.press("up", "up")
        assert people.chosen_key == "p0"
        await pilot.press("pagedown")
        assert people.chosen_key == "p7"


async def test_a_click_chooses_and_a_second_one_inspects() -> None:
    people = PeopleList()
    async with alone(people) as (app, pilot):
        people.show_people(crowd(5))
        await pilot.pause()
        await pilot.click(people, offset=(5, 3))
        assert people.chosen_key == "p2"
        assert app.heard == []
        await pilot.click(people, offset=(5, 3), times=2)
        await pilot.pause()
        assert app.heard == ["p2"]


async def test_an_update_walks_through_nobody_who_is_out_of_view(monkeypatch) -> None:
    people = PeopleList()
    async with alone(people) as (_, pilot):
        people.show_people(Many(crowd(10_000)))
        await pilot.pause()
        drawn = spy(monkeypatch, people, "draw")
        Many.walked = 0
        update = Many(crowd(10_000))
        update[5] = replace(update[5], hand=True)
        update[7000] = replace(update[7000], hand=True)
        Many.walked = 0
        people.show_people(update)
        await pilot.pause()
        assert Many.walked == 0
        assert [index for index, _ in drawn] == [5]


async def test_the_panel_opens_what_the_cursor_is_on_and_skips_headings() -> None:
    panel = DisclosurePanel()
    async with alone(panel, (50, 30)) as (app, pilot):
        panel.show_ledger(ledger(voice=True))
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        assert app.heard[0].fact is Fact.MICROPHONE  # after the voice, which is live, and the name
        await pilot.press("end", "enter")
        await pilot.pause()
        assert app.heard[1] == "203.0.113.9:443"


async def test_the_panels_cursor_follows_its_line() -> None:
    panel = DisclosurePanel()
    async with alone(panel, (50, 30)) as (app, pilot):
        name = entry(Fact.NAME, "Quiet Heron", Audience.OPERATOR, 100)
        panel.show_ledger(Snapshot(at=252, entries=(name,)))
        await pilot.press("home")
        chat = entry(Fact.CHAT, "hello", Audience.PARTICIPANTS, 1)
        await pilot.pause(0.3)
        panel.show_ledger(Snapshot(at=253, entries=(chat, name)))
        await pilot.pause(0.3)
        await pilot.press("enter")
        await pilot.pause()
        assert app.heard == [name]


async def test_the_panel_draws_at_most_a_few_times_a_second(monkeypatch) -> None:
    panel = DisclosurePanel()
    async with alone(panel, (50, 30)) as (app, pilot):
        laid = spy(monkeypatch, panel, "_lay_out")
        for at in range(100):
            panel.show_ledger(replace(ledger(), at=252.0 + at))
        assert len(laid) == 1
        await pilot.pause(0.35)
        assert len(laid) == 2
        assert "5 min" in "\n".join(lines(app))  # and the last one is what is shown


async def test_an_unchanged_ledger_draws_nothing(monkeypatch) -> None:
    panel = DisclosurePanel()
    async with alone(panel, (50, 30)) as (_, pilot):
        panel.show_ledger(ledger())
        await pilot.pause(0.35)
        drawn = spy(monkeypatch, panel, "draw")
        panel.show_ledger(ledger())
        await pilot.pause(0.35)
        assert drawn == []


async def test_the_log_is_bounded_and_follows_the_newest() -> None:
    log = ChatLog()
    async with alone(log) as (app, pilot):
        for number in range(MOST_LINES + 200):
            log.add(ChatLine("14:00", "Amber Fox", f"line {number}"))
        await pilot.pause()
        assert f"line {MOST_LINES + 199}" in lines(app)[7]
        await pilot.press("home")
        await pilot.pause()
        log.add(ChatLine("14:01", "Amber Fox", "one more"))
        await pilot.pause()
        assert "one more" not in "\n".join(lines(app))  # somebody reads further up
        await pilot.press("end")
        await pilot.pause()
        assert "one more" in lines(app)[7]
        assert log.count() <= 4 * MOST_LINES
        assert len(log._said) == MOST_LINES


async def test_the_log_breaks_its_lines_anew_for_another_width() -> None:
    log = ChatLog()
    async with alone(log, (60, 8)) as (app, pilot):
        log.add(ChatLine("14:00", "Amber Fox", "a text that fits into a wide line"))
        await pilot.pause()
        assert len([line for line in lines(app) if line.strip()]) == 1
        await pilot.resize_terminal(30, 8)
        await pilot.pause(0.15)
        assert [line.strip() for line in lines(app) if line.strip()] == [
            "14:00 Amber Fox",
            "a text that fits into",
            "a wide line",
        ]


async def test_hostile_text_is_drawn_as_text() -> None:
    log = ChatLog()
    async with alone(log, (60, 8)) as (app, pilot):
        log.add(ChatLine("14:00", "[red]x[/]", "\x1b]0;title\x07[@click=app.quit]go[/] \u202eabc"))
        await pilot.pause()
        shown = "\n".join(lines(app))
        assert "[red]x[/]" in shown
        assert "[@click=app.quit]go[/]" in shown
        assert "\x1b" not in shown
        assert "\u202e" not in shown
