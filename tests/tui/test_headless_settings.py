"""Defaults: what happens when nothing was said."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.tui.configured import asked
from tui.cli import Endpoint, UsageError
from tui.compose.settings import ONLY_HERE, read_link


def test_on_a_screen_everybody_starts_muted_and_unseen() -> None:
    for argv in (["join", "L"], ["join", "L", "--say", "tone:440", "--picture", "test-pattern"], ["host"]):
        settings = asked(*argv)
        assert (settings.muted, settings.camera) == (True, False)


def test_without_a_screen_what_was_named_is_sent() -> None:
    settings = asked("join", "L", "--headless", "--say", "tone:440", "--picture", "colour:00ff00")
    assert (settings.muted, settings.camera) == (False, True)


def test_without_a_screen_nothing_named_is_nothing_sent() -> None:
    settings = asked("join", "L", "--headless")
    assert (settings.muted, settings.camera) == (True, False)


def test_what_was_said_counts() -> None:
    settings = asked(
        "join", "L", "--headless", "--muted", "--no-camera", "--say", "tone:440", "--picture", "test-pattern"
    )
    assert (settings.muted, settings.camera) == (True, False)
    settings = asked("join", "L", "--unmuted", "--camera")
    assert (settings.muted, settings.camera) == (False, True)


def test_the_end_of_input_ends_only_what_needs_no_screen() -> None:
    assert asked("join", "L", "--headless", "--until-eof").until_eof
    with pytest.raises(UsageError, match="--headless"):
        asked("join", "L", "--until-eof")


def test_json_needs_no_screen() -> None:
    assert asked("join", "L", "--json").headless


def test_a_new_meeting_is_reachable_from_this_machine_only_unless_asked_otherwise() -> None:
    assert asked("host").listen == ONLY_HERE == Endpoint("127.0.0.1", 0)
    assert asked("host").hosting
    assert asked("host", "--listen", "127.0.0.9:81").listen == Endpoint("127.0.0.9", 81)
    assert not asked("join", "L").hosting


def test_the_invitation_may_come_on_standard_input() -> None:
    assert read_link("-", io.StringIO(" mesh+ws://x/#s \nmore\n")) == "mesh+ws://x/#s"
    assert read_link("mesh+ws://x/#s") == "mesh+ws://x/#s"
    with pytest.raises(UsageError, match="standard input"):
        read_link("-", io.StringIO("\n"))


@pytest.mark.parametrize("nothing", ["", "  "])
def test_an_empty_link_joins_nothing_and_opens_no_meeting(nothing: str) -> None:
    with pytest.raises(UsageError, match="the link is empty"):
        asked("join", nothing)


def test_a_recording_that_cannot_be_written_is_refused_before_joining(tmp_path: Path) -> None:
    assert asked("join", "L", "--save-audio", str(tmp_path / "out.wav")).save_audio == tmp_path / "out.wav"
    for bad in (tmp_path, tmp_path / "no" / "out.wav"):
        with pytest.raises(UsageError, match="cannot write"):
            asked("join", "L", "--save-audio", str(bad))
