"""Who is on the stage: who holds the floor, who sits where, and what is shown large. Pure: the time comes in.

Two rules keep the stage calm. The floor changes hands only when somebody speaks for a while and whoever has it is
silent, so a cough moves nothing. And nobody who sits on the stage changes places: where not all have room, whoever
begins to speak takes the seat of the one who was silent longest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest
from typing import Literal

from tui.model import Person

Mode = Literal["auto", "gallery", "speaker", "screen"]
Kind = Literal["gallery", "speaker", "screen", "one"]

SPOKEN = 1.0
"""Seconds for which somebody speaks before that counts: longer than a cough."""

GAP = 0.6
"""Seconds of silence within which speech is still the same speech."""

QUIET = 1.5
"""Seconds of silence after which the floor is free."""

STAY = 2.5
"""Seconds for which the floor is held at least."""

REMEMBERED = 64
"""Voices that are remembered; those heard longest ago are forgotten."""

FEW = 9
"""Tiles up to which the automatic stage is a gallery, where they have room."""


@dataclass(frozen=True, slots=True)
class Voice:
    """The newest speech of somebody, in seconds of a monotonic clock."""

    since: float
    last: float

    @property
    def counts(self) -> bool:
        """Whether it was more than a cough."""
        return self.last - self.since >= SPOKEN


@dataclass(frozen=True, slots=True)
class Talk:
    """Who speaks, and who holds the floor."""

    floor: str = ""  # a key; empty before anybody spoke
    taken: float = float("-inf")
    voices: Mapping[str, Voice] = field(default_factory=dict)

    def step(self, people: Sequence[Person], now: float) -> Talk:
        """The talk after `people` were seen at `now`. Oneself never holds the floor."""
        voices = self._heard(people, now)
        here = not self.floor or any(person.key == self.floor for person in people)
        floor, held = self.floor if here else "", voices.get(self.floor)
        free = not floor or ((held is None or now - held.last > QUIET) and now - self.taken >= STAY)
        if free:
            speaking = [key for key, voice in voices.items() if voice.last == now and voice.counts]
            floor = min(speaking, key=lambda key: voices[key].since, default=floor)
        if not here and not floor:
            known = {person.key for person in people}
            last = (key for key in voices if key in known and voices[key].counts)
            floor = max(last, key=lambda key: voices[key].last, default="")
        return Talk(floor, self.taken if floor == self.floor else now, voices)

    def _heard(self, people: Iterable[Person], now: float) -> Mapping[str, Voice]:
        speaking = [person.key for person in people if person.speaking and not person.me]
        if not speaking:
            return self.voices
        voices = dict(self.voices)
        for key in speaking:
            before = voices.get(key)
            since = before.since if before is not None and now - before.last <= GAP else now
            voices[key] = Voice(since, now)
        if len(voices) > REMEMBERED:
            voices = dict(nlargest(REMEMBERED, voices.items(), key=lambda item: item[1].last))
        return voices

    def silence(self, key: str) -> float:
        """The negative time at which somebody was heard last: the larger, the longer ago."""
        voice = self.voices.get(key)
        return -voice.last if voice is not None else float("inf")


def shows(person: Person) -> bool:
    """Whether somebody has a picture to be drawn: a camera or a screen, not hidden here, and not beyond our reach."""
    return (person.camera or person.presenting) and not person.hidden and not person.unseen


def presenter(people: Iterable[Person], before: str = "") -> str:
    """Who shares a screen that is to be shown large: the one it was `before`, else the first. Never oneself."""
    found = [person.key for person in people if person.presenting and not person.me and shows(person)]
    return before if before in found else next(iter(found), "")


def seat(before: Sequence[str], people: Sequence[Person], room: int, talk: Talk, *, still: bool = False) -> list[str]:
    """Who sits on the `room` seats of the stage, in order; each stays where they sat `before`.

    `people` are those who may sit, in the order of joining. `still`: nobody gives way to who begins to speak.
    """
    if room <= 0:
        return []
    who = {person.key: person for person in people}
    if len(who) <= room:
        kept = [key for key in before if key in who]
        return kept + _without(who, kept)
    seats = [key if key in who else "" for key in before]
    while len(seats) > room:
        seats.remove("" if "" in seats else min(reversed(seats), key=lambda key: _worth(who[key], talk)))
    seats += [""] * (room - len(seats))
    if "" in seats:
        waiting = sorted(_without(who, seats), key=lambda key: (not shows(who[key]), talk.silence(key)))
        coming = iter(waiting)
        seats = [key or next(coming) for key in seats]
    if still:
        return seats
    for key, voice in talk.voices.items():
        if key in who and key not in seats and who[key].speaking and voice.counts:
            least = min(range(room), key=lambda index: _worth(who[seats[index]], talk))
            if not who[seats[least]].speaking:
                seats[least] = key
    return seats


def _worth(person: Person, talk: Talk) -> tuple[bool, bool, float]:
    """Whoever has the least gives way."""
    return person.speaking, shows(person), -talk.silence(person.key)


def _without(who: Mapping[str, Person], seated: Iterable[str]) -> list[str]:
    there = set(seated)
    return [key for key in who if key not in there]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person wants to see."""

    mode: Mode = "auto"
    only: str = ""  # the one person on the stage
    page: int = 0

    def next(self, *, shared: bool) -> Wanted:
        """The next way to look; first of all, away from one person. `shared`: somebody shares a screen."""
        if self.only:
            return Wanted(self.mode)
        modes: tuple[Mode, ...] = ("auto", "gallery", "speaker")
        if shared:
            modes = (*modes, "screen")
        return Wanted(modes[(modes.index(self.mode) + 1) % len(modes)] if self.mode in modes else "auto")


def choose(wanted: Wanted, people: Sequence[Person], talk: Talk, large: str, *, all_fit: bool) -> tuple[Kind, str]:
    """The kind of stage, and who is large on it; nobody in a gallery.

    `large` is who was large before; `all_fit`: a gallery has room for everybody.
    """
    others = [person for person in people if not person.me]
    keys = {person.key for person in people}
    if wanted.only in keys:
        return "one", wanted.only
    if wanted.mode in ("auto", "screen") and (sharing := presenter(others, large)):
        return "screen", sharing
    if wanted.mode == "speaker" or (wanted.mode != "gallery" and not (all_fit and len(others) <= FEW)):
        if talk.floor in keys:
            return "speaker", talk.floor
        seen = large if large in keys else next((person.key for person in others if shows(person)), "")
        return "speaker", seen or next((person.key for person in others), "")
    return "gallery", ""
