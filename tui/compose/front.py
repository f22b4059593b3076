"""Which front end a person sits at: the screen, or lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.compose.settings import Settings
from tui.haste import until_painted

if TYPE_CHECKING:
    from tui.compose.sitting import Hook


def run(settings: Settings, on_happening: Hook | None = None) -> int:
    """Sit in a meeting; the exit status. Raises `UsageError` or `MeetingError`."""
    if settings.config.look.linear:
        from tui.compose import linear

        return linear.run(settings, on_happening)
    with until_painted():
        from tui.compose import interactive

        return interactive.run(settings, on_happening)
