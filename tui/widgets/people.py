"""The people pane: a line for each person, in cost independent of how many there are."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from textual.message import Message
from textual.strip import Strip

from tui.model import Person
from tui.widgets import signs
from tui.widgets.lines import LineView
from tui.widgets.text import Row

WIDE = 56
"""From this width on the states are told in words as well."""


class PeopleList(LineView):
    """Everybody in the meeting. Enter asks to inspect the chosen person."""

    class Inspect(Message):
        """Somebody is to be inspected."""

        def __init__(self, key: str) -> None:
            self.key = key
            super().__init__()

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._people: Sequence[Person] = ()
        self._key = ""  # of whom the cursor is on

    @property
    def chosen_key(self) -> str:
        """The key of the person the cursor is on, else of the first other person, else empty."""
        if 0 <= self.cursor < len(self._people):
            return self._people[self.cursor].key
        return next((person.key for person in self._people[:2] if not person.me), "")

    def show_people(self, people: Sequence[Person]) -> None:
        """Who is in the meeting now. The cursor stays with its person."""
        before, self._people = self._people, people
        if 0 <= self.cursor < len(before):
            self._follow(before[self.cursor].key)
        if len(before) != len(people):
            self.counted()
            return
        for index in self.in_view():
            if index < len(people) and people[index] != before[index]:
                self.changed(index)

    def _follow(self, key: str) -> None:
        if self.cursor < len(self._people) and self._people[self.cursor].key == key:
            return
        where = next((index for index, person in enumerate(self._people) if person.key == key), None)
        self.cursor = min(self.cursor, len(self._people) - 1) if where is None else where
        self.refresh()

    def count(self) -> int:
        """One line a person."""
        return len(self._people)

    def can_choose(self, index: int) -> bool:
        """Everybody but oneself: what oneself discloses is in the panel."""
        return not self._people[index].me

    def chosen(self, index: int) -> None:
        """Inspect this person."""
        self.post_message(self.Inspect(self._people[index].key))

    def draw(self, index: int, width: int) -> Strip:
        """Loudness, name, and the states at the right end."""
        person, palette = self._people[index], self.palette
        here = index == self.cursor
        ground = "panel" if here else "surface"
        muted, text = palette.style("muted", ground), palette.style("text", ground)
        warning = palette.style("warning", ground, bold=True)
        row = Row(width, text)
        row.keep((f"{signs.encryption(person.encryption)} ", muted))
        if width >= WIDE:
            row.keep((f"{'camera' if person.camera else '':7}", text))
        else:
            row.keep((f"{signs.SEEN if person.camera else signs.UNSEEN} ", text if person.camera else muted))
        sound = signs.MUTED if person.muted else signs.LIVE
        if width >= WIDE:
            sound = f"{sound} {'muted' if person.muted else 'live':5}"
        row.keep((f"{sound} ", muted if person.muted else text))
        if width >= WIDE:
            row.keep((f"{signs.HAND + ' hand' if person.hand else '':7}", warning))
        else:
            row.keep((f"{signs.HAND if person.hand else ' '} ", warning))
        if link := signs.link(person):
            row.keep((f" {link} ", muted if person.link == "connecting" else warning))
        mark = f"! {person.mark} " if person.mark else ""
        row.put("▌" if here else " ", palette.style("accent" if self.has_focus else "border", ground))
        row.put(f"{signs.level(person.level if person.speaking else 0)} ", palette.style("speaking", ground))
        name = person.name
        if person.me and cell_len(name) + 6 <= row.room:
            name += " (you)"
        if mark and len(mark) + 9 < row.room:
            row.keep((f" {mark}", warning))
        elif mark:
            row.put("! ", warning)
        row.put(name, palette.persona(person.colour, ground, bold=person.speaking or here))
        return row.strip()
