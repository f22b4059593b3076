"""The stage on which a meeting of any kind is rehearsed: our conversation, somebody's, and what ours would have told.

All of it is in memory. Our own descriptions are made by real connections, which connect to nobody; those of others name
no address that could be tried.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

from net.driver import Meeting
from net.intention import Intention
from net.services.base import Picture
from privacy.policy import Telling

ME, SOMEBODY = "me", "somebody"
STEPS = 1000
"""Actions after which a rehearsal is broken off; a real one takes about a hundred."""

Action = TypeVar("Action")
Talk = TypeVar("Talk", bound=Meeting[Any])


class Stage(ABC, Generic[Action, Talk]):
    """Two conversations of a kind, by `ME` and `SOMEBODY`, and what was told."""

    def __init__(self, intention: Intention, talk: Mapping[str, Talk]) -> None:
        self.tellings: list[Telling] = []
        self._intention = intention
        self._talk = talk
        self._now = 0.0

    @abstractmethod
    async def play(self) -> None:
        """Join, meet, show what is on, stay a while, leave."""

    @abstractmethod
    async def clear(self) -> None:
        """Close the sockets that were opened for our descriptions."""

    @abstractmethod
    async def _one(self, who: str, action: Action) -> list[tuple[str, Action]]:
        """Do one thing; what is to be done because of it, by whom."""

    async def _do(self, who: str, actions: Iterable[Action]) -> None:
        """Do all this, and whatever follows from it."""
        queue = [(who, action) for action in actions]
        for _ in range(STEPS):
            if not queue:
                return
            queue += await self._one(*queue.pop(0))
        raise RuntimeError("the rehearsal does not come to an end")

    async def _show(self) -> None:
        """Show what is to be on."""
        here = self._intention
        picture = Picture.CAMERA if here.camera else Picture.HIDDEN
        picture = Picture.SCREEN if here.screen else picture
        shown = self._talk[ME].set_state(muted=not here.microphone, picture=picture, hand=False, now=self._now)
        await self._do(ME, shown)

    async def _stay(self, times: int, seconds: float) -> None:
        """Let time pass."""
        for _ in range(times):
            self._now += seconds
            for who, talk in self._talk.items():
                await self._do(who, talk.tick(self._now))
