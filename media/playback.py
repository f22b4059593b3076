"""Where the mix goes: the speaker, a file, both, or nowhere; the pump runs in any case.

While a speaker plays, its clock is the pump's: the mix is pulled as fast as the device uses it up, so two clocks can
never drift apart. Without one, real time is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from media.errors import MediaError
from media.tasks import cancel, spawn
from media.timing import BLOCK, BLOCK_SECONDS, Clock, Samples, monotonic
from media.wav import WavFile

AHEAD = 2 * BLOCK  # samples kept before the speaker: 40 ms, for a busy event loop
_MOST_AT_ONCE = 25  # blocks; after a longer stall the rest is forgotten
RETRY_SECONDS = 3.0
_GLANCE = 0.25  # seconds between two looks at whether the speaker still plays


class Output(Protocol):
    """What playback needs of a speaker (`media.speaker.Speaker`)."""

    @property
    def name(self) -> str: ...
    @property
    def alive(self) -> bool: ...
    @property
    def gone(self) -> bool: ...
    @property
    def queued(self) -> int: ...
    async def open(self) -> None: ...
    def write(self, samples: Samples) -> None: ...
    async def played(self) -> None: ...
    async def close(self) -> None: ...


async def _none(speaker: Output) -> tuple[()]:
    return ()


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
        others: Callable[[Output], Awaitable[Sequence[Output]]] = _none,
        on_fallen: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """`pull` gives the next block of the mix. Takes over `speaker` and `file` and closes them.

        A speaker that is gone is brought back, or the first of its `others` that can be opened takes its place and
        `on_fallen` gets one sentence.
        """
        self._pull = pull
        self._clock = clock
        self._retry = retry
        self._on_change = on_change
        self._others = others
        self._on_fallen = on_fallen
        self._tasks: list[asyncio.Task[None]] = []
        self._lock = asyncio.Lock()  # one speaker is opened or closed at a time
        self._was_there = False
        self._trouble = ""
        self._fallen = ""
        self.speaker = speaker
        self.file = file

    @property
    def playing(self) -> bool:
        """A speaker takes the sound."""
        return self.speaker is not None and self.speaker.alive

    @property
    def trouble(self) -> str:
        """Why nothing is played though it should be, or not where it should be."""
        return self._trouble or self._fallen

    @property
    def file_trouble(self) -> str:
        """Why nothing is saved any more, in one sentence."""
        return self.file.trouble if self.file is not None else ""

    async def start(self) -> None:
        """Open the speaker and begin. A missing speaker becomes `trouble`."""
        async with self._lock:
            if self.speaker is not None:
                self._tell(await self._opened(self.speaker))
        self._tasks.append(spawn(self._watch(), "speaker watch"))
        self._tasks.append(spawn(self._pump(), "playback"))

    async def choose(self, speaker: Output | None) -> str:
        """Play there from now on, or nowhere. One sentence when it cannot be opened: then the old one goes on."""
        async with self._lock:
            old = self.speaker
            if self._tasks:
                # one after the other: it may be the same device under another name
                if old is not None:
                    await old.close()
                if speaker is not None and (failure := await self._opened(speaker)):
                    self._tell(await self._opened(old) if old is not None else failure)
                    return failure
            self.speaker = speaker
            self._fallen = ""
            self._tell("")
            self._on_change()
        return ""

    async def close(self) -> None:
        """Stop, release the speaker, finish the file."""
        while self._tasks:
            await cancel(self._tasks.pop())
        if self.speaker is not None:
            await self.speaker.close()
        if self.file is not None:
            self.file.close()

    async def _opened(self, speaker: Output) -> str:
        try:
            await speaker.open()
        except MediaError as error:
            await speaker.close()
            return str(error)
        except asyncio.CancelledError:
            await speaker.close()  # the thread that opens it goes on without us
            raise
        self._was_there = True
        return ""

    def _tell(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            self._on_change()

    async def _watch(self) -> None:
        """Bring back a speaker that was there once, or find another one."""
        quiet = 0.0
        while True:
            await asyncio.sleep(min(_GLANCE, self._retry))
            speaker = self.speaker
            if speaker is None or speaker.alive or not self._was_there:
                quiet = 0.0
                continue
            quiet += min(_GLANCE, self._retry)
            if quiet >= self._retry or (speaker.gone and not self._trouble):
                quiet = 0.0
                async with self._lock:
                    if self.speaker is speaker and not speaker.alive:
                        await self._bring_back(speaker)

    async def _bring_back(self, speaker: Output) -> None:
        name = speaker.name
        if not self._trouble:
            self._tell(f"the speaker ({name}) went away; trying to bring it back")
        await speaker.close()
        trouble = await self._opened(speaker)
        if not trouble and speaker.name != name:  # the system has another default now
            self._fall(name, speaker)
        if trouble:
            for other in await self._others(speaker):
                if not await self._opened(other):
                    trouble = ""
                    self._fall(name, other)
                    break
        self._tell(trouble)

    def _fall(self, gone: str, speaker: Output) -> None:
        self.speaker = speaker
        self._fallen = f"the speaker ({gone}) went away, so {speaker.name} is used: choose again when it is back"
        self._on_fallen(self._fallen)

    async def _pump(self) -> None:
        began = self._clock()
        done = 0  # blocks since then, when real time is the clock
        while True:
            if self.speaker is not None and self.speaker.alive:
                while self.speaker.queued < AHEAD:
                    self.speaker.write(self._block())
                await self.speaker.played()
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
        if self.file is not None:
            self.file.write(block)
        return block
