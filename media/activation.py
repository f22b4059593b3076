"""Voice activation: what is not speech is replaced by silence before it is encoded.

The packets go on at the same pace and size, so nobody on the path learns when somebody speaks; that is known to those
who hear the sound, as always. What it costs is a delay of `PRE_ROLL` blocks, so that the beginning of a word, which is
soft, is not cut off.
"""

from __future__ import annotations

from collections import deque
from typing import Final

import numpy as np

from media.level import loudness_db
from media.timing import BLOCK, Samples

PRE_ROLL: Final = 3
"""Blocks from before the decision that are heard as well: 60 ms."""
HANG_OVER: Final = 15
"""Quiet blocks that still pass: 300 ms."""

_ABOVE_NOISE: Final = 12.0  # dB over the noise of the room begin to pass,
_HYSTERESIS: Final = 4.0  # and so much less goes on to
_LOUD_BLOCKS: Final = 2  # in a row: a key press is one
_QUIETEST_NOISE, _LOUDEST_NOISE = -70.0, -42.0  # dB below full scale; above, it is more likely somebody who goes on
_FALL: Final = 0.5  # of the way, per block: pauses show the noise of the room
_RISE: Final = 0.03  # dB per block while nothing passes: 1.5 dB a second
_RISE_PASSING: Final = 0.012  # dB per block: 0.6 dB a second, so that a fan ends to pass and a long word does not


class Activation:
    """Follows one microphone, a block (20 ms) at a time."""

    def __init__(self) -> None:
        self._waiting: deque[Samples] = deque(np.zeros(BLOCK, dtype=np.int16) for _ in range(PRE_ROLL))
        self._noise: float | None = None  # dB below full scale
        self._loud = 0  # blocks in a row
        self._left = 0  # blocks that still pass
        self._was_passing = False

    @property
    def passing(self) -> bool:
        """Sound is let through."""
        return self._left > 0

    @property
    def threshold_db(self) -> float:
        """What is louder than this begins to pass: dB below full scale."""
        return (_QUIETEST_NOISE if self._noise is None else self._noise) + _ABOVE_NOISE

    def feed(self, block: Samples) -> Samples:
        """Take the next block; gives the one of `PRE_ROLL` blocks before, or silence."""
        db = loudness_db(block.astype(np.int32) - round(float(block.mean())))  # some devices add a constant
        self._follow(db)
        self._loud = self._loud + 1 if db > self.threshold_db else 0
        if self._loud >= _LOUD_BLOCKS or (self.passing and db > self.threshold_db - _HYSTERESIS):
            self._left = HANG_OVER + PRE_ROLL
        elif self._left:
            self._left -= 1
        self._waiting.append(block)
        return self._shaped(self._waiting.popleft())

    def _follow(self, db: float) -> None:
        noise = db if self._noise is None else self._noise
        if db < noise:
            noise += _FALL * (db - noise)
        else:
            noise = min(db, noise + (_RISE_PASSING if self.passing else _RISE))
        self._noise = min(_LOUDEST_NOISE, max(_QUIETEST_NOISE, noise))

    def _shaped(self, block: Samples) -> Samples:
        """The block, softly begun and ended."""
        before, self._was_passing = self._was_passing, self.passing
        if before and self.passing:
            return block
        if not before and not self.passing:
            return np.zeros_like(block)
        ramp = np.linspace(float(before), float(self.passing), len(block), dtype=np.float32)
        shaped: Samples = (block * ramp).astype(np.int16)
        return shaped
