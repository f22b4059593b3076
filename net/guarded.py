"""A decoder that a stranger's frame can neither end nor fill the memory with, and that decodes nothing unopened.

It stands around the library's decoders (see `net.seams`), in the threads that decode. Where frames come sealed, one
that does not open is left out: of voice there is silence, and after a lost picture none is decoded until a whole one
opens. A key frame is asked for, and then again ever more rarely: of somebody without the key none would help. Where
frames come as they are, those that are sealed all the same are left out too: they would be decoded to noise.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

import av

from net.frame_cryptor import looks_sealed
from net.jitter import Frame, Opens
from net.services.sealing import Unsealed

MAX_PICTURE_SIDE = 1920
"""Pixels. A larger remote picture is not decoded: a single small packet could ask for a gigabyte."""
ASK_AGAIN = 0.5
"""Seconds from the first request for a key frame to the second; each time twice as long, up to the longest."""
ASK_AT_LEAST = 8.0
"""The longest time between two."""
INVALID_DATA = 0x41444E49
"""The number of this error in libav (AVERROR_INVALIDDATA is "INDA", negated)."""


class Decoder(Protocol):
    """What the library's decoders do."""

    def decode(self, encoded_frame: Frame) -> list[Any]: ...


class Guarded:
    """A decoder with a guard before it. Used by one thread."""

    def __init__(self, decoder: Decoder, is_vp8: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._decoder = decoder
        self._is_vp8 = is_vp8
        self._clock = clock
        self._opens: Opens | None = None
        self._before = b""  # the end of the last frame that came as it is
        self._lost = False  # a sealed picture did not open: what builds on it is not decoded
        self._ask_at = 0.0
        self._patience = ASK_AGAIN

    def decode(self, encoded_frame: Frame) -> list[Any]:
        """Decode a frame and its followers. Raises `av.FFmpegError`, upon which the receiver asks for a key frame."""
        if encoded_frame.opens != self._opens:
            self._changed(encoded_frame.opens)
        decoded: list[Any] = []
        for offset, sealed in [(0, encoded_frame.data), *encoded_frame.followers]:
            data = self._opened(sealed)
            # An empty packet means "end of stream" to the codec, which then refuses every later one.
            if data and not (self._is_vp8 and _too_large(data)):
                decoded += self._decoder.decode(Frame(data, encoded_frame.timestamp + offset))
        if self._lost and not decoded and self._clock() >= self._ask_at:
            self._ask_at = self._clock() + self._patience
            self._patience = min(2 * self._patience, ASK_AT_LEAST)
            raise av.InvalidDataError(INVALID_DATA, "a sealed picture did not open")
        return decoded

    def _changed(self, opens: Opens | None) -> None:
        """Somebody else is on the stream: their pictures do not build on those of whom was there."""
        self._lost = self._is_vp8
        self._opens = opens
        self._ask_at, self._patience = 0.0, ASK_AGAIN

    def _opened(self, frame: bytes) -> bytes:
        """What may be decoded of a frame: all, or nothing."""
        if frame:
            try:
                frame = self._opens(frame) if self._opens is not None else self._as_it_is(frame)
            except Unsealed:
                self._lost = self._is_vp8
                return b""
        if self._lost and frame:
            if frame[0] & 1:
                return b""
            self._lost, self._ask_at, self._patience = False, 0.0, ASK_AGAIN
        return frame

    def _as_it_is(self, frame: bytes) -> bytes:
        """A frame that is not sealed. One may end as if it were, by chance; the first one may not, nor two in turn."""
        end, before = frame[-2:], self._before
        self._before = end
        if looks_sealed(frame) and before in (b"", end):
            raise Unsealed("The frame is sealed, and there is no key for it.")
        return frame


def _too_large(data: bytes) -> bool:
    """Whether a VP8 key frame (RFC 6386 section 9.1) announces a picture beyond the bound."""
    if data[0] & 1 or len(data) < 10:
        return False
    width = int.from_bytes(data[6:8], "little") & 0x3FFF
    height = int.from_bytes(data[8:10], "little") & 0x3FFF
    return width > MAX_PICTURE_SIDE or height > MAX_PICTURE_SIDE
