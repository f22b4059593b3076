"""Who learns what from each thing that leaves. Pure: the witness asks it of what has left, the preview of what will.

Media is encrypted from participant to participant, so its contents are for them; everybody else learns that it flows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from net.packets import Kind
from privacy.facts import Audience, Fact
from privacy.policy import Telling

VOICE_TYPES = frozenset({96})
PICTURE_TYPES = frozenset({97, 98})
"""RTP payload types. Every incog offers the same ones (`net.sdp`), so a number says what a packet carries."""

MADE_FOR_THIS = "made for this connection only"
SENT_ENCRYPTED = "that it is sent, encrypted"


def by_datagram(kind: Kind, payload_type: int, source: str, receiver: Audience) -> Iterator[Telling]:
    """What a datagram of this kind from address `source` tells its receiver, and whoever is on the path."""
    for audience in dict.fromkeys((receiver, Audience.NETWORK)):
        yield Fact.ADDRESS, source, audience
    if kind is Kind.DTLS:
        yield Fact.KEYS, MADE_FOR_THIS, receiver
        yield Fact.KEYS, MADE_FOR_THIS, Audience.NETWORK
    elif kind is Kind.RTCP and receiver is Audience.PARTICIPANTS:
        yield Fact.QUALITY, "loss, jitter and delay of what you receive", receiver
    elif kind is Kind.RTP and payload_type in VOICE_TYPES | PICTURE_TYPES:
        fact, content = (Fact.VOICE, "your voice") if payload_type in VOICE_TYPES else (Fact.PICTURE, "your picture")
        yield fact, content if receiver is Audience.PARTICIPANTS else SENT_ENCRYPTED, receiver
        yield fact, SENT_ENCRYPTED, Audience.NETWORK


def by_signalling(facts: Mapping[Fact, str], source: str, destination: str, *, encrypted: bool) -> Iterator[Telling]:
    """What a message to the meeting's server tells: `facts` are what the server reads in it.

    Without TLS everybody on the path reads the same.
    """
    for fact, value in {**facts, Fact.ADDRESS: source}.items():
        yield fact, value, Audience.OPERATOR
        if not encrypted or fact is Fact.ADDRESS:
            yield fact, value, Audience.NETWORK
    yield Fact.SERVER, destination, Audience.NETWORK


def to_participants(facts: Iterable[tuple[Fact, str]]) -> Iterator[Telling]:
    """What a message tells that only participants can open."""
    for fact, value in facts:
        yield fact, value, Audience.PARTICIPANTS
