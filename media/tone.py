"""A steady tone: somebody who can be recognised by frequency."""

from __future__ import annotations

import numpy as np

from media.timing import BLOCK, BLOCK_SECONDS, RATE, Clock, Pacer, Samples, monotonic

AMPLITUDE = 0.3  # of full scale


class Tone:
    """A sine, without a seam between blocks."""

    def __init__(self, frequency: float, clock: Clock = monotonic) -> None:
        """`frequency` in Hz."""
        self._step = 2 * np.pi * frequency / RATE
        self._phase = 0.0
        self._pacer = Pacer(BLOCK_SECONDS, clock)
        self.name = f"a tone of {frequency:g} Hz"

    async def probe(self) -> str:
        """Always there."""
        return ""

    async def open(self) -> None:
        """Nothing to open."""

    async def block(self) -> Samples:
        """The next 20 ms."""
        await self._pacer.tick()
        phases = self._phase + self._step * np.arange(BLOCK)
        self._phase = float((self._phase + self._step * BLOCK) % (2 * np.pi))
        samples: Samples = (np.sin(phases) * (AMPLITUDE * 32767)).astype(np.int16)
        return samples

    async def close(self) -> None:
        """Nothing to close."""
