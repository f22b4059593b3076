"""Loudness for the eye: a level with a calm fall, and whether somebody is speaking."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from media.timing import Samples

SILENCE_DB = -96.0
QUIETEST_DB = -60.0  # shown as 0
LOUDEST_DB = -12.0  # shown as 1: speech peaks well above its RMS

_FALL = 0.88  # of the level, per block
_SPEECH_DB = -42.0  # louder: speaking
_PAUSE_DB = -50.0  # quieter: perhaps a pause
_HANGOVER = 40  # speaking ends when quiet blocks (2 each) and half quiet ones (1 each) add up to this: 0.4 to 0.8 s


@dataclass(frozen=True, slots=True)
class Level:
    """How loud one person is now."""

    level: float = 0.0  # 0 to 1
    speaking: bool = False


def loudness_db(samples: Samples | NDArray[np.int32]) -> float:
    """RMS in dB below full scale; `SILENCE_DB` for nothing."""
    if len(samples) == 0:
        return SILENCE_DB
    wide = samples.astype(np.float32)
    return power_db(float(np.dot(wide, wide)) / len(wide))


def power_db(power: float) -> float:
    """The mean of squared samples in dB below full scale."""
    rms = math.sqrt(power) / 32768
    return max(SILENCE_DB, 20 * math.log10(rms)) if rms > 0 else SILENCE_DB


def shown(db: float) -> float:
    """dB below full scale as a level: 0 to 1."""
    return min(1.0, max(0.0, (db - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)))


class Meter:
    """Follows the loudness of one voice, a block (20 ms) at a time."""

    def __init__(self) -> None:
        self._level = 0.0
        self._speaking = False
        self._pause = 0

    def feed(self, block: Samples | None) -> None:
        """Take the next block; None is silence."""
        self.follow(SILENCE_DB if block is None else loudness_db(block))

    def follow(self, db: float) -> None:
        """Take the loudness of the next block."""
        loud = shown(db)
        fallen = self._level * _FALL
        self._level = max(loud, fallen if fallen > 0.01 else 0.0)
        if db > _SPEECH_DB:
            self._speaking, self._pause = True, 0
        else:
            self._pause += 2 if db < _PAUSE_DB else 1
            self._speaking = self._speaking and self._pause < _HANGOVER

    @property
    def now(self) -> Level:
        """The level as it stands."""
        return Level(self._level, self._speaking)
