"""Our place in a VideoRoom, and the phase of the meeting that follows from it.

what happened                           phase        what is done
the WebSocket is there                  connecting   a session, a handle, `join`; then we publish and subscribe
we are in                               live
the WebSocket or the server is gone     recovering   media go on; once there is a WebSocket, the session is claimed
the session goes on                     live         who is here is asked for, and what we receive begun anew
it does not, or somebody publishes      recovering   everything is begun anew: other ids, and everybody is told again
what we were not told of
removed, the room closed, `LOST_AFTER`  ended
"""

from __future__ import annotations

from collections.abc import Callable

from net.errors import Lost, MeetingError, Refused
from net.services.base import Ability, PeerId, Phase, PrivacyChanged
from net.services.janus import rooms, videoroom, wire
from net.services.janus.actions import Action
from net.services.janus.credentials import Credentials
from net.services.janus.exchange import Exchange
from net.services.janus.hearing import Hearing
from net.services.janus.link import JanusLink
from net.services.janus.moderation import Moderation
from net.services.janus.people import People
from net.services.janus.publishing import Publishing
from net.services.janus.roll import Roll
from net.services.janus.sealing import Keys
from net.services.janus.session import Handle, Session, State
from net.services.janus.standing import Standing
from net.services.janus.subscriptions import Subscriptions
from net.services.janus.text import TextRoom
from net.services.janus.videoroom import Joined
from net.services.janus.wire import Failure, Reply
from net.services.outbox import Outbox
from net.services.strict import Malformed

LOST_AFTER = 60.0
"""Seconds without the server until the meeting is lost."""
LIST_EVERY = 10.0
"""Seconds between two questions who is here, in a room that does not tell of those who publish nothing."""


