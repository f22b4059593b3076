"""The screen before joining: who would learn what, and whom it would contact. Nothing was sent to find out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from tui.actions import actions_of, taken
from tui.model import Foretold
from tui.widgets.disclosures import AUDIENCES
from tui.widgets.page import Block, Page, Pair, Sentence, Title
from tui.widgets.palette import palette_of

Answer = Literal["join", "another", "stay-out"]


class BeforeScreen(Screen[None]):
    """What joining now would tell. Enter joins; until then nobody is contacted."""

    DEFAULT_CSS = """
    BeforeScreen { align: center middle; background: $incog-background; }
    BeforeScreen #box { width: 88; max-width: 100%; height: auto; max-height: 100%; background: $incog-surface; }
    BeforeScreen #title { width: 100%; height: 1; padding: 0 2; background: $incog-panel; }
    BeforeScreen #page { margin: 1 2; }
    BeforeScreen #keys { width: 100%; height: 1; padding: 0 2; background: $incog-panel; }
    """

    BINDINGS = [
        taken("join", "answer('join')", priority=True),
        taken("another", "answer('another')"),
        taken("stay-out", "answer('stay-out')", priority=True),
        Binding("ctrl+q,ctrl+c", "answer('stay-out')", "stay out", show=False, priority=True),
    ]
    AUTO_FOCUS = "#page"

    class Answered(Message):
        """The person decided."""

        def __init__(self, answer: Answer) -> None:
            self.answer = answer
            super().__init__()

    def __init__(self, foretold: Foretold) -> None:
        super().__init__()
        self._foretold = foretold
        self._drawing = False  # what is shown is not what is about to be decided about
        self._title = Static("", id="title", markup=False)
        self._page = Page(blocks(foretold), id="page")
        self._line = Static("", id="keys", markup=False)

    def compose(self) -> ComposeResult:
        """Title, page, keys."""
        with Vertical(id="box"):
            yield self._title
            yield self._page
            yield self._line

    def on_mount(self) -> None:
        """Say what is foretold."""
        self._fit()
        self._say("Before you join")

    def on_resize(self) -> None:
        """Leave room for title and keys around the page, however high it would be."""
        self._fit()

    def _fit(self) -> None:
        self._page.styles.max_height = max(3, self.app.size.height - 4)

    @property
    def alias(self) -> str:
        """The alias it was foretold for."""
        return self._foretold.alias

    def show(self, foretold: Foretold) -> None:
        """What joining would tell as somebody else."""
        self._foretold, self._drawing = foretold, False
        self._page.show(blocks(foretold))
        self._page.scroll_to(y=0, animate=False)
        self._say("Before you join")

    def _say(self, title: str) -> None:
        palette = palette_of(self)
        words = Text(no_wrap=True).append(title, palette.style("accent", "panel", bold=True))
        self._title.update(words.append(" · nothing was sent yet", palette.style("muted", "panel")))
        keys, actions = Text(no_wrap=True), actions_of(self)
        for name in ("join", "another", "stay-out"):
            if name != "another" or self._foretold.may_draw:
                keys.append(f"{actions.key(name)} ", palette.style("accent", "panel", bold=True))
                keys.append(f"{actions.by_id[name].label}   ", palette.style("muted", "panel"))
        keys.append("↑ ↓ ", palette.style("accent", "panel", bold=True)).append(
            "scroll", palette.style("muted", "panel")
        )
        self._line.update(keys)

    def action_answer(self, answer: Answer) -> None:
        """A key was pressed. While another alias is drawn, only staying out is an answer."""
        if answer != "stay-out" and (self._drawing or (answer == "another" and not self._foretold.may_draw)):
            return
        if answer == "another":
            self._drawing = True
            self._say("Drawing another alias …")
        self.post_message(self.Answered(answer))


def blocks(foretold: Foretold) -> list[Block]:
    """All that is foretold, as a page: first what a person chose, then what follows from it."""
    return [
        Pair("you will be", foretold.alias, role="accent"),
        Pair("meeting", foretold.server, note="a new one" if foretold.hosting else ""),
        *_media(foretold),
        Pair("your addresses", foretold.addresses),
        Sentence(),
        *_told(foretold),
        Title("Whom it contacts"),
        *(Pair(destination, reason) for destination, reason in foretold.contacts),
    ]


def _media(foretold: Foretold) -> Iterator[Block]:
    for name, on in (("microphone", foretold.microphone), ("camera", foretold.camera)):
        yield Pair(name, "on from the start" if on else "off, nothing is sent", role="live" if on else "safe")


def _told(foretold: Foretold) -> Iterator[Block]:
    for audience, title in AUDIENCES.items():
        told = foretold.told.get(audience, ())
        yield Title(f"{title} would learn")
        if not told:
            yield Sentence("nothing", "muted")
        before = ""
        for fact, value in told:
            # A fact with several values is named once.
            yield Pair("" if fact.value == before else fact.value, value)
            before = fact.value
        yield Sentence()
