"""Where the tiles of the stage go: pictures of 16 to 9, as large as they can be.

A cell is twice as high as it is wide, so a picture of `w` cells across is `w * 9 / 32` rows high. Under each picture is
one row for its caption; beside it is one free column on either side, where the mark of a speaking person goes.
"""

from __future__ import annotations

from dataclasses import dataclass

LEAST_WIDTH, LEAST_HEIGHT = 18, 5
"""The smallest picture, in cells and rows, with room for a name under it; where more tiles would make it smaller, fewer
are shown."""

SMALL_WIDTH, SMALL_HEIGHT = 14, 4
"""The smallest picture in a strip."""


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

    @property
    def area(self) -> int:
        """Cells of its picture."""
        return self.width * self.height

    def holds(self, x: int, y: int) -> bool:
        """Whether a cell belongs to it, to its caption, or to the free columns beside it."""
        return self.x - 1 <= x <= self.x + self.width and self.y <= y <= self.caption_y


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


def feature(count: int, width: int, height: int) -> list[Box]:
    """A large box, then as many of `count` small ones as fit into a strip under it or at its right.

    The strip is where the large picture can be larger; it is left out where it would take too much from it.
    """
    if count <= 0:
        return arrange(1, width, height)
    under, beside = _strip_under(count, width, height), _strip_beside(count, width, height)
    best = max(under, beside, key=lambda boxes: (boxes[0].area if boxes else 0, len(boxes)))
    return best or arrange(1, width, height)


def _small(room: int, least: int, share: float, most: int) -> int:
    return min(most, max(least, round(room * share)))


def _strip_under(count: int, width: int, height: int) -> list[Box]:
    down = _small(height, SMALL_HEIGHT, 0.18, 9)
    across = max(SMALL_WIDTH, round(down * 32 / 9))
    shown = min(count, width // (across + 2))
    gap = 1 if height >= 24 else 0
    large = _picture(width - 2, height - down - gap - 2)
    if shown < 1 or large[0] < across or large[1] <= down:
        return []
    top = (height - large[1] - down - gap - 2) // 2
    strip = top + large[1] + 1 + gap
    left = (width - shown * (across + 2)) // 2 + 1
    boxes = [Box((width - large[0]) // 2, top, *large)]
    return boxes + [Box(left + index * (across + 2), strip, across, down) for index in range(shown)]


def _strip_beside(count: int, width: int, height: int) -> list[Box]:
    across = _small(width, SMALL_WIDTH, 0.18, 32)
    down = max(SMALL_HEIGHT, round(across * 9 / 32))
    gap = 1 if height >= 24 else 0
    shown = min(count, (height + gap) // (down + 1 + gap))
    large = _picture(width - across - 4, height - 1)
    if shown < 1 or large[0] <= across or large[1] <= down:
        return []
    left = (width - large[0] - across - 4) // 2 + 1
    used = shown * (down + 1 + gap) - gap
    boxes = [Box(left, (height - large[1] - 1) // 2, *large)]
    strip = left + large[0] + 2
    return boxes + [Box(strip, (height - used) // 2 + index * (down + 1 + gap), across, down) for index in range(shown)]


def neighbour(boxes: list[Box], index: int, right: int, down: int) -> int:
    """The box that is next in a direction (`right` and `down` are -1, 0 or 1); the same one where there is none."""
    near = [(away, other) for other, box in enumerate(boxes) if (away := _away(boxes[index], box, right, down)) > 0]
    return min(near, default=(0.0, index))[1]


def _away(one: Box, other: Box, right: int, down: int) -> float:
    """How far another box is in a direction, in columns; 0 when it is not there.

    At the right or left is only what is beside it. Above and below, what is straight ahead is nearer than the rest.
    """
    across = other.x + other.width / 2 - one.x - one.width / 2
    along = other.y + other.height / 2 - one.y - one.height / 2
    if right:
        beside = other.y <= one.caption_y and one.y <= other.caption_y
        return max(0.0, across * right) + abs(along) / 100 if beside and across * right > 0 else 0.0
    return 2 * along * down + 3 * abs(across) if along * down > 0 else 0.0
