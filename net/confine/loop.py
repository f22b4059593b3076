"""The event loop of a confined process: it connects and looks names up by the threads that still may."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Callable
from typing import Any

from net.confine.outside import Outside, dial
from net.loop import Outlet, WitnessedLoop


class OutsideLoop(asyncio.SelectorEventLoop):
    """A selector loop whose own thread neither connects TCP sockets nor starts look-ups."""

    outside: Outside

    async def sock_connect(self, sock: socket.socket, address: Any) -> None:
        """As asyncio, but the call `connect` itself is made in another thread."""
        if sock.type != socket.SOCK_STREAM or sock.family not in (socket.AF_INET, socket.AF_INET6):
            return await super().sock_connect(sock, address)
        if not _is_literal(str(address[0])):
            # never hand a name to a socket: it would be looked up unseen
            found = await self.getaddrinfo(*address[:2], family=sock.family, type=sock.type, proto=sock.proto)
            address = found[0][4]
        if not await self.run_in_executor(self.outside.dialler, dial, sock, address):
            await self._connected(sock)
            if error := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                raise OSError(error, f"Connect call failed {address}")

    async def _connected(self, sock: socket.socket) -> None:
        """Wait until a connection is made or has failed."""
        done = self.create_future()
        self.add_writer(sock.fileno(), lambda: None if done.done() else done.set_result(None))
        try:
            await done
        finally:
            self.remove_writer(sock.fileno())

    async def getaddrinfo(
        self, host: Any, port: Any, *, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
    ) -> Any:
        """As asyncio, in a thread for names."""
        return await self.run_in_executor(
            self.outside.names, socket.getaddrinfo, host, port, family, type, proto, flags
        )


class ConfinedLoop(WitnessedLoop, OutsideLoop):
    """The loop of a meeting, confined."""

    def __init__(self, outlet: Callable[[], Outlet], outside: Outside) -> None:
        super().__init__(outlet)
        self.outside = outside


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
