"""The newest picture of each person as terminal cells, converted in one thread and only where somebody draws it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

import av
from av.video.reformatter import VideoReformatter

from media.local_file import MOST_PIXELS
from media.pictures import BLACK, RGB, Cells, to_cells
from media.sgr import Depth
from media.tasks import cancel, spawn
from media.threads import enter
from media.timing import Clock, monotonic

ROUNDS_PER_SECOND = 15.0
MOST_PEOPLE = 64

_Job = tuple[av.VideoFrame, tuple[int, int], VideoReformatter]
"""A picture, the size in cells, and what scales it."""


class _Tile:
    """What is known of one person's picture."""

    def __init__(self) -> None:
        self.newest: av.VideoFrame | None = None
        self.size = (0, 0)  # cells wanted
        self.scaler = VideoReformatter()  # for the thread that converts
        self.stale = False  # newest or size changed since the last conversion

    def wanted(self) -> bool:
        return self.stale and self.newest is not None and 0 not in self.size


class PictureWall:
    """Everything but the conversion runs on the event loop."""

    def __init__(
        self,
        *,
        depth: Depth = "truecolor",
        ground: RGB = BLACK,
        changed: Callable[[], None] = lambda: None,
        clock: Clock = monotonic,
    ) -> None:
        """`changed` is called on the loop after `pictures` became something else."""
        self._depth: Depth = depth
        self._ground = ground
        self._grey = False
        self._changed = changed
        self._clock = clock
        self._tiles: dict[str, _Tile] = {}
        self._hidden: frozenset[str] = frozenset()
        self._pictures: dict[str, Cells] = {}
        self._work = asyncio.Event()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="media: pictures", initializer=enter)
        self._task: asyncio.Task[None] | None = None
        self.conversions = 0

    def start(self) -> None:
        """Begin to convert."""
        if self._task is None:
            self._task = spawn(self._convert(), "pictures")

    async def close(self) -> None:
        """Stop; a conversion that runs is waited for."""
        if self._task is not None:
            await cancel(self._task)
            self._task = None
        await asyncio.to_thread(self._thread.shutdown)

    def seen(self, key: str, frame: av.VideoFrame) -> None:
        """The newest picture of a person."""
        if key in self._hidden or not 0 < frame.width * frame.height <= MOST_PIXELS:
            return
        if (tile := self._tile(key)) is not None:
            tile.newest = frame
            self._touch(tile)

    def set_size(self, key: str, columns: int, rows: int) -> None:
        """The stage wants this person's picture at this size in cells; 0, 0 wants none."""
        if (tile := self._tile(key)) is None:
            return
        size = (max(0, columns), max(0, rows))
        if size != tile.size:
            tile.size = size
            if 0 in size:
                self._hide(key)
            else:
                self._touch(tile)

    def set_look(self, depth: Depth, ground: RGB, *, grey: bool = False) -> None:
        """How many colours the terminal has, what surrounds a picture, and whether it is shown without colour."""
        self._depth, self._ground, self._grey = depth, ground, grey
        for tile in self._tiles.values():
            self._touch(tile)

    def set_hidden(self, keys: frozenset[str]) -> None:
        """Whose pictures are not wanted: none is kept or converted, and what is shown of them goes."""
        self._hidden = keys
        for key in keys:
            self.blank(key)

    def blank(self, key: str) -> None:
        """The camera is off: no picture until a new one comes; the size stays."""
        if (tile := self._tiles.get(key)) is not None:
            tile.newest = None
            self._hide(key)

    def remove(self, key: str) -> None:
        """Forget a person."""
        self._tiles.pop(key, None)
        self._hide(key)

    def pictures(self) -> Mapping[str, Cells]:
        """The newest picture of each person, by key. A value that never changes; ask again for newer ones."""
        return MappingProxyType(self._pictures)

    def _tile(self, key: str) -> _Tile | None:
        if key not in self._tiles and len(self._tiles) >= MOST_PEOPLE:
            return None
        return self._tiles.setdefault(key, _Tile())

    def _touch(self, tile: _Tile) -> None:
        tile.stale = True
        if tile.wanted():
            self._work.set()

    def _hide(self, key: str) -> None:
        if key in self._pictures:
            self._pictures = {name: cells for name, cells in self._pictures.items() if name != key}
            self._changed()

    async def _convert(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._work.wait()
            self._work.clear()
            began = self._clock()
            jobs: dict[str, _Job] = {}
            for key, tile in self._tiles.items():
                if tile.wanted() and tile.newest is not None:
                    jobs[key] = (tile.newest, tile.size, tile.scaler)
                    tile.stale = False
            done = await loop.run_in_executor(self._thread, _converted, jobs, self._depth, self._ground, self._grey)
            self.conversions += len(done)
            # who left, went dark or shrank to nothing meanwhile is not shown again
            fresh = {key: cells for key, cells in done.items() if self._still_wanted(key)}
            if fresh:
                self._pictures = {**self._pictures, **fresh}
                self._changed()
            await asyncio.sleep(max(0.0, began + 1 / ROUNDS_PER_SECOND - self._clock()))

    def _still_wanted(self, key: str) -> bool:
        tile = self._tiles.get(key)
        return tile is not None and tile.newest is not None and 0 not in tile.size


def _converted(jobs: Mapping[str, _Job], depth: Depth, ground: RGB, grey: bool) -> dict[str, Cells]:
    """In the worker thread. A picture that cannot be converted is left out: it came from a stranger."""
    done = {}
    for key, (frame, (columns, rows), scaler) in jobs.items():
        try:
            done[key] = to_cells(frame, columns, rows, depth=depth, ground=ground, grey=grey, scaler=scaler)
        except (av.FFmpegError, ValueError):
            continue
    return done
