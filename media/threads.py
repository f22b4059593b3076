"""What each thread of ours does before it touches a library of sound or pictures.

The composition root may set one act for it, such as giving up internet sockets; without one there is nothing to do.
It is of the whole process, since a thread that was forgotten would be the one that matters.
"""

from __future__ import annotations

from collections.abc import Callable

_first: Callable[[], None] | None = None


def begin_with(act: Callable[[], None] | None) -> None:
    """Have every thread made from now on do `act` first; it must not raise. None: nothing again."""
    global _first
    _first = act


def enter() -> None:
    """To be called at the start of a thread that reads, decodes or converts."""
    if _first is not None:
        _first()
