"""A small world in one process: real conversations, a real rendezvous, virtual time and a network with delays.

Connections between participants are played: an offer that is answered connects, a closed one tells the other end, and
what must hold about the actions is checked as they are done.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable
from dataclasses import dataclass, field

from net.services.base import ChatReceived, Event, Link, Notice, ParticipantLeft, PeerId
from net.services.mesh import actions, wire
from net.services.mesh.conversation import Conversation
from net.services.mesh.ice import IceServer
from net.services.mesh.rendezvous import Close, Limits, RendezvousCore, Send, Step
from net.services.mesh.sealing import Keys
from tests.net.mesh.playbook import SECRET, chance

RETRY = 1.0


@dataclass(eq=False)
class Leg:
    """One end of a connection between two participants."""

    owner: Attendee
    pid: PeerId
    answers: bool = False
    sdp: str = ""
    other: Leg | None = None
    connected: bool = False
    closed: bool = False
    early: list[str] = field(default_factory=list)  # what came before the channel was open at this end


@dataclass(eq=False, repr=False)
class Attendee:
    """A participant and their driver."""

    world: World
    name: str
    conversation: Conversation
    new: bool
    conn: int = 0  # their connection at the rendezvous; 0: none
    frozen: bool = False  # vanished without a word
    legs: dict[PeerId, Leg] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    ice_used: set[str] = field(default_factory=set)

    def join(self) -> Attendee:
        self.world.connect(self)
        self.do(self.conversation.start(self.world.now))
        return self

    def tick(self) -> None:
        if not self.frozen:
            self.do(self.conversation.tick(self.world.now))

    def say(self, text: str, to: str | None = None) -> None:
        self.do(self.conversation.say(text, to, self.world.now))

    def leave(self) -> None:
        self.do(self.conversation.leave(self.world.now))

    def vanish(self) -> None:
        """Stop, and let nobody know."""
        self.frozen = True

    @property
    def sees(self) -> dict[str, Link]:
        return {person.name: person.link for person in self.conversation.participants.values()}

    @property
    def notices(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Notice)]

    @property
    def chat(self) -> list[tuple[str, str, bool]]:
        return [(event.name, event.text, event.private) for event in self.events if isinstance(event, ChatReceived)]

    @property
    def left(self) -> list[tuple[str, str]]:
        return [(event.name, event.reason) for event in self.events if isinstance(event, ParticipantLeft)]

    def do(self, todo: list[actions.Action]) -> None:
        for action in todo:
            self.do_one(action)

    def do_one(self, action: actions.Action) -> None:
        world = self.world
        match action:
            case actions.SendRendezvous(text):
                world.to_server(self, text)
            case actions.CloseRendezvous():
                world.disconnect(self)
            case actions.OpenPeer(pid, ice):
                leg = self.leg(pid, ice)
                leg.sdp = world.describe(leg)
                world.later(lambda: self.report(leg, actions.PeerEvent.OFFER_READY, leg.sdp))
            case actions.AnswerPeer(pid, sdp, ice):
                leg = self.leg(pid, ice)
                leg.answers = True
                leg.sdp = world.describe(leg)
                leg.other = world.described[sdp]
                world.later(lambda: self.report(leg, actions.PeerEvent.ANSWER_READY, leg.sdp))
            case actions.AcceptAnswer(pid, sdp):
                self.accept(self.legs[pid], world.described[sdp])
            case actions.ClosePeer(pid):
                self.hang_up(pid)
            case actions.SendChannel(pid, text):
                self.send(self.legs[pid], text)
            case actions.Emit(event):
                self.events.append(event)
            case actions.Wanted(pid):
                assert self.legs[pid].connected

    def leg(self, pid: PeerId, ice: tuple[IceServer, ...]) -> Leg:
        assert pid not in self.legs, "one connection with each participant"
        self.ice_used |= {server.url for server in ice}
        leg = self.legs[pid] = Leg(self, pid)
        return leg

    def accept(self, leg: Leg, other: Leg) -> None:
        leg.other = other
        if self.world.reachable(leg.owner, other.owner) and not other.closed:
            for end in (leg, other):
                self.world.later(lambda end=end: end.owner.opened(end))  # type: ignore[misc]  # mypy: default in lambda

    def opened(self, leg: Leg) -> None:
        if not leg.closed and self.legs.get(leg.pid) is leg:
            leg.connected = True
            assert leg.other is not None
            keys = sorted((leg, leg.other), key=lambda end: end.answers)
            self.report(leg, actions.PeerEvent.CONNECTED, " ".join(end.sdp for end in keys))
            for text in leg.early:
                self.do(self.conversation.channel_received(leg.pid, text, self.world.now))

    def report(self, leg: Leg, kind: actions.PeerEvent, detail: str = "") -> None:
        if self.legs.get(leg.pid) is leg and not self.frozen:
            self.do(self.conversation.peer_event(leg.pid, kind, self.world.now, detail))

    def hang_up(self, pid: PeerId) -> None:
        leg = self.legs.pop(pid, None)
        if leg is not None:
            leg.closed = True
            other = leg.other
            if leg.connected and other is not None and self.world.reachable(self, other.owner):
                self.world.send((leg, "close"), lambda: other.owner.report(other, actions.PeerEvent.CLOSED))

    def send(self, leg: Leg, text: str) -> None:
        assert leg.connected, "only an open channel takes messages"
        other = leg.other
        assert other is not None
        self.world.send((leg, "channel"), lambda: other.owner.hear(other, text, self))

    def hear(self, leg: Leg, text: str, sender: Attendee) -> None:
        live = self.legs.get(leg.pid) is leg and not self.frozen
        if live and not leg.connected:
            leg.early.append(text)
        elif live and self.world.reachable(self, sender):
            self.do(self.conversation.channel_received(leg.pid, text, self.world.now))


class World:
    """Time, the network and the rendezvous."""

    def __init__(self, seed: int = 0, limits: Limits | None = None) -> None:
        self.now = 1000.0
        self.dice = random.Random(seed)
        self.seed = seed
        self.limits = limits or Limits()
        self.core: RendezvousCore | None = RendezvousCore(self.limits)
        self.people: list[Attendee] = []
        self.recorded: list[str] = []  # every frame to and from the rendezvous
        self.described: dict[str, Leg] = {}
        self.apart: set[frozenset[str]] = set()  # pairs whose networks do not reach each other
        self._queue: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count(1)
        self._last: dict[object, float] = {}
        self._conns: dict[int, Attendee] = {}

    def person(
        self, name: str, *, new: bool = False, secret: bytes = SECRET, ice: tuple[IceServer, ...] = ()
    ) -> Attendee:
        draw = chance(f"{self.seed} {len(self.people)}")
        conversation = Conversation(
            me=wire.fresh_id(draw), alias=name, keys=Keys.derive(secret), random=draw, new=new, ice=ice
        )
        attendee = Attendee(self, name, conversation, new)
        self.people.append(attendee)
        return attendee

    def describe(self, leg: Leg) -> str:
        """A description no other leg has, with what must not be seen by the rendezvous."""
        sdp = f"v=0\r\no=- {next(self._order)} 0 IN IP4 203.0.113.7\r\na=fingerprint:sha-256 AB:CD\r\n"
        self.described[sdp] = leg
        return sdp

    def reachable(self, one: Attendee, two: Attendee) -> bool:
        return frozenset({one.name, two.name}) not in self.apart

    # --- time --------------------------------------------------------------------------------------------------------

    def later(self, thing: Callable[[], None], seconds: float | None = None) -> None:
        delay = self.dice.uniform(0.001, 0.2) if seconds is None else seconds
        heapq.heappush(self._queue, (self.now + delay, next(self._order), thing))

    def send(self, way: object, thing: Callable[[], None]) -> None:
        """Deliver in order: nothing overtakes on one way."""
        if isinstance(way, tuple) and isinstance(way[0], Leg):
            way = id(way[0])
        at = max(self.now + self.dice.uniform(0.001, 0.2), self._last.get(way, 0.0))
        self._last[way] = at
        heapq.heappush(self._queue, (at, next(self._order), thing))

    def run(self, seconds: float) -> None:
        end = self.now + seconds
        tick_at = self.now
        while tick_at <= end:
            while self._queue and self._queue[0][0] <= tick_at:
                at, _, thing = heapq.heappop(self._queue)
                self.now = max(self.now, at)
                thing()
            self.now = max(self.now, tick_at)
            for attendee in self.people:
                attendee.tick()
            if self.core is not None:
                self.serve(self.core.tick(self.now))
            tick_at += 0.25

    # --- the rendezvous ----------------------------------------------------------------------------------------------

    def connect(self, attendee: Attendee) -> None:
        attendee.conn = next(self._order)
        self._conns[attendee.conn] = attendee
        if self.core is not None:
            self.serve(self.core.opened(attendee.conn, self.now))

    def disconnect(self, attendee: Attendee) -> None:
        """The attendee closes their WebSocket, after what they sent."""
        conn, attendee.conn = attendee.conn, 0
        self.send(("up", conn), lambda: self.gone(conn))

    def gone(self, conn: int) -> None:
        if self._conns.pop(conn, None) is not None and self.core is not None:
            self.serve(self.core.closed(conn, self.now))

    def cut(self, attendee: Attendee, *, noticed_after: float = 0.0) -> None:
        """An attendee's WebSocket breaks; the server notices later."""
        conn, attendee.conn = attendee.conn, 0
        self.later(lambda: self.gone(conn), noticed_after)
        self.lose(attendee)

    def lose(self, attendee: Attendee) -> None:
        attendee.do(attendee.conversation.rendezvous_lost(self.now))
        self.later(lambda: self.find(attendee), RETRY * self.dice.uniform(0.75, 1.25))

    def find(self, attendee: Attendee) -> None:
        if attendee.conversation.end is not None or attendee.frozen:
            return
        if self.core is None:
            self.later(lambda: self.find(attendee), RETRY)
        else:
            self.connect(attendee)
            attendee.do(attendee.conversation.rendezvous_found(self.now))

    def stop_server(self) -> None:
        self.core = None
        self._conns.clear()
        for attendee in self.people:
            if attendee.conn and not attendee.frozen:
                attendee.conn = 0
                self.lose(attendee)

    def start_server(self) -> None:
        self.core = RendezvousCore(self.limits)

    def to_server(self, attendee: Attendee, text: str) -> None:
        conn = attendee.conn
        if conn:
            self.recorded.append(text)
            self.send(("up", conn), lambda: self.arrive(conn, text))

    def arrive(self, conn: int, text: str) -> None:
        if self.core is not None and conn in self._conns:
            self.serve(self.core.received(conn, text, self.now))

    def serve(self, steps: list[Step]) -> None:
        for step in steps:
            assert isinstance(step.conn, int)
            conn = step.conn
            match step:
                case Send(_, text):
                    self.recorded.append(text)
                    self.send(("down", conn), lambda conn=conn, text=text: self.deliver(conn, text))  # type: ignore[misc]  # mypy: defaults in lambda
                case Close():
                    self.send(("down", conn), lambda conn=conn: self.closed(conn))  # type: ignore[misc]  # mypy: default in lambda

    def deliver(self, conn: int, text: str) -> None:
        attendee = self._conns.get(conn)
        if attendee is not None and attendee.conn == conn and not attendee.frozen:
            attendee.do(attendee.conversation.received(text, self.now))

    def closed(self, conn: int) -> None:
        attendee = self._conns.pop(conn, None)
        if attendee is not None and attendee.conn == conn:
            attendee.conn = 0
            if attendee.conversation.end is None:
                self.lose(attendee)
