"""The chat pane: a bounded log and a line to write. What others wrote is text, never markup."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from functools import partial

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.strip import Strip
from textual.widgets import Input, Static

from tui.model import ChatLine
from tui.widgets.lines import LineView
from tui.widgets.text import Row, flat, wrap

MOST_LINES = 500
"""Messages that are kept; older ones are gone."""

MOST_TYPED = 2000
"""Characters that can be typed in one message."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line of the log on the screen."""

    line: ChatLine
    text: str
    first: bool  # carries time and name
    alone: bool = True  # the name is on a line of its own or on this one


class ChatLog(LineView):
    """What was said, the newest at the bottom; it follows unless somebody scrolled up."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._said: deque[ChatLine] = deque(maxlen=MOST_LINES)
        self._lines: list[Drawn] = []
        self._following = True

    def add(self, line: ChatLine) -> None:
        """One more line."""
        self._said.append(line)
        if self.width <= 0:
            return
        self._lines.extend(_broken(line, self.width))
        if len(self._lines) > 4 * MOST_LINES:
            self.measure(self.width)
        self.counted()
        self._follow()

    def measure(self, width: int) -> None:
        """Break all lines for a new width."""
        self._lines = [drawn for line in self._said for drawn in _broken(line, width)] if width > 0 else []
        self._follow()

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
        row = Row(width, palette.style("muted" if line.notice else "text"))
        muted = palette.style("muted")
        if not drawn.first:
            return row.put(f"{' ' * _indent(width)}{drawn.text}").strip()
        row.put(f" {line.at} ", muted)
        if line.notice:
            return row.put(drawn.text, muted).strip()
        name = palette.style("accent", bold=True) if line.colour is None else palette.persona(line.colour, bold=True)
        row.put(_name(line, width), name)
        if drawn.text:
            row.put(f"  {drawn.text}")
        return row.strip()


def _indent(width: int) -> int:
    return 7 if width >= 30 else 2


def _name(line: ChatLine, width: int) -> str:
    name = f"{line.name} (you)" if line.me else line.name
    return f"{name} (only you and they see this)" if line.private and width > 60 else name


def _broken(line: ChatLine, width: int) -> list[Drawn]:
    indent = _indent(width)
    if line.notice:
        texts = wrap(line.text, width - indent - 1)
        return [Drawn(line, text, first=not index) for index, text in enumerate(texts)]
    head = len(f" {line.at} ") + len(flat(_name(line, width))) + 2
    if head + len(line.text) < width:
        return [Drawn(line, line.text, first=True)]
    return [
        Drawn(line, "", first=True),
        *(Drawn(line, text, first=False) for text in wrap(line.text, width - indent - 1)),
    ]


class Chat(Vertical):
    """The log, one line for why something was not sent, and the line to write in."""

    DEFAULT_CSS = """
    Chat { background: $incog-surface; }
    Chat ChatLog { height: 1fr; }
    Chat #chat-refusal { height: auto; max-height: 3; padding: 0 1; color: $incog-danger; display: none; }
    Chat #chat-refusal.shown { display: block; }
    Chat Input {
        height: 1; border: none; padding: 0 1; background: $incog-panel; color: $incog-text;
    }
    Chat Input:focus { border: none; height: 1; background: $incog-panel; background-tint: $incog-panel 0%; }
    Chat Input>.input--placeholder { color: $incog-muted; }
    """

    class Said(Message):
        """Somebody here wants to say this."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    def compose(self) -> ComposeResult:
        """Log, refusal, line."""
        yield ChatLog(id="chat-log")
        yield Static("", id="chat-refusal", markup=False)
        line = Input(
            placeholder="Write to everybody", id="chat-line", max_length=MOST_TYPED, select_on_focus=False, compact=True
        )
        line.cursor_blink = False
        yield line

    def add(self, line: ChatLine) -> None:
        """One more line in the log."""
        self.query_one(ChatLog).add(line)

    def write(self) -> None:
        """Put the keyboard into the line."""
        self.query_one(Input).focus()

    def sent(self) -> None:
        """What was written went out: the line is free."""
        self.query_one(Input).clear()
        self._refusal("")

    def refused(self, sentence: str) -> None:
        """It did not go out; the text stays to be changed."""
        self._refusal(sentence)

    def _refusal(self, sentence: str) -> None:
        where = self.query_one("#chat-refusal", Static)
        where.update(f"! {flat(sentence)}")
        where.set_class(bool(sentence), "shown")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: hand the text over; the line stays as it is until we know that it went out."""
        event.stop()
        if event.value.strip():
            self.post_message(self.Said(event.value.strip()))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Typing on means the refusal was read."""
        event.stop()
        self._refusal("")
