"""What all dialogs share: a box in the middle, a title, text that scrolls, and a last line with the keys.

The status stays on top of every dialog, and muting and the camera work by the same keys as outside.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Generic, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Static

from tui.actions import actions_of, bindings, taken
from tui.model import Meeting
from tui.widgets.dressed import DressedWords, key_hint
from tui.widgets.page import Block, Page
from tui.widgets.status import Status
from tui.widgets.text import flat

Answer = TypeVar("Answer")

TALKING = frozenset({"mute", "camera", "hand"})
"""The actions that work while a dialog is open. Not the key to talk with: a space is pressed too easily."""


class Dialog(ModalScreen[Answer | None], Generic[Answer]):
    """A title over a page of text. Escape, q or Enter close it."""

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $incog-background 65%; }
    Dialog #box {
        width: 76; max-width: 96%; height: auto; max-height: 100%;
        background: $incog-surface; border: round $incog-border; padding: 0 2;
    }
    Dialog #title { width: 100%; color: $incog-text; text-style: bold; padding: 0 0 1 0; }
    Dialog #keys { width: 100%; color: $incog-muted; padding: 1 0 0 0; }
    """

    BINDINGS = [
        *bindings(TALKING | {"suspend"}),
        taken("close", "close"),
        Binding("ctrl+q,ctrl+c", "close", "close", show=False),
        taken("accept", "accept", priority=True),
    ]

    def __init__(
        self, title: str, blocks: Sequence[Block] = (), keys: Sequence[tuple[str, str]] = (("close", "close"),)
    ) -> None:
        """`keys` is what the last line names: ids of actions, with a space between several, and what they do here."""
        super().__init__()
        self._title = title
        self._blocks = blocks
        self._keys = keys
        self._status = Status(id="status")

    @property
    def is_typed_into(self) -> bool:
        """Whether letters are letters here, also before there is a line to type them in."""
        return False

    def show_meeting(self, meeting: Meeting) -> None:
        """The meeting as it is now, for the status."""
        self._status.show_meeting(meeting)

    def compose(self) -> ComposeResult:
        """Status, title, page, keys."""
        actions = actions_of(self)
        keys = [key_hint(" ".join(actions.key(id) for id in ids.split()), words) for ids, words in self._keys]
        yield self._status
        with Vertical(id="box"):
            yield Static(flat(self._title), id="title", markup=False)
            yield self.content()
            yield DressedWords(*chain.from_iterable(keys), id="keys")

    def content(self) -> Widget:
        """What stands under the title; its id is "page"."""
        return Page(self._blocks, id="page")

    def on_resize(self, event: events.Resize) -> None:
        """Leave room for title and keys around the page, however high it would be."""
        self.query_one("#page").styles.max_height = max(3, event.size.height - 10)

    def close_with(self, answer: Answer | None) -> None:
        """Close; whoever asked is told the answer."""
        self._closing_now = self.dismiss(answer)

    def action_close(self) -> None:
        """Close without an answer."""
        self.close_with(None)

    def action_accept(self) -> None:
        """Enter: the same, unless a dialog says otherwise."""
        self.close_with(None)
