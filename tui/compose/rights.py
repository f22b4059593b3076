"""What only those can do in a meeting who may: remove and mute others, lock the room, be called otherwise.

Each is asked of the room, and comes back as an empty string or as one sentence why it was not asked. What a moderator
asks is done when a `Moderated` comes.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable
from dataclasses import replace

from net.errors import MeetingError
from net.services.base import Ability, PeerId
from privacy import persona
from tui.compose.session import Session

NOT_BEGUN = "The meeting has not begun; wait until you are in."


class SessionRights:
    """Carried out by the session (`tui.model.Rights`). Does nothing before `attach`."""

    def __init__(self) -> None:
        self._session: Session | None = None

    def attach(self, session: Session | None) -> None:
        """There is a session now; None: there is none any more."""
        self._session = session

    async def kick(self, key: str) -> str:
        """Remove somebody from the meeting."""
        if (session := self._session) is None:
            return NOT_BEGUN
        return await _asked(session.room.moderate(Ability.KICK, PeerId(key)))

    async def silence(self, key: str, on: bool) -> str:
        """Have somebody muted for everybody, or no longer."""
        if (session := self._session) is None:
            return NOT_BEGUN
        return await _asked(session.room.moderate(Ability.MUTE_OTHERS, PeerId(key), on))

    async def lock(self, on: bool) -> str:
        """Let nobody else in, or everybody again."""
        if (session := self._session) is None:
            return NOT_BEGUN
        return await _asked(session.room.moderate(Ability.LOCK, None, on))

    def draw(self) -> str:
        """An alias nobody has worn before."""
        return persona.fresh(secrets.token_bytes(persona.RANDOM_BYTES)).alias

    async def judge(self, alias: str) -> str:
        """One sentence why this alias cannot be worn, or an empty string. Nobody is asked but this machine."""
        session = self._session
        if session is None or session.renaming is None or Ability.RENAME not in session.room.may:
            return "A name cannot be changed in this meeting; leave, and join again with another one."
        return await session.renaming.judge(alias)

    async def rename(self, alias: str) -> str:
        """Wear this alias from now on."""
        if refusal := await self.judge(alias):
            return refusal
        session = self._session
        if session is None or session.renaming is None:  # it ended meanwhile
            return NOT_BEGUN
        before = session.plan.persona
        worn = session.renaming.wear(alias)
        if refusal := await _asked(session.room.rename(worn.alias)):
            session.renaming.wear(before.alias)
            return refusal
        session.plan = replace(session.plan, persona=worn)
        session.crowd.called(worn.alias)
        await session.renaming.settled()
        return ""


async def _asked(work: Awaitable[None]) -> str:
    """Ask the room; a room explains in one sentence what it refuses."""
    try:
        await work
    except (MeetingError, ValueError) as error:
        return str(error)
    return ""
