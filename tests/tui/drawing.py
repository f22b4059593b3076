"""A screen as a picture: an SVG made from its segments, and a PNG of that.

Textual's own SVG leaves the shape of blocks and frames to the font, and a font that is a little narrower than it thinks
moves every word. Here each piece stands on its cell, and blocks and frames are drawn as what they are.
"""

from __future__ import annotations

import io
import re
import shutil
import struct
import subprocess
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style

from themes.contrast import mix

FONT = "DejaVu Sans Mono"
WIDE, HIGH = 10.0, 20.0
"""A cell, in pixels."""

_SIZE = WIDE / 0.60205  # the width of this font's letters, as a share of their size
_THIN = 1.4

Box = tuple[float, float, float, float]  # x, y, width, height as shares of a cell

BLOCKS: dict[str, tuple[Box, ...]] = {
    "█": ((0, 0, 1, 1),),
    "▀": ((0, 0, 1, 0.5),),
    "▄": ((0, 0.5, 1, 0.5),),
    "▌": ((0, 0, 0.5, 1),),
    "▐": ((0.5, 0, 0.5, 1),),
    "▖": ((0, 0.5, 0.5, 0.5),),
    "▗": ((0.5, 0.5, 0.5, 0.5),),
    "▔": ((0, 0, 1, 0.125),),
    "▁": ((0, 0.875, 1, 0.125),),
    "▎": ((0, 0, 0.25, 1),),
    "▂": ((0, 0.75, 1, 0.25),),
    "▃": ((0, 0.625, 1, 0.375),),
    "▅": ((0, 0.375, 1, 0.625),),
    "▆": ((0, 0.25, 1, 0.75),),
    "▇": ((0, 0.125, 1, 0.875),),
    "│": ((0.5 - _THIN / WIDE / 2, 0, _THIN / WIDE, 1),),
    "─": ((0, 0.5 - _THIN / HIGH / 2, 1, _THIN / HIGH),),
    "━": ((0, 0.5 - 0.07, 1, 0.14),),
    "╸": ((0, 0.5 - 0.07, 0.5, 0.14),),
}
"""What is drawn as boxes."""

