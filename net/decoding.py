"""The threads in which received media are decoded: nobody waits until one runs.

Python's own `start` waits for the thread's first step. On a busy machine that is some milliseconds for each person in
the room, in the middle of joining it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import aiortc.rtcrtpreceiver

from net.moved import MovedError


class _Begun(threading.Event):
    """Whether a thread runs. Whoever started it takes it for granted."""

    def wait(self, timeout: float | None = None) -> bool:
        """At once."""
        return True

    def really(self) -> None:
        """Wait until it runs."""
        super().wait()


class DecodingThread(threading.Thread):
    """A thread that is started without waiting for it; not at all for a queue with `needs_thread = False`."""

    def __init__(self, *, args: Iterable[Any] = (), **named: Any) -> None:
        self._is_needed = all(getattr(one, "needs_thread", True) for one in args)
        super().__init__(args=args, **named)
        self._started = _Begun()  # what `start` waits for; there is no public way

    def start(self) -> None:
        """As the base."""
        if self._is_needed:
            super().start()

    def join(self, timeout: float | None = None) -> None:
        """As the base, also right after `start`."""
        if self._is_needed:
            self._started.really()
            super().join(timeout)


_THREADING = SimpleNamespace(Event=threading.Event, Thread=DecodingThread)


def install() -> None:
    """Have the library's receivers use such threads. Raises `MovedError`."""
    module: Any = aiortc.rtcrtpreceiver
    if getattr(module, "threading", None) not in (threading, _THREADING):
        raise MovedError("aiortc.rtcrtpreceiver.threading is missing: this release cannot be used safely")
    module.threading = _THREADING
