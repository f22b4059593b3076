"""The rehearsal of a Janus meeting: what its messages and its packets would tell whom.

The messages are those of a meeting played through in memory (`net.janus_stage`). Packets all go to the server, straight
or by a relay of ours; it opens them, and hands on what is in them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from net.intention import Contact, Intention, Preview, Server, looked_up, own_servers
from net.janus_stage import Stage
from net.packets import Kind
from net.sdp import AddressMode
from net.tellings import PICTURE_TYPES, VOICE_TYPES, by_datagram, by_relay, by_sizes, seen_as, user_name
from privacy.facts import Audience, Fact
from privacy.policy import Telling

MEDIA_ADDRESS = "where the server receives media"
"""Words for an address that the server names only in the meeting."""

STRAIGHT = "straight from here, by no relay: its operator sees your address"
"""What is to be known of messages where media go by a relay."""


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
    sealed = bool(intention.link.secret)
    if fact is Fact.SCREEN:
        yield Fact.SCREEN, "on", Audience.PARTICIPANTS
        if not sealed:
            yield Fact.SCREEN, "on", Audience.OPERATOR
    if fact is not Fact.VOICE:
        bystanders = {Audience.OPERATOR} if sealed else set()
        for relay in _relays(intention):
            bystanders.update(relay.bystanders)
        if intention.mode is not AddressMode.RELAY:
            bystanders.add(Audience.NETWORK)
        yield from by_sizes(bystanders)


def _relays(intention: Intention) -> list[Server]:
    """Nobody is asked how we look from outside, since nobody is told; and a relay only where it is to hide us."""
    if intention.mode is not AddressMode.RELAY:
        return []
    return [server for server in own_servers(intention) if server.kind != "stun"]


def _flows(kind: Kind, number: int, intention: Intention) -> Iterator[Telling]:
    """What datagrams of a kind tell on their way to the server."""
    own, sealed = intention.own, bool(intention.link.secret)
    if intention.mode is not AddressMode.RELAY:
        near = (own,) if intention.mode is AddressMode.LOOPBACK else seen_as(own, "")
        for seen in dict.fromkeys((intention.seen, *near)):
            yield from by_datagram(kind, number, own, Audience.OPERATOR, to=MEDIA_ADDRESS, seen=seen, sealed=sealed)
    for relay in _relays(intention):
        for source, seen in relay.sources(intention):
            told = by_relay(kind, number, source, Audience.OPERATOR, to=relay.place, seen=seen, sealed=sealed)
            yield from relay.through(told)


def _asks(relay: Server, intention: Intention) -> Iterator[Telling]:
    """What a relay is asked: to be let in, and to carry to the server."""
    read = [(Fact.CREDENTIAL, user_name(relay.user)), (Fact.CONTACT, MEDIA_ADDRESS)]
    for own, seen in relay.sources(intention):
        asked = by_datagram(Kind.STUN, -1, own, Audience.RELAY, to=relay.place, seen=seen, read=read)
        yield from relay.through(asked)


def _datagrams(intention: Intention) -> Iterator[Telling]:
    servers = _relays(intention)
    yield from looked_up((intention.link.host, *(one.host for one in servers if one.host)))
    for kind in (Kind.STUN, Kind.DTLS, Kind.RTCP):
        yield from _flows(kind, -1, intention)
    for relay in servers:
        yield from _asks(relay, intention)
    if intention.microphone:
        yield from switched_on(Fact.VOICE, intention)
    if intention.camera:
        yield from switched_on(Fact.PICTURE, intention)
    if intention.screen:
        yield from switched_on(Fact.SCREEN, intention)


def _contacts(intention: Intention) -> Iterator[Contact]:
    straight = intention.to_server()
    if intention.mode is AddressMode.RELAY:
        straight = replace(straight, reason=f"{straight.reason}; {STRAIGHT}")
    yield straight
    for relay in _relays(intention):
        yield Contact(relay.place, f"the {relay.kind} server that you name", Audience.RELAY)
    if intention.mode is not AddressMode.RELAY:
        yield Contact("the addresses that the server names", MEDIA_ADDRESS, Audience.OPERATOR)
