"""The microphone as a source of sound; open only while we are heard."""

from __future__ import annotations

import asyncio
from typing import Any

from media.device_stream import ALIVE_SECONDS, DeviceStream
from media.errors import MediaError
from media.ring import Ring
from media.timing import BLOCK, Samples

GIVE_UP_SECONDS = 3.0  # without any sound for this long, the device will not come back
_MOST_WAITING = 6 * BLOCK  # more is a stall of ours: go on with the newest
_KEPT_AFTER_STALL = 3 * BLOCK  # 60 ms


class Microphone:
    """A `VoiceSource`: PortAudio's callback fills a ring and wakes the loop once a block."""

    def __init__(self, device: str = "") -> None:
        """`device`: a part of its name or its number; empty for the system's default."""
        self._ring = Ring(25 * BLOCK)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._arrived = asyncio.Event()
        self._stream = DeviceStream(device, recording=True, on_block=self._on_block, on_finished=self._wake)
        self.overflows = 0  # times the device lost sound before we got it

    @property
    def name(self) -> str:
        """The device, once known."""
        return self._stream.name

    @property
    def alive(self) -> bool:
        """Open, and sound came within the last half second."""
        return self._stream.alive

    @property
    def dropped(self) -> int:
        """Samples lost because we were too slow."""
        return self._ring.dropped

    async def probe(self) -> str:
        """An empty string when there is a microphone, or one sentence. Does not listen."""
        return await asyncio.to_thread(self._stream.probe)

    async def open(self) -> None:
        """Begin to listen. Raises `MediaError`."""
        self._loop = asyncio.get_running_loop()
        self._ring.clear()
        await asyncio.to_thread(self._stream.start)

    async def block(self) -> Samples:
        """The next 20 ms. Raises `MediaError` when the microphone is gone, or silent for good."""
        while True:
            if len(self._ring) > _MOST_WAITING:
                self._ring.skip_to_newest(_KEPT_AFTER_STALL)
            if (block := self._ring.pull(BLOCK)) is not None:
                return block
            if self._stream.finished:
                raise MediaError(f"the microphone ({self.name}) went away: connect it again, then unmute")
            if self._stream.quiet_for > GIVE_UP_SECONDS:
                raise MediaError(f"the microphone ({self.name}) gives no sound: it may be suspended or switched off")
            self._arrived.clear()
            try:
                async with asyncio.timeout(ALIVE_SECONDS):
                    await self._arrived.wait()
            except TimeoutError:
                continue

    async def close(self) -> None:
        """Stop listening and release the device."""
        await asyncio.to_thread(self._stream.stop)

    def _on_block(self, data: Any, status: Any) -> None:
        if status.input_overflow:
            self.overflows += 1
        self._ring.push(data[:, 0])
        self._wake()

    def _wake(self) -> None:
        """From a foreign thread: one wake-up."""
        if self._loop is not None:
            try:
                self._loop.call_soon_threadsafe(self._arrived.set)
            except RuntimeError:
                self._loop = None  # the loop is closed: nobody waits any more
