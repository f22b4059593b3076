"""The stage on which a mesh meeting is rehearsed: two conversations, a rendezvous, and what ours would have told.

All of it is in memory. Our own descriptions are made by real peer connections, which connect to nobody; somebody's name
no address that could be tried.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any

from net import mesh_facts
from net.guard import Guard
from net.intention import Intention
from net.peer import Peer, Surroundings
from net.sdp import AddressMode, Description
from net.services.base import Picture, Source
from net.services.mesh import actions as act
from net.services.mesh.conversation import Conversation
from net.services.mesh.rendezvous import RendezvousCore, Send
from net.services.mesh.sealing import Keys
from net.services.mesh.wire import fresh_id
from net.stand_ins import Nothing, somebodys_description
from net.tellings import by_signalling, to_participants
from privacy.policy import Telling

ME, SOMEBODY = "me", "somebody"
KEYS_IN_USE = "the keys of a connection that is not made"
STEPS = 500
"""Actions after which a rehearsal is broken off; a real one takes about fifty."""


class Stage:
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
        link, there = self._intention.link, self._intention.server
        facts = mesh_facts.to_rendezvous(text)
        self.tellings += by_signalling(facts, self._own, there, seen=self._intention.seen, encrypted=link.tls)
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
