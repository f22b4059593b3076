"""A real terminal that tells of releases, with real keys: kitty on a screen that nobody sees."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

PARTS = ("kitty", "Xvfb", "xdotool")

pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, PARTS)), reason=f"not all of {', '.join(PARTS)} are installed"
)

APP = """
import os, sys
from tui.shell import Shell
from tui.terminal.keys import RepeatedKey

told = os.open(sys.argv[1], os.O_WRONLY | os.O_APPEND)

class Telling(Shell[int]):
    def say(self, words):
        os.write(told, f"{words};".encode())
    def on_mount(self):
        self.call_after_refresh(self.say, "ready")
    def on_terminal_known(self):
        self.say(f"releases:{self.reports_release}")
    def takes_repeat(self, key):
        return key != "space"
    def on_key(self, event):
        self.say(("again:" if isinstance(event, RepeatedKey) else "down:") + event.key)
    def on_key_released(self, message):
        self.say("up:" + message.key)
    def on_key_repeated(self, message):
        self.say("held:" + message.key)
    def on_app_blur(self):
        self.say("blur")

Telling().run()
"""


class Desk:
    """A screen, a keyboard, and what the app told."""

    def __init__(self, folder: Path) -> None:
        self._told = folder / "told"
        self._told.touch()
        self._folder = folder
        self._processes: list[subprocess.Popen[str]] = []
        self._environ = {
            name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "WAYLAND_DISPLAY")
        }

    def start(self) -> None:
        screen = self._run("Xvfb", "-displayfd", "1", "-screen", "0", "800x500x24", "-nolisten", "tcp")
        assert screen.stdout is not None
        self._environ |= {"DISPLAY": f":{screen.stdout.readline().strip()}", "LIBGL_ALWAYS_SOFTWARE": "1"}
        folders = {f"XDG_{kind}_HOME": str(self._folder) for kind in ("CONFIG", "CACHE", "DATA", "STATE")}
        self._environ |= folders | {"KITTY_CACHE_DIRECTORY": str(self._folder)}
        settings = (
            "-o",
            "update_check_interval=0",
            "-o",
            "confirm_os_window_close=0",
            "-o",
            "shell_integration=disabled",
        )
        self._run("kitty", "--config", "NONE", *settings, sys.executable, "-c", APP, str(self._told))

    def _run(self, *command: str) -> subprocess.Popen[str]:
        started = subprocess.Popen(
            command, env=self._environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        self._processes.append(started)
        return started

    def keys(self, *arguments: str) -> None:
        subprocess.run(["xdotool", *arguments], env=self._environ, check=True, timeout=20)

    @property
    def told(self) -> list[str]:
        return self._told.read_text().split(";")[:-1]

    def until(self, condition: Callable[[list[str]], bool], within: float = 30) -> None:
        end = monotonic() + within
        while not condition(self.told):
            assert monotonic() < end, self.told
            sleep(0.05)

    def moves(self, key: str) -> list[str]:
        """How a key went down and up; on a busy machine it may repeat itself in between."""
        return [word for word in self.told if word in (f"down:{key}", f"up:{key}")]

    def clear(self) -> None:
        os.truncate(self._told, 0)

    def stop(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.communicate(timeout=20)


@pytest.fixture(scope="module")
def started(tmp_path_factory) -> Iterator[Desk]:
    here = Desk(tmp_path_factory.mktemp("kitty"))
    try:
        here.start()
        here.until(lambda told: {"ready", "releases:True"} <= set(told))
        yield here
    finally:
        here.stop()


@pytest.fixture
def desk(started: Desk) -> Desk:
    started.clear()
    return started


def test_keys_go_down_repeat_and_go_up(desk: Desk) -> None:
    desk.keys("keydown", "space")
    desk.until(lambda told: told.count("held:space") > 3)
    desk.keys("keyup", "space")
    desk.until(lambda told: "up:space" in told)
    assert re.fullmatch("down:space (held:space )+up:space", " ".join(desk.told))

    desk.clear()
    desk.keys("keydown", "shift", "keydown", "a", "keyup", "shift", "keyup", "a")
    desk.until(lambda told: "up:A" in told)
    assert desk.moves("A") == ["down:A", "up:A"]

    desk.clear()
    desk.keys("key", "F9", "key", "Up", "key", "Control_R", "key", "m")
    desk.until(lambda told: "up:m" in told)
    for key in ("f9", "up", "right_control", "m"):
        assert desk.moves(key) == [f"down:{key}", f"up:{key}"]


def test_the_loss_of_the_focus_is_told_while_a_key_is_down(desk: Desk) -> None:
    desk.keys("keydown", "space")
    desk.until(lambda told: "down:space" in told)
    desk.keys("windowfocus", "1")  # to no window at all
    desk.until(lambda told: "blur" in told)
    desk.keys("keyup", "space")
    told = [word for word in desk.told if word != "held:space"]
    assert told[:2] == ["down:space", "blur"]
