"""Commands as data: none forgotten, and nothing that is no command does anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.actions import ACTIONS
from tui.linear.commands import BY_WORD, COMMANDS, MEANINGLESS, Asked, is_harmless, read


def test_every_action_is_a_command_or_it_is_said_why_not() -> None:
    commanded = {id for command in COMMANDS for id in command.actions}
    ids = {action.id for action in ACTIONS}
    assert ids - commanded - MEANINGLESS.keys() == set()
    assert (commanded | MEANINGLESS.keys()) - ids == set()
    assert commanded & MEANINGLESS.keys() == set()
    assert all(MEANINGLESS.values())


def test_every_command_says_what_it_does() -> None:
    assert len(BY_WORD) == len(COMMANDS)
    for command in COMMANDS:
        assert command.help[0].isupper()
        assert not command.help.endswith(".")
        assert command.word == command.word.lower()


SENDING = {
    "unmute",
    "camera on",
    "hand up",
    "talk open",
    "talk voice",
    "use",
    "whisper",
    "say",
    "open",
    "link",
    "leave",
}
SENDING |= {"persona", "receipt", "suspend", "verified", "differs"}
SENDING |= {"kick", "silence", "unsilence", "lock", "unlock", "rename"}


def test_what_sends_something_or_shows_a_secret_is_never_done_in_passing() -> None:
    assert {command.word for command in COMMANDS if not command.harmless} == SENDING


@pytest.mark.parametrize(
    ("line", "word", "rest"),
    [
        ("mute", "mute", ""),
        ("  /Mute ", "mute", ""),
        ("camera off", "camera off", ""),
        ("CAMERA  ON", "camera on", ""),
        ("say  hello   there", "say", "hello   there"),
        ("say camera on", "say", "camera on"),
        ("whisper amber: one\ntwo", "whisper", "amber: one\ntwo"),
        ("seen by operator", "seen", "by operator"),
        ("/help say", "help", "say"),
    ],
)
def test_a_command_is_read(line: str, word: str, rest: str) -> None:
    assert read(line) == Asked(BY_WORD[word], rest)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("hello everybody", "That is no command, so nothing was sent."),
        ("unmute please", "Nothing follows unmute"),
        ("leave it", "Nothing follows leave"),
        ("say", "Something is missing; it is: say TEXT"),
        ("camera", "It is: camera on, or camera off."),
        ("statsu", "Did you mean status?"),
        ("hunter2", "nothing was sent"),
    ],
)
def test_what_is_no_command_says_so_and_does_nothing(line: str, told: str) -> None:
    answer = read(line)
    assert isinstance(answer, str)
    assert told in answer
    assert not is_harmless(line)


@given(st.text())
def test_any_line_is_a_command_or_a_sentence(line: str) -> None:
    asked = read(line)
    assert isinstance(asked, (Asked, str))
    if isinstance(asked, Asked):
        assert line.lower().strip().removeprefix("/").split()[0] == asked.command.word.split()[0]
    else:
        assert bool(asked) == bool(line.strip().removeprefix("/").split())
