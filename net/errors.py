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


class Lost(MeetingError):
    """The meeting was joined and is gone."""


class PrivacyStop(MeetingError):
    """Going on would disclose what was not agreed to; nothing of it was sent."""
