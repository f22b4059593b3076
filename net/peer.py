"""One WebRTC connection to one participant: the only place that makes peer connections.

What is decided here for every connection: one bundled transport; no server that the meeting did not name; one codec for
sound and one for pictures; a data channel that is never announced by name; descriptions that pass `net.sdp`; candidates
that pass the address mode and then the egress guard.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Protocol

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from net import seams
from net.frames import Incoming, Outgoing
from net.guard import Blocked, Guard
from net.ice import LET_GO_WITHIN
from net.meter import Meter
from net.sdp import AddressMode, BadDescription, Description, may_come_from
from net.services.mesh.ice import IceServer
from net.stats import PeerStats
from net.tasks import cancel, spawn
from net.tracks import PictureTrack, VoiceTrack
from privacy.facts import Audience

MAX_MESSAGE = 16 * 1024
MAX_BUFFERED = 256 * 1024
MAX_EARLY = 8
"""Messages that are kept because they came before the channel was open at this end."""


MAX_UNNAMED = 16
"""Addresses from which one participant may come without having named them: as NATs and changes of network make them."""


class PeerEvents(Protocol):
    """What a peer tells its owner; called on the event loop."""

    def peer_connected(self, pid: str) -> None:
        """Media is encrypted to the right fingerprint and the data channel is open."""

    def peer_failed(self, pid: str, reason: str) -> None:
        """It could not be reached, or is gone."""

    def peer_impostor(self, pid: str) -> None:
        """Whoever answered does not own the fingerprint that came through the sealed channel."""

    def peer_said(self, pid: str, text: str) -> None:
        """A data channel message, bounded."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all connections of a meeting share."""

    guard: Guard
    mode: AddressMode
    addresses: tuple[str, ...]  # host addresses to gather
    outgoing: Outgoing
    incoming: Incoming
    events: PeerEvents


