"""What is told to somebody who looks elsewhere: by the window's title, and by a bell or a notification.

Neither holds a name or a word of anybody: whoever sees the desktop sees them, and the desktop keeps them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from tui.terminal.notify import meeting_title

if TYPE_CHECKING:
    from tui.model import ChatLine, Meeting


class Window(Protocol):
    """The terminal's window."""

    def set_window_title(self, words: str) -> None: ...
    def notify_desktop(self, title: str, body: str = "") -> None: ...


class Attention:
    """Looks at what happens, and tells the window what of it is worth a look."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._warned = 0  # the newest warning that was told
        self._others: int | None = None

    def meeting(self, meeting: Meeting) -> None:
        """A new look at the meeting."""
        self._window.set_window_title(meeting_title(meeting.microphone, meeting.camera, meeting.recording))
        newest = max((one.id for one in meeting.warnings), default=0)
        others = len(meeting.people) - 1
        if newest > self._warned:
            self._warned = newest
            self._window.notify_desktop("incog", "There is something you may want to act on.")
        elif self._others == 0 and others > 0:
            self._window.notify_desktop("incog", "Somebody came.")
        self._others = others

    def chat(self, line: ChatLine) -> None:
        """A line of chat came."""
        if not line.me and not line.notice:
            self._window.notify_desktop("incog", "Somebody wrote to you." if line.private else "Somebody wrote.")

    def ended(self) -> None:
        """The meeting is over."""
        self._window.notify_desktop("incog", "The meeting is over.")
