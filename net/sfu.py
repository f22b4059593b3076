"""The connections to a server that forwards media: what we publish, what we receive, and plain text.

Each is one connection. What may be said of us in their descriptions is decided in `net.sfu_sdp`, how they connect in
`net.sfu_wire`, and how what is received is kept apart in `net.sfu_listen`.
"""

from __future__ import annotations

import asyncio
import secrets
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from aiortc import RTCRtpSender
from aiortc.rtcrtpparameters import RTCRtcpParameters, RTCRtpCodecParameters, RTCRtpSendParameters

from net import seams
from net.meter import Meter, Received
from net.sdp import PICTURE, RETRANSMIT, VOICE, BadDescription
from net.services.base import PeerId, Source
from net.services.janus.actions import MIXED, Stream
from net.services.mesh.ice import IceServer
from net.sfu_listen import Listeners
from net.sfu_sdp import Described, Kind, Published, Transport
from net.sfu_wire import Around, Wire, WireEvents
from net.stats import PeerStats, TrackStats
from net.tracks import PictureTrack, VoiceTrack

_CODECS = {Kind.VOICE: "opus", Kind.PICTURE: "VP8"}


class Publisher:
    """What we send: voice, perhaps one picture, and data; or our voice alone, and everybody's mixed in return."""

    def __init__(
        self,
        around: Around,
        ice: Sequence[IceServer],
        events: WireEvents,
        *,
        picture: bool,
        key: bytes | None = None,
        mixed: bool = False,
        alive: Callable[[str], None] = lambda mid: None,
    ) -> None:
        """`key`: what frames are sealed with; `mixed`: everybody's sound comes back; `alive`: as of a `Receiver`."""
        self.wire = Wire(around, ice, events)
        self._mixed = Listeners(around, self.wire.dtls, alive) if mixed else None
        self._meter = Meter()
        self._voice = VoiceTrack(around.outgoing.voice())
        self._picture = PictureTrack(around.outgoing.picture(), self._meter.shown.add) if picture else None
        self._senders = {Kind.VOICE: RTCRtpSender(self._voice, self.wire.dtls)}
        if self._picture is not None:
            self._senders[Kind.PICTURE] = RTCRtpSender(self._picture, self.wire.dtls)
        if key is not None:
            for kind, sender in self._senders.items():
                around.seals.seal(sender, _CODECS[kind], key)
        self._offered: Published | None = None

    async def offer(self) -> str:
        """Our offer. Raises `Unreachable`."""
        own = await self.wire.gather(offers=True)
        sources = {kind: seams.sources(sender) for kind, sender in self._senders.items()}
        self._offered = Published(
            own,
            cname=str(uuid.uuid4()),
            voice=sources[Kind.VOICE][0],
            picture=sources.get(Kind.PICTURE),
            data=self._mixed is None,
            mixed=self._mixed is not None,
            session=secrets.randbelow(1 << 62),
        )
        return str(self._offered)

    def accept(self, text: str) -> frozenset[Kind]:
        """Take the server's answer; gives what it refuses. Raises `BadDescription`."""
        if self._offered is None:
            raise BadDescription("the server answers what nobody offered")
        answer = self._offered.accepted(text)
        refused = frozenset(kind for kind in self._offered.kinds if not self._offered.takes(answer, kind))
        for kind in refused & self._senders.keys():
            self._track(kind).stop()
            del self._senders[kind]
        if self._mixed is not None:
            self._mixed.offered(answer.sections)
            self._mixed.route([Stream(answer.sections[0].mid, MIXED, Source.MICROPHONE)])
        self.wire.connect(self._offered.transport, answer.transport, self._begin)
        if self._offered.takes(answer, Kind.DATA):
            self.wire.open_channel()
        return refused

    def want_picture(self, wanted: bool) -> None:
        """Whether our picture is sent."""
        if self._picture is not None:
            self._picture.want(wanted)

    async def tracks(self) -> tuple[TrackStats, ...]:
        """The counters of what we send."""
        reports = await asyncio.gather(*(sender.getStats() for sender in self._senders.values()))
        every = [report for one in reports for report in one.values()]
        return self._meter.measure(every, self.wire.now).tracks

    def mixed(self) -> PeerStats | None:
        """The counters of everybody's sound; None when nothing comes."""
        return None if self._mixed is None else _counters(self._mixed.of(MIXED), self.wire)

    async def close(self, patience: float = 0.0) -> None:
        """Hang up, giving messages on their way up to `patience` seconds. Safe to call twice."""
        await self.wire.drained(patience)
        if self._mixed is not None:
            await self._mixed.close()
        self._voice.stop()
        if self._picture is not None:
            self._picture.stop()
        await asyncio.gather(*(sender.stop() for sender in self._senders.values()))
        await self.wire.close()

    def _track(self, kind: Kind) -> VoiceTrack | PictureTrack:
        return self._picture if kind is Kind.PICTURE and self._picture is not None else self._voice

    async def _begin(self) -> None:
        """The connection is encrypted: send."""
        for kind, sender in self._senders.items():
            await sender.send(self._parameters(kind))

    def _parameters(self, kind: Kind) -> RTCRtpSendParameters:
        if kind is Kind.VOICE:
            codecs = [RTCRtpCodecParameters("audio/opus", 48000, 2, VOICE)]
        else:
            again = RTCRtpCodecParameters("video/rtx", 90000, None, RETRANSMIT, parameters={"apt": PICTURE})
            codecs = [RTCRtpCodecParameters("video/VP8", 90000, None, PICTURE), again]
        name = self._offered.cname if self._offered is not None else None
        return RTCRtpSendParameters(codecs=codecs, rtcp=RTCRtcpParameters(cname=name, mux=True))


