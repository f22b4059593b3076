from __future__ import annotations

import asyncio
from fractions import Fraction
from typing import Final

import av
import pytest

from media.errors import MediaError
from media.pattern import Colour
from media.picture_sender import PictureSender
from tests.media.helpers import ManualClock, picture_frame
from tests.waits import until


class FakeCamera:
    """A camera whose pictures are handed in by the test."""

    kind: Final = "camera"

    def __init__(self) -> None:
        self.name = "a fake camera"
        self.pictures: asyncio.Queue[av.VideoFrame | MediaError] = asyncio.Queue()
        self.opened = 0
        self.closed = 0

    async def probe(self) -> str:
        return ""

    async def open(self) -> None:
        self.opened += 1

    async def picture(self) -> av.VideoFrame:
        picture = await self.pictures.get()
        if isinstance(picture, MediaError):
            raise picture
        return picture

    async def close(self) -> None:
        self.closed += 1


async def test_off_opens_nothing_and_gives_nothing() -> None:
    camera = FakeCamera()
    sender = PictureSender(camera)
    receiver = sender.subscribe()
    camera.pictures.put_nowait(picture_frame((1, 2, 3)))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(receiver.next(), 0.05)
    assert camera.opened == 0
    await sender.close()


async def test_each_receiver_gets_the_newest_picture_only() -> None:
    camera = FakeCamera()
    shown: list[av.VideoFrame] = []
    sender = PictureSender(camera, on_picture=shown.append)
    slow, quick = sender.subscribe(), sender.subscribe()
    await sender.switch(True)
    frames = [picture_frame((1, 2, 3)) for _ in range(3)]
    for frame in frames:
        camera.pictures.put_nowait(frame)
        assert await quick.next() is frame
    assert await slow.next() is frames[-1]
    assert slow.dropped == 2
    assert shown == frames
    await sender.close()


async def test_switching_off_takes_back_what_waits_and_releases_the_camera() -> None:
    camera = FakeCamera()
    sender = PictureSender(camera)
    receiver = sender.subscribe()
    await sender.switch(True)
    camera.pictures.put_nowait(picture_frame((1, 2, 3)))
    await until(camera.pictures.empty)
    await asyncio.sleep(0)
    await sender.switch(False)
    assert camera.closed == 1
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(receiver.next(), 0.05)
    await sender.close()
    with pytest.raises(EOFError):
        await receiver.next()


async def test_time_stamps_follow_real_time_and_never_repeat() -> None:
    clock, camera = ManualClock(), FakeCamera()
    sender = PictureSender(camera, clock=clock)
    receiver = sender.subscribe()
    await sender.switch(True)
    times = []
    for wait in (0.0, 0.0, 0.1, 10.0):
        clock.advance(wait)
        camera.pictures.put_nowait(picture_frame((1, 2, 3)))
        frame = await receiver.next()
        assert frame.time_base == Fraction(1, 90_000)
        times.append(frame.pts)
    assert times == [0, 1, pytest.approx(9_000, abs=2), pytest.approx(909_000, abs=2)]
    await sender.close()


async def test_a_camera_that_breaks_is_told_in_words() -> None:
    camera = FakeCamera()
    sender = PictureSender(camera)
    await sender.switch(True)
    camera.pictures.put_nowait(MediaError("the camera ended"))
    await until(lambda: not sender.on)
    assert sender.trouble == "the camera ended"
    await sender.close()


async def test_without_a_source_it_stays_off() -> None:
    sender = PictureSender(None)
    await sender.switch(True)
    assert not sender.on
    assert sender.trouble == ""
    await sender.close()


async def test_real_pictures_arrive_in_real_time() -> None:
    sender = PictureSender(Colour((1, 200, 3)))
    receiver = sender.subscribe()
    await sender.switch(True)
    one, two = await receiver.next(), await receiver.next()
    assert one.pts is not None
    assert two.pts is not None
    assert 0.15 < (two.pts - one.pts) / 90_000 < 0.4
    await sender.close()
