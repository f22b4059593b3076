"""The few threads that may still reach out, made before the others are confined.

One connects sockets; asyncio would do it on the loop's own thread, where native code runs too. Two look names up, since
the system's resolver is a blocking call. They run nothing else, but for two things, which could not reach anything as
children of another thread: when a person has a link opened, the first starts the browser; and when one goes from a
meeting to the lobby, it has incog begin anew in place of this process.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

NAME_THREADS = 2
PATIENCE = 10.0
"""Seconds for the threads to come up; they take a millisecond."""


class Outside:
    """Threads that live as long as the process. Make it once, first."""

    def __init__(self, first: Callable[[], None]) -> None:
        """`first` is what the threads for names do before anything else; it must not raise."""
        self._dialler = _started("connect", 1, lambda: None)
        self.names = _started("names", NAME_THREADS, first)

    @property
    def dialler(self) -> ThreadPoolExecutor:
        """Where `dial` is to be run."""
        return self._dialler


def dial(connection: socket.socket, address: Any) -> bool:
    """Begin to connect a non-blocking socket; whether it is connected already. Raises `OSError`."""
    try:
        connection.connect(address)
    except (BlockingIOError, InterruptedError):
        return False
    return True


def _started(name: str, count: int, first: Callable[[], None]) -> ThreadPoolExecutor:
    """An executor whose threads exist from now on, so that none is made later by a thread that is confined."""
    threads = ThreadPoolExecutor(count, thread_name_prefix=name, initializer=first)
    together = threading.Barrier(count + 1)
    for _ in range(count):
        threads.submit(together.wait, PATIENCE)
    together.wait(PATIENCE)
    return threads
