"""One tile of the stage: whom it shows, and how it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.model import CellPicture, Person
from tui.widgets import signs
from tui.widgets.avatar import RINGS, avatar
from tui.widgets.casting import shows
from tui.widgets.grid import Box
from tui.widgets.palette import Palette
from tui.widgets.parts import Parts
from tui.widgets.text import Row, fit, wrap

AVATAR = 5
"""Rows from which on an avatar is drawn over the words under it."""
FIELD = 0.06
"""How much of the persona's colour is in the ground of such a tile, as in that of an avatar."""
ROOMY = 24
"""From this width on a tile's caption shows the loudness beside the name; a narrower one has its frame for that."""
WHICH = 8
"""Cells beside the name from which on it is said which picture of theirs this is."""


@dataclass(slots=True)
class Tile:
    """One person on the stage."""

    person: Person
    box: Box
    picture: CellPicture | None = None  # the last one drawn, when they show one
    drawn: list[str] = field(default_factory=list)  # its rows as they were drawn
    chosen: bool = False  # the cursor is on it


class _Styles(Protocol):
    """The styles of one caption, by role."""

    def __call__(self, role: str, *, bold: bool = False) -> Style: ...


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
        _face(parts, person, box, y, palette)
    if person.speaking:
        parts.words([Segment("▌", mark)], box.x + box.width)


def _face(parts: Parts, person: Person, box: Box, y: int, palette: Palette) -> None:
    """What stands in the place of a picture: an avatar; under it, or instead of it, why the picture is not shown."""
    words = _why(person, box)
    high = box.height - len(words)
    if words and high < AVATAR:
        high = 0
    top = box.y + (high or (box.height - len(words)) // 2)
    if high and y < top:
        drawn = avatar(palette, person.name, person.colour, box.width, high, _ring(person))
        parts.picture(drawn, y - box.y, Box(box.x, box.y, box.width, high))
        return
    line = words[y - top] if 0 <= y - top < len(words) else ""
    style = Style(
        color=palette.spec["text"], bgcolor="#{:02x}{:02x}{:02x}".format(*palette.field(person.colour, FIELD))
    )
    left = (box.width - cell_len(line)) // 2
    parts.words([Segment(f"{' ' * left}{line}".ljust(box.width - cell_len(line) + len(line)), style)], box.x)


def _why(person: Person, box: Box) -> list[str]:
    """Why there is no picture although they show one, in lines; the last one is blank where there is room."""
    if not person.unseen or person.hidden:
        return []
    lines = wrap(person.unseen, max(1, box.width - 2))
    if len(lines) > box.height:
        lines = [*lines[: box.height - 1], fit(" ".join(lines[box.height - 1 :]), box.width - 2)]
    return [*lines, ""] if len(lines) + AVATAR < box.height else lines


def _caption(tile: Tile, palette: Palette) -> Strip:
    """What must be seen at the right, whether they are heard at the left, and between these what fits of the name."""

    def style(role: str, *, bold: bool = False) -> Style:
        return palette.block("accent", bold=bold) if tile.chosen else palette.style(role, "panel", bold=bold)

    row = Row(tile.box.width, style("text"))
    _keep_signs(row, tile.person, style)
    row.put("▸" if tile.chosen else " ")
    _put_sound(row, tile.person, style)
    _put_name(row, tile, palette, style)
    return row.strip()


def _keep_signs(row: Row, person: Person, style: _Styles) -> None:
    muted, warning = style("muted"), style("warning", bold=True)
    link = signs.link(person)
    if link:
        row.keep((f" {link} ", muted if person.link == "connecting" else style("warning")))
    else:
        ladder = signs.encryption(person.encryption)
        row.keep((f"{ladder} ", style("warning") if signs.weak(ladder) else muted))
    if person.kind:
        row.keep((f"{signs.kind(person.kind)} ", warning))
    if person.hand:
        row.keep((f"{signs.HAND} ", warning))
    if person.mark:
        row.keep(("! ", warning))
    if person.hidden and (person.camera or person.presenting):
        row.keep((f"{signs.HIDDEN} ", muted))
    if person.speaking and row.width >= ROOMY:
        row.keep((f" {signs.voice(person)} ", style("speaking")))


def _put_sound(row: Row, person: Person, style: _Styles) -> None:
    unheard = bool(person.unheard) and not person.muted
    sound = signs.UNHEARD if unheard else signs.MUTED if person.muted else signs.LIVE
    sound = signs.HUSHED if person.hushed else sound
    quiet = person.hushed or person.muted or unheard
    row.put(f"{sound} ", style("muted" if quiet else "speaking" if person.speaking else "text"))


def _put_name(row: Row, tile: Tile, palette: Palette, style: _Styles) -> None:
    person = tile.person
    name = person.name
    if person.me and cell_len(name) + 7 <= row.room:
        name += " (you)"
    which = bool(person.picture) and cell_len(name) + WHICH <= row.room
    if person.presenting and not which and cell_len(name) + 10 <= row.room:
        name += "'s screen" if not person.me else " shares"
    elif person.presenting and not which:
        row.put(f"{signs.SCREEN} ", style("text"))
    colour = style("text", bold=True) if tile.chosen else palette.persona(person.colour, "panel", bold=person.speaking)
    row.put(fit(name, row.room - 1), colour)
    if which:
        row.put(fit(f" · {person.picture}", row.room - 1), style("muted"))


def look_of(person: Person) -> tuple[object, ...]:
    """What decides how the picture's place and its frame look; the caption shows more."""
    seen = shows(person)
    return person.speaking, 0 if seen else _ring(person), seen, person.unseen, person.name, person.colour


def _ring(person: Person) -> int:
    """How loud the ring around somebody without a picture says they are; 0 while they do not speak."""
    return 1 + int(min(0.99, person.level) * RINGS) if person.speaking else 0
