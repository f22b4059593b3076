from __future__ import annotations

import asyncio

import av

from media.wall import MOST_PEOPLE, PictureWall
from tests.media.helpers import picture_frame
from tests.waits import until

RED, BLUE = (200, 0, 0), (0, 0, 200)


def shown(wall: PictureWall, key: str) -> str:
    if key not in wall.pictures():
        return "nothing"
    cells = wall.pictures()[key]
    red, _, blue = cells.cell(cells.width // 2, cells.height // 2)[0]
    return "red" if red > blue else "blue"


async def test_the_newest_picture_is_shown_at_the_size_asked_for() -> None:
    changes = 0

    def changed() -> None:
        nonlocal changes
        changes += 1

    wall = PictureWall(changed=changed)
    wall.start()
    wall.set_size("a", 32, 9)
    wall.seen("a", picture_frame(RED))
    await until(lambda: shown(wall, "a") == "red")
    assert (wall.pictures()["a"].width, wall.pictures()["a"].height) == (32, 9)
    assert changes == 1
    wall.set_size("a", 16, 5)  # without a new picture
    await until(lambda: wall.pictures()["a"].width == 16)
    await wall.close()


async def test_frames_that_nobody_draws_are_not_converted() -> None:
    wall = PictureWall()
    wall.start()
    for _ in range(20):
        wall.seen("a", picture_frame(RED))
        await asyncio.sleep(0.005)
    assert wall.conversions == 0
    wall.set_size("a", 10, 5)
    await until(lambda: shown(wall, "a") == "red")
    assert wall.conversions == 1
    wall.set_size("a", 0, 0)
    assert shown(wall, "a") == "nothing"
    wall.seen("a", picture_frame(BLUE))
    await asyncio.sleep(0.15)
    assert wall.conversions == 1
    await wall.close()


async def test_of_many_frames_only_the_newest_is_converted_at_a_bounded_rate() -> None:
    wall = PictureWall()
    wall.start()
    wall.set_size("a", 16, 5)
    frames = [picture_frame(RED), picture_frame(BLUE)]
    began = asyncio.get_running_loop().time()
    while asyncio.get_running_loop().time() - began < 0.5:
        for frame in frames:
            wall.seen("a", frame)
        await asyncio.sleep(0.001)
    assert wall.conversions <= 15 * (asyncio.get_running_loop().time() - began) + 3
    await until(lambda: shown(wall, "a") == "blue")
    await wall.close()


async def test_who_goes_dark_or_leaves_is_not_shown_any_more() -> None:
    wall = PictureWall()
    wall.start()
    for key in ("a", "b"):
        wall.set_size(key, 16, 5)
        wall.seen(key, picture_frame(RED))
    await until(lambda: len(wall.pictures()) == 2)
    before = wall.pictures()
    wall.blank("a")
    wall.remove("b")
    assert len(wall.pictures()) == 0
    assert len(before) == 2  # a value once given does not change
    wall.seen("a", picture_frame(BLUE))  # the camera is on again; the size was kept
    await until(lambda: shown(wall, "a") == "blue")
    await wall.close()


async def test_a_picture_that_was_being_converted_when_the_camera_went_off_is_not_shown() -> None:
    wall = PictureWall()
    wall.start()
    wall.set_size("a", 400, 200)
    wall.seen("a", picture_frame(RED, 1920, 1080))
    await until(lambda: wall._tiles["a"].stale is False)
    wall.blank("a")
    await until(lambda: wall.conversions == 1)
    await asyncio.sleep(0.02)
    assert shown(wall, "a") == "nothing"
    await wall.close()


async def test_another_look_is_drawn_at_once() -> None:
    wall = PictureWall(depth="truecolor")
    wall.start()
    wall.set_size("a", 4, 3)
    wall.seen("a", picture_frame(RED))
    await until(lambda: shown(wall, "a") == "red")
    wall.set_look("none", (0, 0, 0))
    await until(lambda: "\x1b" not in wall.pictures()["a"].row(1))
    await wall.close()


async def test_a_crowd_and_absurd_frames_are_bounded() -> None:
    wall = PictureWall()
    wall.start()
    wall.seen("a", av.VideoFrame(0, 0, "yuv420p"))
    wall.set_size("a", 10, 10)
    for number in range(MOST_PEOPLE + 5):
        wall.seen(str(number), picture_frame(RED, 4, 4))
        wall.set_size(str(number), -1, 5)
    assert len(wall._tiles) == MOST_PEOPLE
    await asyncio.sleep(0.1)
    assert wall.conversions == 0
    await wall.close()


async def test_it_closes_without_having_started() -> None:
    await PictureWall().close()
