"""What there was in a meeting, summed up when it is over."""

from __future__ import annotations

from net.services.base import PeerId
from privacy.facts import Audience
from privacy.ledger import Snapshot
from tui.compose.happenings import Heard, Left
from tui.compose.roster import Roster
from tui.compose.shapes import Media


def summed_up(reason: str, seconds: float, roster: Roster, media: Media, snapshot: Snapshot) -> Left:
    """Who was there, what was received of them, and who learned what."""
    return Left(
        reason,
        seconds,
        tuple(_heard(id, name, media) for id, name in roster.ever.items()),
        {
            audience: tuple(dict.fromkeys(entry.fact.value for entry in snapshot.for_audience(audience)))
            for audience in Audience
        },
        snapshot.traffic,
        snapshot.refused,
    )


def _heard(id: PeerId, name: str, media: Media) -> Heard:
    report = media.report(id)
    colour = "" if report.colour is None else bytes(report.colour).hex()
    return Heard(name, id, report.heard_seconds, report.tone_hz, report.frames, colour)
