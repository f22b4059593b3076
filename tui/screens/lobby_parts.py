"""The parts of the lobby: lines to type in, lines to choose in, what stands over and under them, and the side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from rich.highlighter import Highlighter
from rich.text import Text
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from tui.actions import actions_of, taken
from tui.screens.lobby_look import masked
from tui.widgets.palette import palette_of
from tui.widgets.text import Row, fit, flat

if TYPE_CHECKING:
    pass

LABEL = 14
"""Cells from the edge of a line to its value."""

MAX_TYPED = 2048
"""Characters that a line takes."""

NEW_LINE = "\n"
"""In the place of words: what follows stands in a line of its own."""

Words = tuple[str, str]
"""Text, and the role of its colour."""


class _Mask(Highlighter):
    """Draws a text with what is secret in it masked, unless that was asked for."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        self.shown = False
        self._mask = mask

    def highlight(self, text: Text) -> None:
        """Put dots in place of the secret."""
        if not self.shown:
            text.plain = self._mask(text.plain)


class Entry(Input, inherit_css=False):  # all of it would be undone again
    """A line of text without a frame."""

    COMPONENT_CLASSES = Input.COMPONENT_CLASSES  # what is not inherited with the styles

    DEFAULT_CSS = """
    Entry {
        width: 1fr;
        height: 1;
        overflow: auto auto;
        scrollbar-size-horizontal: 0;
        background: $incog-surface;
        color: $foreground;
        pointer: text;
    }
    Entry:focus { background: $incog-panel; }
    Entry>.input--cursor {
        background: $input-cursor-background;
        color: $input-cursor-foreground;
        text-style: $input-cursor-text-style;
    }
    Entry>.input--selection { background: $input-selection-background; }
    Entry>.input--placeholder { color: $incog-muted; }
    """

    def __init__(self, value: str, hint: str, *, id: str, mask: Callable[[str], str] | None = None) -> None:
        """`mask` gives what is drawn in place of the text, as many cells wide."""
        self._mask = _Mask(mask) if mask is not None else None
        super().__init__(
            value,
            placeholder=hint,
            highlighter=self._mask,
            id=id,
            max_length=MAX_TYPED,
            select_on_focus=False,
            validate_on=(),
        )
        self.cursor_blink = False

    @property
    def revealed(self) -> bool:
        """Whether the secret is shown."""
        return self._mask is not None and self._mask.shown

    def reveal(self) -> None:
        """Show the secret, or mask it again."""
        if self._mask is not None:
            self._mask.shown = not self._mask.shown
            self.refresh()


class LinkEntry(Entry):
    """The line for the link. What is pasted into it is looked through for one, over all its lines."""

    def __init__(self, find: Callable[[str], str], hint: str, *, id: str) -> None:
        super().__init__("", hint, id=id, mask=masked)
        self._find = find

    def on_paste(self, event: events.Paste) -> None:
        """Take the link, and not what stands around it; it takes the place of what was there."""
        event.stop()
        event.prevent_default()
        self.value = flat(self._find(event.text))[: self.max_length]
        self.cursor_position = len(self.value)


class AliasEntry(Entry):
    """The line for the alias. A link that is pasted here was meant for the line of the link, and may hold a secret."""

    class Link(Message):
        """A text with a link in it was pasted."""

        def __init__(self, text: str) -> None:
            self.text = text
            super().__init__()

    def on_paste(self, event: events.Paste) -> None:
        """Take anything but links."""
        if "://" in event.text:
            event.stop()
            event.prevent_default()
            self.post_message(self.Link(event.text))


class Line(Widget):
    """A caption, and a line of text beside it."""

    DEFAULT_CSS = f"""
    Line {{ height: 1; padding: 0 1 0 0; background: $incog-surface; }}
    Line:focus-within {{ background: $incog-panel; }}
    Line>Entry {{ margin: 0 0 0 {LABEL}; }}
    """

    def __init__(self, label: str, entry: Entry) -> None:
        super().__init__(entry)
        self._label = label

    def render_line(self, y: int) -> Strip:
        """The caption; the rest is under the line of text."""
        palette, here = palette_of(self), self.has_focus_within
        ground = "panel" if here else "surface"
        row = Row(self.size.width, palette.style("text", ground))
        row.put("▌ " if here else "  ", palette.style("accent", ground))
        return row.put(self._label, palette.style("accent" if here else "muted", ground, bold=here)).strip()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """The keyboard came in."""
        self.refresh()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        """The keyboard went out."""
        self.refresh()


class Said(Widget):
    """A few words under a line: always as high, so that nothing moves while one types."""

    DEFAULT_CSS = """
    Said { height: 2; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._words: tuple[Words, ...] = ()

    def say(self, *words: Words) -> None:
        """These words, one after the other."""
        if words != self._words:
            self._words = words
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One of the lines."""
        palette = palette_of(self)
        row = Row(self.size.width, palette.style("text", "surface")).column(LABEL)
        lines = flow(self._words, max(1, self.size.width - LABEL - 1), self.size.height)
        for text, role in lines[y] if y < len(lines) else ():
            row.put(text, palette.style(role))
        return row.strip()


