"""One run of a meeting, whatever a person sees it by: where it is, who one is in it, receipts, warnings, the way out.

A front end gives a `Front` and gets a `SessionController` for what the person does. One sits under one persona, and
under another one when the person comes back as somebody else.
"""

from __future__ import annotations

import asyncio
import importlib
import time
from collections.abc import Callable, Coroutine, Iterable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from net.services import base, links
from net.tasks import cancel, spawn
from privacy.text import confusable, neutralise
from tui.cli import UsageError
from tui.compose import asked, recent
from tui.compose.alarms import Alarm
from tui.compose.browser import open_outside
from tui.compose.controller import Behind, SessionController
from tui.compose.crowd import colour_of
from tui.compose.disguise import make
from tui.compose.files import numbered
from tui.compose.ground import Ground
from tui.compose.happenings import Blocked, Happening, Invitation, Joined
from tui.compose.lines import as_notice, as_sentence
from tui.compose.quality import Quality
from tui.compose.receipts import write
from tui.compose.settings import Settings
from tui.compose.unseen import Unseen
from tui.compose.view import look
from tui.model import ChatLine, Foretold, Meeting, Warning

if TYPE_CHECKING:
    from media.engine import Engine
    from tui.compose.assemble import Place
    from tui.compose.foretell import Outlook
    from tui.compose.session import Session

QUALITY = 2.0
"""Seconds between two looks at the connections."""
GOODBYE = 5.0
"""Seconds that leaving may take before the program ends anyway."""
MAX_CHAT = 4000

Hook = Callable[["Session", Happening], None]
Assemble = Callable[..., AbstractAsyncContextManager[tuple["Session", "Engine"]]]
Moved = base.ParticipantJoined | base.ParticipantLeft


class Front(Protocol):
    """What shows a meeting to a person."""

    def foretold(self, foretold: Foretold) -> None:
        """This is what joining would tell; `SessionController.decide` is waited for."""

    def seated(self, session: Session, engine: Engine) -> Iterable[Coroutine[Any, Any, None]]:
        """There is a session. Returns what is to go on for as long as it lasts."""

    def wrote(self, line: ChatLine) -> None:
        """Somebody wrote, or the person here did."""

    def moved(self, event: Moved) -> None:
        """Somebody came or went."""

    def warned(self, warning: Warning) -> None:
        """There is something the person may want to act on."""

    def noted(self, text: str, *, lasting: bool) -> None:
        """Something is worth knowing; `lasting`: also for who looks later."""

    def invited(self, invitation: Invitation) -> None:
        """There is a link to give to others."""

    def drawn(self) -> None:
        """There may be new pictures."""

    def time_is_up(self) -> None:
        """The person wanted to leave by now."""


