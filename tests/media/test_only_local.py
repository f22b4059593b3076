"""What native libraries of media are given: files, devices and memory, and no way out of this machine."""

from __future__ import annotations

import ast
import asyncio
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from media import threads
from media.camera import Camera
from media.errors import MediaError
from media.grab import Input
from media.reader import PictureThread
from media.wall import PictureWall
from tests.callers import uncalled_for
from tests.media.helpers import linux

ROOT = Path(__file__).parents[2]
PACKAGES = ("privacy", "net", "media", "themes", "tui")


def calls_of_open() -> Iterator[tuple[str, ast.Call]]:
    """Every call of `av.open`, however it is reached, in all that is shipped."""
    for file in (file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        tree = ast.parse(file.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "av":
                assert not {name.name for name in node.names} & {"open", "container"}, file
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or node.func.attr != "open":
                continue
            if ast.unparse(node.func.value).split(".")[0] == "av":
                yield file.relative_to(ROOT).as_posix(), node


def test_only_two_modules_open_anything_by_ffmpeg() -> None:
    assert {file for file, _ in calls_of_open()} == {"media/local_file.py", "media/grab.py"}


def test_everything_is_opened_for_reading_and_with_the_protocols_of_this_machine() -> None:
    calls = list(calls_of_open())
    assert len(calls) >= 3
    for file, call in calls:
        given = {word.arg: ast.unparse(word.value) for word in call.keywords}
        assert given["mode"] == "'r'", file
        assert "PROTOCOLS" in given["options"] or given["options"] == "dict(_OPTIONS)", file
        assert ast.unparse(call.args[0]) in ("file", "found.file"), file
        assert file != "media/grab.py" or "format" in given


def test_the_options_of_files_hold_the_protocols() -> None:
    from media.local_file import _OPTIONS, PROTOCOLS

    assert PROTOCOLS == {"protocol_whitelist": "file,pipe"}
    assert PROTOCOLS.items() <= _OPTIONS.items()


async def test_a_camera_that_were_an_address_is_not_called() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        camera = Camera(input_=Input("mjpeg", address, "an address"))
        await camera.open()
        with pytest.raises(MediaError, match="cannot be opened"):
            await camera.picture()
        await camera.close()
        with pytest.raises(TimeoutError):
            server.accept()


async def test_every_thread_of_ours_begins_with_what_it_was_told() -> None:
    began: list[str] = []
    threads.begin_with(lambda: began.append(threading.current_thread().name))
    try:
        reader = PictureThread(lambda: (_ for _ in ()), name="nothing", paced=False)
        reader.start()
        with pytest.raises(MediaError):
            await reader.picture()
        await reader.stop()
        wall = PictureWall()
        wall.start()
        wall.set_size("one", 4, 2)
        wall.seen("one", av.VideoFrame.from_ndarray(np.zeros((16, 16, 3), dtype=np.uint8), format="rgb24"))
        while not wall.pictures():
            await asyncio.sleep(0.01)
        await wall.close()
    finally:
        threads.begin_with(None)
    assert began == ["media: nothing", "media: pictures_0"]
    threads.enter()  # nothing to do any more
    assert len(began) == 2


# --- sound servers on the network


@pytest.fixture
def far_server(tmp_path: Path) -> Iterator[tuple[int, dict[str, str], list[str]]]:
    """A listener that stands for a sound server elsewhere, the environment of a home of its own, and who called."""
    with uncalled_for() as (port, called):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PULSE_", "PIPEWIRE_"))}
        home = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / ".config")}
        yield port, {**clean, **home}, called


LISTING = "from media.devices import list_devices; list_devices()"


def run(code: str, environment: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, timeout=60, check=False
    )


@linux
def test_a_sound_server_in_the_home_folder_is_not_called(
    tmp_path: Path, far_server: tuple[int, dict[str, str], list[str]]
) -> None:
    port, environment, called = far_server
    configuration = tmp_path / ".config/pulse/client.conf"
    configuration.parent.mkdir(parents=True)
    configuration.write_text(f"default-server = tcp:127.0.0.1:{port}\nautospawn = no\n")
    (tmp_path / ".pulse").mkdir()
    (tmp_path / ".pulse/client.conf").write_text(configuration.read_text())
    run("import sounddevice", environment)
    assert called, "needs PortAudio and ALSA's PulseAudio plugin: without our care the library must call"
    called.clear()
    run(LISTING, environment)
    for value in (f"tcp:127.0.0.1:{port}", f"unix:/nonexistent tcp:127.0.0.1:{port}", f"127.0.0.1:{port}"):
        run(LISTING, {**environment, "PULSE_SERVER": value})
    assert called == []
