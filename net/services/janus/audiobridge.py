"""What is said with the AudioBridge, inside the envelope: requests as they are written, and what it tells, read.

What it has in common with the VideoRoom is in `rooms`; its refusals have numbers of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from net.errors import MeetingError
from net.services.janus import rooms, wire
from net.services.janus.credentials import Credentials
from net.services.janus.link import Room
from net.services.janus.rooms import PEOPLE_LIMIT, TEXT_LIMIT
from net.services.janus.wire import ID_LIMIT, MESSAGE_LIMIT, Failure, Id, Json, optional_flag, optional_text
from net.services.strict import Fields

PLUGIN = "audiobridge"
MISSING, INVALID, NO_ROOM, UNAUTHORIZED, ID_TAKEN = 483, 484, 485, 489, 490
"""Codes of refusals."""

_LIKE_THE_VIDEOROOM = {
    MISSING: wire.MISSING,
    INVALID: wire.INVALID,
    NO_ROOM: wire.NO_ROOM,
    UNAUTHORIZED: wire.NOT_ALLOWED,
    ID_TAKEN: wire.ID_TAKEN,
}


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as the room tells of them."""

    id: Id
    display: str
    here: bool  # the connection for their sound is there
    muted: bool
    talking: bool


@dataclass(frozen=True, slots=True)
class Joined:
    """We are in, as `own`, and these were before; or, without it, these came."""

    people: tuple[Someone, ...]
    own: Id | None


@dataclass(frozen=True, slots=True)
class Changed:
    """Something of these people is otherwise, or of us."""

    people: tuple[Someone, ...]


@dataclass(frozen=True, slots=True)
class Muted:
    """Nobody but who has the room's secret is heard, or everybody again."""

    on: bool


Event = Joined | Changed | Muted | rooms.Event


def read(data: Fields) -> Event:
    """What the plugin says. Raises `Malformed`."""
    match word := data.text("audiobridge", TEXT_LIMIT):
        case "joined":
            return Joined(_people(data), data.id("id", ID_LIMIT) if data.has("id") else None)
        case "event" if data.has("participants"):
            return Changed(_people(data))
        case "event" if data.has("muted"):
            return Muted(data.flag("muted"))
        case _:
            return rooms.read(word, data)


def read_list(data: Fields) -> tuple[Someone, ...]:
    """The answer to `rooms.everybody`, with us in it. Raises `Malformed`."""
    return _people(data)


def read_room(data: Fields, room: Room) -> tuple[bool, bool] | None:
    """From the answer to `listing`: whether a room is recorded, and muted; None if it is not told of. Raises
    `Malformed`.
    """
    for one in data.objects("list", MESSAGE_LIMIT):
        if one.has("room") and one.id("room", ID_LIMIT) == room:
            return optional_flag(one, "record"), optional_flag(one, "muted")
    return None


def _people(data: Fields) -> tuple[Someone, ...]:
    # one more than are kept, so that it is noticed
    return tuple(_someone(one) for one in data.objects("participants", MESSAGE_LIMIT)[: PEOPLE_LIMIT + 2])


def _someone(data: Fields) -> Someone:
    return Someone(
        data.id("id", ID_LIMIT),
        optional_text(data, "display", TEXT_LIMIT),
        optional_flag(data, "setup"),
        optional_flag(data, "muted") or optional_flag(data, "suspended"),
        optional_flag(data, "talking"),
    )


def refusal(failure: Failure, pin: str) -> MeetingError:
    """Why an AudioBridge does not let us in, for a person; `pin` is what we gave."""
    return wire.refusal(Failure(_LIKE_THE_VIDEOROOM.get(failure.code, failure.code), failure.reason), pin)


# --- requests --------------------------------------------------------------------------------------------------------


def join(room: Room, display: str, credentials: Credentials, *, own: Id | None, muted: bool) -> Json:
    """Enter the room, under an id of our choice if there is one."""
    body: Json = {"request": "join", "room": room, "display": display, "muted": muted}
    return {**body, **rooms.shown(credentials, own)}


def configure(muted: bool) -> Json:
    """Be heard or not. Our offer comes with the first of these."""
    return {"request": "configure", "muted": muted}


def mute(room: Room, secret: str, who: Id) -> Json:
    """Mute somebody. They can unmute themselves."""
    return {"request": "mute", "room": room, "secret": secret, "id": who}


def admit(room: Room, secret: str, token: str) -> Json:
    """Put a token on the list of those who may join while the room is locked."""
    return {"request": "allowed", "room": room, "secret": secret, "action": "add", "allowed": [token]}


def listing() -> Json:
    """Which rooms are there, and how are they?"""
    return {"request": "list"}
