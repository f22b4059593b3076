"""A bounded queue between a meeting and its front end.

A slow reader must not make a meeting grow without bound, nor see states that are long over. So a state (who is muted,
who speaks) replaces the older state of the same thing that still waits, and when too much waits the oldest is dropped
and counted.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Hashable
from typing import Generic, TypeVar

T = TypeVar("T")


class Mailbox(Generic[T]):
    """Values in order, bounded, read by one reader."""

    def __init__(self, limit: int = 1000) -> None:
        self._limit = limit
        self._waiting: OrderedDict[Hashable, T] = OrderedDict()
        self._number = 0
        self._arrived = asyncio.Event()
        self._closed = False
        self.dropped = 0

    def put(self, value: T, state_of: Hashable = None) -> None:
        """Add a value. With `state_of`, an older waiting value of the same key is replaced, in its place."""
        self._number += 1
        key = ("state", state_of) if state_of is not None else self._number
        self._waiting[key] = value
        if len(self._waiting) > self._limit:
            self._waiting.popitem(last=False)
            self.dropped += 1
        self._arrived.set()

    def close(self) -> None:
        """No more will come; what waits is still read."""
        self._closed = True
        self._arrived.set()

    async def __aiter__(self) -> AsyncIterator[T]:
        while True:
            while self._waiting:
                yield self._waiting.popitem(last=False)[1]
            if self._closed:
                return
            self._arrived.clear()
            await self._arrived.wait()
