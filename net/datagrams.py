"""How datagrams are taken from a socket: each as it comes, or many at once while many come.

asyncio wakes up for every datagram, which costs several times as much as what is then done with a packet of voice. So
while sound and pictures come faster than `MANY` a second, the socket is looked at every `PAUSE`, and all that waits is
taken. That is a sixth of what a voice is kept for before it is played. Checks and handshakes alone change nothing.
"""

from __future__ import annotations

import asyncio
import socket
from asyncio import selector_events
from collections.abc import Callable
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:

    class _Transport(asyncio.DatagramTransport):
        """What is relied on of asyncio's own, which has neither a public name nor types."""

        max_size: int
        _conn_lost: int
        _closing: bool
        _sock: socket.socket
        _sock_fd: int
        _loop: Any
        _protocol: asyncio.DatagramProtocol

        def __init__(
            self,
            loop: asyncio.SelectorEventLoop,
            sock: socket.socket,
            protocol: asyncio.DatagramProtocol,
            address: Any,
            waiter: asyncio.Future[None] | None,
            extra: dict[str, Any] | None,
        ) -> None: ...

        def _add_reader(self, fd: int, callback: Callable[[], None]) -> None: ...

        def _call_connection_lost(self, exc: Exception | None) -> None: ...

else:
    _Transport = selector_events._SelectorDatagramTransport

MANY: Final = 100.0
"""Packets of sound and pictures a second from which on the socket is looked at now and then: two voices."""
PAUSE: Final = 0.01
"""Seconds from one look to the next."""
MOST: Final = 256
"""Datagrams of one look; the loop is to come to other things as well."""
_FULL, _ENOUGH = 10.0, 4.0


class Flow:
    """Whether many come: a bucket into which each falls, and which empties by `MANY` a second."""

    def __init__(self) -> None:
        self._level = 0.0
        self._at = 0.0  # seconds

    def many(self, came: int, now: float) -> bool:
        """So many came until `now`, in seconds: whether that is many."""
        left = self._level - (now - self._at) * MANY
        self._level = min(_FULL, max(0.0, left) + came)
        self._at = now
        return self._level > _ENOUGH


class Datagrams(_Transport):
    """asyncio's transport of datagrams, that takes many at once."""

    _flow: Flow | None = None
    _next: asyncio.TimerHandle | None = None  # the next look
    _around: Context | None = None  # what context variables say where it was made

    def _read_ready(self) -> None:
        """There is something in the socket."""
        if not self._conn_lost and self._takes_many():
            self._around = copy_context()
            self._loop._remove_reader(self._sock_fd)
            self._wait()

    def _wait(self) -> None:
        # In a context of its own: a timer keeps its context until it is due, even when it is cancelled.
        self._next = self._loop.call_later(PAUSE, self._look, context=Context())

    def _look(self) -> None:
        """It is time to look again."""
        if self._closing or self._around is None:
            return
        many = self._around.run(self._takes_many)
        if many and not self._closing:
            self._wait()
        elif not self._closing:
            self._around.run(self._add_reader, self._sock_fd, self._read_ready)

    def _call_connection_lost(self, exc: Exception | None) -> None:
        if self._next is not None:
            self._next.cancel()
        self._next = self._around = None
        super()._call_connection_lost(exc)

    def _takes_many(self) -> bool:
        """Hand on all that waits; whether many are coming."""
        media = 0
        for _ in range(MOST):
            try:
                data, address = self._sock.recvfrom(self.max_size)
            except (BlockingIOError, InterruptedError):
                break
            except OSError as error:
                self._protocol.error_received(error)
                break
            if data and 128 <= data[0] < 192:  # RFC 7983: RTP and RTCP
                media += 1
            try:
                self._protocol.datagram_received(data, address)
            except Exception as error:  # what follows is from others
                self._loop.call_exception_handler({"message": "a datagram could not be taken", "exception": error})
            if self._closing:
                break
        if self._flow is None:
            self._flow = Flow()
        return self._flow.many(media, self._loop.time())


class DatagramLoop(asyncio.SelectorEventLoop):
    """A selector loop with such transports."""

    def _make_datagram_transport(
        self,
        sock: socket.socket,
        protocol: asyncio.DatagramProtocol,
        address: Any = None,
        waiter: asyncio.Future[None] | None = None,
        extra: dict[str, Any] | None = None,
    ) -> Datagrams:
        return Datagrams(self, sock, protocol, address, waiter, extra)
