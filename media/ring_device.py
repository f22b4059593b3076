"""What microphone and speaker share: a stream, a ring beside it, and a loop that is woken once a block."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from typing import Any

from media.device_stream import DeviceStream
from media.devices import Device
from media.ring import Ring


class RingDevice(ABC):
    """One direction of a sound device."""

    def __init__(self, device: str, *, recording: bool, capacity: int) -> None:
        """`device`: its name, a part of it, or its number; empty for the system's default. `capacity` in samples."""
        self._ring = Ring(capacity)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._woken = asyncio.Event()
        self._stream = DeviceStream(device, recording=recording, on_block=self._block_came, on_finished=self._wake)

    @property
    def name(self) -> str:
        """The device, once known."""
        return self._stream.name

    @property
    def device(self) -> Device | None:
        """The device itself, once known."""
        return self._stream.device

    @property
    def alive(self) -> bool:
        """Open, and the device called back within the last half second."""
        return self._stream.alive

    async def probe(self) -> str:
        """An empty string when there is such a device, or one sentence. Opens nothing."""
        return await asyncio.to_thread(self._stream.probe)

    async def others(self) -> list[Device]:
        """What there is besides this one, the default first. Opens nothing."""
        return await asyncio.to_thread(self._stream.others)

    async def open(self) -> None:
        """Begin. Raises `MediaError`."""
        self._loop = asyncio.get_running_loop()
        self._ring.clear()
        await asyncio.to_thread(self._stream.start)

    async def close(self) -> None:
        """Stop at once and release the device."""
        await asyncio.to_thread(self._stream.stop)

    @abstractmethod
    def _on_block(self, data: Any, status: Any) -> None:
        """In PortAudio's thread: take or give one block, an array of one column. Must not raise or wait."""

    def _block_came(self, data: Any, status: Any) -> None:
        self._on_block(data, status)
        self._wake()

    def _wake(self) -> None:
        """From a foreign thread: one wake-up."""
        if self._loop is not None:
            try:
                self._loop.call_soon_threadsafe(self._woken.set)
            except RuntimeError:
                self._loop = None  # the loop is closed: nobody waits any more
