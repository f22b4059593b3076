"""Where the panes go, in windows of all sizes."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tui.widgets.layout import (
    CHAT,
    LEAST,
    LEAST_HEIGHT,
    LEAST_WIDTH,
    PANEL,
    PANES,
    PEOPLE,
    STAGE,
    Plan,
    Rect,
    Sizes,
    panel_of,
    plan,
    toggled,
    under_of,
    under_stage,
)

WINDOW = {"width": st.integers(1, 260), "height": st.integers(1, 90)}
WANTED = st.permutations(PANES).flatmap(lambda order: st.integers(0, 4).map(lambda count: tuple(order[:count])))
SOME = st.none() | st.integers(0, 300)
SIZES = st.builds(Sizes, panel=SOME, dock=SOME, below=SOME)


def cells(place: Rect) -> set[tuple[int, int]]:
    return {(x, y) for x in range(place.x, place.x + place.width) for y in range(place.y, place.y + place.height)}


def shown(plan: Plan) -> set[str]:
    return {pane for pane in PANES if plan.shows(pane)}


@given(wanted=WANTED, sizes=SIZES, alert=st.booleans(), **WINDOW)
def test_everything_together_is_the_window_and_nothing_is_over_anything(width, height, wanted, sizes, alert) -> None:
    made = plan(width, height, wanted, sizes, alert=alert)
    assert ("alert" in made.places) is (alert and height > 4)
    assert sum(place.area for place in made.places.values()) == width * height
    seen: set[tuple[int, int]] = set()
    for place in made.places.values():
        assert not cells(place) & seen
        seen |= cells(place)
    assert seen == {(x, y) for x in range(width) for y in range(height)}


@given(wanted=WANTED, sizes=SIZES, alert=st.booleans(), **WINDOW)
def test_no_pane_is_smaller_than_it_needs(width, height, wanted, sizes, alert) -> None:
    made = plan(width, height, wanted, sizes, alert=alert)
    for pane in shown(made):
        assert made.places[pane].width >= LEAST[pane][0]
        assert made.places[pane].height >= LEAST[pane][1]


@given(wanted=WANTED, sizes=SIZES, **WINDOW)
def test_what_is_wanted_is_shown_or_behind_what_is_and_nothing_else(width, height, wanted, sizes) -> None:
    made = plan(width, height, wanted, sizes)
    behind = {pane for panes in made.behind.values() for pane in panes}
    assert not shown(made) & behind
    if made.why == "small":
        assert width < LEAST_WIDTH or height < LEAST_HEIGHT
        assert not shown(made)
    else:
        assert shown(made) | behind == set(wanted)
        assert made.why == ("" if wanted else "hidden")


@given(wanted=WANTED.filter(len), sizes=SIZES, **WINDOW)
def test_what_was_asked_for_last_can_be_seen(width, height, wanted, sizes) -> None:
    made = plan(width, height, wanted, sizes)
    assert made.why == "small" or made.shows(wanted[0])


@given(wanted=WANTED, sizes=SIZES, pane=st.sampled_from(PANES), **WINDOW)
def test_a_pane_that_is_not_seen_comes_and_one_that_is_goes(width, height, wanted, sizes, pane) -> None:
    before = plan(width, height, wanted, sizes)
    after = plan(width, height, toggled(wanted, pane, before), sizes)
    if before.why != "small":
        assert after.shows(pane) is not before.shows(pane)


@given(wanted=WANTED, sizes=SIZES, columns=st.integers(0, 300), rows=st.integers(0, 100), **WINDOW)
def test_what_is_made_larger_or_smaller_is_as_it_was_asked_for_as_far_as_it_fits(
    width, height, wanted, sizes, columns, rows
) -> None:
    before = plan(width, height, wanted, sizes)
    if (wider := panel_of(columns, sizes, before)) is not None:
        after = plan(width, height, wanted, wider)
        assert after.places[PANEL].width == wider.panel
        assert abs(after.places[PANEL].width - columns) <= abs(before.places[PANEL].width - columns)
    else:
        assert "divider" not in before.places
    if (higher := under_of(rows, sizes, before)) is not None:
        after = plan(width, height, wanted, higher)
        lower = under_stage(after)
        assert lower is not None
        assert lower.height == (higher.below if after.stacked else higher.dock)
        was = under_stage(before)
        assert was is not None
        assert abs(lower.height - rows) <= abs(was.height - rows)


def test_a_window_of_80_by_24() -> None:
    made = plan(80, 24, PANES)
    assert made.places[STAGE] == Rect(0, 2, 44, 15)
    assert made.places[PEOPLE] == Rect(0, 17, 44, 6)
    assert made.places[PANEL] == Rect(45, 2, 35, 21)
    assert made.behind[PEOPLE] == (CHAT,)


def test_a_wide_window_has_everything_beside_each_other() -> None:
    for width, height in ((120, 30), (200, 60)):
        made = plan(width, height, PANES)
        assert shown(made) == set(PANES)
        assert not made.stacked


def test_a_narrow_window_has_the_stage_over_one_pane_at_a_time() -> None:
    for width, height in ((50, 40), (40, 24)):
        made = plan(width, height, PANES)
        assert made.stacked
        assert shown(made) == {STAGE, PEOPLE}
        assert made.behind[PEOPLE] == (CHAT, PANEL)
        assert made.places[STAGE].height > made.places[PEOPLE].height
        after = plan(width, height, toggled(PANES, PANEL, made))
        assert shown(after) == {STAGE, PANEL}
        assert all(place.width == width for place in after.places.values())


def test_in_a_low_window_the_stage_takes_turns_too() -> None:
    made = plan(40, 10, PANES)
    assert shown(made) == {STAGE}
    wanted = toggled(PANES, PEOPLE, made)
    made = plan(40, 10, wanted)
    assert shown(made) == {PEOPLE}
    assert shown(plan(40, 10, toggled(wanted, PEOPLE, made))) == {STAGE}


def test_a_window_that_is_too_small_has_the_status_and_words() -> None:
    made = plan(30, 10, PANES)
    assert made.why == "small"
    assert set(made.places) == {"status", "keys", "words"}
    assert made.places["status"].height == 2


def test_with_everything_hidden_there_are_words() -> None:
    assert plan(80, 24, ()).why == "hidden"


def test_sizes_come_back_when_the_window_is_large_again() -> None:
    sizes = Sizes(panel=90)
    assert plan(80, 24, PANES, sizes).places[PANEL].width == 80 - 1 - 30
    assert plan(200, 60, PANES, sizes).places[PANEL].width == 90
    assert plan(200, 60, PANES, replace(sizes, panel=None)).places[PANEL].width == 62
