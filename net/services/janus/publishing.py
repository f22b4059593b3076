"""What we send in a VideoRoom: one connection with our voice, one picture and data, on the handle of our join.

NONE      we are not in the room
OFFERING  the driver makes the connection and its offer
ASKED     the server has the offer
SENDING   the server took it
CLEARING  it broke; the server is to close its side, which would take a newer one down with it if it came too late
WAITING   it is made again after a while
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum, auto
from functools import partial

from net.services.base import Source
from net.services.janus import videoroom, wire
from net.services.janus.actions import Accept, Action, Candidate, Close, Offer, Show, Way
from net.services.janus.session import Handle, Session, State
from net.services.janus.wire import Failure, Jsep, Reply
from net.services.outbox import Outbox

CLEAR_WITHIN = 3.0
"""Seconds the server has to close its side."""
RETRY = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds until a connection that broke is made again; the last one repeats."""
STEADY_AFTER = 20.0
"""Seconds a connection is up until its next breakdown counts as the first."""
UNHEARD = "Nobody hears or sees you now: the connection on which you send fails, and is made again."


class Step(Enum):
    """As in the module."""

    NONE = auto()
    OFFERING = auto()
    ASKED = auto()
    SENDING = auto()
    CLEARING = auto()
    WAITING = auto()


class Publishing:
    """See the module."""

    def __init__(self, out: Outbox[Action], session: Session, refused: Callable[[Failure], None]) -> None:
        """`refused` is told why the room does not take what we offer; it is offered again unless we end."""
        self.step = Step.NONE
        self.pictures = True  # as far as is known, the room takes them
        self._out = out
        self._session = session
        self._refused = refused
        self._tracks: tuple[videoroom.Track, ...] = ()  # what we publish, as the room has it
        self._shows = False
        self._handle: Handle | None = None
        self._key: bytes | None = None
        self._since = 0.0
        self._again_at = 0.0
        self._tries = 0
        self._attempt = 0  # the number of the offer

    def begin(self, handle: Handle, key: bytes | None) -> None:
        """We are in the room by this handle; our frames are sealed with this key, if any."""
        self._handle = handle
        self._key = key
        self._offer()

    def kind(self, mid: str) -> str:
        """What one of our streams carries: "audio", if the room did not say."""
        return next((track.kind for track in self._tracks if track.mid == mid), "audio")

    def end(self) -> None:
        """We are in it no more."""
        if self.step in (Step.OFFERING, Step.ASKED, Step.SENDING):
            self._out.add(Close(Way.SEND))
        self._handle = None
        self._to(Step.NONE)

    def show(self, picture: bool) -> None:
        """Whether there is a picture to be sent."""
        if picture is not self._shows:
            self._shows = picture
            self._out.add(Show(picture))

    def described(self, sdp: str) -> None:
        """Our offer."""
        if self.step is Step.OFFERING and self._handle is not None:
            self._to(Step.ASKED)
            self._session.ask(
                self._handle, videoroom.publish(), partial(self._answered, self._attempt), Jsep("offer", sdp)
            )

    def failed(self) -> None:
        """The connection could not be made, or is gone."""
        if self.step in (Step.OFFERING, Step.ASKED, Step.SENDING) and self._handle is not None:
            self._out.notice(UNHEARD, serious=True, kind="unheard")
            self._drop(self._handle)

    def _drop(self, handle: Handle) -> None:
        """Have the server close its side, if it knows of this connection, and make another one."""
        self._out.add(Close(Way.SEND))
        known = self.step is not Step.OFFERING
        self._later()
        if known:
            self._to(Step.CLEARING)
            self._session.hang_up(handle, lambda outcome: None)

    def hung_up(self) -> None:
        """The server closed its side."""
        if self.step is Step.CLEARING:
            self._to(Step.WAITING)
        elif self.step is Step.SENDING:  # while ASKED it is about the one before: a slow server says so late
            self._out.add(Close(Way.SEND))
            self._later()

    def resumed(self) -> None:
        """The session was taken up again: an answer to our offer that came meanwhile is lost."""
        if self.step is Step.ASKED and self._handle is not None:
            self._drop(self._handle)

    def trickled(self, candidate: str) -> None:
        """The server can be reached in one more way."""
        if candidate and self.step in (Step.ASKED, Step.SENDING):
            self._out.add(Candidate(Way.SEND, candidate))

    def tick(self) -> None:
        """Time has passed."""
        if self.step is Step.CLEARING and self._out.now - self._since >= CLEAR_WITHIN:
            self._to(Step.WAITING)
        there = self._session.state is State.OPEN
        if self.step is Step.WAITING and there and self._out.now >= self._again_at:
            self._offer()

    def _offer(self) -> None:
        self._to(Step.OFFERING)
        self._attempt += 1
        sources = {Source.MICROPHONE, Source.CAMERA} if self.pictures else {Source.MICROPHONE}
        self._out.add(Offer(Way.SEND, frozenset(sources), self._key))

    def _answered(self, attempt: int, outcome: Reply | Failure) -> None:
        if self.step is not Step.ASKED or attempt != self._attempt:
            return  # it is about one that was given up meanwhile
        if isinstance(outcome, Reply) and outcome.jsep is not None:
            event = videoroom.read(outcome.data)
            self._tracks = event.tracks if isinstance(event, videoroom.Configured) else ()
            self._to(Step.SENDING)
            self._out.add(Accept(Way.SEND, outcome.jsep.sdp))
        elif isinstance(outcome, Reply):
            self._answered(attempt, Failure(wire.GARBLED))
        elif outcome.code != wire.GONE:
            self._out.add(Close(Way.SEND))
            self._later()
            self._refused(outcome)

    def _later(self) -> None:
        if self.step is Step.SENDING and self._out.now - self._since >= STEADY_AFTER:
            self._tries = 0
        self._again_at = self._out.now + RETRY[min(self._tries, len(RETRY) - 1)]
        self._tries += 1
        self._to(Step.WAITING)

    def _to(self, step: Step) -> None:
        self.step = step
        self._since = self._out.now
