"""Our pictures on their way out: one source, the newest picture only, to any number of receivers.

Off means that the camera is closed and that no picture waits anywhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
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
        others: Callable[[PictureSource], Awaitable[Sequence[PictureSource]]] | None = None,
    ) -> None:
        """`on_picture` gets each picture that leaves, for showing ourselves.

        `others`: which cameras there are when one is gone. The first is made ready and not switched on: it may look
        where nobody was to look.
        """
        self._clock = clock
        self._began = clock()
        self._pts = -1
        self._on_picture = on_picture
        self._fanout: Fanout[av.VideoFrame] = Fanout(1)
        self._gate: Gate[PictureSource] = Gate(
            source, self._step, name="pictures", on_change=on_change, others=others, carry_on=False
        )

    @property
    def on(self) -> bool:
        """Pictures leave."""
        return self._gate.on

    @property
    def source(self) -> PictureSource | None:
        """Where the pictures come from, or would."""
        return self._gate.source

    @property
    def trouble(self) -> str:
        """Why there are no pictures though there should be: one sentence, or nothing."""
        return self._gate.trouble or self._gate.missing

    @property
    def missing(self) -> bool:
        """There was no such source when it was looked for."""
        return self._gate.source is None or self._gate.missing != ""

    async def probe(self) -> None:
        """Look for the source, without opening it."""
        await self._gate.probe()

    def subscribe(self) -> Subscription[av.VideoFrame]:
        """A receiver's own stream of the newest pictures (a `PictureStream`). Receivers share the frames."""
        return self._fanout.subscribe()

    async def switch(self, on: bool) -> None:
        """Open the source, or stop at once and close it. Trouble is told by `trouble`, not raised."""
        if not on:
            self._fanout.forget()
        await self._gate.switch(on)

    async def choose(self, source: PictureSource | None) -> str:
        """Take another source; off stays off. One sentence when it cannot be opened: then the old one goes on.

        No picture of the old one leaves from now on.
        """
        self._fanout.forget()
        return await self._gate.exchange(source)

    async def close(self) -> None:
        """Release the source and end all receivers."""
        self._fanout.close()
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
