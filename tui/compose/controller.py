"""What a person can do, carried out by the session (`tui.model.Controller`).

The app has a controller before there is a session, since the screen comes up before anything heavy is loaded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from tui.cli import UsageError
from tui.compose.files import free_name
from tui.compose.persons import SessionPersons
from tui.compose.settings import check_writable

if TYPE_CHECKING:
    from media.engine import Engine
    from tui.compose.rights import SessionRights
    from tui.compose.session import Session
    from tui.model import CellPicture, Device, Given

NOT_YET = "The meeting has not begun; wait until you are in."


class Behind(NamedTuple):
    """What stands behind a controller: called for what is more than a session can do."""

    left: Callable[[], None]  # somebody leaves before there is a session
    said: Callable[[str, str], None]  # this was really sent, and to whom; empty: to all
    change: Callable[[], Awaitable[None]]  # come back as somebody else
    receipt: Callable[[Path, bool], None]  # write a receipt, at the end or now; raises `UsageError`
    link: Callable[[str], Coroutine[Any, Any, str]]  # open a link outside; returns a sentence when it cannot
    seen: Callable[[Collection[int]], None]  # these warnings were seen


class SessionController:
    """Does nothing before `attach`; leaving is possible at any time."""

    def __init__(self, behind: Behind | None = None) -> None:
        """`behind`: None where that comes later, too, by `stand_behind`."""
        self._behind = behind
        self._session: Session | None = None
        self._engine: Engine | None = None
        self.persons = SessionPersons()
        self._decision: asyncio.Future[bool] | None = None

    @cached_property
    def rights(self) -> SessionRights:
        """What only some may do, loaded when it is asked for."""
        from tui.compose.rights import SessionRights

        return SessionRights()

    def stand_behind(self, behind: Behind) -> None:
        """There is something behind it now."""
        self._behind = behind

    def attach(self, session: Session, engine: Engine) -> None:
        """There is a session now."""
        self._session, self._engine = session, engine
        self.persons.attach(session)
        self.rights.attach(session)

    async def decided(self) -> bool:
        """Wait for `decide`. What is pressed while nobody waits decides nothing."""
        self._decision = asyncio.get_running_loop().create_future()
        return await self._decision

    def decide(self, join: bool) -> None:
        """Join as was foretold, or see it anew under another alias."""
        if self._decision is not None and not self._decision.done():
            self._decision.set_result(join)

    def detach(self) -> None:
        """There is none any more."""
        self._session, self._engine = None, None
        self.persons.attach(None)
        self.rights.attach(None)

    def is_on(self, what: Given) -> bool:
        """Whether the others get it now."""
        if self._session is None:
            return False
        media = self._session.media
        return {"sound": not media.muted, "picture": media.camera_on, "hand": self._session.hand}[what]

    async def set_muted(self, muted: bool) -> None:
        """Be heard or not."""
        if self._session is not None:
            await self._session.sending.set_muted(muted)

    async def set_camera(self, on: bool) -> None:
        """Be seen or not."""
        if self._session is not None:
            await self._session.sending.set_camera(on)

    async def set_hand(self, up: bool) -> None:
        """Raise or lower the hand."""
        if self._session is not None:
            await self._session.set_hand(up)

    async def hold(self, held: bool) -> None:
        """The key to talk with went down, or up."""
        if self._session is not None:
            await self._session.sending.hold(held)

    async def set_talk(self, mode: str) -> None:
        """When we are heard from now on."""
        if self._session is not None:
            await self._session.sending.set_talk(mode)

    async def devices(self) -> Sequence[Device]:
        """What there is now. Opens nothing."""
        from tui.model import Device

        found = await self._engine.devices.list() if self._engine is not None else ()
        return [Device(one.kind, one.name, one.word, one.default, one.chosen) for one in found]

    async def choose_device(self, kind: str, word: str) -> str:
        """Use another device. Returns an empty string, or one sentence why it is not used."""
        if self._engine is None:
            return NOT_YET
        devices = self._engine.devices
        choose = {"microphone": devices.choose_microphone, "speaker": devices.choose_speaker}
        return await choose.get(kind, devices.choose_camera)(word)

    async def say(self, text: str, *, to: str = "", knowingly: bool = False) -> str:
        """Send a chat message, to all or to one. Returns an empty string, or one sentence why it was not sent."""
        if self._session is None:
            return NOT_YET
        refusal = await self._session.say(text, to=to, knowingly=knowingly)
        if not refusal and self._behind is not None:
            self._behind.said(text, to)
        return refusal

    async def open_link(self, url: str) -> str:
        """Have a link opened outside."""
        return NOT_YET if self._behind is None else await self._behind.link(url)

    def warnings_seen(self, warnings: Collection[int]) -> None:
        """These warnings were seen."""
        if self._behind is not None:
            self._behind.seen(warnings)

    def strike(self, text: str) -> str:
        """The text with everything that names the person here struck out."""
        return text if self._session is None else self._session.strike(text)

    async def leave(self) -> None:
        """Say goodbye and end."""
        if self._session is not None:
            await self._session.leave()
        elif self._behind is not None:
            self._behind.left()

    async def change_persona(self) -> None:
        """Leave, and come back as somebody else."""
        if self._session is not None and self._behind is not None:
            await self._behind.change()

    def receipt_name(self) -> str:
        """A file name for a receipt that is not taken yet."""
        return free_name(Path())

    async def write_receipt(self, name: str, *, at_end: bool) -> str:
        """Write a receipt; an empty string, or one sentence why it cannot be."""
        if self._session is None or self._behind is None:
            return "The meeting has not begun; there is nothing to write yet."
        if not name.isprintable():
            return "A file name holds visible characters only; choose another one."
        try:
            path = Path(name).expanduser()
            if path.exists():
                return "There is a file of this name already; choose another one."
            check_writable(path)
            self._behind.receipt(path, at_end)
        except UsageError as error:
            return f"{str(error)[:1].upper()}{str(error)[1:]}."
        except (OSError, RuntimeError):  # no file can have this name, or nobody may look for it
            return "The receipt cannot be written to a file of this name; choose another one."
        return ""

    def tile_size(self, key: str, columns: int, rows: int) -> None:
        """The stage wants this person's pictures at this size.

        Where people send to each other, what is drawn is nobody's business: everybody's pictures are received all the
        same, so that hiding a pane does not tell the others where we look. Where a server forwards what it is asked
        for, only what is drawn is asked for; no participant learns it.
        """
        if self._engine is not None:
            self._engine.wall.set_size(key, columns, rows)
        if self._session is not None:
            self._session.watching.drawn(key, rows if columns else 0)

    def pictures(self) -> Mapping[str, CellPicture]:
        """The newest picture of each person, by key."""
        return self._engine.wall.pictures() if self._engine is not None else MappingProxyType({})
