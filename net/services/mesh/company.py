"""The other participants: who is there, how their names are shown, and how they go."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from net.services.base import (
    Encryption,
    IdentityChanged,
    ParticipantChanged,
    ParticipantJoined,
    ParticipantLeft,
    PeerId,
)
from net.services.identity import Identities
from net.services.mesh.actions import Action, ClosePeer
from net.services.mesh.lobby import Contact, Lobby
from net.services.mesh.peers import Peer, Step
from net.services.mesh.wire import State
from net.services.outbox import Outbox
from privacy.text import neutralise_name

NAME_LIMIT = 40
"""Characters of a name as it is shown."""
NAMELESS = "someone"
REFUSED_LIMIT = 64
AGAIN_AFTER = 10.0
"""Seconds until one who could be reached before, and not this time, is greeted again."""


class Company:
    """Everybody else in the meeting, by participant id."""

    def __init__(self, out: Outbox[Action], lobby: Lobby, me: PeerId, alias: str, limit: int) -> None:
        """`limit` is how many people the meeting holds, with us."""
        self.me = me
        self.alias = alias
        self.limit = limit
        self.refused: set[PeerId] = set()  # whose keys were wrong; for as long as our connection id lasts
        self._out = out
        self._lobby = lobby
        self._peers: dict[PeerId, Peer] = {}
        self._identities = Identities(alias, NAMELESS)

    def __len__(self) -> int:
        return len(self._peers)

    def __iter__(self) -> Iterator[Peer]:
        return iter(tuple(self._peers.values()))

    def get(self, pid: PeerId | None) -> Peer | None:
        """A participant who is here or coming."""
        return None if pid is None else self._peers.get(pid)

    @property
    def full(self) -> bool:
        """Whether nobody else can be taken."""
        return len(self._peers) >= self.limit - 1

    @property
    def encryption(self) -> Encryption:
        """The worst encryption of anything that is sent or received."""
        ladder = [level for peer in self for level in peer.view().encryption.values()]
        return min(ladder, default=Encryption.END_TO_END)

    def linked(self) -> Iterator[Peer]:
        """Those whose data channel is open."""
        return (peer for peer in self if peer.linked)

    def begin(self, pid: PeerId, alias: str, contact: Contact, step: Step, shown: State | None = None) -> Peer:
        """Begin to connect, or begin anew, with somebody who said hello or offered; announce who was not here."""
        name = neutralise_name(alias, NAME_LIMIT) or NAMELESS
        peer = self._peers.get(pid)
        if peer is not None and peer.name != name:
            self.drop(peer, "left")
            peer = None
        if peer is None:
            peer = Peer(pid, name, self._out.now)
            self._introduce(peer, step, contact, shown)
            self._out.emit(ParticipantJoined(peer.view()))
            self._warn(self._identities.again(peer))
            self._warn(self._identities.came(peer, self))
            self._peers[pid] = peer
        else:
            self._out.add(ClosePeer(pid))
            before = peer.view()
            linked = peer.linked
            if linked:
                self._identities.left(peer)
            self._introduce(peer, step, contact, shown)
            self._tell(peer, before)
            if linked:
                self._warn(self._identities.again(peer))
        return peer

    def _introduce(self, peer: Peer, step: Step, contact: Contact, shown: State | None) -> None:
        peer.move(step)
        peer.since = self._out.now
        peer.doubted_at = None
        peer.wants_picture = False
        peer.offered = step is Step.HELLO
        peer.forget_keys()
        peer.shown = shown or peer.shown
        contact.attempts += 1
        self.bind(peer, contact)

    def bind(self, peer: Peer, contact: Contact) -> None:
        """Note that a connection at the rendezvous is a participant's."""
        former = self._lobby.get(peer.contact)
        if former is not None and former is not contact:
            former.pid = None
        peer.contact = contact.id
        contact.pid = peer.pid
        contact.linked = contact.linked or peer.linked

    def move(self, peer: Peer, step: Step) -> bool:
        """Take a step, if it is in its place, and tell what changed by it."""
        if not peer.can(step):
            return False
        before = peer.view()
        peer.move(step)
        self._tell(peer, before)
        return True

    def connected(self, peer: Peer) -> bool:
        """A data channel is open. What it took to get there is forgotten, so that it may break and be made again."""
        contact = self._lobby.get(peer.contact)
        if not self.move(peer, Step.CONNECTED):
            return False
        if contact is not None:
            contact.linked = True
            contact.attempts = 0
            contact.greetings = min(contact.greetings, 1)
        return True

    def show(self, peer: Peer, shown: State) -> None:
        """Take over what a participant says they show, and tell what changed by it."""
        before = peer.view()
        peer.shown = shown
        self._tell(peer, before)

    def verify(self, peer: Peer, on: bool) -> None:
        """The person compared the code with a participant, or takes it back. Raises `ValueError` when there is none."""
        if on and not peer.code:
            raise ValueError(f"There is no code to compare with {peer.name}: there is no connection, or it just began.")
        before = peer.view()
        peer.verified = on
        self._tell(peer, before)

    def drop(self, peer: Peer, reason: str, *, again: float | None = None) -> None:
        """A participant is gone; `again`: greet them once more after so many seconds, if that is ours to do."""
        del self._peers[peer.pid]
        if peer.linked:
            self._identities.left(peer)
        contact = self._lobby.get(peer.contact)
        if contact is not None:
            contact.pid = None
            contact.greet_at = self._out.now + again if again is not None and contact.senior else None
        self._out.add(ClosePeer(peer.pid))
        self._out.emit(ParticipantLeft(peer.pid, peer.name, reason))

    def failed(self, peer: Peer) -> None:
        """The connection with a participant does not come about, or broke."""
        contact = self._lobby.get(peer.contact)
        if peer.linked:
            self.vanished(peer)
        else:
            # Networks that let each other in once may do so again; others will not by being asked again.
            linked = contact is not None and contact.linked
            self.drop(peer, "could not be reached", again=AGAIN_AFTER if linked else None)
            self._out.notice(
                f"{peer.name} could not be reached; networks that do not let each other in need a TURN server that "
                "works, which the host names with --ice-server.",
                kind=f"unreachable {peer.pid}",
            )

    def vanished(self, peer: Peer) -> None:
        """A participant who was linked is gone without a word."""
        self.drop(peer, "vanished", again=0.0)

    def closed(self, peer: Peer) -> None:
        """A participant closed the connection."""
        if peer.linked:
            self.drop(peer, "left")
        else:
            self.failed(peer)

    def leaving(self, pid: PeerId | None) -> None:
        """The way through the rendezvous to somebody is gone, or said to be: are they?

        Whoever is linked with us is asked over the data channel, since all that is known is that one connection to the
        rendezvous ended, or that somebody with the link's secret said so.
        """
        peer = self.get(pid)
        if peer is not None and peer.linked:
            peer.doubted_at = peer.ping_at = self._out.now
        elif peer is not None:
            self.drop(peer, "left")

    def refuse(self, peer: Peer) -> None:
        """A participant's keys are not the ones they announced: never connect with them again here."""
        if len(self.refused) < REFUSED_LIMIT:
            self.refused.add(peer.pid)
        self.drop(peer, "refused: the keys of their connection are not the ones they announced")
        self._out.notice(
            f"{peer.name} was refused: the keys of their connection are not the ones they announced, "
            "so somebody may be listening in between.",
            serious=True,
        )

    def forgive(self, gap: float) -> None:
        """Count `gap` seconds as if they had not passed."""
        for peer in self:
            peer.heard_at += gap
            peer.since += gap
            if peer.doubted_at is not None:
                peer.doubted_at += gap

    def close(self) -> None:
        """Close every connection, without a word: it is we who go."""
        for peer in self:
            self._out.add(ClosePeer(peer.pid))
        self._peers.clear()

    def _tell(self, peer: Peer, before: object) -> None:
        after = peer.view()
        if after != before:
            self._out.emit(ParticipantChanged(after))

    def _warn(self, changes: Iterable[IdentityChanged]) -> None:
        for changed in changes:
            self._out.warn(changed, f"{changed.kind} {changed.verified} {changed.name}")
