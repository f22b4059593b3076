"""A theme as rich styles: which word on which ground."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol, cast

from rich.style import Style
from textual.theme import Theme
from textual.widget import Widget

from themes import ThemeSpec
from themes.contrast import channels, mix

RGB = tuple[int, int, int]


@lru_cache(maxsize=1024)
def _style(colour: str, ground: str, bold: bool) -> Style:
    return Style(color=colour, bgcolor=ground, bold=bold or None)


class Palette:
    """The styles of one theme."""

    def __init__(self, spec: ThemeSpec) -> None:
        self.spec = spec

    def style(self, word: str = "text", ground: str = "surface", *, bold: bool = False) -> Style:
        """Text in the colour of one role on the ground of another."""
        return _style(self.spec[word], self.spec[ground], bold)

    def persona(self, index: int, ground: str = "surface", *, bold: bool = False) -> Style:
        """Text in a persona's colour."""
        return _style(self.spec.personas[index % len(self.spec.personas)], self.spec[ground], bold)

    def block(self, role: str, *, bold: bool = True) -> Style:
        """Text on a block filled with a role's colour."""
        return _style(self.spec["ink"], self.spec[role], bold)

    def rgb(self, role: str) -> RGB:
        """A role's colour as numbers."""
        return channels(self.spec[role])

    def persona_rgb(self, index: int) -> RGB:
        """A persona's colour as numbers."""
        return channels(self.spec.personas[index % len(self.spec.personas)])

    def field(self, index: int, share: float) -> RGB:
        """The surface with a share of a persona's colour in it."""
        persona = self.spec.personas[index % len(self.spec.personas)]
        return channels(mix(self.spec["surface"], persona, share))


class Dressed(Protocol):
    """An app that wears a theme of ours."""

    @property
    def palette(self) -> Palette: ...


def palette_of(widget: Widget) -> Palette:
    """The palette of the app that the widget is in."""
    return cast(Dressed, widget.app).palette


def textual_theme(spec: ThemeSpec) -> Theme:
    """The same theme for Textual's own widgets and for our CSS: each role is a variable, `$live` and so on."""
    colours = spec.colours
    return Theme(
        name=spec.name,
        primary=colours["accent"],
        secondary=colours["accent"],
        accent=colours["accent"],
        warning=colours["warning"],
        error=colours["danger"],
        success=colours["safe"],
        foreground=colours["text"],
        background=colours["background"],
        surface=colours["surface"],
        panel=colours["panel"],
        dark=spec.dark,
        text_alpha=1.0,
        variables={
            **{f"incog-{role}": colour for role, colour in colours.items()},
            "text-muted": colours["muted"],
            "border": colours["border"],
            "border-blurred": colours["border"],
            "block-cursor-background": colours["accent"],
            "block-cursor-foreground": colours["ink"],
            "block-cursor-text-style": "bold",
            "input-cursor-background": colours["accent"],
            "input-cursor-foreground": colours["ink"],
            "input-selection-background": mix(colours["surface"], colours["accent"], 0.35),
            "scrollbar": colours["border"],
            "scrollbar-hover": colours["muted"],
            "scrollbar-active": colours["accent"],
            "scrollbar-background": colours["surface"],
            "scrollbar-background-hover": colours["surface"],
            "scrollbar-background-active": colours["surface"],
            "scrollbar-corner-color": colours["surface"],
        },
    )
