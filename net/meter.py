"""The counters of one connection: what arrived, what was decoded, what was sent.

The library's own report of what arrives cannot be used for pictures: what was sent again comes as a source of its own,
and only one of the two is in the report. So packets are counted where they arrive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from net.sdp import Description
from net.services.base import Source
from net.stats import Arrivals, Arriving, Look, PeerStats, TrackStats, Window, share_lost

AUDIO, VIDEO = "audio", "video"
_SOURCES = {AUDIO: Source.MICROPHONE, VIDEO: Source.CAMERA}
_CODECS = {AUDIO: "Opus", VIDEO: "VP8"}
CLOCK_RATES = {AUDIO: 48000, VIDEO: 90000}
MAX_TOTAL = 2**31
"""Of what the other end claims, no number is larger."""


@dataclass(slots=True)
class Pictures:
    """The pictures of one track so far."""

    count: int = 0
    width: int = 0  # pixels of the newest
    height: int = 0

    def add(self, frame: Any) -> None:
        """Count an `av.VideoFrame`."""
        self.count += 1
        self.width, self.height = frame.width, frame.height


class Received:
    """One track that arrives."""

    def __init__(self, kind: str, ssrc: int, codec: str = "", pictures: Pictures | None = None) -> None:
        """`codec`: its name, where it is not the usual one."""
        self.arrivals = Arrivals(ssrc, CLOCK_RATES[kind])
        self.pictures = Pictures() if pictures is None else pictures
        self._kind = kind
        self._codec = codec or _CODECS[kind]
        self._window = Window()

    def track(self, now: float, source: Source | None = None) -> TrackStats:
        """What is known at `now`, in seconds. `source`: what it is of, where it is not the usual one."""
        arrivals = self.arrivals
        look = Look(now, arrivals.packets, arrivals.lost, arrivals.bytes, self.pictures.count)
        found = _track(self._kind, look, self._window, self.pictures, arrivals.jitter, sent=False)
        return replace(found, codec=self._codec, source=source or found.source)


class Meter:
    """See the module. Use it on the event loop."""

    def __init__(self) -> None:
        self.seen = Pictures()
        self.shown = Pictures()
        self._received: dict[str, Received] = {}
        self._windows: dict[str, Window] = {}

    def expect(self, theirs: Description) -> None:
        """What the other end will send."""
        self._received = {
            AUDIO: Received(AUDIO, theirs.voice_ssrc),
            VIDEO: Received(VIDEO, theirs.picture_ssrc, pictures=self.seen),
        }

    def arrived(self, kind: str, packet: Arriving, now: float) -> None:
        """A packet came; `now` in seconds."""
        if kind in self._received:
            self._received[kind].arrivals.add(packet, now)

    def measure(self, reports: Iterable[Any], now: float) -> PeerStats:
        """Everything that is known now; `reports` are the library's."""
        sent: dict[str, Any] = {}
        claimed: dict[str, Any] = {}
        transport = (0, 0)
        for report in reports:
            if report.type == "outbound-rtp":
                sent[report.kind] = report
            elif report.type == "remote-inbound-rtp":
                claimed[report.kind] = report
            elif report.type == "transport":
                transport = (report.bytesReceived, report.bytesSent)
        active = {kind: one for kind, one in self._received.items() if one.arrivals.packets}
        trips = [report.roundTripTime for report in claimed.values() if report.roundTripTime is not None]
        return PeerStats(
            packets_received={kind: one.arrivals.packets for kind, one in active.items()},
            packets_lost={kind: one.arrivals.lost for kind, one in active.items()},
            jitter={kind: one.arrivals.jitter for kind, one in active.items()},
            round_trip=max(0.0, trips[-1]) if trips else None,
            bytes_received=transport[0],
            bytes_sent=transport[1],
            tracks=(*(one.track(now) for one in active.values()), *self._sent(sent, claimed, now)),
        )

    def _sent(self, sent: dict[str, Any], claimed: dict[str, Any], now: float) -> Iterator[TrackStats]:
        for kind, report in sent.items():
            if report.packetsSent:
                theirs = claimed.get(kind)
                lost = min(max(0, theirs.packetsLost), report.packetsSent) if theirs else 0
                jitter = min(theirs.jitter, MAX_TOTAL) / CLOCK_RATES[kind] if theirs else None
                look = Look(now, report.packetsSent, lost, report.bytesSent, self.shown.count)
                yield _track(kind, look, self._windows.setdefault(kind, Window()), self.shown, jitter, sent=True)


def _track(
    kind: str, look: Look, window: Window, pictures: Pictures, jitter: float | None, *, sent: bool
) -> TrackStats:
    passed = window.take(look)
    is_picture = kind == VIDEO
    return TrackStats(
        source=_SOURCES[kind],
        sent=sent,
        codec=_CODECS[kind],
        width=pictures.width if is_picture else 0,
        height=pictures.height if is_picture else 0,
        frame_rate=passed.frames / passed.seconds if is_picture and passed else None,
        bit_rate=8 * passed.bytes / passed.seconds if passed else None,
        packets=look.packets,
        lost=look.lost,
        loss=share_lost(passed, sent=sent) if passed else None,
        jitter=jitter,
    )
