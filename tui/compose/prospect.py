"""What joining would tell, as it was found out about the draft of a meeting: of one draft at a time."""

from __future__ import annotations

import asyncio
import importlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tui.compose.ground import Ground
from tui.compose.settings import Settings

if TYPE_CHECKING:
    from net.services.links import MeetingLink
    from privacy.persona import Persona
    from tui.compose.foretell import Outlook
    from tui.model import Foretold

REHEARSES = "tui.compose.foretell"
"""The module that finds it out, which is large."""

Key = tuple[object, ...]
"""What decides what joining would tell."""


class Prospect:
    """Rehearses a draft in memory, and keeps what came of the last one. Nothing is contacted."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._found: tuple[Key, Outlook] | None = None
        self._untold: Key | None = None
        self._ties: tuple[Key, tuple[str, ...]] = ((), ())

    def outlook(self, key: Key) -> Outlook | None:
        """What was found out about just this draft."""
        return self._found[1] if self._found is not None and self._found[0] == key else None

    def shown(self, kind: str) -> Foretold | None:
        """What was found out about the last draft of this kind, to be shown until there is something newer."""
        if self._found is None or self._found[0][0] != kind:
            return None
        return self._found[1].shown(may_draw=False)

    def is_open(self, key: Key) -> bool:
        """Whether it is still to be found out."""
        return self.outlook(key) is None and self._untold != key

    def ties(self, key: Key) -> tuple[str, ...]:
        """What ties it to earlier meetings, a sentence each."""
        return self._ties[1] if self._ties[0] == key else ()

    async def look(self, key: Key, settings: Settings, to: MeetingLink, worn: Persona, *, compare: bool) -> None:
        """Find it out; `compare`: also what ties it to earlier meetings. Raises what joining would.

        `REHEARSES` is loaded before.
        """
        from tui.compose import foretell

        if compare:
            self._ties = (key, await _compared(worn, to))
        try:
            outlook = await foretell.foresee(settings, self._ground, to, worn)
        finally:
            self._ground.guard.begin_anew()  # nothing may be contacted from here
        self._found = (key, outlook)

    def fail(self, key: Key) -> None:
        """It cannot be told of this draft."""
        self._found, self._untold = None, key


async def loaded(name: str) -> Any:
    """A module of ours, loaded in a thread, so that the screen answers while the large libraries are loaded."""
    return await asyncio.to_thread(importlib.import_module, name)


async def _compared(worn: Persona, to: MeetingLink) -> tuple[str, ...]:
    from tui.compose.linkage import Linkage

    ties = await Linkage.open(worn, to, begin=False)
    found = (ties,) if isinstance(ties, str) else tuple(str(one.tie) for one in ties.foresee())
    return tuple(filter(None, found))


def at_some_port(told: Foretold) -> Foretold:
    """Of a meeting that will listen at any free port: which one is not known yet."""
    from net.services import hosts

    named, words = told.server, f"{hosts.split(told.server, 1)[0]}, at a free port"
    return replace(
        told,
        server=words,
        told={
            audience: tuple((fact, words if value == named else value) for fact, value in facts)
            for audience, facts in told.told.items()
        },
        contacts=tuple((words if to == named else to, reason) for to, reason in told.contacts),
    )
