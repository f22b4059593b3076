"""The switch in front of a source: open and pumped while on, closed while off, and a sentence when it breaks.

Off takes effect at once, before anything is awaited; the device is released as soon as it lets go.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, Protocol, TypeVar

from media.errors import MediaError
from media.tasks import cancel, spawn


class Opens(Protocol):
    """What a gate needs of a source."""

    async def open(self) -> None:
        """Take the device or file. Raises `MediaError`."""

    async def close(self) -> None:
        """Release it. Fine when it is not open."""


S = TypeVar("S", bound=Opens)


class Gate(Generic[S]):
    """Runs `step` again and again while switched on."""

    def __init__(
        self,
        source: S,
        step: Callable[[S], Awaitable[None]],
        *,
        name: str,
        on_change: Callable[[], None] = lambda: None,
    ) -> None:
        """`step(source)` waits for one block or picture and passes it on; it may raise `MediaError`.

        `on_change` is called on the loop whenever `on` or `trouble` may have changed.
        """
        self._source = source
        self._step = step
        self._name = name
        self._on_change = on_change
        self._wanted = False
        self._lock = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self.on = False  # the source is open and what it gives may pass
        self.trouble = ""  # why it is not on though it should be: one sentence

    async def switch(self, on: bool) -> None:
        """Open or close the source. Trouble becomes `trouble`, never an exception.

        Of switches that overtake each other the last one counts.
        """
        self._wanted = on
        if not on:
            self.on = False
            self.trouble = ""
            self._on_change()
        async with self._lock:
            if self._wanted and not self.on:
                await self._end_pump()
                await self._open()
            elif not self._wanted:
                await self._end_pump()
        self._on_change()

    async def _open(self) -> None:
        try:
            await self._source.open()
        except MediaError as error:
            self.trouble = str(error)
            self._wanted = False
            await self._source.close()
            return
        if not self._wanted:  # switched off while it opened
            await self._source.close()
            return
        self.on = True
        self.trouble = ""
        self._task = spawn(self._pump(), self._name)

    async def _end_pump(self) -> None:
        if self._task is not None:
            await cancel(self._task)
            self._task = None

    async def _pump(self) -> None:
        try:
            while True:
                await self._step(self._source)
        except MediaError as error:
            self.trouble = str(error)
        finally:
            self.on = False
            self._on_change()
            await self._source.close()
