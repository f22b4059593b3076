"""What a session tells its front end, besides the events of the room itself.

A room's events (`net.services.base.Event`) pass through a session as they are; these values join them. Each is made
from what was observed: a disclosure from the ledger, who speaks from the sound that was decoded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from net.services.base import Event
from privacy.facts import Audience, Refusal, Traffic, Withheld
from privacy.ledger import Entry
from privacy.linkability import Tie
from tui.compose.alarms import Alarm


@dataclass(frozen=True, slots=True)
class Joining:
    """About to contact the meeting; nothing has left yet."""

    alias: str
    service: str  # "mesh"
    server: str  # "host:port"
    addresses: str  # the mode, as on the command line
    muted: bool
    camera: bool


@dataclass(frozen=True, slots=True)
class Invitation:
    """The link that lets others in, and who can use it."""

    link: str
    reach: str  # one sentence


@dataclass(frozen=True, slots=True)
class Joined:
    """We are in the meeting."""


@dataclass(frozen=True, slots=True)
class Speaking:
    """Somebody began or stopped to be heard."""

    id: str
    name: str
    on: bool


@dataclass(frozen=True, slots=True)
class Disclosed:
    """Somebody learned something about us for the first time."""

    entry: Entry


@dataclass(frozen=True, slots=True)
class KeptBack:
    """Something was withheld or replaced."""

    withheld: Withheld


@dataclass(frozen=True, slots=True)
class Blocked:
    """The egress guard refused a destination for the first time."""

    refusal: Refusal


@dataclass(frozen=True, slots=True)
class Linkable:
    """Something ties this meeting to an earlier one."""

    tie: Tie


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receipt of this meeting was written."""

    file: str
    entries: int
    seal: str  # 64 hexadecimal digits


@dataclass(frozen=True, slots=True)
class Heard:
    """What was received of one person over the whole meeting."""

    name: str
    id: str
    heard_s: float  # seconds of decoded sound that was not silence
    tone_hz: float | None  # the strongest frequency of it, if any
    seen_frames: int  # decoded pictures
    colour: str  # the mean colour of the last picture, RRGGBB, or ""


@dataclass(frozen=True, slots=True)
class Left:
    """We are out of the meeting. The last thing a session tells."""

    reason: str
    seconds: float
    participants: tuple[Heard, ...] = ()
    disclosures: Mapping[Audience, tuple[str, ...]] | None = None
    traffic: tuple[Traffic, ...] = ()
    refused: tuple[Refusal, ...] = ()


Happening = (
    Event
    | Alarm
    | Joining
    | Invitation
    | Joined
    | Speaking
    | Disclosed
    | KeptBack
    | Blocked
    | Linkable
    | Receipt
    | Left
)
