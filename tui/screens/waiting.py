"""Before and after a meeting: joining, and the end."""

from __future__ import annotations

from time import monotonic
from typing import Literal

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Static

from tui.actions import actions_of, pressed_at, taken
from tui.widgets.palette import palette_of
from tui.widgets.text import flat


class WaitingScreen(Screen[None]):
    """A few words in the middle."""

    def __init__(self) -> None:
        super().__init__()
        self._words = Static("", id="words", markup=False)
        self._mounted_before = False

    def compose(self) -> ComposeResult:
        """The words."""
        yield self._words

    def on_mount(self) -> None:
        """Say them."""
        self._words.update(self.words())

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """At first everything has the styles already that it was mounted with."""
        event.refresh_styles, self._mounted_before = self._mounted_before, True

    def notify_style_update(self) -> None:
        """Say them in other colours."""
        super().notify_style_update()
        if self.is_mounted:
            self._words.update(self.words())

    def words(self) -> Text:
        """What to say."""
        raise NotImplementedError


class JoiningScreen(WaitingScreen):
    """While the meeting is being joined: under which name."""

    BINDINGS = [Binding("q,escape,ctrl+q,ctrl+c", "app.act('leave')", "give up", show=False)]

    def __init__(self, alias: str, *, ready: bool = True) -> None:
        """`ready`: there is nothing to be decided before joining."""
        super().__init__()
        self._ready = ready
        self._alias = alias
        self._colour = 0
        self._notice = ""

    def show(self, alias: str, colour: int, notice: str) -> None:
        """Who joins, and what is being done."""
        self._ready = True
        self._alias, self._colour, self._notice = alias or self._alias, colour, notice
        self._words.update(self.words())

    def words(self) -> Text:
        """Joining as whom."""
        palette = palette_of(self)
        ground = "background"
        text = Text(justify="center")
        text.append("Joining" if self._ready else "Preparing", palette.style("muted", ground))
        if self._alias and self._ready:
            text.append(" as ", palette.style("muted", ground))
            text.append(flat(self._alias), palette.persona(self._colour, ground, bold=True))
        text.append(" …\n\n", palette.style("muted", ground))
        text.append(f"{flat(self._notice)}\n\n" if self._notice else "\n\n", palette.style("text", ground))
        text.append("q", palette.style("accent", ground, bold=True))
        text.append(" give up", palette.style("muted", ground))
        return text


Next = Literal["quit", "lobby", "rejoin"]
"""What comes after a meeting."""

WRITING_ON = 0.7
"""Seconds that somebody who is typing may take to see that the screen is another."""


class EndedScreen(WaitingScreen):
    """The meeting is over; one goes to the lobby, joins again where the way was lost, or ends incog."""

    BINDINGS = [
        taken("quit", "answer('quit')"),
        taken("lobby", "answer('lobby')"),
        taken("rejoin", "answer('rejoin')"),
        Binding("ctrl+q,ctrl+c", "answer('quit')", "end", show=False, priority=True),
    ]

    class Read(Message):
        """Somebody read it."""

        def __init__(self, next: Next) -> None:
            self.next = next
            super().__init__()

    def __init__(self, sentence: str, *, lost: bool = False, typing: bool = False) -> None:
        """`lost`: joining again may work. `typing`: the keyboard was in a line when it ended, so that the next letters
        were meant for that.
        """
        super().__init__()
        self._from = monotonic() + (WRITING_ON if typing else 0)
        self._sentence = sentence
        self._lost = lost

    def words(self) -> Text:
        """Why it is over."""
        palette = palette_of(self)
        text = Text(justify="center")
        text.append(f"{flat(self._sentence)}\n\n", palette.style("text", "background", bold=True))
        actions = actions_of(self)
        for number, id in enumerate(("rejoin", "lobby", "quit") if self._lost else ("lobby", "quit")):
            text.append("   " if number else "").append(
                actions.key(id), palette.style("accent", "background", bold=True)
            )
            text.append(f" {actions.by_id[id].label}", palette.style("muted", "background"))
        return text

    def action_answer(self, next: Next) -> None:
        """A key was pressed. One that was meant for the screen before answers nothing."""
        if pressed_at(self) >= self._from and (next != "rejoin" or self._lost):
            self.post_message(self.Read(next))
