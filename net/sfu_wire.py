"""One connection to a server that forwards media: the path, its encryption, and a data channel.

It is made of the library's transports themselves. The library's peer connection would parse descriptions, and binds a
section to whoever was on it first: it drops the packets of those who come after. What is decided here for every such
connection: one transport for everything; no address of ours in any description; the server's addresses pass the
address mode and then the egress guard; and a server from which nothing comes is given up in seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from aiortc import (
    RTCDataChannel,
    RTCDataChannelParameters,
    RTCDtlsFingerprint,
    RTCDtlsParameters,
    RTCDtlsTransport,
    RTCIceCandidate,
    RTCIceGatherer,
    RTCIceParameters,
    RTCIceServer,
    RTCIceTransport,
    RTCSctpCapabilities,
    RTCSctpTransport,
)
from aiortc.rtcconfiguration import RTCIceTransportPolicy

from net import seams
from net.certificates import Certificates
from net.errors import Unreachable
from net.frames import Incoming, Outgoing
from net.guard import Blocked, Guard
from net.ice import LET_GO_WITHIN
from net.sdp import MAX_CANDIDATES, AddressMode, BadDescription, Candidate, may_come_from
from net.services.mesh.ice import IceServer
from net.sfu_sdp import MAX_MESSAGE, Transport, may_go_to
from net.sfu_seals import Seals
from net.stats import Route
from net.tasks import cancel, spawn
from privacy.facts import Audience

REASON = "where the meeting's server receives media"
CHANNEL = "JanusDataChannel"
SCTP_PORT = 5000
MAX_SENT = 60_000
"""Bytes of a data channel message of ours: from 65,536 on Janus drops them without a word."""
MAX_BUFFERED = 256 * 1024
MAX_CHANNELS = 256
"""Data channels that the server may open: one for each person whose messages we receive."""
MAX_LABEL = 64
CONNECT_WITHIN = 10.0
"""Seconds until a connection that is not made counts as failed."""
LOOK_EVERY = 0.5
QUIET = 2.0
"""Seconds without any packet after which the server is asked for a sign of life."""
SILENCE = 5.0
"""Seconds without one after which the connection counts as gone."""
TRIP_EVERY = 5.0
"""Seconds between two measurements of the round trip."""


@dataclass(frozen=True, slots=True)
class Around:
    """What all connections to one server share."""

    guard: Guard
    mode: AddressMode
    addresses: tuple[str, ...]  # host addresses to gather
    server: str  # the address of the server we talk to already
    outgoing: Outgoing
    incoming: Incoming
    seals: Seals
    clock: Callable[[], float]  # seconds
    certificates: Certificates = field(default_factory=Certificates)


class WireEvents(Protocol):
    """What a connection tells its owner; called on the event loop."""

    def wire_up(self) -> None:
        """Packets are encrypted to the fingerprint that was announced."""

    def wire_channel(self) -> None:
        """Our own data channel is open."""

    def wire_failed(self, reason: str) -> None:
        """It could not be made, or is gone; told once."""

    def wire_said(self, label: str, data: str | bytes) -> None:
        """A data channel message, bounded."""


class Wire:
    """Make it, `gather`, then `connect`; `close` in any case."""

    def __init__(self, around: Around, ice: Sequence[IceServer], events: WireEvents) -> None:
        self._around = around
        self._events = events
        self._closed = False
        self._failed = False
        self._work: list[asyncio.Task[None]] = []
        self._complete = False  # the server names no more addresses
        self._unnamed = 0  # addresses from which it came without having named them
        self._later = 0  # addresses it named after its description
        self._wants_channel = False
        self._channel: RTCDataChannel | None = None
        self._channels = 0  # that the server opened
        self._sctp: RTCSctpTransport | None = None
        relay = around.mode is AddressMode.RELAY
        with self._quietly():
            self._gatherer = RTCIceGatherer(
                # never None: that would mean the library's own public server. None is asked how it sees us either,
                # since no address of ours is told to anybody.
                [RTCIceServer(s.url, s.username or None, s.credential or None) for s in ice if relay],
                RTCIceTransportPolicy.RELAY if relay else RTCIceTransportPolicy.ALL,
            )
            self._ice = RTCIceTransport(self._gatherer)
            self.dtls = RTCDtlsTransport(self._ice, [around.certificates.take()])
        self.dtls.on("statechange", self._changed)
        self._ice.on("statechange", self._changed)
        self.up = False
        self.round_trip: float | None = None  # seconds, to the server and back

    async def gather(self, *, offers: bool) -> Transport:
        """Open sockets; gives our side, without addresses, as of an offer. Raises `Unreachable`.

        Who `offers` decides on the path, and must know that before the other end can say anything.
        """
        seams.decides(self._ice, offers)
        with self._quietly():
            await self._gatherer.gather()
        if not self._gatherer.getLocalCandidates():
            what = "no relay answered" if self._around.mode is AddressMode.RELAY else "no address of ours can be used"
            raise Unreachable(f"There is no way to where the server receives media: {what}; check the network.")
        own = self._gatherer.getLocalParameters()
        ufrag, pwd = str(own.usernameFragment), str(own.password)
        return Transport(ufrag, pwd, seams.own_fingerprint(self.dtls), "actpass")

    def connect(self, own: Transport, theirs: Transport, ready: Callable[[], Awaitable[None]] | None = None) -> None:
        """Begin to connect, once; how it goes is told by events. `ready` is awaited before it is told that it is up."""
        if self._work:
            raise BadDescription("the server described its side of the connection twice")
        offered = own.setup == "actpass"
        waits = theirs.setup == "active" if offered else own.setup == "passive"
        seams.decides(self._ice, offered or theirs.lite)
        seams.waits(self.dtls, waits)
        self._work.append(spawn(self._connecting(theirs, ready), "connect to where the server receives media"))

    def open_channel(self) -> None:
        """Open a data channel, now or as soon as the connection is up. Safe to call twice."""
        if not self._wants_channel:
            self._wants_channel = True
            if self.up:
                self._work.append(spawn(self._open(), "open a data channel"))

    async def add(self, candidate: Candidate) -> None:
        """Take an address of the server that came later than its description."""
        self._later += 1
        if not self._closed and not self._complete and self._later <= MAX_CANDIDATES and self._may(candidate):
            with self._quietly():
                await self._ice.addRemoteCandidate(_of_the_library(candidate))

    def send(self, data: str | bytes) -> bool:
        """Send a data channel message; False when the channel is not open, too far behind, or the message too long."""
        channel = self._channel
        if self._closed or channel is None or channel.readyState != "open" or channel.bufferedAmount > MAX_BUFFERED:
            return False
        if len(data.encode() if isinstance(data, str) else data) > MAX_SENT:
            return False
        channel.send(data)
        return True

    async def drained(self, patience: float) -> None:
        """Wait until all messages have left, but not longer than `patience` seconds."""
        channel = self._channel
        for _ in range(int(patience / 0.02)):
            if channel is None or channel.readyState != "open" or channel.bufferedAmount == 0:
                return
            await asyncio.sleep(0.02)

    async def close(self, patience: float = 0.0) -> None:
        """Hang up, giving messages on their way up to `patience` seconds. Safe to call twice."""
        if self._closed:
            return
        self._closed = True
        await self.drained(patience)
        await cancel(*self._work)
        if self._sctp is not None:
            await self._sctp.stop()
        await self.dtls.stop()
        # It goes on by itself: that a relay is gone takes long to find out.
        await asyncio.wait([spawn(self._ice.stop(), "give back the path")], timeout=LET_GO_WITHIN)

    @property
    def now(self) -> float:
        """Seconds."""
        return self._around.clock()

    @property
    def route(self) -> Route | None:
        """The types of the two addresses in use."""
        return seams.route(self._ice)

    @property
    def keys(self) -> tuple[str, str]:
        """The fingerprints of the certificates in use, ours and the server's; empty before."""
        return (seams.own_fingerprint(self.dtls), seams.their_fingerprint(self.dtls)) if self.up else ("", "")

    # connecting

    async def _connecting(self, theirs: Transport, ready: Callable[[], Awaitable[None]] | None) -> None:
        try:
            async with asyncio.timeout(CONNECT_WITHIN):
                await self._reach(theirs)
        except (TimeoutError, Blocked):
            self._fail("where the server receives media could not be reached")
        if self._failed or self._closed:
            return
        self.up = True
        if ready is not None:
            await ready()
        if self._wants_channel:
            await self._open()
        self._events.wire_up()
        self._work.append(spawn(self._watch(), "watch the media server"))

    async def _reach(self, theirs: Transport) -> None:
        with self._quietly():
            for candidate in theirs.candidates:
                if self._may(candidate):
                    await self._ice.addRemoteCandidate(_of_the_library(candidate))
            if theirs.complete:
                self._complete = True
                await self._ice.addRemoteCandidate(None)
            await self._ice.start(RTCIceParameters(theirs.ufrag, theirs.pwd, theirs.lite))
        if self._ice.state == "completed":
            fingerprints = [RTCDtlsFingerprint("sha-256", theirs.fingerprint)]
            await self.dtls.start(RTCDtlsParameters(fingerprints))

    def _may(self, candidate: Candidate) -> bool:
        """Whether a packet may go there; if so it is on the guard's list. Raises `Blocked` when that is full."""
        if not may_go_to(candidate, self._around.mode, self._around.server):
            return False
        if self._around.mode is not AddressMode.RELAY:
            self._allow(candidate.host, candidate.port)
        return True

    def _allow(self, host: str, port: int) -> None:
        self._around.guard.allow(host, port, REASON, Audience.OPERATOR)

    def _authenticated(self, host: str, port: int) -> bool:
        """Whether a server that knows the connection's password may be where a check says to come from."""
        if self._closed:
            return False
        if self._around.guard.why(host, port) is None:
            known = host == self._around.server
            if self._unnamed >= MAX_CANDIDATES or not (known or may_come_from(host, port, self._around.mode)):
                return False
            self._unnamed += 1
            try:
                self._allow(host, port)
            except Blocked:
                return False
        return True

    def _quietly(self) -> contextlib.AbstractContextManager[None]:
        relay = self._around.mode is AddressMode.RELAY
        return seams.connection(() if relay else self._around.addresses, self._authenticated)

    # while it lasts

    def _changed(self) -> None:
        if self.dtls.state == "failed" and self.dtls.encrypted:
            self._fail("whoever answered is not the server whose key was announced")
        elif "failed" in (self._ice.state, self.dtls.state):
            gone = "the connection is gone" if self.up else "where the server receives media could not be reached"
            self._fail(gone)
        elif self.dtls.state == "closed":
            self._fail("the server closed the connection")

    def _fail(self, reason: str) -> None:
        if not self._closed and not self._failed:
            self._failed = True
            self._events.wire_failed(reason)

    async def _watch(self) -> None:
        """The library itself needs half a minute to find out that nobody is there any more."""
        clock = self._around.clock
        heard, asked = clock(), float("-inf")
        packets = -1
        while not self._failed:
            await asyncio.sleep(LOOK_EVERY)
            now = clock()
            if (came := seams.packets_received(self.dtls)) != packets:
                packets, heard = came, now
            if now - heard >= QUIET or now - asked >= TRIP_EVERY:
                asked = now
                trip = await seams.round_trip(self._ice)
                if trip is not None:
                    self.round_trip, heard = trip, clock()
            if clock() - heard >= SILENCE:
                self._fail(f"nothing came from the server for {SILENCE:.0f} seconds")

    # data

    async def _open(self) -> None:
        if self._sctp is not None:
            return
        self._sctp = RTCSctpTransport(self.dtls)
        self._sctp.on("datachannel", self._opened)
        await self._sctp.start(RTCSctpCapabilities(MAX_MESSAGE), SCTP_PORT)
        self._channel = RTCDataChannel(self._sctp, RTCDataChannelParameters(label=CHANNEL))
        self._channel.on("open", self._events.wire_channel)
        self._channel.on("message", partial(self._said, CHANNEL))

    def _opened(self, channel: RTCDataChannel) -> None:
        """The server opened one: it is named by whoever writes on it."""
        if self._channels >= MAX_CHANNELS or len(channel.label) > MAX_LABEL:
            channel.close()
            return
        self._channels += 1
        channel.on("message", partial(self._said, channel.label))
        channel.on("close", self._one_less)

    def _one_less(self) -> None:
        self._channels -= 1

    def _said(self, label: str, data: str | bytes) -> None:
        if not self._closed and len(data) <= MAX_MESSAGE:
            self._events.wire_said(label, data)


def _of_the_library(candidate: Candidate) -> RTCIceCandidate:
    return RTCIceCandidate(
        component=1,
        foundation="1",
        ip=candidate.host,
        port=candidate.port,
        priority=candidate.priority,
        protocol="udp",
        type=candidate.type,
    )
