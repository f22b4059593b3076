"""Whether the screen can be shown here at all, or lines are what fits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, Protocol

Fit = Literal["screen", "lines"]

_DUMB = frozenset(("", "dumb", "unknown"))


class Stream(Protocol):
    """What is asked of a standard stream."""

    def isatty(self) -> bool: ...


def unfit(environ: Mapping[str, str], *streams: Stream | None) -> str:
    """Why the screen cannot be shown with these standard streams, in half a sentence; empty when it can.

    A terminal that cannot move its cursor shows escape sequences as rubbish, and one that is not there keeps them in a
    file; the screen reads standard input, draws on standard error, and leaves its last words on standard output.
    """
    kind = environ.get("TERM", "")
    if kind in _DUMB:
        return f"this terminal (TERM={kind or 'dumb'}) cannot show the screen"
    if not all(stream is not None and stream.isatty() for stream in streams):
        return "the screen needs a terminal on standard input, output and error"
    return ""


def terminal_fit(environ: Mapping[str, str], stdin: Stream | None, stdout: Stream | None, stderr: Stream | None) -> Fit:
    """What to show in this environment with these standard streams."""
    return "lines" if unfit(environ, stdin, stdout, stderr) else "screen"


def attended(stdin: Stream | None, stdout: Stream | None) -> bool:
    """Whether somebody sits at a terminal, who can type and read even if it can do no more."""
    return all(stream is not None and stream.isatty() for stream in (stdin, stdout))
