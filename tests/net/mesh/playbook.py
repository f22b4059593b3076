"""A stage for transcripts: one real conversation, everybody else played by hand, nothing left unsaid.

Every input must be preceded by a `then(...)` that names all that came out of the one before; in it, messages appear as
they are on the wire (`Says`, `Seals`, `Tells`), opened and parsed by the receiver's own keys.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from net.services.base import Event, Picture, Source
from net.services.mesh import wire
from net.services.mesh.actions import Action, Emit, PeerEvent, SendChannel, SendRendezvous
from net.services.mesh.conversation import Conversation
from net.services.mesh.ice import IceServer
from net.services.mesh.sealing import Keys, Sealer

SECRET = bytes(range(16))
KEYS = Keys.derive(SECRET)
ME = "aaaaaaaaaaaaaaaa"
BEN = "bbbbbbbbbbbbbbbb"
CARA = "cccccccccccccccc"
BEN_AT = "b000000000000001"
BEN_AGAIN_AT = "b000000000000002"
CARA_AT = "c000000000000001"
SDP = "v=0\r\ns=-\r\n"
STUN = IceServer("stun:stun.example:3478")
TURN = IceServer("turn:turn.example:3478", "name", "credential")


def chance(seed: str) -> Callable[[int], bytes]:
    """Reproducible bytes that never repeat."""
    count = 0

    def draw(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_128(f"{seed} {count}".encode()).digest(size)

    return draw


@dataclass(frozen=True)
class Says:
    """A message to the rendezvous."""

    message: wire.ClientMessage


@dataclass(frozen=True)
class Seals:
    """A sealed message to a connection."""

    to: str
    message: wire.SealedMessage


@dataclass(frozen=True)
class Tells:
    """A message over a data channel."""

    pid: str
    message: wire.ChannelMessage


Line = Says | Seals | Tells | Action | Event


class Play:
    """One conversation on stage."""

    def __init__(
        self,
        alias: str = "Ana",
        *,
        new: bool = True,
        ice: tuple[IceServer, ...] = (),
        limit: int = 8,
        hands_on: bool = True,
    ) -> None:
        self.now = 100.0
        self.it = Conversation(
            me=ME, alias=alias, keys=KEYS, random=chance("ours"), new=new, ice=ice, limit=limit, hands_on=hands_on
        )
        self.own = ""  # our connection id, as last joined with
        self.seals = Sealer(KEYS, chance("theirs"))  # everybody else's hand
        self.opens = Sealer(KEYS, chance("theirs"))  # and eyes
        self.seq = 0
        self.pending: list[Line] = []

    # --- what comes out ----------------------------------------------------------------------------------------------

    def then(self, *expected: Line) -> None:
        """All that the last inputs brought, in order."""
        assert self.pending == list(expected)
        self.pending = []

    def skip(self) -> list[Line]:
        """Take what came without looking, where another test does."""
        lines, self.pending = self.pending, []
        return lines

    def _did(self, actions: list[Action]) -> None:
        assert self.pending == [], "the last input's outcome was not looked at"
        self.pending = [self._line(action) for action in actions]

    def _line(self, action: Action) -> Line:
        match action:
            case Emit(event):
                return event
            case SendChannel(pid, text):
                return Tells(pid, wire.parse_channel(text))
            case SendRendezvous(text, plain, to):
                return self._sent(wire.parse_client(text), plain, to)
            case _:
                return action

    def _sent(self, message: wire.ClientMessage, plain: str | None, to: str | None) -> Line:
        if isinstance(message, wire.Join):
            self.own = message.id
        if not isinstance(message, wire.To):
            assert plain is None
            assert to is None
            return Says(message)
        assert plain is not None
        assert to == message.to
        assert plain not in wire.write(message)
        assert self.opens.open(message.blob, self.own, message.to)[1] == plain.encode()
        return Seals(to, wire.parse_sealed(plain.encode()))

    # --- what goes in ------------------------------------------------------------------------------------------------

    def start(self) -> None:
        self._did(self.it.start(self.now))

    def found(self) -> None:
        self._did(self.it.rendezvous_found(self.now))

    def lost(self) -> None:
        self._did(self.it.rendezvous_lost(self.now))

    def server(self, message: wire.ServerMessage) -> None:
        self.frame(wire.write(message))

    def frame(self, text: str) -> None:
        self._did(self.it.received(text, self.now))

    def welcome(self, *others: str, limit: int = 8) -> None:
        self.server(wire.Welcome(self.own, others, limit))

    def sealed(self, sender: str, message: wire.SealedMessage) -> None:
        self.blob(sender, self.seal(sender, message))

    def seal(self, sender: str, message: wire.SealedMessage, to: str | None = None) -> bytes:
        self.seq += 1
        return self.seals.seal(wire.write(message).encode(), sender, to or self.own, self.seq)

    def blob(self, sender: str, blob: bytes) -> None:
        self.server(wire.From(sender, blob))

    def peer(self, pid: str, kind: PeerEvent, detail: str = "") -> None:
        self._did(self.it.peer_event(pid, kind, self.now, detail))

    def channel(self, pid: str, message: wire.ChannelMessage) -> None:
        self.channel_text(pid, wire.write(message))

    def channel_text(self, pid: str, text: str) -> None:
        self._did(self.it.channel_received(pid, text, self.now))

    def tick(self, seconds: float = 0.0) -> None:
        self.now += seconds
        self._did(self.it.tick(self.now))

    def wait(self, seconds: float) -> list[Line]:
        """Let time pass in steps of half a second; gives all that came out."""
        lines: list[Line] = []
        for _ in range(round(seconds * 2)):
            self.tick(0.5)
            lines += self.skip()
        return lines

    def shows(self, *, muted: bool = True, picture: Picture = Picture.HIDDEN, hand: bool = False) -> None:
        self._did(self.it.set_state(muted=muted, picture=picture, hand=hand, now=self.now))

    def wants(self, pid: str, on: bool, source: Source = Source.CAMERA) -> None:
        self._did(self.it.want(pid, source, on, self.now))

    def verifies(self, pid: str, on: bool = True) -> None:
        self._did(self.it.verify(pid, on, self.now))

    def says(self, text: str, to: str | None = None) -> None:
        self._did(self.it.say(text, to, self.now))

    def leaves(self) -> None:
        self._did(self.it.leave(self.now))

    # --- scenes that other tests begin with --------------------------------------------------------------------------

    def alone(self) -> Play:
        """We made the room and are in it."""
        return self.came_to()

    def came_to(self, *others: str, limit: int = 8) -> Play:
        """We are in the room, and these connections were there before us."""
        self.start()
        self.skip()
        self.welcome(*others, limit=limit)
        self.skip()
        return self

    def greeted(self, pid: str, at: str, alias: str) -> None:
        """Somebody comes after us, and says hello."""
        self.server(wire.Enter(at))
        self.skip()
        self.sealed(at, wire.Hello(pid, alias))
        self.skip()

    def with_ben(self, alias: str = "Ben") -> Play:
        """Ben came after us, and we are linked."""
        self.alone()
        self.joins(BEN, BEN_AT, alias)
        return self

    def joins(self, pid: str, at: str, alias: str, keys: str = "") -> list[Line]:
        """Somebody comes after us, and gets linked, over a connection with these keys; gives all that came out."""
        lines: list[Line] = []
        for step in (
            lambda: self.server(wire.Enter(at)),
            lambda: self.sealed(at, wire.Hello(pid, alias)),
            lambda: self.peer(pid, PeerEvent.OFFER_READY, SDP),
            lambda: self.sealed(at, wire.Answer(pid, alias, wire.State(), SDP)),
            lambda: self.peer(pid, PeerEvent.CONNECTED, keys),
        ):
            step()
            lines += self.skip()
        return lines

    def verified_ben(self) -> Play:
        """Ben came after us, and we have compared codes with him."""
        self.alone()
        self.joins(BEN, BEN_AT, "Ben", "keys")
        self.channel(BEN, wire.Nonce("0" * wire.NONCE_DIGITS))
        self.skip()
        self.verifies(BEN)
        self.skip()
        return self

    def found_ben(self, keys: str = "") -> Play:
        """Ben was there before us, and we are linked."""
        self.came_to(BEN_AT)
        for step in (
            lambda: self.sealed(BEN_AT, wire.Offer(BEN, "Ben", wire.State(), (), SDP)),
            lambda: self.peer(BEN, PeerEvent.ANSWER_READY, SDP),
            lambda: self.peer(BEN, PeerEvent.CONNECTED, keys),
        ):
            step()
            self.skip()
        return self
