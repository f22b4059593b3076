"""Somebody with a browser, as far as the server can tell: shows two pictures of one colour each, until stdin ends."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

COLOURS = {"the desk": (200, 30, 30), "the door": (30, 30, 200)}
"""What is shown: a picture's description, and its colour."""


async def _main(room: int) -> None:
    import av
    import numpy
    from aiortc import RTCSessionDescription
    from aiortc.mediastreams import VideoStreamTrack

    from tests.net.janus.record import connection, hand

    class Colour(VideoStreamTrack):
        def __init__(self, rgb: tuple[int, int, int]) -> None:
            super().__init__()
            self.rgb = rgb

        async def recv(self) -> Any:
            pts, time_base = await self.next_timestamp()
            frame = av.VideoFrame.from_ndarray(numpy.full((180, 320, 3), self.rgb, numpy.uint8), format="rgb24")
            frame.pts, frame.time_base = pts, time_base
            return frame

    async with hand("page", room) as page:
        pc = page.pcs["room"] = connection()
        for rgb in COLOURS.values():
            pc.addTrack(Colour(rgb))
        await pc.setLocalDescription(await pc.createOffer())
        descriptions = [{"mid": str(mid), "description": name} for mid, name in enumerate(COLOURS)]
        body = {"request": "publish", "descriptions": descriptions}
        answer = (await page.say("room", body, pc.localDescription))["jsep"]
        await pc.setRemoteDescription(RTCSessionDescription(answer["sdp"], answer["type"]))
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1])))
