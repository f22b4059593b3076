"""Until the first paint no garbage is collected: nearly all that is made by then stays, and looking takes time.

What was there at the first paint is not looked through later, either; nor what was loaded for the first meeting.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache


@contextmanager
def until_painted() -> Iterator[None]:
    """Collect nothing from now on, until `painted` is called or the block ends."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def painted() -> None:
    """Something is on the screen. Doing it again does nothing."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


@cache
def loaded() -> None:
    """All that a meeting needs is there, and will be: it is not looked through while somebody joins. Once a process."""
    gc.freeze()
