from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

APP = """
import ctypes, os, sys
from textual.app import App
from textual.widgets import Label
from media.stderr import quiet_c_libraries, said_by_c_libraries

libc = ctypes.CDLL(None)


def complain(text):
    libc.dprintf(2, b"%s", text)


class Small(App):
    def compose(self):
        yield Label("the screen is up")

    def on_mount(self):
        complain(b"EARLY COMPLAINT\\n")
        self.set_timer(0.5, self.finish)

    def finish(self):
        complain(b"LATE COMPLAINT\\n")
        self.exit()


with quiet_c_libraries():
    print("python's own words", file=sys.stderr)
    with quiet_c_libraries():
        Small().run()
print("CAUGHT", repr(said_by_c_libraries()), flush=True)
complain(b"AFTERWARDS\\n")
print("python again", file=sys.stderr)
"""


def run_in_terminal(code: str) -> tuple[str, str]:
    """Run Python with standard input and error on a terminal: what the terminal shows, and standard output."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=theirs, stderr=theirs, stdout=subprocess.PIPE, cwd=ROOT, env=environment
    )
    os.close(theirs)
    screen = bytearray()
    deadline = time.monotonic() + 30
    try:
        while time.monotonic() < deadline:
            if select.select([ours], [], [], 0.2)[0]:
                try:
                    data = os.read(ours, 65536)
                except OSError:  # the other end is closed
                    break
                screen += data
            elif process.poll() is not None:
                break
        output = process.communicate(timeout=30)[0]
    finally:
        process.kill()
        os.close(ours)
    assert process.returncode == 0, screen.decode("utf-8", "replace")
    return screen.decode("utf-8", "replace"), output.decode()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_textual_draws_while_c_libraries_are_silenced() -> None:
    screen, output = run_in_terminal(APP)
    drawn = screen.index("\x1b[?1049h")
    assert "the screen is up" in screen[drawn:]
    assert "python's own words" in screen
    assert "COMPLAINT" not in screen
    assert output.strip() == "CAUGHT 'EARLY COMPLAINT\\nLATE COMPLAINT\\n'"
    assert screen.index("\x1b[?1049l") < screen.index("AFTERWARDS") < screen.index("python again")


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30, check=False
    )


def test_a_flood_is_bounded_keeps_the_end_and_holds_nobody_up() -> None:
    done = run("""
import os, time
from media.stderr import quiet_c_libraries, said_by_c_libraries
with quiet_c_libraries():
    began = time.monotonic()
    for number in range(20000):
        try:
            os.write(2, b"line %d " % number * 20)
        except BlockingIOError:
            pass
    time.sleep(0.1)
    os.write(2, b"the end")
    assert time.monotonic() - began < 10
text = said_by_c_libraries()
assert len(text) <= 4096, len(text)
assert text.endswith("the end"), text[-50:]
""")
    assert done.returncode == 0, done.stderr


def test_an_exception_inside_is_shown_afterwards_on_the_real_standard_error() -> None:
    done = run("""
import os
from media.stderr import quiet_c_libraries
with quiet_c_libraries():
    os.write(2, b"noise")
    raise SystemExit("a sentence")
""")
    assert done.returncode == 1
    assert done.stderr == "a sentence\n"


def test_a_child_that_outlives_it_does_not_hold_it_up() -> None:
    done = run("""
import subprocess, sys, time
from media.stderr import quiet_c_libraries
began = time.monotonic()
with quiet_c_libraries():
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(5)"])
assert time.monotonic() - began < 3
child.kill()
child.wait()
""")
    assert done.returncode == 0, done.stderr


def test_without_a_standard_error_it_does_nothing() -> None:
    done = run("""
import os, sys
os.close(2)
from media.stderr import quiet_c_libraries
with quiet_c_libraries():
    print("fine")
""")
    assert done.stdout == "fine\n"


def test_it_leaves_no_descriptor_and_no_thread_behind() -> None:
    done = run("""
import os, sys, threading
from media.stderr import quiet_c_libraries
before = sorted(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else []
original = sys.__stderr__
for _ in range(3):
    with quiet_c_libraries():
        pass
after = sorted(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else []
assert before == after, (before, after)
assert threading.active_count() == 1
assert sys.stderr is sys.__stderr__ is original
""")
    assert done.returncode == 0, done.stderr
