"""One line of the stage, put together from pictures, captions and the gaps between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.widgets.grid import Box
from tui.widgets.ready import ReadyStrip, picture_segments, ramp_segment, ready_text

if TYPE_CHECKING:
    from tui.model import CellPicture

Laid: TypeAlias = "tuple[list[Segment] | None, CellPicture | None, int, int]"
"""Segments; or a picture, one of its rows, and how many cells of it are shown."""


class Parts:
    """The pieces of one line of the stage, from left to right, with the gaps between them filled."""

    def __init__(self, width: int, ground: Style) -> None:
        self._width = width
        self._ground = ground
        self._pieces: list[tuple[int, int, list[Segment] | None, CellPicture | None, int]] = []

    def words(self, segments: list[Segment], at: int, *, weak: bool = False) -> None:
        """Put segments at a column; where `weak`, only if nothing else is there."""
        width = sum(segment.cell_length for segment in segments)
        if weak and any(start < at + width and at < start + wide for start, wide, *_ in self._pieces):
            return
        self._pieces.append((at, width, segments, None, 0))

    def picture(self, picture: CellPicture, y: int, box: Box) -> None:
        """Put a picture's row into a box: centred where it is smaller, cut where it is larger."""
        top = (box.height - picture.height) // 2
        if not 0 <= y - top < picture.height:
            return
        width = min(box.width, picture.width)
        self._pieces.append((box.x + (box.width - width) // 2, width, None, picture, y - top))

    def _laid(self) -> list[Laid]:
        """Pieces and gaps in order: segments, or a picture with its row and the width of it that is shown."""
        laid: list[Laid] = []
        at = 0
        for start, width, segments, picture, y in sorted(self._pieces, key=lambda piece: piece[0]):
            if start < at or start + width > self._width:
                continue
            if start > at:
                laid.append(([Segment(" " * (start - at), self._ground)], None, 0, 0))
            laid.append((segments, picture, y, width))
            at = start + width
        if at < self._width:
            laid.append(([Segment(" " * (self._width - at), self._ground)], None, 0, 0))
        return laid

    def ready(self) -> Strip:
        """The line as ready text."""
        laid = self._laid()
        texts = []
        for segments, picture, y, width in laid:
            if segments is not None:
                texts.append(ready_text(segments))
            elif picture is not None and picture.width == width:
                texts.append(picture.row(y))
            elif picture is not None:
                texts.append(ready_text(picture_segments(picture, y, (picture.width - width) // 2, width)))
        return ReadyStrip("".join(texts), lambda: _segments_of(laid, None), self._width)

    def plain(self, ramp: Style | None) -> Strip:
        """The line as segments; pictures as characters in the style `ramp`, where there is one."""
        return Strip(_segments_of(self._laid(), ramp), self._width)


def _segments_of(laid: list[Laid], ramp: Style | None) -> list[Segment]:
    found: list[Segment] = []
    for segments, picture, y, width in laid:
        if segments is not None:
            found.extend(segments)
        elif picture is not None:
            left = (picture.width - width) // 2
            if ramp is not None:
                found.append(ramp_segment(picture, y, left, width, ramp))
            else:
                found.extend(picture_segments(picture, y, left, width))
    return found
