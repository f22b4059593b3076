"""Our seat in an AudioBridge: joined, and then connected with one section, our voice one way and the mix the other.

The server forgets who is in the room with the connection: when that breaks, everything is done anew. Whoever is sent
out loses the connection as well, and may know that before they are told why. So the server is asked something first:
what it said before the answer, it said before.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import inf
from typing import Protocol

from net.services.base import Source
from net.services.janus import audiobridge
from net.services.janus.actions import Accept, Action, Offer, Way, WayEvent
from net.services.janus.attachment import Attachment, Step
from net.services.janus.audiobridge import Event, Joined, Someone
from net.services.janus.session import Session
from net.services.janus.wire import GONE, NO_ANSWER, Failure, Id, Jsep, Json, Reply
from net.services.outbox import Outbox
from net.services.strict import Fields, Malformed


class SeatOwner(Protocol):
    """Who sits there."""

    @property
    def muted(self) -> bool:
        """Whether we are not to be heard."""

    def ticket(self) -> Json:
        """The request to be let in."""

    def entered(self, own: Id, people: Iterable[Someone]) -> None:
        """We are in the room, under this id, and these are there."""

    def rejected(self, failure: Failure) -> None:
        """We are not let in."""

    def heard(self, event: Event) -> None:
        """The room says something."""

    def sounds(self) -> None:
        """The connection is there."""

    def broke(self) -> None:
        """It is not, or no longer, and we are no longer in the room: ask it something, and say `ready` when that is
        answered, or is not.
        """


class Seat(Attachment):
    """See the module."""

    def __init__(self, out: Outbox[Action], session: Session, owner: SeatOwner) -> None:
        super().__init__(out, session, audiobridge.PLUGIN, Way.BRIDGE, WayEvent.UP)
        self._owner = owner
        self._told = False  # what the server was last told: whether we are muted
        self._joined = False  # by the handle that there is
        self._wait = 0.0  # until a seat is taken again

    @property
    def taken(self) -> bool:
        """Whether we are in the room."""
        return self.step in (Step.DESCRIBING, Step.CONNECTING, Step.OPEN)

    def show(self, *, always: bool = False) -> None:
        """Tell the room whether we are muted, if it was told otherwise."""
        if self.taken and (always or self._told is not self._owner.muted):
            self._told = self._owner.muted
            self.ask(audiobridge.configure(self._told), self._shown)

    def join(self) -> None:
        """Ask to be let in, over the handle there is."""
        self._told = self._owner.muted
        self.ask(self._owner.ticket(), self._let_in)

    def ready(self) -> None:
        """Nothing keeps us from taking a seat again."""
        self._give_back()
        self._due_at = self._out.now + self._wait

    def heard(self, data: Fields, jsep: Jsep | None) -> None:
        """The room says something."""
        if self._joined:
            self._owner.heard(audiobridge.read(data))
        else:
            self._out.count("out of place")

    def _attached(self) -> None:
        self._joined = False
        self.join()

    def _let_in(self, outcome: Reply | Failure) -> None:
        if isinstance(outcome, Failure):
            if outcome.code == GONE:
                self.again()
            else:
                self._refused(outcome)
            return
        event = audiobridge.read(outcome.data)
        if not isinstance(event, Joined) or event.own is None:
            raise Malformed("The answer to a join is another.")
        self.step, self._joined = Step.DESCRIBING, True
        self._owner.entered(event.own, event.people)
        self._out.add(Offer(Way.BRIDGE, frozenset({Source.MICROPHONE})))

    def _described(self, sdp: str) -> None:
        self._told = self._owner.muted
        self.ask(audiobridge.configure(self._told), self._answered, Jsep("offer", sdp))

    def _answered(self, outcome: Reply | Failure) -> None:
        if isinstance(outcome, Reply) and outcome.jsep is not None and outcome.jsep.type == "answer":
            self._out.add(Accept(Way.BRIDGE, outcome.jsep.sdp))
        else:
            self.again()

    def _shown(self, outcome: Reply | Failure) -> None:
        if isinstance(outcome, Failure) and outcome.code in (GONE, NO_ANSWER):
            self._told = not self._owner.muted  # so that it is told again

    def _opened(self) -> None:
        self.works()
        self._owner.sounds()

    def _broke(self, *, was_open: bool) -> None:
        self._wait, self._due_at = self._due_at - self._out.now, inf
        self._owner.broke()

    def _refused(self, failure: Failure) -> None:
        if failure.code <= NO_ANSWER and self._failures:
            self.again()
        else:
            self._owner.rejected(failure)
