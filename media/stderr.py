"""File descriptor 2 while the screen is up.

C libraries (ALSA, PortAudio, FFmpeg) write their complaints straight to descriptor 2, in the middle of the screen. Here
that descriptor is turned into a pipe whose last few kilobytes are kept for `doctor`, while Python, and Textual which
draws on `sys.__stderr__`, go on writing to the real one through a copy.
"""

from __future__ import annotations

import os
import selectors
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any

KEPT_BYTES = 4096
_LOCK = threading.Lock()


class _Bin:
    """Reads what C libraries say and keeps the end of it."""

    def __init__(self) -> None:
        self._kept = bytearray()
        source, self.entry = os.pipe()
        wakes, self._stop = os.pipe()
        # A writer never waits for us: what does not fit is lost, rather than a sound callback held up.
        os.set_blocking(self.entry, False)
        os.set_blocking(source, False)
        self._thread = threading.Thread(target=self._collect, args=(source, wakes), name="media: stderr", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Read what is left and end the thread."""
        os.close(self._stop)
        self._thread.join()

    def text(self) -> str:
        """The end of what was said."""
        return bytes(self._kept[-KEPT_BYTES:]).decode("utf-8", "replace")

    def _collect(self, source: int, wakes: int) -> None:
        # Watching two pipes: a child process may hold the writing end open long after we have stopped.
        with selectors.DefaultSelector() as selector:
            selector.register(source, selectors.EVENT_READ)
            selector.register(wakes, selectors.EVENT_READ)
            stopping = False
            while not stopping:
                stopping = any(key.fd == wakes for key, _ in selector.select())
                while self._read(source):
                    continue
        os.close(source)
        os.close(wakes)

    def _read(self, source: int) -> bool:
        try:
            data = os.read(source, 65536)
        except BlockingIOError:
            return False
        self._kept += data
        del self._kept[:-KEPT_BYTES]
        return len(data) > 0


class _State:
    bin: _Bin | None = None
    depth = 0


def said_by_c_libraries() -> str:
    """The end of what was caught, at most `KEPT_BYTES`. Foreign text: to be neutralised before it is shown."""
    return "" if _State.bin is None else _State.bin.text()


@contextmanager
def quiet_c_libraries() -> Iterator[None]:
    """Catch what is written to descriptor 2, but by `sys.__stderr__`.

    To be entered before Textual makes its driver, from the main thread. Inside another one it changes nothing. Where
    there is no descriptor 2, no standard error, or on Windows (whose pipes differ), it does nothing.
    """
    with _LOCK:
        _State.depth += 1
        outermost = _State.depth == 1
    try:
        original = sys.__stderr__
        if outermost and original is not None and os.name == "posix" and _is_open(2):
            with _caught(original):
                yield
        else:
            yield
    finally:
        with _LOCK:
            _State.depth -= 1


@contextmanager
def _caught(original: TextIOWrapper[Any]) -> Iterator[None]:
    python = sys.stderr
    original.flush()
    bin_ = _State.bin = _Bin()
    real = os.dup(2)
    # Line by line as standard error itself; Textual flushes by its own.
    screen = os.fdopen(real, "w", encoding=original.encoding, errors=original.errors, buffering=1)
    os.dup2(bin_.entry, 2)
    os.close(bin_.entry)
    # Textual's drivers read it when they are made. As an attribute it is final to type checkers.
    vars(sys)["__stderr__"] = screen
    if python is original:
        sys.stderr = screen
    try:
        yield
    finally:
        screen.flush()
        os.dup2(real, 2)
        vars(sys)["__stderr__"] = original
        if sys.stderr is screen:
            sys.stderr = python
        bin_.stop()
        screen.close()


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
