"""The alarms of a meeting until a person has seen them."""

from __future__ import annotations

from collections.abc import Collection

from tui.compose.alarms import Alarm
from tui.compose.lines import alarm_text
from tui.model import Warning

MOST = 50
"""Warnings that wait to be seen; of more, the oldest are gone from here but stay in the chat's log."""


class Unseen:
    """The newest first."""

    def __init__(self) -> None:
        self._number = 0
        self.warnings: tuple[Warning, ...] = ()

    def add(self, alarm: Alarm, at: str) -> Warning:
        """One more, at a time of day in words."""
        self._number += 1
        warning = Warning(self._number, at, alarm.kind, alarm_text(alarm), alarm.who)
        self.warnings = (warning, *self.warnings)[:MOST]
        return warning

    def seen(self, ids: Collection[int]) -> None:
        """These were seen."""
        self.warnings = tuple(one for one in self.warnings if one.id not in ids)

    def clear(self) -> None:
        """Another meeting begins; numbers go on, so that what is new stays new."""
        self.warnings = ()
