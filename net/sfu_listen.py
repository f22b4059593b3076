"""Receiving from a server that forwards media: each person's sound or pictures have a receiver of their own.

A section of the connection stays while the people on it change, and what was on its way from the one before must never
be taken for the next one's. So nothing is shared between them: with each person, and each key, a new receiver begins,
with a decoder, a buffer and counters of its own.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aiortc import RTCDtlsTransport
from aiortc.mediastreams import MediaStreamError
from aiortc.rtcrtpparameters import (
    RTCRtpCodecParameters,
    RTCRtpDecodingParameters,
    RTCRtpReceiveParameters,
    RTCRtpRtxParameters,
)

from net import seams
from net.meter import Received
from net.services.base import PeerId, Source
from net.services.janus.actions import Stream
from net.sfu_sdp import Codec, Kind, Section
from net.sfu_seals import SEALABLE
from net.sfu_wire import Around
from net.tasks import cancel, spawn
from net.voices import on_decoded

ALIVE_EVERY = 1.0
"""Seconds between two signs of life of one section that are passed on."""
SETTLE = 0.1
"""Seconds in which nothing is taken from a section that had somebody else on it: theirs may still be on its way."""
_SPOKEN = {"opus": "Opus", "VP8": "VP8", "H264": "H.264"}


@dataclass(frozen=True, slots=True)
class Heard:
    """What a listener listens to: with any difference it is another one."""

    stream: Stream
    section: Section
    codec: Codec
    source: int

    @property
    def kind(self) -> str:
        """As the library calls it."""
        return str(self.section.kind)


class Listener:
    """Receives one person's source on one section, from when it is made until `close`."""

    def __init__(
        self,
        of: Heard,
        around: Around,
        dtls: RTCDtlsTransport,
        own_source: int,
        alive: Callable[[str], None],
        deaf_until: float,
    ) -> None:
        """`own_source`: what we report as; `alive` is told the section's name now and then."""
        self.of = of
        self.ended = False  # by the server
        self._around = around
        self._alive = alive
        self._alive_at = float("-inf")
        self._deaf_until = deaf_until
        self._closed = False
        self._sources = (of.source, of.section.retransmit)
        self.received = Received(of.kind, of.source, _SPOKEN[of.codec.name])
        self._receiver = seams.receiver(of.kind, dtls, own_source=own_source, codec=of.codec.name)
        if of.stream.key is not None:
            around.seals.open(self._receiver, of.codec.name, of.stream.key)
        seams.on_arrival(self._receiver, self._takes)
        if of.section.kind is Kind.VOICE:
            on_decoded(self._receiver, self._heard)
        self._work = spawn(self._listen(), f"receive {of.kind}")

    @property
    def pid(self) -> PeerId:
        """Whose it is."""
        return self.of.stream.pid

    def close(self) -> asyncio.Task[None]:
        """Take nothing more, at once; what there is to clean up is done by the task. Call it once."""
        self._closed = True
        return spawn(self._stop(), "stop receiving")

    async def _stop(self) -> None:
        await cancel(self._work)
        await self._receiver.stop()

    def _takes(self, packet: Any) -> bool:
        """Whether a packet is one of ours. The library gives what it does not know to whoever takes that type."""
        now = self._around.clock()
        if self._closed or now < self._deaf_until or packet.ssrc not in self._sources:
            return False
        self.received.arrivals.add(packet, now)
        if now - self._alive_at >= ALIVE_EVERY:
            self._alive_at = now
            self._alive(self.of.section.mid)
        return True

    def _heard(self, frame: Any) -> None:
        if not self._closed:
            self._around.incoming.heard(self.pid, frame)

    async def _listen(self) -> None:
        await self._receiver.receive(_parameters(self.of))
        incoming = self._around.incoming
        while True:
            try:
                frame: Any = await self._receiver.track.recv()
            except MediaStreamError:
                self.ended = True
                return
            if self._closed:
                return
            self.received.pictures.add(frame)
            incoming.seen(self.pid, frame)


