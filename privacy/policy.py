"""The policy: what may be told to whom. It is what the preview showed, plus what the person switched on since.

Everything that is about to leave is asked about first. An objection stops it, and the sentence says what it was.
"""

from __future__ import annotations

from collections.abc import Iterable

from privacy.facts import Audience, Fact

Telling = tuple[Fact, str, Audience]
"""One fact, its value, and who would learn it."""

BY_VALUE = frozenset({Fact.NAME, Fact.ADDRESS, Fact.CREDENTIAL})
"""Facts of which only the values that were foreseen may be told: another name, address or credential is another one."""

OPEN = frozenset({Fact.CONTACT, Fact.SERVER})
"""Facts whose values in datagrams are not known beforehand: who comes, and where what has a name is to be found."""

FREE_TEXT = frozenset({Fact.CHAT})
"""Facts of which no value is kept, since the person writes what they like."""


class Policy:
    """What may be told. Use it from one thread. What it once allowed it allows for as long as it lives."""

    def __init__(self, foreseen: Iterable[Telling] = ()) -> None:
        self._values: dict[tuple[Fact, Audience], set[str]] = {}
        self.allow(foreseen)

    def allow(self, tellings: Iterable[Telling]) -> None:
        """Let these be told from now on: they were shown to the person, or follow from what they switched on."""
        for fact, value, audience in tellings:
            values = self._values.setdefault((fact, audience), set())
            if fact not in FREE_TEXT:
                values.add(value)

    def likewise(self, fact: Fact, shown: str, value: str) -> None:
        """Let `value` be told to whom `shown` may be told: it is what those words, or that former value, stood for."""
        for (known, _), values in self._values.items():
            if known is fact and shown in values:
                values.add(value)

    def objection(self, tellings: Iterable[Telling], *, exactly: bool = False) -> str:
        """One sentence why these must not be told, or an empty string. It does not repeat the value.

        `exactly`: of every fact but those in `OPEN` only the foreseen values; else only of those in `BY_VALUE`.
        """
        for fact, value, audience in tellings:
            values = self._values.get((fact, audience))
            if values is None:
                return f"It would have told the {audience} something that the preview did not show: {fact}."
            if value not in values and (fact not in OPEN if exactly else fact in BY_VALUE):
                return f"It would have told the {audience} another {fact} than the preview showed."
        return ""

    def may(self, fact: Fact, audience: Audience) -> bool:
        """Whether this fact may be told to this audience at all."""
        return (fact, audience) in self._values
