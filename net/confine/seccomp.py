"""seccomp: a thread gives up internet sockets for good, for itself and for the threads it starts later.

A filter in the kernel answers the thread's `socket` calls: local sockets (AF_UNIX, which sound servers need) are made,
any other kind is refused with EACCES. https://docs.kernel.org/userspace-api/seccomp_filter.html
"""

from __future__ import annotations

import ctypes
import errno
import platform
import socket
import struct
import sys
import threading
from dataclasses import dataclass

from net.confine import kernel

Instruction = tuple[int, int, int, int]
"""Operation, steps to skip if true, if false, operand: struct sock_filter of classic BPF."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a filter must know of the processor."""

    audit: int  # AUDIT_ARCH_* of include/uapi/linux/audit.h
    socket: int
    seccomp: int
    highest: int = 0xFFFFFFFF  # numbers above are calls of another ABI on the same processor


MACHINES = {
    "x86_64": Machine(0xC000003E, socket=41, seccomp=317, highest=0x3FFFFFFF),  # bit 30 marks x32
    "aarch64": Machine(0xC00000B7, socket=198, seccomp=277),
}

_SET_MODE_FILTER, _GET_ACTION_AVAIL = 1, 2
_RET_ALLOW, _RET_ERRNO = 0x7FFF0000, 0x00050000
_REFUSE = _RET_ERRNO | errno.EACCES
_IO_URING_SETUP = 425  # everywhere; it would make sockets without the call `socket`
_LOAD, _IF_EQUAL, _IF_GREATER, _RETURN = 0x20, 0x15, 0x25, 0x06  # of 32-bit words at an absolute place
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16  # places in struct seccomp_data, little-endian

_done = threading.local()


def machine() -> Machine | None:
    """This processor, if a filter was written for it."""
    if not kernel.usable() or sys.byteorder != "little":
        return None
    return MACHINES.get(platform.machine())


def available() -> bool:
    """Whether threads can be denied sockets here."""
    here = machine()
    if here is None:
        return False
    try:
        kernel.call(here.seccomp, _GET_ACTION_AVAIL, 0, ctypes.create_string_buffer(struct.pack("=I", _RET_ERRNO), 4))
    except OSError:
        return False
    return True


def program(here: Machine) -> list[Instruction]:
    """The filter: each call gets the first `_RETURN` it reaches. Calls of other ABIs are all refused."""
    return [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 0, 7, here.audit),  # else refuse
        (_LOAD, 0, 0, _NUMBER),
        (_IF_GREATER, 5, 0, here.highest),  # refuse
        (_IF_EQUAL, 4, 0, _IO_URING_SETUP),  # refuse
        (_IF_EQUAL, 0, 2, here.socket),  # else allow
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_IF_EQUAL, 0, 1, int(socket.AF_UNIX)),  # else refuse
        (_RETURN, 0, 0, _RET_ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]


def refuse_internet() -> None:
    """Deny this thread every socket but local ones, from now on. Once a thread; later calls do nothing.

    Raises `OSError`, upon which nothing has changed; so it does where there is no filter for the processor.
    """
    if getattr(_done, "yes", False):
        return
    here = machine()
    if here is None:
        raise OSError(errno.ENOSYS, "no filter for this system")
    instructions = program(here)
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in instructions))
    # struct sock_fprog: the number of instructions, and where they are
    whole = ctypes.create_string_buffer(struct.pack("@HP", len(instructions), ctypes.addressof(code)))
    kernel.gain_nothing()
    kernel.call(here.seccomp, _SET_MODE_FILTER, 0, whole)
    _done.yes = True
