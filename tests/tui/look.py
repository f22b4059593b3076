"""Look at screens: `python tests/tui/look.py live help --theme mono --size 80x24` writes a picture of each.

Without names it lists the states. `all` stands for every state, theme or size; `--sheet FILE` puts all on one picture.
Needs rsvg-convert and DejaVu Sans Mono (`apt-get install librsvg2-bin fonts-dejavu-core`).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.tui.drawing import Drawing, draw, in_rows, sheet
from tests.tui.showcase import SIZES, STATES, still
from themes import BUILTIN, DEFAULT


async def drawings(state: str, size: str, themes: Sequence[str]) -> dict[str, Drawing]:
    """A state at a size, drawn in each of these themes."""
    found: dict[str, Drawing] = {}
    async with STATES[state].running(SIZES[size], themes[0]) as run:
        rows = await still(run)
        for theme in themes:
            if theme != run.app.theme:
                run.app.wear(theme)
                rows = await still(run, rows)
            found[theme] = draw(rows)
    return found


def several(given: Sequence[str], known: Sequence[str], kind: str) -> list[str]:
    """The names that were given, or all there are. Raises `SystemExit` for one that is not known."""
    if "all" in given:
        return list(known)
    for name in given:
        if name not in known:
            raise SystemExit(f"there is no {kind} {name!r}; there are {', '.join(known)}")
    return list(given)


def main() -> None:
    """Write what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("states", nargs="*", metavar="STATE")
    parser.add_argument("--theme", action="append", metavar="NAME")
    parser.add_argument("--size", action="append", metavar="SIZE")
    parser.add_argument("--out", type=Path, default=Path("build/looks"), metavar="FOLDER")
    parser.add_argument("--sheet", type=Path, metavar="FILE")
    parser.add_argument("--columns", type=int, default=3)
    parser.add_argument("--width", type=int, help="pixels")
    arguments = parser.parse_args()
    if not arguments.states:
        print(*(f"{state.name:20} {state.caption}" for state in STATES.values()), sep="\n")
        return
    os.environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    states = several(arguments.states, list(STATES), "state")
    themes = several(arguments.theme or [DEFAULT], BUILTIN, "theme")
    sizes = several(arguments.size or ["120x30"], list(SIZES), "size")
    made = {
        f"{state}-{size}-{theme}": drawing
        for size in sizes
        for state in states
        for theme, drawing in asyncio.run(drawings(state, size, themes)).items()
    }
    if arguments.sheet:
        sheet(in_rows(list(made.values()), arguments.columns, 0.5), "#8a8a8a").png(arguments.sheet, arguments.width)
        return
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name, drawing in made.items():
        drawing.png(arguments.out / f"{name}.png", arguments.width)
        print(arguments.out / f"{name}.png")


if __name__ == "__main__":
    main()
