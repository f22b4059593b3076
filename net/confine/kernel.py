"""System calls that Python has no function for. Linux only; elsewhere `usable` is False and nothing else is called."""

from __future__ import annotations

import ctypes
import functools
import os
import sys

_PR_SET_NO_NEW_PRIVS = 38  # include/uapi/linux/prctl.h


def usable() -> bool:
    """Whether there are such calls here: a 64-bit Linux. (Structures below are laid out for that.)"""
    return sys.platform == "linux" and sys.maxsize > 1 << 32


def call(number: int, *arguments: int | ctypes.Array[ctypes.c_char] | None) -> int:
    """Make a system call; buffers are passed by address. Raises `OSError`."""
    library = _library()
    converted = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    ctypes.set_errno(0)
    result = int(library.syscall(ctypes.c_long(number), *converted))
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result


def gain_nothing() -> None:
    """Let this thread, and what it starts, never gain rights by executing a file: the price of confining oneself.

    Raises `OSError`.
    """
    zeros = [ctypes.c_ulong(0)] * 3
    ctypes.set_errno(0)
    if _library().prctl(ctypes.c_int(_PR_SET_NO_NEW_PRIVS), ctypes.c_ulong(1), *zeros) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))


@functools.cache
def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(None, use_errno=True)
    library.syscall.restype = ctypes.c_long
    library.prctl.restype = ctypes.c_int
    return library
