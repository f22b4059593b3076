"""ICE servers of the meeting: looked up once by us, put on the guard's list, and handed on as addresses."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from dataclasses import dataclass, replace

from net.errors import Unreachable
from net.guard import Guard
from net.services.mesh.ice import IceServer
from privacy.facts import Audience


@dataclass(frozen=True, slots=True)
class Reached:
    """A server whose addresses are known and allowed."""

    server: IceServer  # with a literal address, but for `turns`, whose certificate is for the name
    addresses: tuple[str, ...]


def is_here(server: IceServer) -> bool:
    """Whether a server is on this machine; a name is not looked up to find out."""
    try:
        return ipaddress.ip_address(server.host).is_loopback
    except ValueError:
        return False


async def reach(server: IceServer, guard: Guard) -> Reached:
    """Look up a server and allow it. Raises `Unreachable`.

    The library asks only for IPv4 and by a call that blocks a thread; asked here, the answer is pinned by the loop.
    """
    reason = f"the meeting's {server.kind} server"
    guard.allow(server.host, server.port, reason, Audience.RELAY)
    kind = socket.SOCK_DGRAM if server.transport == "udp" else socket.SOCK_STREAM
    try:
        found = await asyncio.get_running_loop().getaddrinfo(server.host, server.port, type=kind)
    except OSError as error:
        raise Unreachable(f"The ICE server {server.host} could not be looked up; check its name.") from error
    addresses = tuple(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        guard.allow(address, server.port, reason, Audience.RELAY)
    if server.kind == "turns":
        return Reached(server, addresses)
    host = next((address for address in addresses if ":" not in address), addresses[0])
    return Reached(replace(server, url=_with_host(server, host)), addresses)


def _with_host(server: IceServer, host: str) -> str:
    literal = f"[{host}]" if ":" in host else host
    transport = f"?transport={server.transport}" if server.kind != "stun" else ""
    return f"{server.kind}:{literal}:{server.port}{transport}"
