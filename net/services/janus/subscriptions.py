"""What we receive in a VideoRoom: one connection with a section for each stream, of whom we want to hear and see.

The server offers, we answer; one thing at a time:

    NONE       no handle, or it is being made
    IDLE       every offer is answered
    ANSWERING  the driver makes our answer to one
    STARTING   the server has our answer

What is wanted waits until all is answered, and is asked for in one request. Sections stay, the people on them change:
whose a section is follows from the list that comes with each offer, and from nothing else. The server also offers by
itself, when somebody whom we receive is gone; a request that comes while such an offer is open is answered later.
A request for several streams fails whole if one of them is gone: then each is asked for alone, and what fails alone is
not asked for again until its publisher changes something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum, auto

from net.services.base import Level, PeerId, Source
from net.services.janus import videoroom, wire
from net.services.janus.actions import Action, Answer, Candidate, Close, Route, Stream, Way
from net.services.janus.credentials import Credentials
from net.services.janus.link import Room
from net.services.janus.people import People, Person
from net.services.janus.session import ANSWER_WITHIN, Handle, Session
from net.services.janus.sizes import SUBSTREAMS, Sizes
from net.services.janus.videoroom import Line, Lines, Resized, Track
from net.services.janus.wants import DATA, Pair, Wanted, Wants
from net.services.janus.wire import Failure, Jsep, Json, Reply
from net.services.outbox import Outbox
from net.services.strict import Fields

STREAMS_LIMIT = 256
"""Voices and pictures that are received at once."""
RETRY = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds until a connection that broke is made again; the last one repeats."""
STEADY_AFTER = 20.0
"""Seconds a connection is up until its next breakdown counts as the first."""
ASK_APART = 1.0
"""Seconds between two requests for the same streams."""
REMOVE_AFTER = 0.5
"""Seconds until sections that nobody needs are given back, unless something else is asked for: the server often
notices by itself."""


class Step(Enum):
    """As in the module."""

    NONE = auto()
    IDLE = auto()
    ANSWERING = auto()
    STARTING = auto()


