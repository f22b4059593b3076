"""The front end with a screen: the app, and the session behind it, on one loop."""

from __future__ import annotations

import asyncio
import importlib
import signal
from collections.abc import Coroutine, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from media.stderr import quiet_c_libraries
from net import errors
from net.confine.confinement import confine
from tui.app import IncogApp
from tui.cli import Afresh, Status, UsageError
from tui.compose.afresh import to_lobby
from tui.compose.controller import SessionController
from tui.compose.explain import explain
from tui.compose.ground import Ground, as_usual, status_after, when_signalled
from tui.compose.keys import keys_for
from tui.compose.settings import Settings
from tui.compose.wardrobe import Wardrobe, open_wardrobe, worn_first
from tui.messages import Asked, ChatArrived, Ended, Foreseen, MeetingUpdate, PicturesChanged

if TYPE_CHECKING:
    from media.engine import Engine
    from tui.compose.happenings import Invitation
    from tui.compose.session import Session
    from tui.compose.sitting import Hook, Moved, Sitting
    from tui.model import ChatLine, Foretold, Meeting, Warning

FRAME = 0.125
"""Seconds between two looks at the meeting; only what changed is posted."""
STILL = 1.0
"""Seconds after which a look is posted although nothing changed, since the screen tells how long ago things were."""


Then = Settings | Literal["quit", "lobby"]
"""What comes after a meeting; settings: the same meeting again."""


def run(settings: Settings, on_happening: Hook | None = None) -> int:
    """Sit in a meeting on the screen; the exit status.

    Raises `UsageError` for an unknown theme, and `Afresh` when the person goes to the lobby afterwards.
    """
    look, where = settings.config.look, settings.config.where("look.theme")
    wardrobe = open_wardrobe(settings.config.themes, worn_first(look), where)
    if settings.confined:
        confine()  # now, since the next line makes a thread
    with quiet_c_libraries():
        while True:
            status, then = Ground.start(partial(_show, settings, wardrobe, on_happening), confined=settings.confined)
            if not isinstance(then, Settings):
                break
            settings = then
    if then == "lobby":
        raise Afresh(to_lobby(settings.config))
    return status


async def _show(settings: Settings, wardrobe: Wardrobe, on_happening: Hook | None, ground: Ground) -> tuple[int, Then]:
    """One meeting from joining to its last word: the exit status, and what comes then."""
    show = Show(settings, ground, wardrobe, on_happening)
    status = await show.run()
    again = show.again() if show.app.next == "rejoin" else None
    return status, again or ("lobby" if show.app.next == "lobby" else "quit")


