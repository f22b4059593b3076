"""What one message through a meeting's server tells: the operator, who reads it, and those it is handed on to."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from net.tellings import Told
from privacy.facts import Fact

Json = Mapping[str, object]

COVERED = "••••"
UNKNOWN_FIELD = "something in a message that incog does not know"


@dataclass(frozen=True, slots=True)
class Said:
    """What one message tells."""

    operator: tuple[Told, ...] = ()
    participants: tuple[Told, ...] = ()


class Hearing:
    """Collects what a message tells, each thing once."""

    def __init__(self) -> None:
        self._operator: dict[Told, None] = {}
        self._participants: dict[Told, None] = {}

    def operator(self, fact: Fact, value: str) -> None:
        """The operator reads it."""
        self._operator[fact, value] = None

    def participants(self, fact: Fact, value: str) -> None:
        """Participants learn it; the operator does not, or learns something that says more."""
        self._participants[fact, value] = None

    def everybody(self, fact: Fact, value: str) -> None:
        """The operator reads it, and participants are told."""
        self.operator(fact, value)
        self.participants(fact, value)

    def unknown(self, what: str = UNKNOWN_FIELD) -> None:
        """There is something in it of which nobody knows what it tells. It stands in no preview."""
        self.operator(Fact.UNKNOWN, what)

    def said(self) -> Said:
        """All of it."""
        return Said(tuple(self._operator), tuple(self._participants))


Tells = Callable[[Hearing, object], None]
"""What the value of a field tells."""


def read_fields(fields: Json, known: Mapping[str, Tells], hearing: Hearing) -> None:
    """Have each field tell what is known of it."""
    for name, value in fields.items():
        tells = known.get(name)
        if tells is None:
            hearing.unknown()
        else:
            tells(hearing, value)


def parsed(text: str) -> Json | None:
    """The one JSON object in a text; None for anything else, also where a key stands twice."""
    try:
        found = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def without(text: str, names: Collection[str]) -> str:
    """A message in which dots stand for the texts of these fields, wherever in it they are; else as it is."""
    message = parsed(text)
    return text if message is None else json.dumps(_covered(message, names), ensure_ascii=False)


def _covered(value: object, names: Collection[str]) -> object:
    if isinstance(value, dict):
        return {key: COVERED if key in names else _covered(inner, names) for key, inner in value.items()}
    return [_covered(inner, names) for inner in value] if isinstance(value, list) else value


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)
