"""The chat pane: a bounded log and a line to write. What others wrote is text, never markup."""

from __future__ import annotations

from collections import deque

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Static

from tui.model import ChatLine
from tui.widgets.chat_log import ChatLog
from tui.widgets.focus import focus_now
from tui.widgets.text import fit, flat

MOST_TYPED = 2000
"""Characters that can be typed in one message."""

MOST_REMEMBERED = 100
"""Messages of one's own that can be had back into the line."""

TO_ALL = "Write to everybody"


class Line(Input):
    """One line to type in. Keys that mean something beside the text are told to the pane."""

    class Pressed(Message):
        """Up, down or escape."""

        def __init__(self, line: Line, key: str) -> None:
            self.line = line
            self.key = key
            super().__init__()

    def __init__(self, placeholder: str, *, id: str) -> None:
        super().__init__(placeholder=placeholder, id=id, max_length=MOST_TYPED, select_on_focus=False, compact=True)
        self.cursor_blink = False

    def on_key(self, event: events.Key) -> None:
        """Tell what the line itself has no use for."""
        if event.key in ("up", "down") or (event.key == "escape" and self.has_class("keeps-escape")):
            event.stop()
            event.prevent_default()
            self.post_message(self.Pressed(self, event.key))


class Chat(Vertical):
    """The log, one line for why something was not sent, and the line to write in; on request a line to search with."""

    DEFAULT_CSS = """
    Chat { background: $incog-surface; }
    Chat ChatLog { height: 1fr; }
    Chat #chat-refusal { height: auto; max-height: 3; padding: 0 1; color: $incog-danger; display: none; }
    Chat #chat-refusal.shown { display: block; }
    Chat .row { height: 1; background: $incog-panel; }
    Chat #chat-finding { display: none; }
    Chat #chat-finding.shown { display: block; }
    Chat .label { width: auto; height: 1; color: $incog-muted; padding: 0 0 0 1; display: none; }
    Chat .label.shown { display: block; }
    Chat #chat-to { color: $incog-warning; text-style: bold; }
    Chat Input { width: 1fr; height: 1; border: none; padding: 0 1; background: $incog-panel; color: $incog-text; }
    Chat Input:focus { border: none; height: 1; background: $incog-panel; background-tint: $incog-panel 0%; }
    Chat Input>.input--placeholder { color: $incog-muted; }
    """

    class Said(Message):
        """Somebody here wants to say this; `to`: the key of the one person who is to read it, empty for everybody."""

        def __init__(self, text: str, to: str = "") -> None:
            self.text = text
            self.to = to
            super().__init__()

    class Left(Message):
        """The keyboard is wanted elsewhere."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._log = ChatLog(id="chat-log")
        self._line = Line(TO_ALL, id="chat-line")
        self._finder = Line("Find in the chat", id="chat-find")
        self._finder.add_class("keeps-escape")
        self._to = Static("", id="chat-to", classes="label", markup=False)
        self._count = Static("", id="chat-count", classes="label", markup=False)
        self._refused = Static("", id="chat-refusal", markup=False)
        self._receiver = ("", "")  # key and name; empty: everybody
        self._written: deque[str] = deque(maxlen=MOST_REMEMBERED)
        self._back = 0  # how far back in what was written; 0: a new message
        self._draft = ""
        self._matches = 0
        self._match = 0

    def compose(self) -> ComposeResult:
        """Log, refusal, the line to search with, the line to write in."""
        yield self._log
        yield self._refused
        with Horizontal(id="chat-finding", classes="row"):
            yield self._finder
            yield self._count
        with Horizontal(classes="row"):
            yield self._to
            yield self._line

    # What is said

    def add(self, line: ChatLine, *, seen: bool = True) -> None:
        """One more line in the log; `seen` says whether the log can be seen now."""
        self._log.add(line, seen=seen)

    def links(self) -> list[str]:
        """The links in what was said, the newest first."""
        return self._log.links()

    def go_to_new(self) -> None:
        """Show where what is new begins, and put the keyboard there; without anything new, the newest."""
        self._log.go_to_new()
        focus_now(self._log)

    def all_seen(self) -> None:
        """What came up to now is not new any more."""
        self._log.all_seen()

    # Writing

    def write(self, key: str = "", name: str = "") -> None:
        """Put the keyboard into the line; with the key and the name of a person, to write to them alone."""
        self._address(key, name)
        focus_now(self._line)

    def _address(self, key: str, name: str) -> None:
        self._receiver = (key, name)
        self._to.update(f"to {fit(name, 20)} alone:")
        self._to.set_class(bool(key), "shown")
        self._line.set_class(bool(key), "keeps-escape")
        self._line.placeholder = "nobody else can read it" if key else TO_ALL

    def sent(self) -> None:
        """What was written went out: the line is free."""
        if self._line.value.strip():
            self._written.append(self._line.value)
        self._back = 0
        self._line.clear()
        self._refusal("")
        self._log.all_seen()

    def refused(self, sentence: str) -> None:
        """It did not go out; the text stays to be changed."""
        self._refusal(sentence)

    def _refusal(self, sentence: str) -> None:
        self._refused.update(f"! {flat(sentence)}")
        self._refused.set_class(bool(sentence), "shown")

    def _recall(self, step: int) -> None:
        """Have an earlier message of one's own back into the line, or go on towards the new one."""
        back = min(max(0, self._back + step), len(self._written))
        if back == self._back:
            return
        if not self._back:
            self._draft = self._line.value
        self._back = back
        self._line.value = self._written[-back] if back else self._draft
        self._line.cursor_position = len(self._line.value)

    # Searching

    def search(self) -> None:
        """Ask what to look for."""
        self.query_one("#chat-finding").add_class("shown")
        focus_now(self._finder)

    def _show_match(self, step: int) -> None:
        if self._matches:
            self._match = (self._match + step) % self._matches
            self._log.go_to_match(self._match)
        words = f"{self._match + 1} of {self._matches}" if self._matches else "not found"
        self._count.update(f"{words} ")
        self._count.set_class(bool(self._finder.value), "shown")

    def _end_search(self) -> None:
        self.query_one("#chat-finding").remove_class("shown")
        self._finder.clear()
        self._log.search("")

    # From the lines

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: hand the text over, which stays in the line until it is known to have gone out; or look further."""
        event.stop()
        if event.input is self._finder:
            self._show_match(1)
        elif event.value.strip():
            self.post_message(self.Said(event.value.strip(), self._receiver[0]))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Typing on means the refusal was read; in the other line it is another search."""
        event.stop()
        if event.input is self._finder:
            self._matches, self._match = self._log.search(event.value), 0
            self._show_match(0)
        else:
            self._refusal("")

    def on_line_pressed(self, message: Line.Pressed) -> None:
        """Up and down go through one's own messages, or through what was found; escape goes back by one step."""
        message.stop()
        if message.key != "escape":
            step = 1 if message.key == "up" else -1
            if message.line is self._finder:
                self._show_match(step)
            else:
                self._recall(step)
        elif message.line is self._finder:
            self._end_search()
            self.post_message(self.Left())
        else:
            self._address("", "")
