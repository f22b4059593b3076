"""What is measured inside a process, be it incog or the bare script: when media first came, how much, at what cost.

Lines of JSON on standard output, each `at` a time on the clock that all processes share, `cpu` the user and system time
so far in seconds: `{"type": "probe", "pid": …}` at once; `{"type": "first", "what": …, "cpu": …}` when everything is
`loaded`, when a server is `connecting` for the first time, and at the first frame `heard` and `seen`;
`{"type": "count", "heard": …, "seen": …, "cpu": …}` upon SIGUSR1.
"""

from __future__ import annotations

import json
import os
import signal
import time


class Probe:
    """Counts decoded frames."""

    def __init__(self) -> None:
        self._counts = {"heard": 0, "seen": 0}
        signal.signal(signal.SIGUSR1, lambda *_: self._tell("count", cpu=time.process_time(), **self._counts))
        self._tell("probe", pid=os.getpid())

    def count(self, what: str) -> None:
        """One frame was decoded."""
        self._counts[what] += 1
        if self._counts[what] == 1:
            self.first(what)

    def first(self, what: str) -> None:
        """Something was done for the first time."""
        self._tell("first", what=what, cpu=time.process_time())

    def loaded(self) -> None:
        """Everything is imported that joining needs."""
        self.first("loaded")

    @staticmethod
    def _tell(kind: str, **what: float | str) -> None:
        # Past the buffers, so that a signal in the middle of a print cannot mix two lines.
        os.write(1, json.dumps({"type": kind, "at": time.monotonic(), **what}).encode() + b"\n")
