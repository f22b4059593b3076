"""The screen before joining: who would learn what, and whom it would contact. Nothing was sent to find out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from time import monotonic
from typing import Literal

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen

from tui.actions import actions_of, pressed_at, taken
from tui.model import Foretold
from tui.widgets import signs
from tui.widgets.disclosures import AUDIENCES
from tui.widgets.dressed import DressedWords, key_hint
from tui.widgets.page import Block, Page, Pair, Sentence, Title

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
        self._since = monotonic()  # since when what is shown can be seen
        self._title = DressedWords(ground="panel", no_wrap=True, id="title")
        self._page = Page(blocks(foretold), id="page")
        self._line = DressedWords(ground="panel", no_wrap=True, id="keys")

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
        self._foretold, self._drawing, self._since = foretold, False, monotonic()
        self._page.show(blocks(foretold))
        self._page.scroll_to(y=0, animate=False)
        self._say("Before you join")

    def _say(self, title: str) -> None:
        self._title.say((title, "accent", True), (" · nothing was sent yet", "muted", False))
        actions = actions_of(self)
        names = [name for name in ("join", "another", "stay-out") if name != "another" or self._foretold.may_draw]
        keys = [key_hint(actions.key(name), actions.by_id[name].label) for name in names]
        self._line.say(*chain.from_iterable(keys), *key_hint("↑ ↓", "scroll"))

    def action_answer(self, answer: Answer) -> None:
        """A key was pressed. While another alias is drawn, only staying out is an answer; and only who has seen what
        is foretold can agree to it.
        """
        unseen = self._drawing or pressed_at(self) < self._since
        if answer != "stay-out" and (unseen or (answer == "another" and not self._foretold.may_draw)):
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
        *encrypted(foretold.encryption),
        Sentence(),
        *told(foretold),
    ]


def encrypted(label: str) -> Iterator[Block]:
    """Who can hear and see besides the participants, by the label of the encryption."""
    sign = signs.encryption(label)
    words = f"{sign} {label}: its operator can hear and see you" if sign == signs.TO_SERVER else f"{sign} {label}"
    if label:
        yield Pair("encryption", words, role="warning" if signs.weak(sign) else "text")


def _media(foretold: Foretold) -> Iterator[Block]:
    for name, on in (("microphone", foretold.microphone), ("camera", foretold.camera)):
        yield Pair(name, "on from the start" if on else "off, nothing is sent", role="live" if on else "safe")


def told(foretold: Foretold) -> Iterator[Block]:
    """Who would learn what, and whom it contacts."""
    for audience, title in AUDIENCES.items():
        facts = foretold.told.get(audience, ())
        yield Title(f"{title} would learn")
        if not facts:
            yield Sentence("nothing", "muted")
        before = ""
        for fact, value in facts:
            # A fact with several values is named once.
            yield Pair("" if fact.value == before else fact.value, value)
            before = fact.value
        yield Sentence()
    yield Title("Whom it contacts")
    yield from (Pair(destination, reason) for destination, reason in foretold.contacts)
