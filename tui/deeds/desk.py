"""What every deed may use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from tui.actions import Actions
from tui.intents import Intents
from tui.model import Meeting
from tui.screens.dialog import Answer, Dialog
from tui.screens.meeting import MeetingScreen


class Desk(Protocol):
    """The app, as deeds see it."""

    @property
    def actions(self) -> Actions:
        """The table, with this person's keys."""

    @property
    def intents(self) -> Intents:
        """What a person asks of the meeting."""

    @property
    def meeting(self) -> Meeting | None:
        """The newest look at the meeting, when there is one."""

    @property
    def meeting_screen(self) -> MeetingScreen | None:
        """The screen of the meeting, when it is there; also under a dialog."""

    @property
    def pressed_at(self) -> float:
        """When the key was pressed that is answered now, in seconds of `monotonic`; without a key, now."""

    def open(self, dialog: Dialog[Answer], done: Callable[[Answer | None], None] | None = None) -> None:
        """Open a dialog; `done` gets its answer, None when it was closed without one."""

    def notice(self, text: str, *, serious: bool = False) -> None:
        """One calm line at the bottom, for a while."""

    def next_theme(self) -> str:
        """Wear the next theme and return its label."""

    def action_command_palette(self) -> None:
        """Open the list of everything that can be done now."""

    def copy_to_clipboard(self, text: str) -> None:
        """Hand text to the terminal's clipboard."""

    def look_at(self, key: str) -> None:
        """Show what somebody discloses."""

    @property
    def can_suspend(self) -> bool:
        """Whether there is a shell to go back to."""

    def action_suspend_process(self) -> None:
        """Back to the shell, once nothing is sent any more."""

    def hold_key(self, id: str) -> bool:
        """The key of this action went down, and it will be told when it goes up; false where it will not."""

    def exit(self, result: int | None = None) -> None:
        """End the app."""
