"""Bytes as a terminal sends them: which of them are keys, and which must never be."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS, IGNORE_SEQUENCE
from textual._xterm_parser import XTermParser
from textual.message import Message

from tui.terminal.gate import ESCAPE, GIVE_UP, MAX_PASTE, PATIENCE, QUIET
from tui.terminal.keys import MAX_DOWN, RepeatedKey
from tui.terminal.messages import FlagsReported, KeyReleased
from tui.terminal.parser import SafeParser

START, END = "\x1b[200~", "\x1b[201~"


def heard(messages: Iterable[Message]) -> list[str]:
    """Keys by name, pastes by text, and everything else by kind."""
    found = []
    for message in messages:
        match message:
            case RepeatedKey():
                found.append(f"again:{message.key}")
            case events.Key():
                found.append(message.key)
            case events.Paste():
                found.append(f"paste:{message.text}")
            case KeyReleased():
                found.append(f"up:{message.key}")
            case FlagsReported():
                found.append(f"flags:{message.flags}")
            case _:
                found.append(type(message).__name__)
    return found


def fed(parser: SafeParser, *chunks: str) -> list[str]:
    return [name for chunk in chunks for name in heard(parser.feed(chunk))]


def cut(whole: str, at: Iterable[int]) -> list[str]:
    """A text in pieces."""
    places = [0, *sorted({place % (len(whole) + 1) for place in at}), len(whole)]
    return [whole[start:end] for start, end in pairwise(places) if start < end]


def typing_again(parser: SafeParser) -> list[str]:
    """What a key gives once any paste is over and the terminal was silent for long."""
    fed(parser, END)
    return [*heard(parser.idle(60)), *heard(parser.idle(60)), *fed(parser, "x")]


# ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────


KNOWN = [known for known, keys in ANSI_SEQUENCES_KEYS.items() if keys != IGNORE_SEQUENCE and known != "\x9b"]


@pytest.mark.parametrize("sequence", KNOWN)
def test_every_sequence_that_textual_knows_is_the_key_that_textual_says(sequence: str) -> None:
    expected = [event.key for event in XTermParser()._sequence_to_key_events(sequence)]
    parser = SafeParser()
    found = [*fed(parser, sequence), *heard(parser.idle(ESCAPE)), *heard(parser.idle(60))]
    if sequence.endswith("R") and ";" in sequence:
        assert found == []  # where the cursor is
    elif sequence == "\x1b\x1b":
        assert found == ["escape", "escape"]
    elif found != expected:
        # Textual takes the number of a key that it does not know by its own protocol for that of a character.
        assert isinstance(known := ANSI_SEQUENCES_KEYS[sequence], tuple)
        assert found == [key.value for key in known]


def test_letters_arrows_function_keys_and_alt() -> None:
    parser = SafeParser()
    assert fed(parser, "mü\r\t\x7f\x03") == ["m", "ü", "enter", "tab", "backspace", "ctrl+c"]
    assert fed(parser, "\x1b[A", "\x1bOQ", "\x1b[13~", "\x1bm", "\x1b[[C") == ["up", "f2", "f3", "alt+m", "f3"]
    assert fed(parser, "\x1b[1;5C", "\x1b[3;2~", "\x1b[Z") == ["ctrl+right", "shift+delete", "shift+tab"]


def test_escape_alone_is_a_key_after_a_moment_of_silence() -> None:
    parser = SafeParser()
    assert fed(parser, "\x1b") == heard(parser.idle(ESCAPE / 2)) == []
    assert heard(parser.idle(ESCAPE)) == ["escape"]
    assert heard(parser.idle(60)) == []
    assert fed(parser, "\x1b\x1b[A") == ["escape", "up"]


def test_alt_with_the_first_character_of_a_sequence_is_a_key_after_silence() -> None:
    parser = SafeParser()
    for character in "O]P_^X":
        assert fed(parser, f"\x1b{character}") == []
        assert heard(parser.idle(ESCAPE)) == heard(XTermParser()._sequence_to_key_events(character, alt=True))


@pytest.mark.parametrize(
    ("sequence", "names"),
    [
        ("\x1b[97u", ["a"]),
        ("\x1b[97;;97u", ["a"]),
        ("\x1b[97;2;65u", ["A"]),
        ("\x1b[97:65;2:1;65u", ["A"]),
        ("\x1b[99;5u", ["ctrl+c"]),
        ("\x1b[27u", ["escape"]),
        ("\x1b[13u", ["enter"]),
        ("\x1b[0;;228u", ["ä"]),
        ("\x1b[0;;104:105u", ["h", "i"]),
        ("\x1b[32;1:1u", ["space"]),
        ("\x1b[32;1:2u", ["again:space"]),
        ("\x1b[97;1:2;97u", ["again:a"]),
        ("\x1b[32;1:3u", ["up:space"]),
        ("\x1b[57442;5:3u", ["up:left_control"]),
        ("\x1b[1;1:3A", ["up:up"]),
        ("\x1b[1;5:2D", ["again:ctrl+left"]),
        ("\x1b[3;1:3~", ["up:delete"]),
        ("\x1b[1;1:3P", ["up:f1"]),
        ("\x1b[13;1:3~", ["up:f3"]),
        ("\x1b[R", ["f3"]),
        # no key, no event, no such number
        ("\x1b[0u", []),
        ("\x1b[;;u", []),
        ("\x1b[109~", []),
        ("\x1b[32;1:4u", []),
        ("\x1b[32;1:0u", []),
        ("\x1b[32;999u", []),
        ("\x1b[55296u", []),
        ("\x1b[1114112u", []),
        ("\x1b[9999999u", []),
        ("\x1b[12345678901234567890u", []),
        ("\x1b[63000u", []),
        ("\x1b[97;;27u", ["a"]),
        ("\x1b[97;1:1:1u", []),
        ("\x1b[:::u", []),
    ],
)
def test_the_kitty_protocol(sequence: str, names: list[str]) -> None:
    assert fed(SafeParser(), sequence) == names


def test_textual_still_fails_at_a_key_that_was_released() -> None:
    # When this passes Textual has an answer of its own, and the one here should be compared with it.
    with pytest.raises(ValueError, match="invalid literal"):
        list(XTermParser().feed("\x1b[32;1:3u"))


def test_a_key_goes_up_by_the_name_it_went_down_by() -> None:
    parser = SafeParser()
    assert fed(parser, "\x1b[97;2;65u") == ["A"]
    assert fed(parser, "\x1b[97;1:3u") == ["up:A"]  # Shift went up first
    assert fed(parser, "\x1b[97;1:3u") == ["up:a"]  # and nobody saw this one go down


def test_what_was_down_is_forgotten_with_the_focus_and_bounded() -> None:
    parser = SafeParser()
    assert fed(parser, "\x1b[97;2;65u", "\x1b[O", "\x1b[97;1:3u") == ["A", "AppBlur", "up:a"]
    many = [f"\x1b[{code};2;65u" for code in range(1000, 1000 + MAX_DOWN + 10)]
    fed(parser, *many)
    assert len(parser._held._names) == MAX_DOWN


@given(st.text(alphabet="0123456789:;<>?u~ARPS\x1b[", max_size=60))
def test_no_sequence_of_any_form_raises(middle: str) -> None:
    parser = SafeParser()
    fed(parser, f"\x1b[{middle}")
    assert typing_again(parser)[-1] == "x"


@given(st.text(max_size=60), st.lists(st.integers(0, 60), max_size=6))
def test_nothing_at_all_raises_and_afterwards_keys_are_keys(text: str, at: list[int]) -> None:
    parser = SafeParser()
    for piece in cut(text, at):
        fed(parser, piece)
    assert typing_again(parser)[-1] == "x"


# ── what is no key ───────────────────────────────────────────────────────────────────────────────────────────────

NUMBER = st.integers(0, 99999).map(str)
NUMBERS = st.lists(NUMBER, min_size=1, max_size=8).map(";".join)
HOSTILE = st.text(st.sampled_from("mvq\r\n\t\x03\x18\x1a[]?;~u0ü\x9b\x9c "), max_size=30) | st.text(max_size=30)
STRING = HOSTILE.map(lambda text: text.replace("\x1b", "").replace("\x07", ""))
ESCAPES = st.text(st.sampled_from("mvq\x1b\r\n[O]P_~201"), max_size=30).map(lambda text: text.replace("\x1b\\", ""))

REPLIES = st.one_of(
    st.builds("\x1b[?{}u".format, NUMBERS),  # the flags of the kitty protocol
    st.builds("\x1b[{}{}c".format, st.sampled_from(["?", ">", "="]), NUMBERS),  # who the terminal is
    st.builds("\x1b[{};{}R".format, NUMBER, NUMBER),  # where the cursor is
    st.builds("\x1b[{}n".format, NUMBERS),
    st.builds("\x1b[?{}n".format, NUMBERS),
    st.builds("\x1b[{}t".format, NUMBERS),  # sizes
    st.builds("\x1b[?{}$y".format, NUMBERS),  # whether a mode is set
    st.builds("\x1b[{};{}$y".format, NUMBER, NUMBER),
    st.builds("\x1b[{}x".format, NUMBERS),
    st.builds("\x1b[?{}S".format, NUMBERS),  # graphics attributes
    st.builds("\x1b[>{}m".format, NUMBERS),
    st.builds("\x1b[<{};{};{}M".format, NUMBER, NUMBER, NUMBER),
    st.builds("\x1b[{};{};{}M".format, NUMBER, NUMBER, NUMBER),
    st.builds("\x1b[M{}{}{}".format, *[st.sampled_from("mvq \x7f")] * 3),
    st.sampled_from(["\x1b[I", "\x1b[O", "\x1b\\", "\x1b[201~"]),
    st.builds("\x1b]{};{}{}".format, st.integers(0, 1337), STRING, st.sampled_from(["\x07", "\x1b\\"])),  # colours
    st.builds("\x1b{}{}\x1b\\".format, st.sampled_from("P_^X"), STRING | ESCAPES),  # versions, settings, graphics
    st.builds("\x1b]{}\x1b\\".format, ESCAPES),
)


@given(st.lists(REPLIES, min_size=1, max_size=4), st.lists(st.integers(0, 300), max_size=12))
def test_no_reply_is_a_key_whatever_is_in_it_and_however_it_is_cut(replies: list[str], at: list[int]) -> None:
    parser = SafeParser()
    messages = [message for piece in cut("".join(replies), at) for message in parser.feed(piece)]
    messages += [*parser.idle(60), *parser.idle(60)]
    assert not [message for message in messages if isinstance(message, (events.Key, events.Paste, KeyReleased))]
    assert fed(parser, "x") == ["x"]


@given(REPLIES, st.integers(1, 300))
def test_a_reply_that_stalls_while_answers_are_expected_is_no_key_either(reply: str, at: int) -> None:
    parser = SafeParser(patient=True)
    first, rest = reply[: at % len(reply)], reply[at % len(reply) :]
    keys = [*fed(parser, first), *heard(parser.idle(ESCAPE * PATIENCE - 0.01)), *fed(parser, rest)]
    assert not [key for key in keys if key not in NO_KEYS and not key.startswith("flags:")], keys


NO_KEYS = {
    "AppFocus", "AppBlur", "Identified", "MouseMove", "MouseDown", "MouseUp", "Resize", "InBandWindowResize",
    "MouseScrollUp", "MouseScrollDown", "MouseScrollLeft", "MouseScrollRight", "TerminalSupportsSynchronizedOutput",
}  # fmt: skip


def test_a_string_that_never_ends_is_given_up() -> None:
    parser = SafeParser()
    assert fed(parser, "\x1b]11;rgb:", "mvq" * 100) == []
    assert heard(parser.idle(GIVE_UP / 2)) == []
    assert fed(parser, "m") == []
    assert heard(parser.idle(GIVE_UP)) == []
    assert fed(parser, "m") == ["m"]


def test_answers_are_read() -> None:
    parser = SafeParser(patient=True)
    assert fed(parser, "\x1b[?27u") == ["flags:27"]
    assert fed(parser, "\x1b[?62;4c") == ["Identified"]
    assert fed(parser, "\x1b[?2026;2$y", "\x1b[?2026;0$y") == ["TerminalSupportsSynchronizedOutput"]
    assert fed(parser, "\x1b[?2048;2$y") == ["InBandWindowResize"]
    fed(parser, "\x1b")
    assert heard(parser.idle(ESCAPE)) == ["escape"]  # nothing is expected any more


def test_focus_mouse_and_size_pass() -> None:
    parser = SafeParser()
    assert fed(parser, "\x1b[I", "\x1b[<0;3;4M", "\x1b[<64;3;4M") == ["AppFocus", "MouseDown", "MouseScrollUp"]
    (resize,) = parser.feed("\x1b[48;24;80;480;800t")
    assert isinstance(resize, events.Resize)
    assert (resize.size, resize.pixel_size) == ((80, 24), (800, 480))
    (down,) = parser.feed("\x1b[<0;401;241M")
    assert isinstance(down, events.MouseDown)
    assert (down.x, down.y) == (40, 12)


def test_a_size_that_cannot_be_is_not_believed() -> None:
    parser = SafeParser()
    assert fed(parser, "\x1b[48;0;0;0;0t", "\x1b[48;24;99999;1;1t") == []
    assert fed(parser, "\x1b[48;24;80;0;0t", "\x1b[<0;3;4M") == ["Resize", "MouseDown"]


# ── pastes ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_textual_still_has_the_hole_that_this_closes() -> None:
    # When this fails Textual closed it.
    assert "m" in heard(XTermParser().feed(f"{START}evil\x1bm\rq{END}"))


def test_a_paste_with_an_escape_inside_presses_no_key() -> None:
    assert fed(SafeParser(), f"{START}evil\x1bm\rq{END}") == ["paste:evilm\nq"]


def test_a_paste_may_come_in_pieces_of_any_size() -> None:
    whole = f"{START}one\x1b[A two\x1b\x1b{END}"
    for size in range(1, len(whole)):
        pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
        assert fed(SafeParser(), *pieces) == ["paste:one[A two"], size


@given(st.text(alphabet=st.sampled_from("mvq\x1b[~201\r\n\x00ü"), max_size=40), st.integers(1, 50))
def test_whatever_is_pasted_only_pastes_come_out(text: str, size: int) -> None:
    whole = f"{START}{text}{END}"
    out = fed(SafeParser(), *[whole[at : at + size] for at in range(0, len(whole), size)])
    assert len(out) == 1
    assert out[0].startswith("paste:")
    assert "\x1b" not in out[0]


def test_what_follows_a_closing_bracket_at_once_was_not_typed() -> None:
    parser = SafeParser()
    assert fed(parser, f"{START}a{END}mvq", "m", f"{START}b{END}") == ["paste:a"]
    assert heard(parser.idle(QUIET / 2)) == fed(parser, "m") == []
    assert heard(parser.idle(QUIET)) == []
    assert fed(parser, "m") == ["m"]


def test_keys_before_a_paste_are_keys() -> None:
    assert fed(SafeParser(), f"x{START}a{END}") == ["x", "paste:a"]


def test_a_huge_paste_is_cut_and_the_rest_of_it_is_dropped() -> None:
    parser = SafeParser()
    assert fed(parser, START, *["y" * 4096] * 40, END) == ["paste:" + "y" * MAX_PASTE]
