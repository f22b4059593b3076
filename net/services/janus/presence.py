"""Our being in an AudioBridge: how we come in, what the room tells, and how it ends.

the session, and our seat                    phase
before we were let in                        connecting
the session is open, the seat connected      live
either is not, or not yet again              recovering; ended after `LOST_AFTER` seconds without the server
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from net.errors import Lost, MeetingError
from net.services.base import Ability, Encryption, Phase, PrivacyChanged, RemoteMuteRequest
from net.services.janus import audiobridge, rooms
from net.services.janus.actions import Action, Way
from net.services.janus.attachment import Attachment
from net.services.janus.audiobridge import Changed, Event, Joined, Muted, Someone
from net.services.janus.company import pid_of
from net.services.janus.credentials import Credentials
from net.services.janus.link import JanusLink
from net.services.janus.rooms import Destroyed, Left, Talking
from net.services.janus.rule import MODERATION, Rule
from net.services.janus.seat import Seat
from net.services.janus.session import Session
from net.services.janus.standing import Standing
from net.services.janus.text import TextRoom
from net.services.janus.voices import Voices
from net.services.janus.wire import Failure, Id, Json, Reply
from net.services.outbox import Outbox
from net.services.pace import Bucket

LOST_AFTER = 60.0
"""Seconds without the server until the meeting is lost."""
LOOK_EVERY = 60.0
"""Seconds between two questions whether the room is recorded."""
INSIST_RATE, INSIST_BURST = 0.5, 3.0
"""How often a second we mute ourselves again, when somebody unmutes us."""
A_MODERATOR = "a moderator of the room"

SOUND = frozenset({Ability.SPEAK, Ability.RENAME, Ability.MUTE_VISIBLE})
WORDS = frozenset({Ability.CHAT, Ability.PRIVATE_CHAT})


class Presence:
    """See the module. The owner of the session and of the seat."""

    def __init__(
        self,
        out: Outbox[Action],
        link: JanusLink,
        alias: str,
        credentials: Credentials,
        random: Callable[[int], bytes],
    ) -> None:
        self.muted = True
        self.alias = alias
        words = WORDS if link.text is not None else frozenset[Ability]()
        self.standing = Standing(out, SOUND | MODERATION | words, Encryption.TO_SERVER)
        self.session = Session(out, self, random, credentials.token)
        self.voices = Voices(out, alias)
        self.text: TextRoom | None = None
        if link.text is not None:
            self.text = TextRoom(out, self.session, (link.room, link.text), alias, credentials, random, self.voices)
            self.voices.texters = self.text.texters
        self.seat = Seat(out, self.session, self)
        self.rule = Rule(out, self.seat.ask, link.room, credentials, self.voices, self.text, random)
        self._out = out
        self._link = link
        self._credentials = credentials
        self._insist = Bucket(INSIST_RATE, INSIST_BURST)
        self._anew = False  # another session than the one in which we were let in before
        self._away_since: float | None = None  # since when there is no session
        self._muted_room = False
        self._look_at: float | None = None  # when to ask whether the room is recorded

    @property
    def was_in(self) -> bool:
        """Whether we were let in at all."""
        return self.voices.own is not None

    # --- the session -------------------------------------------------------------------------------------------------

    def opened(self) -> None:
        """There is a session: take a seat."""
        self._away_since = None
        self.seat.begin()

    def resumed(self) -> None:
        """The session goes on; what the room told meanwhile is asked for."""
        self._away_since = None
        self.seat.show(always=True)
        self._ask_who_is_here()

    def expired(self) -> None:
        """The session is gone: everything is done anew, and everybody may have another id."""
        self._anew = self.was_in
        if self.text is not None:
            self.text.expired()
        self.seat.pause()

    def refused(self, error: MeetingError) -> None:
        """The server makes no session for us."""
        if self.was_in:
            self.session.give_up(str(error))
        else:
            self.end(str(error), error, may_rejoin=True)

    def silent(self) -> None:
        """The server says nothing any more."""
        self.lost()

    def lost(self) -> None:
        """There is no WebSocket."""
        if not self.was_in:
            lost = Lost("The server closed the connection before it let us in; try again.")
            self.end(str(lost), lost, may_rejoin=True)
        elif self._away_since is None:
            self._away_since = self._out.now

    # --- the seat ----------------------------------------------------------------------------------------------------

    def ticket(self) -> Json:
        """The request to be let in."""
        own = None if self.text is None else self.text.id
        credentials = replace(self._credentials, token=self.rule.token)
        return audiobridge.join(self._link.room, self.alias, credentials, own=own, muted=self.muted)

    def entered(self, own: Id, people: Iterable[Someone]) -> None:
        """We are in the room."""
        if not self.was_in:
            self.standing.to(Phase.LIVE)
            self._out.emit(PrivacyChanged(self.standing.encryption))
        self.voices.enter(own, people, again=self._anew)
        self._anew = False
        if self.text is not None:
            self.text.way.begin()
        self._look_at = self._out.now

    def rejected(self, failure: Failure) -> None:
        """We are not let in."""
        if failure.code == audiobridge.ID_TAKEN and self.text is not None:
            self.text.renew()
            self.seat.join()
        else:
            error = audiobridge.refusal(failure, self._credentials.pin)
            self.end(str(error), Lost(str(error)) if self.was_in else error, may_rejoin=self.was_in)

    def sounds(self) -> None:
        """The connection is there. What was told while we took our seat may have been too early for us."""
        self._ask_who_is_here()

    def broke(self) -> None:
        """The connection is gone, and made again, unless we were sent out."""
        self.seat.ask(rooms.everybody(self._link.room), self._still_there)

    def heard(self, event: Event) -> None:
        """The room says something."""
        match event:
            case Joined(people) | Changed(people):
                for someone in people:
                    if someone.id == self.voices.own:
                        self._called(someone.muted)
                    else:
                        voice = self.voices.take(someone)
                        if not voice.muted:
                            self.rule.unmuted(voice.pid, voice.name)
            case Left(id, removed) if id == self.voices.own:
                if removed:
                    self.end("You were removed from the room.", may_rejoin=True)
            case Left(id, removed):
                self.rule.left(pid_of(id))
                self.voices.gone(id, "was removed" if removed else "left")
            case Talking(id, on):
                self.voices.speaks(id, on)
            case Muted(on):
                self._mute_room(on)
            case Destroyed():
                self.end("The room was closed.")
            case _:
                pass

    def _called(self, muted: bool) -> None:
        """Somebody else changed whether the room hears us."""
        if muted and not self.muted:
            self._out.emit(RemoteMuteRequest(A_MODERATOR))
        elif self.muted and not muted and self._insist.take(self._out.now):
            self._out.notice("A moderator unmuted you in the room; incog keeps you muted.", kind="unmuted")
            self.seat.show(always=True)

    def _mute_room(self, on: bool) -> None:
        if on is not self._muted_room:
            self._muted_room = on
            told = (
                "The room was muted: nobody is heard but those who know its secret."
                if on
                else "The room is open again."
            )
            self._out.notice(told, serious=on)

    # --- what is asked -----------------------------------------------------------------------------------------------

    def _ask_who_is_here(self) -> None:
        self.seat.ask(rooms.everybody(self._link.room), self._listed)

    def _listed(self, outcome: Reply | Failure) -> None:
        if isinstance(outcome, Reply):
            self.voices.are(audiobridge.read_list(outcome.data))

    def _still_there(self, outcome: Reply | Failure) -> None:
        self._listed(outcome)
        if self.was_in:
            self._out.notice("The connection that carries the sound is gone; it is made again.", kind="sound")
        self.seat.ready()

    def _looked(self, outcome: Reply | Failure) -> None:
        found = audiobridge.read_room(outcome.data, self._link.room) if isinstance(outcome, Reply) else None
        if found is None:
            return  # rooms need not be on the list, and then nobody says
        self._look_at = self._out.now + LOOK_EVERY
        self.standing.record(True if found[0] else None)  # that it is not, nobody says: single voices may be
        self._mute_room(found[1])

    # --- for the meeting ---------------------------------------------------------------------------------------------

    def attachment(self, way: Way) -> Attachment | None:
        """What hangs on one of the connections."""
        match way:
            case Way.BRIDGE:
                return self.seat
            case Way.TEXT if self.text is not None:
                return self.text.way
            case _:
                return None

    def tick(self) -> None:
        """Time has passed."""
        self.session.tick()
        self.seat.tick()
        self.seat.show()
        if self.text is not None:
            self.text.tick()
        if self._look_at is not None and self._out.now >= self._look_at and self.seat.taken:
            self._look_at = None
            self.seat.ask(audiobridge.listing(), self._looked)
        if self._away_since is not None and self._out.now - self._away_since >= LOST_AFTER:
            lost = Lost("The connection to the server is lost.")
            self.end(str(lost), lost, may_rejoin=True)

    def settle(self) -> None:
        """After every input: tell what changed."""
        if not self.was_in or self.standing.ended:
            return
        self.voices.settle()
        may = (SOUND - {Ability.SPEAK} if self._muted_room and not self.rule.may else SOUND) | self.rule.may
        if self.text is not None and self.text.open:
            may |= WORDS
        self.standing.allow(may)
        if self._away_since is not None:
            self.standing.to(Phase.RECOVERING, "The connection to the server is gone; trying to reach it again.")
        elif not self.seat.taken:
            self.standing.to(Phase.RECOVERING, "The connection that carries the sound is gone; it is made again.")
        else:
            self.standing.to(Phase.LIVE)

    def end(self, reason: str, failure: MeetingError | None = None, *, may_rejoin: bool = False) -> None:
        """It is over: close everything."""
        if self.text is not None:
            self.text.end()
        self.seat.end()
        self.session.destroy()
        self.standing.end(reason, failure, may_rejoin=may_rejoin)
