"""The check that what incog replaces in a library, or relies on, is still what it was when that was written."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


class MovedError(RuntimeError):
    """The installed aiortc or aioice is not the one these replacements fit."""


@dataclass(frozen=True, slots=True)
class Seam:
    """One function that is replaced, or that another replacement relies on."""

    owner: Any  # module or class
    name: str
    shape: str  # the parameters it had when this was written
    replacement: Callable[[Callable[..., Any]], Callable[..., Any]] | None  # from the original; None: it stays


def replace(seams: Sequence[Seam]) -> None:
    """Put replacements in place, all or none. Raises `MovedError` when one of them does not fit."""
    originals = [_original(seam) for seam in seams]
    for seam, original in zip(seams, originals, strict=True):
        if seam.replacement is not None:
            setattr(seam.owner, seam.name, seam.replacement(original))


def _original(seam: Seam) -> Callable[..., Any]:
    original: Callable[..., Any] | None = getattr(seam.owner, seam.name, None)
    found = "missing" if original is None else "(" + ", ".join(inspect.signature(original).parameters) + ")"
    if original is None or found != seam.shape:
        where = f"{getattr(seam.owner, '__name__', seam.owner)}.{seam.name}"
        raise MovedError(f"{where} is {found}, expected {seam.shape}: this release cannot be used safely")
    return original
