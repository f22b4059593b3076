"""The stage: everybody's picture, in one widget.

Nine widgets with pictures cost half as much again as one, so the stage draws all tiles itself, line by line. Pictures
arrive as ready SGR rows (`CellPicture`); only rows that changed are drawn again, no faster than pictures change, not at
all while another screen covers the stage, and less often when the terminal cannot keep up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic

from rich.cells import cell_len
from rich.color import ColorSystem
from rich.segment import Segment
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from tui.model import CellPicture, Person
from tui.widgets import signs
from tui.widgets.avatar import RINGS, avatar
from tui.widgets.grid import Box, arrange
from tui.widgets.palette import palette_of
from tui.widgets.parts import Parts
from tui.widgets.text import Row, fit

FRAME = 1 / 20
"""The shortest time between two drawings of pictures, in seconds."""

MOST = 25
"""Tiles that are drawn at most; everybody else is in the list of people."""


ROOMY = 24
"""From this width on a tile's caption shows the loudness beside the name; a narrower one has its frame for that."""


@dataclass(slots=True)
class Tile:
    """One person on the stage."""

    person: Person
    box: Box
    picture: CellPicture | None = None  # the last one drawn, when they show one
    drawn: list[str] = field(default_factory=list)  # its rows as they were drawn


class Stage(Widget):
    """All tiles. Give it people with `show_people` and say whose pictures are new with `show_pictures`."""

    DEFAULT_CSS = """
    Stage { background: $incog-background; }
    """

    class TileSized(Message):
        """A person's pictures are wanted at this size; 0 by 0 when they are not on the stage."""

        def __init__(self, key: str, columns: int, rows: int) -> None:
            self.key, self.columns, self.rows = key, columns, rows
            super().__init__()

    def __init__(
        self,
        pictures: Callable[[], Mapping[str, CellPicture]],
        *,
        crowded: Callable[[], bool] = lambda: False,
        id: str | None = None,
    ) -> None:
        super().__init__(id=id)
        self._pictures = pictures
        self._crowded = crowded
        self._people: Sequence[Person] = ()
        self._alone = ""
        self._tiles: dict[str, Tile] = {}
        self._left_out = 0
        self._lines: dict[int, Strip] = {}
        self._waiting: set[str] = set()
        self._timer: Timer | None = None
        self._last_frame = 0.0

    # What it is told

    def show_people(self, people: Sequence[Person], alone: str) -> None:
        """Who is in the meeting, oneself first; `alone` is what to say while nobody else is."""
        told, self._people = self._people, people
        before, self._alone = self._alone, alone
        if [_place_of(person) for person in told] != [_place_of(person) for person in people] or before != alone:
            self._arrange()
            return
        for person in people:
            tile = self._tiles.get(person.key)
            if tile is not None and tile.person != person:
                old, tile.person = tile.person, person
                self._redraw_tile(tile, frame=_look(old) != _look(person))

    def show_pictures(self, keys: frozenset[str]) -> None:
        """These people have new pictures."""
        self._waiting |= keys & self._tiles.keys()
        if not self._waiting or self._timer is not None:
            return
        rest = self._last_frame + FRAME - monotonic()
        if rest > 0:
            self._timer = self.set_timer(rest, self._frame)
        else:
            self._frame()

    def wake(self) -> None:
        """The stage can be seen again."""
        self.show_pictures(frozenset(self._tiles))

    # Where things go

    def on_resize(self, event: events.Resize) -> None:
        """Place the tiles anew."""
        self._arrange()

    def on_hide(self, event: events.Hide) -> None:
        """Want no pictures while hidden."""
        for key in self._tiles:
            self.post_message(self.TileSized(key, 0, 0))
        self._tiles = {}

    def on_show(self, event: events.Show) -> None:
        """Want pictures again."""
        self._arrange()

    def notify_style_update(self) -> None:
        """Draw everything in the colours of another theme."""
        super().notify_style_update()
        self._lines.clear()

    def _arrange(self) -> None:
        if not self.size:
            return
        width, height = self.size
        wanted = _in_order(self._people)
        boxes = arrange(min(len(wanted), MOST), width, height)
        if len(boxes) < len(wanted):
            boxes = arrange(min(len(wanted), MOST), width, height - 1)
            wanted = _first(wanted, len(boxes))
        self._left_out = len(_in_order(self._people)) - len(boxes)
        before, self._tiles = self._tiles, {}
        for person, box in zip(wanted, boxes, strict=False):
            old = before.pop(person.key, None)
            if old is None or (old.box.width, old.box.height) != (box.width, box.height):
                self.post_message(self.TileSized(person.key, box.width, box.height))
            self._tiles[person.key] = Tile(person, box, self._picture_of(person))
        for key in before:
            self.post_message(self.TileSized(key, 0, 0))
        self._lines.clear()
        self.refresh()

    def _picture_of(self, person: Person) -> CellPicture | None:
        return self._pictures().get(person.key) if person.camera else None

    # When things are drawn

    def _frame(self) -> None:
        self._timer = None
        if self.screen is not self.app.screen:
            return  # `wake` is called when the stage is seen again
        if self._crowded():
            self._timer = self.set_timer(FRAME * 2, self._frame)
            return
        self._last_frame = monotonic()
        keys, self._waiting = self._waiting, set()
        dirty: set[int] = set()
        pictures = self._pictures()
        for key in keys:
            tile = self._tiles.get(key)
            if tile is not None and tile.person.camera:
                dirty |= self._take(tile, pictures.get(key))
        self._redraw(dirty)

    def _take(self, tile: Tile, picture: CellPicture | None) -> set[int]:
        """Give a tile its new picture, and return the stage's rows that look different now."""
        tile.picture = picture
        if picture is None or (picture.width, picture.height) != (tile.box.width, tile.box.height):
            tile.drawn = []
            return set(range(tile.box.y, tile.box.caption_y))
        rows = [picture.row(y) for y in range(picture.height)]
        changed = {tile.box.y + y for y, row in enumerate(rows) if y >= len(tile.drawn) or tile.drawn[y] != row}
        tile.drawn = rows
        return changed

    def _redraw_tile(self, tile: Tile, *, frame: bool) -> None:
        box = tile.box
        if not frame:
            self._redraw({box.caption_y})
            return
        picture = self._picture_of(tile.person)
        if picture is not tile.picture:
            tile.drawn = []
        tile.picture = picture
        self._redraw(set(range(max(0, box.y - 1), box.caption_y + 1)))

    def _redraw(self, rows: set[int]) -> None:
        for y in rows:
            self._lines.pop(y, None)
        if rows:
            self.refresh(*(Region(0, y, self.size.width, 1) for y in rows))

    # What is drawn

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines in `crop`; those that did not change are as they were made last."""
        width = self.size.width
        lines = []
        for y in crop.line_range:
            line = self._lines.get(y)
            if line is None:
                line = self._lines[y] = self._line(y)
            lines.append(line if crop.width == width else line.crop(crop.x, crop.right))
        return lines

    def render_line(self, y: int) -> Strip:
        """One line, for those who ask for one."""
        return self.render_lines(Region(0, y, self.size.width, 1))[0]

    @property
    def _full_colour(self) -> bool:
        return self.app.console._color_system in (None, ColorSystem.TRUECOLOR) and not self.app.no_color

    def _line(self, y: int) -> Strip:
        width = self.size.width
        if not self._tiles:
            return self._filtered(self._words_alone(y, width))
        parts = Parts(width, palette_of(self).style("text", "background"))
        for tile in self._tiles.values():
            if tile.box.y - 1 <= y <= tile.box.caption_y:
                self._tile_part(parts, tile, y)
        if self._left_out > 0 and y == self.size.height - 1:
            parts.words(self._words_left_out(width), 0)
        if self._full_colour:
            return parts.ready()
        return self._filtered(parts.plain(palette_of(self).style("text", "background") if self.app.no_color else None))

    def _filtered(self, strip: Strip) -> Strip:
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, self.background_colors[1])
        return strip

    def _tile_part(self, parts: Parts, tile: Tile, y: int) -> None:
        box, person, palette = tile.box, tile.person, palette_of(self)
        mark = palette.style("speaking", "background")
        if y == box.y - 1:
            if person.speaking and y >= 0 and box.y > 0:
                parts.words([Segment("▗" + "▄" * box.width + "▖", mark)], box.x - 1, weak=True)
            return
        if person.speaking:
            parts.words([Segment("▐", mark)], box.x - 1)
        if y == box.caption_y:
            parts.words(list(self._caption(tile)), box.x)
        elif tile.picture is not None:
            parts.picture(tile.picture, y - box.y, box)
        else:
            ring = 1 + int(min(0.99, person.level) * RINGS) if person.speaking else 0
            drawn = avatar(palette, person.name, person.colour, box.width, box.height, ring)
            parts.picture(drawn, y - box.y, box)
        if person.speaking:
            parts.words([Segment("▌", mark)], box.x + box.width)

    def _caption(self, tile: Tile) -> Strip:
        person, palette = tile.person, palette_of(self)
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

    def _words_alone(self, y: int, width: int) -> Strip:
        palette = palette_of(self)
        lines = self._alone.split("\n")
        index = y - (self.size.height - len(lines)) // 2
        ground = palette.style("muted", "background")
        if not 0 <= index < len(lines):
            return Row(width, ground).strip()
        text = fit(lines[index], width - 2)
        strong = palette.style("text", "background", bold=True)
        return Row(width, ground).column((width - len(text)) // 2).put(text, strong if index == 0 else ground).strip()

    def _words_left_out(self, width: int) -> list[Segment]:
        row = Row(width, palette_of(self).style("muted", "background"))
        row.keep((f"and {self._left_out} more in the list ", None))
        return list(row.strip())


def _place_of(person: Person) -> tuple[str, bool]:
    """What decides whether and where somebody is on the stage."""
    return person.key, person.camera


def _look(person: Person) -> tuple[object, ...]:
    """What decides how the picture's place and its frame look; the caption shows more."""
    ring = int(min(0.99, person.level) * RINGS) if person.speaking and not person.camera else 0
    return person.speaking, ring, person.camera, person.name, person.colour


def _in_order(people: Sequence[Person]) -> list[Person]:
    """Who would be on the stage: the others, and oneself last, while one is seen."""
    others = [person for person in people if not person.me]
    return others + [person for person in people if person.me and person.camera]


def _first(people: list[Person], count: int) -> list[Person]:
    """The `count` whom to show when there is no room for all: those who show a picture first, else as they stand."""
    chosen = sorted(range(len(people)), key=lambda index: not people[index].camera)[:count]
    return [people[index] for index in sorted(chosen)]
