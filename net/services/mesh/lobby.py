"""What the rendezvous tells us: which connections are in the room; and the way to seal something for one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from net.services.base import PeerId
from net.services.mesh.actions import SendRendezvous
from net.services.mesh.sealing import Keys, Sealer
from net.services.mesh.wire import Join, SealedMessage, To, Welcome, fresh_id, parse_sealed, write

CONTACTS_LIMIT = 64
"""Connections in the room that are kept track of; a room holds far fewer, but a server can claim anything."""


@dataclass(slots=True)
class Contact:
    """One other connection in the room."""

    id: str
    senior: bool  # was there before this connection of ours: we greet, they offer
    pid: PeerId | None = None  # whose it is, once a sealed message said so
    proven: bool = False  # has sealed something that opened
    stranger: bool = False  # has sent something that did not open, and never anything that did
    linked: bool = False  # a data channel with its participant has been open
    attempts: int = 0  # connections begun with it
    greetings: int = 0  # hellos sent to it
    greet_at: float | None = None  # when the next hello is due


class Lobby:
    """The room as the rendezvous shows it to one connection of ours."""

    def __init__(self, keys: Keys, random: Callable[[int], bytes]) -> None:
        self.own = ""
        self.contacts: dict[str, Contact] = {}
        self._keys = keys
        self._random = random
        self._sealer = Sealer(keys, random)
        self._seq = 0

    def join(self, new: bool) -> SendRendezvous:
        """Ask to be let in, under a connection id that nobody could foresee."""
        self.own = fresh_id(self._random)
        self.contacts.clear()
        return SendRendezvous(write(Join(self._keys.room, self.own, new)))

    def welcomed(self, message: Welcome) -> None:
        """Remember who was there."""
        self.contacts = {id: Contact(id, senior=True) for id in message.others if id != self.own}

    def entered(self, id: str) -> None:
        """Remember who came."""
        if id != self.own and id not in self.contacts and len(self.contacts) < CONTACTS_LIMIT:
            self.contacts[id] = Contact(id, senior=False)

    def left(self, id: str) -> None:
        """Forget who went."""
        self.contacts.pop(id, None)

    def get(self, id: str | None) -> Contact | None:
        """A connection that is in the room."""
        return None if id is None else self.contacts.get(id)

    def seal(self, contact: Contact, message: SealedMessage) -> SendRendezvous:
        """Seal a message for a connection. Raises `ValueError` when it is too long."""
        plain = write(message)
        self._seq += 1
        blob = self._sealer.seal(plain.encode(), self.own, contact.id, self._seq)
        return SendRendezvous(write(To(contact.id, blob)), plain, contact.id, contact.pid)

    def unseal(self, contact: Contact, blob: bytes) -> SealedMessage:
        """Open what a connection sent. Raises `Unsealed`, or `Malformed` for contents that the protocol lacks."""
        plain = self._sealer.open(blob, contact.id, self.own)[1]
        contact.proven = True
        return parse_sealed(plain)
