"""Pictures from a device that FFmpeg reads, in a thread. Open only while it is used."""

from __future__ import annotations

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import av
from av.container import InputContainer

from media.errors import DeviceGoneError, MediaError
from media.local_file import FAILURES, PROTOCOLS
from media.reader import HEIGHT, PICTURES_PER_SECOND, WIDTH, Pictures, PictureThread

GIVE_UP_SECONDS: Final = 8.0  # without a picture for this long; some cameras take seconds to begin


@dataclass(frozen=True, slots=True)
class Input:
    """A device as FFmpeg opens it."""

    format: str
    file: str
    name: str  # for a person
    asked: Mapping[str, str] = field(default_factory=dict)  # options; without them if they are refused


class Grabber(ABC):
    """What cameras and screens share of a `PictureSource`."""

    rate: float = PICTURES_PER_SECOND
    box: tuple[int, int] = (WIDTH, HEIGHT)
    back: str = "connect it again, then switch it on"

    def __init__(self, name: str) -> None:
        self._thread: PictureThread | None = None
        self._seen = False  # it has given a picture since it was opened
        self.name = name

    @property
    def file(self) -> str:
        """Which device it is; empty while there is none."""
        try:
            return self._found().file
        except MediaError:
            return ""

    async def probe(self) -> str:
        """An empty string when there is such a device, or one sentence. Opens nothing."""
        try:
            self.name = self._found().name
        except MediaError as error:
            return str(error)
        return ""

    async def open(self) -> None:
        """Switch it on. Raises `MediaError` when there is none; one that cannot be read shows in `picture`."""
        await self.close()
        found = self._found()
        self.name = found.name
        self._seen = False
        self._thread = PictureThread(lambda: _frames(found), name=found.name, paced=False, rate=self.rate, box=self.box)
        self._thread.start()

    async def picture(self) -> av.VideoFrame:
        """The next picture. Raises `MediaError`; a `DeviceGoneError` when it has given pictures before."""
        if self._thread is None:
            raise MediaError(f"{self.name} is not open")
        try:
            async with asyncio.timeout(GIVE_UP_SECONDS):
                frame = await self._thread.picture()
        except MediaError as error:
            if self._seen:
                raise DeviceGoneError(str(error), self.back) from None
            raise
        except TimeoutError:
            raise MediaError(
                f"{self.name} gives no pictures: another program may hold it, or it may be switched off"
            ) from None
        self._seen = True
        return frame

    async def close(self) -> None:
        """Switch it off."""
        if self._thread is not None:
            thread, self._thread = self._thread, None
            await thread.stop()

    @abstractmethod
    def _found(self) -> Input:
        """Which one it is now. Looks at names only. Raises `MediaError`."""


def _frames(found: Input) -> Pictures:
    with _opened(found) as container:
        if not container.streams.video:
            raise MediaError(f"{found.name} gives no pictures")
        for frame in container.decode(container.streams.video[0]):
            yield time.monotonic(), frame


@contextmanager
def _opened(found: Input) -> Iterator[InputContainer]:
    try:
        try:
            container = av.open(found.file, mode="r", format=found.format, options={**PROTOCOLS, **found.asked})
        except FAILURES:
            # perhaps only the size or the rate was refused: whatever it gives by itself will do
            container = av.open(found.file, mode="r", format=found.format, options=dict(PROTOCOLS))
    except FAILURES:
        raise MediaError(f"{found.name} cannot be opened: another program may be using it") from None
    with container:
        yield container
