"""What stands on the stage, and where: who was chosen (`casting`), in the boxes there is room for (`grid`). Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tui.model import Person
from tui.widgets.casting import Kind, Talk, Wanted, choose, seat, shows
from tui.widgets.grid import Box, arrange, feature

MOST = 25
"""Tiles that are drawn at most; everybody else is on another page."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One look of the stage."""

    kind: Kind = "gallery"
    large: str = ""  # the key of who is shown large
    places: tuple[tuple[str, Box], ...] = ()  # everybody who is drawn, the large one first
    gallery: tuple[str, ...] = ()  # who sat where, the last time that there was a gallery
    strip: tuple[str, ...] = ()  # the same beside somebody large
    others: int = 0  # how many have no tile on this page
    page: int = 0
    pages: int = 1

    @property
    def keys(self) -> tuple[str, ...]:
        """Everybody who is drawn."""
        return tuple(key for key, _ in self.places)


def scene_of(people: Sequence[Person], wanted: Wanted, talk: Talk, before: Scene, width: int, height: int) -> Scene:
    """The stage of `width` by `height` cells as it is now, when it was as `before`. Oneself is the first of `people`,
    and on the stage only while seen.
    """
    me = [person.key for person in people[:1] if person.me and shows(person)]
    others = [person for person in people if not person.me]
    if any(person.order for person in others):
        others.sort(key=lambda person: person.order)
    count = len(others) + len(me)
    boxes = arrange(min(count, MOST), width, height)
    kind, large = choose(wanted, people, talk, before.large, all_fit=len(boxes) == count)
    if kind == "one":
        return Scene(
            kind, large, tuple((large, box) for box in arrange(1, width, height)), before.gallery, before.strip
        )
    if kind == "gallery" or not large:
        seats, page = _seated(before.gallery, others, me, len(boxes), talk, wanted.page)
        keys, rest, number, pages = page
        return Scene(kind, "", tuple(zip(keys, boxes, strict=False)), seats, before.strip, rest, number, pages)
    small = [person for person in others if person.key != large]
    me = [key for key in me if key != large]
    first, *strip = feature(min(len(small) + len(me), MOST), width, height) or [Box(0, 0, 0, 0)]
    seats, page = _seated(_swapped(before, large), small, me, len(strip), talk, wanted.page)
    keys, rest, number, pages = page
    places = ((large, first), *zip(keys, strip, strict=False))
    return Scene(kind, large, places if first.area > 0 else (), before.gallery, seats, rest, number, pages)


def _swapped(before: Scene, large: str) -> tuple[str, ...]:
    """The strip, with who was large until now in the seat of who is large from now on."""
    if before.large == large or not before.large:
        return before.strip
    return tuple(before.large if key == large else key for key in before.strip)


Page = tuple[list[str], int, int, int]
"""Who is on it, how many are not, its number, and how many there are."""


def _seated(
    before: Sequence[str], people: Sequence[Person], me: list[str], room: int, talk: Talk, page: int
) -> tuple[tuple[str, ...], Page]:
    """Who has a seat, and who is on the wanted page: on the first one those with a seat, then all others in order."""
    myself = me if room > len(me) or (room and not people) else []
    room -= len(myself)
    seats = seat(before, people, room, talk, still=page > 0)
    waiting = len(people) - len(seats)
    pages = 1 + (-(-waiting // room) if room else 0)
    page = min(page, pages - 1)
    if not page:
        return tuple(seats), ([*seats, *myself], waiting + len(me) - len(myself), 0, pages)
    seated = set(seats)
    rest = [person.key for person in people if person.key not in seated]
    keys = rest[(page - 1) * room : page * room]
    return tuple(seats), (keys, len(people) - len(keys), page, pages)
