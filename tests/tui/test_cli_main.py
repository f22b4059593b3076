"""The entry point: statuses, sentences, and what it does not import."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from net import errors
from tui.cli import Status, UsageError
from tui.compose.explain import explain
from tui.main import main

HEAVY = ("aiortc", "av", "aiohttp", "keyring", "numpy", "sounddevice", "textual", "shtab", "cryptography", "asyncio")


def incog(*argv: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own, without a terminal."""
    return subprocess.run(
        [sys.executable, "-c", "from tui.main import console; console()", *argv],
        capture_output=True,
        text=True,
        timeout=60,
        stdin=subprocess.DEVNULL,
        env={**os.environ, **environment},
        check=False,
    )


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from tui.main import main; status = main(['--help']);"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr); sys.exit(status)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr.strip()) == (0, "[]")
    assert "exit status:" in done.stdout


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("x"), Status.USAGE),
        (errors.BadLink("x"), Status.USAGE),
        (errors.Unreachable("x"), Status.UNREACHABLE),
        (errors.Refused("x"), Status.REFUSED),
        (errors.Lost("x"), Status.LOST),
        (errors.PrivacyStop("x"), Status.PRIVACY),
        (errors.MeetingError("x"), Status.LOST),
    ],
)
def test_every_kind_of_error_has_its_status(error: Exception, status: Status) -> None:
    assert explain(error) == (status, "x")


def test_an_unforeseen_error_tells_its_kind_and_not_its_text() -> None:
    status, sentence = explain(ValueError("/home/somebody/private"))
    assert status is Status.FAULT
    assert "ValueError" in sentence
    assert "somebody" not in sentence


def test_bad_usage_is_one_line_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["join"]) == Status.USAGE
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("incog: ")
    assert err.count("\n") == 1


def test_bad_usage_with_json_is_also_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["join", "--json"]) == Status.USAGE
    line = json.loads(capsys.readouterr().out)
    assert (line["type"], line["status"]) == ("error", 2)
    assert "LINK" in line["message"]


@pytest.mark.parametrize("argv", [[], ["host"], ["join", "LINK"]])
def test_a_screen_without_a_terminal_is_refused_with_the_way_out(argv: list[str]) -> None:
    done = incog(*argv, TERM="xterm-256color")
    assert done.returncode == Status.USAGE
    assert "--headless" in done.stderr
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1


def test_a_dumb_terminal_is_refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    assert main([]) == Status.USAGE
    assert "TERM=dumb" in capsys.readouterr().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "tcsh"])
def test_completions_know_the_commands(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completions", shell]) == 0
    out = capsys.readouterr().out
    assert "rendezvous" in out
    assert "save-audio" in out


def test_a_reader_that_goes_away_ends_it_quietly() -> None:
    code = "import sys; from tui.main import main; sys.exit(main(['completions', 'bash']))"
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-c", code], stdout=write, stderr=subprocess.PIPE, text=True, timeout=60, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")
