"""The microphone as a source of sound; open only while we are heard."""

from __future__ import annotations

import asyncio
from typing import Any

from media.device_stream import ALIVE_SECONDS
from media.errors import DeviceGoneError
from media.ring_device import RingDevice
from media.timing import BLOCK, Samples

GIVE_UP_SECONDS = 3.0  # without any sound for this long, the device will not come back
_MOST_WAITING = 6 * BLOCK  # more is a stall of ours: go on with the newest
_KEPT_AFTER_STALL = 3 * BLOCK  # 60 ms


class Microphone(RingDevice):
    """A `VoiceSource`: PortAudio's callback fills a ring and wakes the loop once a block."""

    def __init__(self, device: str = "") -> None:
        """`device`: its name, a part of it, or its number; empty for the system's default."""
        super().__init__(device, recording=True, capacity=25 * BLOCK)
        self.overflows = 0  # times the device lost sound before we got it

    @property
    def dropped(self) -> int:
        """Samples lost because we were too slow."""
        return self._ring.dropped

    async def block(self) -> Samples:
        """The next 20 ms. Raises `DeviceGoneError` when the microphone is gone, or silent for good."""
        while True:
            # first, since a sound server may have given the stream of a device that is gone to another one
            if self._stream.finished:
                raise DeviceGoneError(f"the microphone ({self.name}) went away", "connect it again, then unmute")
            if len(self._ring) > _MOST_WAITING:
                self._ring.skip_to_newest(_KEPT_AFTER_STALL)
            if (block := self._ring.pull(BLOCK)) is not None:
                return block
            if self._stream.quiet_for > GIVE_UP_SECONDS:
                raise DeviceGoneError(
                    f"the microphone ({self.name}) gives no sound", "it may be suspended or switched off"
                )
            self._woken.clear()
            try:
                async with asyncio.timeout(ALIVE_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                continue

    def _on_block(self, data: Any, status: Any) -> None:
        if status.input_overflow:
            self.overflows += 1
        self._ring.push(data[:, 0])
