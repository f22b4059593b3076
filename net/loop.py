"""The event loop whose datagrams are witnessed.

Every datagram socket that any library opens on this loop is given a transport that asks the guard before a datagram
leaves and tells the witness that it did. So is every TCP or TLS connection to a relay, which carries datagrams as well.
Name look-ups of the loop are made once and kept, so that a name cannot point elsewhere later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast

from net.datagrams import DatagramLoop
from net.packets import HEADER

if TYPE_CHECKING:
    from net.tally import Count

MAX_DATAGRAM = 2048
"""Bytes. asyncio otherwise allocates 256 KiB for every datagram it receives; nothing in a meeting is larger."""


class Outlet(Protocol):
    """Where a datagram passes on its way out."""

    def admit(self, data: bytes, source: tuple[str, int], destination: tuple[str, int], tls: str = "") -> Count | None:
        """What it counts as, and is counted as, if it may leave; `tls`: the server's name, when it leaves inside TLS.

        None if it may not. Refusals are counted by the outlet.
        """

    def relays(self, host: str, port: int) -> bool:
        """Whether a connection to there carries datagrams for others."""

    def follow(self, transport: WitnessedTransport) -> None:
        """Have it `forget` when what was permitted may be so no longer."""


Inner = TypeVar("Inner", asyncio.DatagramTransport, asyncio.Transport)


class _Around(asyncio.BaseTransport, Generic[Inner]):
    """Stands around a transport of asyncio's own, and is in all but sending the same."""

    def __init__(self, inner: Inner, outlet: Outlet) -> None:
        super().__init__()
        self._inner: Inner = inner
        self._outlet = outlet
        self._source: tuple[str, int] = inner.get_extra_info("sockname")[:2]

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        """As asyncio."""
        return self._inner.get_extra_info(name, default)

    def is_closing(self) -> bool:
        """As asyncio."""
        return self._inner.is_closing()

    def close(self) -> None:
        """As asyncio."""
        self._inner.close()

    def abort(self) -> None:
        """As asyncio."""
        self._inner.abort()


class WitnessedTransport(_Around[asyncio.DatagramTransport], asyncio.DatagramTransport):
    """A datagram transport that shows each datagram to the outlet.

    Sound and pictures leave some hundred times a second, to one participant from each transport. Of these it remembers
    what each beginning of a packet counts as, and counts for itself as long as destination, header and size are those
    that the outlet has seen.
    """

    def __init__(self, inner: asyncio.DatagramTransport, outlet: Outlet) -> None:
        super().__init__(inner, outlet)
        peer = inner.get_extra_info("peername")
        self._peer: tuple[str, int] | None = peer[:2] if peer else None
        self._to: Any = None
        self._known: dict[bytes, Count] = {}  # of what goes there, by the first two bytes
        socket = getattr(inner.get_extra_info("socket"), "_sock", None)  # what asyncio itself sends with
        self._at_once = inner.sendto if socket is None or peer else socket.sendto
        outlet.follow(self)

    def sendto(self, data: Any, addr: Any = None) -> None:
        """Send one datagram, unless it may not leave: then it is dropped."""
        if addr == self._to:
            try:
                count = self._known.get(data[:2])
            except TypeError:  # not the immutable kind of bytes
                count = None
            if count is not None and data[HEADER] == count.header:
                size = len(data)
                if size == count.size or not count.size:
                    count.packets += 1
                    count.bytes += size
                    count.last = data
                    try:
                        self._at_once(data, addr)
                    except OSError:  # nearly always a full buffer: asyncio knows how to wait, and whom to tell
                        self._inner.sendto(data, addr)
                    return
        self._show(bytes(data), addr)

    def _show(self, data: bytes, addr: Any) -> None:
        destination = addr[:2] if addr is not None else self._peer
        if addr != self._to:
            self._to, self._known = addr, {}
        known = self._known  # another one if there was reason to forget meanwhile
        count = self._outlet.admit(data, self._source, destination) if destination is not None else None
        if count is None:
            return
        if count.may_be_remembered(data):
            known[data[:2]] = count
        self._inner.sendto(data, addr)

    def forget(self) -> None:
        """Ask about each datagram again. May be called in any thread."""
        self._known = {}

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        """As asyncio."""
        self._inner.set_protocol(protocol)

    def get_protocol(self) -> asyncio.BaseProtocol:
        """As asyncio."""
        return self._inner.get_protocol()


