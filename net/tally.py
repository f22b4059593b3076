"""The tally: how much has left for whom, by kind, and the few datagrams that are worth reading.

One datagram costs one look at its first bytes and one dictionary access. Connection checks, TURN requests and DTLS
handshakes are rare and say something in clear, so they are kept until they are read; of all others only the last one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from net.in_clear import is_handshake
from net.packets import Kind, carried, classify, payload_type

MAX_UNREAD = 64
"""Datagrams of one kind for one destination that wait to be read; a flood of them tells nothing new."""


class Way(NamedTuple):
    """What is counted together."""

    host: str
    port: int
    kind: Kind
    inner: Kind  # what a TURN server is to carry to somebody; else as `kind`
    payload_type: int  # of RTP, else -1
    tls: str  # the name in the TLS greeting, when the datagram left inside TLS; else empty


class Count:
    """What has left in one way."""

    __slots__ = ("bytes", "flushed", "flushed_bytes", "largest", "last", "packets", "smallest", "source", "unread")

    def __init__(self) -> None:
        self.packets = self.bytes = self.flushed = self.flushed_bytes = 0
        self.smallest, self.largest = 1 << 16, 0  # bytes, of what is carried
        self.last = b""
        self.source: tuple[str, int] = ("", 0)
        self.unread: list[bytes] = []


class Tally:
    """Counts until asked what is new."""

    def __init__(self) -> None:
        self._counts: dict[Way, Count] = {}

    def add(self, data: bytes, source: tuple[str, int], destination: tuple[str, int], tls: str) -> None:
        """One datagram, or one message of a TURN connection, has left."""
        kind = inner = classify(data)
        body = data
        if kind is Kind.TURN:
            body = carried(data)
            inner = classify(body)
        number = payload_type(body) if inner is Kind.RTP else -1
        way = (destination[0], destination[1], kind, inner, number, tls)
        count = self._counts.get(way)  # type: ignore[call-overload]  # equal to the `Way`, and quicker to make
        if count is None:
            count = self._counts[Way(*way)] = Count()
        size = len(data)
        count.packets += 1
        count.bytes += size
        count.last = data
        count.source = source
        size = len(body)
        count.largest = max(count.largest, size)
        count.smallest = min(count.smallest, size)
        if (inner is Kind.STUN or (inner is Kind.DTLS and is_handshake(body))) and len(count.unread) < MAX_UNREAD:
            count.unread.append(data)

    def new(self) -> Iterator[tuple[Way, Count, int, int]]:
        """Each way in which something left since the last time, with how many packets and bytes."""
        for way, count in self._counts.items():
            packets, size = count.packets - count.flushed, count.bytes - count.flushed_bytes
            if packets:
                count.flushed, count.flushed_bytes = count.packets, count.bytes
                yield way, count, packets, size
                count.unread.clear()

    @property
    def packets(self) -> int:
        """How many have left in all."""
        return sum(count.packets for count in self._counts.values())
