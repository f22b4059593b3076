"""Stopping as a shell knows it: a job that is suspended, and brought back by `fg`."""

from __future__ import annotations

import os
import signal


def can_suspend() -> bool:
    """Whether there is a shell that could wake us: a process without one would stop for good."""
    if not hasattr(signal, "SIGTSTP"):
        return False
    try:
        return os.getsid(os.getppid()) == os.getsid(0) and os.getpgrp() != os.getsid(0)
    except OSError:
        return False


def stop_group() -> None:
    """Stop until somebody wakes us.

    The whole group is stopped, as by the terminal itself, since a shell may wait for the program that started us.
    """
    before = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    os.kill(0, signal.SIGTSTP)
    signal.signal(signal.SIGTSTP, before)
