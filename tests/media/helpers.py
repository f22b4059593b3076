"""What the tests of sound and pictures share."""

from __future__ import annotations

import asyncio
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
import numpy as np
import pytest

from media.engine import Engine
from media.timing import BLOCK, RATE, Samples


class ManualClock:
    """Seconds that pass only when told."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += seconds


class FakeVoice:
    """A voice source whose blocks are handed in by the test."""

    def __init__(self) -> None:
        self.name = "a fake voice"
        self.blocks: asyncio.Queue[Samples | Exception] = asyncio.Queue()
        self.opened = 0
        self.closed = 0
        self.refuses: Exception | None = None

    async def probe(self) -> str:
        return str(self.refuses or "")

    async def open(self) -> None:
        await asyncio.sleep(0)
        if self.refuses is not None:
            raise self.refuses
        self.opened += 1

    async def block(self) -> Samples:
        block = await self.blocks.get()
        if isinstance(block, Exception):
            raise block
        return block

    async def close(self) -> None:
        self.closed += 1


def sine(frequency: float, count: int = BLOCK, *, start: int = 0, amplitude: float = 0.3) -> Samples:
    """A sine, int16; `start` in samples."""
    places = np.arange(start, start + count)
    return (np.sin(2 * np.pi * frequency * places / RATE) * amplitude * 32767).astype(np.int16)


def sound_frame(
    samples: Samples, pts: int | None = 0, *, layout: str = "mono", rate: int = RATE, base: int = RATE
) -> av.AudioFrame:
    """A decoded frame (s16, packed); `samples` are interleaved when there are several channels."""
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), format="s16", layout=layout)
    frame.sample_rate = rate
    frame.pts = pts
    frame.time_base = Fraction(1, base)
    return frame


def picture_frame(colour: tuple[int, int, int], width: int = 320, height: int = 180) -> av.VideoFrame:
    """A plain picture, yuv420p."""
    pixels = np.full((height, width, 3), colour, dtype=np.uint8)
    return av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")


def write_sound(path: Path, samples: Samples, *, codec: str = "pcm_s16le", rate: int = RATE) -> Path:
    """A sound file made by FFmpeg."""
    with av.open(str(path), "w") as container:
        stream = cast(av.AudioStream, container.add_stream(codec, rate=rate))
        stream.layout = "mono"
        for start in range(0, len(samples), 1024):
            frame = sound_frame(samples[start : start + 1024], start, rate=rate, base=rate)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def write_film(path: Path, colours: list[tuple[int, int, int]], *, size: tuple[int, int] = (320, 180)) -> Path:
    """A film of plain pictures, 15 a second."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=15)
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        for colour in colours:
            container.mux(stream.encode(picture_frame(colour, *size)))
        container.mux(stream.encode(None))
    return path


def silent(**options: Any) -> Engine:
    """An engine that plays nothing."""
    given: dict[str, Any] = {"voice": None, "picture": None, "speaker": False}
    return Engine(**given | options)


linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"),  # CI is, so nothing is skipped there
    reason="PulseAudio's sockets and files, and how threads are counted, are those of Linux",
)
