"""The ledger: the fold of all disclosures.

Everything in it is bounded, because much of it comes from what strangers send us: values, destinations and refusals
past their bound fold into one row that says so ("and others"), and long texts are cut. Nothing is dropped in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
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
        self._rows: dict[_Key, _Row] = {}
        self._values: dict[tuple[Fact, Audience], int] = {}
        self._latest: dict[tuple[Fact, Audience], _Key] = {}
        self._ordered: list[_Key] = []
        self._sorted = True
        self._withheld: dict[tuple[str, str], Withheld] = {}
        self._traffic: dict[tuple[str, str], _Sum] = {}
        self._refused: dict[tuple[str, str], Refusal] = {}
        self._streams: list[Stream] = []
        self._destinations = _Bound(MAX_DESTINATIONS, OTHERS)
        self._kinds = _Bound(MAX_KINDS, OTHERS)
        self._tried = _Bound(MAX_DESTINATIONS, OTHERS)
        self._actions = _Bound(MAX_KINDS, OTHERS)

    def record(self, disclosure: Disclosure) -> bool:
        """Add a disclosure. True when this audience did not know this value of this fact."""
        fact, audience = disclosure.fact, disclosure.audience
        evidence = _bounded(disclosure.evidence)
        key = self._key(fact, audience, disclosure.value)
        self._latest[fact, audience] = key
        row = self._rows.get(key)
        if row is not None:
            row.tell(disclosure.at, disclosure.count, evidence)
            return False
        self._rows[key] = _Row(key, disclosure.at, disclosure.count, evidence)
        self._values[fact, audience] = self._values.get((fact, audience), 0) + 1
        self._ordered.append(key)
        self._sorted = False
        return True

    def stream(
        self,
        told: Iterable[tuple[Fact, str, Audience]],
        destination: str,
        kind: str,
        newest: Callable[[], Evidence],
    ) -> Stream:
        """A quick way to tell again and again what was recorded already, and to count the traffic that does.

        `newest` makes the newest evidence, when somebody looks. Not for `STATE_FACTS`, which end one another.
        """
        rows = [self._rows[self._key(fact, audience, value)] for fact, value, audience in told]
        stream = Stream(rows, self._sum(destination, kind), newest)
        self._streams.append(stream)
        return stream

    def end(self, stream: Stream) -> None:
        """Add what a stream has told; it tells no more."""
        stream.fold()
        self._streams.remove(stream)

    def _key(self, fact: Fact, audience: Audience, value: str) -> _Key:
        """Where this is kept: under its value, or with the others when there are too many."""
        key = (fact, audience, _clip(value, MAX_TEXT))
        if key not in self._rows:
            values = self._values.get((fact, audience), 0)
            if values >= MAX_VALUES or len(self._rows) >= MAX_ENTRIES:
                key = (fact, audience, AND_OTHERS)
        return key

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
        self._sum(traffic.destination, traffic.kind).add(traffic.packets, traffic.bytes)

    def _sum(self, destination: str, kind: str) -> _Sum:
        key = self._destinations.fold(destination), self._kinds.fold(kind)
        found = self._traffic.get(key)
        if found is None:
            found = self._traffic[key] = _Sum(*key)
        return found

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
        for stream in self._streams:
            stream.fold()
        if not self._sorted:
            self._ordered.sort(key=self._rank)
            self._sorted = True
        return Snapshot(
            at=now,
            entries=tuple([self._now(key, now) for key in self._ordered]),
            withheld=tuple(self._still_withheld()),
            traffic=tuple([found.traffic() for found in self._traffic.values()]),
            refused=tuple(self._refused.values()),
        )

    def _still_withheld(self) -> Iterator[Withheld]:
        """What was kept back and has not been told after all."""
        told = {fact.value for fact, _ in self._values}
        return (withheld for withheld in self._withheld.values() if withheld.what not in told)

    def _rank(self, key: _Key) -> tuple[int, int, float]:
        fact, audience, _ = key
        return _AUDIENCE_ORDER[audience], _FACT_ORDER[fact], self._rows[key].first_at

    def _now(self, key: _Key, now: float) -> Entry:
        """The entry with its liveness at `now`; the same object as long as nothing in it changed."""
        row = self._rows[key]
        fact, audience, _ = key
        if fact in STATE_FACTS:
            live = self._latest[fact, audience] == key
        else:
            grace = GRACE.get(fact)
            live = grace is None or now - row.last_at <= grace
        entry = row.entry
        if entry is None or live is not entry.live:
            entry = row.made(live)
        return entry


class _Row:
    """What is known of one entry; the entry itself is made when somebody looks."""

    __slots__ = ("entry", "first", "first_at", "key", "last", "last_at", "stream", "times", "told_to")

    def __init__(self, key: _Key, at: float, count: int, evidence: Evidence) -> None:
        self.key = key
        self.first_at = self.last_at = at
        self.times = count
        self.first = self.last = evidence
        self.stream: Stream | None = None  # which has newer evidence, if it was told by one since
        self.told_to: tuple[str, ...] = (evidence.destination,)
        self.entry: Entry | None = None

    def tell(self, at: float, count: int, evidence: Evidence) -> None:
        self.times += count
        if at >= self.last_at:
            self.last_at, self.last, self.stream = at, evidence, None
        self.told_to = _told(self.told_to, evidence.destination)
        self.entry = None

    def made(self, live: bool) -> Entry:
        fact, audience, value = self.key
        if self.stream is not None:
            self.last, self.stream = self.stream.evidence(), None
        self.entry = Entry(
            fact,
            value,
            audience,
            self.first_at,
            self.last_at,
            self.times,
            live,
            self.first,
            self.last,
            self.told_to,
        )
        return self.entry


class _Sum:
    """Packets and bytes of one kind for one destination."""

    __slots__ = ("_bytes", "_made", "_packets", "_where")

    def __init__(self, destination: str, kind: str) -> None:
        self._where = destination, kind
        self._packets = self._bytes = 0
        self._made: Traffic | None = None

    def add(self, packets: int, size: int) -> None:
        self._packets += packets
        self._bytes += size
        self._made = None

    def traffic(self) -> Traffic:
        """The same object as long as nothing was added."""
        if self._made is None:
            self._made = Traffic(*self._where, self._packets, self._bytes)
        return self._made


class Stream:
    """Facts that each packet of one kind for one destination tells (`Ledger.stream`).

    It only counts; the rows learn of it when somebody looks.
    """

    __slots__ = ("_at", "_bytes", "_evidence", "_newest", "_packets", "_rows", "_sum")

    def __init__(self, rows: list[_Row], total: _Sum, newest: Callable[[], Evidence]) -> None:
        self._rows = rows
        self._sum = total
        self._newest = newest
        self._at = 0.0
        self._packets = self._bytes = 0
        self._evidence: Evidence | None = None

    def tell(self, at: float, packets: int, size: int) -> None:
        """So many packets with so many bytes in all have told it again, the last of them at `at`."""
        self._at = at
        self._packets += packets
        self._bytes += size

    def fold(self) -> None:
        """Add what was told since the last time."""
        if self._packets == 0:
            return
        self._sum.add(self._packets, self._bytes)
        self._evidence = None
        for row in self._rows:
            row.times += self._packets
            row.entry = None
            if self._at >= row.last_at:
                row.last_at = self._at
                row.stream = self
        self._packets = self._bytes = 0

    def evidence(self) -> Evidence:
        """The newest packet, read once for all rows."""
        if self._evidence is None:
            self._evidence = _bounded(self._newest())
        return self._evidence


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
