"""A handle of a plugin, and the one connection that hangs on it: made, and made again when it breaks.

    AWAY        nothing yet, or not again before it is due
    ATTACHING   a handle was asked for
    ASKED       so was what comes before the connection
    DESCRIBING  the driver makes our description of it
    CONNECTING  the server has it
    OPEN        it is there
    CLOSED      it is over

What broke is made again from the handle on, after longer and longer waits: what the server knows of the old handle,
it forgets with it. Until the old one is given back, the plugin may still say something by it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from enum import Enum, auto

from net.services.janus.actions import Action, Candidate, Close, Way, WayEvent
from net.services.janus.session import Handle, Session, State, Then
from net.services.janus.wire import GONE, Failure, Jsep, Json, Reply
from net.services.outbox import Outbox
from net.services.strict import Fields

CONNECT_WITHIN = 20.0
"""Seconds from the request for a handle to the connection."""
RETRY_AFTER = (0.2, 1.0, 2.0, 5.0, 10.0, 30.0)
"""Seconds until it is tried again: after the first failure, the second, and so on."""


class Step(Enum):
    """As in the module."""

    AWAY = auto()
    ATTACHING = auto()
    ASKED = auto()
    DESCRIBING = auto()
    CONNECTING = auto()
    OPEN = auto()
    CLOSED = auto()


_MAKING = frozenset({Step.ATTACHING, Step.ASKED, Step.DESCRIBING, Step.CONNECTING})
_CONNECTED = frozenset({Step.DESCRIBING, Step.CONNECTING, Step.OPEN})


class Attachment(ABC):
    """See the module. It is the owner of its handle (`HandleOwner`)."""

    def __init__(self, out: Outbox[Action], session: Session, plugin: str, way: Way, opens: WayEvent) -> None:
        """`opens`: what the driver reports once the connection is there."""
        self.step = Step.AWAY
        self._out = out
        self._session = session
        self._plugin = plugin
        self._way = way
        self._opens = opens
        self._handle: Handle | None = None
        self._left: list[Handle] = []  # to be given back once there is a WebSocket again
        self._attempt = 0
        self._wanted = False  # that it is tried again
        self._failures = 0
        self._due_at = 0.0  # when to begin, or when it must be open

    # --- what it is for ----------------------------------------------------------------------------------------------

    @abstractmethod
    def _attached(self) -> None:
        """There is a handle: ask for what comes before the connection."""

    @abstractmethod
    def _described(self, sdp: str) -> None:
        """Our description is made: give it to the server."""

    @abstractmethod
    def _opened(self) -> None:
        """The connection is there."""

    @abstractmethod
    def _broke(self, *, was_open: bool) -> None:
        """It came to nothing, or is gone, and is made again: give the handle back, now or soon."""

    @abstractmethod
    def _refused(self, failure: Failure) -> None:
        """The server gives no handle, or does not answer."""

    @abstractmethod
    def heard(self, data: Fields, jsep: Jsep | None) -> None:
        """The plugin says something nobody asked for. May raise `Malformed`."""

    # --- for who uses it ---------------------------------------------------------------------------------------------

    def begin(self) -> None:
        """There is a session that has no handle of ours: begin, as often as it takes."""
        if self.step is Step.AWAY:
            self.step, self._wanted = Step.ATTACHING, True
            self._due_at = self._out.now + CONNECT_WITHIN
            self._give_back()
            while self._left:
                self._session.detach(self._left.pop())
            self._session.attach(self._plugin, self, self._took)

    def works(self) -> None:
        """It led to where it should: if it breaks now, that is the first time."""
        self._failures = 0

    def again(self) -> None:
        """It failed, in one way or another."""
        if self.step in (Step.AWAY, Step.CLOSED):
            return
        was_open = self.step is Step.OPEN
        self._drop(Step.AWAY)
        self._due_at = self._out.now + RETRY_AFTER[min(self._failures, len(RETRY_AFTER) - 1)]
        self._failures += 1
        self._broke(was_open=was_open)

    def pause(self) -> None:
        """The session is gone: begin again when told to."""
        self.again()
        self._handle = None
        self._left.clear()
        self._wanted = False

    def close(self) -> None:
        """It is over."""
        self._drop(Step.CLOSED)
        self._give_back()

    def end(self) -> None:
        """It is over, and so will the session be, with which the server forgets the handle."""
        self._drop(Step.CLOSED)
        self._handle = None

    def ask(self, body: Json, then: Then, jsep: Jsep | None = None) -> None:
        """Ask the plugin for something. `then` is called as by `Session.ask`, unless it all broke meanwhile."""
        attempt = self._attempt
        if self._handle is None:
            then(Failure(GONE))
            return

        def answered(outcome: Reply | Failure) -> None:
            if attempt == self._attempt:
                then(outcome)

        self._session.ask(self._handle, body, answered, jsep)

    def tick(self) -> None:
        """Time has passed."""
        if self._out.now < self._due_at:
            return
        if self.step is Step.AWAY and self._wanted and self._session.state is State.OPEN:
            self.begin()
        elif self.step in _MAKING:
            self.again()

    # --- the driver --------------------------------------------------------------------------------------------------

    def described(self, sdp: str) -> None:
        """Our description is made."""
        if self.step is Step.DESCRIBING:
            self.step = Step.CONNECTING
            self._described(sdp)

    def happened(self, event: WayEvent) -> None:
        """The connection came about, or is gone."""
        if event is self._opens and self.step is Step.CONNECTING:
            self.step = Step.OPEN
            self._opened()
        elif event is WayEvent.FAILED and self.step in _CONNECTED:
            self.again()

    # --- the session -------------------------------------------------------------------------------------------------

    def up(self) -> None:
        """The server says so; what counts is what the driver says."""
        self._out.count("up")

    def trickled(self, candidate: str) -> None:
        """One more address of the server's."""
        if candidate and self.step in _CONNECTED:
            self._out.add(Candidate(self._way, candidate))

    def hung_up(self) -> None:
        """The server closed the connection."""
        if self.step in _CONNECTED:
            self.again()

    def _took(self, outcome: Handle | Failure) -> None:
        if self.step is not Step.ATTACHING:
            if isinstance(outcome, Handle):
                self._session.detach(outcome)
        elif isinstance(outcome, Handle):
            self._handle, self.step = outcome, Step.ASKED
            self._attached()
        elif outcome.code == GONE:
            self.again()
        else:
            self._refused(outcome)

    def _drop(self, step: Step) -> None:
        if self.step in _CONNECTED:
            self._out.add(Close(self._way))
        self.step = step
        self._attempt += 1

    def _give_back(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None and self._session.state is State.OPEN:
            self._session.detach(handle)
        elif handle is not None:
            self._left.append(handle)
