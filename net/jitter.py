"""The receiving buffer: puts packets in order and never waits longer than is worth it.

The library's own buffer waits by count: one lost picture packet whose retransmission is lost too freezes the picture
for half a minute, and every loss of sound leaves the voice later for good. This one waits by time, then skips, and
hands out everything that is ready at once, so that lag does not stay.

It stands in for `aiortc.rtcrtpreceiver.JitterBuffer` (see `net.seams`): `add` takes one packet and returns whether the
sender should be asked for a key frame, and a `Frame` or None. A `Frame` may have followers that became ready with it.

Sources: RFC 3550 (sequence numbers and timestamps), RFC 7741 section 4.2 (start of a VP8 frame), RFC 6386 section 9.1
(key frames), RFC 6184 section 5.2 (H.264 in packets), RFC 4585 section 6.3.1 (picture loss indication).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

VOICE_WAIT = 0.06
"""Seconds a missing voice packet is waited for; it is never sent again, it can only come late."""
PICTURE_WAIT = 0.25
"""Seconds a missing picture packet is waited for: it is asked for again once, so one round trip and some."""
KEY_REPEAT = 0.5
"""Seconds between two requests for a key frame."""
MAX_PACKETS = 512
MAX_JUMP = 3000
"""A sequence number further off than this begins a new stream."""


class Packet(Protocol):
    """What is needed of an RTP packet."""

    sequence_number: int
    timestamp: int
    marker: int
    payload: bytes


Opens = Callable[[bytes], bytes]
"""Opens a sealed frame. Raises `Unsealed`, and nothing else. Called in the thread that decodes."""


@dataclass(slots=True)
class Frame:
    """One encoded frame, and those that became ready with it. Timestamps are those of the stream's clock."""

    data: bytes
    timestamp: int
    followers: list[tuple[int, bytes]] = field(default_factory=list)  # offset from `timestamp`, data
    opens: Opens | None = None  # what they are to be opened with; None: they do not come sealed


class JitterBuffer:
    """A buffer for one stream of voice or of pictures."""

    def __init__(
        self,
        capacity: int,
        prefetch: int = 0,
        is_video: bool = False,
        clock: Callable[[], float] = time.monotonic,
        codec: str = "VP8",
    ) -> None:
        """`capacity` and `prefetch` are the library's, counted in packets; here time decides, so they are not used.

        `codec`: of pictures, "VP8" or "H264".
        """
        self._is_video = is_video
        self._begins, self._is_key = _H264 if codec == "H264" else _VP8
        self.opens: Opens | None = None
        """What frames that become ready from now on are to be opened with."""
        self._clock = clock
        self._wait = PICTURE_WAIT if is_video else VOICE_WAIT
        self._packets: dict[int, Packet] = {}  # by extended sequence number
        self._next: int | None = None
        self._gap_since: float | None = None
        self._need_key = is_video
        self._asked = float("-inf")

    def add(self, packet: Packet) -> tuple[bool, Frame | None]:
        """Take one packet; returns (ask for a key frame, the frames that are ready)."""
        now = self._clock()
        skipped = self._place(packet)
        frames = self._ready()
        if self._packets and not frames:
            self._gap_since = now if self._gap_since is None else self._gap_since
            if now - self._gap_since > self._wait and self._skip():
                skipped = True
                frames = self._ready()
        if frames or not self._packets:
            self._gap_since = now if self._packets else None
        if self._is_video:
            self._need_key = self._need_key or skipped
            frames = self._from_key_on(frames)
        return self._ask(now), _bundle(frames, self.opens)

    def _place(self, packet: Packet) -> bool:
        """Keep the packet in its place; True when the stream jumped and what was waiting is lost."""
        if self._next is None:
            self._next = packet.sequence_number + 65536
        behind = (self._next - packet.sequence_number + 32768) % 65536 - 32768
        place = self._next - behind
        if abs(behind) > MAX_JUMP or len(self._packets) >= MAX_PACKETS:
            self._packets.clear()
            self._next = packet.sequence_number + 65536
            self._packets[self._next] = packet
            return True
        if place >= self._next:
            self._packets.setdefault(place, packet)
        return False

    def _ready(self) -> list[tuple[int, bytes]]:
        """Take out all complete frames from the expected packet on, in order."""
        frames: list[tuple[int, bytes]] = []
        while (taken := self._complete()) is not None:
            frames.append(taken)
        return frames

    def _complete(self) -> tuple[int, bytes] | None:
        if self._next is None or (first := self._packets.get(self._next)) is None:
            return None
        last = self._next
        if self._is_video:
            while not self._packets[last].marker:
                following = self._packets.get(last + 1)
                if following is None:
                    return None
                if following.timestamp != first.timestamp:
                    break
                last += 1
        parts = [_encoded(self._packets.pop(place)) for place in range(self._next, last + 1)]
        self._next = last + 1
        return first.timestamp, b"".join(parts)

    def _skip(self) -> bool:
        """Give up on what is missing: go on at the first packet that can begin a frame."""
        for place in sorted(self._packets):
            if place != self._next and (not self._is_video or self._begins(self._packets[place].payload)):
                self._next = place
                break
            del self._packets[place]
        return True

    def _from_key_on(self, frames: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
        """After a loss, pictures that build on what is missing are left out until a whole one comes."""
        while self._need_key and frames:
            if self._is_key(frames[0][1]):
                self._need_key = False
            else:
                frames = frames[1:]
        return frames

    def _ask(self, now: float) -> bool:
        if not self._need_key or now - self._asked < KEY_REPEAT:
            return False
        self._asked = now
        return True


def _bundle(frames: list[tuple[int, bytes]], opens: Opens | None) -> Frame | None:
    if not frames:
        return None
    timestamp, data = frames[0]
    return Frame(data, timestamp, [((later - timestamp) % 2**32, more) for later, more in frames[1:]], opens)


def _encoded(packet: Packet) -> bytes:
    """The codec's own bytes, which the receiver has put beside the payload."""
    data: bytes = getattr(packet, "_data", packet.payload)
    return data


def _begins_frame(payload: bytes) -> bool:
    return bool(payload) and payload[0] & 0x1F == 0x10


def _is_key(data: bytes) -> bool:
    return bool(data) and not data[0] & 1


_NAL = b"\x00\x00\x00\x01"
_WHOLE, _PARAMETERS = 5, 7  # units of a whole picture, and of what is needed before it
_SEVERAL, _PIECE = 24, 28  # packets with several units, and with a piece of one


def _begins_whole_picture(payload: bytes) -> bool:
    """H.264 says of each unit what it is of, not where a picture begins; after a loss only a whole one is of use."""
    if len(payload) < 4:
        return False
    kind = payload[0] & 0x1F
    if kind == _PIECE:
        return bool(payload[1] & 0x80) and payload[1] & 0x1F in (_WHOLE, _PARAMETERS)
    return (payload[3] & 0x1F if kind == _SEVERAL else kind) in (_WHOLE, _PARAMETERS)


def _has_whole_picture(data: bytes) -> bool:
    return any(unit[0] & 0x1F in (_WHOLE, _PARAMETERS) for unit in data.split(_NAL) if unit)


_VP8 = _begins_frame, _is_key
_H264 = _begins_whole_picture, _has_whole_picture
