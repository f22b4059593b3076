"""The policy: what may be told to whom. It is what the preview showed, plus what the person switched on since.

Everything that is about to leave is asked about first. An objection stops it, and the sentence says what it was.
"""

from __future__ import annotations

from collections.abc import Iterable

from privacy.facts import Audience, Fact

Telling = tuple[Fact, str, Audience]
"""One fact, its value, and who would learn it."""

BY_VALUE = frozenset({Fact.NAME, Fact.ADDRESS})
"""Facts of which only the values that were foreseen may be told: another name or address is another disclosure."""


class Policy:
    """What may be told. Use it from one thread."""

    def __init__(self, foreseen: Iterable[Telling] = ()) -> None:
        self._allowed: set[tuple[Fact, Audience]] = set()
        self._values: dict[Fact, set[str]] = {fact: set() for fact in BY_VALUE}
        self.allow(foreseen)

    def allow(self, tellings: Iterable[Telling]) -> None:
        """Let these be told from now on: they were shown to the person, or follow from what they switched on."""
        for fact, value, audience in tellings:
            self._allowed.add((fact, audience))
            if fact in BY_VALUE:
                self._values[fact].add(value)

    def objection(self, tellings: Iterable[Telling]) -> str:
        """One sentence why these must not be told, or an empty string. It does not repeat the value."""
        for fact, value, audience in tellings:
            if (fact, audience) not in self._allowed:
                return f"It would have told the {audience} something that the preview did not show: {fact}."
            if fact in BY_VALUE and value not in self._values[fact]:
                return f"It would have told the {audience} another {fact} than the preview showed."
        return ""

    def may(self, fact: Fact, audience: Audience) -> bool:
        """Whether this fact may be told to this audience at all."""
        return (fact, audience) in self._allowed
