"""What a person can do about one other person, carried out by the session (`tui.model.Persons`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from net.services.base import PeerId
    from tui.compose.session import Session
    from tui.model import Inspection


class SessionPersons:
    """Does nothing before `attach`."""

    def __init__(self) -> None:
        self._session: Session | None = None

    def attach(self, session: Session | None) -> None:
        """There is a session now; None: there is none any more."""
        self._session = session

    async def inspect(self, key: str) -> Inspection:
        """What somebody discloses to us, and how their connection is doing."""
        if self._session is None:
            from tui.model import Inspection

            return Inspection("")
        from tui.compose.inspection import inspect

        return await inspect(self._session, key)

    def set_volume(self, key: str, percent: int) -> None:
        """How loud somebody is played here."""
        if self._session is not None:
            self._session.media.people.set_volume(key, percent)
            self._session.crowd.touch(key)

    def set_hushed(self, key: str, hushed: bool) -> None:
        """Whether somebody is played here at all."""
        if self._session is not None:
            self._session.media.people.set_hushed(key, hushed)
            self._session.crowd.touch(key)

    def set_hidden(self, key: str, hidden: bool) -> None:
        """Whether somebody's pictures are drawn here."""
        if self._session is not None:
            self._session.media.people.set_hidden(key, hidden)
            self._session.crowd.touch(key)

    async def next_picture(self, key: str) -> str:
        """Receive the next of somebody's pictures. Returns an empty string, or one sentence why not."""
        if self._session is None:
            return "The meeting is over."
        try:
            await self._session.room.next_picture(cast("PeerId", key))
        except ValueError as error:  # as in `verify`
            return str(error)
        self._session.media.dark(key)  # what is drawn is not what the caption names, until the other one comes
        return ""

    def code(self, key: str) -> str:
        """The words to compare with somebody aloud; empty while there are none."""
        return "" if self._session is None else self._session.room.code(cast("PeerId", key))

    async def verify(self, key: str, words: str, same: bool) -> str:
        """Note what comparing `words` gave. Returns an empty string, or one sentence why it could not be noted."""
        if self._session is None:
            return "The meeting is over."
        room = self._session.room
        # The words belong to one connection; it may have been made anew while they were read aloud.
        if same and room.code(cast("PeerId", key)) != words:
            return "Their connection was made anew meanwhile; compare the new words."
        try:
            await room.verify(cast("PeerId", key), same)
        except ValueError as error:  # a room's `verify` explains itself in one sentence
            return str(error)
        return ""
