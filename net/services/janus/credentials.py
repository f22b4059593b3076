"""What a room may ask for besides a name."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a room may ask for, where somebody has it. `repr()` shows none of it."""

    pin: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)  # of the room: its holder may moderate
    token: str = field(default="", repr=False)  # one of the room's list of those who may join
