"""The line of time: what became visible to whom and when, and one calm sentence about what is new."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

from privacy.facts import Audience, Fact
from privacy.ledger import Entry, Snapshot
from tui.widgets import signs
from tui.widgets.disclosures import PanelLine, heading, value_of
from tui.widgets.text import fit, wrap

WHO = {
    Audience.PARTICIPANTS: "participants",
    Audience.OPERATOR: "the operator",
    Audience.RELAY: "relays",
    Audience.NETWORK: "the network",
}
"""The audiences inside a sentence."""

NAMED = 2
"""Facts that an announcement names; of more it says how many."""


def lay_out_in_time(
    snapshot: Snapshot, width: int, lens: Audience | None = None, joined_at: float | None = None
) -> list[PanelLine]:
    """What became visible, the oldest first, in lines of at most `width` cells; to one audience, or to all.

    Times are told from `joined_at` on, or from the first disclosure.
    """
    entries = [entry for entry in snapshot.timeline() if lens in (None, entry.audience)]
    if not entries:
        return [PanelLine(left=(("nothing yet", "muted", False),))]
    began = entries[0].first_at if joined_at is None else joined_at
    lines: list[PanelLine] = []
    told = ""
    for entry in entries:
        when = moment(entry.first_at - began)
        if when != told:
            lines.append(heading(when))
            told = when
        lines.extend(_entry(entry, width, "" if lens else WHO[entry.audience]))
    return lines


def moment(seconds: float) -> str:
    """A moment as seen from joining: "on joining", "0:42 after joining", "1:02:03 after joining"."""
    whole = int(abs(seconds))
    if not whole:
        return "on joining"
    minutes, rest = divmod(whole, 60)
    clock = f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
    return f"{clock} {'after' if seconds > 0 else 'before'} joining"


def _entry(entry: Entry, width: int, who: str) -> Iterator[PanelLine]:
    role = "text" if entry.live else "muted"
    fact = fit(entry.fact.value, width - 2)
    left = ((f"{signs.KNOWN if entry.live else signs.PAST} ", "muted", False), (fact, role, False))
    value = value_of(entry)
    if value and 2 + cell_len(fact) + 2 + cell_len(value) + 2 + cell_len(who) <= width:
        beside = (("  ", "text", False), (value, "muted", False))
        yield PanelLine((*left, *beside), ((who, "muted", False),) if who else (), entry, True)
        return
    if 2 + cell_len(fact) + 2 + cell_len(who) <= width:
        yield PanelLine(left, ((who, "muted", False),) if who else (), entry, True)
    else:
        yield PanelLine(left, (), entry, True)
        value = f"{who}: {value}" if value else who
    for text in wrap(value, width - 4)[:3] if value else ():
        yield PanelLine(left=((f"    {text}", "muted", False),), item=entry)


class Watch:
    """Says what became visible since it was last asked. Of each fact and audience it tells once."""

    def __init__(self) -> None:
        self._known: set[tuple[Fact, Audience]] | None = None

    def news(self, snapshot: Snapshot) -> str:
        """One sentence, or an empty string.

        What is visible when it is asked first is not news, nor is what is visible when the ledger began anew.
        """
        now = {(entry.fact, entry.audience) for entry in snapshot.entries}
        known, self._known = self._known, now
        if known is None or not known < now:
            return ""
        new: dict[Audience, list[str]] = {}
        for entry in snapshot.timeline():
            facts = new.setdefault(entry.audience, [])
            if (entry.fact, entry.audience) not in known and entry.fact.value not in facts:
                facts.append(entry.fact.value)
        parts = [f"to {WHO[audience]}: {_several(new[audience])}" for audience in Audience if new.get(audience)]
        return f"Now visible {'; '.join(parts)}"


def _several(facts: list[str]) -> str:
    more = len(facts) - NAMED
    return ", ".join(facts[:NAMED]) + (f" and {more} more" if more > 0 else "")
