"""What goes wrong with sound and pictures, in words."""

from __future__ import annotations


class MediaError(Exception):
    """A source, device or file cannot be used. `str()` is one sentence for a person: what happened and what to do."""
