"""The connections of one mesh meeting, by participant: made, negotiated, watched and closed.

What they report goes to an owner; what they receive goes on to the media, and shows that somebody is there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from net.errors import MeetingError
from net.guard import Blocked
from net.ice import Servers
from net.line import LAST_WORDS
from net.means import Means
from net.peer import Peer, Surroundings
from net.sdp import AddressMode, BadDescription, Description
from net.services.mesh import actions as act
from net.services.mesh.ice import IceServer
from net.stats import PeerStats
from net.tasks import cancel, spawn

if TYPE_CHECKING:
    import av

ALIVE_EVERY = 1.0
"""Seconds between two signs of life that are passed on."""


class Owner(Protocol):
    """Who is told what happens to connections; called on the event loop."""

    def report(self, pid: str, event: act.PeerEvent, detail: str = "") -> None:
        """Something of `net.services.mesh.actions.PeerEvent` happened."""

    def said(self, pid: str, text: str) -> None:
        """A data channel message came."""

    def alive(self, pid: str) -> None:
        """Sound or pictures came; told now and then."""

    def foreseen(self, own: Description) -> Description:
        """Our own description is about to be told."""

    def hopeless(self, error: MeetingError) -> None:
        """No connection can be made in the address mode that was asked for."""


class Connections:
    """All connections of a meeting."""

    def __init__(self, owner: Owner, means: Means, servers: Servers) -> None:
        self.addresses: tuple[str, ...] = ()  # of this machine, that may be gathered
        self._owner = owner
        self._means = means
        self._servers = servers
        self._peers: dict[str, Peer] = {}
        self._negotiations: dict[str, list[asyncio.Task[None]]] = {}
        self._partings: set[asyncio.Task[None]] = set()
        self._alive_at: dict[str, float] = {}

    def open(self, pid: str, ice: Sequence[IceServer]) -> None:
        """Make a connection and an offer for it."""
        self._negotiate(pid, self._open(pid, ice))

    def answer(self, pid: str, sdp: str, ice: Sequence[IceServer]) -> None:
        """Make a connection from somebody's offer, and an answer."""
        self._negotiate(pid, self._answer(pid, sdp, ice))

    def accept(self, pid: str, sdp: str) -> None:
        """Take somebody's answer to our offer."""
        self._negotiate(pid, self._accept(pid, sdp))

    def close(self, pid: str) -> None:
        """Hang up, after what is on its way; nothing more is reported of it."""
        work = self._negotiations.pop(pid, [])
        peer = self._peers.pop(pid, None)
        self._means.guard.let_go(pid)
        self._partings = {task for task in self._partings if not task.done()}
        self._partings.add(spawn(self._part(peer, work), "hang up"))

    async def close_all(self) -> None:
        """Hang up with everybody, and wait until that is done."""
        for pid in [*self._peers, *self._negotiations]:
            self.close(pid)
        if self._partings:
            await asyncio.wait(self._partings)

    def send(self, pid: str, text: str) -> bool:
        """Send a data channel message; False when it cannot be sent."""
        peer = self._peers.get(pid)
        return peer is not None and peer.send(text)

    def want_picture(self, pid: str, wanted: bool) -> None:
        """Somebody wants our picture, or no longer."""
        if pid in self._peers:
            self._peers[pid].want_picture(wanted)

    async def stats(self, pid: str) -> PeerStats | None:
        """The counters of the connection with somebody, if there is one."""
        peer = self._peers.get(pid)
        return await peer.stats() if peer else None

    # negotiation

    def _negotiate(self, pid: str, work: Coroutine[Any, Any, None]) -> None:
        self._negotiations.setdefault(pid, []).append(spawn(self._negotiating(pid, work), "negotiate"))

    async def _negotiating(self, pid: str, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except (BadDescription, MeetingError, Blocked) as error:
            self._owner.report(pid, act.PeerEvent.FAILED, str(error))

    async def _open(self, pid: str, ice: Sequence[IceServer]) -> None:
        peer = await self._make(pid, ice)
        offer = self._owner.foreseen(await peer.offer())
        if self._peers.get(pid) is peer:
            self._owner.report(pid, act.PeerEvent.OFFER_READY, str(offer))

    async def _answer(self, pid: str, sdp: str, ice: Sequence[IceServer]) -> None:
        peer = await self._make(pid, ice)
        answer = self._owner.foreseen(await peer.answer(sdp))
        if self._peers.get(pid) is peer:
            self._owner.report(pid, act.PeerEvent.ANSWER_READY, str(answer))

    async def _accept(self, pid: str, sdp: str) -> None:
        if pid in self._peers:
            await self._peers[pid].accept(sdp)

    async def _make(self, pid: str, ice: Sequence[IceServer]) -> Peer:
        try:
            servers = await self._servers.usable(tuple(self._means.relay or ice))
        except MeetingError as error:
            if self._means.addresses is AddressMode.RELAY:
                self._owner.hopeless(error)
            raise
        means = self._means
        around = Surroundings(means.guard, means.addresses, self.addresses, means.outgoing, self, self)
        peer = self._peers[pid] = Peer(pid, around, servers)
        return peer

    async def _part(self, peer: Peer | None, work: Sequence[asyncio.Task[None]]) -> None:
        """Negotiation ends first: a connection that is closed while it opens sockets would leave one behind."""
        await cancel(*work)
        if peer is not None:
            await peer.close(LAST_WORDS)

    # what peers report (net.peer.PeerEvents)

    def peer_connected(self, pid: str) -> None:
        """As the protocol."""
        self._owner.report(pid, act.PeerEvent.CONNECTED, self._peers[pid].keys)

    def peer_failed(self, pid: str, reason: str) -> None:
        """As the protocol."""
        self._owner.report(pid, act.PeerEvent.FAILED, reason)

    def peer_impostor(self, pid: str) -> None:
        """As the protocol."""
        self._owner.report(pid, act.PeerEvent.MISMATCH)

    def peer_said(self, pid: str, text: str) -> None:
        """As the protocol."""
        self._owner.said(pid, text)

    # what peers send (net.frames.Incoming)

    def heard(self, peer: str, frame: av.AudioFrame) -> None:
        """As the protocol."""
        self._is_alive(peer)
        self._means.incoming.heard(peer, frame)

    def seen(self, peer: str, frame: av.VideoFrame) -> None:
        """As the protocol."""
        self._is_alive(peer)
        self._means.incoming.seen(peer, frame)

    def gone(self, peer: str) -> None:
        """As the protocol."""
        self._alive_at.pop(peer, None)
        self._means.incoming.gone(peer)

    def _is_alive(self, pid: str) -> None:
        now = self._means.clock()
        if now - self._alive_at.get(pid, float("-inf")) >= ALIVE_EVERY:
            self._alive_at[pid] = now
            self._owner.alive(pid)
