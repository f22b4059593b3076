"""One meeting put together, whatever front end it has.

A session joins, turns intents into what the room and the media must do, and merges everything that happens into one
bounded stream: the room's events, who speaks, and what the ledger learned.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace

from net.errors import Lost, MeetingError
from net.services.base import (
    AbilitiesChanged,
    Ability,
    Event,
    Level,
    Moderated,
    Notice,
    ParticipantChanged,
    ParticipantJoined,
    ParticipantLeft,
    PeerId,
    Phase,
    PhaseChanged,
    RemoteMuteRequest,
    Source,
    SpeakingChanged,
)
from net.tasks import cancel, spawn
from privacy.ledger import Snapshot
from privacy.persona import Persona
from tui.compose.alarms import Alarm, Alarms, Reflexes
from tui.compose.crowd import Crowd
from tui.compose.happenings import Disclosed, Happening, Invitation, Joined, Joining, Speaking
from tui.compose.mailbox import Mailbox
from tui.compose.news import News
from tui.compose.roster import ME, Roster
from tui.compose.sending import Sending
from tui.compose.shapes import Loudness, Media, MeetingRoom, Renaming, Ties
from tui.compose.summing import summed_up
from tui.compose.voices import Voices
from tui.compose.watching import PICTURES, Watching

TICK = 0.2
"""Seconds between two looks at the ledger and at who speaks."""
SOUND_FIRST = 0.6
"""Seconds from joining in which pictures are asked for only when somebody is heard already: all that is done for them
would delay the first sound."""
MAX_CHANGES = 256
"""Changes of the room's encryption that are remembered."""
ALONE = "nobody else is here"


@dataclass(frozen=True, slots=True)
class Plan:
    """What is known of a meeting before it is joined."""

    persona: Persona
    server: str  # "host:port"
    addresses: str  # the address mode, as on the command line
    service: str = "mesh"
    muted: bool = True
    camera: bool = False
    invitation: Invitation | None = None
    notices: tuple[str, ...] = ()  # what a person should know from the start


