"""A sound file as a voice: any format that can be read locally, in a loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import cast

import av
import numpy as np

from media.errors import MediaError
from media.local_file import FAILURES, check_local_file, open_local_file, trouble_with, unreadable
from media.timing import BLOCK, BLOCK_SECONDS, RATE, Clock, Pacer, Samples, monotonic

_READ_AHEAD = RATE  # samples decoded at a time
_SLOWEST, _FASTEST = 2_000, 768_000  # Hz: below, a small file would grow into gigabytes
_MOST_CHANNELS = 32


class SoundFile:
    """Decodes in a thread, a second at a time."""

    def __init__(self, name: str, clock: Clock = monotonic) -> None:
        """Reads the beginning to be sure that there is sound. Raises `MediaError`."""
        self._path = check_local_file(name)
        self.name = f"the file {self._path.name}"
        reader = _LoopReader(self._path)
        try:
            reader.read(1)
        finally:
            reader.close()
        self._reader: _LoopReader | None = None
        self._waiting: Samples = np.zeros(0, dtype=np.int16)
        self._pacer = Pacer(BLOCK_SECONDS, clock)

    async def probe(self) -> str:
        """An empty string while the file is there."""
        return trouble_with(self._path)

    async def open(self) -> None:
        """Start from the beginning. Raises `MediaError`."""
        await self.close()
        self._waiting = self._waiting[:0]
        self._reader = _LoopReader(self._path)

    async def block(self) -> Samples:
        """The next 20 ms. Raises `MediaError` when the file cannot be read any more."""
        if self._reader is None:
            raise MediaError(f"{self.name} is not open")
        if len(self._waiting) < BLOCK:
            more = await asyncio.to_thread(self._reader.read, _READ_AHEAD)
            self._waiting = np.concatenate((self._waiting, more))
        await self._pacer.tick()
        block, self._waiting = self._waiting[:BLOCK], self._waiting[BLOCK:]
        return block

    async def close(self) -> None:
        """Release the file."""
        if self._reader is not None:
            reader, self._reader = self._reader, None
            # in a thread: a read that was given up may still hold the container
            await asyncio.to_thread(reader.close)


class _LoopReader:
    """Decoded sound of a file, again and again. One `read` at a time; may be closed from another thread."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._pieces = _endless(path)

    def read(self, least: int) -> Samples:
        """At least `least` samples, mono 48 kHz. Raises `MediaError`."""
        pieces: list[Samples] = []
        count = 0
        with self._lock:
            while count < least:
                piece = next(self._pieces, None)
                if piece is None:  # closed
                    raise unreadable(self._path)
                pieces.append(piece)
                count += len(piece)
        return np.concatenate(pieces)

    def close(self) -> None:
        """Wait for a running `read` and let go of the file."""
        with self._lock:
            self._pieces.close()


def _endless(path: Path) -> Generator[Samples, None, None]:
    while True:
        count = 0
        for piece in _once(path):
            count += len(piece)
            yield piece
        if count == 0:
            raise MediaError(f"the file {path.name} holds no sound that can be read")


def _once(path: Path) -> Generator[Samples, None, None]:
    with open_local_file(path) as container:
        if not container.streams.audio:
            raise MediaError(f"the file {path.name} holds no sound")
        try:
            frames = container.decode(container.streams.audio[0])
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            for frame in frames:
                if not (_SLOWEST <= frame.sample_rate <= _FASTEST and frame.layout.nb_channels <= _MOST_CHANNELS):
                    raise unreadable(path)
                frame.pts = None  # only the order counts; holes in time stamps would be filled with silence
                yield from _flat(resampler.resample(frame))
            yield from _flat(resampler.resample(None))
        except FAILURES:
            raise unreadable(path) from None


def _flat(frames: list[av.AudioFrame]) -> Iterator[Samples]:
    for frame in frames:
        yield cast(Samples, frame.to_ndarray().reshape(-1))
