"""The rehearsal: a meeting's first minutes played through in memory, to say beforehand who would learn what.

The real conversation speaks with a real rendezvous core and with a second conversation that plays somebody; our own
descriptions are made by real peer connections. Every message that would leave is read by the parsers the witness uses.
No socket is connected and no packet leaves: candidates of this machine are sockets that are opened and closed unused,
and somebody's descriptions name no address that could be tried.
"""

from __future__ import annotations

import ipaddress
import secrets
import socket
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from net import mesh_facts
from net.guard import Guard
from net.ice import is_here
from net.packets import Kind
from net.peer import Peer, Surroundings
from net.sdp import AddressMode, Description
from net.services.base import Source
from net.services.mesh import actions as act
from net.services.mesh import hosts
from net.services.mesh.conversation import Conversation
from net.services.mesh.ice import IceServer
from net.services.mesh.link import MeshLink
from net.services.mesh.rendezvous import RendezvousCore, Send
from net.services.mesh.sealing import Keys
from net.services.mesh.wire import Picture, fresh_id
from net.stand_ins import Nothing, somebodys_description
from net.tellings import (
    EACH_PARTICIPANT,
    PICTURE_TYPES,
    VOICE_TYPES,
    by_datagram,
    by_relay,
    by_signalling,
    by_sizes,
    inside_tls,
    seen_from,
    to_participants,
    user_name,
)
from privacy.facts import Audience, Fact
from privacy.policy import Telling

ME, SOMEBODY = "me", "somebody"
KEYS_IN_USE = "the keys of a connection that is not made"
STEPS = 500
"""Actions after which a rehearsal is broken off; a real one takes about fifty."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A destination that would be contacted."""

    destination: str  # "host:port"
    reason: str
    audience: Audience


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would learn what, and who would be contacted."""

    tellings: tuple[Telling, ...]
    contacts: tuple[Contact, ...]

    def for_audience(self, audience: Audience) -> tuple[tuple[Fact, str], ...]:
        """What one audience would learn, in the order of the facts."""
        order = list(Fact)
        found = {(fact, value) for fact, value, to in self.tellings if to is audience}
        return tuple(sorted(found, key=lambda telling: (order.index(telling[0]), telling[1])))


@dataclass(frozen=True, slots=True)
class Intention:
    """What is about to be joined, and how."""

    link: MeshLink
    alias: str
    hosting: bool
    ice: tuple[IceServer, ...]
    mode: AddressMode
    microphone: bool
    camera: bool
    own: str  # `own_address`
    screen: bool = False


async def rehearse(intention: Intention) -> Preview:
    """Play the meeting through. Raises nothing that depends on the network: there is none."""
    stage = _Stage(intention)
    try:
        await stage.play()
    finally:
        await stage.clear()
    return Preview(tuple(dict.fromkeys([*stage.tellings, *_datagrams(intention)])), tuple(_contacts(intention)))


def own_address(link: MeshLink, guard: Guard) -> str:
    """The address of this machine that packets to the rendezvous would come from; words when it cannot be known.

    A name is not looked up for it, since that would tell somebody. Connecting a datagram socket sends nothing.
    """
    try:
        kind = socket.AF_INET6 if ipaddress.ip_address(link.host).version == 6 else socket.AF_INET
    except ValueError:
        return f"the address of this machine that reaches {link.host}"
    guard.allow(link.host, link.port, "the meeting's server, from the link", Audience.OPERATOR)
    with socket.socket(kind, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((link.host, link.port))
        except OSError:
            return f"the address of this machine that reaches {link.host}"
        return str(probe.getsockname()[0])


def switched_on(fact: Fact, intention: Intention) -> Iterator[Telling]:
    """What follows when the microphone (`Fact.VOICE`), the camera (`Fact.PICTURE`) or the screen is switched on."""
    yield from _flows(Kind.RTP, next(iter(VOICE_TYPES if fact is Fact.VOICE else PICTURE_TYPES)), intention)
    if fact is Fact.SCREEN:
        yield Fact.SCREEN, "on", Audience.PARTICIPANTS
    if fact is not Fact.VOICE:
        bystanders = {audience for way in _relays(intention) for audience in _bystanders(way)}
        if intention.mode is not AddressMode.RELAY:
            bystanders.add(Audience.NETWORK)
        yield from by_sizes(bystanders)


@dataclass(frozen=True, slots=True)
class _Server:
    """A STUN or TURN server, as far as it is known."""

    place: str  # "host:port", or words
    kind: str  # stun, turn, turns
    user: str


_UNKNOWN = _Server("a server that the meeting names", "turn", "that the meeting gives")


def _servers(intention: Intention) -> list[_Server]:
    """The servers that would be used. Whoever joins learns them only in the meeting, so one is assumed."""
    here = intention.mode is AddressMode.LOOPBACK
    known = [
        _Server(hosts.join(one.host, one.port), one.kind, one.username)
        for one in intention.ice
        if not here or is_here(one)
    ]
    if not known and not intention.hosting and not here:
        known = [_UNKNOWN]
    return [one for one in known if one.kind != "stun" or intention.mode is not AddressMode.RELAY]


def _relays(intention: Intention) -> list[_Server]:
    return [server for server in _servers(intention) if server.kind != "stun"]


def _bystanders(relay: _Server) -> tuple[Audience, ...]:
    return (Audience.RELAY,) if relay.kind == "turns" else (Audience.RELAY, Audience.NETWORK)


def _seen(intention: Intention) -> str:
    """How others see our address, judged by where the meeting's server is."""
    return seen_from(intention.own, intention.link.host)


