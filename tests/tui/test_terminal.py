"""Bytes as a terminal sends them, against the parser and the driver."""

from __future__ import annotations

import io
import os
from collections.abc import Iterable
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.message import Message

from tui import terminal
from tui.terminal import MAX_PASTE, CountingFile, PasteSafeParser, check_textual

START, END = "\x1b[200~", "\x1b[201~"


@pytest.fixture
def clock(monkeypatch) -> list[float]:
    """The parser's clock, to be moved by hand."""
    now = [100.0]
    monkeypatch.setattr(terminal, "monotonic", lambda: now[0])
    monkeypatch.setattr("textual._parser.get_time", lambda: now[0])
    return now


def heard(messages: Iterable[Message]) -> list[str]:
    """Keys by name and pastes by text."""
    found = []
    for message in messages:
        if isinstance(message, events.Key):
            found.append(message.key)
        elif isinstance(message, events.Paste):
            found.append(f"paste:{message.text}")
        else:
            found.append(type(message).__name__)
    return found


def fed(parser: XTermParser, *chunks: str) -> list[str]:
    return [name for chunk in chunks for name in heard(parser.feed(chunk))]


def test_textual_still_has_the_hole_that_this_closes() -> None:
    # When this fails Textual closed it, and the parser here can go.
    assert "m" in fed(XTermParser(), f"{START}evil\x1bm\rq{END}")


def test_a_paste_with_an_escape_inside_presses_no_key(clock) -> None:
    assert fed(PasteSafeParser(), f"{START}evil\x1bm\rq{END}") == ["paste:evilm\nq"]


def test_a_paste_may_come_in_pieces_of_any_size(clock) -> None:
    whole = f"{START}one\x1b[A two\x1b\x1b{END}"
    for size in range(1, len(whole)):
        pieces = [whole[at : at + size] for at in range(0, len(whole), size)]
        assert fed(PasteSafeParser(), *pieces) == ["paste:one[A two"], size


@given(st.text(alphabet=st.sampled_from("mvq\x1b[~201\r\n\x00ü"), max_size=40), st.integers(1, 50))
def test_whatever_is_pasted_only_pastes_come_out(text: str, size: int) -> None:
    whole = f"{START}{text}{END}"
    out = fed(PasteSafeParser(), *[whole[at : at + size] for at in range(0, len(whole), size)])
    assert len(out) == 1
    assert out[0].startswith("paste:")
    assert "\x1b" not in out[0]


def test_what_follows_a_closing_bracket_at_once_was_not_typed(clock) -> None:
    parser = PasteSafeParser()
    assert fed(parser, f"{START}a{END}mvq", "m", f"{START}b{END}") == ["paste:a"]
    clock[0] += 0.2
    assert fed(parser, "m") == ["m"]


def test_keys_before_a_paste_are_keys(clock) -> None:
    assert fed(PasteSafeParser(), f"x{START}a{END}") == ["x", "paste:a"]


def test_a_huge_paste_is_cut_and_the_rest_of_it_is_dropped(clock) -> None:
    parser = PasteSafeParser()
    out = fed(parser, START, *["y" * 4096] * 40, END)
    assert out == ["paste:" + "y" * MAX_PASTE]


def test_escape_alone_arrives_within_two_ticks(clock) -> None:
    parser = PasteSafeParser()
    assert fed(parser, "\x1b") == []
    clock[0] += 0.1
    assert heard(parser.tick()) == ["escape"]


def test_arrows_function_keys_and_alt_are_as_before(clock) -> None:
    parser = PasteSafeParser()
    assert fed(parser, "\x1b[A", "\x1bOQ", "\x1b[13~", "\x1bm") == ["up", "f2", "f3"]
    clock[0] += 0.2
    assert heard(parser.tick()) == ["alt+m"]


def test_the_beginning_of_a_bracket_that_was_something_else_is_passed_on(clock) -> None:
    parser = PasteSafeParser()
    assert fed(parser, "\x1b[2") == []
    assert fed(parser, "4~") == ["f12"]


def test_focus_and_mouse_pass(clock) -> None:
    assert fed(PasteSafeParser(), "\x1b[I", "\x1b[<0;3;4M") == ["AppFocus", "MouseDown"]


def test_the_end_of_input_ends_the_parser(clock) -> None:
    parser = PasteSafeParser()
    fed(parser, "\x1b")
    assert heard(parser.feed("")) == ["escape"]
    assert parser.is_eof


def test_a_textual_that_moved_these_parts_is_refused_loudly(monkeypatch) -> None:
    check_textual()
    monkeypatch.delattr(linux_driver, "XTermParser")
    with pytest.raises(RuntimeError, match="the input thread makes its parser by a module's name"):
        check_textual()


def test_the_file_counts_what_the_terminal_took() -> None:
    behind = io.StringIO()
    file = CountingFile(behind)
    file.write("héllo")
    assert (file.written, behind.getvalue()) == (5, "héllo")


def test_what_a_slow_terminal_has_not_taken_is_not_counted() -> None:
    reader, writer = os.pipe()
    chunks = 100
    with os.fdopen(writer, "w") as stream:
        file = CountingFile(stream)
        thread = Thread(target=lambda: [file.write("x" * 4096) for _ in range(chunks)], daemon=True)
        thread.start()
        thread.join(0.2)
        assert thread.is_alive()  # the pipe is full
        assert 0 < file.written < chunks * 4096
        taken = 0
        while taken < chunks * 4096:
            taken += len(os.read(reader, 65536))
        thread.join(5)
        assert file.written == chunks * 4096
    os.close(reader)


def test_a_terminal_that_hung_up_holds_nothing_up_and_is_told_once() -> None:
    class HungUp(io.StringIO):
        def flush(self) -> None:
            raise OSError(5, "Input/output error")

    gone: list[bool] = []
    file = CountingFile(HungUp(), lambda: gone.append(True))
    for _ in range(3):
        assert file.write("a picture") == 9
        file.flush()
    assert file.written == 27
    assert gone == [True]
