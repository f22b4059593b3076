"""Where the panes of a meeting go, for a window of any size. Pure: sizes and wishes in, rectangles out.

Beside each other where there is room: the stage over the dock (people and chat), the disclosure panel at the right. In
a narrow window the stage is over one other pane. Where two panes have room for one they take turns: the one that was
asked for last is shown. In a window too small for any of them only the status is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

STAGE, PEOPLE, CHAT, PANEL = "stage", "people", "chat", "panel"
PANES = (STAGE, PEOPLE, CHAT, PANEL)

LEAST: Mapping[str, tuple[int, int]] = {STAGE: (28, 6), PEOPLE: (24, 4), CHAT: (24, 4), PANEL: (26, 4)}
"""Columns and rows that a pane needs, its heading included."""

LEAST_WIDTH, LEAST_HEIGHT = 36, 10
"""The smallest window in which there is a pane."""

BESIDE = 72
"""Columns from which on the panel stands beside the rest."""

LEAST_DOCK = 58
"""Columns from which on people and chat stand beside each other."""

LEAST_LEFT = 30
"""Columns that are left of the panel at least."""

Wish = Literal["small", "hidden", ""]


@dataclass(frozen=True, slots=True)
class Rect:
    """A place on the screen, in cells."""

    x: int
    y: int
    width: int
    height: int

    @property
    def area(self) -> int:
        """How many cells it has."""
        return self.width * self.height

    def top(self, rows: int) -> Rect:
        """Its first rows."""
        return Rect(self.x, self.y, self.width, rows)

    def under(self, rows: int) -> Rect:
        """What is under its first rows."""
        return Rect(self.x, self.y + rows, self.width, self.height - rows)

    def left(self, columns: int) -> Rect:
        """Its first columns."""
        return Rect(self.x, self.y, columns, self.height)

    def after(self, columns: int) -> Rect:
        """What is right of its first columns."""
        return Rect(self.x + columns, self.y, self.width - columns, self.height)


@dataclass(frozen=True, slots=True)
class Sizes:
    """What a person made larger or smaller; None where it is as it comes. What does not fit is cut, not forgotten."""

    panel: int | None = None  # columns of the panel
    dock: int | None = None  # rows under the stage, with the panel beside them
    below: int | None = None  # rows under the stage in a narrow window


USUAL = Sizes()


@dataclass(frozen=True, slots=True)
class Plan:
    """Where everything is. `places` has `status`, `alert`, `keys`, the panes that are shown, and the `divider` and the
    `gap` between them; or `words` instead of all panes.
    """

    places: Mapping[str, Rect]
    behind: Mapping[str, tuple[str, ...]]  # for a pane that is shown: what is wanted too, and takes turns with it
    stacked: bool = False  # the window is narrow
    why: Wish = ""  # why there are words instead of panes

    def shows(self, pane: str) -> bool:
        """Whether it can be seen."""
        return pane in self.places

    def group(self, pane: str) -> set[str]:
        """The pane, and those that take turns with it; but for the stage, which comes back when all others went."""
        return {pane, *self.behind.get(pane, ())} - ({STAGE} if pane != STAGE else set())


def plan(width: int, height: int, wanted: Sequence[str], sizes: Sizes = USUAL, *, alert: bool = False) -> Plan:
    """Lay out a window of `width` by `height` cells. `wanted` are the panes to show, the one asked for last first.

    `alert`: there is a warning to be shown under the status.
    """
    window = Rect(0, 0, width, height)
    status = window.top(min(2, height))
    keys = window.under(max(status.height, height - 1))
    body = window.under(status.height).top(height - status.height - keys.height)
    places = {"status": status, "keys": keys}
    if alert and body.height > 1:
        places["alert"] = body.top(1)
        body = body.under(1)
    small = width < LEAST_WIDTH or height < LEAST_HEIGHT
    if small or not wanted:
        return Plan({**places, "words": body}, {}, why="small" if small else "hidden")
    found, behind = (_stacked if width < BESIDE else _beside)(body, wanted, sizes)
    return Plan({**places, **found}, behind, stacked=width < BESIDE)


Found = tuple[dict[str, Rect], dict[str, tuple[str, ...]]]


def _stacked(body: Rect, wanted: Sequence[str], sizes: Sizes) -> Found:
    """The stage over one other pane."""
    usual = body.height - max(LEAST[STAGE][1], round(body.height * 0.55))
    return _over(body, wanted, (PEOPLE, CHAT, PANEL), sizes.below, usual, beside=False)


def _beside(body: Rect, wanted: Sequence[str], sizes: Sizes) -> Found:
    """The panel at the right of the stage and the dock."""
    rest = [pane for pane in wanted if pane != PANEL]
    if PANEL not in wanted:
        return _left(body, rest, sizes)
    if not rest:
        return {PANEL: body}, {}
    usual = 35 if body.width < 104 else 44 if body.width < 160 else 62
    columns = _between(LEAST[PANEL][0], sizes.panel or usual, body.width - 1 - LEAST_LEFT)
    found, behind = _left(body.left(body.width - 1 - columns), rest, sizes)
    right = body.after(body.width - 1 - columns)
    return {**found, "divider": right.left(1), PANEL: right.after(1)}, behind


def _left(left: Rect, wanted: Sequence[str], sizes: Sizes) -> Found:
    """The stage over the dock."""
    usual = 6 if left.height < 25 else 9 if left.height < 42 else 14
    return _over(left, wanted, (PEOPLE, CHAT), sizes.dock, usual, beside=left.width >= LEAST_DOCK)


def _over(
    area: Rect, wanted: Sequence[str], under: Iterable[str], rows: int | None, usual: int, *, beside: bool
) -> Found:
    """The stage over those of the panes `under` that are wanted: beside each other, or one at a time."""
    lower = [pane for pane in wanted if pane in under]
    least = max((LEAST[pane][1] for pane in lower), default=0)
    if STAGE not in wanted or not lower:
        return _row(area, lower or [STAGE], beside=beside)
    if area.height < LEAST[STAGE][1] + least:
        return _row(area, [pane for pane in wanted if pane in (STAGE, *lower)], beside=False)
    height = _between(least, rows or usual, area.height - LEAST[STAGE][1])
    found, behind = _row(area.under(area.height - height), lower, beside=beside)
    return {STAGE: area.top(area.height - height), **found}, behind


def _row(area: Rect, wanted: Sequence[str], *, beside: bool) -> Found:
    """People and chat beside each other; otherwise the first pane that is wanted, with the others behind it."""
    if not (beside and set(wanted) == {PEOPLE, CHAT}):
        return {wanted[0]: area}, {wanted[0]: tuple(wanted[1:])}
    columns = _between(LEAST[PEOPLE][0], (area.width - 1) * 3 // 7, area.width - 1 - LEAST[CHAT][0])
    right = area.after(columns)
    return {PEOPLE: area.left(columns), "gap": right.left(1), CHAT: right.after(1)}, {}


def _between(least: int, value: int, most: int) -> int:
    """`value` within its bounds; where there is no room between them, `most`."""
    return min(max(least, value), most)


# What a person asks for


def toggled(wanted: Sequence[str], pane: str, now: Plan) -> tuple[str, ...]:
    """What is wanted after a pane was asked for: one that is behind another comes to the front, one that is not wanted
    too, and one that can be seen goes, with what is behind it.
    """
    others = tuple(one for one in wanted if one != pane)
    if pane not in wanted or not (now.shows(pane) or now.why == "small"):
        return (pane, *others)
    return tuple(one for one in others if one not in now.group(pane))


def panel_of(columns: int, sizes: Sizes, now: Plan) -> Sizes | None:
    """Sizes with a panel of so many columns, as far as they fit; None where no panel is beside anything."""
    if "divider" not in now.places:
        return None
    room = now.places["keys"].width - 1 - LEAST_LEFT
    return replace(sizes, panel=_between(LEAST[PANEL][0], columns, room))


def under_of(rows: int, sizes: Sizes, now: Plan) -> Sizes | None:
    """Sizes with so many rows under the stage, as far as they fit; None where nothing is under it."""
    lower = under_stage(now)
    if lower is None:
        return None
    room = now.places[STAGE].height + lower.height - LEAST[STAGE][1]
    height = _between(LEAST[CHAT][1], rows, room)
    return replace(sizes, below=height) if now.stacked else replace(sizes, dock=height)


def under_stage(now: Plan) -> Rect | None:
    """The place of a pane that is under the stage."""
    stage = now.places.get(STAGE)
    if stage is None:
        return None
    lower = (now.places[pane] for pane in PANES if pane in now.places)
    return next((place for place in lower if place.x == stage.x and place.y > stage.y), None)
