"""A decoded picture as terminal cells: fits the tile, centred, on a plain ground; two pixels a cell."""

from __future__ import annotations

from typing import cast

import av
import numpy as np
from av.video.reformatter import VideoReformatter

from media.sgr import Bytes, Depth, text_rows

MOST_COLUMNS, MOST_ROWS = 512, 256
BLACK = (0, 0, 0)
RGB = tuple[int, int, int]
_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], dtype=np.float32)


class Cells:
    """A `CellPicture`: rows of ready text, and the pixels behind them."""

    __slots__ = ("_pixels", "_rows")

    def __init__(self, pixels: Bytes, depth: Depth) -> None:
        """`pixels`: RGB of shape (2 * rows, columns, 3)."""
        self._pixels = pixels
        self._rows = text_rows(pixels, depth)

    @property
    def width(self) -> int:
        """Cells across."""
        return int(self._pixels.shape[1])

    @property
    def height(self) -> int:
        """Rows of cells."""
        return len(self._rows)

    def row(self, y: int) -> str:
        """Row `y` as ready text; with colours it ends in a reset."""
        return self._rows[y]

    def cell(self, x: int, y: int) -> tuple[RGB, RGB]:
        """The upper and lower pixel of one cell, RGB."""
        upper, lower = self._pixels[2 * y, x], self._pixels[2 * y + 1, x]
        return (int(upper[0]), int(upper[1]), int(upper[2])), (int(lower[0]), int(lower[1]), int(lower[2]))


def to_cells(
    frame: av.VideoFrame,
    columns: int,
    rows: int,
    *,
    depth: Depth = "truecolor",
    ground: RGB = BLACK,
    grey: bool = False,
    scaler: VideoReformatter | None = None,
) -> Cells:
    """Scale a frame into `columns` x `rows` cells, keeping its shape; the rest is `ground`. `grey`: without colour.

    Safe in any thread. `scaler`, for one thread, is quicker from the second frame of a size on.
    """
    columns = min(max(1, columns), MOST_COLUMNS)
    rows = min(max(1, rows), MOST_ROWS)
    scale = min(columns / frame.width, 2 * rows / frame.height)
    width = min(columns, max(1, round(frame.width * scale)))
    height = min(2 * rows, max(1, round(frame.height * scale)))
    # Scaling into a planar format first: straight to rgb24 swscale loses 0.5 to 2.4 dB at these sizes.
    # One thread: for pictures of this size, starting more of them takes longer than the work.
    small = (scaler or VideoReformatter()).reformat(
        frame, width=width, height=height, format="gbrp", interpolation="AREA", threads=1
    )
    pixels = np.empty((2 * rows, columns, 3), dtype=np.uint8)
    pixels[:] = ground
    left, top = (columns - width) // 2, (2 * rows - height) // 2
    picture = cast(Bytes, small.to_ndarray())
    pixels[top : top + height, left : left + width] = _grey(picture) if grey else picture
    return Cells(pixels, depth)


def _grey(pixels: Bytes) -> Bytes:
    """The same picture by its luminance alone (the weights of ITU-R BT.709)."""
    light = (pixels @ _WEIGHTS).astype(np.uint8)
    return np.repeat(light[..., np.newaxis], 3, axis=2)
