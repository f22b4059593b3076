"""Reading JSON from strangers: one bounded object, every field expected and checked, nothing left over."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import NoReturn

_TOKEN = re.compile(r"[0-9a-f]*")
DIGITS = 15
"""Digits of the longest whole number, unless more are allowed."""


class Malformed(ValueError):
    """A message is not what the protocol allows; `str()` is one sentence."""


def load(text: str, limit: int, *, digits: int = DIGITS, fractions: bool = False) -> Fields:
    """Read one JSON object of at most `limit` bytes, with whole numbers of at most `digits` digits, and with others
    only where `fractions` are allowed. Raises `Malformed`.
    """
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise Malformed("The message is not Unicode text.") from None
    if size > limit:
        raise Malformed(f"The message is longer than {limit} bytes.")
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_float=float if fractions else _refuse,
            parse_constant=_refuse,
            parse_int=partial(_integer, digits),
        )
    except Malformed:
        raise
    except (ValueError, RecursionError):
        raise Malformed("The message is not JSON.") from None
    if not isinstance(value, dict):
        raise Malformed("The message is not an object.")
    return Fields(value)


def dump(values: dict[str, object]) -> str:
    """Write one JSON object, short, in the order given."""
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"))


ALIAS_LIMIT = 64
"""Characters of the longest alias that travels; what is shown of it is shorter."""


def check_alias(alias: str) -> str:
    """The alias, if it can travel. Raises `ValueError` with one sentence."""
    if not alias.strip() or len(alias) > ALIAS_LIMIT:
        raise ValueError(f"An alias has 1 to {ALIAS_LIMIT} characters.")
    alias.encode()  # UnicodeEncodeError, a ValueError, for half a character
    return alias


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise Malformed("The message has a key twice.")
    return values


def _refuse(text: str) -> NoReturn:
    raise Malformed("The message has a number that is not a whole one.")


def _integer(digits: int, text: str) -> int:
    if len(text) > digits:
        raise Malformed("The message has a number that is far too big.")
    return int(text)


class Fields:
    """An object's fields, each taken once; `done` finds what nobody expected. All methods raise `Malformed`."""

    def __init__(self, values: dict[str, object]) -> None:
        self._values = values

    def _take(self, key: str) -> object:
        try:
            return self._values.pop(key)
        except KeyError:
            raise Malformed(f"The message lacks its {key}.") from None

    def has(self, key: str) -> bool:
        """Whether a field that may be absent is there."""
        return key in self._values

    def text(self, key: str, limit: int) -> str:
        """A string of at most `limit` characters, none of them half a character."""
        value = self._take(key)
        if not isinstance(value, str) or len(value) > limit:
            raise Malformed(f"The message's {key} is not a text of at most {limit} characters.")
        try:
            value.encode()
        except UnicodeEncodeError:
            raise Malformed(f"The message's {key} is not Unicode text.") from None
        return value

    def token(self, key: str, digits: int) -> str:
        """A string of exactly `digits` hexadecimal digits in lower case."""
        return check_token(self._take(key), key, digits)

    def tokens(self, key: str, digits: int, limit: int) -> tuple[str, ...]:
        """At most `limit` different strings of hexadecimal digits."""
        values = tuple(check_token(value, key, digits) for value in self._list(key, limit))
        if len(set(values)) != len(values):
            raise Malformed(f"The message's {key} names one twice.")
        return values

    def id(self, key: str, limit: int) -> int | str:
        """What a server names something by: a whole number, or a string of at most `limit` characters."""
        if isinstance(self._values.get(key), str):
            return self.text(key, limit)
        return self.number(key, 0, 10**limit)

    def ids(self, key: str, limit: int, count: int) -> tuple[int | str, ...]:
        """At most `count` of these."""
        return tuple(Fields({key: value}).id(key, limit) for value in self._list(key, count))

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._take(key)
        if not isinstance(value, bool):
            raise Malformed(f"The message's {key} is neither true nor false.")
        return value

    def number(self, key: str, low: int, high: int) -> int:
        """A whole number between two others, both included."""
        value = self._take(key)
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise Malformed(f"The message's {key} is not a number from {low} to {high}.")
        return value

    def fields(self, key: str) -> Fields:
        """An object inside the object."""
        return _inner(self._take(key), key)

    def objects(self, key: str, limit: int) -> tuple[Fields, ...]:
        """At most `limit` objects inside the object."""
        return tuple(_inner(value, key) for value in self._list(key, limit))

    def _list(self, key: str, limit: int) -> list[object]:
        value = self._take(key)
        if not isinstance(value, list) or len(value) > limit:
            raise Malformed(f"The message's {key} is not a list of at most {limit}.")
        return value

    def done(self) -> None:
        """Refuse what is left."""
        if self._values:
            raise Malformed("The message has a key that is not known.")


def check_token(value: object, key: str, digits: int) -> str:
    """The value, if it is exactly `digits` hexadecimal digits in lower case."""
    if not isinstance(value, str) or len(value) != digits or not _TOKEN.fullmatch(value):
        raise Malformed(f"The message's {key} is not {digits} hexadecimal digits.")
    return value


def _inner(value: object, key: str) -> Fields:
    if not isinstance(value, dict):
        raise Malformed(f"The message's {key} is not an object.")
    return Fields(value)