def flow(words: Sequence[Words], width: int, height: int) -> list[list[Words]]:
    """Words in at most `height` lines of `width` cells, each in its colour; an ellipsis for what has no room."""
    lines: list[list[Words]] = [[]]
    used = 0
    for text, role in words:
        if text == NEW_LINE and used and len(lines) < height:
            lines.append([])
            used = 0
        for word in flat(text).split():
            if used and used + 1 + cell_len(word) > width:
                if len(lines) == height:
                    lines[-1].append(("…", role))
                    return lines
                lines.append([])
                used = 0
            lines[-1].append((f" {word}" if used else word, role))
            used += cell_len(lines[-1][-1][0])
    return lines


class FieldLook(NamedTuple):
    """What one line shows."""

    value: str
    note: str = ""  # dimmer, after the value
    right: tuple[Words, ...] = ()  # at the right end


class Field(Widget, can_focus=True):
    """A line with something to choose. What is to be done leaves it as a message."""

    DEFAULT_CSS = """
    Field { height: 1; }
    """

    BINDINGS = [
        taken("lobby-choose", "act('choose')"),
        taken("lobby-more", "act('more')"),
        taken("lobby-less", "act('less')"),
        taken("try", "act('try')"),
    ]

    class Act(Message):
        """Somebody wants something of this line: choose, more, less, try."""

        def __init__(self, field: str, act: str) -> None:
            self.field, self.act = field, act
            super().__init__()

    def __init__(self, label: str, *, id: str, look: FieldLook | None = None, bold: bool = False) -> None:
        super().__init__(id=id)
        self._label = label
        self._look = look or FieldLook("")
        self._bold = bold

    def show(self, look: FieldLook) -> None:
        """Show this."""
        if look != self._look:
            self._look = look
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        palette, here, look = palette_of(self), self.has_focus, self._look
        ground = "panel" if here else "surface"
        row = Row(self.size.width, palette.style("text", ground))
        row.keep((" ", None))
        for text, role in reversed(look.right):
            row.keep((text, palette.style(role, ground, bold=role == "live")))
        row.put("▌ " if here else "  ", palette.style("accent", ground))
        role = "accent" if here else "text" if self._bold else "muted"
        row.put(self._label, palette.style(role, ground, bold=here or self._bold)).column(LABEL)
        row.put(look.value, palette.style("text", ground))
        if look.note and row.room > 8:
            gap = "  " if look.value else ""
            row.put(f"{gap}{fit(look.note, row.room - 3)}", palette.style("muted", ground))
        return row.strip()

    def on_focus(self) -> None:
        """The keyboard came."""
        self.refresh()

    def on_blur(self) -> None:
        """The keyboard went."""
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        """A second click does what Enter does."""
        if event.chain == 2:
            self.action_act("choose")

    def action_act(self, act: str) -> None:
        """Tell."""
        self.post_message(self.Act(self.id or "", act))


class Banner(Widget):
    """The first line: what this is, and what is open."""

    DEFAULT_CSS = """
    Banner { height: 1; dock: top; background: $incog-panel; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._open: tuple[str, ...] = ()

    def say(self, open: tuple[str, ...]) -> None:
        """Which devices are open."""
        if open != self._open:
            self._open = open
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line."""
        palette = palette_of(self)
        row = Row(self.size.width, palette.style("text", "panel"))
        if self._open:
            row.keep((f" ● {' and '.join(self._open)} open, nothing is sent ", palette.block("live")))
        else:
            row.keep(("✓ nothing is open, nothing was sent ", palette.style("safe", "panel")))
        row.put(" incog", palette.style("accent", "panel", bold=True))
        words = "  meetings under a pseudonym"
        return row.put(words if len(words) <= row.room else "", palette.style("muted", "panel")).strip()


class Hints(Widget):
    """The last line: the keys for the line where the keyboard is. A click on one presses it."""

    DEFAULT_CSS = """
    Hints { height: 1; dock: bottom; background: $incog-panel; }
    """

    class Clicked(Message):
        """Somebody clicked an action."""

        def __init__(self, action: str) -> None:
            self.action = action
            super().__init__()

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._hints: Sequence[Words] = ()
        self._places: list[tuple[int, int, str]] = []

    def say(self, hints: Sequence[Words]) -> None:
        """Ids of actions, and what they do here."""
        if hints != self._hints:
            self._hints = hints
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """The line, with as many as fit."""
        palette, actions = palette_of(self), actions_of(self)
        row = Row(self.size.width, palette.style("text", "panel"))
        self._places, at = [], 1
        for action, words in self._hints:
            key = " ".join(actions.key(id) for id in action.split())
            end = at + len(key) + 1 + len(words)
            if not key or end >= self.size.width:
                continue
            row.column(at).put(key, palette.style("accent", "panel", bold=True))
            row.put(f" {words}", palette.style("muted", "panel"))
            self._places.append((at, end, action))
            at = end + 2
        return row.strip()

    def on_click(self, event: events.Click) -> None:
        """Do what was clicked."""
        for start, end, action in self._places:
            if start <= event.x < end:
                self.post_message(self.Clicked(action))
