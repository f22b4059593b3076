"""Landlock: a thread gives up TCP ports for good, for itself and for the threads and programs it starts later.

https://docs.kernel.org/userspace-api/landlock.html. Limits on TCP came with ABI 4 (Linux 6.7). A port is all it can
look at, never an address. Each call of `restrict` is a layer more; a layer can only take away. Only TCP is asked for:
limits on UDP came with ABI 10, but the participants of a meeting are at whatever port their system gave them.
"""

from __future__ import annotations

import ctypes
import os
import struct
from collections.abc import Collection

from net.confine import kernel

ABI_WITH_TCP = 4

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture but Alpha
_VERSION = 1  # flag of _CREATE_RULESET: only tell the ABI
_BIND_TCP, _CONNECT_TCP = 1, 2
_RULE_NET_PORT = 2


def abi() -> int:
    """Which Landlock this kernel has; 0 for none, or where it was switched off at boot."""
    if not kernel.usable():
        return 0
    try:
        return kernel.call(_CREATE_RULESET, None, 0, _VERSION)
    except OSError:
        return 0


def restrict(*, connect: Collection[int] | None = None, listen: Collection[int] | None = None) -> None:
    """Leave this thread only these TCP ports to connect to, and only these to listen on; None: as before.

    Raises `OSError`, upon which nothing has changed; so it does when the ABI is below `ABI_WITH_TCP`.
    """
    rights = {_CONNECT_TCP: connect, _BIND_TCP: listen}
    handled = sum(right for right, ports in rights.items() if ports is not None)
    if handled == 0:
        return
    # struct landlock_ruleset_attr: handled_access_fs, handled_access_net
    attributes = struct.pack("=QQ", 0, handled)
    ruleset = kernel.call(_CREATE_RULESET, _buffer(attributes), len(attributes), 0)
    try:
        for right, ports in rights.items():
            for port in sorted(set(ports or ())):
                # struct landlock_net_port_attr: allowed_access, port
                kernel.call(_ADD_RULE, ruleset, _RULE_NET_PORT, _buffer(struct.pack("=QQ", right, port)), 0)
        kernel.gain_nothing()
        kernel.call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _buffer(data: bytes) -> ctypes.Array[ctypes.c_char]:
    return ctypes.create_string_buffer(data, len(data))
