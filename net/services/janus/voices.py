"""The others in an AudioBridge: one voice each, all of them mixed before they reach us."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from net.services.base import Encryption, Link, Participant, PeerId, Source, SpeakingChanged
from net.services.janus.audiobridge import Someone
from net.services.janus.company import Company, pid_of
from net.services.janus.texters import NAME_LIMIT, NAMELESS
from net.services.janus.wire import Id
from privacy.text import neutralise_name


@dataclass(slots=True)
class Voice:
    """One other person."""

    id: Id
    display: str  # neutralised
    here: bool = False  # their connection is there
    muted: bool = True
    speaks: bool = False
    told: Participant | None = None
    verified: bool = False  # nothing is compared here

    @property
    def pid(self) -> PeerId:
        """What the front end calls them by."""
        return pid_of(self.id)

    @property
    def name(self) -> str:
        """What they are called on the screen."""
        return self.display or NAMELESS

    def view(self) -> Participant:
        """As the front end shows them."""
        sources = frozenset({Source.MICROPHONE}) if self.here else frozenset[Source]()
        return Participant(
            self.pid,
            self.name,
            Link.HERE if self.here else Link.CONNECTING,
            self.muted,
            sources=sources,
            encryption=dict.fromkeys(sources, Encryption.TO_SERVER),
        )


class Voices(Company[Voice]):
    """Everybody else in the room."""

    def enter(self, own: Id, people: Iterable[Someone], *, again: bool) -> None:
        """We came in as `own`, and these are here. `again`: in another session, so that nobody is who they were."""
        if self.own is not None and not again:
            self.we_are(own)
            self.are(people)
            return
        everybody = tuple(people)
        self._begin(own, map(_voice, everybody), again=again)
        for someone in everybody:
            self.speaks(someone.id, someone.talking)

    def are(self, people: Iterable[Someone]) -> None:
        """These are all who are here; we may be among them."""
        now = {pid_of(someone.id): someone for someone in people}
        for voice in self:
            if voice.pid not in now:
                self.gone(voice.id, "left")
        for someone in now.values():
            self.take(someone)

    def take(self, someone: Someone) -> Voice:
        """Somebody is here, and like this; whoever it is."""
        told = _voice(someone)
        voice = self.get(someone.id)
        if voice is None:
            if self.add(told):
                self.speaks(told.id, someone.talking)
            return told
        voice.display, voice.here, voice.muted = told.display, told.here, told.muted
        self.touch(voice)
        if voice.muted:
            self.speaks(voice.id, False)
        return voice

    def gone(self, id: Id, reason: str) -> Voice | None:
        """Somebody is no longer here; who it was, if anybody."""
        self.speaks(id, False)
        return self.left(id, reason)

    def speaks(self, id: Id, on: bool) -> None:
        """Somebody speaks, or no longer."""
        voice = self.get(id)
        if voice is not None and voice.speaks is not on and not (on and voice.muted):
            voice.speaks = on
            self._out.emit(SpeakingChanged(voice.pid, on))


def _voice(someone: Someone) -> Voice:
    return Voice(someone.id, neutralise_name(someone.display, NAME_LIMIT), someone.here, someone.muted)
