"""The front end with a screen: the app, and the session behind it, on one loop."""

from __future__ import annotations

import asyncio
import importlib
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from media.stderr import quiet_c_libraries
from net.confine.confinement import confine
from net.services import base
from net.tasks import cancel, spawn
from privacy.text import confusable, neutralise
from tui.app import IncogApp
from tui.cli import UsageError
from tui.compose.alarms import Alarm
from tui.compose.browser import open_outside
from tui.compose.controller import SessionController
from tui.compose.crowd import colour_of
from tui.compose.disguise import make
from tui.compose.explain import explain
from tui.compose.files import numbered
from tui.compose.ground import Ground, when_signalled
from tui.compose.happenings import Blocked, Happening, Invitation, Joined, Joining, Left
from tui.compose.keys import keys_for
from tui.compose.lines import as_notice, as_sentence
from tui.compose.quality import Quality
from tui.compose.receipts import write
from tui.compose.settings import Settings
from tui.compose.unseen import Unseen
from tui.compose.view import look
from tui.compose.wardrobe import Wardrobe, open_wardrobe, worn_first
from tui.messages import ChatArrived, Ended, Foreseen, MeetingUpdate, PicturesChanged
from tui.model import ChatLine, Meeting

if TYPE_CHECKING:
    from media.engine import Engine
    from tui.compose.assemble import Place
    from tui.compose.foretell import Outlook
    from tui.compose.session import Session

FRAME = 0.125
"""Seconds between two looks at the meeting; only what changed is posted."""
STILL = 1.0
"""Seconds after which a look is posted although nothing changed, since the screen tells how long ago things were."""
QUALITY = 2.0
"""Seconds between two looks at the connections."""
GOODBYE = 5.0
"""Seconds that leaving may take before the program ends anyway."""
MAX_CHAT = 4000

Hook = Callable[["Session", Happening], None]
Assemble = Callable[..., AbstractAsyncContextManager[tuple["Session", "Engine"]]]


def run(settings: Settings, on_happening: Hook = lambda session, happening: None) -> int:
    """Sit in a meeting on the screen; the exit status. Raises `UsageError` for an unknown theme."""
    look, where = settings.config.look, settings.config.where("look.theme")
    wardrobe = open_wardrobe(settings.config.themes, worn_first(look), where)
    if settings.confined:
        confine()  # now, since the next line makes a thread
    with quiet_c_libraries():
        return Ground.start(
            lambda ground: Show(settings, ground, wardrobe, on_happening).run(), confined=settings.confined
        )


