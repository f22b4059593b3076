"""Decoded sound of any shape to mono int16 at 48 kHz."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, cast

import av
import numpy as np

from media.timing import RATE, Samples

MOST_SAMPLES = RATE  # of one frame; Opus frames have at most 5760
_RATES = (8_000, 192_000)
_MOST_CHANNELS = 8


class Mono:
    """Converts the frames of one person. The usual frames (s16, 48 kHz, 1 or 2 channels) take a short way."""

    def __init__(self) -> None:
        self._resampler: av.AudioResampler | None = None
        self._shape: tuple[int, str, str] | None = None

    def convert(self, frame: av.AudioFrame) -> tuple[int | None, Samples] | None:
        """The time stamp in 1/48000 s (None when the frame has none) and the samples; None for absurd frames."""
        channels = frame.layout.nb_channels
        if not (
            0 < frame.samples <= MOST_SAMPLES
            and _RATES[0] <= frame.sample_rate <= _RATES[1]
            and 0 < channels <= _MOST_CHANNELS
        ):
            return None
        pts = _in_samples(frame.pts, frame.time_base)
        if frame.sample_rate == RATE and frame.format.name == "s16" and channels <= 2:
            # a look at the frame's own memory, which it keeps as long as somebody looks
            flat: Samples = np.frombuffer(cast(Any, frame.planes[0]), np.int16, frame.samples * channels)
            if channels == 1:
                return pts, flat
            pairs = flat.reshape(-1, 2).astype(np.int32)
            return pts, ((pairs[:, 0] + pairs[:, 1]) >> 1).astype(np.int16)
        return pts, self._resampled(frame)

    def _resampled(self, frame: av.AudioFrame) -> Samples:
        shape = (frame.sample_rate, frame.format.name, frame.layout.name)
        if self._resampler is None or shape != self._shape:
            self._resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            self._shape = shape
        pts, frame.pts = frame.pts, None  # the resampler would fill holes itself; that is the lane's work
        try:
            pieces = [cast(Samples, part.to_ndarray().reshape(-1)) for part in self._resampler.resample(frame)]
        finally:
            frame.pts = pts
        return np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int16)


def _in_samples(pts: int | None, time_base: Fraction | None) -> int | None:
    if pts is None or not time_base:
        return None
    if time_base.denominator == RATE and time_base.numerator == 1:  # the usual one, and fractions are slow
        return pts
    return int(pts * time_base * RATE)
