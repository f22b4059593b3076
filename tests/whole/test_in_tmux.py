"""The app as a person uses it: in a terminal that is not ours, by keys alone, with somebody real on the other side."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")

INCOG = str(Path(sys.executable).with_name("incog"))
PATIENCE = 60.0
SIZES = pytest.mark.parametrize("size", [(80, 24), (200, 60)], ids=["80x24", "200x60"])


class Terminal:
    """A terminal with a shell in it, run by a tmux of our own."""

    def __init__(self, folder: Path, size: tuple[int, int]) -> None:
        self._tmux = ["tmux", "-f", "/dev/null", "-S", str(folder / "tmux")]
        width, height = (str(number) for number in size)
        # A library of line editing may have told all children of this process that terminals are 80 by 24.
        shell = "env -u TMUX -u COLUMNS -u LINES TERM=tmux-256color COLORTERM=truecolor PS1='ready> ' sh"
        self._run("new-session", "-d", "-x", width, "-y", height, shell)
        self.until("ready>")

    def _run(self, *words: str) -> str:
        return subprocess.run([*self._tmux, *words], capture_output=True, text=True, check=True, timeout=20).stdout

    def type(self, text: str) -> None:
        """Type text as it is."""
        self._run("send-keys", "-l", text)

    def press(self, *keys: str) -> None:
        """Press keys by tmux's names of them."""
        self._run("send-keys", *keys)

    def escape(self, gone: str) -> None:
        """Press Escape, and wait until it was understood: a key right after it would make another key of both."""
        self.press("Escape")
        time.sleep(0.5)  # longer than any reader of keys waits for the rest of a sequence
        self.until(gone=gone)

    @property
    def screen(self) -> str:
        """What can be read on it."""
        return self._run("capture-pane", "-p")

    def ask(self, format: str) -> str:
        """What tmux knows of the terminal."""
        return self._run("display-message", "-p", format).strip()

    def until(self, *words: str, gone: str = "") -> str:
        """Wait until all these words are there, and `gone` is not."""
        end = time.monotonic() + PATIENCE
        while True:
            screen = self.screen
            if all(word in screen for word in words) and not (gone and gone in screen):
                return screen
            if time.monotonic() > end:
                pytest.fail(f"waited for {words}{f' without {gone!r}' if gone else ''}, and there was:\n{screen}")
            time.sleep(0.1)

    def close(self) -> None:
        """End it and whatever runs in it."""
        self._run("kill-server")


@pytest.fixture
def terminal(tmp_path: Path, size: tuple[int, int]) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path, size)
    yield terminal
    terminal.close()


class Host:
    """Somebody who opened a meeting without a screen, speaks in a tone and shows a colour."""

    def __init__(self) -> None:
        words = [
            "host",
            "--json",
            "--as",
            "Amber Fox",
            "--say",
            "tone:440",
            "--picture",
            "test-pattern",
            "--no-speaker",
        ]
        self.process = subprocess.Popen([INCOG, *words], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.lines: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.link = self.until(lambda line: line["type"] == "invitation")["link"]

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self.lines.append(json.loads(line))

    def until(self, wanted: Any) -> dict[str, Any]:
        """Wait for a line of this kind."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for line in list(self.lines):
                if wanted(line):
                    return line
            time.sleep(0.05)
        pytest.fail(f"the host told only {self.lines}")

    def saw(self, **fields: object) -> None:
        """Wait until somebody in the meeting is told to be so."""
        self.until(lambda line: line["type"] == "participant" and fields.items() <= line.items())

    def close(self) -> None:
        """Be gone without a word."""
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)
        self._reader.join(30)
        if self.process.stdout is not None:
            self.process.stdout.close()


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    yield host
    host.close()


def join(terminal: Terminal, host: Host, *more: str) -> None:
    words = [INCOG, "join", host.link, "--as", "Quiet Heron", "--say", "tone:330", "--no-speaker", "--no-config", *more]
    terminal.type(f"clear; {shlex.join(words)}; echo ended with $?\n")


@SIZES
def test_join_look_around_speak_write_and_leave(terminal: Terminal, host: Host) -> None:
    join(terminal, host)
    terminal.until("Before you join", "nothing was sent yet", "Quiet Heron")
    assert not [line for line in host.lines if line["type"] == "participant"]
    terminal.press("Enter")
    terminal.until("Amber Fox", "nothing is sent")
    host.saw(event="joined", name="Quiet Heron", muted=True)

    terminal.press("i")
    terminal.until("What they disclose to you", "Amber Fox")
    terminal.escape("What they disclose to you")

    terminal.press("m")
    terminal.until("LIVE")
    host.saw(name="Quiet Heron", muted=False)
    terminal.press("m")
    terminal.until("nothing is sent", gone="LIVE –")

    terminal.press("c")
    terminal.type("hello mq")
    terminal.until("hello mq")
    terminal.press("Enter")
    host.until(lambda line: line["type"] == "chat" and line["text"] == "hello mq" and line["from"] == "Quiet Heron")
    terminal.until("(you)", "hello mq")
    terminal.escape("▌ Chat")

    terminal.press("D")
    terminal.until("Microphone", "Speaker", "Camera")
    terminal.escape("Choosing opens nothing")
    terminal.press("?")
    terminal.until("Keys and signs")
    terminal.escape("Keys and signs")

    terminal.press("q")
    terminal.until("Leave the meeting?")
    terminal.press("Enter")
    terminal.until("ended with 0")
    host.saw(event="left", name="Quiet Heron")
    assert terminal.ask("#{alternate_on} #{cursor_flag} #{mouse_any_flag}") == "0 1 0"


@pytest.mark.parametrize("size", [(80, 24)], ids=["80x24"])
def test_a_lost_meeting_is_told_in_a_sentence(terminal: Terminal, host: Host) -> None:
    join(terminal, host, "--yes")
    terminal.until("Amber Fox")
    host.saw(event="joined", name="Quiet Heron")
    host.close()
    terminal.until("lost")
    terminal.press("q")
    terminal.press("Enter")
    terminal.until("ended with")


@pytest.mark.parametrize("size", [(80, 24)], ids=["80x24"])
def test_the_terminal_is_as_it_was_after_the_app_was_told_to_end(
    terminal: Terminal, host: Host, tmp_path: Path
) -> None:
    modes = "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{mouse_sgr_flag} #{keypad_cursor_flag}"
    terminal.type(f"stty -a >{tmp_path}/before\n")
    before = terminal.ask(modes)
    join(terminal, host, "--yes")
    terminal.until("Amber Fox")
    assert terminal.ask(modes) != before
    shell = int(terminal.ask("#{pane_pid}"))
    app = int(subprocess.run(["pgrep", "-P", str(shell)], capture_output=True, text=True, check=True).stdout.split()[0])
    os.kill(app, signal.SIGTERM)
    terminal.until("ended with 0")
    assert terminal.ask(modes) == before
    terminal.type(f"stty -a >{tmp_path}/after\n")
    terminal.type("echo still he''re\n")
    terminal.until("still here")
    assert (tmp_path / "after").read_text() == (tmp_path / "before").read_text()
