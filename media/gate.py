"""The switch in front of a source: open and pumped while on, closed while off, and a sentence when it breaks.

Off takes effect at once, before anything is awaited; the device is released as soon as it lets go. The source can be
exchanged at any time: off stays off and opens nothing; on, the old one stops at once and the new one takes over.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Generic, Protocol, TypeVar

from media.errors import DeviceGoneError, MediaError
from media.tasks import cancel, spawn


class Opens(Protocol):
    """What a gate needs of a source."""

    @property
    def name(self) -> str:
        """What it is, in words for a person."""

    async def probe(self) -> str:
        """An empty string when it could be opened, or one sentence. Opens nothing."""

    async def open(self) -> None:
        """Take the device or file. Raises `MediaError`."""

    async def close(self) -> None:
        """Release it. Fine when it is not open."""


S = TypeVar("S", bound=Opens)


async def _none(source: object) -> tuple[()]:
    return ()


class Gate(Generic[S]):
    """Runs `step` again and again while switched on."""

    def __init__(
        self,
        source: S | None,
        step: Callable[[S], Awaitable[None]],
        *,
        name: str,
        on_change: Callable[[], None] = lambda: None,
        between: S | None = None,
        others: Callable[[S], Awaitable[Sequence[S]]] | None = None,
        carry_on: bool = True,
        on_fallen: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """`step(source)` waits for one block or picture and passes it on; it may raise `MediaError`.

        `on_change` is called on the loop whenever `on` or `trouble` may have changed. `between`, which opens nothing
        and never fails, is pumped while one source takes the place of another. When a source is gone
        (`DeviceGoneError`) the first of its `others` that can be opened takes its place, and `on_fallen` gets one
        sentence; without `carry_on` it is only made ready, and everything is off.
        """
        self._step = step
        self._name = name
        self._on_change = on_change
        self._between = between
        self._others = others or _none
        self._carry_on = carry_on
        self._on_fallen = on_fallen
        self._wanted = False
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._opened: S | None = None
        self.source = source
        self.on = False  # a source is open, or takes the place of another, and what it gives may pass
        self.trouble = ""  # why it is not on though it should be: one sentence
        self.missing = ""  # why it could not be on, as far as was asked
        self.fallen = ""  # which source took the place of one that was gone, until another one is chosen

    @property
    def wanted(self) -> bool:
        """It is on or about to be."""
        return self._wanted

    async def probe(self) -> None:
        """Ask whether the source could be opened; `missing` tells."""
        if self.source is not None:
            self.missing = await self.source.probe()

    async def switch(self, on: bool) -> None:
        """Open or close the source. Trouble becomes `trouble`, never an exception. Without a source it stays off.

        Of switches that overtake each other the last one counts.
        """
        self._wanted = on
        if not on:
            self.on = False
            self.trouble = ""
            self._on_change()
        async with self._lock:
            if self._wanted and not self.on:
                await self._end_run()
                await self._open()
            elif not self._wanted:
                await self._end_run()
        self._on_change()

    async def exchange(self, source: S | None) -> str:
        """Take another source. One sentence when it cannot be opened: then the old one goes on, if it can.

        While off nothing is opened, and it stays off. None switches off.
        """
        async with self._lock:
            old, self.source = self.source, source
            self.trouble = self.fallen = self.missing = ""
            failure = ""
            if self.on:
                async with self._bridged():
                    await self._end_run()
                    failure = await self._replaced(old)
                self._begin_run(taking_over=True)
        self._on_change()
        return failure

    async def _replaced(self, old: S | None) -> str:
        """Open the new source, or the old one again; why it is not the new one."""
        if self.source is None:
            self._wanted = self.on = False
            return ""
        error = await self._try(self.source)
        if error is not None:
            self.source = old
            if old is None or await self._try(old) is not None:
                self._give_up(error)
        if not self._wanted:  # switched off meanwhile
            self.on = False
            await self._release()
        return "" if error is None else str(error)

    async def _open(self) -> None:
        source = self.source
        if source is None:
            self._wanted = False
            return
        error = await self._try(source)
        if error is not None and (source := await self._stand_in(source, error)) is None:
            return
        if not self._wanted:  # switched off while it opened
            await self._release()
            return
        self.on = True
        self.trouble = self.missing = ""
        self._begin_run()

    def _begin_run(self, *, taking_over: bool = False) -> None:
        if self.on and self.source is not None:
            self._task = spawn(self._run(self.source, taking_over), self._name)

    async def _end_run(self) -> None:
        """End the task and release what it had opened. `on` is not touched."""
        if self._task is not None:
            task, self._task = self._task, None
            await cancel(task)
            await self._release()  # a task that had not begun releases nothing by itself

    async def _run(self, source: S, taking_over: bool) -> None:
        """Until cancelled, or until there is nothing to go on with."""
        current: S | None = source
        try:
            while current is not None:
                try:
                    if taking_over:
                        async with self._bridged():  # until it gives something: some devices take their time
                            await self._step(current)
                    while True:
                        await self._step(current)
                except MediaError as error:
                    async with self._bridged():
                        await self._release()
                        current = await self._stand_in(current, error)
                        self._on_change()
                    taking_over = True
        finally:
            if self._task is asyncio.current_task():  # by itself, and not by whoever decides about `on`
                self.on = False
                self._on_change()
            await self._release()

    async def _stand_in(self, gone: S, error: MediaError) -> S | None:
        """What goes on in the place of a source that is gone, opened; None when nothing does, or nothing shall."""
        others = await self._others(gone) if isinstance(error, DeviceGoneError) else ()
        what = error.what if isinstance(error, DeviceGoneError) else ""
        if others and not self._carry_on:
            self.source = others[0]
            self._give_up(MediaError(f"{what}, so it is off; {self.source.name} is the next one"))
            return None
        for other in others:
            if await self._try(other) is None:
                self.source = other
                self.fallen = f"{what}, so {other.name} is used: choose again when it is back"
                self._on_fallen(self.fallen)
                return other
        self._give_up(error)
        return None

    def _give_up(self, error: MediaError) -> None:
        self._wanted = self.on = False
        self.trouble = str(error)

    async def _try(self, source: S) -> MediaError | None:
        """Open a source; why it cannot be opened."""
        self._opened = source
        try:
            await source.open()
        except MediaError as error:
            await self._release()
            return error
        return None

    async def _release(self) -> None:
        """Close what is open; also what was opening when its task was cancelled."""
        if self._opened is not None:
            source, self._opened = self._opened, None
            await source.close()

    @asynccontextmanager
    async def _bridged(self) -> AsyncIterator[None]:
        if self._between is None:
            yield
            return
        task = spawn(self._fill(self._between), f"{self._name} between sources")
        try:
            yield
        finally:
            await cancel(task)

    async def _fill(self, between: S) -> None:
        await between.open()
        while True:
            await self._step(between)
