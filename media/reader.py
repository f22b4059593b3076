"""A thread that reads pictures from a camera or a film and hands the newest one to the event loop."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable, Generator
from typing import cast

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace, VideoReformatter
from numpy.typing import NDArray

from media.errors import MediaError
from media.local_file import FAILURES, MOST_PIXELS
from media.threads import enter

WIDTH, HEIGHT = 320, 180  # the box pictures are scaled into
PICTURES_PER_SECOND = 15.0
_LONGEST_WAIT = 10.0  # seconds; a film with absurd time stamps goes on all the same
_STOP_SECONDS = 3.0  # a driver that does not let go within this is left behind

Pictures = Generator[tuple[float, av.VideoFrame], None, None]
"""Frames, each with the time in seconds at which it is due; times start anywhere and never go back."""


def even_size(width: int, height: int, box_width: int = WIDTH, box_height: int = HEIGHT) -> tuple[int, int]:
    """The largest even size with the shape of `width` x `height` that fits into the box; at least 2 x 2."""
    if width < 1 or height < 1 or width * height > MOST_PIXELS:
        raise ValueError("not a picture's size")
    scale = min(box_width / width, box_height / height)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def prepared(
    frame: av.VideoFrame,
    box_width: int = WIDTH,
    box_height: int = HEIGHT,
    *,
    scaler: VideoReformatter | None = None,
) -> av.VideoFrame:
    """A frame as it is sent: upright, yuv420p, even sides, within the box. Raises `ValueError` for absurd sizes.

    `scaler`, for one thread, is quicker from the second frame of a size on.
    """
    turns = (frame.rotation // 90) % 4
    if turns:
        upright = np.rot90(cast(NDArray[np.uint8], frame.to_ndarray(format="rgb24")), turns)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(upright), format="rgb24")
    width, height = even_size(frame.width, frame.height, box_width, box_height)
    # what receivers assume when nothing is said: BT.601 in limited range; pictures and films of today often differ
    return (scaler or VideoReformatter()).reformat(
        frame,
        width=width,
        height=height,
        format="yuv420p",
        interpolation="AREA",
        dst_colorspace=Colorspace.ITU601,
        dst_color_range=ColorRange.MPEG,
        threads=1,
    )


class PictureThread:
    """Runs `read` in a thread of its own until it ends, fails or is stopped. Only the newest picture is kept."""

    def __init__(
        self,
        read: Callable[[], Pictures],
        *,
        name: str,
        paced: bool,
        rate: float = PICTURES_PER_SECOND,
        box: tuple[int, int] = (WIDTH, HEIGHT),
    ) -> None:
        """`paced`: wait until a frame is due (files); otherwise take them as they come (cameras).

        `rate` is the most pictures a second, `box` their largest width and height; `name` is how messages call the
        source.
        """
        self._read = read
        self._name = name
        self._paced = paced
        self._period = 1.0 / rate
        self._box = box
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._arrived = asyncio.Event()
        self._newest: av.VideoFrame | None = None
        self._failure: MediaError | None = None

    def start(self) -> None:
        """Begin to read. Call once, on the loop."""
        loop = asyncio.get_running_loop()
        self._thread = threading.Thread(target=self._run, args=(loop,), name=f"media: {self._name}", daemon=True)
        self._thread.start()

    async def picture(self) -> av.VideoFrame:
        """Wait for a picture newer than the last one. Raises `MediaError` when there will be none."""
        while self._newest is None:
            if self._failure is not None:
                raise self._failure
            self._arrived.clear()
            await self._arrived.wait()
        frame, self._newest = self._newest, None
        return frame

    async def stop(self) -> None:
        """Ask the thread to end and wait for it, but not for ever."""
        self._stop.set()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join, _STOP_SECONDS)

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        enter()
        try:
            self._hand_on(loop)
            failure = MediaError(f"{self._name} ended")
        except MediaError as error:
            failure = error
        except FAILURES:
            failure = MediaError(f"{self._name} gives no pictures that can be read")
        self._tell(loop, None, failure)

    def _hand_on(self, loop: asyncio.AbstractEventLoop) -> None:
        scaler = VideoReformatter()
        began: float | None = None  # when the first frame was due, on the monotonic clock
        next_due = 0.0
        with contextlib.closing(self._read()) as frames:
            for due, frame in frames:
                if self._stop.is_set():
                    return
                if began is None:
                    began, next_due = time.monotonic() - due, due
                if due < next_due:
                    continue
                next_due = max(next_due + self._period, due)
                wait = began + due - time.monotonic() if self._paced else 0.0
                if self._stop.wait(max(0.0, min(wait, _LONGEST_WAIT))):
                    return
                self._tell(loop, prepared(frame, *self._box, scaler=scaler), None)

    def _tell(self, loop: asyncio.AbstractEventLoop, frame: av.VideoFrame | None, failure: MediaError | None) -> None:
        try:
            loop.call_soon_threadsafe(self._take, frame, failure)
        except RuntimeError:
            # the loop was closed while a driver was still holding us: nobody is left to tell
            self._stop.set()

    def _take(self, frame: av.VideoFrame | None, failure: MediaError | None) -> None:
        if frame is not None:
            self._newest = frame
        if failure is not None:
            self._failure = failure
        self._arrived.set()
