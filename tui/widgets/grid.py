"""Where the tiles of the stage go: pictures of 16 to 9, as large as they can be.

A cell is twice as high as it is wide, so a picture of `w` cells across is `w * 9 / 32` rows high. Under each picture is
one row for its caption; beside it is one free column on either side, where the mark of a speaking person goes.
"""

from __future__ import annotations

from dataclasses import dataclass

LEAST_WIDTH, LEAST_HEIGHT = 14, 4
"""The smallest picture, in cells and rows; where more tiles would make it smaller, fewer are shown."""


@dataclass(frozen=True, slots=True)
class Box:
    """The place of one tile: its picture at (x, y), `width` by `height` cells, its caption in the row under it."""

    x: int
    y: int
    width: int
    height: int

    @property
    def caption_y(self) -> int:
        """The caption's row."""
        return self.y + self.height


def _picture(width: int, height: int) -> tuple[int, int]:
    """The largest picture of 16 to 9 in an area of cells."""
    across = min(width, height * 32 // 9)
    return across, max(1, min(height, round(across * 9 / 32)))


def _shape(count: int, width: int, height: int) -> tuple[int, int, int, int]:
    """The best grid for `count` tiles: columns, gap between rows, and a picture's width and height."""
    best, best_rank = (1, 0, 0, 0), (0, -count)
    for columns in range(1, count + 1):
        rows = -(-count // columns)
        gap = 1 if height >= rows * 12 else 0
        across, down = _picture(width // columns - 2, (height - gap * (rows - 1)) // rows - 1)
        rank = (across * down, count - columns * rows)  # as large as can be; then, as few empty places as can be
        if across > 0 and down > 0 and rank > best_rank:
            best, best_rank = (columns, gap, across, down), rank
    return best


def arrange(count: int, width: int, height: int) -> list[Box]:
    """Boxes for as many of `count` tiles as fit into an area of cells, at most `count`; rows of them are centred."""
    for shown in range(count, 0, -1):
        columns, gap, across, down = _shape(shown, width, height)
        if (across >= LEAST_WIDTH and down >= LEAST_HEIGHT) or (shown == 1 and down > 0):
            return _place(shown, columns, gap, across, down, width, height)
    return []


def _place(shown: int, columns: int, gap: int, across: int, down: int, width: int, height: int) -> list[Box]:
    rows = -(-shown // columns)
    used = rows * (down + 1) + gap * (rows - 1)
    top = (height - used) // 2
    boxes = []
    for index in range(shown):
        row, column = divmod(index, columns)
        here = min(columns, shown - row * columns)
        left = (width - here * (across + 2)) // 2
        boxes.append(Box(left + column * (across + 2) + 1, top + row * (down + 1 + gap), across, down))
    return boxes
