"""The calm picture of somebody who shows none: initials in the persona's colour on a soft disc.

Half a cell is as high as it is wide, so a disc of half cells is round. Each drawing is made once and kept.
"""

from __future__ import annotations

from functools import lru_cache
from math import hypot

from tui.widgets.glyphs import HEIGHT, WIDTH, initials, lit
from tui.widgets.palette import RGB, Palette

RINGS = 3
"""How many degrees of loudness the ring around a speaking person shows; 0 is no ring."""


def blend(one: RGB, other: RGB, share: float) -> RGB:
    """`one` with a share (0 to 1) of `other`."""
    share = min(1.0, max(0.0, share))
    return (
        round(one[0] + (other[0] - one[0]) * share),
        round(one[1] + (other[1] - one[1]) * share),
        round(one[2] + (other[2] - one[2]) * share),
    )


def sgr_row(cells: list[tuple[RGB, RGB]]) -> str:
    """Half blocks as SGR text: the upper pixel is the glyph's colour, the lower one its ground. Ends in a reset."""
    parts: list[str] = []
    above: RGB | None = None
    below: RGB | None = None
    for upper, lower in cells:
        if upper != above or lower != below:
            parts.append("\x1b[38;2;%d;%d;%d;48;2;%d;%d;%dm" % (*upper, *lower))  # noqa: UP031 - twice as fast
            above, below = upper, lower
        parts.append("▀")
    parts.append("\x1b[0m")
    return "".join(parts)


class Avatar:
    """A drawn `CellPicture`."""

    def __init__(self, width: int, height: int, cells: list[list[tuple[RGB, RGB]]]) -> None:
        self.width = width
        self.height = height
        self._cells = cells
        self._rows: list[str | None] = [None] * height

    def row(self, y: int) -> str:
        """Row `y` as SGR text."""
        made = self._rows[y]
        if made is None:
            made = self._rows[y] = sgr_row(self._cells[y])
        return made

    def cell(self, x: int, y: int) -> tuple[RGB, RGB]:
        """The upper and lower pixel of one cell."""
        return self._cells[y][x]


@lru_cache(maxsize=128)
def _draw(width: int, height: int, letters: str, ink: RGB, disc: RGB, field: RGB, glow: RGB, ring: int) -> Avatar:
    """`ring` is 0 for none, else 1 to RINGS."""
    high = height * 2
    centre_x, centre_y = (width - 1) / 2, (high - 1) / 2
    thick = max(1.0, min(width, high) / 26)
    radius = max(2.0, min(width, high) * 0.44 - 0.3)
    inner = radius + thick * 0.9
    outer = inner + thick * ring
    mark = _mark(letters, radius, high, centre_x, centre_y)

    def pixel(x: int, y: int) -> RGB:
        away = hypot(x - centre_x, y - centre_y)
        colour = field
        if ring:
            colour = blend(field, glow, min(outer - away + 0.5, away - inner + 0.5))
        if mark(x, y):
            return ink
        return blend(colour, disc, radius - away + 0.5)

    pixels = [[pixel(x, y) for x in range(width)] for y in range(high)]
    cells = [list(zip(pixels[2 * y], pixels[2 * y + 1], strict=True)) for y in range(height)]
    return Avatar(width, height, cells)


class _Letters:
    """Which pixels are ink, for letters as large as fit into a disc."""

    def __init__(self, letters: str, radius: float, centre_x: float, centre_y: float) -> None:
        self._letters = letters
        across = len(letters) * (WIDTH + 1) - 1
        self._scale = max(1, int(1.5 * radius / hypot(across, HEIGHT)))
        self._left = round(centre_x + 0.5 - across * self._scale / 2)
        self._top = round(centre_y + 0.5 - HEIGHT * self._scale / 2)

    def __call__(self, x: int, y: int) -> bool:
        column, row = (x - self._left) // self._scale, (y - self._top) // self._scale
        letter, within = divmod(column, WIDTH + 1)
        if not (0 <= letter < len(self._letters) and 0 <= row < HEIGHT and within < WIDTH):
            return False
        return lit(self._letters[letter], within, row)


class _Figure:
    """Which pixels are ink, for a head and shoulders."""

    def __init__(self, radius: float, centre_x: float, centre_y: float) -> None:
        self._radius, self._x, self._y = radius, centre_x, centre_y

    def __call__(self, x: int, y: int) -> bool:
        across, down = (x - self._x) / self._radius, (y - self._y) / self._radius
        head = hypot(across, down + 0.30) < 0.32
        shoulders = hypot(across, down - 0.85) < 0.62 and hypot(across, down) < 1
        return head or shoulders


def _mark(letters: str, radius: float, high: int, centre_x: float, centre_y: float) -> _Letters | _Figure:
    if len(letters) == 2 and hypot(2 * WIDTH + 1, HEIGHT) < 2.05 * radius:
        return _Letters(letters, radius, centre_x, centre_y)
    if letters and high > HEIGHT:
        return _Letters(letters[0], radius, centre_x, centre_y)
    return _Figure(radius, centre_x, centre_y)


def avatar(palette: Palette, name: str, colour: int, width: int, height: int, ring: int = 0) -> Avatar:
    """The picture of somebody without one, `width` by `height` cells; `ring` 0 to RINGS is how loud they speak."""
    return _draw(
        width,
        height,
        initials(name),
        palette.persona_rgb(colour),
        palette.field(colour, 0.24),
        palette.field(colour, 0.06),
        palette.rgb("speaking"),
        min(RINGS, max(0, ring)),
    )
