"""However an app ends, the terminal is as it was."""

from __future__ import annotations

import os
import re
import signal

import pytest

from tests.tui.on_pty import RESTORED, left_set, on_pty

APP = """
import os, sys
from textual import events
from tui.shell import Shell
from tui.terminal.keys import RepeatedKey
from tui.terminal.parser import SafeParser

def say(words):
    os.write(2, words.encode())  # at once: the screen is written by another thread

class Small(Shell[int]):
    def on_terminal_known(self) -> None:
        say(f"releases={self.reports_release}")
    def on_mount(self) -> None:
        self.call_after_refresh(say, "ready;")
    def takes_repeat(self, key):
        return key != "space"
    def on_key(self, event) -> None:
        again = "again:" if isinstance(event, RepeatedKey) else "key:"
        say(f"{again}{event.key};")
        if event.key == "f":
            raise LookupError("on purpose")
        if event.key == "s":
            sys.exit(3)
        if event.key == "q":
            self.exit(0)
        if event.key == "p":
            SafeParser.feed = None
            say("deaf;")
    def on_key_released(self, message) -> None:
        say(f"up:{message.key};")
    def on_key_repeated(self, message) -> None:
        say(f"held:{message.key};")

status = Small().run()
print("status", status)
"""


@pytest.mark.parametrize("how", ["q", "f", "px", "s"], ids=["exits", "fails", "cannot read", "is ended from inside"])
def test_the_terminal_is_restored_however_the_app_ends(how: str) -> None:
    with on_pty(APP) as run:
        run.until("releases=")
        run.until("ready;")
        assert {"1049", "1000", "1003", "1006", "1004", "2004", "kitty", "title"} <= left_set(run.text)
        assert run.attributes != run.before
        run.send(how[0])
        if how == "px":
            run.until("deaf;")
            run.send("x")
        run.end()
        assert left_set(run.text) == RESTORED
        assert run.attributes == run.before
        if how in ("f", "px"):
            assert "incog: the screen failed" in run.text.split("\x1b[?1049l")[1]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGINT])
def test_the_terminal_is_restored_after_a_signal(number: signal.Signals) -> None:
    with on_pty(APP) as run:
        run.until("releases=")
        run.until("ready;")
        os.kill(run.process.pid, number)
        run.end()
        assert left_set(run.text) == RESTORED
        assert run.attributes == run.before


def test_the_tests_may_be_a_command_that_ignores_signals() -> None:
    before = [signal.signal(number, signal.SIG_IGN) for number in (signal.SIGINT, signal.SIGQUIT)]
    try:
        run = on_pty("import signal; print(signal.getsignal(2), int(signal.getsignal(3)))")
    finally:
        for number, handler in zip((signal.SIGINT, signal.SIGQUIT), before, strict=True):
            signal.signal(number, handler)
    with run:
        run.until("default_int_handler> 0")


def test_a_terminal_that_hangs_up_ends_the_app() -> None:
    run = on_pty(APP)
    run.until("releases=")
    os.close(run._ours)
    assert run.process.wait(30) in (0, 1)
    os.close(run._theirs)


def test_a_terminal_with_the_kitty_protocol_tells_of_releases() -> None:
    with on_pty(APP, kitty=True) as run:
        run.until("releases=True")
        run.until("ready;")
        assert "\x1b[=2;2u" in run.text
        run.send("\x1b[32;1:1u\x1b[32;1:2u\x1b[32;1:3u\x1b[97;1:2;97u\x1b[1;1:3A")
        run.until("up:up;")
        told = re.findall(r"(?:key|again|held|up):\w+(?=;)", run.text)
        assert told == ["key:space", "held:space", "up:space", "again:a", "up:up"]
        run.send("q")
        assert run.end() == 0


def test_another_terminal_tells_of_none_and_what_it_sends_breaks_nothing() -> None:
    with on_pty(APP) as run:
        run.until("releases=False")
        run.until("ready;")
        run.send(b"\xff\xfe\x9b" + b"\x1b[32;1:3u\x1b[99999999999u\x1b[:::u\x1b]11;rgb:m\x1b\\\x1bPv\x1b\\")
        run.send("a")
        run.until("key:a;")
        run.send("q")
        assert run.end() == 0
        assert re.findall(r"key:(\w+);", run.text) == ["a", "q"]
