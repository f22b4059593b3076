from __future__ import annotations

import re

import numpy as np
import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.sgr import Depth, text_rows

RED, GREEN, WHITE, BLACK = (255, 0, 0), (0, 200, 7), (255, 255, 255), (0, 0, 0)


def grid(*rows: list[tuple[int, int, int]]) -> np.ndarray:
    return np.array(rows, dtype=np.uint8)


def test_colours_are_written_when_they_change_and_only_then() -> None:
    pixels = grid([RED, RED, GREEN, GREEN], [WHITE, WHITE, WHITE, BLACK])
    assert text_rows(pixels, "truecolor") == [
        "\x1b[38;2;255;0;0;48;2;255;255;255m▀▀\x1b[38;2;0;200;7m▀\x1b[48;2;0;0;0m▀\x1b[0m"
    ]


def test_each_row_stands_alone() -> None:
    pixels = grid([RED], [RED], [RED], [RED])
    assert text_rows(pixels, "truecolor") == ["\x1b[38;2;255;0;0;48;2;255;0;0m▀\x1b[0m"] * 2


def test_with_256_colours_the_nearest_of_cube_and_greys_is_taken() -> None:
    pixels = grid([RED, (95, 135, 175), (128, 128, 128)], [BLACK, WHITE, (8, 8, 8)])
    assert text_rows(pixels, "256") == ["\x1b[38;5;196;48;5;16m▀\x1b[38;5;67;48;5;231m▀\x1b[38;5;244;48;5;232m▀\x1b[0m"]


def test_with_16_colours_the_nearest_is_taken() -> None:
    pixels = grid([RED, (200, 10, 10), WHITE], [BLACK, (0, 0, 230), (130, 130, 130)])
    assert text_rows(pixels, "16") == ["\x1b[91;40m▀\x1b[31;44m▀\x1b[97;100m▀\x1b[0m"]


def test_without_colours_there_are_shades_and_no_escapes() -> None:
    grey = [(level, level, level) for level in (0, 60, 128, 190, 255)]
    assert text_rows(grid(grey, grey), "none") == [" ░▒▓█"]
    assert text_rows(grid([WHITE, BLACK], [BLACK, WHITE]), "none") == ["▒▒"]


@pytest.mark.parametrize("depth", ["truecolor", "256", "16", "none"])
@given(seed=st.integers(min_value=0, max_value=1000), columns=st.integers(1, 9), rows=st.integers(1, 4))
def test_every_row_has_its_width_and_ends_in_a_reset(depth: Depth, seed: int, columns: int, rows: int) -> None:
    colours = np.random.default_rng(seed).integers(0, 256, (3, 3), dtype=np.uint8)
    pixels = colours[np.random.default_rng(seed + 1).integers(0, 3, (2 * rows, columns))]
    lines = text_rows(pixels, depth)
    assert len(lines) == rows
    for line in lines:
        assert len(re.sub(r"\x1b\[[\d;]+m", "", line)) == columns
        assert line.endswith("\x1b[0m") == (depth != "none")


@given(seed=st.integers(min_value=0, max_value=10_000))
def test_a_terminal_shows_the_very_pixels(seed: int) -> None:
    dice = np.random.default_rng(seed)
    palette = dice.integers(0, 256, (4, 3), dtype=np.uint8)
    pixels = palette[dice.integers(0, 4, (6, 12))]
    screen = pyte.Screen(12, 3)
    pyte.Stream(screen).feed("\r\n".join(text_rows(pixels, "truecolor")))
    for y in range(3):
        for x in range(12):
            cell = screen.buffer[y][x]
            assert cell.data == "▀"
            assert bytes.fromhex(cell.fg) == pixels[2 * y, x].tobytes()
            assert bytes.fromhex(cell.bg) == pixels[2 * y + 1, x].tobytes()
