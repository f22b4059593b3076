"""Links to meetings, whatever their kind: which kinds there are, and what all links have in common.

A kind's own module knows how its links are written; a link is told apart without contacting anybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from net.errors import BadLink
from net.services import hosts
from net.services.janus import link as janus
from net.services.mesh import link as mesh


class MeetingLink(Protocol):
    """Where a meeting is. Frozen and comparable; `str()` is the whole link, with the secret in it."""

    @property
    def service(self) -> str:
        """The kind of meeting, one of `SERVICES`."""

    @property
    def host(self) -> str:
        """The server: a checked address, or a name in ASCII."""

    @property
    def port(self) -> int: ...

    @property
    def tls(self) -> bool:
        """Whether the way to the server is encrypted."""

    @property
    def secret(self) -> bytes:
        """What only those know who were given the link; empty when there is nothing of that kind in it."""

    @property
    def public(self) -> str:
        """The link without its secret: what may be shown and logged."""


class _Kind(Protocol):
    """The module that knows the links of one kind."""

    def recognise(self, text: str) -> bool: ...
    def parse(self, text: str) -> MeetingLink: ...


_KINDS: Mapping[str, _Kind] = {"mesh": mesh, "janus": janus}

SERVICES = tuple(_KINDS)
"""The kinds of meeting that can be joined."""
BEGINNINGS = "mesh+ws://, mesh+wss://, janus+ws:// or janus+wss://"
"""How links begin, in words."""


def recognise(text: str) -> str:
    """The kind of meeting that `text` means to be a link to, well formed or not; empty when it is no known one."""
    return next((name for name, kind in _KINDS.items() if kind.recognise(text)), "")


def parse(text: str) -> MeetingLink:
    """Read a link of any kind. Raises `BadLink` with one sentence, which never contains anything secret of it."""
    service = recognise(text)
    if not service:
        raise BadLink(f"This is not an invitation to a meeting that incog knows: those begin with {BEGINNINGS}.")
    return _KINDS[service].parse(text)


def place(to: MeetingLink) -> str:
    """Where the server is, as "host:port"."""
    return hosts.join(to.host, to.port)
