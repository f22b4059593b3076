"""Links in the chat: shown whole, copied, and opened only after a question."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from textual.app import ComposeResult
from textual.message import Message
from textual.strip import Strip

from tui.actions import taken
from tui.screens.dialog import Dialog
from tui.widgets.lines import LineView
from tui.widgets.links import target
from tui.widgets.page import Block, Pair, Sentence
from tui.widgets.text import Row


class LinkList(LineView):
    """One line for each link."""

    DEFAULT_CSS = """
    LinkList { height: auto; max-height: 12; background: $incog-surface; }
    """

    class Chosen(Message):
        """Somebody wants to see this link."""

        def __init__(self, url: str) -> None:
            self.url = url
            super().__init__()

    def __init__(self, urls: Sequence[str]) -> None:
        super().__init__(id="links")
        self._urls = urls

    def count(self) -> int:
        """One line a link."""
        return len(self._urls)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """As high as there are links."""
        return len(self._urls)

    def chosen(self, index: int) -> None:
        """Show this one."""
        self.post_message(self.Chosen(self._urls[index]))

    def draw(self, index: int, width: int) -> Strip:
        """The link, as much of it as fits."""
        here = index == self.cursor
        ground = "panel" if here else "surface"
        row = Row(width, self.palette.style("text", ground))
        row.put("▌ " if here else "  ", self.palette.style("accent", ground))
        return row.put(self._urls[index]).strip()


class Links(Dialog[str]):
    """Chooses one of the links; the answer is the link."""

    BINDINGS = [taken("open", "accept", priority=True)]

    def __init__(self, urls: Sequence[str]) -> None:
        super().__init__("Links in the chat", keys=(("up down", "choose"), ("open", "look at it"), ("close", "close")))
        self._list = LinkList(urls)

    def compose(self) -> ComposeResult:
        """As every dialog."""
        yield from super().compose()

    def on_mount(self) -> None:
        """Put the list where the page would be, and the keyboard into it."""
        self.query_one("#page").display = False
        self._mounting = self.query_one("#box").mount(self._list, after="#page")
        self._list.focus()

    def action_accept(self) -> None:
        """Look at the chosen one."""
        self._list.action_choose()

    def on_link_list_chosen(self, message: LinkList.Chosen) -> None:
        """This one."""
        self.close_with(message.url)


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
