from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.grid import LEAST_HEIGHT, LEAST_WIDTH, SMALL_HEIGHT, SMALL_WIDTH, Box, arrange, feature, neighbour

AREAS = {"width": st.integers(10, 240), "height": st.integers(4, 80)}


def cells(box: Box) -> set[tuple[int, int]]:
    """A tile's cells: picture, caption, and the free column on either side."""
    return {(x, y) for x in range(box.x - 1, box.x + box.width + 1) for y in range(box.y, box.caption_y + 1)}


@given(count=st.integers(0, 30), **AREAS)
def test_tiles_are_inside_and_apart(count: int, width: int, height: int) -> None:
    boxes = arrange(count, width, height)
    assert len(boxes) <= count
    seen: set[tuple[int, int]] = set()
    for box in boxes:
        mine = cells(box)
        assert all(0 <= x < width and 0 <= y < height for x, y in mine)
        assert not mine & seen
        seen |= mine


@given(count=st.integers(1, 30), **AREAS)
def test_all_tiles_are_of_one_size_and_16_to_9(count: int, width: int, height: int) -> None:
    boxes = arrange(count, width, height)
    assert len({(box.width, box.height) for box in boxes}) <= 1
    for box in boxes[:1]:
        assert abs(box.width * 9 / 32 - box.height) <= 1 or box.height == 1


@given(count=st.integers(2, 30), **AREAS)
def test_no_tile_is_too_small_to_see_unless_it_is_the_only_one(count: int, width: int, height: int) -> None:
    boxes = arrange(count, width, height)
    if len(boxes) > 1:
        assert boxes[0].width >= LEAST_WIDTH
        assert boxes[0].height >= LEAST_HEIGHT


@given(count=st.integers(1, 25), **AREAS)
def test_fewer_people_never_get_smaller_pictures(count: int, width: int, height: int) -> None:
    many, few = arrange(count + 1, width, height), arrange(count, width, height)
    if len(many) == count + 1:
        assert many[0].width * many[0].height <= few[0].width * few[0].height


def test_the_stage_of_a_small_terminal_shows_four() -> None:
    assert len(arrange(4, 44, 14)) == 4


def test_one_person_fills_the_stage() -> None:
    (box,) = arrange(1, 118, 42)
    assert (box.width, box.height) == (116, 33)
    assert box.x == 1


def test_two_beside_each_other_where_it_is_wide_and_over_each_other_where_it_is_high() -> None:
    wide, high = arrange(2, 160, 24), arrange(2, 60, 40)
    assert wide[0].y == wide[1].y
    assert high[0].x == high[1].x


def test_where_not_all_fit_as_many_as_do() -> None:
    assert 0 < len(arrange(30, 44, 14)) < 30
    assert arrange(3, 44, 1) == []


@given(count=st.integers(0, 30), **AREAS)
def test_a_large_tile_and_a_strip_are_inside_and_apart(count: int, width: int, height: int) -> None:
    boxes = feature(count, width, height)
    assert len(boxes) <= count + 1
    seen: set[tuple[int, int]] = set()
    for box in boxes:
        mine = cells(box)
        assert all(0 <= x < width and 0 <= y < height for x, y in mine)
        assert not mine & seen
        seen |= mine


@given(count=st.integers(1, 30), **AREAS)
def test_the_large_tile_is_the_largest_and_a_strip_can_be_seen(count: int, width: int, height: int) -> None:
    large, *strip = feature(count, width, height) or [Box(0, 0, 0, 0)]
    assert len({(box.width, box.height) for box in strip}) <= 1
    for box in strip[:1]:
        assert box.width >= SMALL_WIDTH
        assert box.height >= SMALL_HEIGHT
        assert large.width * large.height > box.width * box.height


@given(count=st.integers(1, 30), **AREAS)
def test_a_strip_may_cost_the_large_tile_some_of_its_size_but_never_makes_it_vanish(
    count: int, width: int, height: int
) -> None:
    assert bool(feature(count, width, height)) is bool(arrange(1, width, height))


def test_a_strip_is_under_where_it_is_high_and_beside_where_it_is_wide() -> None:
    large, small, *_ = feature(4, 50, 40)
    assert small.y > large.caption_y
    large, small, *_ = feature(4, 150, 20)
    assert small.x > large.x + large.width


def test_the_next_tile_in_each_direction() -> None:
    boxes = arrange(5, 118, 30)  # three over two
    assert [neighbour(boxes, 0, 1, 0), neighbour(boxes, 2, -1, 0), neighbour(boxes, 0, 0, 1)] == [1, 1, 3]
    assert [neighbour(boxes, 0, -1, 0), neighbour(boxes, 0, 0, -1), neighbour(boxes, 4, 1, 0)] == [0, 0, 4]
    assert neighbour([], 0, 1, 0) == 0


@given(count=st.integers(1, 25), index=st.integers(0, 24), **AREAS)
def test_the_next_tile_is_in_that_direction(count: int, index: int, width: int, height: int) -> None:
    boxes = feature(count, width, height)
    if index < len(boxes):
        here = boxes[index]
        for right, down in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            there = boxes[neighbour(boxes, index, right, down)]
            if there != here:
                assert right * (there.x * 2 + there.width - here.x * 2 - here.width) >= 0
                assert down * (there.y * 2 + there.height - here.y * 2 - here.height) >= 0
