"""The disclosure panel: what others can see about you, from the ledger."""

from __future__ import annotations

from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from privacy.facts import Audience
from privacy.ledger import Snapshot
from tui.widgets.disclosures import Item, PanelLine, lay_out
from tui.widgets.lines import LineView
from tui.widgets.pane import Pane
from tui.widgets.text import Row
from tui.widgets.timeline import WHO, lay_out_in_time

PACE = 0.25
"""The shortest time between two drawings, in seconds."""


LENSES: tuple[Audience | None, ...] = (None, *Audience)
"""Whose eyes the panel can be seen with, None: all of them."""


class DisclosurePanel(LineView):
    """Give it snapshots with `show_ledger`; it draws what changed, at most a few times a second.

    It shows who knows what or, `in_time`, what became visible when; of all audiences or, by its lens, of one.
    """

    class ShowEvidence(Message):
        """The evidence for something in the panel is wanted."""

        def __init__(self, item: Item, snapshot: Snapshot) -> None:
            self.item = item
            self.snapshot = snapshot
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lens: Audience | None = None
        self._in_time = False
        self._joined_at: float | None = None
        self._snapshot = Snapshot(at=0.0)
        self._lines: list[PanelLine] = []
        self._timer: Timer | None = None

    def show_ledger(self, snapshot: Snapshot, joined_at: float | None = None) -> None:
        """The ledger as it is now, and when the meeting was joined on its clock."""
        self._snapshot, self._joined_at = snapshot, joined_at
        if self._timer is None and self.is_attached:
            self._lay_out()
            self._timer = self.set_timer(PACE, self._again)

    def _again(self) -> None:
        self._timer = None
        self._lay_out()

    def _lay_out(self) -> None:
        if self.width <= 0:
            return
        before, self._lines = self._lines, self._laid_out()
        if len(before) != len(self._lines):
            self._follow(before)
            self.counted()
            return
        for index, (old, new) in enumerate(zip(before, self._lines, strict=True)):
            if old != new:
                self.changed(index)

    def _laid_out(self) -> list[PanelLine]:
        if self._in_time:
            return lay_out_in_time(self._snapshot, self._room, self._lens, self._joined_at)
        return lay_out(self._snapshot, self._room, self._lens)

    def next_lens(self) -> None:
        """See it with the eyes of the next audience; after the last, with all."""
        self.see_as(LENSES[(LENSES.index(self._lens) + 1) % len(LENSES)])

    def see_as(self, lens: Audience | None) -> None:
        """See it with the eyes of one audience; None: with all."""
        self._look(lens, self._in_time)

    def toggle_time(self) -> None:
        """Show what became visible when, or again who knows what."""
        self._look(self._lens, not self._in_time)

    def _look(self, lens: Audience | None, in_time: bool) -> None:
        self._lens, self._in_time = lens, in_time
        who = "others" if lens is None else WHO[lens]
        everything = "" if lens else " about you"
        self.post_message(Pane.Titled(f"What {who} saw when" if in_time else f"What {who} can see{everything}"))
        self.cursor = -1
        self.measure(self.width)
        self.counted()
        self.scroll_to(y=0, animate=False)

    def _follow(self, before: list[PanelLine]) -> None:
        """Keep the cursor on what it was on."""
        if not 0 <= self.cursor < len(before):
            return
        was = _identity(before[self.cursor].item)
        self.cursor = next(
            (index for index, line in enumerate(self._lines) if line.first and _identity(line.item) == was), -1
        )

    def measure(self, width: int) -> None:
        """Break the lines anew."""
        self._lines = self._laid_out() if width > 0 else []
        self.cursor = self._next_choice(min(max(self.cursor, 0), len(self._lines) - 1), 1) if self.cursor >= 0 else -1

    @property
    def _margin(self) -> int:
        """Free cells at the right; the scroll bar is margin enough."""
        return 0 if self.show_vertical_scrollbar else 1

    @property
    def _room(self) -> int:
        """Cells for text, less the cursor's mark."""
        return self.width - 1 - self._margin

    def count(self) -> int:
        """How many lines there are."""
        return len(self._lines)

    def can_choose(self, index: int) -> bool:
        """Only what has evidence behind it."""
        return self._lines[index].first

    def chosen(self, index: int) -> None:
        """Show the evidence."""
        item = self._lines[index].item
        if item is not None:
            self.post_message(self.ShowEvidence(item, self._snapshot))

    def changed(self, index: int) -> None:
        """A line looks different, and with it the further lines of what it is about."""
        super().changed(index)
        for further in range(index + 1, len(self._lines)):
            if self._lines[further].first or self._lines[further].item is None:
                break
            super().changed(further)

    def draw(self, index: int, width: int) -> Strip:
        """One line; the chosen thing stands on another ground."""
        line, palette = self._lines[index], self.palette
        here = (
            0 <= self.cursor < len(self._lines) and line.item is not None and line.item == self._lines[self.cursor].item
        )
        ground = "panel" if here and self.has_focus else "surface"
        row = Row(width, palette.style("text", ground))
        row.keep((" " * self._margin, None))
        row.keep(*((text, palette.style(role, ground, bold=bold)) for text, role, bold in line.right))
        mark = "▌" if here and self.has_focus else " "
        row.put(mark, palette.style("accent", ground))
        for text, role, bold in line.left:
            row.put(text, palette.style(role, ground, bold=bold))
        return row.strip()


def _identity(item: Item | None) -> tuple[object, ...]:
    """What stays the same about an item while its numbers change."""
    parts = ("fact", "value", "audience", "what", "instead", "destination", "action")
    return (type(item), item if isinstance(item, str) else "", *(getattr(item, part, None) for part in parts))
