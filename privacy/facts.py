"""The words of the disclosure ledger.

A *disclosure* says that one *fact* about you was told to one *audience*, when, and by which bytes. Disclosures are
made by witnesses, from what really left, never from what the program meant to do.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Audience(StrEnum):
    """Who learns something."""

    PARTICIPANTS = "participants"  # the other people in the meeting
    OPERATOR = "operator"  # who runs the meeting's server
    RELAY = "relay"  # who runs a STUN or TURN server
    NETWORK = "network"  # anyone on the path


class Fact(StrEnum):
    """One thing somebody can know about you. The value is the wording a person reads."""

    NAME = "display name"
    ADDRESS = "network address"
    PRESENCE = "presence"
    VOICE = "voice is live"
    PICTURE = "picture is live"
    ACTIVITY = "when you speak"
    LOUDNESS = "how loud you speak"
    MOTION = "movement in your picture"
    MICROPHONE = "microphone state"
    CAMERA = "camera state"
    SCREEN = "screen state"
    WATCHING = "whose picture you receive"
    CHAT = "chat message"
    HAND = "hand raised"
    ROOM = "room"
    CONNECTION = "connection id"
    CONTACT = "whom you exchange messages with"
    KEYS = "connection keys"
    CLOCK = "clock"
    SOFTWARE = "software"
    QUALITY = "network quality"
    TRAFFIC = "how much you send, and when"
    SERVER = "server contacted"
    LOOKUP = "name lookup"
    CREDENTIAL = "credential"
    LINKABLE = "ties you to an earlier meeting"
    UNKNOWN = "what incog does not know"  # stands in no preview, so that it stops a meeting


LIVE_FACTS = frozenset({Fact.VOICE, Fact.PICTURE, Fact.PRESENCE, Fact.QUALITY})
"""Facts that are true only while they are being told; all others stay known once told."""


STATE_FACTS = frozenset({Fact.MICROPHONE, Fact.CAMERA, Fact.SCREEN, Fact.HAND})
"""Facts with one value at a time: a newer value told to an audience puts an end to the one before."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The bytes that told a fact."""

    channel: str  # "STUN", "DTLS", "RTP", "RTCP", "TURN", "signalling", "data channel", "lookup"
    destination: str  # "host:port" the bytes went to
    size: int  # bytes of the message or datagram
    detail: str = ""  # the decoded message or packet, bounded, for a person to read


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One fact told to one audience."""

    fact: Fact
    value: str  # what exactly was told
    audience: Audience
    at: float  # seconds on the session's clock
    evidence: Evidence
    count: int = 1  # how many messages or packets told it


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something that was kept back or replaced, and what was done instead."""

    what: str  # "local addresses"
    instead: str  # "3 left out of the offer"
    at: float
    evidence: Evidence | None = None  # the message or packet in which it is absent


@dataclass(frozen=True, slots=True)
class Refusal:
    """A destination that something in this process tried and the egress guard refused."""

    destination: str  # "host:port", or the name that was to be looked up
    action: str  # "connect", "send", "look up", …
    at: float
    count: int = 1


@dataclass(frozen=True, slots=True)
class Traffic:
    """Bytes of one kind that left for one destination."""

    destination: str
    kind: str  # "STUN", "DTLS", "RTP", "RTCP", "TURN", "signalling"
    packets: int
    bytes: int
