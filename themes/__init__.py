"""Theme files and their loader.

    spec.py        what a theme is, and which pairs of its colours carry text
    contrast.py    how well one colour reads on another (WCAG 2)
    perception.py  how different two colours look, also to those who see fewer of them
    review.py      what is hard to see in a theme, in sentences
    loader.py      TOML in, `ThemeSpec` out, or one sentence about what is wrong; a person's own folder of them
    *.toml         the themes that come with incog

Nothing of ours is imported here, and no framework: the screen makes its own objects from a `ThemeSpec`.
"""

from themes.loader import ThemeError, load_builtin, load_themes, parse_theme, read_theme, to_toml
from themes.spec import BUILTIN, DEFAULT, ROLES, ThemeSpec

__all__ = [
    "BUILTIN",
    "DEFAULT",
    "ROLES",
    "ThemeError",
    "ThemeSpec",
    "load_builtin",
    "load_themes",
    "parse_theme",
    "read_theme",
    "to_toml",
]
