"""How many colours there are, and what is left of text with that many."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.style import Style
from textual.strip import Strip

from themes import load_builtin
from themes.contrast import channels
from tui.terminal.colours import (
    READABLE,
    SIXTEEN,
    Depth,
    Reducer,
    _contrast,
    colour_of,
    depth_of,
    named_16,
    nearest_16,
    nearest_256,
    readable_16,
)

SGR = re.compile(r"\x1b\[([\d;:]*)m")
COLOURS = {
    "none": "",
    "16": "[349][0-7]|10[0-7]",
    "256": "[349][0-7]|10[0-7]|[34]8;5;[0-9]{1,3}",
}
"""What of colours may be in a sequence."""

ATTRIBUTES = "[0-9]|2[0-9]|39|49|5[0-5]"


def foreign(text: str, depth: str) -> list[str]:
    """Sequences with anything else in them than attributes and the colours of this depth."""
    fine = re.compile(f"((({ATTRIBUTES}{f'|{COLOURS[depth]}' if COLOURS[depth] else ''})(;|$))*)")
    allowed = fine if depth != "none" else re.compile("(([0-9]|2[0-9]|5[0-5])(;|$))*")
    return [found for found in SGR.findall(text) if not allowed.fullmatch(found)]


@pytest.mark.parametrize(
    ("environment", "depth"),
    [
        ({"COLORTERM": "truecolor"}, "truecolor"),
        ({"COLORTERM": "24bit", "NO_COLOR": "1"}, "none"),
        ({"COLORTERM": "24bit", "NO_COLOR": ""}, "truecolor"),
        ({"TERM": "xterm-256color"}, "256"),
        ({"TERM": "tmux-256color", "TMUX": "x", "COLORTERM": "truecolor"}, "truecolor"),
        ({"TERM": "screen.xterm-256color", "STY": "1.x", "COLORTERM": "truecolor"}, "256"),
        ({"TERM": "screen", "STY": "1.x", "COLORTERM": "truecolor"}, "16"),
        ({"TERM": "xterm-kitty"}, "truecolor"),
        ({"TERM": "xterm-direct"}, "truecolor"),
        ({"TERM": "linux"}, "16"),
        ({"TERM": "vt220"}, "none"),
        ({}, "16"),
    ],
)
def test_the_terminal_says_how_many_colours_it_has(environment: dict[str, str], depth: str) -> None:
    assert depth_of(environment) == depth


def test_what_a_person_chose_goes_before_what_the_terminal_says() -> None:
    for depth in ("truecolor", "256", "16", "none"):
        assert depth_of({"NO_COLOR": "1", "TERM": "linux"}, depth) == depth
    with pytest.raises(ValueError, match="'many' is not one of auto, truecolor, 256, 16, none"):
        depth_of({}, "many")


@pytest.mark.parametrize(
    ("depth", "given", "expected"),
    [
        ("truecolor", "\x1b[1;38;2;1;2;3mx", "\x1b[1;38;2;1;2;3mx"),
        ("256", "\x1b[1;38;2;255;0;0;48;2;8;8;8mx\x1b[0m", "\x1b[1;38;5;196;48;5;232mx\x1b[0m"),
        ("256", "\x1b[38:2:255:0:0mx", "\x1b[38;5;196mx"),
        ("256", "\x1b[31;103mx", "\x1b[31;103mx"),
        ("256", "\x1b[39;49mx", "\x1b[39;49mx"),
        ("16", "\x1b[38;2;255;90;90mx", "\x1b[91mx"),
        ("16", "\x1b[48;5;196mx", "\x1b[41mx"),
        ("16", "\x1b[97;100mx", "\x1b[97;100mx"),
        ("none", "\x1b[1;38;2;255;90;90mx\x1b[0m", "\x1b[1mx\x1b[0m"),
        ("none", "\x1b[38;5;9;48;5;3mx", "x"),
        ("none", "\x1b[4;58;2;1;2;3;91mx\x1b[m", "\x1b[4mx\x1b[0m"),
        ("none", "\x1b[38;2;0;0;0;48;2;255;255;255mx", "\x1b[7mx"),  # ink on a block
        ("none", "\x1b[7;38;2;0;0;0;48;2;255;255;255mx", "\x1b[7mx"),
        ("none", "\x1b[38;2;0;0;0;48;2;255;255;255m▀", "▀"),
        ("none", "\x1b[38;5m\x1b[38;9m\x1b[38;2;1;2mx", "x"),
        ("none", "\x1b[2J\x1b[3;4Hx", "\x1b[2J\x1b[3;4Hx"),
    ],
)
def test_sequences_are_reduced(depth: Depth, given: str, expected: str) -> None:
    assert Reducer(depth)(given) == expected


def test_on_a_light_ground_a_block_is_dark() -> None:
    block, words = "\x1b[38;2;255;255;255;48;2;0;0;90mx", "\x1b[38;2;0;0;90;48;2;255;255;255mx"
    assert Reducer("none", lambda: False)(block + words) == "\x1b[7mxx"


RGB = st.tuples(*[st.integers(0, 255)] * 3)
STYLES = st.builds(
    lambda fore, back, bold, reverse: Style(
        color=fore and "#" + bytes(fore).hex(), bgcolor=back and "#" + bytes(back).hex(), bold=bold, reverse=reverse
    ),
    st.none() | RGB,
    st.none() | RGB,
    st.booleans(),
    st.booleans(),
)


@given(st.lists(st.tuples(STYLES, st.sampled_from(["word", "▀▀", " "])), max_size=5), st.sampled_from(sorted(COLOURS)))
def test_nothing_else_than_these_colours_is_left_and_every_word_is(pieces: list, depth: Depth) -> None:
    text = "".join(Strip.render_style(style, words, ColorSystem.TRUECOLOR) for style, words in pieces)
    reduced = Reducer(depth)(text)
    assert foreign(reduced, depth) == []
    assert SGR.sub("", reduced) == "".join(words for _, words in pieces)
    assert Reducer(depth)(reduced) == reduced


@given(st.lists(st.integers(0, 9999), max_size=12).map(lambda numbers: ";".join(map(str, numbers))))
def test_no_sequence_raises(parameters: str) -> None:
    for depth in COLOURS:
        Reducer(depth)(f"\x1b[{parameters}mx")  # type: ignore[arg-type] # its words


@given(RGB)
def test_the_nearest_is_not_farther_than_any_other(colour: tuple[int, int, int]) -> None:
    def away(other: tuple[int, int, int]) -> int:
        return sum((a - b) ** 2 for a, b in zip(colour, other, strict=True))

    assert away(SIXTEEN[nearest_16(colour)]) == min(map(away, SIXTEEN))
    # The grey is chosen by its mean, which may miss by one step.
    assert away(colour_of(nearest_256(colour))) <= min(away(colour_of(index)) for index in range(16, 256)) + 300


@given(st.integers(0, 15), st.integers(0, 15))
def test_of_sixteen_colours_a_word_always_reads_on_its_ground(glyph: int, ground: int) -> None:
    assert _contrast(SIXTEEN[readable_16(glyph, ground)], SIXTEEN[ground]) >= READABLE


def test_in_the_theme_for_sixteen_colours_everybody_keeps_a_colour_of_their_own() -> None:
    theme = load_builtin()["ansi"]
    assert len({named_16(channels(colour)) for colour in theme.personas}) == 8
    assert [named_16(channels(theme[role])) for role in ("background", "surface", "panel", "text")] == [0, 0, 0, 15]
    told = [named_16(channels(theme[role])) for role in ("live", "safe", "warning", "danger", "speaking", "accent")]
    assert len(set(told)) == 6


@pytest.mark.parametrize("theme", load_builtin())
def test_with_sixteen_colours_ground_and_text_of_every_theme_differ(theme: str) -> None:
    spec = load_builtin()[theme]
    for ground in ("background", "surface", "panel"):
        for role in ("text", "muted", "accent", "warning", "danger"):
            back = named_16(channels(spec[ground]))
            fore = readable_16(named_16(channels(spec[role])), back)
            assert _contrast(SIXTEEN[fore], SIXTEEN[back]) >= READABLE