class Session:
    """One meeting. Iterate over `events` to join it; `leave` ends the iteration."""

    def __init__(
        self,
        plan: Plan,
        room: MeetingRoom,
        media: Media,
        *,
        snapshot: Callable[[], Snapshot],
        clock: Callable[[], float],
        objection: Callable[[str], str],
        strike: Callable[[str], str] = lambda text: text,
        ties: Ties | None = None,
        reflexes: Reflexes | None = None,
        watching: Watching | None = None,
        renaming: Renaming | None = None,
    ) -> None:
        """`snapshot` gives the ledger now, `clock` gives seconds, `objection` gives one sentence why a text must not
        leave, or an empty string, and `strike` the text without what was objected to; `ties`, if it is to be told what
        ties this meeting to earlier ones; `reflexes` is what is done by itself when something alarming happens;
        `watching` decides whose pictures are asked for, `renaming` whether and how another alias is worn.
        """
        self.plan = plan
        self.room = room
        self.media = media
        self.roster = Roster(clock)
        self.crowd = Crowd(plan.persona)
        self.hand = False
        self.joined = False
        self.snapshot = snapshot
        self.strike = strike
        self.watching = watching or Watching()
        self.renaming = renaming
        self.locked = False
        """Whether we locked the room."""
        self.encryption: deque[tuple[float, str]] = deque(maxlen=MAX_CHANGES)
        """What the room's encryption was: seconds since joining, and the label from then on."""
        self._ties = ties
        self._clock = clock
        self._objection = objection
        self._mailbox: Mailbox[Happening] = Mailbox()
        self.sending = Sending(room, media, self._mailbox.put)
        self._news = News()
        self._alarms = Alarms()
        self._reflexes = reflexes
        self._reflex: asyncio.Task[None] | None = None
        self._voices = Voices()
        self._missed: set[str] = set()  # sentences about devices that were told
        self._began = clock()
        self._leaving = False
        self._reason = "the meeting is over"
        self._error: MeetingError | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def began(self) -> float:
        """When the meeting was joined, in seconds on the clock; before that, when the session was made."""
        return self._began

    @property
    def levels(self) -> Mapping[str, Loudness]:
        """How loud each person is now, as far as it is heard or told."""
        return self._voices.levels(self.media.levels())

    # what happens

    async def events(self) -> AsyncIterator[Happening]:
        """Join, and give everything that happens until the meeting is over; a `Left` is the last of it.

        Raises `MeetingError` afterwards when the meeting was not joined or was lost.
        """
        self._task = spawn(self._live(), "session")
        try:
            async for happening in self._mailbox:
                yield happening
        finally:
            await cancel(self._task)
        if self._error is not None:
            raise self._error
        if not self._task.cancelled():
            self._task.result()  # whatever else went wrong in it

    async def _live(self) -> None:
        plan = self.plan
        self._mailbox.put(
            Joining(plan.persona.alias, plan.service, plan.server, plan.addresses, plan.muted, plan.camera)
        )
        if plan.invitation is not None:
            self._mailbox.put(plan.invitation)
        for text in plan.notices:
            self._mailbox.put(Notice(text, serious=True))
        for linkable in self._ties.foresee() if self._ties is not None else ():
            self._mailbox.put(linkable)
        ticks = spawn(self._tick(), "session ticks")
        try:
            await self.room.join()
            self.joined = True
            self._began = self._clock()
            self._mailbox.put(Joined())
            await self._begin_sending()
            async for event in self.room.events():
                await self._take(event)
        except MeetingError as error:
            self._error = error
        finally:
            await cancel(ticks)
            self._look()
            if self._ties is not None and (trouble := await self._ties.keep()):
                self._mailbox.put(Notice(trouble, serious=True))
            self._finish()

    async def _begin_sending(self) -> None:
        if not self.plan.muted:
            await self.sending.set_muted(False)
        if self.plan.camera:
            await self.sending.set_camera(True)

    async def _take(self, event: Event) -> None:
        if isinstance(event, PhaseChanged) and event.phase is Phase.ENDED and not self._leaving:
            self._error = Lost(event.reason or "The meeting is over.", may_rejoin=event.may_rejoin)
        for told in self.roster.apply(event):
            match told:
                case ParticipantJoined(participant):
                    self._mailbox.put(told)
                    await self.room.want(participant.id, Source.MICROPHONE, Level.FULL)
                    if Ability.CHOOSE not in self.room.can:
                        await self.room.want(participant.id, Source.CAMERA, Level.FULL)
                case ParticipantChanged(participant):
                    self._mailbox.put(told, state_of=participant.id)
                    if participant.muted:
                        self._voices.told(participant.id, False)
                    if not participant.sources & PICTURES:
                        self.media.dark(participant.id)
                case ParticipantLeft(id):
                    self._voices.forget(id)
                    self.watching.gone(id)
                    self._mailbox.put(told)
                case SpeakingChanged(id, on):
                    self._voices.told(id, on and id in self.roster.here)
                case AbilitiesChanged(may=may):
                    await self.sending.keep_to(may)
                    self._mailbox.put(told)
                case Moderated(what, on, _, id):
                    self._moderated(what, id, on)
                    self._mailbox.put(told)
                case RemoteMuteRequest():
                    await self.sending.set_muted(True)
                    self._mailbox.put(told)
                case _:
                    self._mailbox.put(told)
            self._note_encryption()
        for alarm in self._alarms.take(event):
            await self._act_on(alarm)

    def _moderated(self, what: Ability, id: PeerId | None, on: bool) -> None:
        """The server did what we asked for."""
        if what is Ability.LOCK:
            self.locked = on
        elif what is Ability.MUTE_OTHERS and id is not None:
            self.crowd.silence(id, on)

    async def _act_on(self, alarm: Alarm) -> None:
        """Do what was chosen for this beforehand, and only then tell it."""
        chosen = tuple(getattr(self._reflexes, alarm.kind)) if self._reflexes is not None else ()
        done = []
        if "mute" in chosen and not self.media.muted:
            await self.sending.set_muted(True)
            done.append("mute")
        if "camera-off" in chosen and self.media.camera_on:
            await self.sending.set_camera(False)
            done.append("camera-off")
        if "leave" in chosen:
            done.append("leave")
        self._mailbox.put(replace(alarm, done=tuple(done)))
        if "leave" in chosen and not self._leaving:
            self._reflex = spawn(self.leave(f"as you chose beforehand: {alarm.text}"), "reflex")

    def _note_encryption(self) -> None:
        if not self.joined or self._leaving:
            return
        label = self.room.encryption.label if self.roster.here else ALONE
        if not self.encryption or self.encryption[-1][1] != label:
            self.encryption.append((self._clock() - self._began, label))

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self._look()
            if self.joined and not self._leaving:
                await self.sending.tell()
                await self._ask_for_pictures()

    def _look(self) -> None:
        news = list(self._news.since(self.snapshot()))
        for happening in news:
            self._mailbox.put(happening)
        if self._ties is not None:
            for linkable in self._ties.learned(one.entry for one in news if isinstance(one, Disclosed)):
                self._mailbox.put(linkable)
        self._note_encryption()
        for sentence in self.media.describe().missing:
            if sentence not in self._missed:
                self._missed.add(sentence)
                self._mailbox.put(Notice(sentence))
        for id, on in self._voices.changes(self.roster.here, self.levels):
            self._mailbox.put(Speaking(id, self.roster.name(id), on), state_of=("speaking", id))

    def _finish(self) -> None:
        try:
            if self.joined:
                reason = str(self._error) if self._error else self._reason
                self._mailbox.put(
                    summed_up(reason, self._clock() - self._began, self.roster, self.media, self.snapshot())
                )
        finally:
            self._mailbox.close()  # or whoever reads it would wait for ever

    # what is wanted

    async def _ask_for_pictures(self) -> None:
        """Where one chooses, ask for what is drawn."""
        if Ability.CHOOSE not in self.room.can:
            return
        if self._clock() - self._began < SOUND_FIRST and self.media.levels().keys() <= {ME}:
            return
        for id, level in list(self.watching.due(self.roster.here, self.media.people.hidden, self._clock())):
            for source in sorted(PICTURES):
                await self.room.want(id, source, level)
            if level is Level.OFF:
                self.media.dark(id)

    async def set_hand(self, up: bool) -> None:
        """Raise or lower the hand, where others can see it."""
        if up and Ability.HAND not in self.room.can:
            self._mailbox.put(Notice("This meeting has no raised hands: nobody would see yours.", serious=True))
            return
        self.hand = up
        self.roster.raised(ME, up)
        await self.room.hand(up)

    async def say(self, text: str, *, to: str = "", knowingly: bool = False) -> str:
        """Send a chat message; one sentence why it was not sent, or an empty string.

        `to`: the id of the only one who is to get it; empty: everybody. What cannot reach that one is sent to nobody.
        `knowingly`: this one although there is an objection to it, which its writer has read.
        """
        if not knowingly and (reason := self._objection(text)):
            return reason
        if to and Ability.PRIVATE_CHAT not in self.room.may:
            return "Not sent: this meeting has no private messages; write to everybody, or not at all."
        if to and to not in self.roster.here:
            return f"Not sent: {self.roster.name(to) or 'whoever it was for'} is no longer here."
        try:
            await self.room.say(text, PeerId(to) if to else None)
        except (MeetingError, ValueError) as error:  # a room's `say` explains itself in one sentence
            return str(error)
        return ""

    async def leave(self, reason: str = "you left") -> None:
        """Say goodbye and end. Safe to call twice, and before the meeting was joined."""
        if self._leaving:
            return
        self._leaving = True
        self._reason = reason
        if self.joined:
            await self.room.leave()
        else:
            await cancel(self._task)
