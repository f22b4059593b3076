"""The speaker, fed through a ring; what is missing is played as silence."""

from __future__ import annotations

import asyncio
from typing import Any

from media.ring_device import RingDevice
from media.timing import BLOCK, Samples

_LONGEST_WAIT = 0.1  # seconds


class Speaker(RingDevice):
    """Plays what was written, 20 ms at a time."""

    def __init__(self, device: str = "") -> None:
        """`device`: its name, a part of it, or its number; empty for the system's default."""
        super().__init__(device, recording=False, capacity=10 * BLOCK)
        self.underruns = 0  # blocks of silence played because nothing was there

    @property
    def gone(self) -> bool:
        """The device ended by itself: it will not play again without being opened."""
        return self._stream.finished

    @property
    def queued(self) -> int:
        """Samples that wait to be played."""
        return len(self._ring)

    def write(self, samples: Samples) -> None:
        """Queue sound. Never waits; the oldest is lost when there is too much."""
        self._ring.push(samples)

    async def played(self) -> None:
        """Wait until some of what was queued has been played, but not for ever: the device may have stopped."""
        self._woken.clear()
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                await self._woken.wait()
        except TimeoutError:
            return

    def _on_block(self, data: Any, status: Any) -> None:
        samples = self._ring.pull(BLOCK)
        if samples is None:
            data.fill(0)
            self.underruns += 1
        else:
            data[:, 0] = samples
