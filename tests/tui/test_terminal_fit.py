"""Whether the screen can be shown at all."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tui.terminal.fit import terminal_fit, unfit


@dataclass
class Stream:
    tty: bool = True

    def isatty(self) -> bool:
        return self.tty


TTY, PIPE = Stream(), Stream(tty=False)


def test_a_terminal_fits() -> None:
    assert terminal_fit({"TERM": "xterm"}, TTY, TTY, TTY) == "screen"
    assert unfit({"TERM": "xterm"}, TTY, TTY, TTY) == ""


@pytest.mark.parametrize("kind", ["", "dumb", "unknown"])
def test_a_terminal_that_moves_no_cursor_takes_lines(kind: str) -> None:
    assert terminal_fit({"TERM": kind}, TTY, TTY, TTY) == "lines"
    assert unfit({"TERM": kind}, TTY, TTY, TTY) == f"this terminal (TERM={kind or 'dumb'}) cannot show the screen"
    assert terminal_fit({}, TTY, TTY, TTY) == "lines"


@pytest.mark.parametrize("place", range(3))
@pytest.mark.parametrize("stream", [PIPE, None])
def test_without_a_terminal_on_all_three_lines_are_written(place: int, stream: Stream | None) -> None:
    streams: list[Stream | None] = [TTY, TTY, TTY]
    streams[place] = stream
    assert terminal_fit({"TERM": "xterm"}, *streams) == "lines"
    assert unfit({"TERM": "xterm"}, *streams).startswith("the screen needs a terminal")
