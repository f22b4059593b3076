"""On which line of a TOML text each key stands. Python's reader of TOML tells that of nothing but syntax errors.

For texts that `tomllib` has accepted (TOML 1.0); of any other text the answer is unspecified, but it comes in time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

MOST_PARTS = 16
"""Parts of a key that are told apart; what lies deeper counts for the key above it."""

Path = tuple[str, ...]

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_SPACE = re.compile(r"[ \t]*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'  # up to two quotation marks of the text may stand before the closing three
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_SCALAR = re.compile(r"[^\s,\[\]{}#\"'=][^,\[\]{}#\n\"']*")


def key_lines(text: str) -> Mapping[Path, int]:
    """The line, from 1 on, where each key stands first; the keys of tables and inline tables included."""
    return _Scanner(text).scan()


class _Scanner:
    """Walks over a text once. Nothing here recurses, however deeply the values are nested."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1
        self._counted = 0  # up to where line ends were counted
        self._found: dict[Path, int] = {}

    def scan(self) -> Mapping[Path, int]:
        """Every line is a header, or a key and its value."""
        table: Path = ()
        while self._skip(_BLANK) < len(self._text):
            began = self._at
            if self._take("["):
                array = self._take("[")
                table = self._key(())
                self._take("]")
                if array:
                    self._take("]")
            else:
                key = self._key(table)
                self._skip(_SPACE)
                self._take("=")
                self._value(key)
            if self._at == began:
                break  # no TOML
        return self._found

    def _value(self, key: Path) -> None:
        """Go behind a value, noting the keys of inline tables in it."""
        within: list[tuple[str, Path]] = []  # the open brackets, each with the key it belongs to
        while True:
            began = self._skip(_BLANK if within else _SPACE)
            if self._take("["):
                within.append(("]", key))
            elif self._take("{"):
                within.append(("}", key))
                key = self._inner_key(key)
            elif not self._scalar() and not within:
                return
            key = self._close(within, key)
            if not within or self._at == began:
                return

    def _scalar(self) -> bool:
        """Go behind a value without brackets, if one stands here."""
        return self._skip_one(_STRING) or self._skip_one(_SCALAR)

    def _close(self, within: list[tuple[str, Path]], key: Path) -> Path:
        """Behind a value in brackets: close them, or go on to the next value; the key it has."""
        while within:
            self._skip(_BLANK)
            bracket, owner = within[-1]
            if self._take(bracket):
                within.pop()
                key = owner
            elif self._take(","):
                return self._inner_key(owner) if bracket == "}" else owner
            else:
                return key
        return key

    def _inner_key(self, owner: Path) -> Path:
        """In an inline table: the key before the next value; the table's own at its end."""
        self._skip(_BLANK)
        if self._peek() in "},":
            return owner
        key = self._key(owner)
        self._skip(_SPACE)
        self._take("=")
        return key

    def _key(self, before: Path) -> Path:
        """Read a key, dotted or not, and note where it stands."""
        path = before
        while True:
            self._skip(_SPACE)
            began = self._at
            if self._skip_one(_STRING):
                path = (*path, _unquoted(self._text[began : self._at]))
            elif self._skip_one(_BARE):
                path = (*path, self._text[began : self._at])
            path = path[:MOST_PARTS]
            self._found.setdefault(path, self._here())
            self._skip(_SPACE)
            if not self._take("."):
                return path

    def _here(self) -> int:
        """The line we are on."""
        self._line += self._text.count("\n", self._counted, self._at)
        self._counted = self._at
        return self._line

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _take(self, sign: str) -> bool:
        taken = self._text.startswith(sign, self._at)
        self._at += len(sign) if taken else 0
        return taken

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        if match:
            self._at = match.end()
        return self._at

    def _skip_one(self, pattern: re.Pattern[str]) -> bool:
        began = self._at
        return self._skip(pattern) > began


def _unquoted(key: str) -> str:
    """A quoted key as it is meant."""
    inner = key[1:-1]
    if key.startswith("'") or "\\" not in inner:
        return inner
    from tomllib import loads

    try:
        return str(loads(f"key = {key}")["key"])
    except ValueError:
        return inner
