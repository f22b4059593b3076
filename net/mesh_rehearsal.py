"""The rehearsal of a mesh meeting: what its messages and its packets would tell whom.

The messages are those of a meeting played through in memory (`net.mesh_stage`); what packets tell follows from the ways
they take: straight to participants, by relays, or possibly either.
"""

from __future__ import annotations

from collections.abc import Iterator

from net.intention import Contact, Intention, Preview, Server, looked_up, own_servers
from net.mesh_stage import Stage
from net.packets import Kind
from net.sdp import AddressMode
from net.tellings import (
    EACH_PARTICIPANT,
    GIVEN,
    PICTURE_TYPES,
    VOICE_TYPES,
    by_datagram,
    by_relay,
    by_sizes,
    seen_as,
    user_name,
)
from privacy.facts import Audience, Fact
from privacy.policy import Telling


async def rehearse(intention: Intention) -> Preview:
    """Play the meeting through."""
    stage = Stage(intention)
    try:
        await stage.play()
    finally:
        await stage.clear()
    tellings = dict.fromkeys([*stage.tellings, *_datagrams(intention)])
    return Preview(tuple(tellings), tuple(dict.fromkeys(_contacts(intention))))


def switched_on(fact: Fact, intention: Intention) -> Iterator[Telling]:
    """What follows when the microphone (`Fact.VOICE`), the camera (`Fact.PICTURE`) or the screen is switched on."""
    yield from _flows(Kind.RTP, next(iter(VOICE_TYPES if fact is Fact.VOICE else PICTURE_TYPES)), intention)
    if fact is Fact.SCREEN:
        yield Fact.SCREEN, "on", Audience.PARTICIPANTS
    if fact is not Fact.VOICE:
        bystanders = {audience for relay in _relays(intention) for audience in relay.bystanders}
        if intention.mode is not AddressMode.RELAY:
            bystanders.add(Audience.NETWORK)
        yield from by_sizes(bystanders)


_UNKNOWN = tuple(Server("", "a server that the meeting names", kind, GIVEN) for kind in ("turn", "turns"))


def _servers(intention: Intention) -> list[Server]:
    """The servers that would be used. Whoever joins learns them only in the meeting, so one of each kind is assumed."""
    known = own_servers(intention)
    if intention.mode is not AddressMode.LOOPBACK and not (intention.ice and intention.hosting):
        known += _UNKNOWN
    return known


def _relays(intention: Intention) -> list[Server]:
    return [server for server in _servers(intention) if server.kind != "stun"]


def _flows(kind: Kind, number: int, intention: Intention) -> Iterator[Telling]:
    """What datagrams of a kind tell on their way to participants: straight, by a relay, or possibly either."""
    own = intention.own
    if intention.mode is not AddressMode.RELAY:
        near = (own,) if intention.mode is AddressMode.LOOPBACK else seen_as(own, "")
        for seen in dict.fromkeys((intention.seen, *near)):
            yield from by_datagram(kind, number, own, Audience.PARTICIPANTS, to=EACH_PARTICIPANT, seen=seen)
    for relay in _relays(intention):
        for source, seen in relay.sources(intention):
            yield from relay.through(by_relay(kind, number, source, to=relay.place, seen=seen))


def _asks(server: Server, intention: Intention) -> Iterator[Telling]:
    """What a STUN or TURN server is asked, and what the others learn of its answer."""
    read: list[tuple[Fact, str]] = []
    found = "your address as the STUN server sees it"
    if server.kind != "stun":
        read = [(Fact.CREDENTIAL, user_name(server.user)), (Fact.CONTACT, EACH_PARTICIPANT)]
        found = "the relay's"
    for own, seen in server.sources(intention):
        asked = by_datagram(Kind.STUN, -1, own, Audience.RELAY, to=server.place, seen=seen, read=read)
        yield from server.through(asked)
    yield Fact.ADDRESS, found, Audience.PARTICIPANTS


def _datagrams(intention: Intention) -> Iterator[Telling]:
    servers = _servers(intention)
    yield from looked_up((intention.link.host, *(one.host for one in servers if one.host)))
    for kind in (Kind.STUN, Kind.DTLS, Kind.RTCP):
        yield from _flows(kind, -1, intention)
    for server in servers:
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
    yield intention.to_server()
    for server in _servers(intention):
        reason = f"the meeting's {server.kind} server" if server not in _UNKNOWN else "if there is one"
        yield Contact(server.place, reason, Audience.RELAY)
    if intention.mode is not AddressMode.RELAY:
        yield Contact("each participant", "where they say to be reached", Audience.PARTICIPANTS)
