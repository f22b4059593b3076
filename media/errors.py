"""What goes wrong with sound and pictures, in words."""

from __future__ import annotations


class MediaError(Exception):
    """A source, device or file cannot be used. `str()` is one sentence for a person: what happened and what to do."""


class DeviceGoneError(MediaError):
    """A device that worked does so no longer. Another one of its kind may take its place."""

    def __init__(self, what: str, cure: str) -> None:
        """`what` happened, as half of a sentence that can stand alone; `cure` is what to do about it."""
        super().__init__(f"{what}: {cure}")
        self.what = what
