"""Runs a program on a terminal of our own, which answers as a terminal does, and remembers everything."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from time import monotonic
from typing import Any

PLAIN = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}

_IN_ITS_OWN = """
import fcntl, os, signal, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
# As a shell starts a program in the foreground. A shell that was given `command &` has it ignore SIGINT and SIGQUIT,
# and all that the command starts; the tests themselves may be such a command.
for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM):
    signal.signal(number, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""
_MODE = re.compile(r"\x1b\[\?([\d;]+)([hl])")


class OnPty:
    """A program in a session of its own, with our end of its terminal."""

    def __init__(
        self, *command: str, environ: Mapping[str, str] = PLAIN, kitty: bool = False, size: tuple[int, int] = (100, 30)
    ) -> None:
        """`kitty`: the terminal knows the kitty keyboard protocol."""
        self.text = ""
        self._kitty = kitty
        self._ours, self._theirs = pty.openpty()
        fcntl.ioctl(self._theirs, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.before: list[Any] = termios.tcgetattr(self._theirs)
        inherited = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM", "TMUX")}
        self.process = subprocess.Popen(
            [sys.executable, "-c", _IN_ITS_OWN, *command],
            stdin=self._theirs,
            stdout=self._theirs,
            stderr=self._theirs,
            env={**inherited, **environ},
            start_new_session=True,
        )

    def send(self, keys: str | bytes) -> None:
        """Type."""
        os.write(self._ours, keys if isinstance(keys, bytes) else keys.encode())

    def until(self, words: str, within: float = 40, *, times: int = 1) -> None:
        """Read until these words were written, so many times."""
        end = monotonic() + within
        while self.text.count(words) < times:
            assert monotonic() < end, f"{words!r} did not come: {self.text[-2000:]!r}"
            assert self._read(0.1) or self.process.poll() is None, f"it ended: {self.text[-2000:]!r}"

    def end(self, within: float = 40) -> int:
        """Read until the program has ended; its exit status."""
        end = monotonic() + within
        while self.process.poll() is None:
            assert monotonic() < end, f"it does not end: {self.text[-2000:]!r}"
            self._read(0.05)
        while self._read(0.05):
            pass
        return self.process.wait()

    @property
    def attributes(self) -> list[Any]:
        """How the terminal's line is set now (`stty -a`)."""
        return termios.tcgetattr(self._theirs)

    def close(self) -> None:
        """Take the terminal away."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        os.close(self._ours)
        os.close(self._theirs)

    def _read(self, wait: float) -> bool:
        if not select.select([self._ours], [], [], wait)[0]:
            return False
        new = os.read(self._ours, 65536).decode(errors="replace")
        self.text += new
        if self._kitty and "\x1b[?u" in new:
            self.send("\x1b[?27u")
        if "\x1b[c" in new:
            self.send("\x1b[?62;22c")
        return True

    def __enter__(self) -> OnPty:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def on_pty(code: str, **options: Any) -> OnPty:
    """A Python program on such a terminal."""
    return OnPty(sys.executable, "-c", code, **options)


def left_set(written: str) -> set[str]:
    """What a terminal that was sent this text is still in: modes by number, and what lies on its stacks."""
    found: set[str] = set()
    for numbers, set_or_reset in _MODE.findall(written):
        for number in numbers.split(";"):
            (found.add if set_or_reset == "h" else found.discard)(number)
    kitty = len(re.findall(r"\x1b\[>\d+u", written)) - len(re.findall(r"\x1b\[<\d*u", written))
    titles = len(re.findall(r"\x1b\[22(?:;\d)?t", written)) - len(re.findall(r"\x1b\[23(?:;\d)?t", written))
    return found | ({"kitty"} if kitty else set()) | ({"title"} if titles else set())


RESTORED = {"7", "25"}
"""The modes that a terminal is left in: lines wrap, and the cursor is seen."""
