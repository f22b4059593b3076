"""How the terminal is to be treated, as a person chose."""

from __future__ import annotations

from typing import NamedTuple


class Manners(NamedTuple):
    """Choices about the terminal; the words are those of the settings `look.*`."""

    colours: str = "auto"  # auto, truecolor, 256, 16, none
    notifications: str = "bell"  # off, bell, desktop
    title: bool = True  # the window is given a title, without names
    mouse: bool = True
