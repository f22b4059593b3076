"""The speaker, fed through a ring; what is missing is played as silence."""

from __future__ import annotations

import asyncio
from typing import Any

from media.device_stream import DeviceStream
from media.ring import Ring
from media.timing import BLOCK, Samples


class Speaker:
    """Plays what was written, 20 ms at a time."""

    def __init__(self, device: str = "") -> None:
        """`device`: a part of its name or its number; empty for the system's default."""
        self._ring = Ring(10 * BLOCK)
        self._stream = DeviceStream(device, recording=False, on_block=self._on_block)
        self.underruns = 0  # blocks of silence played because nothing was there

    @property
    def name(self) -> str:
        """The device, once known."""
        return self._stream.name

    @property
    def alive(self) -> bool:
        """Open, and the device asked for sound within the last half second."""
        return self._stream.alive

    @property
    def queued(self) -> int:
        """Samples that wait to be played."""
        return len(self._ring)

    async def probe(self) -> str:
        """An empty string when there is a speaker, or one sentence. Plays nothing."""
        return await asyncio.to_thread(self._stream.probe)

    async def open(self) -> None:
        """Begin to play. Raises `MediaError`."""
        await asyncio.to_thread(self._stream.start)

    def write(self, samples: Samples) -> None:
        """Queue sound. Never waits; the oldest is lost when there is too much."""
        self._ring.push(samples)

    async def close(self) -> None:
        """Stop at once and release the device."""
        await asyncio.to_thread(self._stream.stop)

    def _on_block(self, data: Any, status: Any) -> None:
        samples = self._ring.pull(BLOCK)
        if samples is None:
            data.fill(0)
            self.underruns += 1
        else:
            data[:, 0] = samples
