"""The ledger: the fold of all disclosures."""

from __future__ import annotations

from dataclasses import dataclass

from privacy.facts import Audience, Evidence, Fact, Refusal, Traffic, Withheld


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
