"""Lines whose terminal text is ready: pictures go to the screen without a style object for every cell.

Textual renders a line from segments, and making segments for a moving picture costs ten times more than everything
else together. A `ReadyStrip` gives its text as it is, and makes real segments only when somebody takes it apart: what
lies under an overlay, screenshots, the look of one cell.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from rich.color import Color, ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from tui.widgets.palette import RGB

if TYPE_CHECKING:
    from tui.model import CellPicture

RAMP = " .:-=+*#%@"
"""Characters from dark to light, for terminals without colour."""


class ReadyStrip(Strip):
    """A line of `cell_length` cells with its SGR text, and a way to make the same as segments."""

    __slots__ = ("_made", "_make", "_ready")

    def __init__(self, ready: str, make: Callable[[], list[Segment]], cell_length: int) -> None:
        self._ready = ready
        self._make = make
        self._made: list[Segment] | None = None
        super().__init__((), cell_length)

    @property
    def _segments(self) -> list[Segment]:  # a slot there, made on demand here
        if self._made is None:
            self._made = self._make()
        return self._made

    @_segments.setter
    def _segments(self, segments: list[Segment]) -> None:
        """The base class stores the segments it is made with; here there are none to store."""

    def render(self, console: Console) -> str:
        """The terminal text."""
        return self._ready


def ready_text(segments: Sequence[Segment]) -> str:
    """Segments as SGR text for a terminal with 24-bit colour."""
    return "".join(
        text if style is None else Strip.render_style(style, text, ColorSystem.TRUECOLOR) for text, style, _ in segments
    )


@lru_cache(maxsize=4096)
def _cell_style(upper: RGB, lower: RGB) -> Style:
    return Style(color=Color.from_rgb(*upper), bgcolor=Color.from_rgb(*lower))


def picture_segments(picture: CellPicture, y: int, left: int, width: int) -> list[Segment]:
    """`width` cells of row `y` of a picture from column `left` on, equal neighbours in one segment."""
    found: list[Segment] = []
    last: tuple[RGB, RGB] | None = None
    run = 0
    for x in range(left, left + width):
        cell = picture.cell(x, y)
        if cell == last:
            run += 1
            continue
        if last is not None:
            found.append(_run(last, run))
        last, run = cell, 1
    if last is not None:
        found.append(_run(last, run))
    return found


def _run(cell: tuple[RGB, RGB], count: int) -> Segment:
    upper, lower = cell
    # A plain cell is a space: fewer marks on the screen, and in a screenshot one box instead of many glyphs.
    return Segment((" " if upper == lower else "▀") * count, _cell_style(upper, lower))


def ramp_segment(picture: CellPicture, y: int, left: int, width: int, style: Style) -> Segment:
    """The same cells as characters of `RAMP`, by their lightness (the luma of ITU-R BT.601)."""
    signs = []
    for x in range(left, left + width):
        (r1, g1, b1), (r2, g2, b2) = picture.cell(x, y)
        luma = (299 * (r1 + r2) + 587 * (g1 + g2) + 114 * (b1 + b2)) // 2000
        signs.append(RAMP[luma * len(RAMP) // 256])
    return Segment("".join(signs), style)
