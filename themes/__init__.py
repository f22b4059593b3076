"""Theme files and their loader.

    spec.py      what a theme is, and which pairs of its colours carry text
    contrast.py  how well one colour reads on another (WCAG 2)
    loader.py    TOML in, `ThemeSpec` out, or one sentence about what is wrong
    *.toml       the themes that come with incog

Nothing of ours is imported here, and no framework: the screen makes its own objects from a `ThemeSpec`.
"""

from themes.loader import ThemeError, load_builtin, parse_theme, read_theme
from themes.spec import DEFAULT, ROLES, ThemeSpec

__all__ = ["DEFAULT", "ROLES", "ThemeError", "ThemeSpec", "load_builtin", "parse_theme", "read_theme"]
