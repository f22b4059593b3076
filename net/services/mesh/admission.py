"""Our place in the room at the rendezvous, and the phase of the meeting that follows from it.

way to the rendezvous    somebody here or coming    phase
JOINING, the first time            -                connecting
IN                                 -                live
AWAY, or JOINING again            yes               live
AWAY, or JOINING again             no               recovering; ended after `LOST_AFTER` seconds
"""

from __future__ import annotations

from enum import Enum, auto

from net.services.base import AbilitiesChanged, Ability, Encryption, Phase, PhaseChanged, PrivacyChanged
from net.services.mesh.actions import Action, CloseRendezvous, End, SendRendezvous
from net.services.mesh.company import Company
from net.services.mesh.introductions import Introductions
from net.services.mesh.lobby import Lobby
from net.services.mesh.wire import Bye, Enter, From, Leave, Refused, ServerMessage, Welcome, Why, parse_server, write
from net.services.outbox import Outbox
from net.services.pace import Bucket
from net.services.strict import Malformed

JOIN_WITHIN = 10.0
"""Seconds the rendezvous has to let us in."""
LOST_AFTER = 15.0
"""Seconds without anybody and without the rendezvous until the meeting is lost."""
FRAME_RATE = 200.0
FRAME_BURST = 1000.0
"""Messages a second, and at once, that are taken from the rendezvous."""

ABILITIES = frozenset(
    {
        Ability.SPEAK,
        Ability.SHOW,
        Ability.CHAT,
        Ability.PRIVATE_CHAT,
        Ability.HAND,
        Ability.MUTE_VISIBLE,
        Ability.SCREEN,
        Ability.VERIFY,
        Ability.APART,
    }
)
"""What the mesh supports, and allows everybody. Nobody is above the others: nobody can lock it or send somebody out."""

_REFUSALS = {
    Why.NO_ROOM: "There is no meeting under this link: it is over, or the link is mistyped.",
    Why.BUSY: "The rendezvous cannot take anybody else just now; try again later.",
    Why.MALFORMED: "The rendezvous does not understand us: it speaks another version of the protocol.",
}


class Way(Enum):
    """The way to the rendezvous."""

    AWAY = auto()
    JOINING = auto()
    IN = auto()


class Admission:
    """Joins, joins again, and knows when it is over."""

    def __init__(self, out: Outbox[Action], lobby: Lobby, company: Company, introductions: Introductions) -> None:
        self.phase = Phase.CONNECTING
        self.way = Way.AWAY
        self.was_in = False
        self.end: End | None = None
        self.end_reason = ""
        self._out = out
        self._lobby = lobby
        self._company = company
        self._introductions = introductions
        self._bucket = Bucket(FRAME_RATE, FRAME_BURST)
        self._join_by = 0.0
        self._alone_since: float | None = None
        self._encryption = Encryption.END_TO_END  # as last told

    def join(self, new: bool) -> None:
        """Ask to be let in."""
        if not self.was_in:
            self._out.emit(PhaseChanged(Phase.CONNECTING))
        self.way = Way.JOINING
        self._join_by = self._out.now + JOIN_WITHIN
        self._out.add(self._lobby.join(new))

    def lost(self) -> None:
        """The connection is gone."""
        if not self.was_in:
            self.finish(End.LOST, "The rendezvous closed the connection before it let us in.", may_rejoin=True)
        if self.way is Way.IN:
            self._introductions.lost()
            if len(self._company):
                self._out.notice("The rendezvous is gone; the meeting goes on, nobody new can join.", kind="away")
        self.way = Way.AWAY

    def received(self, text: str) -> None:
        """Follow a message of the rendezvous."""
        if self.way is Way.AWAY:
            return
        if not self._bucket.take(self._out.now):
            self._out.count("flood")
            return
        try:
            self._follow(parse_server(text))
        except Malformed:
            self._malformed()

    def _malformed(self) -> None:
        self._out.count("malformed")
        if not self.was_in:
            self.finish(End.LOST, "What answers under this link is not a rendezvous of mesh meetings.")

    def _follow(self, message: ServerMessage) -> None:
        match message:
            case Welcome() if self.way is Way.JOINING and message.id == self._lobby.own:
                self._welcomed(message)
            case Refused() if self.way is Way.JOINING:
                self._refused(message.why)
            case Enter(id) if self.way is Way.IN:
                self._lobby.entered(id)
            case Leave() if self.way is Way.IN:
                self._introductions.left(message)
            case From() if self.way is Way.IN:
                self._introductions.received(message)
            case _:
                self._malformed()

    def _welcomed(self, message: Welcome) -> None:
        self.way = Way.IN
        if self.was_in:
            self.settle()
            self._out.notice("The rendezvous is back.", kind="back")
        else:
            self.was_in = True
            self._company.limit = min(self._company.limit, message.limit)
            self._to(Phase.LIVE)
            self._out.emit(AbilitiesChanged(ABILITIES, ABILITIES))
            self._encryption = self._company.encryption
            self._out.emit(PrivacyChanged(self._encryption))
        self._introductions.welcomed(message)

    def _refused(self, why: Why) -> None:
        reason = _REFUSALS.get(why) or f"This meeting is full: it has room for {self._company.limit} people."
        if self.was_in:  # the place of our former connection may not be free yet: the driver tries again
            self._give_up(reason)
        else:
            self.finish(End.REFUSED, reason, may_rejoin=why in (Why.FULL, Why.BUSY))

    def _give_up(self, reason: str) -> None:
        self._out.add(CloseRendezvous(reason))
        self.way = Way.AWAY

    def tick(self) -> None:
        """The rendezvous must answer in time."""
        if self.way is Way.JOINING and self._out.now >= self._join_by:
            reason = "The rendezvous does not answer."
            if self.was_in:
                self._give_up(reason)
            else:
                self.finish(End.LOST, reason, may_rejoin=True)

    def settle(self) -> None:
        """After every input: bring the phase up to date, and what is known of the encryption."""
        if self.end is not None or not self.was_in:
            return
        self._tell_encryption()
        if self.way is Way.IN or len(self._company):
            self._alone_since = None
            self._to(Phase.LIVE)
            return
        if self._alone_since is None:
            self._alone_since = self._out.now
        if self._out.now - self._alone_since >= LOST_AFTER:
            self.finish(End.LOST, "The meeting is lost: nobody is left in it, and the rendezvous is gone.", True)
        else:
            self._to(Phase.RECOVERING, "Nobody else is here, and the rendezvous is gone; trying to reach it again.")

    def _tell_encryption(self) -> None:
        before, self._encryption = self._encryption, self._company.encryption
        if before is not self._encryption:
            fell = self._encryption < before and any(self._company.linked())
            self._out.emit(PrivacyChanged(self._encryption, fell=fell))

    def _to(self, phase: Phase, reason: str = "") -> None:
        if phase is not self.phase:
            self.phase = phase
            self._out.emit(PhaseChanged(phase, reason))

    def finish(self, end: End, reason: str, may_rejoin: bool = False) -> None:
        """It is over: close everything."""
        if self.way is Way.IN:
            self._out.add(SendRendezvous(write(Bye())))
        self._company.close()
        self._out.add(CloseRendezvous(reason))
        self._out.emit(PhaseChanged(Phase.ENDED, reason, may_rejoin))
        self.phase = Phase.ENDED
        self.way = Way.AWAY
        self.end = end
        self.end_reason = reason
