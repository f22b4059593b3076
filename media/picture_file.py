"""A picture or film file as a camera: anything that can be read locally; films run in a loop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import av
from av.container import InputContainer

from media.errors import MediaError
from media.local_file import FAILURES, MOST_PIXELS, check_local_file, open_local_file, trouble_with, unreadable
from media.reader import PICTURES_PER_SECOND, Pictures, PictureThread, prepared
from media.timing import Clock, Pacer, monotonic

STILLS_PER_SECOND = 5.0  # often enough for somebody who joins late


class PictureFile:
    """Knows after opening once whether it is a still picture or a film."""

    kind: Final = "file"

    def __init__(self, name: str, clock: Clock = monotonic) -> None:
        """Reads the beginning to be sure that there is a picture. Raises `MediaError`."""
        self._path = check_local_file(name)
        self.name = f"the file {self._path.name}"
        first, film = self._look()
        self._still = None if film else first.to_ndarray()
        self._thread: PictureThread | None = None
        self._pacer = Pacer(1 / STILLS_PER_SECOND, clock)

    async def probe(self) -> str:
        """An empty string while the file is there."""
        return trouble_with(self._path)

    async def open(self) -> None:
        """Start from the beginning."""
        await self.close()
        if self._still is None:
            self._thread = PictureThread(self._film, name=self.name, paced=True)
            self._thread.start()

    async def picture(self) -> av.VideoFrame:
        """The next picture. Raises `MediaError` when the file cannot be read any more."""
        if self._still is not None:
            await self._pacer.tick()
            # a new frame each time: receivers may still be reading the last one in their threads
            return av.VideoFrame.from_ndarray(self._still, format="yuv420p")
        if self._thread is None:
            raise MediaError(f"{self.name} is not open")
        return await self._thread.picture()

    async def close(self) -> None:
        """Release the file."""
        if self._thread is not None:
            thread, self._thread = self._thread, None
            await thread.stop()

    def _look(self) -> tuple[av.VideoFrame, bool]:
        """The first picture as it is sent, and whether there is another one."""
        with self._frames() as frames:
            first = next(frames, None)
            if first is None:
                raise MediaError(f"{self.name} holds no picture that can be read")
            return prepared(first), next(frames, None) is not None

    def _film(self) -> Pictures:
        offset = last = 0.0
        while True:
            # what follows the end is due one picture later, so that even a single frame cannot spin
            start = offset
            for frame in self._once():
                last = max(last, start + max(0.0, frame.time or 0.0))
                yield last, frame
            offset = last + 1 / PICTURES_PER_SECOND

    def _once(self) -> Iterator[av.VideoFrame]:
        with self._frames() as frames:
            yield from frames

    @contextmanager
    def _frames(self) -> Iterator[Iterator[av.VideoFrame]]:
        with open_local_file(self._path) as container:
            yield self._decoded(container)

    def _decoded(self, container: InputContainer) -> Iterator[av.VideoFrame]:
        if not container.streams.video:
            raise MediaError(f"{self.name} holds no picture")
        stream = container.streams.video[0]
        try:
            stream.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
            yield from container.decode(stream)
        except FAILURES:
            raise unreadable(self._path) from None
