"""The driver's parts: the file it writes to, and what it needs of Textual."""

from __future__ import annotations

import io
import os
import time
from threading import Thread

import pytest
from textual._xterm_parser import XTermParser

from tui.terminal.driver import CountingFile, check_textual


def test_a_textual_that_moved_these_parts_is_refused_loudly(monkeypatch) -> None:
    check_textual()
    monkeypatch.setattr(XTermParser, "parse_mouse_code", lambda self: None)
    with pytest.raises(RuntimeError, match="the parser reads the mouse"):
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
        end = time.monotonic() + 30
        while not file.written and time.monotonic() < end:
            thread.join(0.05)
        assert thread.is_alive()  # the pipe is full
        assert 0 < file.written < chunks * 4096
        taken = 0
        while taken < chunks * 4096:
            taken += len(os.read(reader, 65536))
        thread.join(30)
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
