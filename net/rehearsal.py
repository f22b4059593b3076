"""The rehearsal: a meeting's first minutes played through in memory, to say beforehand who would learn what.

The real conversation speaks with a real rendezvous core and with a second conversation that plays somebody; our own
descriptions are made by real peer connections. Every message that would leave is read by the parsers the witness uses.
No socket is connected and no packet leaves: candidates of this machine are sockets that are opened and closed unused,
and somebody's descriptions name no address that could be tried.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from net.guard import Guard
from net.ice import is_here
from net.packets import Kind
from net.sdp import AddressMode
from net.services import hosts
from net.services.mesh.ice import IceServer
from net.services.mesh.link import MeshLink
from net.stage import Stage
from net.tellings import (
    EACH_PARTICIPANT,
    GIVEN,
    PICTURE_TYPES,
    VOICE_TYPES,
    by_datagram,
    by_relay,
    by_sizes,
    inside_tls,
    reaching,
    seen_as,
    seen_from,
    user_name,
)
from privacy.facts import Audience, Fact
from privacy.policy import Telling


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
    own_to: Mapping[str, str] = field(default_factory=dict)  # the same for ICE servers, by host, where it is known


async def rehearse(intention: Intention) -> Preview:
    """Play the meeting through. Raises nothing that depends on the network: there is none."""
    stage = Stage(intention)
    try:
        await stage.play()
    finally:
        await stage.clear()
    tellings = dict.fromkeys([*stage.tellings, *_datagrams(intention)])
    return Preview(tuple(tellings), tuple(dict.fromkeys(_contacts(intention))))


def own_address(link: MeshLink, guard: Guard) -> str:
    """The address of this machine that packets to the rendezvous would come from; words when it cannot be known."""
    return _own_address(link.host, link.port, "the meeting's server, from the link", Audience.OPERATOR, guard)


def own_addresses(ice: Iterable[IceServer], guard: Guard) -> dict[str, str]:
    """The same for ICE servers, by host; another than to the rendezvous where this machine is in several networks."""
    found = {s.host: _own_address(s.host, s.port, f"the meeting's {s.kind} server", Audience.RELAY, guard) for s in ice}
    return {host: own for host, own in found.items() if own != reaching(host)}


def _own_address(host: str, port: int, reason: str, audience: Audience, guard: Guard) -> str:
    """A name is not looked up for it, since that would tell somebody. Connecting a datagram socket sends nothing."""
    try:
        kind = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    except ValueError:
        return reaching(host)
    guard.allow(host, port, reason, audience)
    with socket.socket(kind, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((host, port))
        except OSError:
            return reaching(host)
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

    host: str
    place: str  # "host:port", or words
    kind: str  # stun, turn, turns
    user: str


_UNKNOWN = tuple(_Server("", "a server that the meeting names", kind, GIVEN) for kind in ("turn", "turns"))


def _servers(intention: Intention) -> list[_Server]:
    """The servers that would be used. Whoever joins learns them only in the meeting, so one of each kind is assumed."""
    here = intention.mode is AddressMode.LOOPBACK
    known = [
        _Server(one.host, hosts.join(one.host, one.port), one.kind, one.username)
        for one in intention.ice
        if not here or is_here(one)
    ]
    if not here and not (known and intention.hosting):
        known += _UNKNOWN
    return [one for one in known if one.kind != "stun" or intention.mode is not AddressMode.RELAY]


def _relays(intention: Intention) -> list[_Server]:
    return [server for server in _servers(intention) if server.kind != "stun"]


def _bystanders(relay: _Server) -> tuple[Audience, ...]:
    return (Audience.RELAY,) if relay.kind == "turns" else (Audience.RELAY, Audience.NETWORK)


def _seen(intention: Intention) -> str:
    """How the meeting's server sees our address."""
    return seen_from(intention.own, intention.link.host)


def _flows(kind: Kind, number: int, intention: Intention) -> Iterator[Telling]:
    """What datagrams of a kind tell on their way to participants: straight, by a relay, or possibly either."""
    own = intention.own
    if intention.mode is not AddressMode.RELAY:
        near = (own,) if intention.mode is AddressMode.LOOPBACK else seen_as(own, "")
        for seen in dict.fromkeys((_seen(intention), *near)):
            yield from by_datagram(kind, number, own, Audience.PARTICIPANTS, to=EACH_PARTICIPANT, seen=seen)
    for relay in _relays(intention):
        for source, seen in _sources(relay, intention):
            yield from _through(relay, by_relay(kind, number, source, to=relay.place, seen=seen))


def _sources(server: _Server, intention: Intention) -> Iterator[tuple[str, str]]:
    """The address from which a server would be sent to, and how it is seen there."""
    own = intention.own_to.get(server.host, intention.own)
    for seen in seen_as(own, server.host):
        yield own, seen


def _through(server: _Server, tellings: Iterable[Telling]) -> Iterable[Telling]:
    return inside_tls(tellings, server.place) if server.kind == "turns" else tellings


def _asks(server: _Server, intention: Intention) -> Iterator[Telling]:
    """What a STUN or TURN server is asked, and what the others learn of its answer."""
    read: list[tuple[Fact, str]] = []
    found = "your address as the STUN server sees it"
    if server.kind != "stun":
        read = [(Fact.CREDENTIAL, user_name(server.user)), (Fact.CONTACT, EACH_PARTICIPANT)]
        found = "the relay's"
    for own, seen in _sources(server, intention):
        asked = by_datagram(Kind.STUN, -1, own, Audience.RELAY, to=server.place, seen=seen, read=read)
        yield from _through(server, asked)
    yield Fact.ADDRESS, found, Audience.PARTICIPANTS


def _datagrams(intention: Intention) -> Iterator[Telling]:
    for kind in (Kind.STUN, Kind.DTLS, Kind.RTCP):
        yield from _flows(kind, -1, intention)
    for server in _servers(intention):
        yield from _asks(server, intention)
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
        reason = f"the meeting's {server.kind} server" if server not in _UNKNOWN else "if there is one"
        yield Contact(server.place, reason, Audience.RELAY)
    if intention.mode is not AddressMode.RELAY:
        yield Contact("each participant", "where they say to be reached", Audience.PARTICIPANTS)
