"""What a meeting of any kind would tell: by the messages of one that is played through, and by its packets.

What packets tell follows from the ways they take: straight to whoever is at the other end, by relays, or possibly
either.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from net.intention import Contact, Intention, Preview, Server, looked_up
from net.packets import Kind
from net.sdp import AddressMode
from net.stage import Stage
from net.tellings import PICTURE_TYPES, VOICE_TYPES, by_datagram, by_relay, by_sizes, seen_as, user_name
from privacy.facts import Audience, Fact
from privacy.policy import Telling

STRAIGHT = "straight from here, by no relay: its operator sees your address"
"""What is to be known of messages where media go by a relay."""


class Rehearsal(ABC):
    """Of one meeting. Each kind says where media go, and which servers are asked to carry them."""

    def __init__(self, intention: Intention, far: Contact, place: str, *, sealed: bool = False) -> None:
        """`far`: who is at the other end of the connections; `place`: words for their address.

        `sealed`: where that is the operator, they hand on what they cannot open.
        """
        self.intention = intention
        self._far = far
        self._place = place
        self._sealed = sealed

    async def preview(self) -> Preview:
        """Play the meeting through."""
        stage = self._stage()
        try:
            await stage.play()
        finally:
            await stage.clear()
        tellings = dict.fromkeys([*stage.tellings, *self._datagrams()])
        return Preview(tuple(tellings), tuple(dict.fromkeys(self._contacts())))

    def switched_on(self, fact: Fact) -> Iterator[Telling]:
        """What follows when the microphone (`Fact.VOICE`), the camera (`Fact.PICTURE`) or the screen is switched on."""
        yield from self._flows(Kind.RTP, next(iter(VOICE_TYPES if fact is Fact.VOICE else PICTURE_TYPES)))
        if fact is Fact.SCREEN:
            yield Fact.SCREEN, "on", Audience.PARTICIPANTS
            if self._far.audience is Audience.OPERATOR and not self._sealed:
                yield Fact.SCREEN, "on", Audience.OPERATOR
        if fact is not Fact.VOICE:
            bystanders = {self._far.audience} if self._sealed else set()
            for relay in self._relays():
                bystanders.update(relay.bystanders)
            if not self._hidden:
                bystanders.add(Audience.NETWORK)
            yield from by_sizes(bystanders)

    # what each kind decides

    @abstractmethod
    def _stage(self) -> Stage[Any, Any]:
        """Where it is played."""

    @abstractmethod
    def _servers(self) -> Sequence[Server]:
        """The STUN and TURN servers that would be used."""

    @abstractmethod
    def _reason(self, server: Server) -> str:
        """Why one would be."""

    def _asks(self, server: Server) -> Iterator[Telling]:
        """What one is asked; a relay: to be let in, and to carry."""
        relays = server.kind != "stun"
        read = [(Fact.CREDENTIAL, user_name(server.user)), (Fact.CONTACT, self._place)] if relays else []
        for own, seen in server.sources(self.intention):
            asked = by_datagram(Kind.STUN, -1, own, Audience.RELAY, to=server.place, seen=seen, read=read)
            yield from server.through(asked)

    # what follows

    @property
    def _hidden(self) -> bool:
        """Whether whoever is at the other end is not to see our address."""
        return self.intention.mode is AddressMode.RELAY

    def _relays(self) -> list[Server]:
        return [server for server in self._servers() if server.kind != "stun"]

    def _flows(self, kind: Kind, number: int) -> Iterator[Telling]:
        """What datagrams of a kind tell on their way to the other end: straight, by a relay, or possibly either."""
        own, far, sealed = self.intention.own, self._far.audience, self._sealed
        if not self._hidden:
            near = (own,) if self.intention.mode is AddressMode.LOOPBACK else seen_as(own, "")
            for seen in dict.fromkeys((self.intention.seen, *near)):
                yield from by_datagram(kind, number, own, far, to=self._place, seen=seen, sealed=sealed)
        for relay in self._relays():
            for source, seen in relay.sources(self.intention):
                told = by_relay(kind, number, source, far, to=relay.place, seen=seen, sealed=sealed)
                yield from relay.through(told)

    def _datagrams(self) -> Iterator[Telling]:
        servers = self._servers()
        yield from looked_up((self.intention.link.host, *(one.host for one in servers if one.host)))
        for kind in (Kind.STUN, Kind.DTLS, Kind.RTCP):
            yield from self._flows(kind, -1)
        for server in servers:
            yield from self._asks(server)
        here = self.intention
        for on, fact in ((here.microphone, Fact.VOICE), (here.camera, Fact.PICTURE), (here.screen, Fact.SCREEN)):
            if on:
                yield from self.switched_on(fact)

    def _contacts(self) -> Iterator[Contact]:
        yield self._to_server()
        for server in self._servers():
            yield Contact(server.place, self._reason(server), Audience.RELAY)
        if not self._hidden:
            yield self._far

    def _to_server(self) -> Contact:
        server = self.intention.to_server()
        return replace(server, reason=f"{server.reason}; {STRAIGHT}") if self._hidden else server
