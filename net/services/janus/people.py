"""The others in a VideoRoom: who is there, what they publish, how their names are shown, and how they go."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from net.services.base import (
    Encryption,
    Link,
    Participant,
    PeerId,
    Picture,
    Source,
    SpeakingChanged,
)
from net.services.janus.actions import Action
from net.services.janus.company import Company, pid_of
from net.services.janus.texters import NAME_LIMIT, NAMELESS
from net.services.janus.videoroom import Someone, Track
from net.services.janus.wire import Id
from net.services.janus.words import Shown
from net.services.outbox import Outbox
from net.services.pace import Bucket
from privacy.text import neutralise, neutralise_name

DATA_RATE = 50.0
DATA_BURST = 200.0
"""Data messages a second, and at once, that are taken from one person."""
NO_KEY = "they do not have the meeting's key"
OTHER_KEY = "sealed with a key that your link does not have"
UNOPENED = "what comes does not open with their key"

_SEEN = {"vp8", "h264"}
_SEALED = {"vp8"}  # what is sealed of pictures, see docs/e2ee.md
_HEARD = {"opus"}
_PICTURES = {Picture.CAMERA: Source.CAMERA, Picture.SCREEN: Source.SCREEN}
_USUAL = (Source.SCREEN, Source.CAMERA)


@dataclass(eq=False, slots=True)
class Person:
    """One other person, as the room shows them and as they tell of themselves."""

    id: Id
    pid: PeerId
    display: str  # neutralised: what the server calls them
    sealed_room: bool
    tracks: tuple[Track, ...] = ()
    chosen: str = ""  # the mid of the picture that was chosen of several; empty: what is usual
    alias: str = ""  # neutralised: what they call themselves, sealed
    shown: Shown | None = None  # once they said something as incog does
    hello: str = ""  # the id in their hello
    box: bytes = b""  # their public key for private messages
    token: bytes = b""  # of their newest sealed message
    key: bytes | None = field(default=None, repr=False)  # of their frames, once they named us in a hello
    hears_us: bool = False  # they named us in a hello
    seals: bool = False  # they do, in a room for which we have no key
    failing: frozenset[Source] = frozenset()  # what comes of these does not open with their key
    heard_at: float | None = None  # when they last gave a sign of life
    silent: bool = False
    bucket: Bucket = field(default_factory=lambda: Bucket(DATA_RATE, DATA_BURST))
    told: Participant | None = None  # as the front end knows them
    verified = False

    @property
    def name(self) -> str:
        """What they are called on the screen."""
        return self.alias or self.display or NAMELESS

    @property
    def audio(self) -> Track | None:
        """Their voice."""
        return next((track for track in self.tracks if track.kind == "audio"), None)

    @property
    def data(self) -> Track | None:
        """Their data."""
        return next((track for track in self.tracks if track.kind == "data"), None)

    @property
    def pictures(self) -> dict[Source, Track]:
        """Their pictures, one of a kind. An incog user has one, and says what it is of; a page may describe them."""
        videos = [track for track in self.tracks if track.kind == "video"]
        if self.shown is not None:
            source = _PICTURES.get(self.shown.picture)
            return {source: videos[0]} if videos and source is not None else {}
        found: dict[Source, Track] = {}
        for track in sorted(videos, key=lambda track: track.mid != self.chosen):
            found.setdefault(_source(track), track)
        return found

    @property
    def order(self) -> tuple[Source, ...]:
        """Which kind of picture comes before which: that of the chosen one; a screen before a camera."""
        chosen = {source for source, track in self.pictures.items() if track.mid == self.chosen}
        return tuple(sorted(_USUAL, key=lambda source: source not in chosen)) if chosen else _USUAL

    @property
    def picture(self) -> Track | None:
        """The one that is received, if any is wanted."""
        pictures = self.pictures
        return next((pictures[one] for one in self.order if one in pictures and not self.lacks(one)), None)

    @property
    def others(self) -> tuple[Track, ...]:
        """The pictures that can be chosen instead of that one, in their order, from the next one on."""
        if self.shown is not None:
            return ()
        tracks = [track for track in self.tracks if track.kind == "video" and not self._lacks(_source(track), track)]
        picture = self.picture
        at = tracks.index(picture) if picture is not None else len(tracks)
        return (*tracks[at + 1 :], *tracks[:at])

    def choose_next(self) -> bool:
        """Choose the next of their pictures, for as long as they publish it. False: there is no other."""
        others = self.others
        if others:
            self.chosen = others[0].mid
        return bool(others)

    def publish(self, tracks: tuple[Track, ...]) -> None:
        """They publish these, and nothing else."""
        self.tracks = tracks
        if all(track.mid != self.chosen for track in tracks):
            self.chosen = ""

    @property
    def published(self) -> dict[Source, Track]:
        """All there is of them to be heard and seen."""
        voice = {} if self.audio is None else {Source.MICROPHONE: self.audio}
        return {**voice, **self.pictures}

    def may_be_received(self, source: Source) -> bool:
        """Whether a source of theirs is there and can be played."""
        return source in self.published and not self.lacks(source)

    def lacks(self, source: Source) -> str:
        """Why a source that is there cannot be played; empty when it can."""
        return self._lacks(source, self.published[source])

    def _lacks(self, source: Source, track: Track) -> str:
        codec = track.codec
        if source is Source.MICROPHONE and codec not in _HEARD:
            return f"{neutralise(codec, 10) or 'unknown'} sound cannot be heard"
        if source is not Source.MICROPHONE and codec not in (_SEALED if self.sealed_room else _SEEN):
            return f"{neutralise(codec, 10) or 'unknown'} pictures cannot be shown"
        if source is not Source.MICROPHONE and track.moderated:
            return "hidden by a moderator"
        if self.seals:
            return OTHER_KEY
        return NO_KEY if self.sealed_room and self.key is None else ""

    def _fails(self, source: Source) -> str:
        return UNOPENED if source in self.failing else ""

    def view(self) -> Participant:
        """As the front end shows them."""
        published = self.published
        others, picture = self.others, self.picture
        secured = Encryption.END_TO_END if self.key is not None else Encryption.TO_SERVER
        silenced = self.audio is not None and self.audio.moderated
        shown = self.shown or Shown(muted=self.audio is None)
        return Participant(
            id=self.pid,
            name=self.name,
            link=Link.SILENT if self.silent else Link.HERE,
            muted=shown.muted or silenced,
            camera=Source.CAMERA in published,
            hand=shown.hand,
            sources=frozenset(published),
            encryption=dict.fromkeys(published, secured),
            kind=shown.kind,
            missing={source: why for source in published if (why := self.lacks(source) or self._fails(source))},
            picture=self._called(picture) if others and picture is not None else "",
            also=tuple(map(self._called, others)),
        )

    def _called(self, picture: Track) -> str:
        """What they call one of their pictures; a number where they do not."""
        if described := neutralise(picture.description, NAME_LIMIT):
            return described
        nameless = [one for one in self.tracks if one.kind == "video" and not neutralise(one.description, NAME_LIMIT)]
        return f"camera {nameless.index(picture) + 1}"


def _source(track: Track) -> Source:
    return Source.SCREEN if "screen" in track.description.casefold() else Source.CAMERA


class People(Company[Person]):
    """Everybody else in the room."""

    def __init__(self, out: Outbox[Action], alias: str, sealed: bool) -> None:
        """`alias`: ours, for comparison. `sealed`: who does not have the room's key is not heard and not seen."""
        super().__init__(out, alias)
        self.version = 0  # another one whenever what may be received of anybody is something else
        self._sealed = sealed

    def begin(self, own: Id, everybody: Iterable[Someone], *, again: bool) -> None:
        """We came in as `own`, and these are here. `again`: nobody is who they were, as far as ids go."""
        self.version += 1
        self._begin(own, map(self._person, everybody), again=again)

    def came(self, someone: Someone) -> Person | None:
        """Somebody is here, and publishes what this says, if it says anything. None: it is we, or one too many."""
        person = self.get(someone.id)
        if person is None:
            person = self._person(someone)
            self.version += 1
            return person if self.add(person) else None
        if someone.tracks is not None:
            person.publish(someone.tracks)
            self.touch(person)
        return person

    def _person(self, someone: Someone) -> Person:
        display = neutralise_name(someone.display, NAME_LIMIT)
        return Person(someone.id, pid_of(someone.id), display, self._sealed, someone.tracks or ())

    def unpublished(self, id: Id) -> None:
        """Somebody publishes nothing any more."""
        person = self.get(id)
        if person is not None:
            person.publish(())
            self.touch(person)

    def moderated(self, id: Id, mid: str, muted: bool) -> None:
        """A moderator silenced a stream of somebody's, or no longer."""
        person = self.get(id)
        if person is not None:
            person.tracks = tuple(
                replace(track, moderated=muted) if track.mid == mid else track for track in person.tracks
            )
            self.touch(person)

    def next_picture(self, pid: PeerId) -> None:
        """Receive the next picture of somebody's. Raises `ValueError` with one sentence where there is no other."""
        person = self.get(pid)
        if person is None or not person.choose_next():
            raise ValueError("There is no other picture of theirs that can be shown here.")
        self.touch(person)

    def talking(self, id: Id, on: bool) -> None:
        """The room says that somebody speaks, or no longer."""
        person = self.get(id)
        if person is not None:
            self._out.emit(SpeakingChanged(person.pid, on))

    def renamed(self, id: Id, display: str) -> None:
        """The server calls somebody otherwise."""
        person = self.get(id)
        if person is not None:
            person.display = neutralise_name(display, NAME_LIMIT)
            self.touch(person)

    def left(self, id: Id, reason: str) -> Person | None:
        """Somebody is gone."""
        self.version += 1
        return super().left(id, reason)

    def touch(self, member: Person) -> None:
        """Something of somebody may look otherwise now: `settle` tells it."""
        self.version += 1
        super().touch(member)
