"""What the driver posts to the app, beside Textual's own events."""

from __future__ import annotations

from textual import events
from textual.message import Message


class KeyWay(events.Event):
    """What must not overtake a key.

    A key is sent from the app to the widget that has the focus, and comes back to the app when that has no use for it;
    only then the app's bindings see it. What follows a key goes the same way, so that a release never comes first.
    """


class KeyReleased(KeyWay):
    """A key went up; `key` is the name by which it went down. Only where `reports_release`."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__()


class KeyRepeated(KeyWay):
    """A key that takes no repeats (`Shell.takes_repeat`) is still held down."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__()


class FocusMoved(KeyWay):
    """The terminal got the focus or lost it; on its return to the app it becomes `AppFocus` or `AppBlur`."""

    def __init__(self, here: bool) -> None:
        self.here = here
        super().__init__()


class TerminalKnown(Message):
    """The terminal answered: what the app says of it, such as `reports_release`, may have changed."""


class Suspended(Message):
    """The process was stopped by the person here, and goes on; `seconds` is how long nothing was seen or done."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__()


class FlagsReported(Message):
    """The terminal's answer about the kitty keyboard protocol; the driver keeps it."""

    def __init__(self, flags: int) -> None:
        self.flags = flags
        super().__init__()


class Identified(Message):
    """The terminal's answer to the last question, which every terminal answers; the driver keeps it."""