class Show:
    """One app and the meeting it shows."""

    def __init__(self, settings: Settings, ground: Ground, wardrobe: Wardrobe, on_happening: Hook) -> None:
        self._settings = settings
        self._ground = ground
        self._on_happening = on_happening
        self._quality = Quality()
        self._notice = wardrobe.notice
        self._recording: bool | None = None
        self._unseen = Unseen()
        self._posted: tuple[Meeting | None, float] = (None, 0.0)
        self._pictures: Mapping[str, object] = {}
        self._meeting: asyncio.Task[None] | None = None
        self._session: Session | None = None
        self._worn = 1  # how many personas were worn in this run, the present one included
        self._changing = False  # the session ends so that another can begin
        self._over = False  # nobody wants to be in the meeting any more
        self._receipt = settings.receipt
        self._afterwards: list[str] = []  # what is to be read when the screen is gone
        self._trouble = ""
        self._controller = SessionController(
            on_left=self._give_up,
            on_said=self._said,
            on_change=self._change_persona,
            on_receipt=self._write_receipt,
            on_link=partial(open_outside, ground=ground),
            on_seen=self._unseen.seen,
        )
        self.app = IncogApp(
            self._controller,
            theme=wardrobe.worn,
            themes=wardrobe.themes,
            chosen_keys=keys_for(settings.config).chosen,
            manners=settings.manners,
            start=self._begin,
            alias=settings.alias or "",
            asks=settings.ask,
            explain=explain,
        )

    async def run(self) -> int:
        """Show the app until it ends, then leave the meeting; the exit status."""
        when_signalled(("SIGTERM", "SIGHUP", "SIGQUIT"), lambda number: self.app.exit(0))
        try:
            status = await self.app.run_async()
        finally:
            await self._leave()
            for words in self._afterwards:
                print(words, flush=True)
        if self._trouble and not status:
            raise UsageError(self._trouble)
        return (self.app.return_code or 0) if status is None else status

    # the meeting behind the app

    async def _begin(self) -> None:
        """Called by the app once something is on the screen. An error becomes its last sentence."""
        self._meeting = spawn(self._attend(), "meeting")
        await asyncio.shield(self._meeting)

    async def _attend(self) -> None:
        # In a thread, so that the screen answers while the large libraries are loaded.
        module = await asyncio.to_thread(importlib.import_module, "tui.compose.assemble")
        settings = self._settings
        async with AsyncExitStack() as stack:  # where we meet outlasts the persona: others may be there
            place = await module.find_place(settings, self._ground, stack)
            await self._sit(settings, place, module.assemble)
            while self._changing and not self._over:
                self._changing = False
                settings, place = self._as_somebody_else(settings), replace(place, new=True)
                await self._sit(settings, place, module.assemble)
        self.app.post_message(Ended("The meeting is over.", 0))

    async def _sit(self, settings: Settings, place: Place, assemble: Assemble) -> None:
        """Be in the meeting under one persona."""
        agree = self._agree if settings.ask else None
        async with assemble(settings, self._ground, place=place, agree=agree, on_pictures=self._new_pictures) as built:
            if self._over:
                return
            session, engine = built
            self._session = session
            self._controller.attach(session, engine)
            pumps = [spawn(self._pump(session, engine), "screen"), spawn(self._measure(session), "quality")]
            try:
                async for happening in session.events():
                    self._on_happening(session, happening)
                    self._happened(happening)
            finally:
                await cancel(*pumps)
                self._controller.detach()
                self._write_last_receipt(session)

    async def _agree(self, outlook: Outlook) -> bool:
        """Show what joining would tell, and wait for what the person decides."""
        self.app.post_message(Foreseen(outlook.shown(may_draw=self._settings.may_draw)))
        return await self._controller.decided()

    async def _change_persona(self) -> None:
        if self._session is not None:
            self._changing = True
            await self._session.leave("you come back as somebody else")

    def _as_somebody_else(self, settings: Settings) -> Settings:
        """The same meeting with nothing of the persona that was worn. Nobody who is not asked is heard or seen."""
        before = self._session.plan.persona.alias if self._session is not None else ""
        while confusable(alias := make(None).alias, before):
            pass
        self._worn += 1
        self._ground.begin_anew()
        self._unseen.clear()
        self._quality, self._notice, self._recording, self._posted = Quality(), "", None, (None, 0.0)
        self._receipt = None if self._settings.receipt is None else numbered(self._settings.receipt, self._worn)
        audio = None if self._settings.save_audio is None else numbered(self._settings.save_audio, self._worn)
        self._chat(ChatLine(_clock(), "", f"From here on you are {alias}.", notice=True))
        return replace(
            settings,
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
        elif self._session is not None:
            receipt = write(self._session, self._ground, path)
            self._notice = f"The receipt is in {path.name}."
            self._chat(ChatLine(_clock(), "", f"{self._notice} Its seal is {receipt.seal}", notice=True))

    def _write_last_receipt(self, session: Session) -> None:
        if self._receipt is None:
            return
        try:
            self._afterwards.append(as_sentence(write(session, self._ground, self._receipt)) or "")
        except UsageError as error:
            self._trouble = str(error)

    async def _pump(self, session: Session, engine: Engine) -> None:
        worn = ""
        while True:
            if self.app.theme != worn:
                worn = self.app.theme
                engine.wall.set_look(self.app.depth, self.app.palette.rgb("surface"))
            self._post(
                look(
                    session,
                    quality=self._quality.words,
                    notice=self._notice,
                    recording=self._recording,
                    warnings=self._unseen.warnings,
                )
            )
            await asyncio.sleep(FRAME)

    async def _measure(self, session: Session) -> None:
        while True:
            await asyncio.sleep(QUALITY)
            await self._quality.look(session.room)

    def _post(self, meeting: Meeting) -> None:
        before, at = self._posted
        now = meeting.ledger.at
        if before is None or now - at >= STILL or meeting != replace(before, ledger=replace(before.ledger, at=now)):
            self._posted = (meeting, now)
            self.app.post_message(MeetingUpdate(meeting))

    def _new_pictures(self) -> None:
        new = self._controller.pictures()
        changed = {key for key in new if self._pictures.get(key) is not new[key]} | (self._pictures.keys() - new.keys())
        self._pictures = new
        if changed:
            self.app.post_message(PicturesChanged(frozenset(changed)))

    def _happened(self, happening: Happening) -> None:
        match happening:
            case Joined():
                if self._settings.duration is not None and self._worn == 1:
                    asyncio.get_running_loop().call_later(self._settings.duration, self.app.exit, 0)
            case base.ParticipantJoined() | base.ParticipantLeft():
                self._chat(ChatLine(_clock(), "", f"{as_sentence(happening)}.", notice=True))
            case base.ChatReceived(sender, name, text, private):
                self._chat(ChatLine(_clock(), name, text, private=private, colour=colour_of(sender), who=sender))
            case Alarm():
                warning = self._unseen.add(happening, _clock())
                self._chat(ChatLine(warning.at, "", warning.text, notice=True))
            case Blocked():
                self._notice = as_sentence(happening) or ""
            case Invitation(link, reach):
                if self._settings.announce:
                    self._notice = reach
                    self._chat(ChatLine(_clock(), "", f"Invitation: {link}  {reach}", notice=True))
            case Joining() | Left():
                pass  # on the screen in other words
            case _:
                self._noticed(happening)

    def _noticed(self, happening: Happening) -> None:
        if isinstance(happening, base.PrivacyChanged):
            self._recording = happening.recording
        if not isinstance(happening, base.Event):
            return
        notice = as_notice(happening)
        if notice is not None:
            self._notice = notice.text
            if notice.serious:
                self._chat(ChatLine(_clock(), "", notice.text, notice=True))

    def _said(self, text: str, to: str) -> None:
        if self._session is None:
            return
        persona, name = self._session.plan.persona, self._session.roster.name(to)
        words = neutralise(text, MAX_CHAT, newlines=True)
        self._chat(
            ChatLine(_clock(), persona.alias, words, me=True, private=bool(to), colour=persona.colour, who=to, to=name)
        )

    def _chat(self, line: ChatLine) -> None:
        self.app.post_message(ChatArrived(line))

    # the end

    def _give_up(self) -> None:
        if self._meeting is not None:
            self._meeting.cancel()

    async def _leave(self) -> None:
        self._over = True
        if self._meeting is None:
            return
        if self._session is not None:
            await asyncio.wait([spawn(self._session.leave(), "leave")], timeout=GOODBYE)
            await asyncio.wait([self._meeting], timeout=GOODBYE)
        await cancel(self._meeting)


def _clock() -> str:
    return time.strftime("%H:%M")
