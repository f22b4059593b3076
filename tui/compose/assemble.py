"""From what was asked for to a session that is ready to join. Nothing is contacted here."""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

from media.analysis import MediaReport
from media.engine import Engine
from media.errors import MediaError
from media.sources import picture_source, voice_source
from net.mesh import MeshRoom
from net.rendezvous import serve
from net.sdp import AddressMode
from net.services.mesh import hosts, link
from net.services.mesh.ice import SERVERS_LIMIT, IceServer
from net.services.mesh.link import MeshLink
from net.vault import Vault
from tui.cli import IceUrl, UsageError
from tui.compose.credentials import canonical
from tui.compose.disguise import Disguise
from tui.compose.ground import Ground
from tui.compose.happenings import Invitation
from tui.compose.session import Plan, Session
from tui.compose.settings import Settings

if TYPE_CHECKING:
    import av

MAX_REMEMBERED = 500


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
    watch: bool = True,
    on_change: Callable[[], None] = lambda: None,
    on_pictures: Callable[[], None] = lambda: None,
) -> AsyncIterator[tuple[Session, Engine]]:
    """Build everything a meeting needs, and take it apart at the end.

    `watch`: receive everybody's pictures from the start. `on_change` is called when devices changed, `on_pictures` when
    there are new pictures to draw. Raises `UsageError` or `MeetingError`.
    """
    async with AsyncExitStack() as stack:
        ice = await _ice_servers(settings.ice)
        to, invitation = await _place(settings, stack)
        disguise = await Disguise.choose(settings, to)
        engine = _engine(settings, on_change, on_pictures)
        stack.push_async_callback(engine.close)
        try:
            await engine.start()
        except MediaError as error:
            raise UsageError(str(error)) from error
        ears = Ears(engine)
        mode = address_mode(settings.addresses, to.host)
        room = MeshRoom(
            to,
            disguise.persona,
            new=settings.hosting,
            ice=ice,
            addresses=mode,
            outgoing=engine,
            incoming=ears,
            witness=ground.witness,
            guard=ground.guard,
            clock=ground.clock,
        )
        stack.push_async_callback(room.leave)
        plan = Plan(
            disguise.persona,
            hosts.join(to.host, to.port),
            mode.value,
            muted=settings.muted,
            camera=settings.camera,
            watch=watch,
            invitation=invitation,
            notices=disguise.notices,
        )
        session = Session(
            plan,
            room,
            SessionMedia(engine, ears),
            snapshot=ground.snapshot,
            clock=ground.clock,
            objection=disguise.objection,
        )
        yield session, engine


class SessionMedia:
    """What a session needs of the engine (`tui.compose.session.Media`)."""

    def __init__(self, engine: Engine, ears: Ears) -> None:
        self._ears = ears
        self.set_muted = engine.set_muted
        self.set_camera = engine.set_camera
        self.dark = engine.dark
        self.levels = engine.levels
        self.describe = engine.describe
        self.report = ears.report
        self._engine = engine

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
            speaker=settings.speaker,
            save_audio=settings.save_audio,
            on_change=on_change,
            on_pictures=on_pictures,
        )
    except MediaError as error:
        raise UsageError(str(error)) from error


async def _place(settings: Settings, stack: AsyncExitStack) -> tuple[MeshLink, Invitation | None]:
    """Where to meet: the link we were given, or a new one to a server that runs by then."""
    if settings.link:
        return link.parse(settings.link), None
    secret = secrets.token_bytes(link.SECRET_BYTES)
    if settings.rendezvous is not None:
        server = settings.rendezvous
        to = link.fresh(server.host, server.port, server.tls, secret)
        return to, Invitation(str(to), f"Everybody who reaches {server.host} and has this link can join.")
    here = settings.listen
    try:
        host, port = await stack.enter_async_context(serve(here.host, here.port))
    except OSError as error:
        raise UsageError(
            f"cannot listen on {hosts.join(here.host, here.port)}: {error.strerror}; choose another address or port"
        ) from error
    to = link.fresh(host, port, False, secret)
    if _is_loopback(host):
        reach = "Only this machine can reach it; --listen ADDRESS or --rendezvous URL opens it to others."
    else:
        reach = f"Everybody who reaches {host} and has this link can join."
    return to, Invitation(str(to), reach)


def address_mode(asked: str, server: str) -> AddressMode:
    """The address mode by its word; "auto" keeps to this machine when the server is on it."""
    if asked != "auto":
        return AddressMode(asked)
    return AddressMode.LOOPBACK if _is_loopback(server) else AddressMode.LOCAL


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


async def _ice_servers(urls: Sequence[IceUrl]) -> tuple[IceServer, ...]:
    """The servers with their passwords, which are never on the command line. Raises `UsageError`."""
    if len(urls) > SERVERS_LIMIT:
        raise UsageError(f"a meeting names at most {SERVERS_LIMIT} STUN and TURN servers; leave some out")
    vault = None
    servers = []
    for url in urls:
        password = os.environ.get("INCOG_ICE_PASSWORD", "") if url.user else ""
        if url.user and not password:
            vault = vault or await Vault.open()
            user, password = await vault.ice_credential(canonical(url)) or ("", "")
            if user != url.user:
                raise UsageError(
                    f"there is no password for {url.user} at {url.host}; set INCOG_ICE_PASSWORD, or keep it in the "
                    "keyring by `incog credential keep`"
                )
        try:
            servers.append(IceServer(canonical(url), url.user, password))
        except ValueError as error:
            raise UsageError(str(error)) from None
    return tuple(servers)
