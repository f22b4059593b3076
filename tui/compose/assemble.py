"""From what was asked for to a session that is ready to join. Nothing is contacted here."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from media.analysis import MediaReport
from media.engine import Engine
from media.errors import MediaError
from media.sources import picture_source, voice_source
from media.speaker import Speaker
from media.talk import mode_of
from net.rehearsal import switched_on
from net.services import hosts, links
from net.services.links import MeetingLink
from net.services.mesh import link
from net.services.secret import SECRET_BYTES
from privacy.facts import Fact
from privacy.policy import Policy
from tui.cli import UsageError
from tui.compose.disguise import Changing, keep
from tui.compose.foretell import Outlook, look_ahead
from tui.compose.ground import Ground
from tui.compose.happenings import Invitation
from tui.compose.ice import is_loopback
from tui.compose.linkage import Linkage
from tui.compose.services import make_room
from tui.compose.session import Plan, Session
from tui.compose.settings import Settings
from tui.compose.watching import Watching
from tui.haste import loaded

if TYPE_CHECKING:
    import av

MAX_REMEMBERED = 500

Agree = Callable[[Outlook], Awaitable[bool]]
"""Shows what joining would tell: true to join so, false for another alias. Whoever stays out cancels it."""


class Ears:
    """The engine as the room sees it; keeps the numbers of those who left for the summing up."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._gone: dict[str, MediaReport] = {}

    def heard(self, peer: str, frame: av.AudioFrame) -> None:
        """Decoded sound."""
        self._engine.heard(peer, frame)

    def seen(self, peer: str, frame: av.VideoFrame) -> None:
        """A decoded picture."""
        self._engine.seen(peer, frame)

    def gone(self, peer: str) -> None:
        """Somebody left, or their connection is made anew."""
        self._gone[peer] = self.report(peer)
        if len(self._gone) > MAX_REMEMBERED:
            del self._gone[next(iter(self._gone))]
        self._engine.gone(peer)

    def report(self, peer: str) -> MediaReport:
        """What was received of somebody over all their connections."""
        now, before = self._engine.report(peer), self._gone.get(peer)
        if before is None:
            return now
        return MediaReport(
            before.heard_seconds + now.heard_seconds,
            before.tone_hz if now.tone_hz is None else now.tone_hz,
            before.frames + now.frames,
            before.colour if now.colour is None else now.colour,
        )


@asynccontextmanager
async def assemble(
    settings: Settings,
    ground: Ground,
    *,
    place: Place | None = None,
    agree: Agree | None = None,
    on_change: Callable[[], None] = lambda: None,
    on_pictures: Callable[[], None] = lambda: None,
) -> AsyncIterator[tuple[Session, Engine]]:
    """Build everything a meeting needs, and take it apart at the end.

    `place` is where to meet, if it was found before (`find_place`). `agree`, if there is somebody to ask, is asked
    before any device is opened. `on_change` is called when devices changed, `on_pictures` when there are new pictures
    to draw. What is told in the meeting is held to what a rehearsal of it told, the one that was agreed to. Raises
    `UsageError` or `MeetingError`.
    """
    async with AsyncExitStack() as stack:
        ground.check_loop()
        place = place or await find_place(settings, ground, stack)
        to = place.to
        outlook = await look_ahead(settings, ground, to)
        while agree is not None and not await agree(outlook):
            outlook = await look_ahead(settings._replace(alias=None), ground, to)
        disguise, intention = outlook.disguise, outlook.intention
        policy = Policy(outlook.preview.tellings)
        engine = _engine(settings, on_change, on_pictures)
        stack.push_async_callback(engine.close)
        await _start(engine, settings)
        ears = Ears(engine)
        room = make_room(
            intention,
            disguise.persona,
            new=place.new,
            outgoing=engine,
            incoming=ears,
            ground=ground,
            policy=policy,
        )
        stack.push_async_callback(room.leave)
        ties = await Linkage.open(disguise.persona, to) if settings.linkability else None
        if isinstance(ties, Linkage):
            ties.watch(keys=lambda: room.keys, record=ground.ledger.record)
        plan = Plan(
            disguise.persona,
            intention.server,
            intention.mode.value,
            to.service,
            muted=settings.muted,
            camera=settings.camera,
            invitation=place.invitation,
            notices=(*settings.remarks, *disguise.notices, *ground.notices, *([ties] if isinstance(ties, str) else [])),
        )
        session = Session(
            plan,
            room,
            SessionMedia(engine, ears, lambda fact: policy.allow(switched_on(fact, intention))),
            snapshot=ground.snapshot,
            clock=ground.clock,
            objection=disguise.objection,
            strike=disguise.strike,
            ties=ties if isinstance(ties, Linkage) else None,
            reflexes=settings.config.reflexes,
            watching=Watching(watched(settings)),
            renaming=Changing(
                disguise,
                lambda before, now: policy.likewise(Fact.NAME, before, now),
                partial(keep, to) if settings.keep_persona else None,
            ),
        )
        loaded()
        yield session, engine


