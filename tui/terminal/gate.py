"""What the terminal sends, cut into whole sequences by their grammar (ECMA-48, section 5).

Keys, answers and pastes come in one stream, in pieces of any size. A piece of a sequence is waited for, and one that
does not come is dropped: nothing that began as a sequence is ever taken for typing. A bracketed paste is one token,
whatever is in it. Not every terminal takes a closing bracket out of what it pastes, so what follows a paste faster than
a hand types is dropped as well; the same goes for a sequence that breaks the grammar.

The gate has no clock: whoever reads the terminal says for how long nothing has come.

A terminal without the kitty protocol sends Alt and a key as ESC and the key, which for a few keys is also how a
sequence begins. ``ESC [`` and ``ESC \\`` are never a key here; ESC with ``O P ] _ ^ X`` is one when nothing follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

MAX_PASTE = 16 * 1024
"""Characters of a paste that are kept; the rest of it is dropped."""
MAX_SEQUENCE = 128
"""Characters of a control sequence; a longer one is read to its end and dropped."""

ESCAPE = 0.1
"""Seconds of silence after which ESC was the key."""
QUIET = 0.05
"""Seconds of silence after a paste before keys are keys again."""
GIVE_UP = 0.5
"""Seconds of silence after which the rest of a sequence does not come any more."""
PATIENCE = 4
"""By how much longer the gate waits while answers are on their way, perhaps over a slow line."""

PASTE_BEGIN, PASTE_END = "\x1b[200~", "\x1b[201~"

Kind = Literal["text", "escape", "alt", "sequence", "paste"]

_STRINGS = frozenset("P]_^X")  # DCS, OSC, APC, PM, SOS: strings up to ST
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_NO_KEY = re.compile("[\x80-\x9f\ud800-\udfff\ufffd]")
_RXVT_SHIFT = re.compile(r"\x1b\[\d{1,2}\$\Z")  # a key that lacks the last character of a sequence


class Token(NamedTuple):
    """Something whole."""

    kind: Kind
    text: str = ""  # characters typed; the key with Alt; a sequence from its ESC on; what was pasted


class Gate:
    """One stream of what a terminal sends."""

    def __init__(self) -> None:
        self.patient = False  # answers are on their way
        self._state = self._ground
        self._begun = ""  # a sequence so far, from its ESC on
        self._pasted: list[str] = []
        self._room = 0
        self._held = ""  # the end of what was pasted, which may be the beginning of the closing bracket
        self._swallow = 0

    def feed(self, data: str) -> Iterator[Token]:
        """What came, in tokens."""
        while data:
            token, data = self._state(data)
            if token is not None:
                yield token

    def idle(self, silence: float) -> Token | None:
        """Nothing has come for so many seconds; what that makes of a sequence that was begun."""
        patience = PATIENCE if self.patient else 1
        if self._state == self._deaf:
            if silence >= QUIET:
                self._state = self._ground
        elif self._state not in (self._ground, self._paste) and silence >= ESCAPE * patience:
            return self._rest(silence >= GIVE_UP * patience)
        return None

    def _rest(self, give_up: bool) -> Token | None:
        begun = self._begun
        token = None
        if begun == "\x1b":
            token = Token("escape")
        elif len(begun) == 2 and begun[1] != "[":
            token = Token("alt", begun[1])
        elif _RXVT_SHIFT.match(begun):
            token = Token("sequence", begun)
        elif not give_up:
            return None
        self._state = self._ground
        return token

    # One method for each state: it takes data from the front, and gives a token, when one is whole, and the rest.

    def _ground(self, data: str) -> tuple[Token | None, str]:
        typed, found, rest = data.partition("\x1b")
        if found:
            self._begun, self._state = "\x1b", self._escape
        typed = _NO_KEY.sub("", typed)
        return (Token("text", typed) if typed else None), rest

    def _escape(self, data: str) -> tuple[Token | None, str]:
        character, rest = data[0], data[1:]
        if character == "\x1b":
            return Token("escape"), rest
        self._begun += character
        if character == "[":
            self._state = self._control
        elif character == "O":
            self._state = self._single_shift
        elif character in _STRINGS:
            self._state = self._string
        else:
            self._state = self._ground
            if character != "\\" and not _NO_KEY.match(character):
                return Token("alt", character), rest
        return None, rest

    def _single_shift(self, data: str) -> tuple[Token | None, str]:
        """After SS3: digits, and one character."""
        character, rest = data[0], data[1:]
        if character == "\x1b":
            self._begun, self._state = "\x1b", self._escape
            return None, rest
        self._begun += character
        if character in "0123456789;" and len(self._begun) < MAX_SEQUENCE:
            return None, rest
        self._state = self._ground
        return Token("sequence", self._begun), rest

    def _control(self, data: str) -> tuple[Token | None, str]:
        """After CSI: parameters and intermediates, and a final character."""
        character, rest = data[0], data[1:]
        if character == "\x1b":
            self._begun, self._state = "\x1b", self._escape
            return None, rest
        if not " " <= character <= "~":
            self._state = self._deaf
            return None, rest
        if len(self._begun) <= MAX_SEQUENCE:
            self._begun += character
        if character < "@":
            return None, rest
        self._state = self._ground
        begun = self._begun
        if begun == "\x1b[[":  # the function keys of the Linux console
            self._state = self._console_key
        elif begun == "\x1b[M":  # three bytes about the mouse, for those who did not ask for digits
            self._swallow, self._state = 3, self._skip
        elif begun == PASTE_BEGIN:
            self._pasted, self._room, self._held = [], MAX_PASTE, ""
            self._state = self._paste
        elif len(begun) <= MAX_SEQUENCE and begun != PASTE_END:
            return Token("sequence", begun), rest
        return None, rest

    def _console_key(self, data: str) -> tuple[Token | None, str]:
        self._state = self._ground
        return Token("sequence", self._begun + data[0]), data[1:]

    def _skip(self, data: str) -> tuple[Token | None, str]:
        self._swallow -= 1
        if not self._swallow:
            self._state = self._ground
        return None, data[1:]

    def _string(self, data: str) -> tuple[Token | None, str]:
        """Up to ST, or for OSC also to BEL. What is in it is of no interest here, and may be hostile."""
        for at, character in enumerate(data):
            if character == "\x07" and self._begun.startswith("\x1b]"):
                self._state = self._ground
                return None, data[at + 1 :]
            if character == "\x1b":
                self._begun, self._state = self._begun[:2] + "\x1b", self._string_escape
                return None, data[at + 1 :]
        self._begun = self._begun[:2] + data[-1]
        return None, ""

    def _string_escape(self, data: str) -> tuple[Token | None, str]:
        if data[0] == "\\":
            self._state = self._ground
        elif data[0] != "\x1b":
            self._state = self._string
        return None, data[1:]

    def _paste(self, data: str) -> tuple[Token | None, str]:
        data = self._held + data
        before, found, _ = data.partition(PASTE_END)
        if not found:
            before, self._held = _split_beginning(data, PASTE_END)
        self._pasted.append(before[: self._room])
        self._room -= len(self._pasted[-1])
        if not found:
            return None, ""
        self._state = self._deaf
        return Token("paste", plain("".join(self._pasted))), ""

    def _deaf(self, data: str) -> tuple[Token | None, str]:
        """Nothing is heard until there was silence."""
        return None, ""


def plain(text: str) -> str:
    """Text with its lines ended by line feeds, and no other control character but the tab."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _split_beginning(data: str, bracket: str) -> tuple[str, str]:
    """`data` less the longest end of it with which `bracket` begins, and that end."""
    for size in range(min(len(data), len(bracket) - 1), 0, -1):
        if data.endswith(bracket[:size]):
            return data[:-size], data[-size:]
    return data, ""
