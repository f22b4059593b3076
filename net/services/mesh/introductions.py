"""How participants meet: greetings, offers and answers, sealed, through the rendezvous."""

from __future__ import annotations

from net.services.base import PeerId
from net.services.mesh.actions import AcceptAnswer, Action, AnswerPeer, OpenPeer
from net.services.mesh.company import Company
from net.services.mesh.ice import SERVERS_LIMIT, IceServer
from net.services.mesh.lobby import Contact, Lobby
from net.services.mesh.peers import NEEDS_RENDEZVOUS, Peer, Stage, Step
from net.services.mesh.sealing import Unsealed
from net.services.mesh.wire import (
    Answer,
    Bye,
    From,
    Hello,
    Leave,
    Offer,
    Refuse,
    SealedMessage,
    State,
    Welcome,
    Why,
)
from net.services.outbox import Outbox
from net.services.strict import Malformed

GREETINGS_LIMIT = 6
"""Hellos that one connection gets from us."""
GREET_AFTER = 5.0
"""Seconds until an unanswered hello is repeated."""
ATTEMPTS_LIMIT = 5
"""Connections that are begun at the request of one connection at the rendezvous."""
SERVERS_NAMED_LIMIT = SERVERS_LIMIT
"""ICE servers that are used in one meeting, whoever names them."""

_REFUSALS = {
    Why.FULL: "Somebody in the meeting has no room for another connection.",
    Why.DUPLICATE: "Somebody in the meeting took us for another participant and refused the connection.",
    Why.FINGERPRINT: "Somebody in the meeting refused us: the keys of the connection were not the ones we announced, "
    "so somebody may be in between.",
}


