"""What can be typed, and what it means."""

from __future__ import annotations

import argparse
import shlex
from pathlib import Path

import pytest

from tui import typed
from tui.cli import Endpoint, IceUrl, ServerUrl, UsageError, parse
from tui.config.flags import given
from tui.config.schema import Given


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("2m", 120), ("1h", 3600), ("45", 45), ("1.5s", 1.5), ("250ms", 0.25)]
)
def test_durations(text: str, seconds: float) -> None:
    assert typed.duration(text) == seconds


@pytest.mark.parametrize("text", ["", "0", "0s", "-3s", "3d", "s", "1e9", "٣s", "30 s", "inf", "1.s"])
def test_what_is_no_duration_is_said(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="not a length of time"):
        typed.duration(text)


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("127.0.0.1", Endpoint("127.0.0.1", 0)),
        ("127.0.0.1:9000", Endpoint("127.0.0.1", 9000)),
        ("localhost:9000", Endpoint("127.0.0.1", 9000)),
        ("::1", Endpoint("::1", 0)),
        ("[::1]:9000", Endpoint("::1", 9000)),
    ],
)
def test_where_to_listen(text: str, endpoint: Endpoint) -> None:
    assert typed.listen(text) == endpoint


@pytest.mark.parametrize("text", ["", "meet.example.org", "127.0.0.1:", "127.0.0.1:65536", "1.2.3", "[::1", "a b"])
def test_what_cannot_be_listened_on_is_said(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError, match="not an address to listen on"):
        typed.listen(text)


def test_server_urls() -> None:
    assert typed.server_url("ws://127.0.0.1:7462") == ServerUrl("127.0.0.1", 7462, tls=False)
    assert typed.server_url("wss://meet.example.org/") == ServerUrl("meet.example.org", 443, tls=True)
    for text in ("http://meet.example.org", "meet.example.org", "wss://", "wss://a/b", "wss://u@a"):
        with pytest.raises(argparse.ArgumentTypeError, match="not a rendezvous server"):
            typed.server_url(text)


def test_ice_urls() -> None:
    assert typed.ice_url("stun:192.0.2.1") == IceUrl("stun", "192.0.2.1", 3478)
    assert typed.ice_url("turn:ann@192.0.2.1:99?transport=tcp") == IceUrl("turn", "192.0.2.1", 99, "ann", "tcp")
    assert typed.ice_url("turns:ann@relay.example.org") == IceUrl("turns", "relay.example.org", 5349, "ann", "tcp")
    for text in ("stun:ann@192.0.2.1", "turn:192.0.2.1", "http:a", "stun:", "turn:a@b?transport=sctp", "turn:@b"):
        with pytest.raises(argparse.ArgumentTypeError, match="not a STUN or TURN server"):
            typed.ice_url(text)


def test_a_password_on_the_command_line_is_refused_and_not_repeated() -> None:
    with pytest.raises(UsageError, match="INCOG_ICE_PASSWORD") as refusal:
        parse(["host", "--ice-server", "turn:ann:hunter2@192.0.2.1:3478"])
    assert "hunter2" not in str(refusal.value)


def test_sounds_and_pictures_are_passed_on_as_written() -> None:
    for text in ("test-voice", "test-voice:7", "tone:440", "talk.wav", "microphone:USB"):
        assert typed.sound(text) == text
    for text in ("camera", "camera:2", "test-pattern:3", "colour:3366CC", "face.png"):
        assert typed.picture(text) == text


@pytest.mark.parametrize("text", ["tone:", "tone:x", "tone:9", "tone:20001", "tone:4.4", " ", ""])
def test_sounds_that_cannot_be(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        typed.sound(text)


@pytest.mark.parametrize("text", ["colour:red", "colour:12345", "colour:", ""])
def test_pictures_that_cannot_be(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        typed.picture(text)


def test_what_was_not_said_stays_open() -> None:
    assert given(parse(["join", "LINK"])) == {}
    for flag, path, value in (
        ("--muted", "start.muted", True),
        ("--unmuted", "start.muted", False),
        ("--camera", "start.camera", True),
        ("--no-camera", "start.camera", False),
    ):
        assert given(parse(["join", "LINK", flag])) == {path: Given(value, flag)}


@pytest.mark.parametrize(
    "argv",
    [
        ["join"],
        ["join", "LINK", "--muted", "--unmuted"],
        ["join", "LINK", "--camera", "--no-camera"],
        ["join", "LINK", "--mut"],
        ["join", "LINK", "--for", "soon"],
        ["join", "LINK", "--addresses", "all"],
        ["host", "--listen", "127.0.0.1", "--rendezvous", "ws://127.0.0.1:1"],
        ["host", "--listen", "0.0.0.0"],
        ["host", "--listen", "::"],
        ["rendezvous", "--tls-cert", "a.pem"],
        ["rendezvous", "--tls-key", "a.pem"],
        ["persona"],
        ["persona", "list"],
        ["persona", "burn", "LINK", "LINK"],
        ["receipt"],
        ["receipt", "verify"],
        ["demo", "--linkability"],
        ["completions", "fish"],
        ["stay"],
    ],
)
def test_bad_usage_is_one_sentence(argv: list[str]) -> None:
    with pytest.raises(UsageError) as refusal:
        parse(argv)
    assert "\n" not in str(refusal.value)


def test_a_scripted_join_takes_every_answer_as_an_option() -> None:
    line = (
        "join LINK --as Reed --muted --no-camera --headless --json --for 30s --say tone:440 --save-audio out.wav"
        " --no-speaker --addresses loopback --keep-persona --allow-identifying --theme dusk"
    )
    arguments = parse(shlex.split(line))
    assert (arguments.link, arguments.alias, arguments.duration) == ("LINK", "Reed", 30)
    assert arguments.say == "tone:440"
    assert (arguments.save_audio, arguments.allow_identifying) == (Path("out.wav"), True)
    assert {path: one.value for path, one in given(arguments).items()} == {
        "look.theme": "dusk",
        "network.addresses": "loopback",
        "persona.keep": True,
        "sound.speaker": "none",
        "start.camera": False,
        "start.muted": True,
    }
