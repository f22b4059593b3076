"""Tiles on one widget: pictures, avatars and captions, line by line.

Nine widgets with pictures cost half as much again as one, so all tiles are drawn here. Pictures arrive as ready SGR
rows (`CellPicture`); only rows that changed are drawn again, no faster than pictures change, not at all while another
screen covers them, and less often when the terminal cannot keep up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from time import monotonic

from rich.color import ColorSystem
from textual import events
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

from tui.model import CellPicture, Person
from tui.widgets.casting import shows
from tui.widgets.grid import Box
from tui.widgets.palette import palette_of
from tui.widgets.parts import Parts
from tui.widgets.tile import Tile, draw_tile, look_of
from tui.widgets.words import words_line

FRAME = 1 / 20
"""The shortest time between two drawings of pictures, in seconds."""


class Canvas(Widget):
    """Draws tiles. A subclass says where they are (`place`), or what to say while there are none (`say`)."""

    class TileSized(Message):
        """A person's pictures are wanted at this size; 0 by 0 when they are not drawn."""

        def __init__(self, key: str, columns: int, rows: int) -> None:
            self.key, self.columns, self.rows = key, columns, rows
            super().__init__()

    def __init__(
        self, pictures: Callable[[], Mapping[str, CellPicture]], crowded: Callable[[], bool], *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._pictures = pictures
        self._crowded = crowded
        self._words = ""
        self._tiles: dict[str, Tile] = {}
        self._lines: dict[int, Strip] = {}
        self._waiting: set[str] = set()
        self._timer: Timer | None = None
        self._last_frame = 0.0

    # What it is told

    def place(self, tiles: Sequence[tuple[Person, Box]]) -> None:
        """Draw these people in these boxes, and nobody else."""
        before, self._tiles = self._tiles, {}
        for person, box in tiles:
            old = before.pop(person.key, None)
            if old is None or (old.box.width, old.box.height) != (box.width, box.height):
                self.post_message(self.TileSized(person.key, box.width, box.height))
            self._tiles[person.key] = Tile(person, box, self._picture_of(person), chosen=old is not None and old.chosen)
        for key in before:
            self.post_message(self.TileSized(key, 0, 0))
        self._lines.clear()
        self.refresh()

    def say(self, words: str) -> None:
        """What stands there while there are no tiles; lines of it are centred, the first one strong."""
        if words != self._words:
            self._words = words
            if not self._tiles:
                self._lines.clear()
                self.refresh()

    def change(self, people: Sequence[Person]) -> None:
        """People as they are now; who has no tile is passed over."""
        for person in people:
            tile = self._tiles.get(person.key)
            if tile is not None and tile.person != person:
                old, tile.person = tile.person, person
                self._redraw_tile(tile, frame=look_of(old) != look_of(person))

    def choose(self, key: str) -> None:
        """Mark this person's tile, and no other; an empty key marks none."""
        for tile in self._tiles.values():
            if tile.chosen != (tile.person.key == key):
                tile.chosen = not tile.chosen
                self._redraw({tile.box.caption_y})

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
        """It can be seen again."""
        self.show_pictures(frozenset(self._tiles))

    def on_hide(self, event: events.Hide) -> None:
        """Want no pictures while hidden."""
        self.place(())

    def notify_style_update(self) -> None:
        """Draw everything in the colours of another theme."""
        super().notify_style_update()
        self._lines.clear()

    def _picture_of(self, person: Person) -> CellPicture | None:
        return self._pictures().get(person.key) if shows(person) else None

    # When things are drawn

    def _frame(self) -> None:
        self._timer = None
        if self.screen is not self.app.screen:
            return  # `wake` is called when it is seen again
        if self._crowded():
            self._timer = self.set_timer(FRAME * 2, self._frame)
            return
        self._last_frame = monotonic()
        keys, self._waiting = self._waiting, set()
        dirty: set[int] = set()
        pictures = self._pictures()
        for key in keys:
            tile = self._tiles.get(key)
            if tile is not None and shows(tile.person):
                dirty |= self._take(tile, pictures.get(key))
        self._redraw(dirty)

    def _take(self, tile: Tile, picture: CellPicture | None) -> set[int]:
        """Give a tile its new picture, and return the rows that look different now."""
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
        width, height = self.size
        palette = palette_of(self)
        if not self._tiles:
            return self._filtered(words_line(self._words, y, width, height, palette))
        ground = palette.style("text", "background")
        parts = Parts(width, ground)
        for tile in self._tiles.values():
            if tile.box.y - 1 <= y <= tile.box.caption_y:
                draw_tile(parts, tile, y, palette)
        if self._full_colour:
            return parts.ready()
        return self._filtered(parts.plain(ground if self.app.no_color else None))

    def _filtered(self, strip: Strip) -> Strip:
        for line_filter in self.get_line_filters():
            strip = strip.apply_filter(line_filter, self.background_colors[1])
        return strip
