from __future__ import annotations

import colorsys
import time

import numpy as np
import pytest

from media.analysis import mean_colour
from media.pattern import Colour, Pattern, Scene, pattern_hue


def hue_of(colour: tuple[int, int, int]) -> float:
    return colorsys.rgb_to_hsv(*(part / 255 for part in colour))[0]


def apart(one: float, two: float) -> float:
    """The distance of two hues, 0 to 0.5."""
    return abs((one - two + 0.5) % 1 - 0.5)


@pytest.mark.parametrize("seed", ["0", "1", "2", "3", "4", "rowan"])
async def test_a_test_picture_is_known_by_its_hue_and_moves(seed: str) -> None:
    source = Pattern(seed)
    await source.open()
    first, second = await source.picture(), await source.picture()
    await source.close()
    assert (first.format.name, first.width, first.height) == ("yuv420p", 320, 180)
    assert apart(hue_of(mean_colour(first)), pattern_hue(seed)) < 0.04
    assert not np.array_equal(first.to_ndarray(), second.to_ndarray())


def test_the_first_seeds_have_hues_that_nobody_confuses() -> None:
    hues = [pattern_hue(str(seed)) for seed in range(5)]
    assert min(apart(one, two) for place, one in enumerate(hues) for two in hues[:place]) > 0.09


def test_the_same_seed_draws_the_same_at_the_same_time() -> None:
    assert np.array_equal(Scene("1").draw(5.0), Scene("1").draw(5.0))


@pytest.mark.parametrize("seconds", [0.0, 0.05, 3.68, 1e6])
@pytest.mark.parametrize("size", [(320, 180), (64, 36), (2, 2)])
def test_every_moment_can_be_drawn_at_any_size(seconds: float, size: tuple[int, int]) -> None:
    assert Scene("2", *size).draw(seconds).shape == (size[1], size[0], 3)


def test_drawing_is_cheap() -> None:
    scene = Scene("1")
    began = time.thread_time()
    for step in range(20):
        scene.draw(step / 12)
    assert (time.thread_time() - began) / 20 < 0.02


async def test_a_colour_is_that_colour() -> None:
    source = Colour((32, 96, 192))
    await source.open()
    first, second = await source.picture(), await source.picture()
    await source.close()
    assert first is not second
    assert mean_colour(second) == pytest.approx((32, 96, 192), abs=3)
    assert source.name == "the colour #2060c0"
