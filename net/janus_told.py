"""The account of a Janus meeting: each message, before it leaves and after."""

from __future__ import annotations

from collections.abc import Iterator

from net import janus_facts
from net.account import Account
from net.data_facts import WRITES_ALONE, not_proven, to_people
from net.janus_fields import NEVER_SHOWN
from net.said import Said, without
from net.services.janus.actions import SendData, Way
from net.services.janus.link import JanusLink
from net.services.janus.sealing import Keys, proves
from net.signalling import Signalling
from net.tellings import to_participants
from net.text_room_facts import to_text_room
from net.witness import Witness
from privacy.facts import Audience, Fact
from privacy.policy import Policy, Telling

EVERYBODY = "everybody in the room"


class JanusTold(Account):
    """Tells the witness, and holds what is about to be told against the policy."""

    def __init__(self, link: JanusLink, witness: Witness, policy: Policy | None, keys: Keys | None = None) -> None:
        """`keys`: those of the room, where it is sealed."""
        super().__init__(link.host, witness, policy)
        self._host = link.host
        self._by_text_room = link.text is not None
        self._room_keys = keys
        self._noted = False

    def wrote(self, text: str, *, to_one: bool) -> None:
        """The person just wrote this: whoever can read it on its way may be told."""
        self.allow((Fact.CHAT, text, Audience.PARTICIPANTS))
        if self._room_keys is not None:
            return
        if to_one:
            self.allow((Fact.CONTACT, WRITES_ALONE, Audience.OPERATOR))
        if self._by_text_room or not to_one:
            self.allow((Fact.CHAT, text, Audience.OPERATOR))

    # over the WebSocket

    def objection_to(self, text: str, signalling: Signalling) -> str:
        """Why a message must not leave, or an empty string."""
        message = janus_facts.to_server(text)
        return self.objection([*signalling.telling(message.operator), *to_participants(message.participants)])

    async def send(self, text: str, signalling: Signalling) -> bool:
        """Have a message leave, and tell what it told. False when the socket is gone."""
        message, shown = janus_facts.to_server(text), without(text, NEVER_SHOWN)
        if not await signalling.send(text, message.operator, shown=shown):
            return False
        if message.participants:
            told = to_participants(message.participants)
            self.witness.told("signalling", EVERYBODY, shown, len(text.encode()), told)
        if keys := janus_facts.keys(text):
            self._described(keys)
            if not self._noted:
                self._noted = True
                why = f"none is told; {self._host} sees where packets come from"
                self._kept_back("addresses of this machine", why)
        return True

    # over data channels

    def objection_to_data(self, wish: SendData, own: str) -> str:
        """Why a data channel message must not leave under our id in the room, or an empty string."""
        return self.objection(tellings(said(wish, own, self._room_keys)))

    def data_sent(self, wish: SendData, own: str) -> None:
        """It has left."""
        text = wish.data if isinstance(wish.data, str) else wish.plain
        size = len(wish.data.encode() if isinstance(wish.data, str) else wish.data)
        told = tellings(said(wish, own, self._room_keys))
        self.witness.told("data channel", EVERYBODY, without(text, NEVER_SHOWN), size, told)


def room_keys(link: JanusLink) -> Keys | None:
    """The keys of a room, where its link has a secret."""
    return Keys.derive(link.key, f"{link.plugin} {link.room}") if link.key else None


def said(wish: SendData, own: str, keys: Keys | None) -> Said:
    """What a data channel message tells that leaves under our id `own` in a room with these keys, if any."""
    if wish.way is Way.TEXT:
        return to_text_room(wish.data if isinstance(wish.data, str) else "")
    if isinstance(wish.data, str):
        return to_people(wish.data, sealed=False, private=wish.private)
    if keys is not None and proves(keys, own, wish.data, wish.plain.encode()):
        return to_people(wish.plain, sealed=True, private=wish.private)
    return not_proven(wish.plain, wish.private)


def tellings(message: Said) -> Iterator[Telling]:
    """Whom a data channel message tells what: nobody on the path reads it."""
    for fact, value in message.operator:
        yield fact, value, Audience.OPERATOR
    yield from to_participants(message.participants)
