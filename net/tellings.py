"""Who learns what from each thing that leaves. Pure: the witness asks it of what has left, the preview of what will.

Where media goes from participant to participant it is encrypted for them; everybody else learns that it flows. Where
a server forwards it, the encryption ends there: its operator opens each packet, and hears and sees what is in it,
unless it was sealed before. Participants then learn the contents and nothing of the way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from net.packets import Kind
from net.sdp import is_private
from privacy.facts import Audience, Fact
from privacy.policy import Telling

VOICE_TYPES = frozenset({96})
PICTURE_TYPES = frozenset({97, 98})
"""RTP payload types. Every incog offers the same ones (`net.sdp`), so a number says what a packet carries."""

MADE_FOR_THIS = "made for this connection only"
SENT_ENCRYPTED = "that it is sent, encrypted"
RANDOM_NAMES = f"random names, {MADE_FOR_THIS}"
RANDOM_SOURCES = f"random source numbers, {MADE_FOR_THIS}"
IN_A_CALL = "in a call"
SIZES = "sizes and times of packets"

BY_MESSAGES = "incog, by its messages"
BY_SHAPE = "incog, by the shape of its descriptions"
GREETS_BY_TLS = "how it greets by TLS"
GREETS_BY_DTLS = "how it greets by DTLS"
CHECKS = "connection checks in the manner of aioice"
DATE = "the date, in a certificate"
QUALITY = "loss, jitter and delay of what you receive"
REPORTS = "that reports are sent, encrypted, and of which kind"
EACH_PARTICIPANT = "each participant's address"
BEHIND_NAT = "your network's address, as others see it"

GIVEN = "that the meeting gives"
"""Stands for the user name that whoever joins does not know beforehand."""

Told = tuple[Fact, str]
"""A fact, and what exactly is told."""

_KNOW_BETTER = frozenset({Fact.PRESENCE, Fact.LOUDNESS})
"""What participants learn from what is in the packets, and need no sign outside to know."""
_ENDS = frozenset({Audience.PARTICIPANTS, Audience.OPERATOR})
"""Who may be at the other end of the encryption of a connection."""
_MEDIA = frozenset({Kind.DTLS, Kind.RTP, Kind.RTCP})
_OUTSIDE = frozenset({Fact.ADDRESS, Fact.SERVER, Fact.TRAFFIC})
"""What an encrypted way to a server leaves to be seen from outside."""
_USUALLY_READ: Mapping[Kind, tuple[Told, ...]] = {
    Kind.STUN: (
        (Fact.CONNECTION, RANDOM_NAMES),
        (Fact.PRESENCE, IN_A_CALL),
        (Fact.SOFTWARE, CHECKS),
    ),
    Kind.DTLS: (
        (Fact.KEYS, MADE_FOR_THIS),
        (Fact.CLOCK, DATE),
        (Fact.SOFTWARE, GREETS_BY_DTLS),
    ),
}


def seen_from(own: str, there: str) -> str:
    """How our address `own` is seen at the address `there`. What is private to a network does not leave it as it is."""
    try:
        return BEHIND_NAT if is_private(own) and not is_private(there) else own
    except ValueError:  # a name, or words
        return own


def seen_as(own: str, there: str) -> tuple[str, ...]:
    """As `seen_from`, beforehand: both where one of the two is only known by name, or not at all."""
    try:
        if not is_private(own):
            return (own,)
        is_private(there)
    except ValueError:
        return own, BEHIND_NAT
    return (seen_from(own, there),)


def reaching(host: str) -> str:
    """The words for an address of this machine that is not known as long as `host` is not looked up."""
    return f"the address of this machine that reaches {host}"


def by_datagram(
    kind: Kind,
    number: int,
    source: str,
    receiver: Audience,
    *,
    to: str = "",
    seen: str = "",
    read: Collection[Told] | None = None,
    sealed: bool = False,
) -> Iterator[Telling]:
    """What a datagram of this kind from address `source` tells its receiver, and whoever is on the path.

    The receiver is a participant, a relay that carries it, or the operator of a server that opens and forwards it.
    `number` is the RTP payload type. `to` says where it goes: "host:port" of a server, the address of a participant.
    `seen` is the source as the receiver sees it, if that is something else (`seen_from`). `read` is what was read in
    the clear parts; without it, what usually is there. `sealed`: its contents were sealed for participants before.
    """
    everybody = tuple(dict.fromkeys((receiver, Audience.NETWORK)))
    yield Fact.ADDRESS, source, Audience.NETWORK
    for audience in everybody:
        yield Fact.ADDRESS, seen or source, audience
        for fact, value in _USUALLY_READ.get(kind, ()) if read is None else read:
            if audience is not Audience.PARTICIPANTS or fact not in _KNOW_BETTER:
                yield fact, value, audience
        if kind in _MEDIA and audience is not Audience.PARTICIPANTS:
            yield Fact.TRAFFIC, SIZES, audience
    if to:
        yield Fact.CONTACT if receiver is Audience.PARTICIPANTS else Fact.SERVER, to, Audience.NETWORK
    if kind is Kind.RTCP:
        for audience in everybody:
            yield Fact.QUALITY, QUALITY if audience in _ENDS else REPORTS, audience
    elif kind is Kind.RTP and number in VOICE_TYPES | PICTURE_TYPES:
        fact, content = (Fact.VOICE, "your voice") if number in VOICE_TYPES else (Fact.PICTURE, "your picture")
        opened = {Audience.PARTICIPANTS} if sealed else _ENDS
        for audience in everybody:
            yield fact, content if audience in opened else SENT_ENCRYPTED, audience
            yield Fact.CONNECTION, RANDOM_SOURCES, audience
        if receiver is Audience.OPERATOR:
            yield fact, content, Audience.PARTICIPANTS


def by_relay(
    kind: Kind,
    number: int,
    source: str,
    receiver: Audience = Audience.PARTICIPANTS,
    *,
    to: str = "",
    seen: str = "",
    read: Collection[Told] | None = None,
    sealed: bool = False,
) -> Iterator[Telling]:
    """What a datagram tells that a relay, at "host:port", carries to its receiver."""
    yield from by_datagram(kind, number, source, Audience.RELAY, to=to, seen=seen, read=read)
    for telling in by_datagram(kind, number, source, receiver, read=read, sealed=sealed):
        if telling[2] is not Audience.NETWORK and telling[0] is not Fact.ADDRESS:  # they see the relay's
            yield telling


def inside_tls(tellings: Iterable[Telling], server: str) -> Iterator[Telling]:
    """The same, when all of it goes to a server through TLS: the path sees little more than where it goes.

    `server` is "name:port"; the name is in the greeting.
    """
    for fact, value, audience in tellings:
        if audience is not Audience.NETWORK or fact in _OUTSIDE:
            yield fact, value, audience
    yield Fact.SERVER, server, Audience.NETWORK
    for audience in (Audience.RELAY, Audience.NETWORK):
        yield Fact.SOFTWARE, GREETS_BY_TLS, audience


def by_sizes(bystanders: Iterable[Audience], *, voice: bool = False) -> Iterator[Telling]:
    """What packets of several sizes tell those who cannot open them. Those of our voice are all of one size."""
    fact, value = Fact.MOTION, "the sizes of its packets follow it"
    if voice:
        fact, value = Fact.ACTIVITY, "voice packets have several sizes"
    for audience in bystanders:
        yield fact, value, audience


def user_name(user: str) -> str:
    """The words for the user name that a TURN server is told; anybody on an unencrypted way to it reads it as well."""
    return f"the user name {user}"


def by_signalling(
    facts: Iterable[Told], source: str, destination: str, *, seen: str = "", encrypted: bool
) -> Iterator[Telling]:
    """What a message to the meeting's server tells: `facts` are what the server reads in it.

    Without TLS everybody on the path reads the same. `seen` as in `by_datagram`.
    """
    for fact, value in (*facts, (Fact.ADDRESS, seen or source)):
        yield fact, value, Audience.OPERATOR
        if not encrypted or fact is Fact.ADDRESS:
            yield fact, value, Audience.NETWORK
    yield Fact.ADDRESS, source, Audience.NETWORK
    yield Fact.SERVER, destination, Audience.NETWORK
    if encrypted:
        yield Fact.TRAFFIC, SIZES, Audience.NETWORK
        for audience in (Audience.OPERATOR, Audience.NETWORK):
            yield Fact.SOFTWARE, GREETS_BY_TLS, audience


def to_participants(facts: Iterable[Told]) -> Iterator[Telling]:
    """What a message tells that only participants can open."""
    for fact, value in facts:
        yield fact, value, Audience.PARTICIPANTS
