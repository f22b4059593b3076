"""The connections to the server of one meeting: made, negotiated, routed and closed as the conversation wishes.

What they report goes to an owner; of one that was closed nothing is reported any more.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any, Protocol

from net import seams
from net.errors import MeetingError
from net.ice import Servers
from net.line import LAST_WORDS
from net.sdp import MAX_CANDIDATES, AddressMode, BadDescription, Candidate
from net.services.base import PeerId, Source
from net.services.janus.actions import Offer, Stream, Way, WayEvent
from net.services.mesh.ice import IceServer
from net.sfu import Publisher, Receiver, TextWay
from net.sfu_sdp import Kind, candidate
from net.sfu_wire import Around
from net.stats import PeerStats
from net.tasks import cancel, spawn

_REFUSED = {Kind.VOICE: WayEvent.NO_VOICE, Kind.PICTURE: WayEvent.NO_PICTURE}


class Owner(Protocol):
    """Who is told what happens to connections; called on the event loop."""

    def described(self, way: Way, sdp: str) -> None:
        """Our offer or answer is ready."""

    def happened(self, way: Way, event: WayEvent, detail: str = "") -> None:
        """Something of `net.services.janus.actions.WayEvent` happened."""

    def said(self, way: Way, label: str, data: str | bytes) -> None:
        """A data channel message came; `label` is the channel's."""

    def alive(self, mid: str) -> None:
        """Something came on a section of the receiving connection; told now and then."""

    def hopeless(self, error: MeetingError) -> None:
        """No connection can be made in the address mode that was asked for."""


End = Publisher | Receiver | TextWay


class Ways:
    """All connections of a meeting: of each `Way` at most one."""

    def __init__(self, owner: Owner, around: Around, servers: Servers, ice: Sequence[IceServer]) -> None:
        """`ice`: what may be asked to relay."""
        self._owner = owner
        self._around = around
        self._servers = servers
        self._ice = tuple(ice)
        self._open: dict[Way, _Connection] = {}
        self._early: dict[Way, list[Candidate]] = {}
        self._partings: set[asyncio.Task[None]] = set()
        self._streams: tuple[Stream, ...] = ()
        self._shown = False

    def prepare(self) -> None:
        """Make ready what the first connections need: one on which we send, one on which we receive."""
        seams.install()
        self._around.certificates.prepare(2)

    def reached(self, addresses: tuple[str, ...], server: str) -> None:
        """From which addresses of this machine the server is reached, and where it is."""
        self._around = replace(self._around, addresses=addresses, server=server)

    def offer(self, wish: Offer) -> None:
        """Make a connection on which we send, and an offer for it."""
        self.close(wish.way)
        here = self._open[wish.way] = _Connection(wish.way, self._owner)
        here.work(self._offer(here, wish))

    def accept(self, way: Way, sdp: str) -> None:
        """Take the server's answer to our offer."""
        if way in self._open:
            self._open[way].work(self._accept(self._open[way], sdp))

    def answer(self, way: Way, sdp: str) -> None:
        """Take an offer of the server, on the connection there is or on a new one."""
        here = self._open.setdefault(way, _Connection(way, self._owner))
        here.work(self._answer(here, sdp))
        for found in self._early.pop(way, ()):
            here.work(here.add(found))

    def candidate(self, way: Way, text: str) -> None:
        """Take an address of the server that came by itself, perhaps before the offer that it belongs to."""
        found = candidate(text)
        if found is None:
            return
        if way in self._open:
            self._open[way].work(self._open[way].add(found))
        elif len(early := self._early.setdefault(way, [])) < MAX_CANDIDATES:
            early.append(found)

    def route(self, streams: Sequence[Stream]) -> None:
        """Whose the sections of the receiving connection are from now on."""
        self._streams = tuple(streams)
        receiver = self._end(Way.RECEIVE)
        if isinstance(receiver, Receiver):
            receiver.route(self._streams)

    def show(self, picture: bool) -> None:
        """Whether our picture is sent."""
        self._shown = picture
        publisher = self._end(Way.SEND)
        if isinstance(publisher, Publisher):
            publisher.want_picture(picture)

    def send(self, way: Way, data: str | bytes) -> bool:
        """Send a data channel message; False when it cannot be sent."""
        end = self._end(way)
        return end is not None and end.wire.send(data)

    async def stats(self, pid: PeerId) -> PeerStats | None:
        """The counters of what comes of somebody, or of everybody mixed, and of what we send; None if nothing comes."""
        receiver, publisher = self._end(Way.RECEIVE), self._end(Way.SEND) or self._end(Way.BRIDGE)
        stats = receiver.stats(pid) if isinstance(receiver, Receiver) else None
        if not isinstance(publisher, Publisher):
            return stats
        stats = stats or publisher.mixed()
        return None if stats is None else replace(stats, tracks=(*stats.tracks, *await publisher.tracks()))

    def close(self, way: Way) -> None:
        """Hang up, after what is on its way; nothing more is reported of it."""
        self._early.pop(way, None)
        here = self._open.pop(way, None)
        if here is not None:
            here.over = True
            self._partings = {task for task in self._partings if not task.done()} | {spawn(here.part(), "hang up")}

    async def close_all(self) -> None:
        """Hang up on all, and wait until that is done."""
        for way in [*self._open]:
            self.close(way)
        if self._partings:
            await asyncio.wait(self._partings)

    def _end(self, way: Way) -> End | None:
        here = self._open.get(way)
        return None if here is None else here.end

    # negotiation

    async def _offer(self, here: _Connection, wish: Offer) -> None:
        ice = await self._relays()
        mixed = wish.way is Way.BRIDGE
        publisher = here.end = Publisher(
            self._around,
            ice,
            here,
            picture=not mixed and bool(wish.sources - {Source.MICROPHONE}),
            key=wish.key,
            mixed=mixed,
            alive=self._owner.alive,
        )
        publisher.want_picture(self._shown)
        here.described(await publisher.offer())

    async def _accept(self, here: _Connection, sdp: str) -> None:
        if not isinstance(here.end, Publisher):
            raise BadDescription("the server answers what nobody offered")
        for kind in sorted(here.end.accept(sdp)):
            if kind in _REFUSED:
                here.happened(_REFUSED[kind])

    async def _answer(self, here: _Connection, sdp: str) -> None:
        if here.end is None:
            ice = await self._relays()
            if here.way is Way.RECEIVE:
                here.end = Receiver(self._around, ice, here, self._owner.alive)
                here.end.route(self._streams)
            else:
                here.end = TextWay(self._around, ice, here)
        if isinstance(here.end, Publisher):
            raise BadDescription("the server offers where we send")
        here.described(await here.end.answer(sdp))

    async def _relays(self) -> list[IceServer]:
        """The relays that may be used: none where the server may see where we are, which it then does anyway."""
        if self._around.mode is not AddressMode.RELAY:
            return []
        try:
            return await self._servers.usable(self._ice)
        except MeetingError as error:
            self._owner.hopeless(error)
            raise


