"""One tile of the stage: whom it shows, how it is drawn, and who gets one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from rich.cells import cell_len
from rich.segment import Segment
from textual.strip import Strip

from tui.model import CellPicture, Person
from tui.widgets import signs
from tui.widgets.avatar import RINGS, avatar
from tui.widgets.grid import Box
from tui.widgets.palette import Palette
from tui.widgets.parts import Parts
from tui.widgets.text import Row, fit

ROOMY = 24
"""From this width on a tile's caption shows the loudness beside the name; a narrower one has its frame for that."""


@dataclass(slots=True)
class Tile:
    """One person on the stage."""

    person: Person
    box: Box
    picture: CellPicture | None = None  # the last one drawn, when they show one
    drawn: list[str] = field(default_factory=list)  # its rows as they were drawn


def draw_tile(parts: Parts, tile: Tile, y: int, palette: Palette) -> None:
    """Put what line `y` of the stage shows of a tile: its frame, its picture or its caption."""
    box, person = tile.box, tile.person
    mark = palette.style("speaking", "background")
    if y == box.y - 1:
        if person.speaking and y >= 0 and box.y > 0:
            parts.words([Segment("▗" + "▄" * box.width + "▖", mark)], box.x - 1, weak=True)
        return
    if person.speaking:
        parts.words([Segment("▐", mark)], box.x - 1)
    if y == box.caption_y:
        parts.words(list(_caption(tile, palette)), box.x)
    elif tile.picture is not None:
        parts.picture(tile.picture, y - box.y, box)
    else:
        drawn = avatar(palette, person.name, person.colour, box.width, box.height, _ring(person))
        parts.picture(drawn, y - box.y, box)
    if person.speaking:
        parts.words([Segment("▌", mark)], box.x + box.width)


def _caption(tile: Tile, palette: Palette) -> Strip:
    person = tile.person
    row = Row(tile.box.width, palette.style("text", "panel"))
    muted = palette.style("muted", "panel")
    link = signs.link(person)
    if link:
        row.keep((f" {link} ", palette.style("warning" if person.link != "connecting" else "muted", "panel")))
    else:
        row.keep((f"{signs.encryption(person.encryption)} ", muted))
    if person.hand:
        row.keep((f"{signs.HAND} ", palette.style("warning", "panel", bold=True)))
    if person.mark:
        row.keep(("! ", palette.style("warning", "panel", bold=True)))
    if person.speaking and row.width >= ROOMY:
        row.keep((f" {signs.level(person.level)} ", palette.style("speaking", "panel")))
    row.put(
        f" {signs.MUTED if person.muted else signs.LIVE} ",
        muted if person.muted else palette.style("speaking" if person.speaking else "text", "panel"),
    )
    name = person.name
    if person.me and cell_len(name) + 7 <= row.room:
        name += " (you)"
    row.put(fit(name, row.room - 1), palette.persona(person.colour, "panel", bold=person.speaking))
    return row.strip()


def place_of(person: Person) -> tuple[str, bool]:
    """What decides whether and where somebody is on the stage."""
    return person.key, person.camera


def look_of(person: Person) -> tuple[object, ...]:
    """What decides how the picture's place and its frame look; the caption shows more."""
    return person.speaking, 0 if person.camera else _ring(person), person.camera, person.name, person.colour


def in_order(people: Sequence[Person]) -> list[Person]:
    """Who would be on the stage: the others, and oneself last, while one is seen."""
    others = [person for person in people if not person.me]
    return others + [person for person in people if person.me and person.camera]


def first_of(people: list[Person], count: int) -> list[Person]:
    """The `count` whom to show when there is no room for all: those who show a picture first, else as they stand."""
    chosen = sorted(range(len(people)), key=lambda index: not people[index].camera)[:count]
    return [people[index] for index in sorted(chosen)]


def _ring(person: Person) -> int:
    """How loud the ring around somebody without a picture says they are; 0 while they do not speak."""
    return 1 + int(min(0.99, person.level) * RINGS) if person.speaking else 0
