"""The driver of a mesh meeting: does what the conversation decides, and tells it what happened.

All that leaves for the rendezvous or another person passes `_write` or `_send_channel`; both show the witness the
message as it was before sealing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Sequence

from net import mesh_facts
from net.connections import Connections
from net.driver import Driver
from net.errors import Lost, MeetingError, Refused
from net.means import Means
from net.mesh_told import MeshTold
from net.sdp import AddressMode, Description
from net.services.base import (
    Ability,
    Level,
    Notice,
    PeerId,
    Source,
)
from net.services.mesh import actions as act
from net.services.mesh.conversation import ABILITIES, Conversation
from net.services.mesh.link import MeshLink
from net.services.mesh.sealing import Keys
from net.services.mesh.wire import fresh_id
from net.signalling import Signalling
from net.stats import PeerStats
from net.tellings import to_participants
from privacy.facts import Audience, Fact
from privacy.persona import Persona
from privacy.policy import Telling


class Reports:
    """What becomes of connections (`net.connections.Owner`), told to the conversation."""

    def __init__(
        self,
        conversation: Conversation,
        do: Callable[[Sequence[act.Action]], None],
        clock: Callable[[], float],
        foreseen: Callable[[Description], Description],
        hopeless: Callable[[MeetingError], None],
    ) -> None:
        self._conversation = conversation
        self._do = do
        self._clock = clock
        self.foreseen = foreseen
        self.hopeless = hopeless

    def report(self, pid: str, event: act.PeerEvent, detail: str = "") -> None:
        """As the protocol."""
        self._do(self._conversation.peer_event(PeerId(pid), event, self._clock(), detail))

    def said(self, pid: str, text: str) -> None:
        """As the protocol."""
        self._do(self._conversation.channel_received(PeerId(pid), text, self._clock()))

    def alive(self, pid: str) -> None:
        """As the protocol."""
        self._do(self._conversation.media_received(pid, self._clock()))


class MeshRoom(Driver[act.Action, act.SendRendezvous]):
    """A mesh meeting (`net.services.base.Room`). Make it, `join`, read `events`, `leave`."""

    def __init__(self, link: MeshLink, persona: Persona, means: Means, *, new: bool) -> None:
        """`new`: we make the meeting, and say which servers may relay in it. Our own relay nobody is told of."""
        self._conversation = Conversation(
            me=fresh_id(secrets.token_bytes),
            alias=persona.alias,
            keys=Keys.derive(link.secret),
            random=secrets.token_bytes,
            new=new,
            ice=tuple(means.ice),
            hands_on=means.addresses is not AddressMode.LOOPBACK,
        )
        super().__init__(self._conversation, means)
        self._link = link
        self._told = MeshTold(link, means.addresses, means.witness, means.policy)
        self.reports = Reports(self._conversation, self._do, means.clock, self._told.foreseen, self._leave_because)
        self._connections = Connections(self.reports, means, self._servers)
        self._new = new

    # the room

    @property
    def can(self) -> frozenset[Ability]:
        """What a mesh meeting supports."""
        return ABILITIES

    @property
    def may(self) -> frozenset[Ability]:
        """What we are allowed; in a mesh nobody is above others."""
        return ABILITIES

    @property
    def keys(self) -> tuple[str, ...]:
        """The fingerprints of our keys that participants were told, up to a bound; a new one for each connection."""
        return self._told.keys

    async def want(self, peer: PeerId, source: Source, level: Level) -> None:
        """Ask for somebody's picture, or no longer: it comes while their camera or their screen is wanted."""
        if source is not Source.MICROPHONE:
            self._do(self._conversation.want(peer, source, level > Level.OFF, self._clock()))

    async def next_picture(self, peer: PeerId) -> None:
        """In a mesh there is one picture of each. Raises `ValueError`."""
        raise ValueError("There is no other picture of theirs: everybody shows one at a time in this meeting.")

    async def say(self, text: str, to: PeerId | None = None) -> None:
        """Send a chat message to all, or to one. Raises `ValueError`, in one sentence, when it cannot be sent."""
        self._told.allow((Fact.CHAT, text, Audience.PARTICIPANTS))
        self._do(self._conversation.say(text, to, self._clock()))

    async def stats(self, peer: PeerId) -> PeerStats | None:
        """How the connection with somebody is doing, if there is one."""
        stats = await self._connections.stats(peer)
        return None if stats is None else self._seen_with(stats, peer)

    async def rename(self, alias: str) -> None:
        """A mesh knows everybody by one name. Raises `ValueError`."""
        raise ValueError("A name cannot be changed in this meeting; leave, and join again with another one.")

    async def moderate(self, what: Ability, peer: PeerId | None, on: bool = True) -> None:
        """In a mesh nobody is above others. Raises `ValueError`."""
        raise ValueError("Nobody can do this in this meeting: all are equal in it.")

    def code(self, peer: PeerId) -> str:
        """The words to compare with somebody aloud; empty while there are none."""
        return self._conversation.code(peer)

    async def verify(self, peer: PeerId, on: bool) -> None:
        """Note that the code was compared with somebody: this connection counts as verified, and no later one."""
        self._do(self._conversation.verify(peer, on, self._clock()))

    # what a mesh does of what every driver does

    async def _prepare(self) -> None:
        if self._new or self._means.relay:
            await self._find_relay()

    async def _connect(self) -> Signalling:
        link = self._link
        signalling = await Signalling.connect(
            link.host, link.port, tls=link.tls, guard=self._means.guard, witness=self._witness
        )
        self._connections.addresses = (signalling.local_address,)
        self._told.reached_from(signalling.local_address, signalling.seen_address)
        if self._new and not self._line.tasks and signalling.local_address == link.host:
            for event in self._told.invited():
                self._emit(event)
        return signalling

    def _perform(self, wish: act.Action) -> None:
        match wish:
            case act.SendRendezvous():
                self._post(wish)
            case act.CloseRendezvous():
                self._post(None)
            case act.SendChannel(pid, text):
                self._send_channel(pid, text)
            case act.OpenPeer(pid, ice):
                self._connections.open(pid, ice)
            case act.AnswerPeer(pid, sdp, ice):
                self._connections.answer(pid, sdp, ice)
            case act.AcceptAnswer(pid, sdp):
                self._connections.accept(pid, sdp)
            case act.ClosePeer(pid):
                self._connections.close(pid)
            case act.Wanted(pid, picture):
                self._connections.want_picture(pid, picture)
            case act.Emit(event):
                self._emit(event)

    def _lost(self) -> Sequence[act.Action]:
        return self._conversation.rendezvous_lost(self._clock())

    def _found(self) -> Sequence[act.Action]:
        return self._conversation.rendezvous_found(self._clock())

    async def _hang_up(self) -> None:
        await self._connections.close_all()

    def _error(self) -> MeetingError:
        kind = Lost if self._conversation.end is act.End.LOST else Refused
        return kind(self._conversation.end_reason)

    async def _write(self, signalling: Signalling, message: act.SendRendezvous) -> None:
        facts = mesh_facts.to_rendezvous(message.text)
        told = mesh_facts.to_participant(message.sealed_plain) if message.sealed_plain else []
        self._told.hands_on(self._conversation.ice)
        if self._objects([*signalling.telling(facts), *to_participants(told)]):
            return
        if await signalling.send(message.text, facts) and message.sealed_plain:
            for event in self._told.sealed(message, told, self._name(message.pid)):
                self._emit(event)

    def _send_channel(self, pid: str, text: str) -> None:
        told = mesh_facts.to_channel(text)
        if self._objects(to_participants(told)):
            return
        if self._connections.send(pid, text):
            self._told.channel(pid, text, told)
        elif any(fact is Fact.CHAT for fact, _ in told):
            self._emit(Notice(f"Your message did not reach {self._name(pid)}: too much else waits to be sent."))

    def _name(self, pid: str | None) -> str:
        who = self.participants.get(PeerId(pid or ""))
        return who.name if who is not None else ""

    def _objects(self, tellings: Iterable[Telling]) -> bool:
        objection = self._told.objection(tuple(tellings))
        if objection:
            self._stop(objection)
        return bool(objection)
