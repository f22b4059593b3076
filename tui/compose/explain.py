"""From an error to an exit status and one sentence."""

from __future__ import annotations

from media.errors import MediaError
from net import errors
from themes import ThemeError
from tui.cli import Status, UsageError

_KINDS: tuple[tuple[type[BaseException], Status], ...] = (
    (UsageError, Status.USAGE),
    (MediaError, Status.USAGE),
    (ThemeError, Status.USAGE),
    (errors.BadLink, Status.USAGE),
    (errors.Unreachable, Status.UNREACHABLE),
    (errors.Asked, Status.ASKED),
    (errors.Refused, Status.REFUSED),
    (errors.Lost, Status.LOST),
    (errors.PrivacyStop, Status.PRIVACY),
    (errors.MeetingError, Status.LOST),
)


def explain(error: BaseException) -> tuple[Status, str]:
    """The exit status for an error and one sentence about it."""
    for kind, status in _KINDS:
        if isinstance(error, kind):
            return status, str(error)
    # The text of an unforeseen error may hold paths or names; only its kind is told.
    return Status.FAULT, (
        f"something went wrong inside incog ({type(error).__name__}); set INCOG_TRACEBACK=1 to see where"
    )
