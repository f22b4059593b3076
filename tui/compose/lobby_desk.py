"""What stands behind the lobby: the draft of a meeting, and what is found out about it in the background.

Nothing is contacted. The alias is held against the firewall, a kept persona is looked up where a person asked for it,
and joining is rehearsed in memory, each a moment after the last change.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from net.services.janus.credentials import Credentials
from net.tasks import cancel, spawn
from tui.compose.giving import Giving
from tui.compose.ground import Ground
from tui.compose.mirror import Mirror
from tui.compose.prospect import REHEARSES, Key, Prospect, at_some_port, loaded
from tui.compose.settings import SILENT, Settings, from_config
from tui.compose.trying import Trying
from tui.config.schema import ADDRESS_MODES
from tui.config.values import Config
from tui.screens.lobby_look import TALK, Choosable, Given, Kind, LinkLook, LobbyLook, RecentLook

if TYPE_CHECKING:
    from net.services.links import MeetingLink
    from tui.compose.recent import Visit
    from tui.model import Foretold

PAUSE = 0.25
"""Seconds after the last change before anything is found out about it."""

SOON = (REHEARSES, "tui.compose.interactive", "tui.compose.assemble", "tui.screens.meeting")
"""What is loaded while one is in the lobby: what finds out, and what a meeting needs, so that it follows at once."""

NO_LINK = "Paste the invitation first, the whole link that you were given."


class Desk:
    """The lobby's desk (`tui.screens.lobby_deeds.LobbyDesk`), all on the event loop.

    `on_look` gets the lobby whenever it is another. `decided` is what came of it.
    """

    def __init__(self, config: Config, ground: Ground) -> None:
        self._settings = from_config(config)._replace(ask=True, remarks=())  # the lobby shows what they say
        self._link = LinkLook()
        self._giving = Giving()
        self._aim: Kind = "join"
        self._mirror = Mirror(keeps=config.persona.keep)
        self._visits: tuple[Visit, ...] = ()
        self._recent = RecentLook() if config.lobby.recent else None
        self._prospect = Prospect(ground)
        self._notice = ""
        self._work: asyncio.Task[None] | None = None
        self._recalling: asyncio.Task[None] | None = None
        self._loading: asyncio.Task[None] | None = None
        self.on_look: Callable[[LobbyLook], object] = lambda look: None
        self.on_picture: Callable[[], object] = lambda: None
        self.devices = Trying(config, self._devices_changed, self._picture_changed)
        self.decided: Settings | None = None

    @property
    def look(self) -> LobbyLook:
        """The lobby as it is now."""
        told, key = self._told, self._key(self._aim)
        current = told is not None and self._prospect.outlook(key) is not None
        return LobbyLook(
            persona=self._mirror.look(self._to, self._prospect.ties(key)),
            link=self._link,
            given=self._giving.look,
            microphone=self.devices.look("microphone"),
            speaker=self.devices.look("speaker"),
            camera=self.devices.look("camera"),
            muted=self._settings.muted,
            seen=self._settings.camera,
            talk=self._settings.config.sound.talk,
            addresses=self._settings.addresses,
            reach=told.addresses if told is not None and current else "",
            recent=self._recent,
            aim=self._aim,
            foretold=told,
            looking=self._place is not None and not self._mirror.trouble and self._prospect.is_open(key),
            notice=self._notice,
        )

    # What a person can do

    def start(self) -> None:
        """Begin to find out, once something is on the screen."""
        self._loading = spawn(_load(), "loading")
        if self._recent is not None:
            self._recalling = spawn(self._recall(), "recent meetings")
        self._changed()

    def find(self, text: str) -> str:
        """The link in a text that was pasted, without what the room asks for; the text itself when there is none."""
        from tui.compose.recognise import find

        return self._giving.paste(find(text))

    def set_link(self, text: str) -> None:
        """The line for the link holds this."""
        from tui.compose.recognise import find, recognise

        self._link = recognise(text)
        self._settings = self._settings._replace(link=self._link.text if self._link.usable else "")
        self._giving.go(find(text), self._to.public if self._to is not None else "")
        self._mirror.elsewhere(self._to)
        self._changed()

    def give(self, what: Given, text: str) -> None:
        """The line for the PIN, the secret or the token holds this."""
        if self._giving.give(what, text):
            self._changed()

    def toggle_keep_given(self) -> None:
        """Keep what was given for this room, or keep none of it."""
        self._giving.toggle_keep()
        self._changed()

    def set_alias(self, text: str) -> None:
        """The line for the alias holds this."""
        if self._mirror.type(text):
            self._changed()

    def draw(self) -> None:
        """Be somebody else, whose alias is drawn."""
        self._mirror.draw()
        self._changed()

    def toggle_keep(self) -> None:
        """Keep the persona for this meeting, or keep none."""
        self._mirror.toggle_keep()
        self._changed()

    def step(self, what: Choosable, by: int) -> None:
        """The next choice, or the one before."""
        if what == "talk":
            config = self._settings.config.but(sound__talk=_next(tuple(TALK), self._settings.config.sound.talk, by))
            self._settings = self._settings._replace(config=config)
        else:
            self._settings = self._settings._replace(addresses=_next(ADDRESS_MODES, self._settings.addresses, by))
        self._changed()

    def toggle_muted(self) -> None:
        """Be heard from the start, or begin muted."""
        self._settings = self._settings._replace(muted=not self._settings.muted)
        self._changed()

    def toggle_seen(self) -> None:
        """Be seen from the start, or begin unseen."""
        self._settings = self._settings._replace(camera=not self._settings.camera)
        self._changed()

    def aim(self, kind: Kind) -> None:
        """The preview is to be about this."""
        if kind != self._aim:
            self._aim = kind
            self._changed()

    def take_recent(self, index: int) -> str:
        """The link of a recent meeting."""
        return str(self._visits[index].to)

    async def forget(self, index: int | None) -> None:
        """Forget a recent meeting, or all of them."""
        from net.vault import Vault
        from tui.compose import recent

        vault = await Vault.open()
        await recent.burn(vault, None if index is None else self._visits[index].to)
        await self._recall()

    async def decide(self, kind: Kind, *, previewed: bool) -> str:
        """Do it. One sentence why it cannot be done, or an empty string."""
        if kind == "join":
            if self._to is None:
                return self._link.trouble or NO_LINK
            await self._mirror.recall(self._to)
            if trouble := self._giving.trouble:
                return trouble
        if trouble := await self._mirror.judge():
            self._tell()
            return trouble
        agreed = self._prospect.outlook(self._key(kind)) if previewed else None
        self.decided = self._drafted(kind)._replace(agreed=agreed)
        return ""

    async def close(self) -> None:
        """Close every device, and find out nothing more."""
        await cancel(self._work, self._recalling, self._loading)
        await self.devices.close()

    # What is drafted

    @property
    def _to(self) -> MeetingLink | None:
        if not self._link.usable:
            return None
        from net.services import links

        return links.parse(self._link.text)

    @property
    def _place(self) -> MeetingLink | None:
        """Where the meeting that is aimed at is; None while that is not known, or nowhere outside."""
        if self._aim == "host":
            from net.services.mesh import link

            return link.fresh(self._settings.listen.host, self._settings.listen.port or 1, False, bytes(16))
        return self._to if self._aim == "join" else None

    def _key(self, kind: Kind) -> Key:
        one = self._settings
        link = self._link.text if kind == "join" else ""
        return kind, link, self._mirror.worn, one.muted, one.camera, one.addresses, self._giving.given

    def _drafted(self, kind: Kind) -> Settings:
        devices, speaker = self.devices.chosen, self.devices.chosen["speaker"].word
        given = self._giving.given if kind == "join" and self._link.wants else Credentials()
        return self._settings._replace(
            link=self._settings.link if kind == "join" else "",
            credentials=given,
            keep_credentials=self._giving.look.keep and given != Credentials(),
            alias=self._mirror.worn.alias,
            worn=self._mirror.worn,
            drawn=self._mirror.origin == "fresh",
            keep_persona=self._mirror.keeps,
            say=devices["microphone"].source,
            picture=devices["camera"].source,
            speaker=speaker != SILENT,
            speaker_device="" if speaker == SILENT else speaker,
        )

    @property
    def _told(self) -> Foretold | None:
        told = self._prospect.shown(self._aim)
        if told is None or self._place is None:
            return None
        return at_some_port(told) if self._aim == "host" and not self._settings.listen.port else told

    # What is found out

    def _changed(self) -> None:
        """Something is another: show it, and find out what follows from it a moment later."""
        self._notice = ""
        self._tell()
        before, self._work = self._work, None
        self._work = spawn(self._find_out(before), "lobby")

    def _tell(self) -> None:
        self.on_look(self.look)

    def _devices_changed(self, trouble: str) -> None:
        self._notice = trouble or self._notice
        self._tell()

    def _picture_changed(self) -> None:
        self.on_picture()

    async def _find_out(self, before: asyncio.Task[None] | None) -> None:
        await cancel(before)
        await asyncio.sleep(PAUSE)
        await loaded(REHEARSES)
        try:
            await self._mirror.recall(self._to)
            if await self._mirror.judge() or (to := self._place) is None:
                return
            key, settings = self._key(self._aim), self._drafted(self._aim)
            compare = self._settings.linkability and self._aim == "join"
            await self._prospect.look(key, settings, to, self._mirror.worn, compare=compare)
        except Exception as error:  # what joining would tell cannot be told; joining says why, too
            from tui.compose.explain import explain

            self._notice = explain(error)[1]
            self._prospect.fail(self._key(self._aim))
        finally:
            self._tell()

    async def _recall(self) -> None:
        """Look up the recent meetings."""
        from net.vault import Vault
        from tui.compose import recent

        vault = await Vault.open()
        self._visits = recent.load(await vault.recent())
        note = "" if vault.lasting else recent.not_kept(vault)
        self._recent = RecentLook(tuple((visit.server, visit.day) for visit in self._visits), note)
        self._tell()


async def _load() -> None:
    for name in SOON:
        await loaded(name)


def _next(words: tuple[str, ...], word: str, by: int) -> str:
    return words[(words.index(word) + by) % len(words)]