class _Introduction(asyncio.DatagramProtocol):
    """Stands in for the real protocol only until the transport exists, then steps aside."""

    def __init__(self, factory: Callable[[], asyncio.BaseProtocol], outlet: Outlet) -> None:
        self.protocol = factory()
        self._outlet = outlet
        self.transport: WitnessedTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        inner = cast(asyncio.DatagramTransport, transport)  # asyncio's own class does not derive from it
        if hasattr(inner, "max_size"):
            inner.max_size = MAX_DATAGRAM
        self.transport = WitnessedTransport(inner, self._outlet)
        inner.set_protocol(self.protocol)
        self.protocol.connection_made(self.transport)


class WitnessedStream(_Around[asyncio.Transport], asyncio.Transport):
    """A connection to a TURN server, each message of which (one `write`) is shown to the outlet."""

    def __init__(self, inner: asyncio.Transport, outlet: Outlet) -> None:
        super().__init__(inner, outlet)
        self._peer: tuple[str, int] = inner.get_extra_info("peername")[:2]
        tls = inner.get_extra_info("ssl_object")
        self._tls: str = "" if tls is None else tls.server_hostname or self._peer[0]

    def write(self, data: Any) -> None:
        """Send one message, unless it may not leave."""
        if self._outlet.admit(bytes(data), self._source, self._peer, self._tls) is not None:
            self._inner.write(data)


class _StreamIntroduction(asyncio.Protocol):
    """As `_Introduction`; only a connection to a relay gets a witnessed transport."""

    def __init__(self, factory: Callable[[], asyncio.BaseProtocol], outlet: Outlet) -> None:
        self.protocol = factory()
        self._outlet = outlet
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        inner = cast(asyncio.Transport, transport)
        peer = inner.get_extra_info("peername")
        self.transport = inner
        if peer is not None and self._outlet.relays(peer[0], peer[1]):
            self.transport = WitnessedStream(inner, self._outlet)
        inner.set_protocol(self.protocol)
        self.protocol.connection_made(self.transport)


class WitnessedLoop(DatagramLoop):
    """A selector loop whose datagrams pass an outlet and whose look-ups are pinned."""

    def __init__(self, outlet: Callable[[], Outlet]) -> None:
        """`outlet` is asked for whenever something is opened that datagrams could leave by."""
        super().__init__()
        self._outlet = outlet
        self._pinned: dict[tuple[Any, ...], Any] = {}

    async def create_datagram_endpoint(self, protocol_factory: Any, *args: Any, **kwargs: Any) -> Any:
        """As asyncio; the transport returned and given to the protocol is witnessed."""
        introduction = _Introduction(protocol_factory, self._outlet())
        await super().create_datagram_endpoint(lambda: introduction, *args, **kwargs)
        return introduction.transport, introduction.protocol

    async def create_connection(self, protocol_factory: Any, *args: Any, **kwargs: Any) -> Any:
        """As asyncio; the transport to a relay is witnessed."""
        introduction = _StreamIntroduction(protocol_factory, self._outlet())
        await super().create_connection(lambda: introduction, *args, **kwargs)
        return introduction.transport, introduction.protocol

    async def getaddrinfo(
        self, host: Any, port: Any, *, family: int = 0, type: int = 0, proto: int = 0, flags: int = 0
    ) -> Any:
        """As asyncio, but each question is asked once and its answer kept for as long as the loop lives."""
        question = (host, port, family, type, proto, flags)
        if question not in self._pinned:
            self._pinned[question] = await super().getaddrinfo(
                host, port, family=family, type=type, proto=proto, flags=flags
            )
        return self._pinned[question]
