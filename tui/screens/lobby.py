"""The lobby: who to be and where to go, when incog is started without a command. It contacts nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Input, Label, Static

from themes import DEFAULT, ThemeSpec
from tui.shell import Shell
from tui.terminal.manners import Manners
from tui.widgets.dressed import DressedWords, key_hint
from tui.widgets.lines import LineView
from tui.widgets.text import Row, flat

Kind = Literal["join", "host", "demo"]

CHOICES: tuple[tuple[Kind, str, str], ...] = (
    ("join", "Join", "the meeting of the invitation above"),
    ("host", "Host", "a meeting, and invite others"),
    ("demo", "Demo", "with three made-up participants, on this machine alone"),
)
"""What can be chosen, and what it means."""

Check = Callable[[str], str]
"""Takes what was typed; returns an empty string, or one sentence why it cannot be used."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen in the lobby."""

    kind: Kind
    alias: str
    link: str = ""  # only to join


class Choices(LineView):
    """Join, host or demo."""

    DEFAULT_CSS = """
    Choices { height: 3; }
    """

    class Chosen(Message):
        """One was chosen."""

        def __init__(self, kind: Kind) -> None:
            self.kind = kind
            super().__init__()

    def count(self) -> int:
        """Three."""
        return len(CHOICES)

    def chosen(self, index: int) -> None:
        """Enter on one."""
        self.post_message(self.Chosen(CHOICES[index][0]))

    def draw(self, index: int, width: int) -> Strip:
        """One choice."""
        _, name, meaning = CHOICES[index]
        here = index == self.cursor and self.has_focus
        ground, palette = "panel" if here else "surface", self.palette
        row = Row(width, palette.style("text", ground))
        row.put("▌ " if here else "  ", palette.style("accent", ground))
        row.put(f"{name:8}", palette.style("accent" if here else "text", ground, bold=True))
        return row.put(meaning, palette.style("muted", ground)).strip()


class LobbyScreen(Screen[None]):
    """Alias, invitation and choices in the middle."""

    DEFAULT_CSS = """
    LobbyScreen #box { width: 70; max-width: 96%; height: auto; background: $incog-surface; padding: 1 3; }
    LobbyScreen #title, LobbyScreen #keys { width: 100%; height: auto; }
    LobbyScreen .line { height: 1; margin: 1 0 0 0; }
    LobbyScreen Label { width: 12; color: $incog-muted; }
    LobbyScreen Input { width: 1fr; height: 1; border: none; padding: 0 1; background: $incog-panel; }
    LobbyScreen Input:focus { border: none; background: $incog-panel; background-tint: $incog-panel 0%; }
    LobbyScreen Input>.input--placeholder { color: $incog-muted; }
    LobbyScreen #refusal { width: 100%; height: 2; margin: 1 0 0 0; color: $incog-danger; }
    """

    BINDINGS = [
        Binding("ctrl+r", "another", "another alias", show=False, priority=True),
        Binding("escape,ctrl+q,ctrl+c", "leave", "leave", show=False, priority=True),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]
    AUTO_FOCUS = "#link"

    class Answered(Message):
        """The lobby is done; None: leave."""

        def __init__(self, choice: Choice | None) -> None:
            self.choice = choice
            super().__init__()

    def __init__(self, alias: str, another: Callable[[], str], check_alias: Check, check_link: Check) -> None:
        super().__init__()
        self._alias_at_first = alias
        self._another = another
        self._check_alias = check_alias
        self._check_link = check_link

    def compose(self) -> ComposeResult:
        """Title, alias, link, choices, refusal, keys."""
        with Vertical(id="box"):
            yield DressedWords(("incog", "accent", True), ("   meetings under a pseudonym", "muted", False), id="title")
            for name, label, value, hint in (
                ("alias", "you will be", self._alias_at_first, "a name to wear"),
                ("link", "invitation", "", "paste the link you were given"),
            ):
                with Horizontal(classes="line"):
                    yield Label(label, markup=False)
                    line = Input(value, placeholder=hint, id=name, max_length=512, select_on_focus=False, compact=True)
                    line.cursor_blink = False
                    yield line
            yield Static("", id="refusal", markup=False)
            yield Choices(id="choices")
            hints = (("Tab", "next"), ("Enter", "go"), ("Ctrl+R", "another alias"), ("Esc", "leave"))
            yield DressedWords(*chain.from_iterable(key_hint(*hint) for hint in hints), id="keys", classes="line")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the link joins; in the alias it goes on."""
        event.stop()
        if event.input.id == "link" and event.value.strip():
            self._answer("join")
        else:
            self.query_one(Choices if event.input.id == "link" else "#link").focus()

    def on_choices_chosen(self, message: Choices.Chosen) -> None:
        """One of the three."""
        self._answer(message.kind)

    def _answer(self, kind: Kind) -> None:
        alias, link = (self.query_one(f"#{name}", Input).value.strip() for name in ("alias", "link"))
        refusal, where = self._check_alias(alias), "#alias"
        if not refusal and kind == "join":
            refusal, where = self._check_link(link), "#link"
        self.query_one("#refusal", Static).update(f"! {flat(refusal)}" if refusal else "")
        if refusal:
            self.query_one(where).focus()
        else:
            self.post_message(self.Answered(Choice(kind, alias, link if kind == "join" else "")))

    def action_another(self) -> None:
        """Propose another alias."""
        self.query_one("#alias", Input).value = self._another()

    def action_leave(self) -> None:
        """Leave without a choice."""
        self.post_message(self.Answered(None))


class Lobby(Shell[Choice]):
    """The app around the lobby. `run()` returns the choice, or None to leave. Raises `ThemeError`.

    `alias` is proposed and `another` proposes a different one; the checks say why something typed cannot be used.
    """

    def __init__(
        self,
        alias: str,
        *,
        another: Callable[[], str],
        check_alias: Check,
        check_link: Check,
        theme: str = DEFAULT,
        title: str = "incog",
        themes: Mapping[str, ThemeSpec] | None = None,
        manners: Manners | None = None,
    ) -> None:
        super().__init__(theme=theme, title=title, themes=themes, manners=manners)
        self._lobby = LobbyScreen(alias, another, check_alias, check_link)

    async def on_mount(self) -> None:
        """Open it."""
        await self.push_screen(self._lobby)

    def on_lobby_screen_answered(self, message: LobbyScreen.Answered) -> None:
        """Done."""
        self.exit(message.choice)
