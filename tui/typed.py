"""What can be judged from its text alone: lengths of time, addresses, servers, words for sound and pictures.

Every start of the program loads this, so it loads next to nothing itself.
"""

from __future__ import annotations

import argparse
import re
from typing import NamedTuple

RENDEZVOUS_PORT = 7843
"""Where a rendezvous listens unless told otherwise, and what a link without a port means."""


class UsageError(Exception):
    """What was typed cannot be used; the text is one sentence for a person."""


class Endpoint(NamedTuple):
    """Where to listen. Port 0: any free one."""

    host: str
    port: int


class ServerUrl(NamedTuple):
    """A rendezvous server somebody runs."""

    host: str
    port: int
    tls: bool


class IceUrl(NamedTuple):
    """A STUN or TURN server as it was typed; never holds a password."""

    scheme: str  # "stun", "turn" or "turns"
    host: str
    port: int
    user: str = ""
    transport: str = "udp"


def duration(text: str) -> float:
    """Seconds from "30s", "2m", "1h" or a bare number of seconds."""
    match = re.fullmatch(r"(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h)?", text, re.ASCII)
    seconds = float(match[1]) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[match[2] or "s"] if match else 0.0
    if seconds <= 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a length of time; write for example 30s, 2m or 1h")
    return seconds


def count(text: str) -> int:
    """A number of people."""
    if not re.fullmatch(r"\d{1,4}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of people; write for example 16, or 0 for nobody")
    return int(text)


def _host_and_port(text: str) -> tuple[str, int | None]:
    """Split "HOST", "HOST:PORT", "[IPV6]:PORT" or a bare IPv6 address. Raises `ValueError`."""
    from ipaddress import ip_address

    match = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::(\d{1,5}))?", text, re.ASCII)
    if not match:
        return str(ip_address(text)), None
    host = match[1].strip("[]")
    if ":" in host:
        ip_address(host)
    port = int(match[2]) if match[2] is not None else None
    if port is not None and port > 65535:
        raise ValueError("a port is at most 65535")
    return host, port


def listen(text: str) -> Endpoint:
    """The address and port to listen on, from "ADDR" or "ADDR:PORT"."""
    from ipaddress import ip_address

    try:
        host, port = _host_and_port(text)
        if host != "localhost":
            ip_address(host)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not an address to listen on; write for example 192.0.2.7 or 192.0.2.7:{RENDEZVOUS_PORT}"
        ) from None
    return Endpoint("127.0.0.1" if host == "localhost" else host, port or 0)


def server_url(text: str) -> ServerUrl:
    """A rendezvous server, from "ws://HOST:PORT" or "wss://HOST[:PORT]"."""
    scheme, mark, rest = text.partition("://")
    try:
        if scheme not in ("ws", "wss") or not mark:
            raise ValueError(scheme)
        host, port = _host_and_port(rest.removesuffix("/"))
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a rendezvous server; write for example wss://meet.example.org"
        ) from None
    return ServerUrl(host, port or (443 if scheme == "wss" else RENDEZVOUS_PORT), scheme == "wss")


def ice_url(text: str) -> IceUrl:
    """A STUN or TURN server (RFC 7064, RFC 7065, with a user name before the host). A password is refused."""
    scheme, _, rest = text.partition(":")
    address, _, query = rest.partition("?")
    user, at, place = address.rpartition("@")
    if ":" in user:
        # The message must not repeat what was typed: it holds the password.
        raise argparse.ArgumentTypeError(
            "a password does not belong on the command line, where others can read it; leave it out of the URL and "
            "set INCOG_ICE_PASSWORD or keep it in the keyring"
        )
    transport = query.removeprefix("transport=") or ("tcp" if scheme == "turns" else "udp")
    try:
        if scheme not in ("stun", "turn", "turns") or (at and not user) or transport not in ("udp", "tcp"):
            raise ValueError(scheme)
        if (scheme == "stun") != (not user):
            raise ValueError("a TURN server needs a user name, a STUN server has none")
        host, port = _host_and_port(place)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is not a STUN or TURN server; write stun:HOST:PORT or turn:USER@HOST:PORT?transport=udp"
        ) from None
    return IceUrl(scheme, host, port or (5349 if scheme == "turns" else 3478), user, transport)


def sound(text: str) -> str:
    """What `--say` names: a file, "test-voice[:SEED]", "tone:HZ" or "microphone[:DEVICE]". No file is looked at."""
    kind, _, value = text.partition(":")
    if kind == "tone" and not (re.fullmatch(r"\d{2,5}", value, re.ASCII) and 20 <= int(value) <= 20_000):
        raise argparse.ArgumentTypeError(f"{text!r} is not a tone; write for example tone:440 (20 to 20000 Hz)")
    return _something(text)


def picture(text: str) -> str:
    """What `--picture` names: a file, "screen[:DISPLAY]", "test-pattern[:SEED]", "colour:…" or "camera[:DEVICE]"."""
    kind, _, value = text.partition(":")
    if kind == "colour" and not re.fullmatch(r"[0-9A-Fa-f]{6}", value, re.ASCII):
        raise argparse.ArgumentTypeError(f"{text!r} is not a colour; write for example colour:3366cc")
    return _something(text)


def _something(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("nothing was named; write a file or one of the words")
    return text
