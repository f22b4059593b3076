"""Host names and addresses as they may stand in a link or an ICE server's URL."""

from __future__ import annotations

import ipaddress
import re

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_AUTHORITY = re.compile(r"(?P<host>\[[^\[\]]*\]|[^:\[\]]*)(:(?P<port>[0-9]{1,5}))?")
NAME_LIMIT = 253
"""Characters of the longest host name in the DNS (RFC 1035, without the last dot)."""


def split(authority: str, default_port: int) -> tuple[str, int]:
    """Take `host[:port]` apart: the checked host (IPv6 without brackets) and the port.

    Raises `ValueError` with one sentence.
    """
    match = _AUTHORITY.fullmatch(authority)
    if match is None:
        raise ValueError("the part before the path must be a host, or a host and a port number.")
    port = int(match["port"]) if match["port"] else default_port
    if not 1 <= port <= 65535:
        raise ValueError("its port must be between 1 and 65535.")
    return check(match["host"]), port


def join(host: str, port: int) -> str:
    """Put a checked host and a port together, with brackets around an IPv6 address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def check(text: str) -> str:
    """Return the canonical form of a host: an address, or an ASCII name in lower case without a last dot.

    A name that ends in a number is refused: resolvers read some of them as addresses ("127.1", "0x7f.1"), so that what
    is shown and what is contacted would differ. Names in other scripts must come in their ASCII form (RFC 5890
    A-labels): the two ways to translate them do not always lead to the same host.

    Raises `ValueError` with one sentence.
    """
    if text.startswith("["):
        return _address6(text[1:-1])
    if not text:
        raise ValueError("it names no host.")
    if not text.isascii():
        raise ValueError("its host must be written in ASCII (a name in another script begins with xn--).")
    name = text.lower().removesuffix(".")
    labels = name.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        try:
            return str(ipaddress.IPv4Address(name))
        except ValueError:
            raise ValueError("its host ends in a number but is not an IPv4 address.") from None
    if len(name) > NAME_LIMIT or not all(_LABEL.fullmatch(label) for label in labels):
        raise ValueError("its host is not a host name.")
    return name


def _address6(text: str) -> str:
    # A zone ("%eth0") names an interface of one machine and means nothing to another.
    if "%" not in text:
        try:
            return str(ipaddress.IPv6Address(text))
        except ValueError:
            pass
    raise ValueError("its host in brackets is not an IPv6 address.")
