"""The recent meetings, to choose one from or to forget."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from tui.actions import taken
from tui.screens.dialog import Dialog
from tui.widgets.options import Option, Options
from tui.widgets.page import Sentence


class Recent(Dialog[tuple[str, int]]):
    """The answer is what is to be done, "take", "forget" or "forget-all", and with which of them."""

    BINDINGS = [
        taken("open", "accept", priority=True),
        taken("forget", "forget('forget')"),
        taken("forget-all", "forget('forget-all')"),
    ]

    def __init__(self, meetings: Sequence[tuple[str, str]]) -> None:
        """Servers and days."""
        keys = (("open", "take"), ("forget", "forget it"), ("forget-all", "forget all"), ("close", "close"))
        said = [Sentence("Their links are in the system's keyring.", "muted"), Sentence()]
        super().__init__("Recent meetings", said, keys=keys)
        self._options = Options(
            [Option(server, str(index), day) for index, (server, day) in enumerate(meetings)], id="options"
        )

    def compose(self) -> ComposeResult:
        """As every dialog."""
        yield from super().compose()

    def on_mount(self) -> None:
        """Put the list under the page, and the keyboard into it."""
        self._mounting = self.query_one("#box").mount(self._options, after=self.query_one("#page"))
        self._options.focus()

    def action_accept(self) -> None:
        """Take the one that the cursor is on."""
        self._options.action_choose()

    def action_forget(self, what: str) -> None:
        """Forget it, or all of them."""
        if self._options.cursor >= 0:
            self.close_with((what, self._options.cursor))

    def on_options_chosen(self, message: Options.Chosen) -> None:
        """This one."""
        self.close_with(("take", int(message.option.id)))
