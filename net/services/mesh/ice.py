"""STUN and TURN servers, as the host of a meeting names them and as they travel sealed to the others."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from net.services import hosts

SERVERS_LIMIT = 2
"""How many servers a meeting may name."""
TEXT_LIMIT = 256
"""Characters of a URL, a user name or a credential."""

_URL = re.compile(r"(?P<kind>stun|turn|turns):(?P<authority>[^?]*)(\?transport=(?P<transport>udp|tcp))?")
_PRINTABLE = re.compile(r"[!-~]*")


@dataclass(frozen=True, slots=True)
class IceServer:
    """One server, checked when made (`ValueError` with one sentence). `repr()` leaves the credential out."""

    url: str  # RFC 7064 or RFC 7065: "stun:host:port", "turn:host:port?transport=tcp", "turns:…"
    username: str = ""
    credential: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        match = _URL.fullmatch(self.url) if len(self.url) <= TEXT_LIMIT else None
        if match is None:
            raise ValueError("An ICE server is given as stun:HOST:PORT, turn:HOST:PORT or turns:HOST:PORT.")
        try:
            self._endpoint()
        except ValueError as error:
            raise ValueError(f"The ICE server cannot be used: {error}") from None
        for text in (self.username, self.credential):
            if len(text) > TEXT_LIMIT or not _PRINTABLE.fullmatch(text):
                raise ValueError("The name and the credential for an ICE server are at most 256 printable characters.")
        if self.kind == "stun" and (match["transport"] or self.username or self.credential):
            raise ValueError("A STUN server takes neither a transport nor a name and credential.")
        if self.kind != "stun" and not (self.username and self.credential):
            raise ValueError("A TURN server needs a user name and a credential.")

    def _endpoint(self) -> tuple[str, int]:
        authority = self.url.partition(":")[2].partition("?")[0]
        return hosts.split(authority, 5349 if self.kind == "turns" else 3478)

    @property
    def kind(self) -> str:
        """`stun`, `turn` or `turns`."""
        return self.url.partition(":")[0]

    @property
    def host(self) -> str:
        """The host, without brackets."""
        return self._endpoint()[0]

    @property
    def port(self) -> int:
        """The port, or the usual one for the kind."""
        return self._endpoint()[1]

    @property
    def transport(self) -> str:
        """How the server is reached: `udp` or `tcp`."""
        return self.url.partition("?transport=")[2] or ("tcp" if self.kind == "turns" else "udp")
