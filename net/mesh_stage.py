"""The stage on which a mesh meeting is rehearsed: two conversations, and a rendezvous in memory."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any

from net import mesh_facts
from net.guard import Guard
from net.intention import Intention
from net.peer import Peer, Surroundings
from net.sdp import AddressMode, Description
from net.services.base import Source
from net.services.mesh import actions as act
from net.services.mesh.conversation import Conversation
from net.services.mesh.ice import IceServer
from net.services.mesh.rendezvous import RendezvousCore, Send
from net.services.mesh.sealing import Keys
from net.services.mesh.wire import fresh_id
from net.stage import ME, SOMEBODY, Stage
from net.stand_ins import Nothing, somebodys_description
from net.tellings import by_signalling, to_participants

KEYS_IN_USE = "the keys of a connection that is not made"


class MeshStage(Stage[act.Action, Conversation]):
    """Both conversations, and the rendezvous between them."""

    def __init__(self, intention: Intention) -> None:
        self._core = RendezvousCore()
        self._peers: list[Peer] = []
        self._pid_of = {who: fresh_id(secrets.token_bytes) for who in (ME, SOMEBODY)}
        self._pids = {pid: who for who, pid in self._pid_of.items()}
        keys, hosting, ice = Keys.derive(intention.link.secret), intention.hosting, intention.ice

        def converse(who: str, alias: str, *, new: bool, ice: tuple[IceServer, ...]) -> Conversation:
            me = self._pid_of[who]
            return Conversation(me=me, alias=alias, keys=keys, random=secrets.token_bytes, new=new, ice=ice)

        talk = {
            ME: converse(ME, intention.alias, new=hosting, ice=ice),
            SOMEBODY: converse(SOMEBODY, SOMEBODY, new=not hosting, ice=() if hosting else ice),
        }
        super().__init__(intention, talk)

    async def play(self) -> None:
        """Join, meet, show what is on, stay a while, leave."""
        first, second = (ME, SOMEBODY) if self._intention.hosting else (SOMEBODY, ME)
        for who in (first, second):
            self._core.opened(who, self._now)
            if who == ME:
                await self._show()
            await self._do(who, self._talk[who].start(self._now))
        me = self._talk[ME]
        await self._do(ME, me.want(self._pid_of[SOMEBODY], Source.CAMERA, True, self._now))
        await self._stay(3, 1.5)
        await self._do(ME, me.leave(self._now))

    async def clear(self) -> None:
        """As `Stage`."""
        for peer in self._peers:
            await peer.close()

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
        link, own, there = self._intention.link, self._intention.own, self._intention.server
        facts = mesh_facts.to_rendezvous(text)
        self.tellings += by_signalling(facts, own, there, seen=self._intention.seen, encrypted=link.tls)
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
        mode, own = self._intention.mode, self._intention.own
        literal = own[:1].isdigit() or ":" in own
        addresses = (own,) if literal and mode is not AddressMode.RELAY else ()
        # No server is asked here, so relay mode has no candidate; the relay's address is told as a word below.
        shown = AddressMode.PUBLIC if mode is AddressMode.RELAY else mode
        around = Surroundings(Guard(lambda: 0.0), shown, addresses, Nothing(), Nothing(), Nothing())
        return Peer(SOMEBODY, around, ())