def _flows(kind: Kind, number: int, intention: Intention) -> Iterator[Telling]:
    """What datagrams of a kind tell on their way to participants: straight, by a relay, or possibly either."""
    own, seen = intention.own, _seen(intention)
    if intention.mode is not AddressMode.RELAY:
        yield from by_datagram(kind, number, own, Audience.PARTICIPANTS, to=EACH_PARTICIPANT, seen=seen)
    for relay in _relays(intention):
        yield from _through(relay, by_relay(kind, number, own, to=relay.place, seen=seen))


def _through(server: _Server, tellings: Iterable[Telling]) -> Iterable[Telling]:
    return inside_tls(tellings, server.place) if server.kind == "turns" else tellings


def _asks(server: _Server, own: str, seen: str) -> Iterator[Telling]:
    """What a STUN or TURN server is asked, and what the others learn of its answer."""
    read: list[tuple[Fact, str]] = []
    found = "your address as the STUN server sees it"
    if server.kind != "stun":
        read = [(Fact.CREDENTIAL, user_name(server.user)), (Fact.CONTACT, EACH_PARTICIPANT)]
        found = "the relay's"
    yield from _through(server, by_datagram(Kind.STUN, -1, own, Audience.RELAY, to=server.place, seen=seen, read=read))
    yield Fact.ADDRESS, found, Audience.PARTICIPANTS


def _datagrams(intention: Intention) -> Iterator[Telling]:
    for kind in (Kind.STUN, Kind.DTLS, Kind.RTCP):
        yield from _flows(kind, -1, intention)
    for server in _servers(intention):
        yield from _asks(server, intention.own, _seen(intention))
    if intention.hosting and intention.own == intention.link.host:
        yield Fact.ADDRESS, intention.own, Audience.PARTICIPANTS  # it stands in the invitation
    if intention.microphone:
        yield from switched_on(Fact.VOICE, intention)
    if intention.camera:
        yield from switched_on(Fact.PICTURE, intention)
    if intention.screen:
        yield from switched_on(Fact.SCREEN, intention)


def _contacts(intention: Intention) -> Iterator[Contact]:
    link = intention.link
    yield Contact(hosts.join(link.host, link.port), "the meeting's server, from the link", Audience.OPERATOR)
    for server in _servers(intention):
        reason = f"the meeting's {server.kind} server" if server is not _UNKNOWN else "if there is one"
        yield Contact(server.place, reason, Audience.RELAY)
    if intention.mode is not AddressMode.RELAY:
        yield Contact("each participant", "where they say to be reached", Audience.PARTICIPANTS)


