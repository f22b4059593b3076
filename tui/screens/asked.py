"""The meeting's server asks for something before it lets anybody in: the line for it, and where it goes."""

from __future__ import annotations

from itertools import chain

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from tui.actions import actions_of, taken
from tui.widgets.dressed import DressedWords, key_hint
from tui.widgets.focus import focus_now
from tui.widgets.text import flat

WORDS = {"pin": "PIN", "secret": "secret", "token": "token"}
"""How a person reads what is asked for."""
LONGEST = 256


class AskedScreen(Screen[None]):
    """Asks for it in a line that does not show what is typed."""

    DEFAULT_CSS = """
    AskedScreen { align: center middle; background: $incog-background; }
    AskedScreen #box { width: 72; max-width: 100%; height: auto; background: $incog-surface; padding: 1 2 0 2; }
    AskedScreen #sentence { width: 100%; color: $incog-text; text-style: bold; }
    AskedScreen Input, AskedScreen Input:focus {
        height: 1; border: none; padding: 0 1; margin: 1 0; color: $incog-text; background: $incog-panel;
    }
    AskedScreen #whereto { width: 100%; color: $incog-muted; }
    AskedScreen #kept { width: 100%; color: $incog-muted; }
    AskedScreen #keys { width: 100%; margin: 1 0; }
    """

    BINDINGS = [
        taken("keep", "keep", priority=True),
        taken("reveal", "reveal", priority=True),
        taken("stay-out", "give_up"),
        Binding("ctrl+q,ctrl+c", "give_up", "give up", show=False, priority=True),
    ]

    class Answered(Message):
        """It was given; an empty answer gives up."""

        def __init__(self, answer: str, *, keep: bool = False) -> None:
            self.answer = answer
            self.keep = keep
            super().__init__()

    def __init__(self, sentence: str, what: str, server: str, given: str = "") -> None:
        """`what` is one of `WORDS`; `given` is what was refused."""
        super().__init__()
        self._word = WORDS.get(what, what)
        self._keep = False
        self._sentence = Static(flat(sentence), id="sentence", markup=False)
        self._line = Input(given, placeholder=self._word, password=True, max_length=LONGEST, select_on_focus=True)
        where = f"It goes to {server} and nowhere else."
        self._where = Static(flat(where), id="whereto", markup=False)
        self._kept = Static("", id="kept", markup=False)
        self._keys = DressedWords(id="keys")

    def compose(self) -> ComposeResult:
        """Why, the line, where it goes, and the keys."""
        with Vertical(id="box"):
            yield self._sentence
            yield self._line
            yield self._where
            yield self._kept
            yield self._keys

    def on_mount(self) -> None:
        """Put the keyboard into the line."""
        self._say()
        focus_now(self._line)

    def _say(self) -> None:
        self._kept.update(
            "It will be kept for this room in the keyring, once it was right." if self._keep else "It is kept nowhere."
        )
        actions = actions_of(self)
        seen = "mask it" if not self._line.password else "show it"
        words = {"join": "join", "keep": "keep it, or not", "reveal": seen, "stay-out": "give up"}
        self._keys.say(*chain.from_iterable(key_hint(actions.key(id), text) for id, text in words.items()))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter: try it."""
        event.stop()
        if event.value:
            self.post_message(self.Answered(event.value, keep=self._keep))

    def action_keep(self) -> None:
        """Keep it for this room, or not."""
        self._keep = not self._keep
        self._say()

    def action_reveal(self) -> None:
        """Show what is typed, or mask it."""
        self._line.password = not self._line.password
        self._say()

    def action_give_up(self) -> None:
        """Stay out."""
        self.post_message(self.Answered(""))
