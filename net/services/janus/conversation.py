"""One participant's side of a meeting in a VideoRoom: messages and reports in; actions out; the time is an argument.

The rules (each part has its own, in its module):

* We join the room by one handle, publish by it, and receive by another (`admission`, `publishing`, `subscriptions`).
  What is received is what `want` asked for: nobody's voice, nobody's picture until then.
* The server is the operator's: it says who is here and under which name. What incog users tell each other goes over
  data channels, in a room with a key sealed (`exchange`).
* While the WebSocket is gone the media go on; then the session is taken up again, or everything is begun anew.
* What is not understood is counted and ignored, never answered.

A driver calls `tick` at least four times a second and every other method when it happens, with a clock that does not go
back, and does the returned actions in their order. After a `Hangup` it connects again and calls `found`, unless the
phase is ENDED; then nothing more comes out.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from net.services.base import Ability, Encryption, Level, Participant, PeerId, Picture, Source
from net.services.janus.actions import Action, Way, WayEvent
from net.services.janus.admission import Admission
from net.services.janus.credentials import Credentials
from net.services.janus.link import JanusLink
from net.services.janus.meeting import Meeting
from net.services.janus.moderation import CAN
from net.services.janus.publishing import Step
from net.services.janus.standing import Standing
from net.services.janus.words import Shown
from net.services.outbox import Outbox
from net.services.strict import check_alias

STALL = 2.0
"""Seconds between two ticks after which it was we who were held up, not they."""


class VideoRoom(Meeting):
    """See the module."""

    def __init__(
        self,
        link: JanusLink,
        *,
        alias: str,
        random: Callable[[int], bytes],
        credentials: Credentials = Credentials(),  # noqa: B008 - it is frozen
    ) -> None:
        """`random(n)`: `n` bytes fit for cryptography. Raises `ValueError` for an alias that cannot travel."""
        out = Outbox[Action]()
        super().__init__(out, Standing(out, CAN, Encryption.END_TO_END if link.key else Encryption.TO_SERVER))
        self._admission = Admission(out, link, check_alias(alias), credentials, random, self._standing)
        self._people = self._admission.people
        self._exchange = self._admission.exchange
        self._publishing = self._admission.publishing
        self._subscriptions = self._admission.subscriptions
        self._state = Shown()
        self._ticked_at: float | None = None

    # --- what there is to know ---------------------------------------------------------------------------------------

    @property
    def own(self) -> str:
        """Our id in the room, as the others see it; empty while we are in none."""
        return "" if self._people.own is None else str(self._people.own)

    @property
    def participants(self) -> Mapping[PeerId, Participant]:
        """Everybody else."""
        return self._people.views

    # --- the server --------------------------------------------------------------------------------------------------

    def found(self, now: float) -> list[Action]:
        """The driver has connected, for the first time or again."""
        if self._at(now):
            self._admission.session.found()
        return self._settle()

    def lost(self, now: float) -> list[Action]:
        """The WebSocket is gone. The driver connects again, after longer and longer waits."""
        if self._at(now):
            self._admission.lost()
        return self._settle()

    def received(self, text: str, now: float) -> list[Action]:
        """A text message came over the WebSocket."""
        if self._at(now):
            self._admission.session.received(text)
        return self._settle()

    # --- the connections ---------------------------------------------------------------------------------------------

    def described(self, way: Way, sdp: str, now: float) -> list[Action]:
        """The driver made our offer (SEND) or our answer (RECEIVE, TEXT)."""
        if self._at(now):
            if way is Way.SEND:
                self._publishing.described(sdp)
            elif way is Way.RECEIVE:
                self._subscriptions.described(sdp)
            elif self._admission.text is not None:
                self._admission.text.way.described(sdp)
        return self._settle()

    def way_event(self, way: Way, event: WayEvent, now: float, detail: str = "") -> list[Action]:
        """The driver reports about a connection; `detail` says why it failed."""
        if self._at(now):
            match way, event:
                case Way.SEND, WayEvent.CHANNEL:
                    self._exchange.opened()
                case Way.SEND, WayEvent.NO_PICTURE:
                    self._publishing.pictures = False
                    self._admission.moderation.refused(Source.CAMERA, self._sent)
                    self._show()
                case Way.SEND, WayEvent.NO_VOICE:
                    self._admission.moderation.refused(Source.MICROPHONE, self._sent)
                case Way.SEND, WayEvent.FAILED:
                    self._publishing.failed()
                case Way.RECEIVE, WayEvent.CHANNEL:
                    self._exchange.listening()
                case Way.RECEIVE, WayEvent.FAILED:
                    self._subscriptions.failed()
                case Way.TEXT, _ if self._admission.text is not None:
                    self._admission.text.way.happened(event)
        return self._settle()

    def data_received(self, way: Way, label: str, data: str | bytes, now: float) -> list[Action]:
        """A data message came; on the receiving connection the label is the id of the publisher."""
        person = self._people.get(PeerId(label)) if way is Way.RECEIVE else None
        if self._at(now):
            if way is Way.TEXT and self._admission.text is not None:
                self._admission.text.received(data)
            elif person is None:
                self._out.count("out of place")
            else:
                self._exchange.received(person, data)
        return self._settle()

    def media_received(self, mid: str, now: float) -> list[Action]:
        """Sound or pictures came in a section; once in a while is enough to know that they are there."""
        person = self._subscriptions.person(mid)
        if self._at(now) and person is not None:
            self._exchange.alive(person)
        return self._settle()

    def examined(self, failing: Collection[tuple[bytes, Source]], exposed: bool, now: float) -> list[Action]:
        """What comes does not open with these keys, of these sources. `exposed`: the operator heard or saw us."""
        if self._at(now):
            for person in self._people:
                theirs = frozenset(source for key, source in failing if key == person.key)
                if theirs != person.failing:
                    person.failing = theirs
                    self._people.touch(person)
            if exposed:
                self._standing.secure(Encryption.TO_SERVER)
        return self._settle()

    def tick(self, now: float) -> list[Action]:
        """Time has passed."""
        if self._at(now):
            if self._ticked_at is not None and now - self._ticked_at > STALL:
                # This machine slept, or the process was held up: as far as we can tell nobody else was silent.
                self._exchange.forgive(now - self._ticked_at)
            self._ticked_at = now
            self._admission.tick()
            self._publishing.tick()
            self._subscriptions.tick()
            self._exchange.tick(self._subscriptions.up_since)
        return self._settle()

    # --- what we want ------------------------------------------------------------------------------------------------

    def set_state(self, *, muted: bool, picture: Picture, hand: bool, now: float) -> list[Action]:
        """What we show: told to other incog users, now and whenever one comes."""
        if self._at(now):
            self._state = Shown(muted, picture, hand)
            self._show()
        return self._settle()

    @property
    def _sent(self) -> frozenset[Source]:
        """What we send, or are about to."""
        picture = {Picture.CAMERA: {Source.CAMERA}, Picture.SCREEN: {Source.SCREEN}}.get(self._state.picture, set())
        return frozenset(picture | (set() if self._state.muted else {Source.MICROPHONE}))

    def _show(self) -> None:
        shown = self._state
        if not self._publishing.pictures:
            shown = Shown(shown.muted, Picture.HIDDEN, shown.hand)
        self._publishing.show(shown.picture is not Picture.HIDDEN)
        self._exchange.show(shown)

    def want(self, pid: PeerId, source: Source, level: Level, now: float) -> list[Action]:
        """How much of somebody's source we want: nothing at first. Kept as long as they are in the room."""
        if self._at(now):
            self._subscriptions.want(pid, source, level)
        return self._settle()

    def next_picture(self, pid: PeerId, now: float) -> list[Action]:
        """Receive another picture of somebody's. Raises `ValueError` with one sentence where there is no other."""
        if self._at(now):
            self._people.next_picture(pid)
        return self._settle()

    def say(self, text: str, to: PeerId | None, now: float) -> list[Action]:
        """Send a chat message to all, or to one. Raises `ValueError` with one sentence when it cannot be sent."""
        if self._at(now):
            self._admission.say(text, to)
        return self._settle()

    def rename(self, alias: str, now: float) -> list[Action]:
        """Wear another alias. Raises `ValueError` with one sentence when it cannot be worn."""
        if self._at(now):
            self._admission.rename(check_alias(alias))
        return self._settle()

    def moderate(self, what: Ability, pid: PeerId | None, on: bool, now: float) -> list[Action]:
        """Do what moderators do. Raises `ValueError` with one sentence when we may not."""
        if self._at(now):
            self._admission.moderate(what, pid, on)
        return self._settle()

    def leave(self, now: float) -> list[Action]:
        """Leave the room, and end."""
        if self._at(now):
            self._admission.finish("left")
        return self._settle()

    def _settle(self) -> list[Action]:
        if not self._standing.ended:
            if self._admission.inside:
                self._subscriptions.settle()
            if self._publishing.step is not Step.SENDING:
                self._exchange.closed()
            self._exchange.settle()
            self._people.settle()
        return self._out.take()
