"""Our own tracks: what `media` produces, in the shape that aiortc sends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from net.frames import PacketStream, PictureStream


class VoiceTrack(MediaStreamTrack):
    """Voice that is encoded already. While muted `recv` waits, so that nothing at all is sent."""

    kind = "audio"

    def __init__(self, stream: PacketStream) -> None:
        super().__init__()
        self._stream = stream

    async def recv(self) -> Any:
        """The next `av.Packet`. Raises MediaStreamError when the stream is closed."""
        return await _next(self._stream)

    def stop(self) -> None:
        """End the track and this receiver's copy of the stream."""
        self._stream.close()
        super().stop()


class PictureTrack(MediaStreamTrack):
    """Pictures, for as long as the receiver wants them."""

    kind = "video"

    def __init__(self, stream: PictureStream, sent: Callable[[Any], None] = lambda frame: None) -> None:
        """`sent` is told of each picture that is about to be sent."""
        super().__init__()
        self._stream = stream
        self._sent = sent
        self._wanted = asyncio.Event()

    def want(self, wanted: bool) -> None:
        """Send pictures, or keep them back."""
        if wanted:
            self._wanted.set()
        else:
            self._wanted.clear()

    async def recv(self) -> Any:
        """The next `av.VideoFrame` after somebody wants one. Raises MediaStreamError when the stream is closed."""
        while True:
            await self._wanted.wait()
            frame = await _next(self._stream)
            if self._wanted.is_set():
                self._sent(frame)
                return frame

    def stop(self) -> None:
        """End the track and this receiver's copy of the stream."""
        self._stream.close()
        super().stop()


async def _next(stream: PacketStream | PictureStream) -> Any:
    try:
        return await stream.next()
    except EOFError:
        raise MediaStreamError from None
