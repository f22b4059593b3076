"""When the screen fails, what is printed names no secret."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

FAILS = """
from tui.shell import Shell

class Failing(Shell[int]):
    def on_mount(self) -> None:
        invitation = "mesh+ws://127.0.0.1:1/#DdlSoGbETNisdKmfhZQ0Aw"
        raise LookupError(len(invitation))

Failing().run()
"""


def printed(**environment: str) -> str:
    """What a failing app leaves on a real terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", FAILS],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env={**os.environ, "COLUMNS": "200", **environment},
    )
    os.close(theirs)
    found = b""
    while True:
        try:
            data = os.read(ours, 4096)
        except OSError:
            break
        if not data:
            break
        found += data
    process.wait(30)
    os.close(ours)
    return found.decode(errors="replace")


@pytest.mark.parametrize("environment", [{}, {"INCOG_TRACEBACK": "1"}])
def test_a_failing_screen_ends_in_a_sentence_without_local_variables(environment: dict[str, str]) -> None:
    words = printed(**environment)
    assert "the screen failed (LookupError)" in words
    assert "DdlSoGbETNisdKmfhZQ0Aw" not in words.replace(
        'invitation = "mesh+ws://127.0.0.1:1/#DdlSoGbETNisdKmfhZQ0Aw"', ""
    )
    assert ("Traceback" in words) is bool(environment)
    assert words.rstrip().endswith("shows where") or "\x1b[?1049l" in words
