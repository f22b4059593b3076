"""Of whom we want to hear and see what, and which of the streams that there are follow from it."""

from __future__ import annotations

from net.services.base import Level, PeerId, Source
from net.services.janus.people import People, Person
from net.services.janus.videoroom import Track

WANTS_LIMIT = 1024
"""People of whom something is wanted, here or not."""

Pair = tuple[PeerId, str]
"""A stream: whose it is, and its mid; of data the mid is `DATA`, since one section carries everybody's."""
DATA = "data"
Wanted = dict[Pair, tuple[Person, Track]]


class Wants:
    """See the module."""

    def __init__(self, people: People) -> None:
        self._people = people
        self._levels: dict[PeerId, dict[Source, Level]] = {}

    def want(self, pid: PeerId, source: Source, level: Level) -> None:
        """How much of a source we want; of a picture, which size. Remembered while they do not publish it."""
        levels = dict(self._levels.get(pid, {}))
        if level is Level.OFF:
            levels.pop(source, None)
        else:
            levels[source] = level
        if not levels:
            self._levels.pop(pid, None)
        elif pid in self._levels or len(self._levels) < WANTS_LIMIT:
            self._levels[pid] = levels

    def forget(self, pid: PeerId) -> None:
        """Somebody left; ids do not come again."""
        self._levels.pop(pid, None)

    def keep(self) -> None:
        """Ids may be new: forget what was wanted of those who are not here."""
        self._levels = {pid: levels for pid, levels in self._levels.items() if self._people.get(pid) is not None}

    def level(self, person: Person, source: Source) -> Level:
        """How much of it we want."""
        return self._levels.get(person.pid, {}).get(source, Level.OFF)

    def picture(self, person: Person) -> Source | None:
        """Which of somebody's pictures is received: one at a time, in the order of `Person.order`."""
        for source in person.order:
            if self.level(person, source) > Level.OFF and person.may_be_received(source):
                return source
        return None

    def streams(self) -> Wanted:
        """All streams to receive: voices first, then data, then pictures."""
        voices: Wanted = {}
        data: Wanted = {}
        pictures: Wanted = {}
        for person in self._people:
            voice, words, source = person.audio, person.data, self.picture(person)
            if voice and self.level(person, Source.MICROPHONE) and person.may_be_received(Source.MICROPHONE):
                voices[person.pid, voice.mid] = person, voice
            if words is not None:
                data[person.pid, DATA] = person, words
            if source is not None:
                picture = person.pictures[source]
                pictures[person.pid, picture.mid] = person, picture
        return {**voices, **data, **pictures}
