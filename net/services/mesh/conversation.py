"""One participant's side of a mesh meeting: messages and reports in; actions out; the time is an argument.

The rules (each part has its own, in its module):

* The rendezvous orders the joins. Whoever comes greets those who were there; those offer (`introductions`, `peers`).
* A live link needs the rendezvous no more: when that is gone, the meeting goes on (`channels`), and the driver tries to
  reach it again. Joining again asks for a new room, since the rendezvous may have forgotten the old one (`admission`).
* What strangers send is bounded at every step; what is out of place is ignored and counted, never answered.

A driver calls `tick` at least once a second and every other method when it happens, with a clock that does not go back,
and does the returned actions in their order. After `end` is set nothing more comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from net.services.base import Encryption, Participant, PeerId, Phase, Picture, Source
from net.services.mesh.actions import Action, End, PeerEvent
from net.services.mesh.admission import ABILITIES, Admission, Way
from net.services.mesh.channels import Channels
from net.services.mesh.company import Company
from net.services.mesh.ice import SERVERS_LIMIT, IceServer
from net.services.mesh.introductions import Introductions
from net.services.mesh.lobby import Lobby
from net.services.mesh.peers import Step
from net.services.mesh.sealing import Keys
from net.services.mesh.wire import ID_DIGITS, State, Why
from net.services.outbox import Outbox
from net.services.strict import check_alias, check_token

__all__ = ["ABILITIES", "CONNECT_WITHIN", "PEOPLE_LIMIT", "STALL", "Conversation"]

PEOPLE_LIMIT = 8
"""How many people a full mesh carries, with us."""
CONNECT_WITHIN = 20.0
"""Seconds an attempt to connect with somebody may take."""
STALL = 2.0
"""Seconds between two ticks after which it was we who were held up, not they."""


class Conversation:
    """See the module. `end` and `end_reason` say how it ended, once it has."""

    def __init__(
        self,
        *,
        me: str,
        alias: str,
        keys: Keys,
        random: Callable[[int], bytes],
        new: bool,
        ice: tuple[IceServer, ...] = (),
        limit: int = PEOPLE_LIMIT,
        hands_on: bool = True,
    ) -> None:
        """`me`: a fresh `wire.fresh_id`. `random(n)`: `n` bytes fit for cryptography. `new`: make the room if there is
        none. `ice`: the servers that we name to the others. `hands_on`: those that others name are named to whoever
        comes later. Raises `ValueError` for what cannot travel.
        """
        check_token(me, "pid", ID_DIGITS)
        check_alias(alias)
        if len(ice) > SERVERS_LIMIT:
            raise ValueError(f"A meeting names at most {SERVERS_LIMIT} ICE servers.")
        self._new = new
        self._ticked_at: float | None = None
        self._out = Outbox[Action]()
        self._lobby = Lobby(keys, random)
        self._company = Company(self._out, self._lobby, PeerId(me), alias, limit)
        self._introductions = Introductions(self._out, self._lobby, self._company, ice, hands_on=hands_on)
        self._admission = Admission(self._out, self._lobby, self._company, self._introductions)
        self._channels = Channels(self._out, self._company, random)

    # --- what there is to know ---------------------------------------------------------------------------------------

    @property
    def phase(self) -> Phase:
        """The phase of the room."""
        return self._admission.phase

    @property
    def end(self) -> End | None:
        """How it ended, if it has."""
        return self._admission.end

    @property
    def end_reason(self) -> str:
        """Why it ended: one sentence, or "left"."""
        return self._admission.end_reason

    @property
    def ice(self) -> tuple[IceServer, ...]:
        """The servers that are named to whoever comes: ours, or those that others named first."""
        return self._introductions.ice

    @property
    def participants(self) -> dict[PeerId, Participant]:
        """Everybody else."""
        return {peer.pid: peer.view() for peer in self._company}

    def code(self, pid: str) -> str:
        """The words to compare aloud with somebody; empty while there are none."""
        peer = self._company.get(PeerId(pid))
        return peer.code if peer is not None else ""

    @property
    def encryption(self) -> Encryption:
        """The worst encryption of anything that is sent or received."""
        return self._company.encryption

    @property
    def counts(self) -> Mapping[str, int]:
        """How often something was ignored: "unsealed", "malformed", "out of place", "flood"."""
        return MappingProxyType(self._out.counts)

    # --- the rendezvous ----------------------------------------------------------------------------------------------

    def start(self, now: float) -> list[Action]:
        """The driver has connected to the rendezvous for the first time."""
        if self._at(now) and not self._admission.was_in and self._admission.way is Way.AWAY:
            self._admission.join(self._new)
        return self._settle()

    def rendezvous_found(self, now: float) -> list[Action]:
        """The driver has connected to the rendezvous again."""
        if self._at(now) and self._admission.was_in and self._admission.way is Way.AWAY:
            self._admission.join(True)
        return self._settle()

    def rendezvous_lost(self, now: float) -> list[Action]:
        """The connection to the rendezvous is gone. The driver connects again, after longer and longer waits."""
        if self._at(now):
            self._admission.lost()
        return self._settle()

    def received(self, text: str, now: float) -> list[Action]:
        """A text frame came from the rendezvous."""
        if self._at(now):
            self._admission.received(text)
        return self._settle()

    # --- the others --------------------------------------------------------------------------------------------------

    def peer_event(self, pid: str, kind: PeerEvent, now: float, detail: str = "") -> list[Action]:
        """The driver reports about its connection with one participant."""
        peer = self._company.get(PeerId(pid))
        if self._at(now) and peer is not None:
            match kind:
                case PeerEvent.OFFER_READY:
                    self._introductions.described(peer, detail, Step.OFFER_READY)
                case PeerEvent.ANSWER_READY:
                    self._introductions.described(peer, detail, Step.ANSWER_READY)
                case PeerEvent.CONNECTED:
                    self._channels.connected(peer, detail)
                case PeerEvent.FAILED:
                    self._company.failed(peer)
                case PeerEvent.CLOSED:
                    self._company.closed(peer)
                case PeerEvent.MISMATCH:
                    self._introductions.refuse(peer, Why.FINGERPRINT)
                    self._company.refuse(peer)
        return self._settle()

    def media_received(self, pid: str, now: float) -> list[Action]:
        """Sound or pictures of a participant came; once in a while is enough to know that they are there."""
        peer = self._company.get(PeerId(pid))
        if self._at(now) and peer is not None:
            self._channels.alive(peer)
        return self._settle()

    def channel_received(self, pid: str, text: str, now: float) -> list[Action]:
        """A text message came over a participant's data channel."""
        peer = self._company.get(PeerId(pid))
        if self._at(now) and peer is not None:
            self._channels.received(peer, text)
        return self._settle()

    def tick(self, now: float) -> list[Action]:
        """Time has passed."""
        if self._at(now):
            if self._ticked_at is not None and now - self._ticked_at > STALL:
                # This machine slept, or the process was held up: as far as we can tell nobody else was silent.
                self._company.forgive(now - self._ticked_at)
            self._ticked_at = now
            self._channels.tick()
            self._introductions.tick()
            for peer in self._company:
                if not peer.linked and now - peer.since >= CONNECT_WITHIN:
                    self._company.failed(peer)
            self._admission.tick()
        return self._settle()

    # --- what we want ------------------------------------------------------------------------------------------------

    def set_state(self, *, muted: bool, picture: Picture, hand: bool, now: float) -> list[Action]:
        """What we show: told to everybody who is linked, and to everybody who will be."""
        if self._at(now):
            self._introductions.shown = State(muted, picture, hand)
            self._channels.show(self._introductions.shown)
        return self._settle()

    def want(self, pid: str, source: Source, on: bool, now: float) -> list[Action]:
        """Whether we want somebody's camera or screen; nobody's at first."""
        if self._at(now):
            self._channels.want(PeerId(pid), source, on)
        return self._settle()

    def say(self, text: str, to: str | None, now: float) -> list[Action]:
        """Send a chat message to all, or to one. Raises `ValueError` with one sentence when it cannot be sent."""
        if self._at(now):
            self._channels.say(text, None if to is None else PeerId(to))
        return self._settle()

    def verify(self, pid: str, on: bool, now: float) -> list[Action]:
        """The person compared the code with somebody, or takes it back. Raises `ValueError` when there is none."""
        if self._at(now):
            peer = self._company.get(PeerId(pid))
            if peer is None:
                raise ValueError("There is no code to compare: they are not in the meeting.")
            self._company.verify(peer, on)
        return self._settle()

    def leave(self, now: float) -> list[Action]:
        """Say bye to everybody and end."""
        if self._at(now):
            self._channels.farewell()
            self._introductions.farewell()
            self._admission.finish(End.LEFT, "left")
        return self._settle()

    def _at(self, now: float) -> bool:
        self._out.now = now
        return self.end is None

    def _settle(self) -> list[Action]:
        self._admission.settle()
        return self._out.take()
