"""Lines under a shell: suspended, and back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.tui.test_terminal_tmux import INCOG, Shell

pytestmark = pytest.mark.skipif(shutil.which("tmux") is None, reason="tmux is not installed")


def test_lines_are_suspended_muted_and_come_back(tmp_path: Path) -> None:
    shell = Shell(tmp_path, (100, 30))
    try:
        shell.begin()
        before = shell.line()
        flags = "--no-config --no-speaker --no-confinement --yes --say tone:440 --unmuted"
        shell.type(f"TERM=dumb {INCOG} host {flags}", "Enter")
        shell.until(lambda: "incog: Others hear you now." in shell.screen, 60)
        shell.type("", "C-z")
        shell.until(lambda: "Stopped" in shell.screen)
        assert "incog: You are muted: nothing is sent." in shell.screen
        assert shell.line() == before
        shell.type("fg", "Enter")
        shell.until(lambda: "incog: You were away for" in shell.screen)
        shell.type("", "C-d")
        shell.until(lambda: "incog: You are out of the meeting." in shell.screen)
        assert shell.line() == before
    finally:
        shell.tmux("kill-server")
