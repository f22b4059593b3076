"""Words whose colours are roles of the theme, so that they follow when another one is worn."""

from __future__ import annotations

from rich.text import Text
from textual.widgets import Static

from tui.widgets.palette import palette_of

Said = tuple[str, str, bool]
"""Text, the role of its colour, and whether it is bold."""


class DressedWords(Static):
    """A line or a paragraph. `ground` is the role of what it stands on."""

    def __init__(
        self,
        *said: Said,
        ground: str = "surface",
        no_wrap: bool = False,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__("", id=id, classes=classes, markup=False)
        self._said = said
        self._ground = ground
        self._no_wrap = no_wrap

    def say(self, *said: Said) -> None:
        """Other words."""
        self._said = said
        if self.is_mounted:
            self._dress()

    def on_mount(self) -> None:
        """Put on the theme that is worn."""
        self._dress()

    def notify_style_update(self) -> None:
        """Put on another one."""
        super().notify_style_update()
        if self.is_mounted:
            self._dress()

    def _dress(self) -> None:
        palette = palette_of(self)
        text = Text(no_wrap=self._no_wrap)
        for words, role, bold in self._said:
            text.append(words, palette.style(role, self._ground, bold=bold))
        self.update(text)


def key_hint(key: str, words: str) -> tuple[Said, Said]:
    """A key and what it does here, for a last line."""
    return (f"{key} ", "accent", True), (f"{words}   ", "muted", False)
