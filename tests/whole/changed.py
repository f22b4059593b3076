"""A whole incog that a test changed: one that writes down what it sends and receives, or one that tells too much."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

BEFORE = """
def before(owner, name, change):
    original = getattr(owner, name)
    def method(self, *args):
        return original(self, *(change(self, *args) or args))
    setattr(owner, name, method)
"""
"""`before(owner, name, change)`: `change` sees the arguments of a method first, and may give others."""

UNHELD = """
Policy.objection = lambda self, tellings, exactly=False: ""
Policy.may = lambda self, fact, audience: True
"""
"""Nothing is held against the preview any more."""

TAP = """
import asyncio, json, os
from net import rehearsal
tap = open(os.environ["TAP"], "a", buffering=1)
rehearse, live = rehearsal.rehearse, True
async def rehearse_unseen(*args):
    global live
    live = False
    try:
        return await rehearse(*args)
    finally:
        live = True
rehearsal.rehearse = rehearse_unseen
def note(kind, what, of=""):
    live and tap.write(json.dumps([kind, what if isinstance(what, str) else what.hex(), str(of)]) + chr(10))
def around(owner, name, look):
    original = getattr(owner, name)
    def method(self, *args, **kwargs):
        result = original(self, *args, **kwargs)
        look(args, result)
        return result
    setattr(owner, name, method)
"""
"""`note(kind, what, of)` writes something down, unless it is the rehearsal's; `around(owner, name, look)`: `look` sees
the arguments of a method, and what it gave."""


def incog(*parts: str) -> str:
    """The program of an incog in which these parts are run first."""
    return "".join(["import sys\n", *parts, "from tui.main import console\nsys.exit(console())\n"])


TEXTS = ("channel", "asked", "told", "heard", "boxed", "said text")
"""Kinds of what was text."""


@dataclass(frozen=True)
class Noted:
    """One thing that a tapped incog wrote down."""

    kind: str  # as the tap calls it
    text: str  # or hexadecimal, of bytes
    source: str  # the address from which it came, of a datagram

    @property
    def data(self) -> bytes:
        """As it was."""
        return self.text.encode() if self.kind in TEXTS else bytes.fromhex(self.text)


def noted(tap: Path) -> list[Noted]:
    """Everything a tapped incog wrote down."""
    return [Noted(*json.loads(line)) for line in tap.read_text().splitlines()]
