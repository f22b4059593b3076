"""The bell, notifications of the desktop, and the title of the window."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.terminal.notify import AT_MOST_EVERY, BELL, Notifier, meeting_title, window_title


@pytest.mark.parametrize(
    ("how", "environment", "sequence"),
    [
        ("off", {}, ""),
        ("bell", {"TERM": "xterm-kitty"}, BELL),
        ("desktop", {"TERM": "xterm-kitty"}, "\x1b]9;incog: Somebody wrote\x1b\\"),
        ("desktop", {"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}, "\x1b]9;incog: Somebody wrote\x1b\\"),
        ("desktop", {"TERM": "foot"}, "\x1b]777;notify;incog;Somebody wrote\x1b\\"),
        (
            "desktop",
            {"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"},
            "\x1b]777;notify;incog;Somebody wrote\x1b\\",
        ),
        ("desktop", {"TERM": "tmux-256color", "TMUX": "x", "TERM_PROGRAM": "WezTerm"}, BELL),
        ("desktop", {"TERM": "xterm"}, BELL),
    ],
)
def test_how_a_terminal_is_told(how: str, environment: dict[str, str], sequence: str) -> None:
    assert Notifier(how, environment).sequence("incog", "Somebody wrote", 0) == sequence


def test_there_is_no_storm() -> None:
    notifier = Notifier("bell", {})
    assert notifier.sequence("incog", "", 10) == BELL
    assert notifier.sequence("incog", "", 10 + AT_MOST_EVERY / 2) == ""
    assert notifier.sequence("incog", "", 10 + AT_MOST_EVERY) == BELL


def test_a_number_is_no_command_and_a_title_ends_where_it_does() -> None:
    assert Notifier("desktop", {"TERM": "xterm-kitty"}).sequence("4;3;50", "", 0) == "\x1b]9;incog: 4,3,50\x1b\\"
    assert Notifier("desktop", {"TERM": "foot"}).sequence("a;b", "c;d", 0) == "\x1b]777;notify;a,b;c;d\x1b\\"


@given(st.text(), st.text(), st.sampled_from(["xterm-kitty", "foot", "xterm"]))
def test_no_text_ends_the_sequence_it_travels_in(title: str, body: str, kind: str) -> None:
    for sequence in (Notifier("desktop", {"TERM": kind}).sequence(title, body, 0), window_title(title)):
        inner = sequence.removesuffix("\x1b\\").removeprefix("\x1b")
        assert all(ord(character) >= 32 and not 127 <= ord(character) < 160 for character in inner) or sequence == BELL
        assert len(sequence) < 320


def test_the_title_says_what_others_hear_and_see_and_no_name() -> None:
    assert meeting_title("muted", "off") == "incog — meeting, muted"
    assert meeting_title("none", "none", recording=False) == "incog — meeting, muted"
    assert meeting_title("live", "live", recording=True) == "incog — meeting, microphone on, camera on, recorded"
    assert window_title("incog — meeting, muted") == "\x1b]2;incog — meeting, muted\x1b\\"
