"""Makes docs/gallery.md and its pictures anew, and the three of the README: `make gallery`."""

from __future__ import annotations

import asyncio
import os
import sys
from importlib.resources import files
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.tui.drawing import in_rows, sheet
from tests.tui.look import drawings
from tests.tui.showcase import STATES
from themes import BUILTIN, DEFAULT, ThemeSpec, load_builtin
from themes.contrast import mix

FOLDER = Path(__file__).parents[2] / "docs" / "gallery"
SHOWN = (1, ("live",), "120x30"), (0.5, ("lobby", "before-joining", "inspect"), "80x24")
"""The screens that are shown in every theme: rows with their scale, states and size."""

README = (
    ("meeting", "live", DEFAULT),
    ("before-joining", "before-joining", "incog-day"),
    ("when", "line-of-time", "incog-ember"),
)
"""The README's pictures: file, state, theme."""

HEAD = """\
# How it looks

Drawn from a made-up meeting, by `make gallery`. The same states are what the snapshot tests look at, each of them at
80x24, 120x30 and 200x60 and in every theme. `t` wears the next theme; how to make your own: [usage.md](usage.md).
"""


def character(theme: str) -> str:
    """What a theme's file says of it in its first line."""
    return (files("themes") / f"{theme}.toml").read_text(encoding="utf-8").splitlines()[0].lstrip("# ")


def ground_of(spec: ThemeSpec) -> str:
    """What the pictures of a theme stand on."""
    return mix(spec["border"], "#808080", 0.4)


def main() -> None:
    """Write everything."""
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    words = [HEAD]
    rows = [(scale, [asyncio.run(drawings(name, size, BUILTIN)) for name in names]) for scale, names, size in SHOWN]
    for theme in BUILTIN:
        spec = load_builtin()[theme]
        worn = [(scale, [one[theme] for one in row]) for scale, row in rows]
        sheet(worn, ground_of(spec)).png(FOLDER / f"{theme}.png")
        label = spec.label
        words.append(f"## {label}\n\n`{theme}`. {character(theme)}\n\n![{label}](gallery/{theme}.png)\n")
    for file, state, theme in README:
        asyncio.run(drawings(state, "120x30", [theme]))[theme].png(FOLDER / f"readme-{file}.png")
    words.append(_states())
    (FOLDER.parent / "gallery.md").write_text("\n".join(words), encoding="utf-8")


def _states() -> str:
    """Every state at 80x24, on one picture, and the list of them."""
    each = [asyncio.run(drawings(name, "80x24", [DEFAULT]))[DEFAULT] for name in STATES]
    sheet(in_rows(each, 4, 0.5), ground_of(load_builtin()[DEFAULT])).png(FOLDER / "states.png")
    captions = "\n".join(f"{number}. {state.caption}." for number, state in enumerate(STATES.values(), 1))
    return f"## Every state\n\nRow by row, at 80x24:\n\n{captions}\n\n![All states](gallery/states.png)\n"


if __name__ == "__main__":
    main()