class Peer:
    """One connection. Make it, then either `offer` and `accept`, or `answer`; `close` in any case."""

    def __init__(self, pid: str, around: Surroundings, ice: Sequence[IceServer]) -> None:
        self.pid = pid
        self._around = around
        self._closed = False
        self._up = False
        self._offered = False
        self._early: list[str] = []
        self._unnamed = 0  # addresses from which they came without having named them
        self._meter = Meter()
        self._sources: dict[str, tuple[int, ...]] = {"audio": (), "video": ()}  # what the other end said it sends
        self._consumers: list[asyncio.Task[None]] = []
        with seams.connection(self._host_addresses(), self._authenticated):
            self._pc = self._make(ice)
        self._voice = VoiceTrack(around.outgoing.voice())
        self._picture = PictureTrack(around.outgoing.picture(), self._meter.shown.add)
        self._add_media()
        self._channel = self._pc.createDataChannel("", negotiated=True, id=0)
        self._channel.on("open", self._check_up)
        self._channel.on("message", self._said)
        self._pc.on("track", self._consume)
        self._pc.on("connectionstatechange", self._state_changed)

    async def offer(self) -> Description:
        """Make our offer; what is returned is all that may be sent of it."""
        self._offered = True
        with seams.connection(self._host_addresses(), self._authenticated):
            await self._pc.setLocalDescription(await self._pc.createOffer())
        return self._own()

    async def answer(self, text: str) -> Description:
        """Take somebody's offer and make our answer. Raises `BadDescription`."""
        offer = self._stranger(text)
        with seams.connection(self._host_addresses(), self._authenticated):
            await self._apply(offer, "offer")
            answer = await self._pc.createAnswer()
            passive = answer.sdp.replace("a=setup:active", "a=setup:passive")
            await self._pc.setLocalDescription(RTCSessionDescription(passive, "answer"))
        return self._own()

    async def accept(self, text: str) -> None:
        """Take the answer to our offer. Raises `BadDescription`."""
        answer = self._stranger(text)
        with seams.connection(self._host_addresses(), self._authenticated):
            await self._apply(answer, "answer")

    def send(self, text: str) -> bool:
        """Send a data channel message; False when the channel is not open or too far behind."""
        if self._closed or self._channel.readyState != "open" or self._channel.bufferedAmount > MAX_BUFFERED:
            return False
        self._channel.send(text)
        return True

    def want_picture(self, wanted: bool) -> None:
        """Whether this participant wants our picture."""
        self._picture.want(wanted)

    async def close(self, patience: float = 0.0) -> None:
        """Hang up, giving messages on their way up to `patience` seconds. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        if patience and self._channel.readyState == "open":
            await self._drained(patience)
        self._voice.stop()
        self._picture.stop()
        # It goes on by itself: that a relay is gone takes long to find out.
        await asyncio.wait([spawn(self._pc.close(), "close the connection")], timeout=LET_GO_WITHIN)
        await cancel(*self._consumers)
        self._around.incoming.gone(self.pid)

    async def stats(self) -> PeerStats:
        """A look at the connection's counters."""
        reports = (await self._pc.getStats()).values()
        ours, theirs = self._keys if self._up else ("", "")
        return replace(
            self._meter.measure(reports, time.monotonic()),
            route=seams.route(self._dtls.transport),
            our_key=ours,
            their_key=theirs,
        )

    @property
    def keys(self) -> str:
        """The fingerprints of the two certificates in use, the offerer's first, alike at both ends; empty before."""
        ours, theirs = self._keys
        if not theirs:
            return ""
        return f"{ours} {theirs}" if self._offered else f"{theirs} {ours}"

    # inside

    def _make(self, ice: Sequence[IceServer]) -> RTCPeerConnection:
        relay = self._around.mode is AddressMode.RELAY
        servers = [RTCIceServer(s.url, s.username or None, s.credential or None) for s in ice]
        return RTCPeerConnection(
            RTCConfiguration(
                iceServers=servers,  # never None: that would mean the library's own public server
                bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
                iceTransportPolicy=RTCIceTransportPolicy.RELAY if relay else RTCIceTransportPolicy.ALL,
            )
        )

    def _add_media(self) -> None:
        for track, names in ((self._voice, ("audio/opus",)), (self._picture, ("video/VP8", "video/rtx"))):
            transceiver = self._pc.addTransceiver(track, direction="sendrecv")
            capabilities = RTCRtpSender.getCapabilities(track.kind)
            chosen = {c.mimeType: c for c in capabilities.codecs if c.mimeType in names}
            transceiver.setCodecPreferences(list(chosen.values()))

    def _host_addresses(self) -> tuple[str, ...]:
        return () if self._around.mode is AddressMode.RELAY else self._around.addresses

    def _authenticated(self, host: str, port: int) -> bool:
        """Whether one who knows the connection's password may be where a check says to come from.

        That may be invented: who is in the meeting could otherwise have us ask whom they like.
        """
        if self._closed:
            return False
        if self._around.guard.why(host, port) is None:
            if self._unnamed >= MAX_UNNAMED or not may_come_from(host, port, self._around.mode):
                return False
            self._unnamed += 1
            try:
                self._around.guard.allow(
                    host, port, "a participant who proved the connection's password", _PEOPLE, self.pid
                )
            except Blocked:
                return False
        return True

    def _own(self) -> Description:
        own = Description.parse(self._pc.localDescription.sdp)
        if self._around.mode is AddressMode.RELAY and not own.candidates:
            raise BadDescription("no relay answered, and relay-only was asked for; check the server and its password")
        return own.hidden(self._around.mode, secrets.randbelow(1 << 62))

    def _stranger(self, text: str) -> Description:
        theirs = Description.parse(text).reachable(self._around.mode)
        if self._around.mode is not AddressMode.RELAY:
            for candidate in theirs.candidates:
                reason = f"where a participant says to be reached ({candidate.type})"
                self._around.guard.allow(candidate.host, candidate.port, reason, _PEOPLE, self.pid)
        return theirs

    async def _apply(self, description: Description, kind: str) -> None:
        try:
            await self._pc.setRemoteDescription(RTCSessionDescription(str(description), kind))
        except ValueError as error:
            raise BadDescription("the session description cannot be used") from error
        self._meter.expect(description)
        pictures = (description.picture_ssrc, description.retransmit_ssrc)
        self._sources = {"audio": (description.voice_ssrc,), "video": pictures}
        for transceiver in self._pc.getTransceivers():
            seams.on_arrival(transceiver.receiver, partial(self._arrived, transceiver.kind))

    def _arrived(self, kind: str, packet: Any) -> bool:
        """The library gives what it does not know to whoever takes that type, and reports on each apart."""
        if packet.ssrc not in self._sources[kind]:
            return False
        self._meter.arrived(kind, packet, time.monotonic())
        return True

    @property
    def _dtls(self) -> Any:
        return self._pc.getTransceivers()[0].receiver.transport

    @property
    def _keys(self) -> tuple[str, str]:
        """The fingerprints of the certificates in use, ours and theirs."""
        return seams.own_fingerprint(self._dtls), seams.their_fingerprint(self._dtls)

    def _consume(self, track: MediaStreamTrack) -> None:
        sink = self._around.incoming.heard if track.kind == "audio" else self._seen
        self._consumers.append(spawn(self._drain(track, sink), f"receive {track.kind}"))

    def _seen(self, pid: str, frame: Any) -> None:
        self._meter.seen.add(frame)
        self._around.incoming.seen(pid, frame)

    async def _drained(self, patience: float) -> None:
        for _ in range(max(1, int(patience / 0.02))):
            await asyncio.sleep(0.02)
            if self._channel.bufferedAmount == 0:
                return

    async def _drain(self, track: MediaStreamTrack, sink: Callable[[str, Any], None]) -> None:
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            sink(self.pid, frame)

    def _said(self, message: object) -> None:
        if not isinstance(message, str) or len(message) > MAX_MESSAGE or self._closed:
            return
        if self._up:
            self._around.events.peer_said(self.pid, message)
        elif len(self._early) < MAX_EARLY:
            self._early.append(message)

    def _check_up(self) -> None:
        if not self._up and not self._closed and self._channel.readyState == "open":
            self._up = True
            self._around.events.peer_connected(self.pid)
            early, self._early = self._early, []
            for message in early:
                self._said(message)

    def _state_changed(self) -> None:
        if self._closed:
            return
        state = self._pc.connectionState
        if state == "connected":
            self._check_up()
        elif state in ("failed", "closed"):
            if self._dtls.state == "failed" and self._dtls.encrypted:
                self._around.events.peer_impostor(self.pid)
            else:
                reason = "the connection is gone" if self._up else "could not be reached"
                self._around.events.peer_failed(self.pid, reason)


_PEOPLE = Audience.PARTICIPANTS
