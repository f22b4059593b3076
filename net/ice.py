"""ICE servers of the meeting: looked up once by us, put on the guard's list, and handed on as addresses.

Where nothing but a relay may be used, it is asked for a place before anything else is done: the library would go on
without one in silence.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass, replace

from aioice import stun, turn

from net.errors import MeetingError, Refused, Unreachable
from net.guard import Guard
from net.sdp import AddressMode
from net.services.mesh.ice import IceServer
from net.tellings import GIVEN, GREETS_BY_TLS, user_name
from privacy.facts import Audience, Fact
from privacy.policy import Policy

ANSWER_WITHIN = 5.0
"""Seconds a relay has to give us a place."""
LET_GO_WITHIN = 1.0
"""Seconds it has to take it back; the library would wait for half a minute for one that is gone."""


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


class Servers:
    """The servers of one meeting, as far as its address mode lets them be used."""

    def __init__(self, guard: Guard, mode: AddressMode, policy: Policy | None = None) -> None:
        """`policy`: what may be told; a server that would learn more is not used."""
        self._guard = guard
        self._mode = mode
        self._policy = policy
        self._reached: dict[IceServer, Reached] = {}
        self._asked: set[IceServer] = set()
        self._one_at_a_time = asyncio.Lock()

    async def usable(self, ice: Iterable[IceServer]) -> list[IceServer]:
        """The servers with their addresses. Raises `Unreachable` or `Refused`.

        In relay mode these are relays that have given us a place, and there must be one.
        """
        async with self._one_at_a_time:
            servers = [await self._reach(server) for server in ice if self._may_use(server)]
            return await self._answering(servers) if self._mode is AddressMode.RELAY else servers

    async def _answering(self, relays: list[IceServer]) -> list[IceServer]:
        why: MeetingError = Unreachable(
            "Only a relay may be used, and the meeting names none; give a TURN server by --ice-server, when hosting or "
            "when joining a room on a server."
        )
        for relay in relays:
            if relay not in self._asked:
                try:
                    await ask(relay)
                except MeetingError as error:
                    why = error
                else:
                    self._asked.add(relay)
        answering = [relay for relay in relays if relay in self._asked]
        if not answering:
            raise why
        return answering

    def _may_use(self, server: IceServer) -> bool:
        """Only relays in relay mode; and a meeting on this machine alone sends nothing elsewhere, whoever names it."""
        if self._mode is AddressMode.RELAY and server.kind == "stun":
            return False
        return (self._mode is not AddressMode.LOOPBACK or is_here(server)) and self._was_foreseen(server)

    def _was_foreseen(self, server: IceServer) -> bool:
        """Whether the preview showed that a server of this kind, and with this user name, might be used."""
        if self._policy is None:
            return True
        told = [(Fact.CREDENTIAL, user_name(server.username))] if server.kind != "stun" else []
        if server.kind == "turns":
            told.append((Fact.SOFTWARE, GREETS_BY_TLS))
        self._policy.likewise(Fact.CREDENTIAL, user_name(GIVEN), user_name(server.username))
        seen = self._policy.may(Fact.ADDRESS, Audience.RELAY)
        return seen and not self._policy.objection([(*one, Audience.RELAY) for one in told], exactly=True)

    async def _reach(self, server: IceServer) -> IceServer:
        if server not in self._reached:
            self._reached[server] = await reach(server, self._guard)
        return self._reached[server].server


class _Place(asyncio.DatagramProtocol):
    """What would receive from a relay; only waits until the place is given back."""

    def __init__(self) -> None:
        self.gone = asyncio.Event()

    def connection_lost(self, exc: Exception | None) -> None:
        self.gone.set()


async def ask(server: IceServer) -> None:
    """Have a relay give us a place, and give it back. Raises `Refused` or `Unreachable`."""
    try:
        async with asyncio.timeout(ANSWER_WITHIN):
            transport, place = await turn.create_turn_endpoint(
                _Place,
                (server.host, server.port),
                server.username,
                server.credential,
                ssl=server.kind == "turns",
                transport=server.transport,
            )
    except stun.TransactionFailed as error:
        raise Refused(
            f"The relay {server.host} refuses the user name or the password (error {error.response.error_code}); no "
            "other way was tried."
        ) from error
    except ssl.SSLError as error:
        raise Unreachable(f"The relay {server.host} could not prove its identity; no other way was tried.") from error
    except (stun.TransactionError, TimeoutError, OSError) as error:
        raise Unreachable(f"The relay {server.host} does not answer; no other way was tried.") from error
    transport.close()
    try:
        async with asyncio.timeout(LET_GO_WITHIN):
            await place.gone.wait()
    except TimeoutError:
        pass  # the relay lets go by itself after some minutes
