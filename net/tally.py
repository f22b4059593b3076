"""The tally: how much has left for whom, by kind, and what was read in it.

A datagram is classified once for each way in which it leaves and each beginning it can have: its first two bytes say
what it is, and so do those of what a TURN server is to carry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from net.in_clear import Read
from net.packets import HEADER, Kind, carried, classify, payload_type
from privacy.ledger import Stream

MAX_UNTOLD = 64
"""Datagrams of one kind for one destination whose facts wait to be told; a flood of them tells nothing new."""
MAX_BEGINNINGS = 4096
_RTP_HEADER = 12


def header(data: bytes) -> bytes:
    """What tells whose an RTP packet is and which header extensions it has; empty when it has none."""
    return data[HEADER] if data and data[0] & 0x10 else b""


class Way(NamedTuple):
    """What is counted together."""

    source: str  # our own address
    host: str
    port: int
    kind: Kind
    inner: Kind  # what a TURN server is to carry to somebody; else as `kind`
    payload_type: int  # of RTP, else -1
    tls: str  # the name in the TLS greeting, when the datagram left inside TLS; else empty
    sealed: bool = False  # what is in RTP was sealed before, so that only participants can open it


class Count:
    """What has left in one way."""

    __slots__ = (
        "allowed_by",
        "bytes",
        "changed",
        "flushed",
        "flushed_bytes",
        "header",
        "known",
        "last",
        "packets",
        "size",
        "stream",
        "untold",
        "way",
    )

    def __init__(self, way: Way) -> None:
        self.way = way
        self.packets = self.bytes = self.flushed = self.flushed_bytes = 0
        self.size = -1 if way.inner is Kind.RTP else 0  # bytes of each medium carried; -1: none yet, 0: of any size
        self.header = b""  # what tells whose RTP it is, and which extensions follow its header
        self.last = b""
        self.untold: list[tuple[bytes, tuple[Read, ...]]] = []
        self.known: set[Read] = set()  # what was ever read
        self.allowed_by: object = None  # whose policy allowed all that is known
        self.stream: Stream | None = None  # what every packet tells
        self.changed = True  # whether that is something else now

    def is_news(self, body: bytes) -> bool:
        """Whether this is to be read: of media only what has another size or header than what was read before."""
        if self.way.inner is not Kind.RTP:
            return True
        return header(body) != self.header or (len(body) != self.size and self.size != 0)

    def is_settled(self, policy: object, body: bytes, told: tuple[Read, ...]) -> bool:
        """Whether a policy has allowed before what a datagram with this body and these facts tells."""
        if self.allowed_by is not policy or self.has_another_size(body):
            return False
        return not told or self.known.issuperset(told)

    def has_another_size(self, body: bytes) -> bool:
        """Whether a medium would now have several sizes, and had one so far."""
        return self.size > 0 and self.size != len(body)

    def add(self, data: bytes, body: bytes, told: tuple[Read, ...]) -> None:
        """One datagram that carries `body` and tells this."""
        self.packets += 1
        self.bytes += len(data)
        self.last = data
        if self.way.inner is Kind.RTP:
            self.header = header(body)
            if len(body) != self.size and self.size:
                self.size = len(body) if self.size < 0 else 0
                self.changed = True
            if not self.known.issuperset(told):
                self.changed = True
        if told:
            self.known.update(told)
            if len(self.untold) < MAX_UNTOLD:
                self.untold.append((data, told))

    def may_be_remembered(self, data: bytes) -> bool:
        """Whether a datagram that begins and goes on like this one is counted here without being looked at again.

        So it is with media that goes straight to a participant and has header extensions.
        """
        return self.way.kind is Kind.RTP and data[0] & 0x10 != 0

    def take(self) -> tuple[int, int]:
        """Packets and bytes since the last time."""
        packets, size = self.packets - self.flushed, self.bytes - self.flushed_bytes
        self.flushed, self.flushed_bytes = self.packets, self.bytes
        return packets, size


class Tally:
    """Counts until asked what is new."""

    def __init__(self, sealed: Callable[[int], bool] = lambda source: False) -> None:
        """`sealed` tells by its source number whether what is in RTP was sealed before it was encrypted."""
        self._sealed = sealed
        self._counts: dict[Way, Count] = {}
        self._beginnings: dict[tuple[str, tuple[str, int], str, bytes, bool], Count] = {}

    def of(self, data: bytes, source: str, destination: tuple[str, int], tls: str = "") -> tuple[Count, bytes]:
        """What one datagram, or one message of a TURN connection, counts as, and what a TURN server is to carry of it.

        That is the datagram itself when no TURN server is to carry anything.
        """
        beginning, body = data[:2], data
        if data and 64 <= data[0] <= 79:
            body = carried(data)
            beginning += body[:2]
        sealed = len(body) >= _RTP_HEADER and self._sealed(int.from_bytes(body[8:12], "big"))
        key = (source, destination, tls, beginning, sealed)
        count = self._beginnings.get(key)
        if count is None:
            if len(self._beginnings) >= MAX_BEGINNINGS:
                self._beginnings.clear()
            count = self._beginnings[key] = self._new(data, body, source, destination, tls, sealed)
        return count, body

    def _new(
        self, data: bytes, body: bytes, source: str, destination: tuple[str, int], tls: str, sealed: bool
    ) -> Count:
        inner = classify(body)
        media = inner is Kind.RTP
        number = payload_type(body) if media else -1
        way = Way(source, destination[0], destination[1], classify(data), inner, number, tls, sealed and media)
        return self._counts.setdefault(way, Count(way))

    def new(self) -> Iterator[Count]:
        """Each way in which something left since the last time."""
        return (count for count in tuple(self._counts.values()) if count.packets != count.flushed)

    @property
    def has_unsealed(self) -> bool:
        """Whether any medium has left that was not sealed."""
        ways = (count.way for count in self._counts.values() if count.packets)
        return any(way.inner is Kind.RTP and not way.sealed for way in ways)

    @property
    def packets(self) -> int:
        """How many have left in all."""
        return sum(count.packets for count in self._counts.values())