CORNERS = {"╭": (1, 1), "╮": (-1, 1), "╰": (1, -1), "╯": (-1, -1)}
"""Rounded corners: whither they go, across and down."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of so many pixels, as the inside of an SVG."""

    width: float
    height: float
    body: str

    def svg(self) -> str:
        """The whole of it."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width:g} {self.height:g}" '
            f'width="{self.width:g}" height="{self.height:g}" font-family="{FONT}, monospace" font-size="{_SIZE:.3f}" '
            f'xml:space="preserve">{self.body}</svg>\n'
        )

    def png(self, path: Path, width: int | None = None) -> None:
        """Write it as PNG, so many pixels wide. Raises `RuntimeError` where librsvg is not installed."""
        program = shutil.which("rsvg-convert")
        if program is None:
            raise RuntimeError("rsvg-convert is missing: apt-get install librsvg2-bin fonts-dejavu-core")
        size = ["--width", str(width)] if width else []
        made = subprocess.run([program, *size], input=self.svg().encode(), check=True, capture_output=True)
        path.write_bytes(smaller(made.stdout, frozenset(re.findall(r'fill="(#[0-9a-f]{6})"', self.body))))


def draw(rows: Sequence[Iterable[Segment]]) -> Drawing:
    """The screen whose lines these are."""
    grounds: list[tuple[int, int, str]] = []  # where each colour of ground begins; it goes on to the end of the line
    signs: list[str] = []
    across = 0.0
    for y, row in enumerate(rows):
        x, last = 0, ""
        for text, style, control in row:
            if control or not text:
                continue
            cells = cell_len(text)
            colour, ground = _colours(style)
            if ground != last:
                grounds.append((x, y, ground))
                last = ground
            signs.extend(_signs(text, style, colour, x, y))
            x += cells
        across = max(across, x * WIDE)
    high = len(rows) * HIGH
    body = [_rect(x * WIDE, y * HIGH, across - x * WIDE, HIGH, ground) for x, y, ground in grounds]
    return Drawing(across, high, "".join((*body, *signs)))


def sheet(rows: Sequence[tuple[float, Sequence[Drawing]]], ground: str, *, gap: float = 12) -> Drawing:
    """Rows of drawings on one, each row at its scale; at 1 and 0.5 every cell has whole pixels."""
    widths = [sum(one.width for one in row) * scale + gap * (len(row) - 1) for scale, row in rows]
    width = max(widths) + 2 * gap
    parts: list[str] = []
    y = gap
    for (scale, row), wide in zip(rows, widths, strict=True):
        x = (width - wide) // 2
        for one in row:
            parts.append(f'<g transform="translate({x:g} {y:g}) scale({scale:g})">{one.body}</g>')
            x += one.width * scale + gap
        y += max(one.height for one in row) * scale + gap
    return Drawing(width, y, _rect(0, 0, width, y, ground) + "".join(parts))


def in_rows(drawings: Sequence[Drawing], columns: int, scale: float) -> list[tuple[float, list[Drawing]]]:
    """Rows for `sheet`, the last one filled up with nothing."""
    rows = [list(drawings[start : start + columns]) for start in range(0, len(drawings), columns)]
    rows[-1] += [Drawing(rows[-1][-1].width, 0, "")] * (columns - len(rows[-1]))
    return [(scale, row) for row in rows]


def smaller(png: bytes, drawn: frozenset[str] = frozenset()) -> bytes:
    """The same picture in 256 colours: a third of the size, and hard to tell apart.

    Those that were drawn with come first, then the shades at the edges of letters, the most frequent ones first.
    """
    import av
    import numpy as np

    with av.open(io.BytesIO(png), mode="r", format="png_pipe") as file:
        rgb = next(file.decode(video=0)).to_ndarray(format="rgb24").astype(np.uint32)
    height, width, _ = rgb.shape
    colours, where, often = np.unique(
        (rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2]).ravel(), return_inverse=True, return_counts=True
    )
    split = np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(np.int64)
    first = np.isin(colours, [int(colour[1:], 16) for colour in drawn])
    kept = split[np.lexsort((often, first))[::-1][:256]]
    nearest = np.concatenate([((part[:, None] - kept) ** 2).sum(2).argmin(1) for part in np.array_split(split, 64)])
    lines = np.zeros((height, width + 1), np.uint8)  # each line begins with its filter: none
    lines[:, 1:] = nearest[where].reshape(height, width)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", kept.astype(np.uint8).tobytes()),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    looks = f'fill="{colour}" shape-rendering="crispEdges"'
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" {looks}/>'


def _colours(style: Style | None) -> tuple[str, str]:
    """The colour of the signs, and of what they stand on."""
    if style is None:
        return "#000000", "#000000"
    colour = style.color.get_truecolor().hex if style.color is not None else "#c0c0c0"
    ground = style.bgcolor.get_truecolor().hex if style.bgcolor is not None else "#000000"
    if style.reverse:
        colour, ground = ground, colour
    return (mix(colour, ground, 0.4) if style.dim else colour), ground


def _signs(text: str, style: Style | None, colour: str, x: int, y: int) -> Iterable[str]:
    """Runs of letters as text, runs of a block as boxes, and corners."""
    for kind, signs in groupby(text, lambda sign: sign if sign in BLOCKS or sign in CORNERS or sign == " " else ""):
        run = "".join(signs)
        if kind in BLOCKS:
            yield from _blocks(kind, len(run), colour, x, y)
        elif kind in CORNERS:
            yield from (_corner(kind, colour, x + number, y) for number in range(len(run)))
        elif kind != " ":
            yield _words(run, style, colour, x, y)
        x += cell_len(run)


def _words(text: str, style: Style | None, colour: str, x: int, y: int) -> str:
    looks = ' font-weight="bold"' if style and style.bold else ""
    looks += ' font-style="italic"' if style and style.italic else ""
    looks += ' text-decoration="underline"' if style and style.underline else ""
    return f'<text x="{x * WIDE:g}" y="{(y + 0.76) * HIGH:g}" fill="{colour}"{looks}>{escape(text)}</text>'


def _blocks(sign: str, count: int, colour: str, x: int, y: int) -> Iterable[str]:
    for left, top, width, height in BLOCKS[sign]:
        each = [(x + left, count)] if width == 1 else [(x + number + left, width) for number in range(count)]
        for start, wide in each:
            yield _rect(start * WIDE, (y + top) * HIGH, wide * WIDE, height * HIGH, colour)


def _corner(sign: str, colour: str, x: int, y: int) -> str:
    across, down = CORNERS[sign]
    left, top = (x + 0.5) * WIDE, (y + 0.5) * HIGH
    return (
        f'<path d="M{left + across * WIDE / 2:g} {top:g} Q{left:g} {top:g} {left:g} {top + down * WIDE / 2:g} '
        f'V{top + down * HIGH / 2:g}" fill="none" stroke="{colour}" stroke-width="{_THIN}"/>'
    )
