"""What a theme is: a colour for each role, and one for each of the eight personas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

BUILTIN = (
    "incog-night",
    "incog-day",
    "incog-ember",
    "incog-linen",
    "incog-harbour",
    "incog-forest",
    "incog-dusk",
    "contrast-dark",
    "contrast-light",
    "mono",
    "ansi",
)
"""The themes that come with incog, in the order in which they are offered."""

DEFAULT = BUILTIN[0]
"""The theme that is worn when nobody chose one."""

PERSONAS = 8
"""How many persona colours there are."""

ROLES: Mapping[str, str] = {
    "background": "behind everything",
    "surface": "behind a pane",
    "panel": "behind a heading, a caption, the status and the footer",
    "border": "lines, and what is only decoration",
    "text": "what is read",
    "muted": "what is read second",
    "accent": "where the keyboard is, and the keys' names",
    "live": "others hear or see you now",
    "safe": "nothing is sent",
    "speaking": "who is speaking",
    "warning": "something to look at",
    "danger": "something that went wrong or was refused",
    "ink": "text on a block of live, safe, speaking, warning, danger or accent",
}
"""Every role a theme must give a colour, and what it is for."""

GROUNDS = ("background", "surface", "panel")
WORDS = ("text", "muted", "accent", "live", "safe", "speaking", "warning", "danger")
BLOCKS = ("live", "safe", "speaking", "warning", "danger", "accent")


@dataclass(frozen=True, slots=True)
class ThemeSpec:
    """One theme. All colours are `#rrggbb` in lower case."""

    name: str  # "incog-night": what is asked for
    label: str  # "Night": what is shown
    dark: bool
    colours: Mapping[str, str]  # by role; every role of ROLES
    personas: tuple[str, ...]  # PERSONAS colours

    def __getitem__(self, role: str) -> str:
        """The colour of a role."""
        return self.colours[role]

    @property
    def colourless(self) -> bool:
        """Whether there are only greys in it."""
        return all(
            len({colour[1:3], colour[3:5], colour[5:7]}) == 1 for colour in (*self.colours.values(), *self.personas)
        )

    def text_pairs(self) -> Iterator[tuple[str, str, str, str]]:
        """Every (role, its colour, ground, its colour) in which the screen sets text."""
        for ground in GROUNDS:
            for word in WORDS:
                yield word, self[word], ground, self[ground]
            for index, colour in enumerate(self.personas):
                yield f"persona {index}", colour, ground, self[ground]
        for block in BLOCKS:
            yield "ink", self["ink"], block, self[block]
        for index, colour in enumerate(self.personas):
            yield "ink", self["ink"], f"persona {index}", colour
