from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from tui.widgets.text import Row, fit, flat, lasting, size, wrap

ANY = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("宽 \n\t\x1b́x")), max_size=60)


@given(ANY, st.integers(0, 40))
def test_fitted_text_fits_and_has_no_control_characters(text: str, width: int) -> None:
    fitted = fit(text, width)
    assert cell_len(fitted) <= width
    assert fitted.isprintable()


def test_text_that_fits_is_untouched_and_other_text_says_that_it_was_cut() -> None:
    assert fit("heron", 5) == "heron"
    assert fit("herons", 5) == "hero…"
    assert fit("宽宽宽", 5) == "宽宽…"


def test_what_is_not_printable_becomes_visible() -> None:
    assert flat("a\x1b[31mb\nc") == "a·[31mb c"


@given(ANY, st.integers(2, 30))
def test_wrapped_lines_fit_and_lose_nothing_but_spaces(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert lines
    assert all(cell_len(line) <= width for line in lines)
    assert "".join(lines).replace(" ", "") == "".join(flat(text).split()).replace(" ", "")


def test_wrapping_breaks_at_spaces() -> None:
    assert wrap("one two three", 8) == ["one two", "three"]
    assert wrap("", 8) == [""]
    assert wrap("abcdefghij", 4) == ["abcd", "efgh", "ij"]


@given(st.integers(0, 60), ANY, ANY, ANY)
def test_a_row_is_always_as_wide_as_it_says(width: int, left: str, more: str, right: str) -> None:
    strip = Row(width, Style()).put(left).column(10).keep((flat(right), None)).put(more).strip()
    assert sum(segment.cell_length for segment in strip) == width
    assert strip.cell_length == width


def test_a_row_keeps_its_right_end_whole_or_not_at_all() -> None:
    assert Row(10, Style()).keep(("right", None)).put("leftmost").strip().text == "left…right"
    assert Row(4, Style()).keep(("right", None)).put("left").strip().text == "left"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-3, "0 s"), (0, "0 s"), (59.9, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h 00"), (7500, "2 h 05")],
)
def test_lengths_of_time(seconds: float, words: str) -> None:
    assert lasting(seconds) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (9_940, "9.9 kB"),
        (12_345, "12 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_400_000, "1.4 MB"),
        (3_200_000_000, "3.2 GB"),
    ],
)
def test_numbers_of_bytes(count: int, words: str) -> None:
    assert size(count) == words
