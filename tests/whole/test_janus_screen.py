"""A room on Debian's Janus as a person meets it: it asks for its PIN, and is moderated, by keys alone."""

from __future__ import annotations

import contextlib
import json
import shlex
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.whole.internet import ALICE, BOB, OPERATOR, Internet, internet
from tests.whole.janus import janus
from tests.whole.outside import INCOG
from tests.whole.test_in_tmux import SIZES, Terminal
from tui.cli import Status

PIN, SECRET = "4242-is-the-pin", "rule-the-room"
ROOM = f'room-1235: {{ description="closed" pin="{PIN}" secret="{SECRET}" publishers=6 notify_joining=true }}'
LINK = f"janus+ws://{OPERATOR}:8188/?room=1235"
PLAIN = ("--no-config", "--no-confinement")


@pytest.fixture(scope="module")
def net() -> Iterator[Internet]:
    """A small internet with a server in it."""
    with internet(operator=OPERATOR, alice=ALICE, bob=BOB) as net, janus(net.seats["operator"], OPERATOR, rooms=ROOM):
        yield net


@pytest.fixture
def terminal(tmp_path: Path, size: tuple[int, int]) -> Iterator[Terminal]:
    here = Terminal(tmp_path, size)
    yield here
    here.close()


@contextlib.contextmanager
def bob_joins(net: Internet, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Without a screen."""
    argv = [*INCOG, "join", LINK, "--json", "--as", "Bob", *PLAIN, *arguments]
    bob = net.seats["bob"].start(argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    try:
        yield bob
    finally:
        bob.kill()
        bob.communicate(timeout=20)


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


def agree(terminal: Terminal) -> str:
    """Agree to what joining would tell, unless it stood beside the settings in the lobby; what was read."""
    while "does not take" not in (seen := terminal.screen):
        if "Before you join" in seen:
            seen = terminal.until("△ to the server")
            terminal.press("Enter")
            return seen
        time.sleep(0.1)
    return seen


@pytest.mark.parametrize(
    ("given", "sentence"), [("", "The room asks for a PIN."), ("1111", "The room does not take this PIN.")]
)
def test_without_a_screen_one_sentence_and_a_status_of_its_own_say_what_is_asked(
    net: Internet, tmp_path: Path, given: str, sentence: str
) -> None:
    file = tmp_path / "pin"
    file.write_text(given)
    with bob_joins(net, *(["--pin-file", str(file)] if given else [])) as bob:
        said = bob.communicate(timeout=60)[0]
    assert bob.returncode == Status.ASKED
    assert lines(said)[-1] == {"type": "error", "status": 8, "message": sentence}
    assert "joined" not in [line["type"] for line in lines(said)]


@SIZES
def test_from_the_lobby_by_a_wrong_pin_into_the_room_and_somebody_out_of_it(
    net: Internet, terminal: Terminal, tmp_path: Path
) -> None:
    file = tmp_path / "pin"
    file.write_text(f"{PIN}\n")
    with bob_joins(net, "--pin-file", str(file), "--say", "tone:440", "--picture", "colour:3366cc") as bob:
        terminal.type(shlex.join(["ip", "netns", "exec", net.seats["alice"].name, *INCOG, *PLAIN]))
        terminal.press("Enter")
        terminal.until("paste the link")
        terminal.type(f"{LINK}&secret={SECRET}")
        terminal.until("the operator can hear and see", "Janus VideoRoom")
        terminal.press("Down")
        terminal.type("1111")
        terminal.until("••••")
        seen = terminal.screen
        terminal.press("F8")
        seen += agree(terminal)
        seen += terminal.until("The room does not take this PIN.", "nowhere else")
        terminal.type(PIN)
        terminal.press("Enter")
        seen += terminal.until("△ to the server", "● Bob")
        terminal.press("Down", "K")
        seen += terminal.until("Remove Bob?")
        terminal.press("Enter")
        seen += terminal.until(gone="Remove Bob?")
        said = bob.communicate(timeout=60)[0]
        terminal.press("L")
        seen += terminal.until("locked", "nobody else can join")
        terminal.press("L")
        seen += terminal.until("The room is open again.", gone="│ locked")
        terminal.press("q", "y")
        terminal.until("ready>", gone="△")
    assert bob.returncode == Status.LOST
    assert "You were removed from the room." in said
    for secret in (PIN, SECRET, "1111"):
        assert secret not in said
        assert secret not in seen
