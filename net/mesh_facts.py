"""What each message of the mesh tells whoever can read it: read from the message itself, by the protocol's parsers.

The firewall's job is what may be said; this only says, afterwards, what was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from net.sdp import Candidate, Description
from net.services.base import Picture
from net.services.mesh import wire
from net.services.mesh.ice import IceServer
from net.tellings import BY_MESSAGES, BY_SHAPE, GIVEN, MADE_FOR_THIS, RANDOM_NAMES, RANDOM_SOURCES, Told, user_name
from privacy.facts import Fact

FOR_THE_CODE = "a random number for the code that people compare aloud"


def to_rendezvous(frame: str) -> list[Told]:
    """What the operator reads in a frame."""
    match wire.parse_client(frame):
        case wire.Join(room, connection, new):
            return [
                (Fact.ROOM, f"a random room id, {room[:8]}…{', which you asked to open' if new else ''}"),
                (Fact.CONNECTION, f"a random connection id, {connection[:8]}…"),
                (Fact.PRESENCE, "somebody is in this room"),
                (Fact.SOFTWARE, BY_MESSAGES),
            ]
        case wire.To():
            return [
                (Fact.PRESENCE, "somebody is in this room"),
                (Fact.CONTACT, "connections in this room, by random ids"),
                (Fact.SOFTWARE, BY_MESSAGES),
                (Fact.TRAFFIC, "sizes and times of sealed messages"),
            ]
        case wire.Bye():
            return [(Fact.PRESENCE, "somebody left this room"), (Fact.SOFTWARE, BY_MESSAGES)]


def to_participant(plain: str) -> list[Told]:
    """What a participant reads in a sealed message."""
    match wire.parse_sealed(plain.encode()):
        case wire.Hello(pid, alias, ice):
            return [*_who(pid, alias), (Fact.PRESENCE, "in the meeting"), *_servers(ice)]
        case wire.Offer(pid, alias, shown, ice, sdp):
            return [*_who(pid, alias), *_state(shown), *_servers(ice), *_described(sdp)]
        case wire.Answer(pid, alias, shown, sdp):
            return [*_who(pid, alias), *_state(shown), *_described(sdp)]
        case wire.Bye():
            return [(Fact.PRESENCE, "left the meeting")]
        case wire.Refuse(why):
            return [(Fact.PRESENCE, f"does not connect: {why.value}")]


def keys(plain: str) -> tuple[str, ...]:
    """The fingerprints of our keys that a participant reads in a sealed message."""
    match wire.parse_sealed(plain.encode()):
        case wire.Offer(sdp=sdp) | wire.Answer(sdp=sdp):
            return (Description.parse(sdp).fingerprint,)
        case _:
            return ()


def to_channel(text: str) -> list[Told]:
    """What a participant reads in a data channel message."""
    match wire.parse_channel(text):
        case wire.State() as shown:
            return _state(shown)
        case wire.Want(picture):
            return [(Fact.WATCHING, "you receive their picture" if picture else "you do not receive their picture")]
        case wire.Chat(said, to_one):
            return [(Fact.CHAT, f"{'to one participant: ' if to_one else ''}{said}")]
        case wire.Commit() | wire.Nonce():
            return [(Fact.KEYS, FOR_THE_CODE)]
        case wire.Ping() | wire.Pong():
            return [(Fact.PRESENCE, "in the meeting")]
        case wire.Bye():
            return [(Fact.PRESENCE, "left the meeting")]


def address(candidate: Candidate) -> str:
    """The words for an address where we say to be reached."""
    return f"the relay's, {candidate.host}" if candidate.type == "relay" else candidate.host


def _who(pid: str, alias: str) -> Iterator[Told]:
    yield Fact.NAME, alias
    yield Fact.CONNECTION, f"a random participant id, {pid[:8]}…"


def state(*, muted: bool, picture: Picture, hand: bool) -> list[Told]:
    """What one shows and does, as all kinds of meeting tell it."""
    return [
        (Fact.MICROPHONE, "muted" if muted else "on"),
        (Fact.CAMERA, "on" if picture is Picture.CAMERA else "off"),
        (Fact.SCREEN, "on" if picture is Picture.SCREEN else "off"),
        (Fact.HAND, "raised" if hand else "down"),
    ]


def _state(shown: wire.State) -> list[Told]:
    return state(muted=shown.muted, picture=shown.picture, hand=shown.hand)


def _servers(ice: tuple[IceServer, ...]) -> Iterator[Told]:
    for server in ice:
        yield Fact.SERVER, f"the {server.kind} server {server.host}"
        if server.credential:
            yield Fact.CREDENTIAL, _credential(server.username, server.host)


def credentials(ice: Iterable[IceServer]) -> list[str]:
    """The words for the user names and passwords that are told with these servers."""
    return [value for fact, value in _servers(tuple(ice)) if fact is Fact.CREDENTIAL]


def _credential(user: str, host: str) -> str:
    return f"{user_name(user)} and its password, for {host}"


ANY_SERVER = "a server that the meeting names"
"""Stands for one of which whoever joins learns only there."""
UNKNOWN_CREDENTIAL = _credential(GIVEN, ANY_SERVER)
UNKNOWN = ((Fact.SERVER, ANY_SERVER), (Fact.CREDENTIAL, UNKNOWN_CREDENTIAL))
"""What is foreseen of the servers that others name: they are named to whoever comes later."""


def _described(sdp: str) -> Iterator[Told]:
    description = Description.parse(sdp)
    yield Fact.KEYS, MADE_FOR_THIS
    yield Fact.CONNECTION, RANDOM_NAMES
    yield Fact.CONNECTION, RANDOM_SOURCES
    yield Fact.SOFTWARE, BY_SHAPE
    for candidate in description.candidates:
        yield Fact.ADDRESS, address(candidate)
