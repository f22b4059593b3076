"""Links in the chat: shown whole, copied, and opened only after a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from tui.actions import taken
from tui.screens.choice import Choice
from tui.screens.dialog import Dialog
from tui.widgets.links import target
from tui.widgets.options import Option
from tui.widgets.page import Block, Pair, Sentence


class Links(Choice):
    """Chooses one of the links; the answer is the link."""

    def __init__(self, urls: Sequence[str]) -> None:
        super().__init__("Links in the chat", [Option(url, url) for url in urls], "look at it")


class AskOpen(Dialog[Literal["copy", "open"]]):
    """Shows where a link leads, and asks whether it is to be copied or opened outside incog."""

    BINDINGS = [taken("copy", "copy"), taken("open-link", "open_link")]

    def __init__(self, url: str) -> None:
        where = target(url)
        blocks: list[Block] = [Sentence(url, "accent"), Sentence()]
        if where is not None:
            blocks.append(Pair("leads to", where.host))
            blocks += [Sentence(doubt, "warning") for doubt in where.doubts]
        blocks += [
            Sentence(),
            Sentence(
                "Opening it starts your browser, outside incog: whoever runs that place learns your network address "
                "and whatever your browser tells, and incog cannot see or stop it.",
                "text",
            ),
        ]
        keys = (("copy", "copy it"), ("open-link", "open it in the browser"), ("close", "neither"))
        super().__init__("Follow this link?", blocks, keys=keys)

    def action_copy(self) -> None:
        """Hand it to the terminal's clipboard."""
        self.close_with("copy")

    def action_open_link(self) -> None:
        """Open it."""
        self.close_with("open")