class Sitting:
    """A meeting and who one is in it, from the first look to the last word."""

    def __init__(
        self,
        settings: Settings,
        ground: Ground,
        front: Front,
        on_happening: Hook | None,
        notice: str = "",
        controller: SessionController | None = None,
    ) -> None:
        """`notice` is the first to stand in `Meeting.notice`; `controller` is the front's, if it has one already."""
        self.settings = settings
        self.session: Session | None = None
        self.notice = notice
        self.afterwards: list[str] = []
        """What is to be read when all is over."""
        self.trouble = ""
        """Why the receipt was not written."""
        self.ground = ground
        self._front = front
        self._on_happening = on_happening
        self._quality = Quality()
        self._recording: bool | None = None
        self._unseen = Unseen()
        self._meeting: asyncio.Task[None] | None = None
        self._worn = 1  # how many personas were worn in this run, the present one included
        self._changing = False  # the session ends so that another can begin
        self._broken: Exception | None = None  # why the meeting cannot be shown any more
        self._over = False  # nobody wants to be in the meeting any more
        self._agreed: Outlook | None = None  # what joining would tell, as it was agreed to
        self._receipt = settings.receipt
        self.controller = controller or SessionController()
        self.controller.stand_behind(
            Behind(
                left=self._give_up,
                said=self._said,
                change=self._change_persona,
                receipt=self._write_receipt,
                link=partial(open_outside, ground=ground),
                seen=self._unseen.seen,
            )
        )

    async def attend(self) -> None:
        """Be in the meeting until it is over. Raises `UsageError` or `MeetingError`."""
        self._meeting = spawn(self._attend(), "meeting")
        await asyncio.shield(self._meeting)

    async def leave(self) -> None:
        """Say goodbye, and end `attend`; returns when that is done, or takes too long."""
        self._over = True
        if self._meeting is None:
            return
        if self.session is not None:
            await asyncio.wait([spawn(self.session.leave(), "leave")], timeout=GOODBYE)
            await asyncio.wait([self._meeting], timeout=GOODBYE)
        await cancel(self._meeting)

    def again(self) -> Settings | None:
        """The same meeting once more, as whom one was last, muted and unseen; None where it ended with this run.

        Nothing is asked again unless joining would tell something else now.
        """
        plan = self.session.plan if self.session is not None else None
        to = self.settings.link
        if not to and plan is not None and plan.invitation is not None and self.settings.rendezvous is not None:
            to = plan.invitation.link
        if not to:
            return None
        worn = plan.persona if plan is not None else self.settings.worn
        return self.settings._replace(
            link=to,
            rendezvous=None,
            alias=worn.alias if worn is not None else self.settings.alias,
            worn=worn,
            muted=True,
            camera=False,
            remarks=(),
            agreed=self._agreed,
        )

    def answered(self, what: str, answer: str, *, keep: bool) -> Settings:
        """The same meeting as it was asked for, with what its server asked for; nothing was joined yet.

        Whoever gave the answer read to whom it goes, so nothing more is asked.
        """
        given = asked.with_one(self.settings.credentials, what, answer)
        worn = self._agreed.disguise.persona if self._agreed is not None else self.settings.worn
        return self.settings._replace(
            credentials=given,
            keep_credentials=keep or self.settings.keep_credentials,
            worn=worn,
            alias=worn.alias if worn is not None else self.settings.alias,
            ask=self.settings.ask and self._agreed is None,
        )

    def look(self, session: Session) -> Meeting:
        """The whole meeting now."""
        return look(
            session,
            quality=self._quality.words,
            notice=self.notice,
            recording=self._recording,
            warnings=self._unseen.warnings,
        )

    async def _attend(self) -> None:
        # In a thread, so that the person is answered while the large libraries are loaded.
        module = await asyncio.to_thread(importlib.import_module, "tui.compose.assemble")
        settings = self.settings
        async with AsyncExitStack() as stack:  # where we meet outlasts the persona: others may be there
            place = await module.find_place(settings, self.ground, stack)
            await self._sit(settings, place, module.assemble)
            while self._changing and not self._over:
                self._changing = False
                settings, place = self.as_somebody_else(settings), replace(place, new=True)
                await self._sit(settings, place, module.assemble)

    async def _sit(self, settings: Settings, place: Place, assemble: Assemble) -> None:
        """Be in the meeting under one persona."""
        agree = self._agree if settings.ask else None
        async with assemble(settings, self.ground, place=place, agree=agree, on_pictures=self._front.drawn) as built:
            if self._over:
                return
            session, engine = built
            self.session = session
            self.controller.attach(session, engine)
            while_here = [spawn(self._shown(session, work), "front") for work in self._front.seated(session, engine)]
            while_here.append(spawn(self._measure(session), "quality"))
            try:
                async for happening in session.events():
                    if self._on_happening is not None:
                        self._on_happening(session, happening)
                    self._happened(happening)
            finally:
                await cancel(*while_here)
                self.controller.detach()
                self._write_last_receipt(session)
            if self._broken is not None:
                raise self._broken

    async def _shown(self, session: Session, work: Coroutine[Any, Any, None]) -> None:
        """What shows the meeting. If it breaks, leave: what is shown would go on to say what was so before."""
        try:
            await work
        except Exception as error:
            self._broken = error
            await session.leave("incog cannot show the meeting any more")

    async def _agree(self, outlook: Outlook) -> bool:
        """Show what joining would tell, and wait for what the person decides."""
        if not outlook.is_as(self.settings.agreed):
            self._front.foretold(outlook.shown(may_draw=self.settings.may_draw))
            if not await self.controller.decided():
                return False
        self._agreed = outlook
        return True

    async def _change_persona(self) -> None:
        if self.session is not None:
            self._changing = True
            await self.session.leave("you come back as somebody else")

    def as_somebody_else(self, settings: Settings) -> Settings:
        """The same meeting with nothing of the persona that was worn. Nobody who is not asked is heard or seen."""
        before = self.session.plan.persona.alias if self.session is not None else ""
        while confusable(alias := make(None).alias, before):
            pass
        self._worn += 1
        self.ground.begin_anew()
        self._unseen.clear()
        self._quality, self.notice, self._recording = Quality(), "", None
        self._receipt = None if self.settings.receipt is None else numbered(self.settings.receipt, self._worn)
        audio = None if self.settings.save_audio is None else numbered(self.settings.save_audio, self._worn)
        self._front.noted(f"From here on you are {alias}.", lasting=True)
        if settings.credentials.token:
            self._front.noted("By the token the operator can tell that it is you again.", lasting=True)
        return settings._replace(
            alias=alias,
            keep_persona=False,
            muted=True,
            camera=False,
            save_audio=audio,
            announce=False,
            remarks=(),
            ask=False,  # it was agreed to what is told; only whose it is changes
        )

    def _write_receipt(self, path: Path, at_end: bool) -> None:
        """Raises `UsageError`."""
        if at_end:
            self._receipt = path
        elif self.session is not None:
            receipt = write(self.session, self.ground, path)
            self.notice = f"The receipt is in {path.name}."
            self._front.noted(f"{self.notice} Its seal is {receipt.seal}", lasting=True)

    def _write_last_receipt(self, session: Session) -> None:
        if self._receipt is None:
            return
        try:
            self.afterwards.append(as_sentence(write(session, self.ground, self._receipt)) or "")
        except UsageError as error:
            self.trouble = str(error)

    async def _measure(self, session: Session) -> None:
        while True:
            await asyncio.sleep(QUALITY)
            await self._quality.look(session.room)

    def _happened(self, happening: Happening) -> None:
        match happening:
            case Joined():
                if self.settings.duration is not None and self._worn == 1:
                    asyncio.get_running_loop().call_later(self.settings.duration, self._front.time_is_up)
                if self.settings.config.lobby.recent and self.settings.link and self._worn == 1:
                    self._remembering = spawn(self._remember(), "recent meetings")
                if self.settings.keep_credentials and self._worn == 1:
                    self._keeping = spawn(self._keep(), "what the room asks for")
            case base.ParticipantJoined() | base.ParticipantLeft():
                self._front.moved(happening)
            case base.ChatReceived(sender, name, text, private, earlier):
                colour = colour_of(sender)
                line = ChatLine(clock(), name, text, private=private, colour=colour, who=sender, earlier=earlier)
                self._front.wrote(line)
            case Alarm():
                self._front.warned(self._unseen.add(happening, clock()))
            case Blocked():
                self._note(as_sentence(happening) or "", lasting=False)
            case Invitation(_, reach):
                if self.settings.announce and self._worn == 1:
                    self.notice = reach
                    self._front.invited(happening)
            case _ if isinstance(happening, base.Event):
                self._noticed(happening)
            case _:
                pass  # shown in other words

    async def _remember(self) -> None:
        """Keep the link for the lobby, as the person wants it."""
        if trouble := await recent.remember(links.parse(self.settings.link)):
            self._note(trouble, lasting=False)

    async def _keep(self) -> None:
        """Keep what the room asks for, now that it let us in, as the person wants it."""
        given = self.settings.credentials
        trouble = await asked.keep(links.parse(self.settings.link), given)
        self._note(trouble or f"The room's {asked.named(given)} is kept in the keyring.", lasting=bool(trouble))

    def _noticed(self, event: base.Event) -> None:
        if isinstance(event, base.PrivacyChanged):
            self._recording = event.recording
        notice = as_notice(event)
        if notice is not None:
            self._note(notice.text, lasting=notice.serious)

    def _note(self, text: str, *, lasting: bool) -> None:
        self.notice = text
        self._front.noted(text, lasting=lasting)

    def _said(self, text: str, to: str) -> None:
        if self.session is None:
            return
        persona, name = self.session.plan.persona, self.session.roster.name(to)
        words = neutralise(text, MAX_CHAT, newlines=True)
        self._front.wrote(
            ChatLine(clock(), persona.alias, words, me=True, private=bool(to), colour=persona.colour, who=to, to=name)
        )

    def _give_up(self) -> None:
        if self._meeting is not None:
            self._meeting.cancel()


def clock() -> str:
    """The time of day as it stands beside what was said."""
    return time.strftime("%H:%M")
