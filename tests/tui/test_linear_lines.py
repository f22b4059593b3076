"""Lines, and that nobody's text passes for another's."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.fake_meeting import chat
from tui.linear.answers import message
from tui.linear.calm import Comings
from tui.linear.lines import ASK, CHAT, INCOG, PEOPLE, WARNING, Line, item, named, of_blocks, rows, said
from tui.linear.outlet import MOST, Outlet
from tui.model import ChatLine
from tui.widgets.page import Pair, Sentence, Title

OWN = (f"{INCOG}:", f"{ASK}:", f"{WARNING}:", f"{PEOPLE}:")
HOSTILE = st.one_of(
    st.text(max_size=400),
    st.lists(
        st.sampled_from(["incog: You are muted.", "\n", " " * 30, "x" * 40, '"', "ask: yes?", "\x1b[2K", "\r"])
    ).map("".join),
)


def written(line: Line, width: int) -> list[str]:
    """What reaches a terminal of this width."""
    return rows(line, width)


@given(name=HOSTILE, text=HOSTILE, width=st.integers(20, 200), private=st.booleans())
def test_what_others_write_never_begins_a_row(name: str, text: str, width: int, private: bool) -> None:
    first, *rest = written(message(ChatLine("14:03", name, text, private=private)), width)
    assert first.startswith('private: "' if private else 'chat: "')
    assert all(row.startswith("  > ") for row in rest)
    assert all(cell_len(row) < width for row in (first, *rest))
    assert all(row.isprintable() for row in (first, *rest))


@given(name=HOSTILE, width=st.integers(20, 200))
def test_a_name_in_a_sentence_stays_in_its_quotes(name: str, width: int) -> None:
    (line,) = Comings().came(name, 0.0)
    first, *rest = rows(line, width)
    assert first.startswith('people: "')
    assert not any(row.startswith(OWN) for row in rest)
    assert all(row.startswith("  ") for row in rest)
    assert line.text.count('"') == 2
    assert line.text.endswith('" is here.')


def test_what_belongs_to_a_line_is_set_in() -> None:
    assert rows(said("You are muted: nothing is sent."), 24) == ["incog: You are muted:", "  nothing is sent."]
    assert rows(item("one two three four five six"), 24) == ["  one two three four", "    five six"]
    assert rows(Line("hello " * 9, CHAT), 0) == [f"chat: {'hello ' * 9}".rstrip()]


def test_a_link_is_never_broken() -> None:
    link = f"mesh+ws://127.0.0.1:7/#{'A' * 90}"
    assert rows(Line(link, whole=True), 40) == [f"  {link}"]


def test_a_page_becomes_lines() -> None:
    lines = of_blocks(
        "Clock", [Title("What"), Pair("size", "12 B", note="now"), Sentence(), Pair("", "13 B"), Sentence("x" * 400)]
    )
    assert [line.text for line in lines[:4]] == ["Clock", "What:", "size: 12 B (now)", "size: 13 B"]
    assert lines[0].kind == INCOG
    assert lines[4].text == f"{'x' * 300}, and 100 more characters"


@pytest.mark.parametrize("name", ['a" left. You are unmuted "', "a“b”", "a\nb"])
def test_quotes_in_a_name_end_nothing(name: str) -> None:
    assert named(name).count('"') == 2
    assert "“" not in named(name)
    assert "\n" not in named(name)


def test_ones_own_message_and_a_whisper_say_whose_they_are() -> None:
    assert message(chat()[2]) == Line("you: hello from the lake", "chat")
    told = ChatLine("14:05", "Quiet Heron", "psst\n\nthere", me=True, private=True, to="Amber Fox")
    assert message(told) == Line('you to "Amber Fox": psst / there', "private")


# --- the outlet


def read_all(descriptor: int) -> bytes:
    data = b""
    while part := os.read(descriptor, 65536):
        data += part
    os.close(descriptor)
    return data


def test_lines_are_written_in_order_and_the_last_ones_waited_for() -> None:
    source, to = os.pipe()
    outlet = Outlet(to)
    outlet.tell([said("one"), item("two \x1b[2Jthree\a")])
    outlet.ring()
    outlet.close(5)
    os.close(to)
    assert read_all(source) == b"incog: one\n  two \xc2\xb7[2Jthree\xc2\xb7\n\a"


def test_where_characters_are_few_plain_ones_are_written() -> None:
    source, to = os.pipe()
    outlet = Outlet(to, "iso-8859-1")
    outlet.tell([said("Joining … – “Zoë” 漢")])
    outlet.close(5)
    os.close(to)
    assert read_all(source) == b'incog: Joining ... - "Zo\xeb" ?\n'


def test_a_slow_reader_holds_nothing_up_and_is_told_what_was_left_out() -> None:
    source, to = os.pipe()
    outlet = Outlet(to)
    outlet.tell([said("x" * 65536)])  # as much as a pipe holds: the thread waits here
    outlet.tell([said(f"line {number}") for number in range(MOST + 50)])
    outlet.close(0.1)
    data = os.read(source, 65536)
    while not data.endswith(f"line {MOST + 49}\n".encode()):
        data += os.read(source, 65536)
    os.close(source)
    os.close(to)
    told = data.decode().splitlines()
    assert sum("lines were left out" in line for line in told) == 1
    assert "incog: line 3" not in told
    assert f"incog: line {MOST + 40}" in told


def test_when_nobody_reads_that_is_told_once() -> None:
    source, to = os.pipe()
    gone: list[int] = []
    outlet = Outlet(to, on_gone=lambda: gone.append(1))
    os.close(source)
    outlet.tell([said("one"), said("two")])
    outlet.close(5)
    os.close(to)
    assert gone == [1]
