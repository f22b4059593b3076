"""Our pictures on their way out: one source, the newest picture only, to any number of receivers.

Off means that the camera is closed and that no picture waits anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from media.fanout import Fanout, Subscription
from media.gate import Gate
from media.timing import PICTURE_RATE, PICTURE_TIME_BASE, Clock, monotonic

if TYPE_CHECKING:
    import av

    from media.sources import PictureSource


class PictureSender:
    """Starts switched off. Without a source it stays so."""

    def __init__(
        self,
        source: PictureSource | None,
        *,
        clock: Clock = monotonic,
        on_change: Callable[[], None] = lambda: None,
        on_picture: Callable[[av.VideoFrame], None] = lambda frame: None,
    ) -> None:
        """`on_picture` gets each picture that leaves, for showing ourselves."""
        self._clock = clock
        self._began = clock()
        self._pts = -1
        self._on_picture = on_picture
        self._fanout: Fanout[av.VideoFrame] = Fanout(1)
        self._gate = Gate(source, self._step, name="pictures", on_change=on_change) if source is not None else None

    @property
    def on(self) -> bool:
        """Pictures leave."""
        return self._gate is not None and self._gate.on

    @property
    def trouble(self) -> str:
        """Why there are no pictures though there should be: one sentence, or nothing."""
        return self._gate.trouble if self._gate is not None else ""

    def subscribe(self) -> Subscription[av.VideoFrame]:
        """A receiver's own stream of the newest pictures (a `PictureStream`). Receivers share the frames."""
        return self._fanout.subscribe()

    async def switch(self, on: bool) -> None:
        """Open the source, or stop at once and close it. Trouble is told by `trouble`, not raised."""
        if self._gate is None:
            return
        if not on:
            self._fanout.forget()
        await self._gate.switch(on)

    async def close(self) -> None:
        """Release the source and end all receivers."""
        self._fanout.close()
        if self._gate is not None:
            await self._gate.switch(False)

    async def _step(self, source: PictureSource) -> None:
        frame = await source.picture()
        if not self.on:
            return
        # real time across pauses, as with sound, and never twice the same
        self._pts = max(self._pts + 1, int((self._clock() - self._began) * PICTURE_RATE))
        frame.pts = self._pts
        frame.time_base = PICTURE_TIME_BASE
        self._fanout.offer(frame)
        self._on_picture(frame)
