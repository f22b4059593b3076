"""Where the mix goes: the speaker, a file, both, or nowhere; the pump runs in any case.

While a speaker plays, its clock is the pump's: the mix is pulled as fast as the device uses it up, so two clocks can
never drift apart. Without one, real time is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from media.errors import MediaError
from media.tasks import cancel, spawn
from media.timing import BLOCK, BLOCK_SECONDS, Clock, Samples, monotonic
from media.wav import WavFile

AHEAD = 2 * BLOCK  # samples kept before the speaker: 40 ms, for a busy event loop
_MOST_AT_ONCE = 25  # blocks; after a longer stall the rest is forgotten
RETRY_SECONDS = 3.0


class Output(Protocol):
    """What playback needs of a speaker (`media.speaker.Speaker`)."""

    @property
    def name(self) -> str: ...
    @property
    def alive(self) -> bool: ...
    @property
    def queued(self) -> int: ...
    async def open(self) -> None: ...
    def write(self, samples: Samples) -> None: ...
    async def played(self) -> None: ...
    async def close(self) -> None: ...


class Playback:
    """Pulls the mix, block by block (20 ms)."""

    def __init__(
        self,
        pull: Callable[[], Samples],
        *,
        speaker: Output | None = None,
        file: WavFile | None = None,
        clock: Clock = monotonic,
        retry: float = RETRY_SECONDS,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        """`pull` gives the next block of the mix. Takes over `speaker` and `file` and closes them."""
        self._pull = pull
        self._speaker = speaker
        self._file = file
        self._clock = clock
        self._retry = retry
        self._on_change = on_change
        self._tasks: list[asyncio.Task[None]] = []
        self.trouble = ""  # why nothing is played though it should be

    @property
    def playing(self) -> bool:
        """A speaker takes the sound."""
        return self._speaker is not None and self._speaker.alive

    @property
    def file_trouble(self) -> str:
        """Why nothing is saved any more, in one sentence."""
        return self._file.trouble if self._file is not None else ""

    async def start(self) -> None:
        """Open the speaker and begin. A missing speaker becomes `trouble`."""
        if self._speaker is not None and await self._opened(self._speaker):
            self._tasks.append(spawn(self._watch(self._speaker), "speaker watch"))
        self._tasks.append(spawn(self._pump(), "playback"))

    async def close(self) -> None:
        """Stop, release the speaker, finish the file."""
        while self._tasks:
            await cancel(self._tasks.pop())
        if self._speaker is not None:
            await self._speaker.close()
        if self._file is not None:
            self._file.close()

    async def _opened(self, speaker: Output) -> bool:
        try:
            await speaker.open()
        except MediaError as error:
            trouble = str(error)
        else:
            trouble = ""
        if trouble != self.trouble:
            self.trouble = trouble
            self._on_change()
        return not trouble

    async def _watch(self, speaker: Output) -> None:
        """Bring back a speaker that was there once."""
        while True:
            await asyncio.sleep(self._retry)
            if not speaker.alive:
                if not self.trouble:
                    self.trouble = f"the speaker ({speaker.name}) went away; trying to bring it back"
                    self._on_change()
                await speaker.close()
                await self._opened(speaker)

    async def _pump(self) -> None:
        began = self._clock()
        done = 0  # blocks since then, when real time is the clock
        while True:
            if self._speaker is not None and self._speaker.alive:
                while self._speaker.queued < AHEAD:
                    self._speaker.write(self._block())
                await self._speaker.played()
                began, done = self._clock(), 0
            else:
                due = int((self._clock() - began) / BLOCK_SECONDS) + 1 - done
                if due > _MOST_AT_ONCE:
                    began, done, due = self._clock(), 0, 1
                for _ in range(due):
                    self._block()
                done += due
                await asyncio.sleep(BLOCK_SECONDS)

    def _block(self) -> Samples:
        block = self._pull()
        if self._file is not None:
            self._file.write(block)
        return block
