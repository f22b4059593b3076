"""The rendezvous server's state, without I/O: it introduces connections to each other and carries sealed blobs.

    a connection    input                              then
    STRANGER        join, and there is place           MEMBER; `welcome` to it, `enter` to the others
    STRANGER        join, and there is none            `refused`, closed
    STRANGER        nothing for `join_within` seconds  closed
    MEMBER          to                                 `from` to the one it is for, if they are there
    MEMBER          bye, or gone                       `leave` to the others; the last one takes the room along
    any             anything else                      `refused` (malformed), closed

A room is made by a join that says it is new (one who comes again after the server was restarted says so too, and then
simply joins). Nothing is kept beyond the connections that are open, nothing is logged, and no address is known here.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from net.services.mesh.wire import (
    FRAME_LIMIT,
    Bye,
    Enter,
    From,
    Join,
    Leave,
    Refused,
    ServerMessage,
    To,
    Welcome,
    Why,
    parse_client,
    write,
)
from net.services.pace import Bucket
from net.services.strict import Malformed

COST_BYTES = 8 * 1024
"""Bytes of a message that cost as much as a message."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one server takes on."""

    rooms: int = 1000
    members: int = 8  # in one room
    strangers: int = 256  # connections that have not joined
    join_within: float = 5.0  # seconds
    message: int = FRAME_LIMIT  # bytes
    rate: float = 30.0  # messages a second from one connection, larger ones counting for more (`COST_BYTES`)
    burst: float = 240.0  # of them at once


@dataclass(frozen=True, slots=True)
class Send:
    """Send one text frame to a connection."""

    conn: Hashable
    text: str


@dataclass(frozen=True, slots=True)
class Close:
    """Close a connection, once what was sent to it is out. `closed` need not be reported for it."""

    conn: Hashable
    reason: str


Step = Send | Close


@dataclass(slots=True)
class _Connection:
    opened_at: float
    bucket: Bucket
    room: str = ""
    id: str = ""


@dataclass(slots=True)
class _Room:
    members: dict[str, Hashable] = field(default_factory=dict)  # connections by their id, in the order they came


class RendezvousCore:
    """The server. Connections are named by the driver, by anything hashable. `now` is in seconds."""

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._connections: dict[Hashable, _Connection] = {}
        self._rooms: dict[str, _Room] = {}
        self._strangers = 0  # connections that have not joined

    @property
    def rooms(self) -> int:
        """How many rooms there are."""
        return len(self._rooms)

    @property
    def connections(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def opened(self, conn: Hashable, now: float) -> list[Step]:
        """A connection was made."""
        if self._strangers >= self._limits.strangers:
            return [Send(conn, write(Refused(Why.BUSY))), Close(conn, Why.BUSY)]
        self._strangers += 1
        self._connections[conn] = _Connection(now, Bucket(self._limits.rate, self._limits.burst))
        return []

    def received(self, conn: Hashable, text: str, now: float) -> list[Step]:
        """A text frame came."""
        connection = self._connections.get(conn)
        if connection is None:
            return []
        if not connection.bucket.take(now, 1 + len(text) / COST_BYTES):
            return self._end(conn, "too many messages")
        try:
            message = parse_client(text)
        except Malformed:
            return self._refuse(conn, Why.MALFORMED)
        match message:
            case Join() if not connection.room:
                return self._join(conn, connection, message)
            case To() if connection.room:
                return self._carry(connection, message)
            case Bye() if connection.room:
                return self._end(conn, "bye")
            case _:
                return self._refuse(conn, Why.MALFORMED)

    def closed(self, conn: Hashable, now: float) -> list[Step]:
        """A connection is gone."""
        return self._forget(conn)

    def _forget(self, conn: Hashable) -> list[Step]:
        connection = self._connections.pop(conn, None)
        if connection is None:
            return []
        if not connection.room:
            self._strangers -= 1
            return []
        room = self._rooms[connection.room]
        del room.members[connection.id]
        if not room.members:
            del self._rooms[connection.room]
        return _tell(room, Leave(connection.id))

    def tick(self, now: float) -> list[Step]:
        """Time has passed: who has not joined by now will not."""
        late = [
            conn
            for conn, connection in self._connections.items()
            if not connection.room and now - connection.opened_at >= self._limits.join_within
        ]
        return [step for conn in late for step in self._end(conn, "did not join")]

    def _join(self, conn: Hashable, connection: _Connection, message: Join) -> list[Step]:
        room = self._rooms.get(message.room)
        if room is None and not message.new:
            return self._refuse(conn, Why.NO_ROOM)
        if room is None and len(self._rooms) >= self._limits.rooms:
            return self._refuse(conn, Why.BUSY)
        room = room or _Room()
        if message.id in room.members:  # 64 random bits do not collide: somebody repeats what they saw
            return self._refuse(conn, Why.BUSY)
        if len(room.members) >= self._limits.members:
            return self._refuse(conn, Why.FULL)
        self._rooms[message.room] = room
        self._strangers -= 1
        connection.room, connection.id = message.room, message.id
        steps = _tell(room, Enter(message.id))
        welcome = Welcome(message.id, tuple(room.members), self._limits.members)
        room.members[message.id] = conn
        return [Send(conn, write(welcome)), *steps]

    def _carry(self, connection: _Connection, message: To) -> list[Step]:
        receiver = self._rooms[connection.room].members.get(message.to)
        if receiver is None or message.to == connection.id:
            return []  # they have just gone
        return [Send(receiver, write(From(connection.id, message.blob)))]

    def _refuse(self, conn: Hashable, why: Why) -> list[Step]:
        return [Send(conn, write(Refused(why))), *self._end(conn, why.value)]

    def _end(self, conn: Hashable, reason: str) -> list[Step]:
        return [Close(conn, reason), *self._forget(conn)]


def _tell(room: _Room, message: ServerMessage) -> list[Step]:
    return [Send(conn, write(message)) for conn in room.members.values()]
