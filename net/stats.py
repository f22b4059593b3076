"""How a connection is doing, in numbers: what a person who inspects a participant is shown.

Totals are counted from the beginning of the connection. Rates and shares are over the last few seconds, and None until
two looks were taken far enough apart; `Window` keeps the looks, so that it does not matter who asks how often.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import Protocol

from net.services.base import Encryption, Participant, Source

SHORTEST, LONGEST = 0.5, 6.0
"""Seconds that a rate is over."""


@dataclass(frozen=True, slots=True)
class TrackStats:
    """One track, as far as this end knows. What is sent and then lost or delayed, the other end says."""

    source: Source
    sent: bool  # by us to them; otherwise received
    codec: str  # "Opus", "VP8"
    width: int = 0  # pixels of the newest picture; 0 for sound, and before the first picture
    height: int = 0  # pixels
    frame_rate: float | None = None  # pictures a second; None for sound
    bit_rate: float | None = None  # bits a second of payload, without headers and without what was sent again
    packets: int = 0  # sent, or arrived
    lost: int = 0  # packets that never arrived; those of pictures may have come when they were sent again
    loss: float | None = None  # share of packets lost, 0 to 1
    jitter: float | None = None  # seconds (RFC 3550 section 6.4.1)
    encryption: Encryption = Encryption.END_TO_END


@dataclass(frozen=True, slots=True)
class Route:
    """The way the packets take: the types of the two addresses in use (RFC 8445 section 5.1.1)."""

    ours: str  # "host", "srflx", "prflx" or "relay"
    theirs: str

    @property
    def relayed(self) -> bool:
        """Whether a relay carries the packets, ours or theirs."""
        return "relay" in (self.ours, self.theirs)

    @property
    def words(self) -> str:
        """For a person."""
        return "by a relay" if self.relayed else "direct"


@dataclass(frozen=True, slots=True)
class PeerStats:
    """How one participant's connection is doing. The mappings are by "audio" and "video", of what arrives."""

    packets_received: dict[str, int]
    packets_lost: dict[str, int]
    jitter: dict[str, float]  # seconds
    round_trip: float | None  # seconds, from our sending to their answer
    bytes_received: int  # of everything, from below the encryption
    bytes_sent: int
    tracks: tuple[TrackStats, ...] = ()
    route: Route | None = None  # None while there is none
    our_key: str = ""  # SHA-256 of our certificate on this connection, "AB:CD:…"; empty while it is not in use
    their_key: str = ""
    encryption: Encryption = Encryption.END_TO_END  # the worst of the tracks

    @property
    def verified(self) -> bool:
        """Whether the code was compared with this person, on this connection."""
        return self.encryption is Encryption.END_TO_END_VERIFIED


def short(key: str) -> str:
    """The first 64 bits of a fingerprint in groups of four digits, to read aloud: "ABCD EF01 2345 6789".

    This finds a mistake, not an attacker, who can make keys until so few bits agree; the spoken code is for that.
    """
    digits = key.replace(":", "")[:16]
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


class Arriving(Protocol):
    """What is needed of an RTP packet that arrived."""

    ssrc: int
    sequence_number: int
    timestamp: int
    payload: bytes


class Arrivals:
    """Counts the packets of one source that arrive (RFC 3550 appendix A.3 and A.8)."""

    def __init__(self, ssrc: int, clock_rate: int) -> None:
        """`clock_rate`: ticks of the packets' timestamps a second."""
        self.packets = 0
        self.bytes = 0
        self.jitter = 0.0  # seconds
        self._ssrc = ssrc
        self._clock_rate = clock_rate
        self._first = 0
        self._highest = 0
        self._newest: tuple[int, float] | None = None  # timestamp, seconds

    def add(self, packet: Arriving, now: float) -> None:
        """Count a packet, if it is one of this source."""
        if packet.ssrc != self._ssrc:
            return
        if not self.packets:
            self._first = self._highest = packet.sequence_number + 65536
        step = (packet.sequence_number - self._highest + 32768) % 65536 - 32768
        self.packets += 1
        self.bytes += len(packet.payload)
        if step > 0:
            self._highest += step
        if step > 0 or self._newest is None:
            self._time(packet.timestamp, now)

    def _time(self, timestamp: int, now: float) -> None:
        if self._newest is not None and timestamp != self._newest[0]:
            ticks = (timestamp - self._newest[0] + 2**31) % 2**32 - 2**31
            late = (now - self._newest[1]) - ticks / self._clock_rate
            self.jitter += (abs(late) - self.jitter) / 16
        if self._newest is None or timestamp != self._newest[0]:
            self._newest = timestamp, now

    @property
    def lost(self) -> int:
        """Packets that were sent, by their numbers, and did not arrive."""
        return max(0, self._highest - self._first + 1 - self.packets) if self.packets else 0


@dataclass(frozen=True, slots=True)
class Look:
    """The totals of one track at one moment, or what passed between two."""

    seconds: float
    packets: int
    lost: int
    bytes: int
    frames: int


class Window:
    """The looks at one track over the last seconds."""

    def __init__(self) -> None:
        self._looks: deque[Look] = deque()

    def take(self, look: Look) -> Look | None:
        """Keep a look; gives what passed since the oldest one, if that is old enough.

        Looks that follow each other too closely are not kept, so that their number is bounded.
        """
        while self._looks and look.seconds - self._looks[0].seconds > LONGEST:
            self._looks.popleft()
        if not self._looks or look.seconds - self._looks[-1].seconds >= SHORTEST:
            self._looks.append(look)
        first = self._looks[0]
        if look.seconds - first.seconds < SHORTEST:
            return None
        return Look(
            look.seconds - first.seconds,
            look.packets - first.packets,
            look.lost - first.lost,
            look.bytes - first.bytes,
            look.frames - first.frames,
        )


def share_lost(passed: Look, *, sent: bool) -> float | None:
    """The share of packets lost, of those sent, or of those that arrived and those lost. None when there were none.

    What was counted as lost may still arrive, so the number of lost ones can fall.
    """
    lost = max(0, passed.lost)
    everything = passed.packets if sent else passed.packets + lost
    return min(1.0, lost / everything) if everything > 0 else None


def described(stats: PeerStats, who: Participant, showing: Source) -> PeerStats:
    """The same with what the meeting knows: how verified it is, and what the pictures are of (ours: `showing`)."""
    worst = min(who.encryption.values(), default=Encryption.END_TO_END)
    theirs = Source.SCREEN if Source.SCREEN in who.sources else Source.CAMERA
    return replace(
        stats,
        encryption=worst,
        tracks=tuple(
            replace(
                track,
                source=track.source if track.source is Source.MICROPHONE else showing if track.sent else theirs,
                encryption=worst,
            )
            for track in stats.tracks
        ),
    )
