"""What a library of the screen could open by itself stays shut, and its threads are confined like the others."""

from __future__ import annotations

import ast
import os
import pty
import select
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from net.confine import landlock, seccomp
from tui.main import close_doors

ROOT = Path(__file__).parents[2]
OURS = [file for package in ("privacy", "net", "media", "themes", "tui") for file in (ROOT / package).rglob("*.py")]


def test_the_variables_of_textual_are_taken_out_and_no_other() -> None:
    environment = {"TEXTUAL": "devtools", "TEXTUAL_LOG": "/nonexistent/log", "TERM": "xterm"}
    close_doors(environment)
    assert environment == {"TERM": "xterm"}


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_the_lobby_calls_no_debugger_and_writes_no_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with socket.create_server(("127.0.0.1", 0)) as debugger:
        debugger.settimeout(0.2)
        ours, theirs = pty.openpty()
        environment = {
            **os.environ,
            "TEXTUAL": "devtools,debug",
            "TEXTUAL_LOG": str(log),
            "TEXTUAL_DEVTOOLS_PORT": str(debugger.getsockname()[1]),
            "TEXTUAL_DRIVER": "nowhere:NoDriver",
        }
        process = subprocess.Popen(
            [sys.executable, "-c", "from tui.main import console; console()"],
            cwd=ROOT,
            env=environment,
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        try:
            shown = b""
            deadline = time.monotonic() + 30
            while b"incog" not in shown and time.monotonic() < deadline:
                if select.select([ours], [], [], 0.2)[0]:
                    shown += os.read(ours, 65536)
            assert b"incog" in shown
            with pytest.raises(TimeoutError):
                debugger.accept()
            assert not log.exists()
        finally:
            process.kill()
            process.wait(30)
            os.close(ours)


@pytest.mark.skipif(landlock.abi() < landlock.ABI_WITH_TCP, reason="needs Landlock ABI 4 (Linux 6.7)")
def test_with_a_screen_one_thread_alone_is_free(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    words = ["host", "--yes", "--no-speaker", "--say", "tone:440", "--picture", "colour:3366cc"]
    process = subprocess.Popen(
        [sys.executable, "-c", "from tui.main import console; console()", *words],
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    try:
        free, held = 0, 0
        deadline = time.monotonic() + 40
        # held: threads without internet sockets; there are some as soon as the meeting is put together
        while held < 1 and time.monotonic() < deadline:
            if select.select([ours], [], [], 0.2)[0]:
                os.read(ours, 65536)
            states = [status.read_text() for status in Path(f"/proc/{process.pid}/task").glob("*/status")]
            free = sum("NoNewPrivs:\t0" in state for state in states)
            held = sum("Seccomp:\t2" in state for state in states)
        assert held >= 1 or not seccomp.available()
        assert free == 1
    finally:
        process.kill()
        process.wait(30)
        os.close(ours)


def test_no_module_of_ours_could_open_a_browser() -> None:
    for file in OURS:
        tree = ast.parse(file.read_text())
        imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
        imported |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not imported & {"webbrowser", "textual_dev", "aiortc.contrib.media", "uvloop", "aiodns", "pycares"}, file