class Listeners:
    """Those of one connection, as its sections and whoever is on them change."""

    def __init__(self, around: Around, dtls: RTCDtlsTransport, alive: Callable[[str], None]) -> None:
        self._around = around
        self._dtls = dtls
        self._alive = alive
        self._reports: dict[str, int] = {}
        self._sections: Mapping[str, Section] = {}
        self._streams: Mapping[str, Stream] = {}
        self._listeners: dict[str, Listener] = {}
        self._stopping: set[asyncio.Task[None]] = set()
        self._left: dict[str, tuple[Heard, float]] = {}  # who was on a section until when

    def offered(self, sections: Iterable[Section]) -> Mapping[str, int]:
        """The server says what is on its sections; gives the sources of our reports on them, always the same."""
        self._sections = {section.mid: section for section in sections}
        for mid in self._sections.keys() - self._reports.keys():
            self._reports[mid] = secrets.randbelow(2**32 - 1) + 1
        self._adapt()
        return self._reports

    def route(self, streams: Iterable[Stream]) -> None:
        """Whose they are; on all others nothing is received."""
        self._streams = {stream.mid: stream for stream in streams}
        self._adapt()

    def of(self, pid: PeerId) -> list[tuple[Source, Received]]:
        """What is received of somebody."""
        mine = (one for one in self._listeners.values() if one.pid == pid)
        return [(one.of.stream.source, one.received) for one in mine]

    async def close(self) -> None:
        """Receive nothing more."""
        self.route(())
        if self._stopping:
            await asyncio.wait(self._stopping)

    def _adapt(self) -> None:
        if self._dtls.state == "closed":
            self._streams = {}
        before = {one.pid for one in self._listeners.values()}
        wanted = {mid: heard for mid, stream in self._streams.items() if (heard := self._heard(mid, stream))}
        for mid, listener in [*self._listeners.items()]:
            if listener.ended or wanted.get(mid) != listener.of:
                self._stopping = {task for task in self._stopping if not task.done()} | {listener.close()}
                del self._listeners[mid]
                self._left[mid] = listener.of, self._around.clock()
        for mid, heard in wanted.items():
            if mid not in self._listeners:
                self._listen(mid, heard)
        for pid in before - {one.pid for one in self._listeners.values()}:
            self._around.incoming.gone(pid)

    def _heard(self, mid: str, stream: Stream) -> Heard | None:
        section = self._sections.get(mid)
        if section is None or not (section.usable and section.sends):
            return None
        if section.codec is None or section.source is None:  # data; or there would be no telling whose it is
            return None
        if stream.key is not None and section.codec.name not in SEALABLE:
            return None
        return Heard(stream, section, section.codec, section.source)

    def _listen(self, mid: str, heard: Heard) -> None:
        before, until = self._left.pop(mid, (heard, 0.0))
        taken_over = before.stream.pid != heard.stream.pid and before.source == heard.source
        deaf_until = until + SETTLE if taken_over else 0.0
        self._listeners[mid] = Listener(heard, self._around, self._dtls, self._reports[mid], self._alive, deaf_until)


def _parameters(heard: Heard) -> RTCRtpReceiveParameters:
    """As the library wants them. What is sent again is named twice, or it would find no way when there are others."""
    rate, channels = (48000, 2) if heard.section.kind is Kind.VOICE else (90000, None)
    own, again = heard.codec.payload_type, heard.codec.retransmit
    codecs = [RTCRtpCodecParameters(f"{heard.kind}/{heard.codec.name}", rate, channels, own)]
    encodings = [RTCRtpDecodingParameters(heard.source, own)]
    if again is not None and heard.section.retransmit is not None:
        codecs.append(RTCRtpCodecParameters(f"{heard.kind}/rtx", rate, None, again, parameters={"apt": own}))
        encodings[0].rtx = RTCRtpRtxParameters(heard.section.retransmit)
        encodings.append(RTCRtpDecodingParameters(heard.section.retransmit, again))
    return RTCRtpReceiveParameters(codecs=codecs, encodings=encodings)
