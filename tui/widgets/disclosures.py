"""A ledger's snapshot as lines of text: who knows what, what was withheld, where bytes went, what was refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len

from privacy.facts import LIVE_FACTS, Audience, Refusal, Traffic, Withheld
from privacy.ledger import Entry, Snapshot
from tui.widgets import signs
from tui.widgets.text import fit, flat, lasting, size, wrap

AUDIENCES = {
    Audience.PARTICIPANTS: "Participants",
    Audience.OPERATOR: "The meeting's operator",
    Audience.RELAY: "Relays",
    Audience.NETWORK: "Anyone on the network",
}
"""The audiences in the order of the panel, and what they are called there."""

Item = Entry | Withheld | Refusal | str
"""What a line is about; a string is a destination."""

Words = tuple[str, str, bool]
"""Text, the role of its colour, and whether it is bold."""


@dataclass(frozen=True, slots=True)
class PanelLine:
    """One line of the panel."""

    left: tuple[Words, ...] = ()
    right: tuple[Words, ...] = ()
    item: Item | None = None  # what it is about
    first: bool = False  # the first line of its item; the cursor stands only on these


def lay_out(snapshot: Snapshot, width: int, lens: Audience | None = None) -> list[PanelLine]:
    """The whole panel in lines of at most `width` cells; with a lens, only what this audience knows."""
    lines = [*_refused(snapshot.refused, width)]
    for audience, title in AUDIENCES.items():
        if lens in (None, audience):
            lines.extend(_audience(snapshot, width, audience, title))
    if lens is None:
        lines.extend(_rest(snapshot, width))
    while lines and not lines[-1].left:
        lines.pop()
    return lines


def _audience(snapshot: Snapshot, width: int, audience: Audience, title: str) -> Iterator[PanelLine]:
    entries = sorted((entry for entry in snapshot.entries if entry.audience is audience), key=_rank)
    yield heading(title, f"{len(entries)}" if entries else "")
    if not entries:
        yield PanelLine(left=(("nothing", "muted", False),))
    for entry in entries:
        yield from _entry(entry, snapshot.at, width)
    yield PanelLine()


def _rest(snapshot: Snapshot, width: int) -> Iterator[PanelLine]:
    yield heading("Withheld", f"{len(snapshot.withheld)}" if snapshot.withheld else "")
    if not snapshot.withheld:
        yield PanelLine(left=(("nothing", "muted", False),))
    for withheld in snapshot.withheld:
        yield from _withheld(withheld, width)
    yield PanelLine()
    yield from _traffic(snapshot.traffic, width)


def _rank(entry: Entry) -> int:
    """What is told now comes first, then what is known, then what was once so."""
    return 0 if _is_live(entry) else 1 if entry.live else 2


def _is_live(entry: Entry) -> bool:
    return entry.fact in LIVE_FACTS and entry.live


def heading(title: str, count: str = "") -> PanelLine:
    """The heading of a part of the panel."""
    return PanelLine(left=((title, "accent", True),), right=((count, "muted", False),) if count else ())


def _entry(entry: Entry, now: float, width: int) -> Iterator[PanelLine]:
    live = _is_live(entry)
    known = entry.live  # facts that hold once told stay live; see privacy.ledger
    role = "text" if known else "muted"
    sign = signs.LIVE if live else signs.KNOWN if known else signs.PAST
    when = lasting(now - entry.first_at) if known else f"{lasting(now - entry.last_at)} ago"
    if live:
        when = f"live {when}"
    often = f"×{entry.times} · " if entry.times > 1 and not live else ""
    right: tuple[Words, ...] = ((often, "muted", False), (when, "live" if live else "muted", False))
    if often and 3 + cell_len(entry.fact.value) + cell_len(often) + cell_len(when) > width:
        right = right[1:]
    kept = sum(cell_len(text) for text, *_ in right)
    fact = fit(entry.fact.value, width - 3 - kept)
    left = ((f"{sign} ", "live" if live else "muted", live), (fact, role, live))
    used = 2 + cell_len(fact) + kept
    value = value_of(entry)
    if not value:
        yield PanelLine(left, right, entry, True)
    elif used + 3 + cell_len(value) <= width:
        yield PanelLine((*left, ("  ", "text", False), (value, "muted", False)), right, entry, True)
    else:
        yield PanelLine(left, right, entry, True)
        for text in wrap(value, width - 4)[:3]:
            yield PanelLine(left=((f"    {text}", "muted", False),), item=entry)


def value_of(entry: Entry) -> str:
    """The value, where it says more than the fact."""
    value = flat(entry.value).strip()
    said = ("yes", "on", "live") if entry.fact in LIVE_FACTS else ()
    return "" if value.casefold() in (*said, entry.fact.value.casefold()) else value


def _withheld(withheld: Withheld, width: int) -> Iterator[PanelLine]:
    sign = ("✓ ", "safe", True)
    what, instead = flat(withheld.what), flat(withheld.instead)
    if 5 + cell_len(what) + cell_len(instead) <= width:
        yield PanelLine(
            (sign, (what, "text", False), ("  ", "text", False), (instead, "muted", False)),
            item=withheld,
            first=True,
        )
        return
    yield PanelLine((sign, (what, "text", False)), item=withheld, first=True)
    for text in wrap(instead, width - 4)[:3]:
        yield PanelLine(left=((f"    {text}", "muted", False),), item=withheld)


def _refused(refused: tuple[Refusal, ...], width: int) -> Iterator[PanelLine]:
    if not refused:
        return
    count = sum(refusal.count for refusal in refused)
    tries = "1 try was refused" if count == 1 else f"{count} tries were refused"
    yield PanelLine(left=((f"! {tries}", "danger", True),))
    for refusal in refused:
        times = f"×{refusal.count}" if refusal.count > 1 else ""
        text = fit(f"{refusal.action} {refusal.destination}", width - 3 - len(times))
        yield PanelLine(
            ((f"  {text}", "danger", False),), ((times, "danger", False),) if times else (), item=refusal, first=True
        )
    yield PanelLine()


def _traffic(traffic: tuple[Traffic, ...], width: int) -> Iterator[PanelLine]:
    yield heading("Where bytes went", size(sum(one.bytes for one in traffic)) if traffic else "")
    if not traffic:
        yield PanelLine(left=(("nowhere", "muted", False),))
    by_destination: dict[str, list[Traffic]] = {}
    for one in traffic:
        by_destination.setdefault(one.destination, []).append(one)
    for destination, kinds in by_destination.items():
        total = size(sum(one.bytes for one in kinds))
        name = fit(destination, width - 4 - len(total))
        yield PanelLine(
            (("→ ", "muted", False), (name, "text", False)), ((total, "text", False),), item=destination, first=True
        )
        kinds.sort(key=lambda one: -one.bytes)
        for text in wrap(" · ".join(f"{one.kind} {size(one.bytes)}" for one in kinds), width - 4)[:2]:
            yield PanelLine(left=((f"    {text}", "muted", False),), item=destination)
