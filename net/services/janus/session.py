"""Our session on the server: requests and their answers, handles of plugins, signs of life, and taking it up again.

    AWAY      no WebSocket
    CREATING  a new session was asked for
    CLAIMING  the one we had was asked for, over a new WebSocket
    OPEN      requests can be sent

The server keeps a session without a WebSocket for as long as it is set up to (by default not at all), and forgets what
happens meanwhile: nothing of it is told later. It gives up a session from which it hears nothing for a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Protocol

from net.errors import Asked, MeetingError, Refused, Unreachable
from net.services.janus import wire
from net.services.janus.actions import Action, Hangup, Send
from net.services.janus.wire import Failure, Jsep, Json, Reply
from net.services.outbox import Outbox
from net.services.pace import Bucket
from net.services.strict import Fields, Malformed

ANSWER_WITHIN = 10.0
"""Seconds the server has for a request."""
KEEPALIVE_EVERY = 8.0
"""Seconds between two signs of life; fewer once a server has given us up, but never fewer than `KEEPALIVE_LEAST`."""
KEEPALIVE_LEAST = 1.0
SILENT_AFTER = 5.0
"""Seconds without anything from the server, after we said that we are here, until it counts as gone."""
FRAME_RATE = 500.0
FRAME_BURST = 5000.0
"""Messages a second, and at once, that are taken from the server."""
TRANSACTION_BYTES = 8

Then = Callable[[Reply | Failure], None]
"""What to do with the outcome of a request. It may raise `Malformed` for an answer before it did anything, and is then
called again, with a failure.
"""


class HandleOwner(Protocol):
    """Who uses a handle."""

    def heard(self, data: Fields, jsep: Jsep | None) -> None:
        """The plugin says something nobody asked for. May raise `Malformed`, which is counted."""

    def up(self) -> None:
        """The handle's connection is up."""

    def hung_up(self) -> None:
        """The handle's connection is gone, as far as the server knows."""

    def trickled(self, candidate: str) -> None:
        """One more address of the server's, as an ICE candidate; empty: there are no more."""


class SessionOwner(Protocol):
    """Whose session it is."""

    def opened(self) -> None:
        """There is a session, and no handle in it: everything begins."""

    def resumed(self) -> None:
        """The session goes on over another WebSocket; what happened meanwhile was not told."""

    def expired(self) -> None:
        """The session is gone, with all that was in it; `opened` follows, once there is another."""

    def refused(self, error: MeetingError) -> None:
        """The server makes no session for us."""

    def silent(self) -> None:
        """The server says nothing any more; the WebSocket is being closed, and is to be made anew."""


class State(Enum):
    """As in the module."""

    AWAY = auto()
    CREATING = auto()
    CLAIMING = auto()
    OPEN = auto()


@dataclass(eq=False, slots=True)
class Handle:
    """Our attachment to a plugin."""

    id: int
    owner: HandleOwner


