"""The ledger: the fold of all disclosures.

Everything in it is bounded, because much of it comes from what strangers send us: values, destinations and refusals
past their bound fold into one row that says so ("and others"), and long texts are cut. Nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from privacy.facts import STATE_FACTS, Audience, Disclosure, Evidence, Fact, Refusal, Traffic, Withheld

GRACE: Final[Mapping[Fact, float]] = MappingProxyType(
    {
        Fact.VOICE: 1.5,  # a packet every 20 ms while live: this survives a lost second
        Fact.PICTURE: 1.5,
        Fact.PRESENCE: 15.0,  # told by answers to the server's pings, 10 s apart
        Fact.QUALITY: 8.0,  # told by receiver reports, up to 5 s apart
    }
)
"""Seconds for which a fact that is true only while told stays live after it was last told (one row per LIVE_FACTS)."""

AND_OTHERS: Final = "and others"  # the folded value of a fact, the folded end of `told_to`
OTHERS: Final = "others"  # the folded destination

MAX_VALUES: Final = 256  # values of one fact for one audience
MAX_ENTRIES: Final = 2048  # entries of all facts and audiences, before folding
MAX_TOLD_TO: Final = 16  # destinations of one entry, the folded one included
MAX_WITHHELD: Final = 128
MAX_DESTINATIONS: Final = 512  # in traffic, and again in refusals
MAX_KINDS: Final = 32  # kinds of traffic, and again actions refused
MAX_TEXT: Final = 256  # characters of a value, a destination, a kind
MAX_DETAIL: Final = 1000  # characters of the decoded message kept as evidence


@dataclass(frozen=True, slots=True)
class Entry:
    """What one audience knows: one fact with one value."""

    fact: Fact
    value: str
    audience: Audience
    first_at: float
    last_at: float
    times: int
    live: bool  # told within the last moments, for facts that are true only while told; else True
    first: Evidence
    last: Evidence
    told_to: tuple[str, ...]  # destinations, bounded


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The ledger at one moment."""

    at: float
    entries: tuple[Entry, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    traffic: tuple[Traffic, ...] = ()
    refused: tuple[Refusal, ...] = ()

    def for_audience(self, audience: Audience) -> tuple[Entry, ...]:
        """What this audience knows, in the order of the facts."""
        return tuple(entry for entry in self.entries if entry.audience is audience)

    def visible_now(self) -> tuple[Entry, ...]:
        """What is true at this moment: all but the live facts that are no longer being told."""
        return tuple(entry for entry in self.entries if entry.live)

    def timeline(self) -> tuple[Entry, ...]:
        """What became visible when: every entry, by the time it was first told."""
        return tuple(sorted(self.entries, key=lambda entry: entry.first_at))


_AUDIENCE_ORDER: Final = {audience: index for index, audience in enumerate(Audience)}
_FACT_ORDER: Final = {fact: index for index, fact in enumerate(Fact)}

_Key = tuple[Fact, Audience, str]


class Ledger:
    """Who knows what now, since when, how often told.

    A fold without a clock: every time is in the values it is given, or an argument, in seconds on the session's clock.
    Use it from one thread.
    """

    def __init__(self) -> None:
        self.begin_anew()

    def begin_anew(self) -> None:
        """Know of nothing: another meeting begins, or the same one as somebody else."""
        self._entries: dict[_Key, Entry] = {}
        self._values: dict[tuple[Fact, Audience], int] = {}
        self._latest: dict[tuple[Fact, Audience], _Key] = {}
        self._ordered: list[_Key] = []
        self._sorted = True
        self._withheld: dict[tuple[str, str], Withheld] = {}
        self._traffic: dict[tuple[str, str], Traffic] = {}
        self._refused: dict[tuple[str, str], Refusal] = {}
        self._destinations = _Bound(MAX_DESTINATIONS, OTHERS)
        self._kinds = _Bound(MAX_KINDS, OTHERS)
        self._tried = _Bound(MAX_DESTINATIONS, OTHERS)
        self._actions = _Bound(MAX_KINDS, OTHERS)

    def record(self, disclosure: Disclosure) -> bool:
        """Add a disclosure. True when this audience did not know this value of this fact."""
        fact, audience = disclosure.fact, disclosure.audience
        evidence = _bounded(disclosure.evidence)
        key = (fact, audience, _clip(disclosure.value, MAX_TEXT))
        known = self._entries.get(key)
        if known is None:
            values = self._values.get((fact, audience), 0)
            if values >= MAX_VALUES or len(self._entries) >= MAX_ENTRIES:
                key = (fact, audience, AND_OTHERS)
                known = self._entries.get(key)
        self._latest[fact, audience] = key
        if known is not None:
            newest = disclosure.at >= known.last_at
            self._entries[key] = replace(
                known,
                last_at=max(known.last_at, disclosure.at),
                times=known.times + disclosure.count,
                last=evidence if newest else known.last,
                told_to=_told(known.told_to, evidence.destination),
            )
            return False
        self._entries[key] = Entry(
            fact=fact,
            value=key[2],
            audience=audience,
            first_at=disclosure.at,
            last_at=disclosure.at,
            times=disclosure.count,
            live=True,
            first=evidence,
            last=evidence,
            told_to=(evidence.destination,),
        )
        self._values[fact, audience] = self._values.get((fact, audience), 0) + 1
        self._ordered.append(key)
        self._sorted = False
        return True

    def withhold(self, withheld: Withheld) -> bool:
        """Add something kept back. True when this was not known to be kept back in this way.

        The same thing withheld again keeps its first time and takes the newer evidence.
        """
        what, instead = _clip(withheld.what, MAX_TEXT), _clip(withheld.instead, MAX_TEXT)
        if (what, instead) not in self._withheld and len(self._withheld) >= MAX_WITHHELD:
            what, instead = AND_OTHERS, ""
        evidence = None if withheld.evidence is None else _bounded(withheld.evidence)
        known = self._withheld.get((what, instead))
        if known is None:
            self._withheld[what, instead] = Withheld(what, instead, withheld.at, evidence)
            return True
        self._withheld[what, instead] = replace(known, evidence=evidence or known.evidence)
        return False

    def count(self, traffic: Traffic) -> None:
        """Add packets and bytes to those of the same destination and kind."""
        destination, kind = self._destinations.fold(traffic.destination), self._kinds.fold(traffic.kind)
        known = self._traffic.get((destination, kind))
        packets, size = (known.packets, known.bytes) if known else (0, 0)
        self._traffic[destination, kind] = Traffic(destination, kind, packets + traffic.packets, size + traffic.bytes)

    def refuse(self, refusal: Refusal) -> bool:
        """Add an attempt the egress guard refused. True when this destination was not yet refused this action.

        The time kept is that of the newest attempt.
        """
        destination, action = self._tried.fold(refusal.destination), self._actions.fold(refusal.action)
        known = self._refused.get((destination, action))
        at, count = (max(known.at, refusal.at), known.count) if known else (refusal.at, 0)
        self._refused[destination, action] = Refusal(destination, action, at, count + refusal.count)
        return known is None

    def snapshot(self, now: float) -> Snapshot:
        """The ledger at `now`.

        Entries come by audience, then by fact, then by the time they were first told; the rest in the order of its
        first appearance.
        """
        if not self._sorted:
            self._ordered.sort(key=self._rank)
            self._sorted = True
        return Snapshot(
            at=now,
            entries=tuple([self._now(key, now) for key in self._ordered]),
            withheld=tuple(self._still_withheld()),
            traffic=tuple(self._traffic.values()),
            refused=tuple(self._refused.values()),
        )

    def _still_withheld(self) -> Iterator[Withheld]:
        """What was kept back and has not been told after all."""
        told = {fact.value for fact, _ in self._values}
        return (withheld for withheld in self._withheld.values() if withheld.what not in told)

    def _rank(self, key: _Key) -> tuple[int, int, float]:
        fact, audience, _ = key
        return _AUDIENCE_ORDER[audience], _FACT_ORDER[fact], self._entries[key].first_at

    def _now(self, key: _Key, now: float) -> Entry:
        """The entry with its liveness at `now`; the same object as long as nothing in it changed."""
        entry = self._entries[key]
        grace = GRACE.get(entry.fact)
        if entry.fact in STATE_FACTS:
            live = self._latest[entry.fact, entry.audience] == key
        else:
            live = grace is None or now - entry.last_at <= grace
        if live is not entry.live:
            entry = self._entries[key] = replace(entry, live=live)
        return entry


class _Bound:
    """At most `most` different texts; every further one folds into `rest`."""

    __slots__ = ("_known", "_most", "_rest")

    def __init__(self, most: int, rest: str) -> None:
        self._known: set[str] = set()
        self._most = most
        self._rest = rest

    def fold(self, text: str) -> str:
        text = _clip(text, MAX_TEXT)
        if text not in self._known:
            if len(self._known) >= self._most:
                return self._rest
            self._known.add(text)
        return text


def _clip(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _bounded(evidence: Evidence) -> Evidence:
    if (
        len(evidence.detail) <= MAX_DETAIL
        and len(evidence.destination) <= MAX_TEXT
        and len(evidence.channel) <= MAX_TEXT
    ):
        return evidence
    return Evidence(
        _clip(evidence.channel, MAX_TEXT),
        _clip(evidence.destination, MAX_TEXT),
        evidence.size,
        _clip(evidence.detail, MAX_DETAIL),
    )


def _told(told_to: tuple[str, ...], destination: str) -> tuple[str, ...]:
    if destination in told_to or len(told_to) >= MAX_TOLD_TO:
        return told_to
    return (*told_to, destination if len(told_to) < MAX_TOLD_TO - 1 else AND_OTHERS)
