"""How the connections are doing, in words: what was lost since one last looked, and how long an answer takes."""

from __future__ import annotations

from dataclasses import dataclass

from net.services.base import PeerId
from tui.compose.shapes import Counters, MeetingRoom

FAIR, POOR = 0.01, 0.05
"""Shares of lost packets from which a link is no longer good."""
SLOW = 0.3
"""Seconds for an answer from which a link is slow."""


@dataclass(frozen=True, slots=True)
class Look:
    """The newest counters of one connection, and the share lost since the look before."""

    counters: Counters
    lost: float = 0.0


class Quality:
    """Looks at every connection when asked to."""

    def __init__(self) -> None:
        self.looks: dict[str, Look] = {}

    async def look(self, room: MeetingRoom) -> None:
        """Take the counters of everybody who is in the room."""
        looks: dict[str, Look] = {}
        for id in list(room.participants):
            counters = await room.stats(PeerId(id))
            if counters is not None:
                looks[id] = Look(counters, _lost(counters, self.looks.get(id)))
        self.looks = looks

    @property
    def words(self) -> str:
        """The worst link; empty when there is none."""
        if not self.looks:
            return ""
        worst = max(look.lost for look in self.looks.values())
        slowest = max(look.counters.round_trip or 0.0 for look in self.looks.values())
        if worst >= FAIR:
            return f"link {'poor' if worst >= POOR else 'fair'}: {worst:.0%} lost"
        return f"link slow: {slowest * 1000:.0f} ms" if slowest >= SLOW else "link good"


def _lost(now: Counters, before: Look | None) -> float:
    lost = sum(now.packets_lost.values())
    received = sum(now.packets_received.values())
    if before is not None:
        lost -= sum(before.counters.packets_lost.values())
        received -= sum(before.counters.packets_received.values())
    # What was counted as lost may still arrive, so the number can fall.
    return max(0, lost) / (lost + received) if lost + received > 0 and lost > 0 else 0.0