async def _start(engine: Engine, settings: Settings) -> None:
    """Open what the settings name. Raises `UsageError`."""
    try:
        await engine.start()
    except MediaError as error:
        raise UsageError(str(error)) from error
    await engine.talk.set_mode(mode_of(settings.config.sound.talk))


def watched(settings: Settings) -> int | None:
    """Of how many people pictures are received, where that can be chosen; None: of whoever is drawn."""
    if settings.headless:
        return settings.watch
    return 0 if settings.config.look.linear else None


class SessionMedia:
    """What a session needs of the engine (`tui.compose.shapes.Media`)."""

    def __init__(self, engine: Engine, ears: Ears, consent: Callable[[Fact], None]) -> None:
        """`consent` is told of what the person switches on, before anything of it leaves."""
        self._consent = consent
        self.dark = engine.dark
        self.levels = engine.levels
        self.describe = engine.describe
        self.report = ears.report
        self.people = engine.people
        self._engine = engine

    async def set_muted(self, muted: bool) -> None:
        """Stop or start the sound we send."""
        if not muted:
            self._consent(Fact.VOICE)
        await self._engine.set_muted(muted)

    async def hold(self, held: bool) -> None:
        """The key to talk with went down, or up."""
        if held:
            self._consent(Fact.VOICE)
        await self._engine.talk.hold(held)

    async def set_talk(self, mode: str) -> None:
        """When we are heard. Raises `ValueError` for a way there is not."""
        await self._engine.talk.set_mode(mode_of(mode))

    @property
    def talking(self) -> bool:
        """Whether what the microphone hears leaves now."""
        return self._engine.talk.passing

    async def set_camera(self, on: bool) -> None:
        """Stop or start the pictures we send."""
        if on:
            self._consent(Fact.PICTURE)
            if self._engine.describe().picture_kind == "screen":
                self._consent(Fact.SCREEN)
        await self._engine.set_camera(on)

    @property
    def muted(self) -> bool:
        """Whether no sound leaves."""
        return self._engine.muted

    @property
    def camera_on(self) -> bool:
        """Whether pictures leave."""
        return self._engine.camera_on


def _engine(settings: Settings, on_change: Callable[[], None], on_pictures: Callable[[], None]) -> Engine:
    """The media side. A device that nobody asked for without a screen is not even looked for."""
    say = settings.say or ("none" if settings.headless and settings.muted else None)
    picture = settings.picture or ("none" if settings.headless and not settings.camera else None)
    try:
        return Engine(
            voice=voice_source(say),
            picture=picture_source(picture),
            speaker=Speaker(settings.speaker_device) if settings.speaker else False,
            save_audio=settings.save_audio,
            on_change=on_change,
            on_pictures=on_pictures,
        )
    except MediaError as error:
        raise UsageError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Place:
    """Where to meet."""

    to: MeetingLink
    new: bool  # the meeting is made there if there is none
    invitation: Invitation | None = None


async def find_place(settings: Settings, ground: Ground, stack: AsyncExitStack) -> Place:
    """The link we were given, or a new one to a server that runs by then, for as long as `stack` is open."""
    to, invitation = await _place(settings, stack)
    ground.stop_listening()
    return Place(to, settings.hosting, invitation)


async def _place(settings: Settings, stack: AsyncExitStack) -> tuple[MeetingLink, Invitation | None]:
    if settings.link:
        return links.parse(settings.link), None
    secret = secrets.token_bytes(SECRET_BYTES)
    if settings.rendezvous is not None:
        server = settings.rendezvous
        to = link.fresh(server.host, server.port, server.tls, secret)
        return to, Invitation(str(to), f"Everybody who reaches {server.host} and has this link can join.")
    here = settings.listen
    try:
        from net.rendezvous import serve  # late: whoever joins needs no server, and it is slow to load

        host, port = await stack.enter_async_context(serve(here.host, here.port))
    except OSError as error:
        raise UsageError(
            f"cannot listen on {hosts.join(here.host, here.port)}: {error.strerror}; choose another address or port"
        ) from error
    to = link.fresh(host, port, False, secret)
    if is_loopback(host):
        reach = "Only this machine can reach it; --listen ADDRESS or --rendezvous URL opens it to others."
    else:
        reach = f"Everybody who reaches {host} and has this link can join."
    return to, Invitation(str(to), reach)