class Admission:
    """Joins, joins again, and knows when it is over."""

    def __init__(
        self,
        out: Outbox[Action],
        link: JanusLink,
        alias: str,
        credentials: Credentials,
        random: Callable[[int], bytes],
        standing: Standing,
    ) -> None:
        keys = Keys.of(link)
        self.was_in = False
        self.handle: Handle | None = None  # by which we are in the room
        self._out = out
        self._room = link.room
        self._alias = alias
        self._credentials = credentials
        self._standing = standing
        self.session = Session(out, self, random, credentials.token)
        self.people = People(out, alias, sealed=keys is not None)
        self.text: TextRoom | None = None
        if link.text is not None:
            self.text = TextRoom(out, self.session, (link.room, link.text), alias, credentials, random, self.people)
            self.people.texters = self.text.texters
        self.exchange = Exchange(out, self.people, alias, keys, random)
        self.publishing = Publishing(out, self.session, self._unpublishable)
        self.subscriptions = Subscriptions(out, self.session, self.people, link.room, credentials)
        self.moderation = Moderation(out, self.session, standing, link.room, credentials)
        self._roll = Roll(self.people, self.exchange, self.subscriptions.wants)
        self._hearing = Hearing(self.people, self._roll, self.moderation, self.publishing, self.finish)
        self._lost_at: float | None = None
        self._list_at: float | None = None  # when to ask who is here

    @property
    def inside(self) -> bool:
        """Whether the room is there to be asked for something."""
        return self.handle is not None and self.session.state is State.OPEN and self.people.own is not None

    # --- the session -------------------------------------------------------------------------------------------------

    def opened(self) -> None:
        """As `SessionOwner`."""
        self.session.attach(videoroom.PLUGIN, self._hearing, self._attached)

    def resumed(self) -> None:
        """As `SessionOwner`."""
        if self.inside and self.handle is not None:
            self.subscriptions.begin_anew()
            self.publishing.resumed()
            self.session.ask(self.handle, rooms.everybody(self._room), self._compare)
        else:
            self._begin_anew()

    def expired(self) -> None:
        """As `SessionOwner`."""
        self.handle = self.people.own = self._list_at = None
        self.exchange.closed()
        self.publishing.end()
        self.subscriptions.begin_anew()
        if self.text is not None:
            self.text.expired()
        self._recover("The server lost us; joining again.")

    def refused(self, error: MeetingError) -> None:
        """As `SessionOwner`."""
        if self.was_in:
            self.session.give_up(str(error))
        else:
            self.finish(str(error), error, may_rejoin=True)

    def silent(self) -> None:
        """As `SessionOwner`."""
        self._recover("The server says nothing any more; trying to reach it again.")

    def lost(self) -> None:
        """The WebSocket is gone."""
        self.session.lost()
        if self.was_in:
            self._recover("The server is gone; trying to reach it again.")
        else:
            self._fail(Lost("The server closed the connection before it let us in; try again later."))

    def _recover(self, reason: str) -> None:
        if self._lost_at is None:
            self._lost_at = self._out.now
        if self.was_in:
            self._standing.to(Phase.RECOVERING, reason)

    def _begin_anew(self) -> None:
        self.session.destroy()
        self.expired()
        self.session.found()

    # --- joining -----------------------------------------------------------------------------------------------------

    def _attached(self, outcome: Handle | Failure) -> None:
        if isinstance(outcome, Failure):
            self._not_in(outcome)
        else:
            self.handle = outcome
            self._join(outcome)

    def _join(self, handle: Handle) -> None:
        own = None if self.text is None else self.text.id
        self.session.ask(handle, videoroom.join(self._room, self._alias, self._credentials, own), self._joined)

    def _joined(self, outcome: Reply | Failure) -> None:
        if isinstance(outcome, Failure):
            self._not_in(outcome)
            return
        event = videoroom.read(outcome.data)
        if not isinstance(event, Joined) or self.handle is None:
            raise Malformed("The answer is not one to a join.")
        again, self.was_in = self.was_in, True
        self.people.begin(event.id, (*event.publishers, *(event.attendees or ())), again=again)
        self.subscriptions.private_id = event.private_id
        self.subscriptions.wants.keep()
        self._list_at = None if event.attendees is not None else self._out.now
        self._live()
        self.moderation.begin()
        if not again:
            self._out.emit(PrivacyChanged(self._standing.encryption))
        self.publishing.begin(self.handle, self.exchange.joined(str(event.id)))
        if self.text is not None:
            self.text.way.begin()

    def _live(self) -> None:
        self._lost_at = None
        self._standing.to(Phase.LIVE)

    def _not_in(self, failure: Failure) -> None:
        if failure.code == wire.GONE:
            return
        if failure.code == wire.ID_TAKEN and self.text is not None and self.handle is not None:
            self.text.renew()
            self._join(self.handle)
            return
        error = wire.refusal(failure, self._credentials.pin)
        if self.was_in and failure.code <= wire.NO_ANSWER:
            self.session.give_up(str(error))
        else:
            self._fail(Lost(str(error)) if self.was_in else error)

    def _unpublishable(self, failure: Failure) -> None:
        """The room does not take what we publish."""
        if failure.code == wire.FULL and self._standing.phase is Phase.LIVE and not self._hearing.has_published:
            self._fail(Refused("The room is full: nobody else can speak in it; try again later."))
        else:
            self._out.notice("The room does not take our voice and picture just now; trying again.", kind="publish")

    # --- who is here -------------------------------------------------------------------------------------------------

    def _compare(self, outcome: Reply | Failure) -> None:
        """After a time in which nothing was told: begin anew if somebody publishes what we do not know of."""
        if isinstance(outcome, Failure):
            if outcome.code != wire.GONE:
                self._begin_anew()
            return
        present = videoroom.read_list(outcome.data)
        if self._roll.misses(present):
            self._begin_anew()
            return
        self._roll.update(present)
        for who, publishes in present:
            if not publishes:
                self.people.unpublished(who.id)
        self._live()

    def _listed(self, outcome: Reply | Failure) -> None:
        if isinstance(outcome, Reply):
            self._roll.update(videoroom.read_list(outcome.data))

    # --- what we want ------------------------------------------------------------------------------------------------

    def rename(self, alias: str) -> None:
        """Be called otherwise. Raises `ValueError` when we are not in the room."""
        if not self.inside or self.handle is None:
            raise ValueError("The name was not changed: there is no connection with the room just now.")

        def renamed(outcome: Reply | Failure) -> None:
            if isinstance(outcome, Reply):
                self._alias = alias
                self.people.called(alias)
                self.exchange.rename(alias)
                if self.text is not None:
                    self.text.rename(alias)
            else:
                self._out.notice("The server did not take the new name; the old one stays.", serious=True)

        self.session.ask(self.handle, rooms.rename(alias), renamed)

    def say(self, text: str, to: PeerId | None) -> None:
        """Write to all, or to one: by the TextRoom where that goes, else to incog users. Raises `ValueError`."""
        person = None if to is None else self.people.get(to)
        beside = self.text
        if beside is not None and beside.open and (to is None or beside.texters.username(to) is not None):
            beside.say(text, to)
        elif to is not None and person is None:
            raise ValueError("The message was not sent: whom it is for is not in the room any more.")
        else:
            self.exchange.say(text, person)

    def moderate(self, what: Ability, pid: PeerId | None, on: bool) -> None:
        """Do what moderators do. Raises `ValueError` when we may not, or cannot just now."""
        if not self.inside or self.handle is None:
            raise ValueError("This was not done: there is no connection with the room just now.")
        person = None if pid is None else self.people.get(pid)
        alone = self.people.views.get(pid) if pid is not None and person is None else None
        if what is not Ability.KICK or alone is None or what not in self._standing.may:
            self.moderation.do(what, person, on, self.handle)
        known = alone or person
        if what is Ability.KICK and self.text is not None and known is not None and pid is not None:
            self.text.kick(pid, known.name)

    # --- the end -----------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Time has passed."""
        self.session.tick()
        if self.text is not None:
            self.text.tick()
        now = self._out.now
        if self._lost_at is not None and now - self._lost_at >= LOST_AFTER:
            self._fail(Lost("The meeting is lost: the server cannot be reached any more."))
        elif self._list_at is not None and now >= self._list_at and self.inside and self.handle is not None:
            self._list_at = now + LIST_EVERY
            self.session.ask(self.handle, rooms.everybody(self._room), self._listed)

    def _fail(self, error: MeetingError) -> None:
        self.finish(str(error), error, may_rejoin=True)

    def finish(self, reason: str, failure: MeetingError | None = None, *, may_rejoin: bool = False) -> None:
        """It is over: close everything."""
        if self.text is not None:
            self.text.end()
        self.session.destroy()
        self.publishing.end()
        self.subscriptions.begin_anew()
        self._standing.end(reason, failure, may_rejoin=may_rejoin)
