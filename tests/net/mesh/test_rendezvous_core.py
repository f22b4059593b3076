"""The rendezvous as a transcript: who says what, and what everybody is sent."""

from __future__ import annotations

from net.services.mesh.rendezvous import Close, Limits, RendezvousCore, Send
from net.services.mesh.wire import (
    Bye,
    ClientMessage,
    Enter,
    From,
    Join,
    Leave,
    Refused,
    ServerMessage,
    To,
    Welcome,
    Why,
    parse_server,
    write,
)

ROOM, ELSEWHERE = "0" * 32, "1" * 32
ANA, BEN, CARA = (f"{letter}" * 16 for letter in "abc")

Line = tuple[str, ServerMessage | str]


class Floor:
    """A core, and the clock."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.core = RendezvousCore(limits)
        self.now = 0.0

    def opens(self, *conns: str) -> list[Line]:
        return [line for conn in conns for line in lines(self.core.opened(conn, self.now))]

    def says(self, conn: str, message: ClientMessage | str) -> list[Line]:
        text = message if isinstance(message, str) else write(message)
        return lines(self.core.received(conn, text, self.now))

    def goes(self, conn: str) -> list[Line]:
        return lines(self.core.closed(conn, self.now))

    def ticks(self, seconds: float) -> list[Line]:
        self.now += seconds
        return lines(self.core.tick(self.now))

    def together(self) -> Floor:
        """Ana, and after her Ben, are in a room."""
        self.opens("ana", "ben")
        self.says("ana", Join(ROOM, ANA, True))
        self.says("ben", Join(ROOM, BEN, False))
        return self


def lines(steps: list[Send | Close]) -> list[Line]:
    return [
        (str(step.conn), parse_server(step.text) if isinstance(step, Send) else f"closed: {step.reason}")
        for step in steps
    ]


def test_one_makes_a_room_and_another_comes() -> None:
    floor = Floor()
    assert floor.opens("ana", "ben") == []
    assert floor.says("ana", Join(ROOM, ANA, True)) == [("ana", Welcome(ANA, (), 8))]
    assert floor.says("ben", Join(ROOM, BEN, False)) == [("ben", Welcome(BEN, (ANA,), 8)), ("ana", Enter(BEN))]
    floor.opens("cara")
    assert floor.says("cara", Join(ROOM, CARA, False)) == [
        ("cara", Welcome(CARA, (ANA, BEN), 8)),
        ("ana", Enter(CARA)),
        ("ben", Enter(CARA)),
    ]


def test_a_blob_is_carried_to_the_one_it_is_for() -> None:
    floor = Floor().together()
    assert floor.says("ana", To(BEN, b"blob")) == [("ben", From(ANA, b"blob"))]
    assert floor.says("ben", To(ANA, b"")) == [("ana", From(BEN, b""))]
    assert floor.says("ana", To(CARA, b"blob")) == []
    assert floor.says("ana", To(ANA, b"to myself")) == []


def test_nothing_is_carried_to_another_room() -> None:
    floor = Floor().together()
    floor.opens("cara")
    floor.says("cara", Join(ELSEWHERE, CARA, True))
    assert floor.says("cara", To(ANA, b"blob")) == []
    assert floor.says("ana", To(CARA, b"blob")) == []


def test_those_who_go_are_announced_and_the_last_takes_the_room_along() -> None:
    floor = Floor().together()
    assert floor.says("ben", Bye()) == [("ben", "closed: bye"), ("ana", Leave(BEN))]
    assert floor.goes("ben") == []
    assert floor.core.rooms == 1
    assert floor.goes("ana") == []
    assert (floor.core.rooms, floor.core.connections) == (0, 0)
    floor.opens("cara")
    assert floor.says("cara", Join(ROOM, CARA, False)) == [
        ("cara", Refused(Why.NO_ROOM)),
        ("cara", "closed: no such room"),
    ]


def test_one_who_comes_again_makes_the_room_or_finds_it() -> None:
    floor = Floor()
    floor.opens("ana", "ben")
    assert floor.says("ana", Join(ROOM, ANA, True)) == [("ana", Welcome(ANA, (), 8))]
    assert floor.says("ben", Join(ROOM, BEN, True))[0] == ("ben", Welcome(BEN, (ANA,), 8))


def test_a_full_room_takes_nobody() -> None:
    floor = Floor(Limits(members=2)).together()
    floor.opens("cara")
    assert floor.says("cara", Join(ROOM, CARA, True)) == [("cara", Refused(Why.FULL)), ("cara", "closed: full")]
    assert floor.core.connections == 2


def test_a_full_server_makes_no_rooms_but_lets_into_those_it_has() -> None:
    floor = Floor(Limits(rooms=1)).together()
    floor.opens("cara", "dov")
    assert floor.says("cara", Join(ELSEWHERE, CARA, True)) == [("cara", Refused(Why.BUSY)), ("cara", "closed: busy")]
    assert floor.says("dov", Join(ROOM, CARA, True))[0] == ("dov", Welcome(CARA, (ANA, BEN), 8))


def test_an_id_is_given_once_in_a_room() -> None:
    floor = Floor().together()
    floor.opens("cara")
    assert floor.says("cara", Join(ROOM, ANA, True)) == [("cara", Refused(Why.BUSY)), ("cara", "closed: busy")]
    floor.opens("dov")
    assert floor.says("dov", Join(ELSEWHERE, ANA, True)) == [("dov", Welcome(ANA, (), 8))]


def test_strangers_are_bounded_and_must_join_soon() -> None:
    floor = Floor(Limits(strangers=2)).together()
    assert floor.opens("cara", "dov") == []
    assert floor.opens("edda") == [("edda", Refused(Why.BUSY)), ("edda", "closed: busy")]
    assert floor.says("edda", Join(ROOM, CARA, True)) == []
    assert floor.ticks(4.9) == []
    assert floor.says("cara", Join(ROOM, CARA, True))[0] == ("cara", Welcome(CARA, (ANA, BEN), 8))
    assert floor.ticks(0.1) == [("dov", "closed: did not join")]
    assert floor.opens("femi", "gus") == []
    assert floor.ticks(1000) == [("femi", "closed: did not join"), ("gus", "closed: did not join")]
    assert floor.core.connections == 3


def test_what_is_not_understood_ends_the_connection() -> None:
    for before, said in [
        (False, "hello"),
        (False, "x" * 70_000),
        (False, write(To(ANA, b""))),
        (False, write(Bye())),
        (False, write(Enter(ANA))),
        (True, write(Join(ROOM, CARA, True))),
        (True, "{}"),
    ]:
        floor = Floor().together()
        floor.opens("cara")
        if before:
            floor.says("cara", Join(ROOM, CARA, True))
        expected: list[Line] = [("cara", Refused(Why.MALFORMED)), ("cara", "closed: malformed")]
        if before:
            expected += [("ana", Leave(CARA)), ("ben", Leave(CARA))]
        assert floor.says("cara", said) == expected
        assert floor.says("cara", said) == []


def test_a_flood_ends_the_connection() -> None:
    floor = Floor(Limits(rate=1, burst=10)).together()
    for _ in range(8):
        assert floor.says("ana", To(BEN, b"")) == [("ben", From(ANA, b""))]
    assert floor.says("ana", To(BEN, b"")) == [("ana", "closed: too many messages"), ("ben", Leave(ANA))]


def test_large_messages_count_for_more() -> None:
    floor = Floor(Limits(rate=1, burst=20)).together()
    large = To(BEN, bytes(30_000))
    carried = 0
    while floor.says("ana", large)[0][0] == "ben":
        carried += 1
    assert carried == 3


def test_messages_in_moderation_are_carried_for_ever() -> None:
    floor = Floor().together()
    for _ in range(2000):
        floor.now += 0.05
        assert floor.says("ana", To(BEN, bytes(600))) == [("ben", From(ANA, bytes(600)))]


def test_everybodys_greetings_and_offers_at_once_are_no_flood() -> None:
    floor = Floor()
    ids = [f"{number:016x}" for number in range(8)]
    for id in ids:
        floor.opens(id)
        floor.says(id, Join(ROOM, id, True))
    for _ in range(4):
        for sender in ids:
            for receiver in ids:
                if sender != receiver:
                    assert floor.says(sender, To(receiver, bytes(7000))) == [(receiver, From(sender, bytes(7000)))]


def test_nobody_unknown_is_listened_to() -> None:
    floor = Floor()
    assert floor.says("nobody", Join(ROOM, ANA, True)) == []
    assert floor.goes("nobody") == []
