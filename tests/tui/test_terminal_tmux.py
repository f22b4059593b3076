"""incog in tmux, under a shell: suspended and back, ended by a signal, and what is left then."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

INCOG = Path(sys.executable).with_name("incog")
STATE = "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{mouse_sgr_flag} #{pane_title}"


class Shell:
    """A shell in a tmux of its own."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self._socket = str(folder / "tmux")
        self._folder = folder
        environ = {"TERM": "tmux-256color", "COLORTERM": "truecolor", "PS1": "$ ", "HISTFILE": ""}
        self.title = ""
        given = [f"{name}={value}" for name, value in environ.items()]
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(size[0]), "-y", str(size[1]),
                  "env", "-u", "NO_COLOR", *given, "bash", "--norc", "--noprofile", "-i")  # fmt: skip

    def begin(self) -> None:
        """Wait for the prompt."""
        self.until(lambda: "$" in self.screen)
        self.title = self.state.rpartition(" ")[2]

    def tmux(self, *arguments: str) -> str:
        done = subprocess.run(
            ["tmux", "-S", self._socket, *arguments], capture_output=True, text=True, timeout=20, check=True
        )
        return done.stdout.rstrip("\n")

    def type(self, line: str, *keys: str) -> None:
        if line:
            self.tmux("send-keys", "-l", line)
        if keys:
            self.tmux("send-keys", *keys)

    @property
    def screen(self) -> str:
        return self.tmux("capture-pane", "-p")

    @property
    def state(self) -> str:
        """Alternate screen, cursor, mouse and title, as tmux has them."""
        return self.tmux("display-message", "-p", STATE)

    def until(self, condition: Callable[[], bool], within: float = 30) -> None:
        end = monotonic() + within
        while not condition():
            assert monotonic() < end, f"{self.state}\n{self.screen}"
            sleep(0.1)

    def line(self) -> str:
        """What `stty -a` says."""
        file = self._folder / "stty"
        file.unlink(missing_ok=True)
        self.type(f"stty -a > {file}.new; mv {file}.new {file}", "Enter")
        self.until(file.exists)
        return file.read_text()

    @property
    def running(self) -> list[int]:
        """The process ids of what the shell started and what has not ended."""
        shell = self.tmux("display-message", "-p", "#{pane_pid}")
        return [int(pid) for pid in Path(f"/proc/{shell}/task/{shell}/children").read_text().split()]


@pytest.fixture
def shell(request, tmp_path) -> Iterator[Shell]:
    here = Shell(tmp_path, request.param)
    try:
        here.begin()
        yield here
    finally:
        here.tmux("kill-server")


def in_a_meeting(shell: Shell) -> None:
    shell.type(f"{INCOG} demo --no-config --no-confinement", "Enter")
    shell.until(lambda: "MUTED" in shell.screen)
    assert shell.state == "1 0 1 1 incog — meeting, muted"


@pytest.mark.parametrize("shell", [(80, 24)], ids=["80x24"], indirect=True)
def test_suspended_unheard_and_unseen_and_back(shell: Shell) -> None:
    before = shell.line()
    in_a_meeting(shell)
    shell.type("m")
    shell.until(lambda: "LIVE – others hear you" in shell.screen)
    shell.type("v")
    shell.until(lambda: "CAMERA LIVE" in shell.screen)
    assert shell.state.endswith("incog — meeting, microphone on, camera on")
    shell.type("", "C-z")
    shell.until(lambda: "Stopped" in shell.screen)
    assert shell.state == f"0 1 0 0 {shell.title}"
    assert shell.line() == before
    shell.type("fg", "Enter")
    shell.until(lambda: "MUTED" in shell.screen)
    assert "CAMERA OFF" in shell.screen
    assert shell.state == "1 0 1 1 incog — meeting, muted"
    shell.type("", "C-z")
    shell.until(lambda: shell.state == f"0 1 0 0 {shell.title}")
    shell.type("kill %1", "Enter")
    shell.until(lambda: not shell.running)
    assert shell.line() == before


@pytest.mark.parametrize("shell", [(200, 60)], ids=["200x60"], indirect=True)
def test_ended_by_a_signal(shell: Shell) -> None:
    before = shell.line()
    in_a_meeting(shell)
    (incog,) = shell.running
    os.kill(incog, signal.SIGTERM)
    shell.until(lambda: not shell.running)
    assert shell.state == f"0 1 0 0 {shell.title}"
    assert shell.line() == before
    assert "Traceback" not in shell.screen