class _Stage:
    """Both conversations, the rendezvous between them, and what was told."""

    def __init__(self, intention: Intention) -> None:
        self.tellings: list[Telling] = []
        self._intention = intention
        self._own = intention.own
        self._core = RendezvousCore()
        self._now = 0.0
        self._peers: list[Peer] = []
        keys = Keys.derive(intention.link.secret)
        ids = {who: fresh_id(secrets.token_bytes) for who in (ME, SOMEBODY)}
        self._pids = {ids[SOMEBODY]: SOMEBODY, ids[ME]: ME}
        self._pid_of = ids
        self._talk = {
            ME: Conversation(
                me=ids[ME],
                alias=intention.alias,
                keys=keys,
                random=secrets.token_bytes,
                new=intention.hosting,
                ice=intention.ice,
            ),
            SOMEBODY: Conversation(
                me=ids[SOMEBODY],
                alias=SOMEBODY,
                keys=keys,
                random=secrets.token_bytes,
                new=not intention.hosting,
                ice=() if intention.hosting else intention.ice,
            ),
        }

    async def play(self) -> None:
        """Join, meet, show what is on, stay a while, leave."""
        first, second = (ME, SOMEBODY) if self._intention.hosting else (SOMEBODY, ME)
        for who in (first, second):
            self._core.opened(who, self._now)
            if who == ME:
                await self._show_what_is_on()
            await self._do([(who, a) for a in self._talk[who].start(self._now)])
        me = self._talk[ME]
        await self._do([(ME, action) for action in me.want(self._pid_of[SOMEBODY], Source.CAMERA, True, self._now)])
        for _ in range(3):
            self._now += 1.5
            for who, talk in self._talk.items():
                await self._do([(who, action) for action in talk.tick(self._now)])
        await self._do([(ME, action) for action in me.leave(self._now)])

    async def _show_what_is_on(self) -> None:
        shown = self._talk[ME].set_state(
            muted=not self._intention.microphone, picture=self._picture, hand=False, now=self._now
        )
        await self._do([(ME, action) for action in shown])

    @property
    def _picture(self) -> Picture:
        if self._intention.screen:
            return Picture.SCREEN
        return Picture.CAMERA if self._intention.camera else Picture.HIDDEN

    async def clear(self) -> None:
        """Close the sockets that were opened for our descriptions."""
        for peer in self._peers:
            await peer.close()

    async def _do(self, todo: Iterable[tuple[str, act.Action]]) -> None:
        queue = list(todo)
        for _ in range(STEPS):
            if not queue:
                return
            who, action = queue.pop(0)
            queue += await self._one(who, action)
        raise RuntimeError("the rehearsal does not come to an end")

    async def _one(self, who: str, action: act.Action) -> list[tuple[str, act.Action]]:
        match action:
            case act.SendRendezvous(text, plain):
                if who == ME:
                    self._told_rendezvous(text, plain)
                return self._carried(self._core.received(who, text, self._now))
            case act.SendChannel(_, text):
                return self._said(who, text)
            case act.OpenPeer(pid, _):
                offer = await self._described(who, None)
                return self._report(who, pid, act.PeerEvent.OFFER_READY, str(offer))
            case act.AnswerPeer(pid, sdp, _):
                answer = await self._described(who, sdp)
                return self._report(who, pid, act.PeerEvent.ANSWER_READY, str(answer))
            case act.AcceptAnswer(pid, _):
                other = self._pids[pid]
                return [
                    *self._report(who, pid, act.PeerEvent.CONNECTED, KEYS_IN_USE),
                    *self._report(other, self._pid_of[who], act.PeerEvent.CONNECTED, KEYS_IN_USE),
                ]
            case _:
                return []

    def _report(self, who: str, pid: str, event: act.PeerEvent, detail: str = "") -> list[tuple[str, act.Action]]:
        return [(who, action) for action in self._talk[who].peer_event(pid, event, self._now, detail)]

    def _carried(self, steps: Sequence[Any]) -> list[tuple[str, act.Action]]:
        found: list[tuple[str, act.Action]] = []
        for step in steps:
            if isinstance(step, Send):
                to = str(step.conn)
                found += [(to, action) for action in self._talk[to].received(step.text, self._now)]
        return found

    def _said(self, who: str, text: str) -> list[tuple[str, act.Action]]:
        if who == ME:
            self.tellings += to_participants(mesh_facts.to_channel(text))
        other = SOMEBODY if who == ME else ME
        heard = self._talk[other].channel_received(self._pid_of[who], text, self._now)
        return [(other, action) for action in heard]

    def _told_rendezvous(self, text: str, plain: str | None) -> None:
        link = self._intention.link
        destination = hosts.join(link.host, link.port)
        facts = mesh_facts.to_rendezvous(text)
        self.tellings += by_signalling(facts, self._own, destination, seen=_seen(self._intention), encrypted=link.tls)
        if plain is not None:
            self.tellings += to_participants(mesh_facts.to_participant(plain))

    async def _described(self, who: str, offer: str | None) -> Description:
        """Our own description is really made; somebody's has our shape and no address."""
        if who == SOMEBODY:
            return somebodys_description(offer is not None)
        peer = self._peer()
        self._peers.append(peer)
        return await (peer.offer() if offer is None else peer.answer(offer))

    def _peer(self) -> Peer:
        mode = self._intention.mode
        literal = self._own[:1].isdigit() or ":" in self._own
        addresses = (self._own,) if literal and mode is not AddressMode.RELAY else ()
        # No server is asked here, so relay mode has no candidate; the relay's address is told as a word below.
        shown = AddressMode.PUBLIC if mode is AddressMode.RELAY else mode
        around = Surroundings(Guard(lambda: 0.0), shown, addresses, Nothing(), Nothing(), Nothing())
        return Peer(SOMEBODY, around, ())
