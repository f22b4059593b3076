"""What is about to be joined, and how; and what a rehearsal of it finds."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from net.guard import Guard
from net.ice import is_here
from net.sdp import AddressMode
from net.services import hosts
from net.services.janus.credentials import Credentials
from net.services.links import MeetingLink
from net.services.mesh.ice import IceServer
from net.tellings import inside_tls, reaching, seen_as, seen_from
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

    link: MeetingLink
    alias: str
    hosting: bool
    ice: tuple[IceServer, ...]
    mode: AddressMode
    microphone: bool
    camera: bool
    own: str  # `own_address`
    screen: bool = False
    credentials: Credentials = Credentials()  # noqa: RUF009 - it is frozen
    relay: tuple[IceServer, ...] = ()  # our own, of which no participant is told
    own_to: Mapping[str, str] = field(default_factory=dict)  # the same for ICE servers, by host, where it is known

    @property
    def seen(self) -> str:
        """How the meeting's server sees our address."""
        return seen_from(self.own, self.link.host)

    @property
    def server(self) -> str:
        """The meeting's server, "host:port"."""
        return hosts.join(self.link.host, self.link.port)

    def to_server(self) -> Contact:
        """That the meeting's server is contacted."""
        return Contact(self.server, "the meeting's server, from the link", Audience.OPERATOR)


def own_address(link: MeetingLink, guard: Guard) -> str:
    """The address of this machine that packets to the server would come from; words when it cannot be known."""
    return _own_address(link.host, link.port, "the meeting's server, from the link", Audience.OPERATOR, guard)


def own_addresses(ice: Iterable[IceServer], guard: Guard) -> dict[str, str]:
    """The same for ICE servers, by host; another than to the server where this machine is in several networks."""
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


@dataclass(frozen=True, slots=True)
class Server:
    """A STUN or TURN server, as far as it is known."""

    host: str
    place: str  # "host:port", or words
    kind: str  # stun, turn, turns
    user: str

    def through(self, tellings: Iterable[Telling]) -> Iterable[Telling]:
        """What these tell when they go to it."""
        return inside_tls(tellings, self.place) if self.kind == "turns" else tellings

    @property
    def bystanders(self) -> tuple[Audience, ...]:
        """Who sees the sizes of what it carries for us."""
        return (Audience.RELAY,) if self.kind == "turns" else (Audience.RELAY, Audience.NETWORK)

    def sources(self, intention: Intention) -> Iterator[tuple[str, str]]:
        """The address from which it would be sent to, and how it is seen there."""
        own = intention.own_to.get(self.host, intention.own)
        for seen in seen_as(own, self.host):
            yield own, seen


def looked_up(names: Iterable[str]) -> Iterator[Telling]:
    """What asking for the addresses of these tells; those that are addresses are not asked for."""
    for name in dict.fromkeys(names):
        try:
            ipaddress.ip_address(name)
        except ValueError:
            yield Fact.LOOKUP, name, Audience.NETWORK


def own_servers(intention: Intention) -> list[Server]:
    """The STUN and TURN servers that we name ourselves, as far as the mode uses them."""
    here = intention.mode is AddressMode.LOOPBACK
    return [
        Server(one.host, hosts.join(one.host, one.port), one.kind, one.username)
        for one in (*intention.ice, *intention.relay)
        if (not here or is_here(one)) and (one.kind != "stun" or intention.mode is not AddressMode.RELAY)
    ]
