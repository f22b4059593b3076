"""Which front end a person sits at: the screen, or lines."""

from __future__ import annotations

from tui.compose.settings import Settings
from tui.compose.sitting import Hook, nothing_more


def run(settings: Settings, on_happening: Hook = nothing_more) -> int:
    """Sit in a meeting; the exit status. Raises `UsageError` or `MeetingError`."""
    if settings.config.look.linear:
        from tui.compose import linear

        return linear.run(settings, on_happening)
    from tui.compose import interactive

    return interactive.run(settings, on_happening)
