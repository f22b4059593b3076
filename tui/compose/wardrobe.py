"""The themes there are, those of a person's own included, and the one to wear."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from themes import BUILTIN, DEFAULT, ThemeSpec, load_themes, to_toml
from tui.cli import Status, UsageError
from tui.config.reader import default_path, named, themes_beside
from tui.config.values import Look
from tui.terminal.colours import depth_of, fitting_theme


class Wardrobe(NamedTuple):
    """What can be worn."""

    themes: Mapping[str, ThemeSpec]  # by name
    worn: str  # the name of the one to begin with
    said: tuple[str, ...] = ()  # what is wrong with a person's own, a sentence each

    @property
    def notice(self) -> str:
        """What is wrong with them in one line, for the screen; empty when nothing is."""
        more = len(self.said) - 1
        return f"{self.said[0]}{f' {more} more: see `incog themes`.' if more else ''}" if self.said else ""


def themes_folder() -> Path:
    """Where a person's own themes are; it need not be there."""
    return themes_beside(named(None, os.environ) or default_path())


def open_wardrobe(folder: Path | None, theme: str | None = None, where: str = "") -> Wardrobe:
    """All themes, and the one that was asked for, `where` for the sentence if there is none of that name.

    Raises `UsageError` then.
    """
    themes, said = load_themes(folder)
    worn = theme or DEFAULT
    if worn not in themes:
        raise UsageError(f"there is no theme {worn!r}{where}; there are {', '.join(themes)}")
    return Wardrobe(themes, worn, said)


def worn_first(look: Look) -> str:
    """The theme to begin with: the one that was asked for, or one for terminals with few colours; else empty."""
    return look.theme or fitting_theme(depth_of(os.environ, look.colours))


def list_themes(folder: Path | None, *, as_json: bool) -> int:
    """Print the themes, and what is wrong with a person's own; the exit status."""
    import json

    wardrobe = open_wardrobe(folder)
    for name, spec in wardrobe.themes.items():
        kind, own = "dark" if spec.dark else "light", name not in BUILTIN
        if as_json:
            line = {"type": "theme", "name": name, "label": spec.label, "dark": spec.dark, "own": own}
            print(json.dumps(line), flush=True)
        else:
            print(f"{name:16} {spec.label:16} {kind:5}{'  yours' if own else ''}")
    for sentence in wardrobe.said:
        print(json.dumps({"type": "warning", "message": sentence}) if as_json else f"! {sentence}", flush=True)
    if not as_json:
        print("\nYour own go into the folder `themes` beside incog's configuration file; docs/usage.md says how.")
    return Status.LEFT


def print_theme(folder: Path | None, name: str) -> int:
    """Print the file of a theme; the exit status. Raises `UsageError` when there is none of that name."""
    wardrobe = open_wardrobe(folder, name)
    print(to_toml(wardrobe.themes[name]), end="")
    return Status.LEFT
