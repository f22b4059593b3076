"""What `bench.screen` measures: incog's app under a made-up load, and the bare Textual apps that it is held against.

python -m bench.screen_apps KIND [COUNT]
"""

from __future__ import annotations

import asyncio
import random
import sys
from dataclasses import replace
from time import monotonic
from typing import Any

from textual.app import App, ComposeResult
from textual.widgets import DataTable, Static

from privacy.facts import Audience, Evidence, Fact
from privacy.ledger import Entry, Snapshot
from tests.tui.fake_meeting import FakeController
from tui.app import IncogApp
from tui.messages import MeetingUpdate, PicturesChanged
from tui.model import Meeting, Person

LIVE, MUTED = "LIVE", "MUTED"
TILES = 8
PICTURES_PER_SECOND = 15
CHANGES_PER_SECOND, TICKS_PER_SECOND = 50, 10
FACTS, LOOKS_PER_SECOND = 60, 10


def name(index: int) -> str:
    """The name in row `index`, of everybody's own."""
    return f"Person {index:05}"


def facts(now: float) -> Snapshot:
    """A ledger of many facts, each told again and again."""
    first = Evidence("signalling", "203.0.113.9:443", 214, "")
    audiences, kinds = list(Audience), list(Fact)
    entries = (
        Entry(
            kinds[index % len(kinds)],
            f"value {index}",
            audiences[index % len(audiences)],
            index / 10,
            now - index % 7,
            int(now * 10) + index,
            True,
            first,
            first,
            ("203.0.113.9:443",),
        )
        for index in range(FACTS)
    )
    return Snapshot(at=now, entries=tuple(entries), withheld=(), traffic=(), refused=())


class Stand(FakeController):
    """Answers at once, in the next look at the meeting."""

    app: IncogApp
    shown_meeting: Meeting

    async def set_muted(self, muted: bool) -> None:
        await super().set_muted(muted)
        self.tell(replace(self.shown_meeting, microphone="muted" if muted else "live"))

    def tell(self, meeting: Meeting) -> None:
        """Post what changed."""
        self.shown_meeting = meeting
        self.app.post_message(MeetingUpdate(meeting))

    def tile_size(self, key: str, columns: int, rows: int) -> None:
        self.sizes[key] = (columns, rows)


def people(count: int, **changes: Any) -> list[Person]:
    """Oneself and `count` others, of whom `changes`, fields of `Person`, hold."""
    others = (Person(str(index), name(index), order=index + 1, colour=index % 8) for index in range(count))
    return [Person("me", "Quiet Heron", me=True), *(replace(one, **changes) for one in others)]


async def tiles(stand: Stand) -> None:
    """Everybody's picture moves: frames are turned into cells as in a meeting, and drawn."""
    import av

    from media.pattern import Scene
    from media.wall import PictureWall

    everybody = [str(index) for index in range(TILES)]

    def changed() -> None:
        stand.shown = dict(wall.pictures())
        stand.app.post_message(PicturesChanged(frozenset(everybody)))

    scenes = [Scene(seed, 320, 180) for seed in everybody]
    pictures = [[scene.draw(at / PICTURES_PER_SECOND) for at in range(20)] for scene in scenes]
    frames = [[av.VideoFrame.from_ndarray(one, format="rgb24") for one in film] for film in pictures]
    wall = PictureWall(changed=changed)
    wall.start()
    stand.tell(replace(stand.shown_meeting, people=people(TILES, camera=True)))
    at = 0
    while True:
        for key, (columns, rows) in stand.sizes.items():
            wall.set_size(key, columns, rows)
        for key, film in zip(everybody, frames, strict=True):
            wall.seen(key, film[at % len(film)])
        at += 1
        await asyncio.sleep(1 / PICTURES_PER_SECOND)


async def crowd(stand: Stand, count: int) -> None:
    """Rows of the people change."""
    rows, draw = people(count), random.Random(7)
    stand.tell(replace(stand.shown_meeting, people=tuple(rows)))
    while True:
        for _ in range(CHANGES_PER_SECOND // TICKS_PER_SECOND):
            index = draw.randrange(1, len(rows))
            rows[index] = replace(rows[index], muted=not rows[index].muted)
        stand.tell(replace(stand.shown_meeting, people=tuple(rows)))
        await asyncio.sleep(1 / TICKS_PER_SECOND)


async def panel(stand: Stand) -> None:
    """Every fact is told again."""
    began = monotonic()
    while True:
        stand.tell(replace(stand.shown_meeting, ledger=facts(monotonic() - began)))
        await asyncio.sleep(1 / LOOKS_PER_SECOND)


def incog(kind: str, count: int) -> App[int]:
    """The app, with one load."""
    stand = Stand()
    loads = {"tiles": lambda: tiles(stand), "people": lambda: crowd(stand, count), "panel": lambda: panel(stand)}

    async def start() -> None:
        if kind != "joining":
            stand.tell(stand.shown_meeting)
        if kind in loads:
            await loads[kind]()

    stand.app = IncogApp(stand, alias="Quiet Heron", start=start)
    stand.shown_meeting = Meeting("live", people(3), facts(0), microphone="muted", address_seen_by="the operator")
    return stand.app


class Bare(App[int]):
    """The smallest app with something on it: `m` changes one word."""

    live = False

    def on_mount(self) -> None:
        self.bind("m", "turn")

    def compose(self) -> ComposeResult:
        yield Static(MUTED, id="word")

    def action_turn(self) -> None:
        self.live = not self.live
        self.query_one("#word", Static).update(LIVE if self.live else MUTED)


class Table(App[int]):
    """A `DataTable` whose cells change: of people (random rows), or of facts (all rows)."""

    def __init__(self, kind: str, count: int) -> None:
        super().__init__()
        self._kind, self._count = kind, count

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns(("name", "name"), ("sound", "sound"), ("picture", "picture"))
        for index in range(self._count):
            table.add_row(name(index), "muted", "·", key=str(index))
        table.focus()
        self.set_interval(1 / TICKS_PER_SECOND, self._tick)
        self._draw = random.Random(7)
        self._ticks = 0

    def _tick(self) -> None:
        table = self.query_one(DataTable)
        self._ticks += 1
        few = (self._draw.randrange(self._count) for _ in range(CHANGES_PER_SECOND // TICKS_PER_SECOND))
        for index in few if self._kind == "people" else range(self._count):
            table.update_cell(str(index), "sound", f"{self._ticks}")


def main() -> None:
    """Run until the terminal goes away."""
    kind, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
    if kind == "bare":
        app: App[int] = Bare()
    elif kind.startswith("table-"):
        app = Table(kind.removeprefix("table-"), count)
    else:
        app = incog(kind, count)
    app.run()


if __name__ == "__main__":
    main()
