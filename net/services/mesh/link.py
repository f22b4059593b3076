"""Invitation links: `mesh+ws://HOST:PORT/#SECRET`, or `mesh+wss://` for a rendezvous behind TLS.

The secret is 128 random bits, written as 22 characters of base64url. It stands in the fragment, which no client sends
anywhere; room id and keys are derived from it (see `sealing`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from net.errors import BadLink
from net.services import hosts, secret

TEXT_LIMIT = 512
"""Characters of the longest text looked at."""
DEFAULT_PORTS = {False: 7843, True: 443}
"""The port a link without one means, by TLS."""

_SCHEME = re.compile(r"mesh\+wss?://", re.IGNORECASE)
_PARTS = re.compile(r"(?P<authority>[^/?#]*)(?P<path>[^?#]*)(?P<query>\?[^#]*)?(#(?P<secret>.*))?")


@dataclass(frozen=True, slots=True)
class MeshLink:
    """An invitation. `str()` is the whole link, secret and all; `repr()` and `public` leave the secret out."""

    host: str  # checked: an address, or a name in ASCII
    port: int
    tls: bool
    secret: bytes = field(repr=False)  # 16 bytes

    def __post_init__(self) -> None:
        if len(self.secret) != secret.SECRET_BYTES:
            raise ValueError("A link's secret has 16 bytes.")

    def __str__(self) -> str:
        return f"{self.public}#{secret.written(self.secret)}"

    @property
    def service(self) -> str:
        """The kind of meeting."""
        return "mesh"

    @property
    def public(self) -> str:
        """The link without its secret: what may be shown and logged."""
        return f"mesh+{self.url}"

    @property
    def url(self) -> str:
        """Where the rendezvous is, as a WebSocket URL."""
        return f"{'wss' if self.tls else 'ws'}://{hosts.join(self.host, self.port)}/"


def recognise(text: str) -> bool:
    """Whether `text` means to be a link of this kind, well formed or not."""
    return len(text) <= TEXT_LIMIT and _SCHEME.match(text.strip()) is not None


def fresh(host: str, port: int, tls: bool, random: bytes) -> MeshLink:
    """Make a link to a new meeting from 16 random bytes. Raises `BadLink` for a host or port that cannot be in one."""
    if not 1 <= port <= 65535:
        raise BadLink("The port of an invitation must be between 1 and 65535.")
    try:
        return MeshLink(hosts.check(f"[{host}]" if ":" in host else host), port, tls, random)
    except ValueError as error:
        raise BadLink(f"This invitation cannot be made: {error}") from None


def parse(text: str) -> MeshLink:
    """Read a link. Raises `BadLink` with one sentence, which never contains any of the secret."""
    text = text.strip()
    if len(text) > TEXT_LIMIT:
        raise BadLink("The link is far too long to be an invitation; copy it again.")
    scheme = _SCHEME.match(text)
    if scheme is None:
        raise BadLink("This is not an invitation to a mesh meeting: those begin with mesh+ws:// or mesh+wss://.")
    tls = scheme[0].lower() == "mesh+wss://"
    parts = _PARTS.fullmatch(text, scheme.end())
    if parts is None:  # only a line break is outside the pattern
        raise BadLink("The link is broken over several lines; copy it as one.")
    try:
        host, port = hosts.split(parts["authority"], DEFAULT_PORTS[tls])
    except ValueError as error:
        raise BadLink(f"The link cannot be used: {error}") from None
    if parts["query"] is not None or parts["path"] not in ("", "/"):
        raise BadLink("The link has more in it than a host and a secret; after the host there must be only /#SECRET.")
    its = secret.read(parts["secret"])
    if parts["path"] != "/":
        raise BadLink("The link lacks the / before its secret; copy it again.")
    return MeshLink(host, port, tls, its)