class Subscriptions:
    """See the module. It owns a handle of its own."""

    def __init__(
        self, out: Outbox[Action], session: Session, people: People, room: Room, credentials: Credentials
    ) -> None:
        self.wants = Wants(people)
        self.private_id: int | None = None  # by which the room knows that we are in it
        self.step = Step.NONE
        self._out = out
        self._session = session
        self._people = people
        self._room = room
        self._credentials = credentials
        self._handle: Handle | None = None
        self._connection = 0  # how many there were
        self._since = 0.0  # when the step was taken
        self._asked: tuple[Pair, ...] = ()  # what the last request was for
        self._asked_at = float("-inf")
        self._pending: float | None = None  # since when an answer to it is awaited, or an offer that was promised
        self._promised = False  # the server has the request, and offers later
        self._offer: tuple[Lines, Jsep] | None = None  # came while another one was being answered
        self._joined = False  # the handle has subscribed to something
        self._singly = False  # the last request failed: what is missing is asked for one by one
        self._lines: tuple[Line, ...] = ()
        self._data: dict[PeerId, Track] = {}  # whose data comes, as they published it then
        self._routes: tuple[Stream, ...] = ()
        self._failed: dict[Pair, Track] = {}
        self._sizes = Sizes()
        self._unneeded_since: float | None = None
        self._retry_at: float | None = None
        self._tries = 0
        self.up_since: float | None = None  # since when something may come
        self._stale = True  # something changed since what is wanted was last looked at
        self._version = -1  # of the people, then

    def want(self, pid: PeerId, source: Source, level: Level) -> None:
        """As `Wants.want`."""
        self.wants.want(pid, source, level)
        self._stale = True

    def person(self, mid: str) -> Person | None:
        """Who is on a section."""
        return next((self._people.get(stream.pid) for stream in self._routes if stream.mid == mid), None)

    # --- the connection ----------------------------------------------------------------------------------------------

    def begin_anew(self) -> None:
        """Whatever there is of a connection is worth nothing: the server's side of it is gone, or what it said is."""
        if self._handle is not None:
            self._session.detach(self._handle)
        if self._joined:
            self._out.add(Close(Way.RECEIVE))
        self._handle = self._pending = self._offer = self._unneeded_since = self._retry_at = self.up_since = None
        self._connection += 1
        self._joined = self._singly = self._promised = False
        self._lines = ()
        self._asked = ()
        self._data.clear()
        self._sizes.clear()
        self._failed.clear()
        self._to(Step.NONE)
        self._route()

    def failed(self) -> None:
        """The connection broke, or the server does not do its part: make another one, later and later."""
        now = self._out.now
        if self.up_since is not None and now - self.up_since >= STEADY_AFTER:
            self._tries = 0
        self.begin_anew()
        self._retry_at = now + RETRY[min(self._tries, len(RETRY) - 1)]
        self._tries += 1

    def described(self, sdp: str) -> None:
        """Our answer to the server's offer."""
        if self.step is Step.ANSWERING and self._handle is not None:
            self._to(Step.STARTING)
            self._session.ask(self._handle, videoroom.start(), self._still(self._started), Jsep("answer", sdp))

    # --- what the server says on our handle --------------------------------------------------------------------------

    def heard(self, data: Fields, jsep: Jsep | None) -> None:
        """As `HandleOwner`: an offer that we did not ask for or had to wait for, or that a picture has another size."""
        event = videoroom.read(data)
        if isinstance(event, Lines) and jsep is not None:
            self._offered(event, jsep)
        elif isinstance(event, Resized):
            self._sizes.came(event.mid, event.substream)

    def up(self) -> None:
        """As `HandleOwner`."""
        self.up_since = self._out.now

    def hung_up(self) -> None:
        """As `HandleOwner`."""
        self.failed()

    def trickled(self, candidate: str) -> None:
        """As `HandleOwner`. It may come before the offer that it belongs to."""
        if candidate:
            self._out.add(Candidate(Way.RECEIVE, candidate))

    def _still(self, then: Callable[[Reply | Failure], None]) -> Callable[[Reply | Failure], None]:
        """Hear the outcome only if this is still the connection that it is about."""
        connection = self._connection

        def outcome_came(outcome: Reply | Failure) -> None:
            if self._connection == connection:
                then(outcome)

        return outcome_came

    def _attach(self) -> None:
        connection = self._connection
        self._pending = self._out.now

        def attached(outcome: Handle | Failure) -> None:
            if self._connection != connection:
                if isinstance(outcome, Handle):
                    self._session.detach(outcome)
                return
            self._pending = None
            if isinstance(outcome, Handle):
                self._handle = outcome
                self._to(Step.IDLE)
            elif outcome.code != wire.GONE:
                self.failed()

        self._session.attach(videoroom.PLUGIN, self, attached)

    def _answered(self, outcome: Reply | Failure) -> None:
        if isinstance(outcome, Failure):
            self._refused(outcome)
            return
        event = videoroom.read(outcome.data)
        self._joined = True
        self._stale = True
        self._promised = isinstance(event, Lines) and event.waits
        if not self._promised:
            self._pending = None
        if outcome.jsep is not None and isinstance(event, Lines):
            self._offered(event, outcome.jsep)
        elif not self._promised:  # data of one person more needs no section more, and so no offer
            wanted = self.wants.streams()
            self._data.update({pair[0]: wanted[pair][1] for pair in self._asked if pair[1] == DATA and pair in wanted})

    def _refused(self, failure: Failure) -> None:
        self._pending = None
        if failure.code == wire.GONE:
            return
        if failure.code <= wire.NO_ANSWER:
            self.failed()
            return
        self._out.count("refused")
        if failure.code in (wire.MISSING, wire.NOT_ALLOWED):
            self._out.notice("The room does not let us hear and see the others.", serious=True, kind="receive")
        self._stale = True
        self._singly = True
        if len(self._asked) == 1:
            (pair,) = self._asked
            _, track = self.wants.streams().get(pair, (None, None))
            if track is not None:
                self._failed[pair] = track

    def _offered(self, event: Lines, jsep: Jsep) -> None:
        if self._promised:
            self._promised = False
            self._pending = None
        if self.step in (Step.ANSWERING, Step.STARTING):
            self._offer = event, jsep
            return
        if event.lines is not None:
            self._lines = event.lines
            people = (self._people.get(feed) for line in event.lines if line.active for feed in line.feeds)
            self._data = {
                person.pid: person.data for person in people if person is not None and person.data is not None
            }
        self._to(Step.ANSWERING)
        self._route()  # first, so that nothing on a section is taken for whom it carried before
        self._out.add(Answer(Way.RECEIVE, jsep.sdp))

    def _started(self, outcome: Reply | Failure) -> None:
        if isinstance(outcome, Failure):
            if outcome.code != wire.GONE:
                self.failed()
            return
        self._to(Step.IDLE)
        if self._offer is not None:
            (event, jsep), self._offer = self._offer, None
            self._offered(event, jsep)

    def _to(self, step: Step) -> None:
        self.step = step
        self._since = self._out.now
        self._stale = True

    # --- after every input -------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """What was promised, and our own answer, must come in time."""
        now = self._out.now
        late = self._pending is not None and now - self._pending > ANSWER_WITHIN
        if late or (self.step is Step.ANSWERING and now - self._since > ANSWER_WITHIN):
            self.failed()
        if self._retry_at is not None and now >= self._retry_at:
            self._retry_at = None
            self._stale = True
        removes = self._unneeded_since is not None and now - self._unneeded_since >= REMOVE_AFTER
        if removes or self._sizes.late(now):
            self._stale = True

    def settle(self) -> None:
        """Ask for what is wanted and not received, if nothing is under way; say whose the sections are."""
        if not self._stale and self._version == self._people.version:
            return
        self._stale = False
        self._version = self._people.version
        if self._pending is None and self._retry_at is None:
            if self.step is Step.NONE and self.wants.streams():
                self._attach()
            elif self.step is Step.IDLE and self._handle is not None:
                self._adjust(self._handle)
        self._route()

    def _adjust(self, handle: Handle) -> None:
        wanted = {pair: one for pair, one in self.wants.streams().items() if self._failed.get(pair) is not one[1]}
        received = self._received()
        room = STREAMS_LIMIT - sum(pair in wanted and pair[1] != DATA for pair in received)
        missing = self._affordable([pair for pair in wanted if pair not in received], room)
        needed = {mid for pair, mid in received.items() if pair in wanted}
        unneeded = [
            line.mid for line in self._lines if line.active and line.feed is not None and line.mid not in needed
        ]
        if self._singly:
            missing = missing[:1]
            self._singly = bool(missing)
        if not unneeded:
            self._unneeded_since = None
        elif self._unneeded_since is None:
            self._unneeded_since = self._out.now
        waited = self._unneeded_since is not None and self._out.now - self._unneeded_since >= REMOVE_AFTER
        again = tuple(missing) == self._asked and self._out.now - self._asked_at < ASK_APART
        if (missing or waited) and again:
            self._stale = True  # the server says that it did as asked, and it is not so: no use in asking at once
        elif missing or waited:
            self._unneeded_since = None
            self._ask(
                handle,
                missing,
                [videoroom.stream(wanted[pair][0].id, wanted[pair][1].mid) for pair in missing],
                unneeded,
            )
        else:
            self._resize(handle, wanted, received)

    def _received(self) -> dict[Pair, str]:
        """What is received, and in which section; of data that is of no consequence."""
        people = (self._people.get(pid) for pid in self._data)
        data = {(person.pid, DATA): "" for person in people if person and person.data is self._data[person.pid]}
        media = {
            (PeerId(str(line.feed)), line.feed_mid): line.mid
            for line in self._lines
            if line.active and line.feed is not None
        }
        return {**data, **media}

    def _affordable(self, missing: list[Pair], room: int) -> list[Pair]:
        media = [pair for pair in missing if pair[1] != DATA]
        if len(media) > room:
            self._out.notice(f"More than {STREAMS_LIMIT} voices and pictures are not received at once.", kind="streams")
        beyond = set(media[room:])
        return [pair for pair in missing if pair not in beyond]

    def _ask(self, handle: Handle, asked: list[Pair], streams: list[Json], unneeded: list[str]) -> None:
        if self._joined:
            body = videoroom.update(streams, unneeded)
        else:
            body = videoroom.subscribe(self._room, streams, self.private_id, self._credentials)
        self._asked = tuple(asked)
        self._asked_at = self._pending = self._out.now
        self._session.ask(handle, body, self._still(self._answered))

    def _resize(self, handle: Handle, wanted: Wanted, received: dict[Pair, str]) -> None:
        for pair, (person, track) in wanted.items():
            source = self.wants.picture(person) if track.simulcast else None
            if source is not None and pair in received:
                mid, size = received[pair], SUBSTREAMS[self.wants.level(person, source)]
                if self._sizes.due(mid, pair, size, self._out.now):
                    self._session.ask(handle, videoroom.size(mid, size), _ignored)

    def _route(self) -> None:
        streams = tuple(self._streams())
        if streams != self._routes:
            self._routes = streams
            self._out.add(Route(streams))

    def _streams(self) -> Iterator[Stream]:
        for line in self._lines:
            person = self._people.get(line.feed) if line.active and line.feed is not None else None
            if person is not None:
                for source, track in person.published.items():
                    passed = person.chosen and source is not Source.MICROPHONE and track != person.picture
                    if track.mid == line.feed_mid and person.may_be_received(source) and not passed:
                        yield Stream(line.mid, person.pid, source, person.key)


def _ignored(outcome: Reply | Failure) -> None:
    """A picture of another size than wanted is a picture still."""
