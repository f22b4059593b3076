"""One producer, any number of receivers, each with a bounded queue of its own that drops the oldest."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Subscription(Generic[T]):
    """One receiver's copy. Fulfils `PacketStream` for packets and `PictureStream` for pictures, by shape."""

    def __init__(self, bound: int, left: Callable[[Subscription[T]], None]) -> None:
        self._items: deque[T] = deque(maxlen=bound)
        self._ready = asyncio.Event()
        self._left = left
        self._closed = False
        self.dropped = 0

    async def next(self) -> T:
        """Wait for the next item. Raises `EOFError` when closed."""
        while True:
            if self._closed:
                raise EOFError("closed")
            if self._items:
                return self._items.popleft()
            self._ready.clear()
            await self._ready.wait()

    def close(self) -> None:
        """Stop receiving; whoever waits in `next` gets the `EOFError`. Closing twice is fine."""
        if not self._closed:
            self._closed = True
            self._items.clear()
            self._ready.set()
            self._left(self)

    def offer(self, item: T) -> None:
        """Queue an item; a full queue drops its oldest."""
        if len(self._items) == self._items.maxlen:
            self.dropped += 1
        self._items.append(item)
        self._ready.set()

    def forget(self) -> None:
        """Drop what is queued."""
        self._items.clear()


class Fanout(Generic[T]):
    """Hands every item to every receiver. All on the event loop."""

    def __init__(self, bound: int) -> None:
        """`bound`: how many items wait for one receiver at most."""
        self._bound = bound
        self._subscriptions: list[Subscription[T]] = []
        self._closed = False

    def __len__(self) -> int:
        """How many receivers there are."""
        return len(self._subscriptions)

    def subscribe(self) -> Subscription[T]:
        """A new receiver, which gets what is offered from now on."""
        subscription: Subscription[T] = Subscription(self._bound, self._leave)
        self._subscriptions.append(subscription)
        if self._closed:
            subscription.close()
        return subscription

    def offer(self, item: T) -> None:
        """Give an item to all receivers."""
        for subscription in self._subscriptions:
            subscription.offer(item)

    def forget(self) -> None:
        """Drop everything that waits: what was switched off must not leave a moment later."""
        for subscription in self._subscriptions:
            subscription.forget()

    def close(self) -> None:
        """End all receivers."""
        self._closed = True
        for subscription in list(self._subscriptions):
            subscription.close()

    def _leave(self, subscription: Subscription[T]) -> None:
        if subscription in self._subscriptions:
            self._subscriptions.remove(subscription)
