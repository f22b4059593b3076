"""A signal ends what is on the screen at any moment: while it starts, while it stands, while it is taken down."""

from __future__ import annotations

import os
import signal
import subprocess
from sys import executable
from time import monotonic

import pytest
from textual.css.query import NoMatches

from tests.tui.fake_meeting import FakeController
from tests.tui.on_pty import RESTORED, OnPty, left_set
from tui.app import IncogApp
from tui.cli import Status

LOBBY: tuple[str, ...] = ()
HOST = ("host", "--as", "Quiet Wren", "--addresses", "loopback", "--no-speaker", "--yes", "--no-config")
HANDLED = "\x1b[?1049h"
"""By then signals are heard; before that a program that is asked to end is just ended."""


def incog(*arguments: str) -> OnPty:
    code = "import sys; from tui.main import console; sys.argv[0] = 'incog'; console()"
    return OnPty(executable, "-c", code, *arguments)


MOMENTS = (0.0, 0.03, 0.08, 0.2)
"""Seconds after its first byte: while the rest is loaded and made, and when it stands."""


@pytest.mark.parametrize("arguments", [LOBBY, HOST], ids=["lobby", "host"])
@pytest.mark.parametrize(
    ("number", "statuses"),
    [
        (signal.SIGINT, {Status.INTERRUPTED, Status.LEFT}),  # the latter once it is joined
        (signal.SIGTERM, {Status.TERMINATED, Status.LEFT}),
    ],
)
def test_it_ends_and_leaves_the_terminal_as_it_was(
    arguments: tuple[str, ...], number: signal.Signals, statuses: set[Status]
) -> None:
    for moment in MOMENTS:
        with incog(*arguments) as run:
            run.until(HANDLED)
            begin = monotonic()
            while monotonic() - begin < moment:
                run._read(0.005)
            os.kill(run.process.pid, number)
            status = run.end()
            assert left_set(run.text) == RESTORED, moment
            assert run.attributes == run.before, moment
            assert status in statuses, moment
            assert arguments or status == max(statuses), moment
            assert "incog:" not in run.text, (moment, run.text[-600:])
            assert "Traceback" not in run.text, (moment, run.text[-600:])


def test_so_does_a_terminal_that_is_closed() -> None:
    with incog() as run:
        run.until(HANDLED)
        os.kill(run.process.pid, signal.SIGHUP)
        assert run.end() == Status.LEFT
        assert (left_set(run.text), run.attributes) == (RESTORED, run.before)


def test_before_anything_is_touched_it_is_just_ended() -> None:
    with incog() as run:
        os.kill(run.process.pid, signal.SIGTERM)
        assert run.end() == -signal.SIGTERM
        assert (run.text, run.attributes) == ("", run.before)


def test_ctrl_c_while_the_first_modules_are_loaded_is_no_traceback() -> None:
    code = """
import sys
class Interrupted:
    def find_spec(self, name, path=None, target=None):
        if name == "tui.cli":
            raise KeyboardInterrupt
sys.meta_path.insert(0, Interrupted())
from tui.main import console
"""
    done = subprocess.run([executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (Status.INTERRUPTED, "", "")


async def test_what_is_half_made_when_the_app_ends_is_no_failure() -> None:
    app = IncogApp(FakeController())
    async with app.run_test():
        app.exit(3)
        app._handle_exception(NoMatches("a part that was never made"))
    assert app.return_value == 3


async def test_a_part_that_is_missing_while_it_stands_is_a_failure() -> None:
    async def failing() -> None:
        app = IncogApp(FakeController())
        async with app.run_test():
            app._handle_exception(NoMatches("a part that must be there"))

    with pytest.raises(NoMatches):
        await failing()
