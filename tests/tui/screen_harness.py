"""Runs the app with a made-up meeting, and reads what is on its screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pyte
import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

from tests.tui.fake_meeting import FakeController, meeting
from tui.actions import Chosen
from tui.app import IncogApp
from tui.messages import ChatArrived, MeetingUpdate, PicturesChanged
from tui.model import ChatLine, Meeting
from tui.screens.meeting import MeetingScreen

SMALL, MIDDLE, LARGE = (80, 24), (120, 30), (200, 60)


def lines(app: App[Any]) -> list[str]:
    """The text of every line on the screen, from the segments that would be drawn."""
    return [strip.text for strip in app.screen._compositor.render_strips()]


def spy(monkeypatch: pytest.MonkeyPatch, on: object, name: str) -> list[tuple[Any, ...]]:
    """The arguments of every call of a method, which still does what it did."""
    calls: list[tuple[Any, ...]] = []
    original = getattr(on, name)

    def called(*arguments: Any) -> Any:
        calls.append(arguments)
        return original(*arguments)

    monkeypatch.setattr(on, name, called)
    return calls


def grounds(app: App[Any], y: int) -> dict[str, str | None]:
    """The pieces of line `y`, and the colour each stands on, as `rrggbb`."""
    strip = app.screen._compositor.render_strips()[y]
    return {segment.text.strip(): _hex(segment.style and segment.style.bgcolor) for segment in strip}


def text(app: App[Any]) -> str:
    """The text on the screen."""
    return "\n".join(lines(app))


@dataclass
class Running:
    """An app in a meeting."""

    app: IncogApp
    pilot: Pilot[int]
    controller: FakeController

    @property
    def text(self) -> str:
        return text(self.app)

    @property
    def lines(self) -> list[str]:
        return lines(self.app)

    @property
    def screen(self) -> MeetingScreen:
        found = next(screen for screen in self.app.screen_stack if isinstance(screen, MeetingScreen))
        return found

    async def until(self, words: str) -> None:
        """Wait until these words stand on the screen: what was hidden is laid out a little later."""
        await self.so(lambda: words in self.text)

    async def so(self, condition: Callable[[], object]) -> None:
        """Wait until this is so."""
        async with asyncio.timeout(30):
            while not condition():
                await asyncio.sleep(0.02)

    async def resize(self, columns: int, rows: int) -> None:
        """Another size of the terminal, and wait until all is laid out for it: Textual waits for further sizes."""
        await self.pilot.resize_terminal(columns, rows)
        await self.so(lambda: self.app.size == (columns, rows) and len(self.lines) == rows)
        await self.settle()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def show(self, changed: Meeting) -> None:
        """A new look at the meeting arrives, and it is so."""
        self.controller.so(changed)
        self.app.post_message(MeetingUpdate(changed))
        await self.settle()

    async def say(self, *said: ChatLine) -> None:
        for line in said:
            self.app.post_message(ChatArrived(line))
        await self.settle()

    async def draw(self) -> None:
        """All pictures are new."""
        self.app.post_message(PicturesChanged(frozenset(self.controller.shown)))
        await self.pilot.pause(0.06)
        await self.settle()

    async def settle(self) -> None:
        """Until every message is handled and what they changed is drawn, however busy the machine is."""
        for _ in range(5):
            await self.pilot.pause(0)


@asynccontextmanager
async def running(
    size: tuple[int, int] = SMALL,
    shown: Meeting | None = None,
    said: Iterable[ChatLine] = (),
    controller: FakeController | None = None,
    theme: str = "incog-night",
    chosen_keys: Chosen | None = None,
) -> AsyncIterator[Running]:
    """An app that sees this meeting."""
    controller = controller or FakeController()
    app = IncogApp(controller, alias="Quiet Heron", theme=theme, chosen_keys=chosen_keys)
    async with app.run_test(size=size) as pilot:
        run = Running(app, pilot, controller)
        await run.show(shown or meeting())
        await run.say(*said)
        await run.draw()
        yield run


Cell = tuple[str, str | None, str | None]
"""A character, its colour and its ground; a half block with equal halves counts as a space."""


def _cell(sign: str, colour: str | None, ground: str | None) -> Cell:
    if sign == "▀" and colour == ground:
        sign = " "
    return (sign, None if sign == " " else colour, ground)


def _hex(colour: Any) -> str | None:
    return None if colour is None else colour.get_truecolor().hex.lstrip("#")


def expected_cells(app: App[Any]) -> list[list[Cell]]:
    """The screen as the segments say it, cell by cell."""
    rows = []
    for strip in app.screen._compositor.render_strips():
        row: list[Cell] = []
        for segment in Segment.simplify(strip):
            style = segment.style
            for sign in segment.text:
                row.append(_cell(sign, _hex(style and style.color), _hex(style and style.bgcolor)))
        rows.append(row)
    return rows


@dataclass
class Terminal:
    """A terminal that draws what the app writes."""

    columns: int
    rows: int
    written: int = 0
    screen: pyte.Screen = field(init=False)
    stream: pyte.Stream = field(init=False)

    def __post_init__(self) -> None:
        self.screen = pyte.Screen(self.columns, self.rows)
        self.stream = pyte.Stream(self.screen)

    def feed(self, data: str) -> None:
        self.written += len(data)
        # pyte shows unknown OSC strings as text; the pointer's shape is the only one Textual writes here.
        for shape in ("default", "pointer", "text"):
            data = data.replace(f"\x1b]22;{shape}\x07", "")
        self.stream.feed(data)

    def resize(self, columns: int, rows: int) -> None:
        self.columns, self.rows = columns, rows
        self.screen.resize(rows, columns)

    def cells(self) -> list[list[Cell]]:
        found = []
        for y in range(self.rows):
            line = self.screen.buffer[y]
            found.append([_cell(line[x].data, line[x].fg, line[x].bg) for x in range(self.columns)])
        return found


def wrong_cells(app: App[Any], terminal: Terminal) -> list[tuple[int, int, Cell, Cell]]:
    """Where the terminal shows something else than the app means: x, y, shown, meant."""
    wrong = []
    for y, (shown_row, meant_row) in enumerate(zip(terminal.cells(), expected_cells(app), strict=True)):
        for x, (shown, meant) in enumerate(zip(shown_row, meant_row, strict=True)):
            if shown != meant:
                wrong.append((x, y, shown, meant))
    return wrong


def drawing_driver(terminal: Terminal) -> type[HeadlessDriver]:
    """A driver that writes to `terminal`."""

    class DrawingDriver(HeadlessDriver):
        @property
        def is_headless(self) -> bool:
            return False

        def write(self, data: str) -> None:
            terminal.feed(data)

    return DrawingDriver


@asynccontextmanager
async def drawing(size: tuple[int, int], shown: Meeting) -> AsyncIterator[tuple[Running, Terminal]]:
    """An app that draws on a terminal."""
    terminal = Terminal(*size)
    controller = FakeController()
    app = IncogApp(controller)
    app.console._color_system = ColorSystem.TRUECOLOR  # whatever the terminal that runs the tests can do
    app.driver_class = drawing_driver(terminal)
    ready = asyncio.Event()
    done = asyncio.Event()
    pilots: list[Pilot[int]] = []

    async def autopilot(pilot: Pilot[Any]) -> None:
        pilots.append(pilot)
        ready.set()
        await done.wait()
        app.exit(0)

    task = asyncio.create_task(app.run_async(size=size, auto_pilot=autopilot), name="app")
    waiting = asyncio.create_task(ready.wait(), name="ready")
    try:
        await asyncio.wait([waiting, task], return_when=asyncio.FIRST_COMPLETED)
        run = Running(app, pilots[0], controller)
        with app._context():
            await run.show(shown)
            await run.draw()
            yield run, terminal
    finally:
        done.set()
        waiting.cancel()
        await task
