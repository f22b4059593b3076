"""Pixels to terminal text: two pixels a cell (an upper half block), colours written only when they change.

Vectorised: every cell becomes a record of fixed width, in which what is not needed is zero; the zeros are then squeezed
out of each row.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Depth = Literal["truecolor", "256", "16", "none"]
"""How many colours the terminal has; `none` draws with shades of one colour and writes no escape at all."""

_HALF = np.frombuffer("▀".encode(), dtype=np.uint8)
_ESCAPE = np.frombuffer(b"\x1b[", dtype=np.uint8)
_RESET = "\x1b[0m"
_SHADES = " ░▒▓█"
_SHADE_OF = dict(enumerate(_SHADES))

# The 16 colours as xterm has them; terminals differ, the order does not.
_SIXTEEN = np.array(
    [
        (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205), (0, 205, 205), (229, 229, 229),
        (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255), (0, 255, 255),
        (255, 255, 255),
    ],
    dtype=np.int32,
)  # fmt: skip
_CUBE = np.array([0, 95, 135, 175, 215, 255], dtype=np.int32)
_CUBE_OF = np.abs(np.arange(256)[:, None] - _CUBE).argmin(axis=1).astype(np.int32)


def text_rows(pixels: Bytes, depth: Depth) -> list[str]:
    """Rows of text for an RGB array of shape (2 * rows, columns, 3). Each row ends in a reset, but with `none`."""
    upper, lower = pixels[0::2], pixels[1::2]
    if depth == "none":
        return _shaded(upper, lower)
    fields, change = {"truecolor": (_true, _packed), "256": (_of_256, _index_256), "16": (_of_16, _index_16)}[depth]
    upper_key, lower_key = change(upper), change(lower)
    return _joined(fields(upper_key, False), fields(lower_key, True), _changes(upper_key), _changes(lower_key))


def _changes(key: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Where a colour differs from that of the cell to the left; always in the first column."""
    changed = np.ones(key.shape, dtype=np.bool_)
    np.not_equal(key[:, 1:], key[:, :-1], out=changed[:, 1:])
    return changed


def _joined(fore: Bytes, back: Bytes, fore_new: NDArray[np.bool_], back_new: NDArray[np.bool_]) -> list[str]:
    rows, columns, fore_width = fore.shape
    back_width = back.shape[2]
    record = np.empty((rows, columns, fore_width + back_width + 7), dtype=np.uint8)
    any_new = fore_new | back_new
    record[..., 0:2] = _ESCAPE * any_new[..., None]
    record[..., 2 : 2 + fore_width] = fore * fore_new[..., None]
    at = 2 + fore_width
    record[..., at] = (fore_new & back_new) * np.uint8(ord(";"))
    record[..., at + 1 : at + 1 + back_width] = back * back_new[..., None]
    record[..., -4] = any_new * np.uint8(ord("m"))
    record[..., -3:] = _HALF
    kept = record != 0
    return [record[row][kept[row]].tobytes().decode() + _RESET for row in range(rows)]


def _shaded(upper: Bytes, lower: Bytes) -> list[str]:
    weights = np.array([299, 587, 114], dtype=np.int32)
    light = (upper.astype(np.int32) + lower) @ weights  # 0 to 510000
    shades = (light * len(_SHADES) // 510_001).astype(np.uint8)
    return [row.tobytes().decode("latin-1").translate(_SHADE_OF) for row in shades]


def _packed(pixels: Bytes) -> NDArray[np.int32]:
    wide: NDArray[np.int32] = pixels.astype(np.int32)
    packed: NDArray[np.int32] = wide[..., 0] << 16 | wide[..., 1] << 8 | wide[..., 2]
    return packed


def _true(key: NDArray[np.int32], back: bool) -> Bytes:
    digits = _digits()
    field = np.empty((*key.shape, 16), dtype=np.uint8)
    field[..., 0:5] = np.frombuffer(b"48;2;" if back else b"38;2;", dtype=np.uint8)
    field[..., 8] = field[..., 12] = ord(";")
    for place, shift in ((5, 16), (9, 8), (13, 0)):
        field[..., place : place + 3] = digits[key >> shift & 255]
    return field


def _index_256(pixels: Bytes) -> NDArray[np.int32]:
    """The nearest of the 6x6x6 cube and the 24 greys."""
    wide: NDArray[np.int32] = pixels.astype(np.int32)
    steps = _CUBE_OF[wide]
    cube_error = ((_CUBE[steps] - wide) ** 2).sum(axis=-1)
    grey = np.clip((wide.mean(axis=-1) - 3) // 10, 0, 23).astype(np.int32)
    grey_error = (((8 + 10 * grey)[..., None] - wide) ** 2).sum(axis=-1)
    cube = 16 + steps @ np.array([36, 6, 1], dtype=np.int32)
    index: NDArray[np.int32] = np.where(grey_error < cube_error, 232 + grey, cube).astype(np.int32)
    return index


def _of_256(key: NDArray[np.int32], back: bool) -> Bytes:
    field = np.empty((*key.shape, 8), dtype=np.uint8)
    field[..., 0:5] = np.frombuffer(b"48;5;" if back else b"38;5;", dtype=np.uint8)
    field[..., 5:8] = _digits()[key]
    return field


def _index_16(pixels: Bytes) -> NDArray[np.int32]:
    coarse: NDArray[np.int32] = pixels.astype(np.int32) >> 4
    index: NDArray[np.int32] = _nearest_16()[coarse[..., 0] << 8 | coarse[..., 1] << 4 | coarse[..., 2]]
    return index


def _of_16(key: NDArray[np.int32], back: bool) -> Bytes:
    return _digits()[key + np.where(key < 8, 30, 82) + (10 if back else 0)]


@cache
def _digits() -> Bytes:
    """0 to 255 as up to three ASCII digits, zeros where there is none."""
    table = np.zeros((256, 3), dtype=np.uint8)
    for value in range(256):
        text = str(value).encode()
        table[value, : len(text)] = np.frombuffer(text, dtype=np.uint8)
    return table


@cache
def _nearest_16() -> NDArray[np.int32]:
    """The nearest of 16 colours for every colour of 4 bits a channel."""
    level = np.arange(16, dtype=np.int32) * 17
    grid = np.stack(np.meshgrid(level, level, level, indexing="ij"), axis=-1).reshape(-1, 1, 3)
    nearest: NDArray[np.int32] = ((grid - _SIXTEEN) ** 2).sum(axis=-1).argmin(axis=1).astype(np.int32)
    return nearest