class Session:
    """See the module."""

    def __init__(
        self, out: Outbox[Action], owner: SessionOwner, random: Callable[[int], bytes], token: str = ""
    ) -> None:
        """`random(n)`: `n` bytes fit for cryptography. `token`: given to the server only if it asks for one."""
        self.state = State.AWAY
        self._out = out
        self._owner = owner
        self._random = random
        self._token = token
        self._told_token = ""  # what goes with every request, once the server has asked for it
        self._id: int | None = None
        self._handles: dict[int, Handle] = {}
        self._waiting: dict[str, tuple[Then, float]] = {}  # what to do with an answer, and until when it may come
        self._bucket = Bucket(FRAME_RATE, FRAME_BURST)
        self._every = KEEPALIVE_EVERY
        self._keepalive_at = 0.0
        self._asked_at: float | None = None  # when we said that we are here, until anything comes

    # --- the WebSocket -----------------------------------------------------------------------------------------------

    def found(self) -> None:
        """There is a WebSocket, for the first time or again."""
        self._asked_at = None
        if self._id is None:
            self._create()
        else:
            self.state = State.CLAIMING
            self._ask({"janus": "claim", "session_id": self._id}, self._claimed)

    def lost(self) -> None:
        """The WebSocket is gone; whatever was asked will not be answered."""
        self.state = State.AWAY
        self._fail_all()

    def received(self, text: str) -> None:
        """A message came. What is not understood, or not for us, is counted and ignored."""
        if self.state is State.AWAY:
            return
        self._asked_at = None
        if not self._bucket.take(self._out.now):
            self._out.count("flood")
            return
        try:
            session, message = wire.read(text)
            if session not in (None, self._id):
                self._out.count("out of place")
            else:
                self._follow(message)
        except Malformed:
            self._out.count("malformed")

    def tick(self) -> None:
        """Say that we are here, and find what was not answered."""
        now = self._out.now
        for transaction, (then, by) in tuple(self._waiting.items()):
            if now >= by and self._waiting.pop(transaction, None) is not None:
                then(Failure(wire.NO_ANSWER))
        if self.state is not State.OPEN:
            return
        if self._asked_at is not None and now - self._asked_at >= SILENT_AFTER:
            self.give_up("The server says nothing any more.")
        elif now >= self._keepalive_at:
            self._keepalive_at = now + self._every
            self._asked_at = now if self._asked_at is None else self._asked_at
            self._request({"janus": "keepalive"}, self._kept)

    # --- requests ----------------------------------------------------------------------------------------------------

    def attach(self, plugin: str, owner: HandleOwner, then: Callable[[Handle | Failure], None]) -> None:
        """Get a handle of a plugin ("videoroom")."""

        def attached(outcome: Reply | Failure) -> None:
            if isinstance(outcome, Failure):
                then(outcome)
            elif outcome.id is None:
                then(Failure(wire.GARBLED))
            else:
                handle = self._handles[outcome.id] = Handle(outcome.id, owner)
                then(handle)

        self._request({"janus": "attach", "plugin": wire.PLUGIN + plugin}, attached)

    def ask(self, handle: Handle, body: Json, then: Then, jsep: Jsep | None = None) -> None:
        """Ask a plugin for something. `then` hears the answer, or why there is none."""
        request: Json = {"janus": "message", "handle_id": handle.id, "body": body}
        if jsep is not None:
            request["jsep"] = jsep.written()
        self._request(request, then)

    def hang_up(self, handle: Handle, then: Then) -> None:
        """Have the server close a handle's connection; it tells its owner once that is done."""
        self._request({"janus": "hangup", "handle_id": handle.id}, then)

    def detach(self, handle: Handle) -> None:
        """Give a handle back; its owner hears nothing more of it."""
        if self._handles.pop(handle.id, None) is not None:
            self._request({"janus": "detach", "handle_id": handle.id}, _ignored)

    def give_up(self, reason: str) -> None:
        """The WebSocket is of no use: it is to be closed, and made anew."""
        self._out.add(Hangup(reason))
        self.lost()
        self._owner.silent()

    def destroy(self) -> None:
        """End the session, if there is one: to the others we have left."""
        self._request({"janus": "destroy"}, _ignored)
        self._forget()

    # --- inside ------------------------------------------------------------------------------------------------------

    def _request(self, request: Json, then: Then) -> None:
        if self.state is State.OPEN:
            self._ask({"session_id": self._id, **request}, then)
        else:
            then(Failure(wire.GONE))

    def _ask(self, request: Json, then: Then) -> None:
        transaction = self._random(TRANSACTION_BYTES).hex()
        self._waiting[transaction] = (then, self._out.now + ANSWER_WITHIN)
        message: Json = {**request, "transaction": transaction}
        if self._told_token:
            message["token"] = self._told_token
        self._out.add(Send(wire.write(message)))

    def _follow(self, message: wire.Message) -> None:
        match message:
            case wire.Ack(transaction):
                if transaction in self._waiting and self._waiting[transaction][0] == self._kept:
                    del self._waiting[transaction]
            case wire.Answer(transaction, outcome):
                then, _ = self._waiting.pop(transaction, (None, 0.0))
                if then is None:
                    self._out.count("out of place")
                else:
                    self._tell(then, outcome)
            case wire.TimedOut():
                self._every = max(self._every / 2, KEEPALIVE_LEAST)  # it has less patience than most
                self._expire()
            case wire.Told(sender, data, jsep):
                if (handle := self._handle(sender)) is not None:
                    handle.owner.heard(data, jsep)
            case wire.Up(sender):
                if (handle := self._handle(sender)) is not None:
                    handle.owner.up()
            case wire.HungUp(sender):
                if (handle := self._handle(sender)) is not None:
                    handle.owner.hung_up()
            case wire.Trickled(sender, candidate):
                if (handle := self._handle(sender)) is not None:
                    handle.owner.trickled(candidate)
            case _:
                pass

    def _tell(self, then: Then, outcome: Reply | Failure) -> None:
        try:
            then(outcome)
        except Malformed:
            self._out.count("malformed")
            then(Failure(wire.GARBLED))

    def _handle(self, sender: int) -> Handle | None:
        handle = self._handles.get(sender)
        if handle is None:
            self._out.count("out of place")
        return handle

    def _create(self) -> None:
        self.state = State.CREATING
        self._ask({"janus": "create"}, self._created)

    def _created(self, outcome: Reply | Failure) -> None:
        if isinstance(outcome, Reply) and outcome.id is not None:
            self._id = outcome.id
            self._open()
            self._owner.opened()
        elif isinstance(outcome, Failure) and outcome.code == wire.UNAUTHORIZED and self._token != self._told_token:
            self._told_token = self._token
            self._create()
        elif isinstance(outcome, Failure) and outcome.code == wire.GONE:
            pass  # whoever has lost the WebSocket knows
        elif isinstance(outcome, Failure) and outcome.code == wire.UNAUTHORIZED:
            self._owner.refused(Asked("The server asks for a token, or does not take the one given.", "token"))
        elif isinstance(outcome, Failure) and outcome.code == wire.NO_ANSWER:
            self._owner.refused(Unreachable("The server does not answer; try again later."))
        else:
            self._owner.refused(Refused("The server does not take us in just now; try again later."))

    def _claimed(self, outcome: Reply | Failure) -> None:
        if isinstance(outcome, Reply):
            self._open()
            self._owner.resumed()
        elif outcome.code == wire.NO_ANSWER:
            self.give_up("The server does not answer.")
        elif outcome.code != wire.GONE:
            self._expire()

    def _kept(self, outcome: Reply | Failure) -> None:
        if isinstance(outcome, Failure) and outcome.code == wire.NO_SESSION:
            self._expire()

    def _open(self) -> None:
        self.state = State.OPEN
        self._keepalive_at = self._out.now + self._every

    def _expire(self) -> None:
        self._forget()
        self._owner.expired()
        self._create()

    def _forget(self) -> None:
        self.state = State.AWAY
        self._id = None
        self._handles.clear()
        self._fail_all()

    def _fail_all(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for then, _ in waiting.values():
            then(Failure(wire.GONE))


def _ignored(outcome: Reply | Failure) -> None:
    """Whether it was done makes no difference."""
