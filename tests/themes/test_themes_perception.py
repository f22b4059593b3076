from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from themes.perception import DEFICIENCIES, chroma, distance, oklab

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("colour", "lab"),
    [
        ("#000000", (0, 0, 0)),
        ("#ffffff", (1, 0, 0)),
        ("#ff0000", (0.6280, 0.2249, 0.1258)),
        ("#00ff00", (0.8664, -0.2339, 0.1795)),
        ("#0000ff", (0.4520, -0.0325, -0.3115)),
    ],
)
def test_the_corners_of_srgb_in_oklab(colour: str, lab: tuple[float, float, float]) -> None:
    assert oklab(colour) == pytest.approx(lab, abs=2e-4)


@given(one=COLOURS, other=COLOURS)
def test_a_distance_is_the_same_both_ways_and_none_to_itself(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert distance(one, one) == 0


@given(grey=st.integers(0, 255), deficiency=st.sampled_from(["", *DEFICIENCIES]))
def test_a_grey_is_the_same_grey_to_everybody(grey: int, deficiency: str) -> None:
    colour = f"#{grey:02x}{grey:02x}{grey:02x}"
    assert oklab(colour, deficiency) == pytest.approx(oklab(colour), abs=1e-4)
    assert chroma(colour) < 1e-4


@given(colour=COLOURS, deficiency=st.sampled_from(list(DEFICIENCIES)))
def test_every_colour_is_seen_as_one_that_there_is(colour: str, deficiency: str) -> None:
    lightness, *_ = oklab(colour, deficiency)
    assert -1e-6 <= lightness <= 1.0001


def test_red_and_green_come_close_where_the_cones_that_part_them_are_missing() -> None:
    red, green = "#b04a3a", "#5f7a33"
    assert distance(red, green, "deuteranopia") < distance(red, green) / 2
    assert distance(red, green, "protanopia") < distance(red, green) / 2
    assert distance(red, green, "tritanopia") > distance(red, green)


def test_blue_and_green_come_close_where_the_cones_for_blue_are_missing() -> None:
    blue, green = "#3f78a8", "#3f8f6b"
    assert distance(blue, green, "tritanopia") < distance(blue, green) / 2
