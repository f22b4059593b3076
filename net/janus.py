"""The driver of a meeting on a Janus server: does what the conversation decides, and tells it what happened.

All that leaves for the server passes `_write`, and all that leaves over data channels `_send_data`: both ask first
whether it may be told, and then tell the witness. Media datagrams pass the loop.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from net.driver import Driver, Meeting
from net.errors import Lost, MeetingError, Refused
from net.janus_told import JanusTold
from net.means import Means
from net.proofs import Proofs
from net.services.base import Ability, Level, Notice, PeerId, Source
from net.services.janus import actions as act
from net.services.janus.actions import Way, WayEvent
from net.services.janus.conversation import VideoRoom
from net.services.janus.credentials import Credentials
from net.services.janus.kinds import converse
from net.services.janus.link import JanusLink
from net.services.janus.sealing import Keys
from net.sfu_seals import Seals
from net.sfu_ways import Ways
from net.sfu_wire import Around
from net.signalling import Signalling
from net.stats import PeerStats
from privacy.facts import Audience, Fact
from privacy.persona import Persona

SUBPROTOCOL = "janus-protocol"
MAX_MESSAGE = 1024 * 1024
"""Bytes of the longest message of the server that is taken: one with an offer of very many sections."""
COMPLAIN_EVERY = 10.0
"""Seconds between two notices that data channel messages are not taken."""


class Conversation(Meeting[act.Action], Protocol):
    """What the conversations with VideoRoom and AudioBridge have in common."""

    @property
    def own(self) -> str: ...
    @property
    def can(self) -> frozenset[Ability]: ...
    @property
    def may(self) -> frozenset[Ability]: ...
    @property
    def end_reason(self) -> str: ...
    @property
    def failure(self) -> MeetingError | None: ...
    def found(self, now: float) -> Sequence[act.Action]: ...
    def lost(self, now: float) -> Sequence[act.Action]: ...
    def described(self, way: Way, sdp: str, now: float) -> Sequence[act.Action]: ...
    def way_event(self, way: Way, event: WayEvent, now: float, detail: str = "") -> Sequence[act.Action]: ...
    def data_received(self, way: Way, label: str, data: str | bytes, now: float) -> Sequence[act.Action]: ...
    def media_received(self, mid: str, now: float) -> Sequence[act.Action]: ...
    def want(self, pid: PeerId, source: Source, level: Level, now: float) -> Sequence[act.Action]: ...
    def next_picture(self, pid: PeerId, now: float) -> Sequence[act.Action]: ...
    def say(self, text: str, to: PeerId | None, now: float) -> Sequence[act.Action]: ...
    def rename(self, alias: str, now: float) -> Sequence[act.Action]: ...
    def moderate(self, what: Ability, pid: PeerId | None, on: bool, now: float) -> Sequence[act.Action]: ...


class Reports:
    """What becomes of connections (`net.sfu_ways.Owner`), told to the conversation."""

    def __init__(
        self,
        conversation: Conversation,
        do: Callable[[Sequence[act.Action]], None],
        clock: Callable[[], float],
        hopeless: Callable[[MeetingError], None],
    ) -> None:
        self._conversation = conversation
        self._do = do
        self._clock = clock
        self.hopeless = hopeless

    def described(self, way: Way, sdp: str) -> None:
        """As the protocol."""
        self._do(self._conversation.described(way, sdp, self._clock()))

    def happened(self, way: Way, event: WayEvent, detail: str = "") -> None:
        """As the protocol."""
        self._do(self._conversation.way_event(way, event, self._clock(), detail))

    def said(self, way: Way, label: str, data: str | bytes) -> None:
        """As the protocol."""
        self._do(self._conversation.data_received(way, label, data, self._clock()))

    def alive(self, mid: str) -> None:
        """As the protocol."""
        self._do(self._conversation.media_received(mid, self._clock()))


class JanusRoom(Driver[act.Action, act.Send]):
    """A room on a Janus server (`net.services.base.Room`). Make it, `join`, read `events`, `leave`."""

    def __init__(self, link: JanusLink, persona: Persona, means: Means, *, credentials: Credentials) -> None:
        """Raises `ValueError` for an alias that cannot travel."""
        self._conversation: Conversation = converse(
            link, alias=persona.alias, random=secrets.token_bytes, credentials=credentials
        )
        super().__init__(self._conversation, means)
        self._link = link
        self._proofs = Proofs()
        self._seals = Seals(self._proofs)
        self._told = JanusTold(link, means.witness, means.policy, Keys.of(link))
        self.reports = Reports(self._conversation, self._do, means.clock, self._leave_because)
        around = Around(means.guard, means.addresses, (), "", means.outgoing, means.incoming, self._seals, means.clock)
        self._ways = Ways(self.reports, around, self._servers, means.relay or means.ice)
        self._hung_up = False
        self._complained_at = float("-inf")

    # the room

    @property
    def can(self) -> frozenset[Ability]:
        """What such a room supports."""
        return self._conversation.can

    @property
    def may(self) -> frozenset[Ability]:
        """What we are allowed in it now."""
        return self._conversation.may

    @property
    def keys(self) -> tuple[str, ...]:
        """The fingerprints of our keys that the server was told, up to a bound; a new one for each connection."""
        return self._told.keys

    async def want(self, peer: PeerId, source: Source, level: Level) -> None:
        """Ask the server for somebody's sound or picture, or no longer."""
        self._do(self._conversation.want(peer, source, level, self._clock()))

    async def next_picture(self, peer: PeerId) -> None:
        """Ask the server for another picture of somebody's. Raises `ValueError`, in one sentence, if there is none."""
        self._do(self._conversation.next_picture(peer, self._clock()))

    async def say(self, text: str, to: PeerId | None = None) -> None:
        """Send a chat message to all, or to one. Raises `ValueError`, in one sentence, when it cannot be sent."""
        self._told.wrote(text, to_one=to is not None)
        self._do(self._conversation.say(text, to, self._clock()))

    async def rename(self, alias: str) -> None:
        """Wear another alias. Raises `ValueError`, in one sentence, when it cannot be worn."""
        self._told.allow(*((Fact.NAME, alias, audience) for audience in _READ_NAMES[self._link.tls]))
        self._do(self._conversation.rename(alias, self._clock()))

    async def moderate(self, what: Ability, peer: PeerId | None, on: bool = True) -> None:
        """Do what moderators do. Raises `ValueError`, in one sentence, when we may not."""
        self._do(self._conversation.moderate(what, peer, on, self._clock()))

    def code(self, peer: PeerId) -> str:
        """There is nothing to compare aloud: the keys of the connections are the server's."""
        return ""

    async def verify(self, peer: PeerId, on: bool) -> None:
        """Nobody can be verified. Raises `ValueError`."""
        raise ValueError("There is no code to compare in this meeting: who has its link is all that can be known.")

    async def stats(self, peer: PeerId) -> PeerStats | None:
        """How what comes of somebody is doing, and what we send to everybody; None when nothing comes."""
        stats = await self._ways.stats(peer)
        return None if stats is None else self._seen_with(stats, peer)

    # what this kind does of what every driver does

    async def _prepare(self) -> None:
        self._witness.forwarded(self._proofs if self._link.key else None)
        await self._find_relay()
        self._ways.prepare()

    async def _connect(self) -> Signalling:
        link = self._link
        signalling = await Signalling.connect(
            link.host,
            link.port,
            tls=link.tls,
            guard=self._means.guard,
            witness=self._witness,
            path=link.path,
            subprotocol=SUBPROTOCOL,
            max_message=MAX_MESSAGE,
        )
        self._told.reached_from(signalling.local_address, signalling.seen_address)
        self._ways.reached((signalling.local_address,), signalling.server_address)
        return signalling

    def _perform(self, wish: act.Action) -> None:
        match wish:
            case act.Send():
                self._post(wish)
            case act.Hangup():
                self._hung_up = True
                self._post(None)
            case act.SendData():
                self._send_data(wish)
            case act.Offer():
                self._ways.offer(wish)
            case act.Accept(way, sdp):
                self._ways.accept(way, sdp)
            case act.Answer(way, sdp):
                self._ways.answer(way, sdp)
            case act.Candidate(way, text):
                self._ways.candidate(way, text)
            case act.Close(way):
                self._ways.close(way)
            case act.Route(streams):
                self._ways.route(streams)
            case act.Show(picture):
                self._ways.show(picture)
            case act.Emit(event):
                self._emit(event)

    async def _write(self, signalling: Signalling, message: act.Send) -> None:
        if objection := self._told.objection_to(message.text, signalling):
            self._stop(objection)
        else:
            await self._told.send(message.text, signalling)

    def _send_data(self, wish: act.SendData) -> None:
        own = self._conversation.own
        if objection := self._told.objection_to_data(wish, own):
            self._stop(objection)
        elif self._ways.send(wish.way, wish.data):
            self._told.data_sent(wish, own)
        elif self._clock() - self._complained_at > COMPLAIN_EVERY:
            self._complained_at = self._clock()
            self._emit(Notice("The server takes no messages for the others now; some were not sent."))

    def _lost(self) -> Sequence[act.Action]:
        """That the WebSocket is gone need not be told to whom had it closed."""
        self._line.hurries, self._hung_up = self._hung_up, False
        return () if self._line.hurries else self._conversation.lost(self._clock())

    def _found(self) -> Sequence[act.Action]:
        return self._conversation.found(self._clock())

    def _ticked(self) -> None:
        if self._link.key and isinstance(self._conversation, VideoRoom):
            exposed = self._witness.has_forwarded_unsealed
            self._do(self._conversation.examined(self._seals.failing(), exposed, self._clock()))

    async def _hang_up(self) -> None:
        await self._ways.close_all()

    def _ending(self) -> MeetingError | None:
        failure = self._conversation.failure
        return self._stopped or (failure if isinstance(failure, Refused) else None)

    def _error(self) -> MeetingError:
        return self._conversation.failure or Lost(self._conversation.end_reason)


_READ_NAMES: Mapping[bool, tuple[Audience, ...]] = {
    True: (Audience.OPERATOR, Audience.PARTICIPANTS),
    False: (Audience.OPERATOR, Audience.PARTICIPANTS, Audience.NETWORK),
}
"""Who reads our name, with TLS and without."""
