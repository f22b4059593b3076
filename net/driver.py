"""What drives a meeting of any kind: does what its conversation decides, and tells it what happened.

Here is what all kinds share: events for the front end, the line to the server, the clock, and the end. What a wish
means, and what may be told, is the business of the kind.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from net.errors import MeetingError, PrivacyStop
from net.ice import Servers
from net.line import LAST_WORDS, Ends, Line
from net.means import Means
from net.sdp import AddressMode
from net.services.base import Encryption, Event, Notice, Participant, PeerId, Phase, Picture, Resynced, Source
from net.signalling import Signalling
from net.stats import PeerStats, described
from net.tasks import cancel, spawn

TICK = 0.25
MAX_EVENTS = 2048

Wish = TypeVar("Wish")
Message = TypeVar("Message")
Wish_co = TypeVar("Wish_co", covariant=True)


class Meeting(Protocol[Wish_co]):
    """What the conversations of all kinds have in common."""

    @property
    def phase(self) -> Phase: ...
    @property
    def participants(self) -> Mapping[PeerId, Participant]: ...
    @property
    def encryption(self) -> Encryption: ...
    def start(self, now: float) -> Sequence[Wish_co]: ...
    def received(self, text: str, now: float) -> Sequence[Wish_co]: ...
    def tick(self, now: float) -> Sequence[Wish_co]: ...
    def set_state(self, *, muted: bool, picture: Picture, hand: bool, now: float) -> Sequence[Wish_co]: ...
    def leave(self, now: float) -> Sequence[Wish_co]: ...


class Driver(ABC, Generic[Wish, Message]):
    """One meeting. `Wish` is what the conversation wants done, `Message` what waits to be written to the server."""

    def __init__(self, meeting: Meeting[Wish], means: Means) -> None:
        self._meeting = meeting
        self._means = means
        self._witness = means.witness
        self._clock = means.clock
        self._servers = Servers(means.guard, means.addresses, means.policy)
        self._line: Line[Message] = Line(
            Ends(
                self._connect,
                self._write,
                received=lambda text: self._do(self._meeting.received(text, self._clock())),
                lost=lambda: self._do(self._lost()),
                found=lambda: self._do(self._found()),
            )
        )
        self._stopped: MeetingError | None = None
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self._ticking: asyncio.Task[Any] | None = None
        self._arrived = asyncio.Event()
        self._closer: asyncio.Task[None] | None = None
        self._muted, self._raised = True, False
        self._showing: frozenset[Source] = frozenset()  # camera and screen, as far as they are on

    # what every room has

    @property
    def phase(self) -> Phase:
        """Where the meeting stands."""
        return self._meeting.phase

    @property
    def participants(self) -> Mapping[PeerId, Participant]:
        """The others, by id."""
        return self._meeting.participants

    @property
    def encryption(self) -> Encryption:
        """The worst of all participants and sources."""
        return self._meeting.encryption

    async def join(self) -> None:
        """Enter the meeting. Returns when the server has let us in. Raises `MeetingError`, in one sentence."""
        if self._means.policy is not None:
            self._witness.hold_to(self._means.policy, self._stop)
        await self._prepare()
        await self._line.open()
        self._ticking = spawn(self._tick(), "the meeting's clock")
        self._do(self._meeting.start(self._clock()))
        self._line.listen()
        await self._arrived.wait()
        if self._closer is not None:
            await self._closer
            raise self._stopped or self._error()

    async def events(self) -> AsyncIterator[Event]:
        """What happens, until the meeting has ended.

        Raises `PrivacyStop` when that is why it has; in relay mode Unreachable or Refused when there is no relay; and
        Refused when there turned out to be no place for us.
        """
        while (event := await self._events.get()) is not None:
            yield event
        if (error := self._ending()) is not None:
            raise error

    async def publish(self, source: Source, on: bool) -> None:
        """Tell the others whether our microphone, camera or screen is on; the gates themselves are the media's.

        There is one picture: while both are on it is of the screen.
        """
        if source is Source.MICROPHONE:
            self._muted = not on
        else:
            self._showing = self._showing | {source} if on else self._showing - {source}
        self._show()

    async def hand(self, up: bool) -> None:
        """Raise or lower the hand."""
        self._raised = up
        self._show()

    async def leave(self) -> None:
        """Say goodbye and close everything. Safe to call twice."""
        self._do(self._meeting.leave(self._clock()))
        if self._closer is not None:
            await self._closer

    # what each kind decides

    async def _prepare(self) -> None:
        """Before anything is connected. Raises `MeetingError`."""

    @abstractmethod
    async def _connect(self) -> Signalling:
        """Open the WebSocket. Raises `Unreachable`."""

    @abstractmethod
    def _perform(self, wish: Wish) -> None:
        """Do one thing."""

    @abstractmethod
    async def _write(self, signalling: Signalling, message: Message) -> None:
        """Write one message, if it may be told."""

    @abstractmethod
    def _lost(self) -> Sequence[Wish]:
        """The WebSocket is gone."""

    @abstractmethod
    def _found(self) -> Sequence[Wish]:
        """There is another one."""

    def _ticked(self) -> None:
        """Time has passed."""

    def _ending(self) -> MeetingError | None:
        """What is raised at the end, if anything."""
        return self._stopped

    @abstractmethod
    async def _hang_up(self) -> None:
        """Close all connections for media."""

    @abstractmethod
    def _error(self) -> MeetingError:
        """Why we are not let in."""

    # what they do it by

    async def _find_relay(self) -> None:
        """In relay mode there must be a relay that gives us a place. Raises `MeetingError`."""
        if self._means.addresses is AddressMode.RELAY:
            try:
                await self._servers.usable(self._means.relay or self._means.ice)
            except MeetingError as error:
                raise self._stopped or error from error

    def _do(self, wishes: Sequence[Wish]) -> None:
        for wish in wishes:
            self._perform(wish)
        if self.phase is Phase.ENDED and self._closer is None:
            self._line.end()
            self._closer = spawn(self._shut_down(), "shut down")
        if self.phase in (Phase.LIVE, Phase.ENDED):
            self._arrived.set()

    def _show(self) -> None:
        picture = Picture.CAMERA if Source.CAMERA in self._showing else Picture.HIDDEN
        picture = Picture.SCREEN if Source.SCREEN in self._showing else picture
        self._do(self._meeting.set_state(muted=self._muted, picture=picture, hand=self._raised, now=self._clock()))

    def _seen_with(self, stats: PeerStats, peer: PeerId) -> PeerStats | None:
        """The counters of a connection with what is known of the person; None when they are not here any more."""
        who = self.participants.get(peer)
        if who is None:
            return None
        return described(stats, who, Source.SCREEN if Source.SCREEN in self._showing else Source.CAMERA)

    def _emit(self, event: Event) -> None:
        """Tell the front end. When that takes nothing for long, it gets everybody anew instead of what happened."""
        if self._events.qsize() >= MAX_EVENTS:
            while not self._events.empty():
                self._events.get_nowait()
            self._events.put_nowait(Resynced(tuple(self.participants.values())))
        self._events.put_nowait(event)

    def _post(self, message: Message | None) -> None:
        """Have a message written after those that wait; None: close the WebSocket then."""
        if not self._line.post(message) and message is not None:
            self._emit(Notice("The server takes nothing any more; some messages were not sent."))

    def _stop(self, objection: str) -> None:
        """Leave at once: going on would tell more than was agreed to."""
        self._leave_because(PrivacyStop(f"incog left the meeting and sent nothing more. {objection}"))

    def _leave_because(self, error: MeetingError) -> None:
        if self._stopped is None:
            self._stopped = error
            self._do(self._meeting.leave(self._clock()))

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._do(self._meeting.tick(self._clock()))
            self._witness.tick()
            self._ticked()

    async def _shut_down(self) -> None:
        """Close everything; the events end only after the last byte has left, so that the ledger is whole by then."""
        await self._line.written(LAST_WORDS)
        await cancel(self._ticking, *self._line.tasks)
        await self._hang_up()
        await self._line.close()
        self._witness.flush()
        self._events.put_nowait(None)
