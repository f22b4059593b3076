"""What the groups of deeds share."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from tui.deeds.desk import Desk
from tui.model import Meeting
from tui.screens.meeting import MeetingScreen


class Deeds:
    """The deeds of one group: a public method for each action, named like its id with `_` for `-`.

    They are called while there is a meeting on the screen, and while the action is possible.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def of(self, id: str) -> Callable[[], None] | None:
        """What is done for the action of this id; None when it is not of this group."""
        return cast("Callable[[], None] | None", getattr(self, id.replace("-", "_"), None))

    @property
    def meeting(self) -> Meeting:
        """The meeting as it is."""
        meeting = self.desk.meeting
        if meeting is None:
            raise RuntimeError("a deed is done in a meeting only")
        return meeting

    @property
    def screen(self) -> MeetingScreen:
        """Its screen."""
        screen = self.desk.meeting_screen
        if screen is None:
            raise RuntimeError("a deed is done on the screen of a meeting only")
        return screen
