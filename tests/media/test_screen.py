from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
import pytest

from media import screen
from media.engine import Engine
from media.errors import DeviceGoneError, MediaError
from media.screen import Screen, find_screen
from media.sources import picture_source

needs_xvfb = [
    pytest.mark.hardware,
    pytest.mark.skipif(shutil.which("Xvfb") is None, reason="needs Xvfb"),
]


@contextmanager
def display(*options: str) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """An X server without a screen, which listens on no network."""
    told, tell = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(tell), "-nolisten", "tcp", *options],
        pass_fds=(tell,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(tell)
    try:
        with os.fdopen(told) as numbers:
            yield server, numbers.readline().strip()
    finally:
        server.terminate()
        server.wait(timeout=30)


def brightness(frame: av.VideoFrame) -> float:
    return float(np.mean(frame.to_ndarray(format="gray")))


@pytest.fixture
def sockets(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in which display 3 listens."""
    monkeypatch.chdir(tmp_path)  # the path of a Unix socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("X3")
        yield tmp_path


def test_a_display_of_this_machine_is_found_by_its_socket(sockets: Path) -> None:
    for given in (":3", "3", ":3.0"):
        assert find_screen(given, "linux", {}, sockets).file == "unix/:3"
    assert find_screen("", "linux", {"DISPLAY": ":3"}, sockets).name == "the screen :3"
    with pytest.raises(MediaError, match="there is no screen :4 on this machine"):
        find_screen(":4", "linux", {}, sockets)


@pytest.mark.parametrize(
    "given", ["192.0.2.7:0", "localhost:10.0", "somewhere.example:0", "tcp/localhost:0", "unix:3", ":3+1,1", ":-3", "x"]
)
def test_a_display_elsewhere_is_refused(sockets: Path, given: str) -> None:
    with pytest.raises(MediaError, match="only a screen of this machine"):
        find_screen(given, "linux", {}, sockets)
    with pytest.raises(MediaError, match="only a screen of this machine"):
        find_screen("", "linux", {"DISPLAY": given}, sockets)


def test_where_no_screen_can_be_read_it_says_so(sockets: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MediaError, match="no screen was found"):
        find_screen("", "linux", {}, sockets)
    with pytest.raises(MediaError, match="under Wayland the screen cannot be read"):
        find_screen("", "linux", {"DISPLAY": ":3", "WAYLAND_DISPLAY": "wayland-0"}, sockets)
    with pytest.raises(MediaError, match="on Linux under X11 only"):
        find_screen(":3", "darwin", {}, sockets)
    monkeypatch.setattr(screen, "_FORMAT", "no such input")
    with pytest.raises(MediaError, match="on Linux under X11 only"):
        find_screen(":3", "linux", {}, sockets)


async def test_the_word_for_a_screen_means_one_and_opens_nothing() -> None:
    source = picture_source("screen::99999")
    assert isinstance(source, Screen)
    assert source.kind == "screen"
    assert await source.probe() == "there is no screen :99999 on this machine"
    with pytest.raises(MediaError, match="there is no screen"):
        await source.open()


class TestWithAnXServer:
    pytestmark = needs_xvfb

    async def test_it_is_shown_small_enough_and_a_few_times_a_second(self) -> None:
        with display("-screen", "0", "1920x1200x24", "-wr") as (_, number):
            source = Screen(number)
            assert await source.probe() == ""
            await source.open()
            frames = [await source.picture()]
            loop = asyncio.get_running_loop()
            began = loop.time()
            while loop.time() - began < 1.05:
                frames.append(await source.picture())
            await source.close()
            assert {(frame.format.name, frame.width, frame.height) for frame in frames} == {("yuv420p", 1152, 720)}
            assert 3 <= len(frames) - 1 <= 7
            assert brightness(frames[-1]) > 230

    async def test_a_server_that_ends_is_told_and_no_camera_takes_its_place(self) -> None:
        with display("-screen", "0", "640x480x24", "-br") as (server, number):
            engine = Engine(voice=None, picture=None, speaker=False)
            await engine.start()
            assert await engine.devices.choose_picture(f"screen::{number}") == ""
            state = engine.describe()
            assert (state.camera, state.picture_kind, state.camera_name) == ("off", "screen", f"the screen :{number}")
            stream = engine.picture()
            await engine.set_camera(True)
            assert brightness(await stream.next()) < 30
            server.terminate()
            async with asyncio.timeout(30):
                while engine.camera_on:
                    await asyncio.sleep(0.02)
            state = engine.describe()
            assert (state.camera, state.picture_kind) == ("off", "screen")
            assert "the screen" in state.missing[0]
            await engine.close()

    async def test_what_was_shown_and_is_gone_may_be_shown_again(self) -> None:
        with display("-screen", "0", "640x480x24") as (server, number):
            source = Screen(number)
            await source.open()
            await source.picture()
            server.terminate()

            async def look_on() -> None:
                while True:
                    await source.picture()

            with pytest.raises(DeviceGoneError, match="show it again when it is back"):
                await asyncio.wait_for(look_on(), 10)
            await source.close()
