"""What the benchmarks share: figures as people read them, and the conditions under which they were taken."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from importlib.metadata import version

AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONUNBUFFERED": ""}
"""Environment of what is measured: an installed program has its bytecode, so here it may be written too."""


def conditions() -> str:
    """The machine and its load, in one line; ratios travel between machines, the other figures do not."""
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}, "
        f"aiortc {version('aiortc')}, Textual {version('textual')}"
    )


def median(values: Sequence[float]) -> float:
    """The middle one: a noisy machine moves it least."""
    return statistics.median(values)


def row(name: str, values: Sequence[float], unit: str, digits: int = 0) -> str:
    """One line of a table: median, best, worst and how many."""
    figures = (f"{what} {value:.{digits}f}" for what, value in _figures(values))
    return f"  {name:<28} {', '.join(figures)} {unit} ({len(values)} runs)"


def _figures(values: Sequence[float]) -> tuple[tuple[str, float], ...]:
    return ("median", median(values)), ("best", min(values)), ("worst", max(values))


def ratio(ours: float, theirs: float) -> str:
    """Ours against the peer's; below 1 is in our favour."""
    return f"{ours / theirs:.2f}"