class Show:
    """One app and the meeting it shows (`tui.compose.sitting.Front`)."""

    def __init__(self, settings: Settings, ground: Ground, wardrobe: Wardrobe, on_happening: Hook | None) -> None:
        self._posted: tuple[Meeting | None, float] = (None, 0.0)
        self._pictures: Mapping[str, object] = {}
        self._settings, self._ground, self._on_happening = settings, ground, on_happening
        self._notice = wardrobe.notice
        self._controller = SessionController()
        self._sitting: Sitting | None = None
        self._signal: signal.Signals | None = None
        self._joined = False  # there was a meeting when the signal came
        self.app = IncogApp(
            self._controller,
            theme=wardrobe.worn,
            themes=wardrobe.themes,
            chosen_keys=keys_for(settings.config),
            manners=settings.manners,
            stage_mode=settings.config.look.stage,
            start=self._begin,
            alias=settings.alias or "",
            asks=settings.ask,
            comes_back=not settings.hosting or settings.rendezvous is not None,
            explain=explain,
        )

    @property
    def sitting(self) -> Sitting:
        """The meeting, made when it is first asked for: to load all of it takes longer than the first paint."""
        if self._sitting is None:
            from tui.compose.sitting import Sitting

            self._sitting = Sitting(
                self._settings, self._ground, self, self._on_happening, self._notice, self._controller
            )
        return self._sitting

    async def run(self) -> int:
        """Show the app until it ends, then leave the meeting; the exit status."""
        when_signalled(("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"), self._ended_by)
        try:
            status = await self.app.run_async()
        finally:
            as_usual("SIGINT")  # the terminal is itself again, where Ctrl-C need not wait for goodbyes
            if self._sitting is not None:
                await self._sitting.leave()
                for words in self._sitting.afterwards:
                    print(words, flush=True)
        if self._sitting is not None and self._sitting.trouble and not status:
            raise UsageError(self._sitting.trouble)
        if self._signal is not None and not self._joined:
            return status_after(self._signal)
        return (self.app.return_code or 0) if status is None else status

    def _ended_by(self, number: signal.Signals) -> None:
        """End the app; leaving the meeting comes afterwards."""
        session = self._sitting.session if self._sitting is not None else None
        self._signal, self._joined = number, session is not None and session.joined
        self.app.exit(0)

    def again(self) -> Settings | None:
        """The same meeting once more: as it was asked for where something had to be given first, else as it ended."""
        if self.app.answer is None:
            return self.sitting.again()
        what, answer, keep = self.app.answer
        return self.sitting.answered(what, answer, keep=keep)

    async def _begin(self) -> None:
        """Called by the app once something is on the screen. An error becomes its last sentence."""
        # In a thread, so that the person is answered meanwhile.
        await asyncio.to_thread(importlib.import_module, "tui.compose.sitting")
        try:
            await self.sitting.attend()
        except errors.Asked as asked:
            from net.services import links

            settings = self.sitting.settings
            given = getattr(settings.credentials, asked.what, "")
            server = links.place(links.parse(settings.link))
            self.app.post_message(Asked(str(asked), Status.ASKED, what=asked.what, server=server, given=given))
        except errors.Lost as lost:
            if lost.may_rejoin:
                raise
            self.app.post_message(Ended(str(lost), Status.LOST))
        else:
            self.app.post_message(Ended("The meeting is over.", 0))

    # what the app is shown

    def foretold(self, foretold: Foretold) -> None:
        """Show what joining would tell."""
        self.app.post_message(Foreseen(foretold))

    def seated(self, session: Session, engine: Engine) -> Iterable[Coroutine[Any, Any, None]]:
        """Show the meeting, again and again."""
        self._posted = (None, 0.0)
        return [self._pump(session, engine)]

    async def _pump(self, session: Session, engine: Engine) -> None:
        worn = ""
        while True:
            if self.app.theme != worn:
                worn = self.app.theme
                palette = self.app.palette
                engine.wall.set_look(self.app.depth, palette.rgb("surface"), grey=palette.spec.colourless)
            self._post(self.sitting.look(session))
            await asyncio.sleep(FRAME)

    def _post(self, meeting: Meeting) -> None:
        before, at = self._posted
        now = meeting.ledger.at
        if before is None or now - at >= STILL or meeting != replace(before, ledger=replace(before.ledger, at=now)):
            self._posted = (meeting, now)
            self.app.post_message(MeetingUpdate(meeting))

    def drawn(self) -> None:
        """Show new pictures."""
        new = self._controller.pictures()
        changed = {key for key in new if self._pictures.get(key) is not new[key]} | (self._pictures.keys() - new.keys())
        self._pictures = new
        if changed:
            self.app.post_message(PicturesChanged(frozenset(changed)))

    def wrote(self, line: ChatLine) -> None:
        """A line of the chat."""
        self.app.post_message(ChatArrived(line))

    def moved(self, event: Moved) -> None:
        """Somebody came or went."""
        from tui.compose.lines import as_sentence

        self._tell(f"{as_sentence(event)}.")

    def warned(self, warning: Warning) -> None:
        """A warning stands in the chat's log as well."""
        self._tell(warning.text, warning.at)

    def noted(self, text: str, *, lasting: bool) -> None:
        """The newest notice is in the meeting that is shown anyway; what lasts stands in the chat's log as well."""
        if lasting:
            self._tell(text)

    def invited(self, invitation: Invitation) -> None:
        """The link stands in the chat's log, and in a line of its own whom it leads here."""
        self._tell(f"Invitation: {invitation.link}")
        self._tell(invitation.reach)

    def _tell(self, text: str, at: str = "") -> None:
        from tui.compose.sitting import clock
        from tui.model import ChatLine

        self.wrote(ChatLine(at or clock(), "", text, notice=True))

    def time_is_up(self) -> None:
        """End the app, and with it the meeting."""
        self.app.exit(0)
