"""What each message of the mesh tells whoever can read it: read from the message itself, by the protocol's parsers.

The firewall's job is what may be said; this only says, afterwards, what was.
"""

from __future__ import annotations

from collections.abc import Iterator

from net.sdp import Description
from net.services.mesh import wire
from net.services.mesh.ice import IceServer
from net.tellings import MADE_FOR_THIS
from privacy.facts import Fact

Told = tuple[Fact, str]


def to_rendezvous(frame: str) -> dict[Fact, str]:
    """What the operator reads in a frame."""
    match wire.parse_client(frame):
        case wire.Join(room, connection, _):
            return {
                Fact.ROOM: f"a random room id, {room[:8]}…",
                Fact.CONNECTION: f"a random connection id, {connection[:8]}…",
                Fact.PRESENCE: "somebody is in this room",
            }
        case wire.To():
            return {Fact.PRESENCE: "somebody is in this room", Fact.CONTACT: "connections in this room, by random ids"}
        case wire.Bye():
            return {Fact.PRESENCE: "somebody left this room"}


def to_participant(plain: str) -> list[Told]:
    """What a participant reads in a sealed message."""
    match wire.parse_sealed(plain.encode()):
        case wire.Hello(_, alias, ice):
            return [(Fact.NAME, alias), (Fact.PRESENCE, "in the meeting"), *_servers(ice)]
        case wire.Offer(_, alias, state, ice, sdp):
            return [(Fact.NAME, alias), *_state(state), *_servers(ice), *_described(sdp)]
        case wire.Answer(_, alias, state, sdp):
            return [(Fact.NAME, alias), *_state(state), *_described(sdp)]
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
        case wire.State() as state:
            return _state(state)
        case wire.Want(camera):
            return [(Fact.WATCHING, "you receive their picture" if camera else "you do not receive their picture")]
        case wire.Chat(said, to_one):
            return [(Fact.CHAT, f"{'to one: ' if to_one else ''}{said}")]
        case wire.Ping() | wire.Pong():
            return [(Fact.PRESENCE, "in the meeting")]
        case wire.Bye():
            return [(Fact.PRESENCE, "left the meeting")]


def _state(state: wire.State) -> list[Told]:
    return [
        (Fact.MICROPHONE, "muted" if state.muted else "on"),
        (Fact.CAMERA, "on" if state.camera else "off"),
        (Fact.HAND, "raised" if state.hand else "down"),
    ]


def _servers(ice: tuple[IceServer, ...]) -> Iterator[Told]:
    for server in ice:
        if server.credential:
            yield Fact.CREDENTIAL, f"the meeting's credential for {server.host}"


def _described(sdp: str) -> Iterator[Told]:
    description = Description.parse(sdp)
    yield Fact.KEYS, MADE_FOR_THIS
    for candidate in description.candidates:
        yield Fact.ADDRESS, candidate.host
