from __future__ import annotations

import time

import av
import numpy as np
import pytest
from av.video.reformatter import VideoReformatter

from media.pictures import MOST_COLUMNS, MOST_ROWS, Cells, to_cells
from tests.media.helpers import picture_frame

GROUND = (9, 8, 7)


def near(one: tuple[int, int, int], two: tuple[int, int, int], by: int = 4) -> bool:
    return all(abs(left - right) <= by for left, right in zip(one, two, strict=True))


def test_a_plain_picture_fills_a_tile_of_its_shape() -> None:
    cells = to_cells(picture_frame((200, 40, 90)), 32, 9)
    assert (cells.width, cells.height) == (32, 9)
    assert all(near(pixel, (200, 40, 90)) for y in range(9) for x in range(32) for pixel in cells.cell(x, y))


def test_another_shape_is_centred_on_the_ground() -> None:
    cells = to_cells(picture_frame((200, 40, 90)), 40, 9, ground=GROUND)  # 32 of 40 columns
    assert cells.cell(3, 4) == (GROUND, GROUND)
    assert cells.cell(36, 4) == (GROUND, GROUND)
    assert near(cells.cell(4, 0)[0], (200, 40, 90))
    assert near(cells.cell(35, 8)[1], (200, 40, 90))
    tall = to_cells(picture_frame((200, 40, 90)), 32, 13, ground=GROUND)  # 18 of 26 pixels high
    assert tall.cell(0, 1) == (GROUND, GROUND)
    assert near(tall.cell(0, 2)[0], (200, 40, 90))
    assert near(tall.cell(31, 10)[1], (200, 40, 90))
    assert tall.cell(31, 11) == (GROUND, GROUND)


def test_the_corners_are_where_they_belong() -> None:
    pixels = np.zeros((90, 160, 3), dtype=np.uint8)
    pixels[:45, :80], pixels[:45, 80:], pixels[45:, :80] = (255, 0, 0), (0, 255, 0), (0, 0, 255)
    cells = to_cells(av.VideoFrame.from_ndarray(pixels, format="rgb24"), 16, 5, ground=GROUND)
    assert near(cells.cell(1, 0)[1], (255, 0, 0))
    assert near(cells.cell(14, 0)[1], (0, 255, 0))
    assert near(cells.cell(1, 4)[0], (0, 0, 255))
    assert near(cells.cell(14, 4)[0], (0, 0, 0))


def test_a_cell_has_two_pixels_one_above_the_other() -> None:
    pixels = np.zeros((4, 2, 3), dtype=np.uint8)
    pixels[0], pixels[1], pixels[2], pixels[3] = 10, 20, 30, 40
    cells = Cells(pixels, "truecolor")
    assert cells.cell(1, 1) == ((30, 30, 30), (40, 40, 40))
    assert cells.row(0) == "\x1b[38;2;10;10;10;48;2;20;20;20m▀▀\x1b[0m"


@pytest.mark.parametrize("size", [(2, 2), (16, 4000), (4000, 16), (1920, 1080), (17, 31)])
@pytest.mark.parametrize("tile", [(1, 1), (80, 24), (3, 40), (10_000, 10_000), (0, -3)])
def test_any_picture_fits_any_tile(size: tuple[int, int], tile: tuple[int, int]) -> None:
    cells = to_cells(av.VideoFrame(*size, "yuv420p"), *tile)
    assert cells.width == min(max(1, tile[0]), MOST_COLUMNS)
    assert cells.height == min(max(1, tile[1]), MOST_ROWS)
    assert len(cells.row(cells.height - 1)) >= cells.width


@pytest.mark.parametrize("pixel_format", ["yuv420p", "yuv422p", "nv12", "rgb24", "gray", "yuva420p"])
def test_any_pixel_format_will_do(pixel_format: str) -> None:
    cells = to_cells(picture_frame((120, 120, 120)).reformat(format=pixel_format), 16, 4)
    assert near(cells.cell(8, 2)[0], (120, 120, 120), 6)


def test_converting_is_far_cheaper_than_a_frame_lasts() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (360, 640, 3), dtype=np.uint8)
    frame = av.VideoFrame.from_ndarray(noise, format="rgb24").reformat(format="yuv420p")
    times = []
    for _ in range(5):
        began = time.thread_time()
        to_cells(frame, 160, 45)
        times.append(time.thread_time() - began)
    assert min(times) < 0.02


def test_one_scaler_for_whatever_comes_makes_the_same_cells() -> None:
    dice, scaler = np.random.default_rng(3), VideoReformatter()
    for number in range(40):
        height, width = (int(side) * 2 for side in dice.integers(1, 300, 2))
        pixels = dice.integers(0, 255, (height, width, 3), dtype=np.uint8)
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
        frame = frame.reformat(format=("yuv420p", "rgb24", "gray", "yuv444p")[number % 4])
        kept, fresh = to_cells(frame, 40, 10, scaler=scaler), to_cells(frame, 40, 10)
        assert [kept.row(y) for y in range(10)] == [fresh.row(y) for y in range(10)]


def test_a_grey_picture_has_the_light_of_the_coloured_one_and_no_colour() -> None:
    frame = picture_frame((200, 40, 90), 32, 32)
    coloured, grey = to_cells(frame, 4, 2), to_cells(frame, 4, 2, grey=True, ground=(9, 9, 9))
    (red, green, blue), _ = coloured.cell(1, 1)
    (upper, lower) = grey.cell(1, 1)
    assert len(set(upper)) == len(set(lower)) == 1
    assert abs(upper[0] - (0.2126 * red + 0.7152 * green + 0.0722 * blue)) <= 1
