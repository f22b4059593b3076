"""The clockwork everything here shares: 48 kHz mono in blocks of 20 ms, and a pacer for real time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

RATE = 48_000  # samples a second
BLOCK = 960  # samples a block: 20 ms
BLOCK_SECONDS = BLOCK / RATE
SOUND_TIME_BASE = Fraction(1, RATE)
PICTURE_RATE = 90_000  # ticks a second of picture time stamps
PICTURE_TIME_BASE = Fraction(1, PICTURE_RATE)

Clock = Callable[[], float]
"""Seconds that only ever grow, such as `time.monotonic`."""

Samples = NDArray[np.int16]
"""Mono sound at `RATE`, full scale 32768."""

monotonic: Clock = time.monotonic


class Pacer:
    """Wakes once a period, without drift; after a long stall it starts anew instead of hurrying."""

    def __init__(self, period: float, clock: Clock = monotonic, *, patience: int = 5) -> None:
        """`period` in seconds; more than `patience` periods late, the lost ones are forgotten."""
        self.period = period
        self._clock = clock
        self._patience = patience
        self._due: float | None = None

    async def tick(self) -> None:
        """Wait until the next period begins. The first call returns at once."""
        now = self._clock()
        if self._due is None or now - self._due > self._patience * self.period:
            self._due = now
        # sleep(0) when late: a source that cannot keep up still lets the loop breathe
        await asyncio.sleep(max(0.0, self._due - now))
        self._due += self.period