class Receiver:
    """What we receive: the server offers it, again and again as people come and go."""

    def __init__(
        self, around: Around, ice: Sequence[IceServer], events: WireEvents, alive: Callable[[str], None]
    ) -> None:
        """`alive` is told the name of a section on which something came, now and then."""
        self.wire = Wire(around, ice, events)
        self._listeners = Listeners(around, self.wire.dtls, alive)
        self._answering = Answering(self.wire)

    async def answer(self, text: str) -> str:
        """Take an offer, the first one or a later one; gives our answer. Raises `BadDescription`, `Unreachable`."""
        theirs = Described.parse(text)
        return await self._answering.to(theirs, self._listeners.offered(theirs.sections))

    def route(self, streams: Iterable[Stream]) -> None:
        """Whose the sections are from now on; what comes on others is dropped, and never decoded."""
        self._listeners.route(streams)

    def stats(self, pid: PeerId) -> PeerStats | None:
        """The counters of what we receive of somebody; None when that is nothing."""
        return _counters(self._listeners.of(pid), self.wire)

    async def close(self, patience: float = 0.0) -> None:
        """Hang up. Safe to call twice."""
        await self._listeners.close()
        await self.wire.close(patience)


class TextWay:
    """A data channel alone; the server offers it."""

    def __init__(self, around: Around, ice: Sequence[IceServer], events: WireEvents) -> None:
        self.wire = Wire(around, ice, events)
        self._answering = Answering(self.wire)

    async def answer(self, text: str) -> str:
        """Take the offer; gives our answer. Raises `BadDescription`, `Unreachable`."""
        theirs = Described.parse(text)
        return await self._answering.to(theirs, {section.mid: 0 for section in theirs.sections})

    async def close(self, patience: float = 0.0) -> None:
        """Hang up, giving messages on their way up to `patience` seconds. Safe to call twice."""
        await self.wire.close(patience)


class Answering:
    """Our side of a connection that the server offers."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._own: Transport | None = None
        self._theirs: Transport | None = None
        self._session = secrets.randbelow(1 << 62)
        self._version = 0

    async def to(self, offer: Described, reports: Mapping[str, int]) -> str:
        """Answer an offer; the first one begins the connection. Raises `BadDescription`, `Unreachable`."""
        if self._own is None:
            self._own = replace(await self._wire.gather(offers=False), setup=offer.transport.answering)
            self._theirs = offer.transport
            self._wire.connect(self._own, offer.transport)
        elif self._theirs is not None and not offer.transport.continues(self._theirs):
            raise BadDescription("the server began the connection anew, which needs another one")
        if offer.data:
            self._wire.open_channel()
        self._version += 1
        return offer.answered(self._own, reports, self._session, self._version)


def _counters(found: Sequence[tuple[Source, Received]], wire: Wire) -> PeerStats | None:
    """Those of one person's tracks, and of the connection on which they come."""
    active = [(source, one) for source, one in found if one.arrivals.packets]
    if not active:
        return None
    ours, theirs = wire.keys
    by_kind = {"audio" if source is Source.MICROPHONE else "video": one for source, one in active}
    return PeerStats(
        packets_received={kind: one.arrivals.packets for kind, one in by_kind.items()},
        packets_lost={kind: one.arrivals.lost for kind, one in by_kind.items()},
        jitter={kind: one.arrivals.jitter for kind, one in by_kind.items()},
        round_trip=wire.round_trip,
        bytes_received=sum(one.arrivals.bytes for one in by_kind.values()),
        bytes_sent=0,
        tracks=tuple(one.track(wire.now, source) for source, one in active),
        route=wire.route,
        our_key=ours,
        their_key=theirs,
    )
