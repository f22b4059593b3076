"""What was typed, and what was pasted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.linear.commands import is_harmless
from tui.linear.typed import LONGEST, TOGETHER, Batch, Splitter, Typed, objection


def test_what_does_no_harm_is_done_at_once() -> None:
    typed = Typed(is_harmless)
    assert typed.line("mute", 10.0) == Batch(("mute",), False)
    assert typed.line("status", 20.0) == Batch(("status",), False)
    assert typed.due is None


def test_what_is_sent_waits_to_see_whether_it_came_alone() -> None:
    typed = Typed(is_harmless)
    assert typed.line("say hello", 10.0) is None
    assert typed.take(10.1) is None
    assert typed.take(10.0 + TOGETHER) == Batch(("say hello",), False)
    assert typed.due is None


def test_lines_that_come_together_are_a_paste() -> None:
    typed = Typed(is_harmless)
    for number, line in enumerate(("say one", "status", "leave")):
        assert typed.line(line, 10.0 + number / 10) is None
    assert typed.take(10.4) is None
    assert typed.take(10.6) == Batch(("say one", "status", "leave"), True)


def test_a_line_that_comes_with_a_harmless_one_is_a_paste_too() -> None:
    typed = Typed(is_harmless)
    assert typed.line("status", 10.0) is not None
    assert typed.line("yes", 10.1) is None
    assert typed.take(11.0) == Batch(("yes",), True)
    assert typed.line("yes", 12.0) is None
    assert typed.take(13.0) == Batch(("yes",), False)


def test_what_a_program_writes_is_taken_at_its_word() -> None:
    typed = Typed(is_harmless, 0.0)
    assert [typed.line(line, 1.0) for line in ("say a", "leave")] == [
        Batch(("say a",), False),
        Batch(("leave",), False),
    ]


@given(st.lists(st.binary(max_size=20), max_size=20), st.data())
def test_however_bytes_arrive_the_lines_are_the_same(lines: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(line.replace(b"\n", b"") + b"\n" for line in lines)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=5)))
    splitter = Splitter()
    found = [
        text
        for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)
        for text in splitter.feed(whole[start:end])
    ]
    assert found == Splitter().feed(whole)
    assert len(found) == len(lines)


def test_a_line_without_end_takes_no_room() -> None:
    splitter = Splitter()
    for _ in range(100):
        assert splitter.feed(b"x" * 65536) == []
    (line,) = splitter.feed(b"\n")
    assert objection(line).startswith("That line is too long")


@pytest.mark.parametrize(
    ("line", "begins"),
    [
        ("say hello", ""),
        ("say \t tabs", ""),
        ("x" * (LONGEST - 1), "That line is too long"),
        ("say hel\x1b[Dlo", "That line holds keys"),
        (b"say \xff".decode(errors="replace"), "That line holds bytes"),
    ],
)
def test_a_line_that_may_not_be_what_was_meant_is_not_done(line: str, begins: str) -> None:
    assert objection(line).startswith(begins)
    assert bool(objection(line)) == bool(begins)
