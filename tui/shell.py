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
from tui.haste import painted
from tui.terminal.app import TerminalApp
from tui.terminal.manners import Manners
from tui.widgets.palette import Palette, textual_theme

Result = TypeVar("Result")

FOLDER = Path(__file__).parent
"""Where the layouts of the apps are."""


class Shell(TerminalApp[Result], Generic[Result], inherit_bindings=False):
    """The ground of our apps. Without `themes` there are those that come with incog.

    Raises `ThemeError` when there is no theme of that name.
    """

    ENABLE_COMMAND_PALETTE = False

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
        self._palettes: dict[str, Palette] = {}
        super().__init__(title=title, manners=manners or Manners())
        self.devtools = None  # nothing connects to a debugger, whatever the environment says
        self._begin_with(theme)
        self.actions = Actions(chosen_keys)
        self.set_keymap(self.actions.keymap())

    def on_mount(self) -> None:
        """Go on as usual after the first paint."""
        self.call_after_refresh(painted)

    @property
    def palette(self) -> Palette:
        """The styles of the theme that is worn."""
        name = self.theme
        if name not in self._palettes:
            self._palettes[name] = Palette(self._specs[name if name in self._specs else DEFAULT])
        return self._palettes[name]

    def next_theme(self) -> str:
        """Wear the next theme and return its label."""
        names = list(self._specs)
        return self.wear(names[(names.index(self.theme) + 1) % len(names)])

    def wear(self, name: str) -> str:
        """Wear a theme and return its label."""
        self.register_theme(textual_theme(self._specs[name]))
        self.theme = name
        return self._specs[name].label

    def _begin_with(self, name: str) -> None:
        """Wear a theme from the start. Set as it is later, all CSS would be read twice before the first paint."""
        theme = textual_theme(self._specs[name])
        self.register_theme(theme)
        self.set_reactive(Shell.theme, name)
        self.stylesheet.set_variables(self.get_css_variables())
        self.set_class(theme.dark, "-dark-mode", update=False)
        self.set_class(not theme.dark, "-light-mode", update=False)

    def theme_commands(self, wear: Callable[[str], object]) -> Iterator[SystemCommand]:
        """A line of the palette for each theme, once something is typed that fits."""
        for name, spec in self._specs.items():
            help = f"{'Dark' if spec.dark else 'Light'}; its name is {name}"
            yield SystemCommand(f"Theme: {spec.label}", help, partial(wear, name), discover=False)

    def export_screenshot(self, *, title: str | None = None, simplify: bool = False) -> str:
        """An SVG of the screen that makes whoever opens it fetch nothing: no font from elsewhere."""
        drawn = super().export_screenshot(title=title, simplify=simplify)
        return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL).replace("Fira Code, monospace", "monospace")

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
