"""The line to a meeting's server: one WebSocket at a time, found again when it was lost.

Messages wait until they are written, in their order and up to a bound; what the server says is handed on as it comes.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from net.errors import Unreachable
from net.signalling import Signalling
from net.tasks import spawn

MAX_WAITING = 512
"""Messages that wait to be written; beyond that none is taken."""
RETRY = (1.0, 2.0, 4.0, 8.0)
"""Seconds between tries to find the server again; the last one repeats."""

LAST_WORDS = 0.3
"""Seconds that what is still on its way at the end is given, here and on connections for media."""

Message = TypeVar("Message")


@dataclass(frozen=True, slots=True)
class Ends(Generic[Message]):
    """What stands at our end of a line; called on the event loop."""

    connect: Callable[[], Awaitable[Signalling]]  # raises `Unreachable`
    write: Callable[[Signalling, Message], Awaitable[None]]
    received: Callable[[str], None]
    lost: Callable[[], None]
    found: Callable[[], None]


class Line(Generic[Message]):
    """`open` it, then `listen`; `end` it before its `tasks` are cancelled, and `close` it last."""

    def __init__(self, ends: Ends[Message]) -> None:
        self.hurries = False  # the server was let go, to be found again at once
        self.tasks: list[asyncio.Task[Any]] = []
        self._ends = ends
        self._over = asyncio.Event()
        self._signalling: Signalling | None = None
        self._waiting: asyncio.Queue[Message | None] = asyncio.Queue(MAX_WAITING)

    async def open(self) -> None:
        """Reach the server, and write what is posted from now on. Raises `Unreachable`."""
        self._signalling = await self._ends.connect()
        self.tasks.append(spawn(self._write_all(), "write to the server"))

    def listen(self) -> None:
        """Hand on what the server says."""
        self.tasks.append(spawn(self._read_all(), "read from the server"))

    def post(self, message: Message | None) -> bool:
        """Have a message written after those that wait; None: close the WebSocket then. False: too much waits."""
        if self._waiting.full():
            return False
        self._waiting.put_nowait(message)
        return True

    def end(self) -> None:
        """Look for the server no more."""
        self._over.set()

    async def written(self, within: float) -> None:
        """Wait until all that waits is written, but no more than some seconds."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._waiting.join(), within)

    async def close(self) -> None:
        """Close the WebSocket, if there is one."""
        if self._signalling is not None:
            await self._signalling.close()

    async def _write_all(self) -> None:
        while True:
            message = await self._waiting.get()
            try:
                if message is None:
                    await self.close()
                elif self._signalling is not None:
                    await self._ends.write(self._signalling, message)
            finally:
                self._waiting.task_done()

    async def _read_all(self) -> None:
        attempt = 0
        while not self._over.is_set():
            if self._signalling is not None:
                async for text in self._signalling.messages():
                    self._ends.received(text)
                    attempt = 0
                await self._signalling.close()
                self._signalling = None
                self._ends.lost()
            if self._over.is_set():
                return
            if attempt or not self.hurries:
                await asyncio.sleep(RETRY[min(attempt, len(RETRY) - 1)] * (0.75 + secrets.randbelow(500) / 1000))
            attempt += 1
            try:
                self._signalling = await self._ends.connect()
            except Unreachable:
                continue
            self._ends.found()