class Introductions:
    """Our half of every exchange of sealed messages."""

    def __init__(
        self,
        out: Outbox[Action],
        lobby: Lobby,
        company: Company,
        ice: tuple[IceServer, ...],
        *,
        hands_on: bool = True,
    ) -> None:
        """`hands_on`: the servers that others name are named to whoever comes later."""
        self.ice = ice
        self._hands_on = hands_on
        self.shown = State()  # what we show
        self._out = out
        self._lobby = lobby
        self._company = company
        self._named = {server.url for server in ice}

    # --- the room at the rendezvous ----------------------------------------------------------------------------------

    def welcomed(self, message: Welcome) -> None:
        """Greet those who were there before us, except over connections whose participant we are linked with."""
        self._lobby.welcomed(message)
        self._company.refused.clear()
        bound = {peer.contact: peer for peer in self._company if peer.contact in self._lobby.contacts}
        room = self._company.limit - 1
        for contact in tuple(self._lobby.contacts.values())[:room]:
            if contact.id in bound:
                self._company.bind(bound[contact.id], contact)
            else:
                self._greet(contact)
        if len(message.others) > room:
            self._out.notice(
                f"The rendezvous says that more are here than the {self._company.limit} whom this meeting holds; "
                "the others are left alone.",
                serious=True,
                kind="crowd",
            )

    def left(self, message: Leave) -> None:
        """Somebody's connection to the rendezvous is gone."""
        contact = self._lobby.get(message.id)
        self._lobby.left(message.id)
        if contact is not None:
            self._company.leaving(contact.pid)

    def lost(self) -> None:
        """Our own connection is gone: whoever was not yet connected cannot become so by it."""
        for peer in self._company:
            if peer.stage in NEEDS_RENDEZVOUS:
                self._company.drop(peer, "interrupted")
        self._lobby.contacts.clear()

    def tick(self) -> None:
        """Repeat the hellos that are due."""
        for contact in tuple(self._lobby.contacts.values()):
            if contact.greet_at is not None and self._out.now >= contact.greet_at:
                self._greet(contact)

    def farewell(self) -> None:
        """Say bye to everybody who has proven to have the secret."""
        for contact in self._lobby.contacts.values():
            if contact.proven:
                self._send(contact, Bye())

    def _greet(self, contact: Contact) -> None:
        contact.greet_at = None
        if contact.greetings < GREETINGS_LIMIT and not contact.stranger:
            contact.greetings += 1
            contact.greet_at = self._out.now + GREET_AFTER
            self._send(contact, Hello(self._company.me, self._company.alias, self.ice))

    def _send(self, contact: Contact, message: SealedMessage) -> None:
        self._out.add(self._lobby.seal(contact, message))

    # --- what the driver made ----------------------------------------------------------------------------------------

    def described(self, peer: Peer, sdp: str, step: Step) -> None:
        """Our offer or answer is ready: send it."""
        contact = self._lobby.get(peer.contact)
        if contact is None or not peer.can(step):
            self._out.count("out of place")
            return
        me, alias = self._company.me, self._company.alias
        offering = step is Step.OFFER_READY
        message = Offer(me, alias, self.shown, self.ice, sdp) if offering else Answer(me, alias, self.shown, sdp)
        try:
            self._send(contact, message)
        except ValueError:  # longer than anything that is sealed
            self._company.failed(peer)
        else:
            self._company.move(peer, step)

    def refuse(self, peer: Peer, why: Why) -> None:
        """Tell a participant that we do not connect with them."""
        contact = self._lobby.get(peer.contact)
        if contact is not None:
            self._send(contact, Refuse(why))

    # --- what the others sent ----------------------------------------------------------------------------------------

    def received(self, message: From) -> None:
        """Open and follow a sealed message. A sender who lacks the secret gets nothing, ever."""
        contact = self._lobby.get(message.sender)
        if contact is None:
            self._out.count("out of place")
            return
        try:
            opened = self._lobby.unseal(contact, message.blob)
        except Unsealed:
            self._unsealed(contact)
        except Malformed:
            self._out.count("malformed")
            self._out.notice(
                "Somebody in the meeting sent what this version of incog does not understand.", kind="malformed"
            )
        else:
            self._follow(contact, opened)

    def _unsealed(self, contact: Contact) -> None:
        self._out.count("unsealed")
        if contact.proven:
            self._out.notice(
                "The rendezvous delivered a message that was changed or is not new; it was ignored.",
                serious=True,
                kind="changed",
            )
            return
        contact.stranger = True
        contact.greet_at = None
        self._out.notice(
            "Somebody the server let in does not have the link's secret; nothing was sent to them.",
            serious=True,
            kind="stranger",
        )

    def _follow(self, contact: Contact, message: SealedMessage) -> None:
        contact.stranger = False
        match message:
            case Hello() | Offer():
                self._begin(contact, message)
            case Answer():
                self._answered(contact, message)
            case Refuse():
                self._refused(contact, message)
            case Bye():
                contact.greet_at = None
                self._company.leaving(contact.pid)

    def _begin(self, contact: Contact, message: Hello | Offer) -> None:
        pid = PeerId(message.pid)
        if contact.pid not in (None, pid) or pid in self._company.refused:
            self._out.count("out of place")
        elif pid == self._company.me:
            self._duplicate(contact, "Somebody claimed to be us and was refused.")
        elif isinstance(message, Hello):
            self._greeted(contact, pid, message)
        else:
            self._offered(contact, pid, message)

    def _duplicate(self, contact: Contact, text: str) -> None:
        self._out.count("out of place")
        self._out.notice(text, serious=True, kind="duplicate")
        self._refuse_once(contact, Why.DUPLICATE)

    def _refuse_once(self, contact: Contact, why: Why) -> None:
        if contact.attempts < ATTEMPTS_LIMIT:
            contact.attempts += 1
            self._send(contact, Refuse(why))

    def _greeted(self, contact: Contact, pid: PeerId, message: Hello) -> None:
        peer = self._company.get(pid)
        if peer is not None and peer.linked:
            self._greeted_by_linked(contact, peer)
            return
        # One whom we greet ourselves says hello only about a link that they still believe in: they will offer.
        # And while an attempt is under way, a hello over the same connection is only a repeated one, and one over
        # another comes from somebody else, or from somebody who will repeat it when their former connection is gone.
        if contact.senior or (peer is not None and self._lobby.get(peer.contact) is not None):
            return
        if self._takes(contact, peer):
            ice = self.ice or self._servers(message.ice, "somebody who joined")
            self._company.begin(pid, message.alias, contact, Step.HELLO)
            self._out.add(OpenPeer(pid, ice))

    def _greeted_by_linked(self, contact: Contact, peer: Peer) -> None:
        elsewhere = self._lobby.get(peer.contact)
        if peer.stage is Stage.HERE and elsewhere is not None and elsewhere is not contact:
            self._duplicate(contact, f"Somebody claimed to be {peer.name}, who is here, and was refused.")
            return
        self._company.bind(peer, contact)
        contact.greet_at = None
        if contact.greetings == 0:  # they may not know that this is us: say so, once
            self._greet(contact)
            contact.greet_at = None

    def _offered(self, contact: Contact, pid: PeerId, message: Offer) -> None:
        peer = self._company.get(pid)
        elsewhere = None if peer is None else self._lobby.get(peer.contact)
        if (
            contact.greetings == 0
            or not contact.senior
            or not (peer is None or peer.can(Step.OFFER))
            or elsewhere not in (None, contact)
        ):
            self._out.count("out of place")
        elif self._takes(contact, peer):
            contact.greet_at = None
            peer = self._company.begin(pid, message.alias, contact, Step.OFFER, message.state)
            self._out.add(AnswerPeer(pid, message.sdp, self._servers(message.ice, peer.name)))

    def _takes(self, contact: Contact, peer: Peer | None) -> bool:
        """Whether there is room and patience for another attempt."""
        if contact.attempts >= ATTEMPTS_LIMIT:
            self._out.count("out of place")
            return False
        if peer is None and self._company.full:
            self._out.notice(
                f"Somebody was turned away: the meeting is full, it has room for {self._company.limit} people.",
                kind="full",
            )
            self._refuse_once(contact, Why.FULL)
            return False
        return True

    def _answered(self, contact: Contact, message: Answer) -> None:
        peer = self._company.get(PeerId(message.pid))
        if peer is None or peer.contact != contact.id or not peer.can(Step.ANSWER):
            self._out.count("out of place")
            return
        self._company.show(peer, message.state)
        self._company.move(peer, Step.ANSWER)
        self._out.add(AcceptAnswer(peer.pid, message.sdp))

    def _refused(self, contact: Contact, message: Refuse) -> None:
        # The other reasons may pass: our own former connection, or one who vanished, may not be noticed as gone yet.
        if message.why is Why.FINGERPRINT:
            contact.greet_at = None
        peer = self._company.get(contact.pid)
        if peer is not None and not peer.linked:
            self._company.drop(peer, f"refused us: {message.why.value}")
        self._out.notice(
            _REFUSALS[message.why], serious=message.why is Why.FINGERPRINT, kind=f"refused {message.why.value}"
        )

    def _servers(self, ice: tuple[IceServer, ...], who: str) -> tuple[IceServer, ...]:
        """Take over the meeting's ICE servers from one who knows them, and tell the person about each new one."""
        new = {server.url: server for server in ice if server.url not in self._named}
        if len(self._named) + len(new) > SERVERS_NAMED_LIMIT:
            self._out.count("out of place")
            return self.ice
        for url, server in new.items():
            self._named.add(url)
            self._out.notice(f"The {server.kind.upper()} server {server.host}, named by {who}, may see your address.")
        if self._hands_on:
            self.ice = self.ice or ice
        return ice