class _Connection:
    """One connection, what is being done about it, and what it reports (`net.sfu_wire.WireEvents`)."""

    def __init__(self, way: Way, owner: Owner) -> None:
        self.way = way
        self.end: End | None = None
        self.over = False
        self._owner = owner
        self._tasks: list[asyncio.Task[None]] = []

    def work(self, what: Coroutine[Any, Any, None]) -> None:
        """Do something about it, after what was to be done before."""
        self._tasks = [task for task in self._tasks if not task.done()]
        self._tasks.append(spawn(self._after([*self._tasks], what), "negotiate"))

    async def _after(self, before: Sequence[asyncio.Task[None]], what: Coroutine[Any, Any, None]) -> None:
        try:
            if before:
                await asyncio.wait(before)
            await what
        except (BadDescription, MeetingError) as error:
            self.happened(WayEvent.FAILED, str(error))
        finally:
            what.close()  # it never began when this was cancelled while it waited

    async def add(self, found: Candidate) -> None:
        """An address of the server came by itself."""
        if self.end is not None:
            await self.end.wire.add(found)

    async def part(self) -> None:
        """End it. Negotiation ends first: a connection closed while it opens sockets would leave one behind."""
        await cancel(*self._tasks)
        if self.end is not None:
            await self.end.close(LAST_WORDS)

    def described(self, sdp: str) -> None:
        """Our side of it is ready."""
        self._unless_over(lambda: self._owner.described(self.way, sdp))

    def happened(self, event: WayEvent, detail: str = "") -> None:
        """Something happened to it."""
        self._unless_over(lambda: self._owner.happened(self.way, event, detail))

    def wire_up(self) -> None:
        """As the protocol."""
        self.happened(WayEvent.UP)

    def wire_channel(self) -> None:
        """As the protocol."""
        self.happened(WayEvent.CHANNEL)

    def wire_failed(self, reason: str) -> None:
        """As the protocol."""
        self.happened(WayEvent.FAILED, reason)

    def wire_said(self, label: str, data: str | bytes) -> None:
        """As the protocol."""
        self._unless_over(lambda: self._owner.said(self.way, label, data))

    def _unless_over(self, tell: Callable[[], None]) -> None:
        if not self.over:
            tell()
