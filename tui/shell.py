"""What every app of ours is: dressed in our themes, on the safe driver, and opening nothing."""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar

from rich.text import Text
from textual.app import SystemCommand

from themes import DEFAULT, ThemeError, ThemeSpec, load_builtin
from tui.actions import Actions, Chosen
from tui.terminal.app import TerminalApp
from tui.terminal.manners import Manners
from tui.widgets.palette import Palette, textual_theme

Result = TypeVar("Result")

_FONT = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


class Shell(TerminalApp[Result], Generic[Result], inherit_bindings=False):
    """The ground of our apps. Without `themes` there are those that come with incog.

    Raises `ThemeError` when there is no theme of that name.
    """

    ENABLE_COMMAND_PALETTE = False
    CSS_PATH = Path(__file__).with_name("incog.tcss")

    def __init__(
        self,
        *,
        theme: str = DEFAULT,
        title: str = "incog",
        chosen_keys: Chosen | None = None,
        themes: Mapping[str, ThemeSpec] | None = None,
        manners: Manners | None = None,
    ) -> None:
        self._specs = load_builtin() if themes is None else themes
        if theme not in self._specs:
            raise ThemeError(f"There is no theme {theme!r}; there are {', '.join(self._specs)}.")
        self._palettes = {name: Palette(spec) for name, spec in self._specs.items()}
        super().__init__(title=title, manners=manners or Manners())
        self.devtools = None  # nothing connects to a debugger, whatever the environment says
        for spec in self._specs.values():
            self.register_theme(textual_theme(spec))
        self.theme = theme
        self.actions = Actions(chosen_keys)
        self.set_keymap(self.actions.keymap())

    @property
    def palette(self) -> Palette:
        """The styles of the theme that is worn."""
        return self._palettes.get(self.theme) or self._palettes[DEFAULT]

    def next_theme(self) -> str:
        """Wear the next theme and return its label."""
        names = list(self._specs)
        return self.wear(names[(names.index(self.theme) + 1) % len(names)])

    def wear(self, name: str) -> str:
        """Wear a theme and return its label."""
        self.theme = name
        return self._specs[name].label

    def theme_commands(self, wear: Callable[[str], object]) -> Iterator[SystemCommand]:
        """A line of the palette for each theme, once something is typed that fits."""
        for name, spec in self._specs.items():
            help = f"{'Dark' if spec.dark else 'Light'}; its name is {name}"
            yield SystemCommand(f"Theme: {spec.label}", help, partial(wear, name), discover=False)

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """An SVG of the screen that makes whoever opens it fetch nothing: no font from elsewhere."""
        drawn = super().export_screenshot(title=title, simplify=simplify)
        return _FONT.sub("", drawn).replace("Fira Code, monospace", "monospace")

    def _fatal_error(self) -> None:
        """End with one sentence. Textual's own words would hold local variables: an invitation's secret, names, chat.

        Not Textual's public interface; a test fails when it has moved.
        """
        error = self._exception
        words = f"incog: the screen failed ({type(error).__name__}), so you left; INCOG_TRACEBACK=1 shows where"
        if error is not None and os.environ.get("INCOG_TRACEBACK"):
            words = "".join(traceback.format_exception(error)) + words
        self._exit_renderables.append(Text(words))
        self._close_messages_no_wait()

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Open nothing: incog starts no other program, and no link is followed."""
        del url, new_tab
