"""A dialog that chooses one of several things."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from tui.actions import taken
from tui.screens.dialog import Dialog
from tui.widgets.focus import focus_now
from tui.widgets.options import Option, Options
from tui.widgets.page import Block


class Choice(Dialog[str]):
    """Options under a page of text. The answer is the id of what was chosen."""

    BINDINGS = [taken("open", "accept", priority=True)]

    def __init__(self, title: str, options: Sequence[Option], words: str, blocks: Sequence[Block] = ()) -> None:
        """`words` say what choosing does."""
        super().__init__(title, blocks, keys=(("up down", "choose"), ("open", words), ("close", "close")))
        self._options = Options(options, id="options")

    def compose(self) -> ComposeResult:
        """As every dialog."""
        yield from super().compose()

    def on_mount(self) -> None:
        """Put the options under the page, and the keyboard into them."""
        page = self.query_one("#page")
        page.display = bool(self._blocks)
        self._mounting = self.query_one("#box").mount(self._options, after=page)
        focus_now(self._options)

    def action_accept(self) -> None:
        """Choose what the cursor is on."""
        self._options.action_choose()

    def on_options_chosen(self, message: Options.Chosen) -> None:
        """This one."""
        self.close_with(message.option.id)
