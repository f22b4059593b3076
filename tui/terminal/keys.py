"""Which key a sequence means, and whether it was pressed, repeated or released.

With the kitty keyboard protocol (https://sw.kovidgoyal.net/kitty/keyboard-protocol/, version of 2023) a key is
``CSI code:shifted:base ; modifiers:event ; text u``, and keys that had a sequence before keep its last character:
``CSI 1;modifiers:event A``, ``CSI 3;modifiers:event ~``. Textual reads these without an event, so the event is taken
out, and every number is checked, before Textual sees them: it takes any number for a key and fails at some.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import NamedTuple

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._keyboard_protocol import FUNCTIONAL_KEYS

REPORTS_EVENTS = 2
"""The protocol's flag by which a terminal tells of repeats and releases."""

TEXT_WITHOUT_KEY = "0u"
"""What an input method wrote."""

MAX_DOWN = 64
"""Keys that are remembered as being down; more are not on any hand."""

_STROKE = re.compile(
    r"\x1b\[(?P<code>\d{0,7})(?::\d{0,7}){0,2}"
    r"(?:;(?P<modifiers>\d{0,3})(?::(?P<event>\d?))?(?:;(?P<text>\d{0,7}(?::\d{0,7}){0,15}))?)?"
    r"(?P<final>[u~A-FHP-S])"
)
# CSI row;column R tells where the cursor is. That it was also a shifted F3 is given up for that.
_POSITION = re.compile(r"\x1b\[\d+;\d+R")
_PRIVATE_USE = range(57344, 63744)  # the protocol's numbers for keys that have no character


class Event(IntEnum):
    """What happened to a key, by the protocol's numbers."""

    PRESSED = 1
    REPEATED = 2
    RELEASED = 3


class RepeatedKey(events.Key):
    """A key that is held down and repeats itself; handled like any key."""


RepeatedKey.handler_name = events.Key.handler_name


class Stroke(NamedTuple):
    """One thing that happened to a key."""

    key: str  # which one it is, the same whether pressed or released, with Shift or without
    event: Event
    sequence: str  # what Textual reads as this key


def read(sequence: str) -> Stroke | None:
    """The stroke that a control sequence tells of; None when it is no key."""
    if _POSITION.fullmatch(sequence):
        return None
    found = _STROKE.fullmatch(sequence)
    if found is None:
        return Stroke(sequence, Event.PRESSED, sequence) if sequence in ANSI_SEQUENCES_KEYS else None
    code, final = int(found["code"] or 1), found["final"]
    text = ":".join(number for number in (found["text"] or "").split(":") if number and _writes(int(number)))
    if not _known(code, final) and not (text and f"{code}{final}" == TEXT_WITHOUT_KEY):
        return Stroke(sequence, Event.PRESSED, sequence) if sequence in ANSI_SEQUENCES_KEYS else None
    modifiers = int(found["modifiers"] or 1)
    event = int(found["event"] or Event.PRESSED)
    if event not in list(Event) or not 1 <= modifiers <= 256:
        return None
    changed = "" if modifiers == 1 else str(modifiers)
    parameters = f"{code};{changed};{text}" if text else f"{code};{changed}" if changed else f"{code}"
    return Stroke(f"{code}{final}", Event(event), f"\x1b[{parameters}{final}")


def _known(code: int, final: str) -> bool:
    """Whether there is such a key."""
    if f"{code}{final}" in FUNCTIONAL_KEYS:
        return True
    return final == "u" and code not in _PRIVATE_USE and _writes(code)


def _writes(code: int) -> bool:
    """Whether this is the number of a character that can stand in a text."""
    return 32 <= code < 127 or 160 <= code < 0xD800 or 0xE000 <= code <= 0x10FFFF


class Held:
    """Which keys are down, and by which name each of them went down."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def pressed(self, key: str, name: str) -> None:
        """A key went down, or repeats itself."""
        if key in self._names or len(self._names) < MAX_DOWN:
            self._names[key] = name

    def released(self, key: str, name: str) -> str:
        """A key went up: the name it went down by, or this one when nobody saw it go down."""
        return self._names.pop(key, name)

    def forget(self) -> None:
        """Nobody knows any more which keys are down."""
        self._names.clear()
