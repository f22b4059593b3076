"""The speaker, fed through a ring; what is missing is played as silence."""

from __future__ import annotations

import asyncio
from typing import Any

from media.device_stream import DeviceStream
from media.ring import Ring
from media.timing import BLOCK, Samples

_LONGEST_WAIT = 0.1  # seconds


class Speaker:
    """Plays what was written, 20 ms at a time."""

    def __init__(self, device: str = "") -> None:
        """`device`: a part of its name or its number; empty for the system's default."""
        self._ring = Ring(10 * BLOCK)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._played = asyncio.Event()
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
        self._loop = asyncio.get_running_loop()
        await asyncio.to_thread(self._stream.start)

    def write(self, samples: Samples) -> None:
        """Queue sound. Never waits; the oldest is lost when there is too much."""
        self._ring.push(samples)

    async def played(self) -> None:
        """Wait until some of what was queued has been played, but not for ever: the device may have stopped."""
        self._played.clear()
        try:
            async with asyncio.timeout(_LONGEST_WAIT):
                await self._played.wait()
        except TimeoutError:
            return

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
        if self._loop is not None:
            try:
                self._loop.call_soon_threadsafe(self._played.set)
            except RuntimeError:
                self._loop = None  # the loop is closed: nobody waits any more
