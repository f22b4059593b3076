"""What a conversation with Janus wants done. The driver does it in order, and reports back by its methods.

Janus has one peer connection for each plugin handle. Of each `Way` the driver holds at most one; after `Close` it
reports nothing more about the one it closed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from net.services.base import PeerId, Source
from net.services.outbox import Emit

__all__ = [
    "MIXED",
    "Accept",
    "Action",
    "Answer",
    "Candidate",
    "Close",
    "Emit",
    "Hangup",
    "Offer",
    "Route",
    "Send",
    "SendData",
    "Show",
    "Stream",
    "Way",
    "WayEvent",
]


MIXED = PeerId("mixed")
"""By this the sound of an AudioBridge goes to the media: it is nobody's alone."""


class Way(StrEnum):
    """One of the peer connections to the server."""

    SEND = "send"  # what we publish in a VideoRoom: voice, one picture, data
    RECEIVE = "receive"  # what we subscribe to in it; the server offers
    BRIDGE = "bridge"  # an AudioBridge: our voice, and everybody else's mixed
    TEXT = "text"  # a TextRoom: one data channel; the server offers


@dataclass(frozen=True, slots=True)
class Send:
    """Send one JSON message to the server."""

    text: str = field(repr=False)  # with pin, secret and token, as it leaves


@dataclass(frozen=True, slots=True)
class Hangup:
    """Close the WebSocket; that it is gone need not be reported."""

    reason: str


@dataclass(frozen=True, slots=True)
class Offer:
    """Make a connection and an offer for it; report it by `described`. `key`: frames are sealed with it."""

    way: Way
    sources: frozenset[Source]  # VideoRoom: CAMERA stands for the one picture; empty of it: sound alone
    key: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Accept:
    """The server answered our offer."""

    way: Way
    sdp: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """The server offers: make the connection, or change the one there is, and report the answer by `described`."""

    way: Way
    sdp: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Candidate:
    """The server named an address by itself (`trickle`), as "candidate:1 1 udp …"; perhaps before it offers."""

    way: Way
    text: str


@dataclass(frozen=True, slots=True)
class Close:
    """Close a connection."""

    way: Way


@dataclass(frozen=True, slots=True)
class Stream:
    """Who is on one section of the receiving connection. A section stays; the person on it changes."""

    mid: str
    pid: PeerId
    source: Source
    key: bytes | None = field(default=None, repr=False)  # what its frames are opened with; None: they come unsealed


@dataclass(frozen=True, slots=True)
class Route:
    """From now on these are the streams of the receiving connection; what comes on any other section is dropped."""

    streams: tuple[Stream, ...]


@dataclass(frozen=True, slots=True)
class SendData:
    """Send one data channel message: text as text, bytes (sealed) as bytes."""

    way: Way  # SEND: to everybody who receives our data; TEXT: to the server
    data: str | bytes = field(repr=False)
    plain: str = field(default="", repr=False)  # what is in a sealed one, for the witness
    private: str = field(default="", repr=False)  # and what is in that for one person alone


@dataclass(frozen=True, slots=True)
class Show:
    """Whether our picture is wanted at all, and our voice: what is off is not sent."""

    picture: bool


Action = Send | Hangup | Offer | Accept | Answer | Candidate | Close | Route | SendData | Show | Emit


class WayEvent(StrEnum):
    """What the driver reports about a connection."""

    UP = "up"  # media is encrypted to the announced fingerprint
    CHANNEL = "channel"  # its data channel is open
    FAILED = "failed"  # it could not be made, or is gone
    NO_PICTURE = "no picture"  # the answer refuses our picture; sound and data go on over the same connection
    NO_VOICE = "no voice"  # the answer refuses our sound: the room wants another encoding than Opus
