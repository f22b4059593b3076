"""What can go wrong with a meeting, each as one sentence for a person."""

from __future__ import annotations


class MeetingError(Exception):
    """Base of all; `str()` says what happened and what to do."""


class BadLink(MeetingError):
    """The invitation link cannot be used."""


class Unreachable(MeetingError):
    """Nobody answers where the link points."""


class Refused(MeetingError):
    """The meeting does not let us in."""


class Asked(Refused):
    """The meeting asks for something that was not given, or refuses what was given: its PIN, its token."""

    def __init__(self, sentence: str, what: str) -> None:
        """`what`: "pin" or "token"."""
        super().__init__(sentence)
        self.what = what


class Lost(MeetingError):
    """The meeting was joined and is gone."""

    def __init__(self, sentence: str, *, may_rejoin: bool = True) -> None:
        """`may_rejoin`: joining again may work."""
        super().__init__(sentence)
        self.may_rejoin = may_rejoin


class PrivacyStop(MeetingError):
    """Going on would disclose what was not agreed to; nothing of it was sent."""
