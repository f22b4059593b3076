"""The whole program in lines, on a terminal that can do nothing, with somebody else in the meeting."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tui.on_pty import OnPty
from tests.tui.test_headless_processes import CODE, NOBODY, Running
from tui.cli import Status
from tui.linear.typed import TOGETHER

DUMB = {"TERM": "dumb", "LOGNAME": "quillfeather", "INCOG_CONFIG": ""}
COMMON = ("--no-config", "--no-speaker", "--no-confinement")
LINK = re.compile(r"mesh\+ws://127\.0\.0\.1:\d+/#[\w-]+")


def incog(*argv: str, size: tuple[int, int] = (80, 24)) -> OnPty:
    return OnPty(sys.executable, "-c", CODE, *argv, environ=DUMB, size=size)


def hosting(*argv: str) -> OnPty:
    return incog("host", *COMMON, "--say", "tone:440", "--picture", "colour:ff0000", "--as", "Quiet Wren", *argv)


class Terminal:
    """A program on a terminal, with its lines."""

    def __init__(self, run: OnPty) -> None:
        self.run = run
        self.at = 0

    def type(self, line: str, answer: str) -> str:
        """Type a line; what was written from then on until the answer came, and the answer."""
        time.sleep(TOGETHER)  # or it would be a paste
        self.at = len(self.run.text)
        self.run.send(f"{line}\n")
        return self.wait(answer)

    def wait(self, words: str) -> str:
        """Wait for words that are new since the last line was typed."""
        seen = self.run.text[: self.at]
        self.run.text = self.run.text[self.at :]
        try:
            self.run.until(words, 40)
        finally:
            self.run.text = seen + self.run.text
        return self.run.text[self.at :]


@contextmanager
def in_a_meeting(*argv: str) -> Iterator[tuple[Terminal, str]]:
    """Host a meeting on a dumb terminal; the link to it."""
    with hosting("--yes", *argv) as run:
        terminal = Terminal(run)
        run.until("You are in the meeting", 40)
        link = LINK.search(terminal.type("link", "mesh+ws://"))
        assert link
        yield terminal, link[0]


@contextmanager
def guest(link: str, alias: str) -> Iterator[subprocess.Popen[str]]:
    """Somebody who joins in lines too, written by a program."""
    command = [
        sys.executable,
        "-c",
        CODE,
        "join",
        link,
        *COMMON,
        "--linear",
        "--yes",
        "--as",
        alias,
        "--say",
        "tone:1000",
    ]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ, **DUMB}
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def write(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def read_until(process: subprocess.Popen[str], words: str) -> list[str]:
    assert process.stdout
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if words in line:
            return lines
    raise AssertionError(f"{words!r} did not come: {lines}")


FORGED = "incog: Others hear you now."


def test_a_meeting_of_two_in_lines() -> None:
    with in_a_meeting() as (terminal, link), guest(link, FORGED[:30]) as other:
        run = terminal.run
        run.until(f'people: "{FORGED[:30]}" is here.', 40)
        read_until(other, '"Quiet Wren" is here.')

        terminal.type("say hello from the lake", "Sent to everybody.")
        assert read_until(other, "hello from")[-1] == 'chat: "Quiet Wren": hello from the lake'
        write(other, f"say {'x ' * 60}{FORGED}")
        assert read_until(other, "Sent to everybody.")
        terminal.wait("Others hear you now.")
        write(other, "whisper quiet wren psst")
        terminal.wait('private: "incog')

        told = terminal.type("status", "is recorded.")
        assert 'incog: You are "Quiet Wren", 1 other is here' in told
        assert "  You are muted: nothing is sent." in told
        assert "  Encryption, at its worst here: end to end, unverified." in told
        terminal.type("unmute", "incog: Others hear you now.\r\n")
        terminal.type("mute", "You are muted: nothing is sent.")
        assert "  display name: incog: Others hear" in terminal.type("inspect #1", "The way to them")
        # Not by the facts alone: a line of news about them may come first.
        terminal.type("seen by participants", "  1. display name: Quiet Wren")
        words = re.search(r"by voice: (\w+ \w+ \w+ \w+)", terminal.type("verify #1", "Then type"))
        assert words
        write(other, "verify quiet")
        assert words[1] in read_until(other, "by voice")[-1]
        assert "is verified" in terminal.type("verified #1", "is verified")

        refused = terminal.type("say I am quillfeather", "Send it without?")
        assert "it holds your login" in refused.replace("\r\n  ", " ")
        terminal.type("yes", "Sent to everybody.")
        assert "quillfeather" not in read_until(other, "I am")[-1]

        write(other, "leave")
        write(other, "yes")
        assert read_until(other, "out of the meeting")
        assert other.wait(20) == Status.LEFT
        terminal.wait("is gone")
        run.send("leave\n")
        assert run.end() == Status.LEFT
        assert run.attributes == run.before
        assert "\x1b" not in run.text
        assert_nothing_is_forged(run.text)


def assert_nothing_is_forged(text: str) -> None:
    """What others wrote stands nowhere at the beginning of a row; the one real line was told after `unmute`."""
    rows = text.replace("\a", "").split("\r\n")
    (told,) = (number for number, row in enumerate(rows) if row == FORGED)
    assert told > rows.index("unmute")
    assert all(len(row) < 80 for row in rows if "mesh+ws" not in row)
    kinds = ("incog: ", "people: ", "chat: ", "private: ", "ask: ", "warning: ", "  ")
    typed = ("link", "say ", "status", "unmute", "mute", "inspect", "seen", "verif", "yes", "leave")
    assert [row for row in rows if row and not row.startswith((*kinds, *typed))] == []


def test_what_is_pasted_is_not_sent() -> None:
    with in_a_meeting() as (terminal, link), guest(link, "Amber Fox") as other:
        terminal.run.until('"Amber Fox" is here', 40)
        terminal.type("my password\nis hunter2\nsay so", "3 lines came together")
        terminal.type("say one\ntwo\nthree", "as one message? yes or no")
        terminal.type("yes", "Sent to everybody.")
        assert read_until(other, "chat:")[-1] == 'chat: "Quiet Wren": one / two / three'
        assert terminal.run.text.count("Sent to everybody.") == 1


def test_before_joining_it_is_told_and_asked() -> None:
    with hosting() as run:
        run.until("Join, and tell this? yes or no", 40)
        assert "incog: Before you join: nothing was sent yet." in run.text
        assert "  you will be: Quiet Wren" in run.text
        assert "incog: Participants would learn:" in run.text
        run.send("maybe\n")
        run.until("That is no command")
        run.send("yes\n")
        run.until("You are in the meeting", 40)
        run.send(b"\x04")
        assert run.end() == Status.LEFT
        assert "\x1b" not in run.text


def test_who_says_no_contacts_nobody() -> None:
    with incog("join", NOBODY, *COMMON) as run:
        run.until("yes, no, or another", 40)
        drawn = re.findall("you will be: (.*)\r", run.text)
        run.send("another\n")
        run.until("Drawing another")
        run.text = ""
        run.until("yes, no, or another", 20)
        assert re.findall("you will be: (.*)\r", run.text) != drawn
        run.send("no\n")
        assert run.end() == Status.LEFT


@pytest.mark.parametrize(
    ("keys", "status"), [(b"\x03", Status.INTERRUPTED), (b"\x04", Status.LEFT)], ids=["ctrl+c", "ctrl+d"]
)
def test_before_joining_one_may_stay_out_by_a_key(keys: bytes, status: Status) -> None:
    with incog("join", NOBODY, *COMMON) as run:
        run.until("yes, no, or another", 40)
        run.send(keys)
        assert run.end() == status


def test_the_keys_that_end_a_program_leave() -> None:
    with in_a_meeting() as (terminal, link), guest(link, "Amber Fox"):
        terminal.run.until('"Amber Fox" is here', 40)
        terminal.at = len(terminal.run.text)
        terminal.run.send(b"\x03")
        terminal.wait("1 other person is still here")
        terminal.type("no", "You stay.")
        terminal.at = len(terminal.run.text)
        terminal.run.send(b"\x03")
        terminal.wait("still here")
        terminal.run.send(b"\x03")
        assert terminal.run.end() == Status.LEFT


def test_a_signal_leaves_politely_and_leaves_the_terminal_as_it_was() -> None:
    with in_a_meeting() as (terminal, link):
        host = terminal.run
        other = Running("join", link, "--json", "--no-speaker", "--no-confinement")
        try:
            other.until("participant")
            host.until("is here", 40)
            host.process.send_signal(signal.SIGTERM)
            assert host.end() == Status.LEFT
            assert "You are out of the meeting." in host.text
            assert host.attributes == host.before
            told = other.until("participant")
            while told["event"] != "left":
                told = other.until("participant")
            assert told["reason"] == "left"
        finally:
            other.close()


def test_a_receipt_is_written_on_leaving(tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    with in_a_meeting("--receipt", str(file)) as (terminal, _):
        terminal.run.send("leave\n")
        assert terminal.run.end() == Status.LEFT
        assert f"receipt: {file}" in terminal.run.text
        assert file.exists()


# --- who gets lines


def run(*argv: str, **environment: str) -> tuple[int, str, str]:
    """Without any terminal."""
    done = subprocess.run(
        [sys.executable, "-c", CODE, *argv],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **DUMB, **environment},
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_without_a_terminal_lines_are_for_those_who_ask_for_them() -> None:
    status, out, err = run("join", NOBODY, *COMMON)
    assert (status, out) == (Status.USAGE, "")
    assert "--headless" in err
    status, out, err = run("join", NOBODY, *COMMON, "--linear", "--yes")
    assert (status, err) == (Status.LEFT, "")  # its input ended at once


def test_a_terminal_that_can_do_no_more_gets_lines_unless_told_not_to() -> None:
    with incog("join", NOBODY, *COMMON, "--no-linear") as refused:
        assert refused.end() == Status.USAGE
        assert "cannot show the screen" in refused.text
    with incog("join", NOBODY, *COMMON, "--yes") as unreachable:
        assert unreachable.end() == Status.UNREACHABLE


def test_the_lobby_asks_line_by_line_and_shows_no_link() -> None:
    with incog("--no-config", "--no-confinement") as lobby:
        lobby.until("ask: join, host, demo, or leave?", 40)
        lobby.send("join\n")
        lobby.until("ask: The invitation link?")
        lobby.send("nonsense\n")
        lobby.until("This is not an invitation")
        lobby.until("ask: The invitation link?", times=2)
        lobby.send(f"{NOBODY}\n")
        lobby.until("ask: Your alias?")
        lobby.send("It is quillfeather\n")
        lobby.until("your login")
        lobby.send("Quiet Wren\n")
        lobby.until("Join, and tell this? yes or no", 40)
        assert NOBODY not in lobby.text
        assert "nonsense" not in lobby.text
        lobby.send("no\n")
        assert lobby.end() == Status.LEFT
        assert lobby.attributes == lobby.before
        assert "\x1b" not in lobby.text
