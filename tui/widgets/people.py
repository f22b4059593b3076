"""The people pane: a line for each person, in cost independent of how many there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer

from tui.model import Person
from tui.widgets.lines import LineView
from tui.widgets.order import Order
from tui.widgets.pane import Pane
from tui.widgets.person_row import draw_person

PACE = 0.3
"""The shortest time between two sortings, in seconds."""


class PeopleList(LineView):
    """Everybody in the meeting, sorted, and filtered by what was typed. Enter asks to inspect the chosen person.

    While everybody stands as they came, an update looks at the lines in view and at nobody else. Sorted or filtered, it
    does that too, and all are looked at a few times a second.
    """

    class Inspect(Message):
        """Somebody is to be inspected."""

        def __init__(self, key: str) -> None:
            self.key = key
            super().__init__()

    class Menu(Message):
        """What can be done about somebody is to be shown."""

        def __init__(self, key: str) -> None:
            self.key = key
            super().__init__()

    def __init__(self, *, clock: Callable[[], float] = monotonic, id: str | None = None) -> None:
        super().__init__(id=id)
        self._clock = clock
        self._order = Order()
        self._people: Sequence[Person] = ()
        self._rows: Sequence[int] = ()  # which of them stand in which line
        self._waiting: Sequence[Person] | None = None  # newer ones, for when they are sorted again
        self._timer: Timer | None = None
        self._heading = ("", "")

    # What it is told

    @property
    def chosen_key(self) -> str:
        """The key of the person the cursor is on, else of the first other person, else empty."""
        if 0 <= self.cursor < len(self._rows):
            return self._at(self.cursor).key
        return next((self._at(line).key for line in range(min(2, len(self._rows))) if not self._at(line).me), "")

    def show_people(self, people: Sequence[Person]) -> None:
        """Who is in the meeting now. The cursor stays with its person."""
        if self._timer is None or self._order.plain:
            self._sort(people)
        else:
            self._waiting = people
            if self._stand_alike(people):
                self._take(people, self._rows)

    def next_sort(self) -> None:
        """Sort by the next rule."""
        self._order.next()
        self.scroll_to(y=0, animate=False)
        self._sort_now()

    def find(self, typed: str) -> None:
        """Show only those whose names hold what was typed; everybody when that is nothing."""
        if typed != self._order.found_by:
            self._order.found_by = typed
            chosen = self.chosen_key
            self._sort_now()
            if self.chosen_key != chosen:
                self.action_cursor_to(0)  # the first who is found

    # Who stands where

    def _at(self, line: int) -> Person:
        return self._people[self._rows[line]]

    def _sort_now(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._sort(self._people if self._waiting is None else self._waiting)

    def _sort(self, people: Sequence[Person]) -> None:
        self._waiting = None
        self._take(people, self._order.rows(people, self._clock()))
        if not self._order.plain and self.is_attached:
            self._timer = self.set_timer(PACE, self._again)
        found, all = len(self._rows), len(people)
        narrowed = bool(self._order.found_by.strip())
        parts = ("People", f"{found} of {all} found" if narrowed else "", str(self._order.sort))
        heading = ", ".join(filter(None, parts)), "" if narrowed else str(all)
        if heading != self._heading:
            self._heading = heading
            # From this widget's own turn: a message does not pass whoever sent it, and a parent may have called us.
            self.call_later(self._tell_heading)

    def _tell_heading(self) -> None:
        self.post_message(Pane.Titled(*self._heading))

    def _again(self) -> None:
        self._timer = None
        if self._waiting is not None:
            self._sort(self._waiting)

    def _stand_alike(self, people: Sequence[Person]) -> bool:
        """Whether the lines in view, and the one with the cursor, are the same persons' in these newer ones."""
        lines = {*self.in_view(), *range(max(0, self.cursor), self.cursor + 1)}
        return len(people) == len(self._people) and all(
            people[self._rows[line]].key == self._at(line).key for line in lines if line < len(self._rows)
        )

    def _take(self, people: Sequence[Person], rows: Sequence[int]) -> None:
        before, lines, along = self._people, self._rows, self._goes_along()
        key = self._at(self.cursor).key if 0 <= self.cursor < len(lines) else ""
        self._people, self._rows = people, rows
        moved = bool(key) and self._follow(key)
        if len(lines) != len(rows):
            self.counted()
        else:
            for line in self.in_view():
                old, new = before[lines[line]], people[rows[line]]
                if old is not new and old != new:
                    self.changed(line)
        if moved:
            self.refresh()
            if along:
                self.select(self.cursor)

    def _follow(self, key: str) -> bool:
        """Put the cursor where this person stands now, else near where it was; whether it had to move."""
        before = self.cursor
        if before < len(self._rows) and self._at(before).key == key:
            return False
        where = next((line for line, index in enumerate(self._rows) if self._people[index].key == key), -1)
        if where < 0:
            near = min(before, len(self._rows) - 1)
            where = self._next_choice(near, -1)
            where = self._next_choice(0, 1) if where < 0 else where
        self.cursor = where
        return where != before

    def _goes_along(self) -> bool:
        """Whether what is in view follows the cursor: not for somebody who looks at the top, or elsewhere."""
        return self.scroll_target_y > 0 and self.cursor in self.in_view()

    # What is drawn, and what is done

    def count(self) -> int:
        """One line a person."""
        return len(self._rows)

    def can_choose(self, index: int) -> bool:
        """Everybody but oneself: what oneself discloses is in the panel."""
        return not self._at(index).me

    def chosen(self, index: int) -> None:
        """Inspect this person."""
        self.post_message(self.Inspect(self._at(index).key))

    def on_click(self, event: events.Click) -> None:
        """The right button shows what can be done; the others choose and open, as in every list."""
        index = event.y + self.scroll_offset.y
        if event.button == 3:
            event.prevent_default()
            if 0 <= index < self.count() and self.can_choose(index):
                self.select(index)
                self.post_message(self.Menu(self._at(index).key))

    def draw(self, index: int, width: int) -> Strip:
        """One person."""
        here = index == self.cursor
        return draw_person(self._at(index), width, self.palette, chosen=here, focused=self.has_focus)
