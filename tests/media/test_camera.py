from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from media.camera import NO_CAMERA, Camera, find_camera, list_cameras
from media.errors import DeviceGoneError, MediaError
from media.grab import Input
from tests.waits import until

# FFmpeg's synthetic input device, in real time: read by the same code as a camera.
SYNTHETIC = Input("lavfi", "testsrc=size=640x480:rate=30,realtime", "a synthetic camera")


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if "camera" in thread.name]


async def test_a_camera_is_read_scaled_and_thinned_out_and_closed() -> None:
    camera = Camera(input_=SYNTHETIC)
    assert await camera.probe() == ""
    assert not readers()
    await camera.open()
    assert len(readers()) == 1
    frames = [await camera.picture() for _ in range(3)]
    loop = asyncio.get_running_loop()
    began, count = loop.time(), 0
    while loop.time() - began < 0.7:
        await camera.picture()
        count += 1
    assert {(frame.format.name, frame.width, frame.height) for frame in frames} == {("yuv420p", 240, 180)}
    assert 6 <= count <= 13  # 15 a second at most, of 30
    await camera.close()
    assert not readers()


async def test_a_camera_can_be_opened_again() -> None:
    camera = Camera(input_=SYNTHETIC)
    for _ in range(2):
        await camera.open()
        await camera.picture()
        await camera.close()
    with pytest.raises(MediaError, match="not open"):
        await camera.picture()


async def test_a_camera_that_ends_is_told_in_words() -> None:
    camera = Camera(input_=Input("lavfi", "testsrc=size=64x64:rate=30:duration=0.2,realtime", "a short camera"))
    await camera.open()

    async def watch() -> None:
        while True:
            await camera.picture()

    with pytest.raises(DeviceGoneError, match="a short camera ended"):
        await asyncio.wait_for(watch(), 30)
    await camera.close()


async def test_a_camera_that_cannot_be_opened_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "video0").write_text("not a camera")
    camera = Camera(input_=find_camera("", "linux", tmp_path, tmp_path))
    await camera.open()
    with pytest.raises(MediaError, match="cannot be opened: another program may be using it"):
        await camera.picture()
    await until(lambda: not readers())
    await camera.close()


def test_without_a_camera_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        find_camera("", "linux", tmp_path, tmp_path)
    assert str(caught.value) == NO_CAMERA


def test_the_first_camera_is_the_one_with_the_lowest_number(tmp_path: Path) -> None:
    for node in ("video10", "video2"):
        (tmp_path / node).touch()
    assert find_camera("", "linux", tmp_path, tmp_path).file == str(tmp_path / "video2")
    assert find_camera(str(tmp_path / "video10"), "linux", tmp_path, tmp_path).file == str(tmp_path / "video10")
    with pytest.raises(MediaError, match="there is no camera"):
        find_camera(str(tmp_path / "video3"), "linux", tmp_path, tmp_path)


@pytest.mark.parametrize("name", ["http://127.0.0.1/x", "/etc/passwd", "video0", "../video0", "7"])
def test_only_a_video_device_is_a_camera(name: str, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="is not a camera"):
        find_camera(name, "linux", tmp_path, tmp_path)


def test_other_systems_name_their_cameras() -> None:
    assert find_camera("", "darwin").file == "default:none"
    assert find_camera("Front", "win32").file == "video=Front"
    with pytest.raises(MediaError, match="camera:NAME"):
        find_camera("", "win32")
    with pytest.raises(MediaError, match="not supported"):
        find_camera("", "plan9")


def test_cameras_are_listed_by_what_they_are_called_and_without_their_second_nodes(tmp_path: Path) -> None:
    devices, described = tmp_path / "dev", tmp_path / "sys"
    for number, (title, index) in enumerate(
        (("Inside\x1b[2J camera\n", "0\n"), ("Inside camera", "1\n"), (None, None))
    ):
        (devices / f"video{number}").mkdir(parents=True)
        if title is not None and index is not None:
            (described / f"video{number}").mkdir(parents=True)
            (described / f"video{number}" / "name").write_text(title)
            (described / f"video{number}" / "index").write_text(index)
    first, last = str(devices / "video0"), str(devices / "video2")
    assert list_cameras("linux", devices, described) == [(first, "Inside [2J camera"), (last, last)]
    assert find_camera("", "linux", devices, described).file == first
    assert list_cameras("plan9") == []
