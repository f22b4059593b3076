"""The chat's log: what was said, the newest at the bottom."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from functools import partial
from itertools import islice

from rich.style import Style
from textual.strip import Strip

from tui.model import ChatLine
from tui.widgets import links
from tui.widgets.chat_lines import LINK, MATCH, Drawn, broken, holds, indent, name_of
from tui.widgets.lines import LineView
from tui.widgets.text import Row

MOST_LINES = 2000
"""Messages that are kept; older ones are gone."""

_UNDERLINED = Style(underline=True)
_BREATH = 500
"""Lines on the screen by which the log may grow beyond what is kept before it is broken anew."""


class ChatLog(LineView):
    """Follows what is said unless somebody scrolled up. What nobody has seen yet stands under a line of its own."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._said: deque[ChatLine] = deque(maxlen=MOST_LINES)
        self._lines: list[Drawn] = []
        self._following = True
        self._unseen = 0  # messages at the end under the line "new"
        self._sought = ""

    # What is in it

    def add(self, line: ChatLine, *, seen: bool = True) -> None:
        """One more message; `seen` says whether the log can be seen now."""
        self._said.append(line)
        begins = not seen and not self._unseen
        if self._unseen or not seen:
            self._unseen = min(self._unseen + 1, len(self._said))
        if self.width <= 0:
            return
        if begins:
            self._lines.append(Drawn(None))
        self._lines.extend(broken(line, self.width, self._sought))
        if len(self._lines) > MOST_LINES + _BREATH and len(self._said) == MOST_LINES:
            self.measure(self.width)
        self.counted()
        self._follow()

    def all_seen(self) -> None:
        """Take away the line over what was new."""
        if self._unseen:
            self._unseen = 0
            self.measure(self.width)
            self.counted()

    def links(self) -> list[str]:
        """The links in what was said, the newest first."""
        return links.of_all(line.text for line in reversed(self._said))

    def search(self, sought: str) -> int:
        """Mark what is searched for, and return how many messages hold it; an empty text marks nothing."""
        self._sought = sought
        self.measure(self.width)
        self.counted()
        return sum(holds(line, sought) for line in self._said) if sought else 0

    # Where one looks

    def go_to_match(self, number: int) -> None:
        """Show a message that holds what is searched for: 0 is the newest."""
        held = [line for line in self._said if holds(line, self._sought)]
        if 0 <= number < len(held):
            self._go_to(lambda drawn: drawn.line is held[-1 - number])

    def go_to_new(self) -> None:
        """Show where what is new begins; without anything new, the newest."""
        if self._unseen:
            self._go_to(lambda drawn: drawn.line is None)
        else:
            self._following = True
            self._follow()

    def _go_to(self, is_it: Callable[[Drawn], bool], tries: int = 25) -> None:
        """Show a line, with some before it. A pane that was hidden is laid out in steps, so it may not be there yet."""
        self._following = False
        where = next((index for index, drawn in enumerate(self._lines) if is_it(drawn)), None)
        top = -1 if where is None else max(0, min(where - self.size.height // 3, self._last_top))
        if top >= 0:
            self.scroll_to(y=top, animate=False)
        if tries and self.is_attached and (self.size.height <= 0 or self.scroll_offset.y != top):
            self.set_timer(0.02, partial(self._go_to, is_it, tries - 1))

    def measure(self, width: int) -> None:
        """Break all messages for a new width."""
        self._lines = []
        if width > 0:
            old = len(self._said) - self._unseen
            self._break(islice(self._said, old), width)
            if self._unseen:
                self._lines.append(Drawn(None))
                self._break(islice(self._said, old, None), width)
        self._follow()

    def _break(self, said: Iterable[ChatLine], width: int) -> None:
        for line in said:
            self._lines.extend(broken(line, width, self._sought))

    def _follow(self) -> None:
        if self._following:
            self.call_after_refresh(self._to_end)

    def _to_end(self, tries: int = 25) -> None:
        if not self._following:
            return
        self.scroll_to(y=self.count(), animate=False)
        # A pane that was hidden is laid out in steps: the end may not be there yet.
        if tries and self.is_attached and self.size.height > 0 and self.scroll_offset.y < self._last_top:
            self.set_timer(0.02, partial(self._to_end, tries - 1))

    @property
    def _last_top(self) -> int:
        """The line on top when the newest stands at the bottom."""
        return self.count() - self.size.height

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Whoever scrolls up stays there; whoever comes back to the end follows again."""
        super().watch_scroll_y(old_value, new_value)
        self._following = new_value >= self.max_scroll_y - 1 or (self._following and new_value >= old_value)

    # How it looks

    def count(self) -> int:
        """Lines on the screen."""
        return len(self._lines)

    def can_choose(self, index: int) -> bool:
        """There is nothing to open in the log."""
        return False

    def draw(self, index: int, width: int) -> Strip:
        """One line: time, name, text; the rest of a long text is indented."""
        drawn, palette = self._lines[index], self.palette
        line = drawn.line
        if line is None:
            words = f" {self._unseen} new " if width >= 12 else " new "
            rule = "─" * max(0, (width - len(words)) // 2)
            return Row(width, palette.style("accent")).put(f"{rule}{words}{'─' * width}"[:width]).strip()
        row = Row(width, palette.style("muted" if line.notice else "text"))
        if not drawn.first:
            row.put(" " * indent(width))
        else:
            row.put(f" {line.at} ", palette.style("muted"))
            if not line.notice:
                role = "warning" if line.private else "accent"
                plain = line.colour is None or line.private
                style = palette.style(role, bold=True) if plain else palette.persona(line.colour or 0, bold=True)
                row.put(name_of(line, width), style)
                row.put("  " if drawn.pieces else "")
        ground = "muted" if line.notice else "text"
        for text, kind in drawn.pieces:
            if kind == MATCH:
                row.put(text, palette.style("ink", "accent"))
            else:
                row.put(text, palette.style("accent") + _UNDERLINED if kind == LINK else palette.style(ground))
        return row.strip()
