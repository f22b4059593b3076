"""What is said with the AudioBridge, inside the envelope: requests as they are written, and what it tells, read.

It asks and tells as the VideoRoom does, where it has the same; its refusals have numbers of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

from net.errors import MeetingError
from net.services.janus import wire
from net.services.janus.credentials import Credentials
from net.services.janus.link import Room
from net.services.janus.videoroom import PEOPLE_LIMIT, TEXT_LIMIT, everybody, kick, lock, rename
from net.services.janus.wire import ID_LIMIT, MESSAGE_LIMIT, Failure, Id, Json, optional_flag, optional_text
from net.services.strict import Fields

__all__ = [
    "ID_TAKEN",
    "PLUGIN",
    "UNAUTHORIZED",
    "Changed",
    "Destroyed",
    "Event",
    "Joined",
    "Left",
    "Muted",
    "Nothing",
    "Someone",
    "Talking",
    "admit",
    "configure",
    "everybody",
    "join",
    "kick",
    "lock",
    "mute",
    "read",
    "read_list",
    "read_room",
    "refusal",
    "rename",
    "rooms",
]

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
class Left:
    """Somebody is gone."""

    id: Id
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Muted:
    """Nobody but who has the room's secret is heard, or everybody again."""

    on: bool


@dataclass(frozen=True, slots=True)
class Talking:
    """Somebody speaks, or no longer."""

    id: Id
    on: bool


@dataclass(frozen=True, slots=True)
class Destroyed:
    """The room is gone."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Something without consequence, or that this does not know."""


Event = Joined | Changed | Left | Muted | Talking | Destroyed | Nothing


def read(data: Fields) -> Event:
    """What the plugin says. Raises `Malformed`."""
    match data.text("audiobridge", TEXT_LIMIT):
        case "joined":
            return Joined(_people(data), data.id("id", ID_LIMIT) if data.has("id") else None)
        case "talking" | "stopped-talking" as word:
            return Talking(data.id("id", ID_LIMIT), word == "talking")
        case "destroyed":
            return Destroyed()
        case "event" if data.has("participants"):
            return Changed(_people(data))
        case "event" if data.has("leaving"):
            return Left(data.id("leaving", ID_LIMIT))
        case "event" if data.has("kicked"):
            return Left(data.id("kicked", ID_LIMIT), removed=True)
        case "event" if data.has("muted"):
            return Muted(data.flag("muted"))
        case _:
            return Nothing()


def read_list(data: Fields) -> tuple[Someone, ...]:
    """The answer to `everybody`, with us in it. Raises `Malformed`."""
    return _people(data)


def read_room(data: Fields, room: Room) -> tuple[bool, bool] | None:
    """From the answer to `rooms`: whether a room is recorded, and muted; None if it is not told of. Raises
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
    given = {"id": own, "pin": credentials.pin, "token": credentials.token}
    return {**body, **{key: value for key, value in given.items() if value}}


def configure(muted: bool) -> Json:
    """Be heard or not. Our offer comes with the first of these."""
    return {"request": "configure", "muted": muted}


def mute(room: Room, secret: str, who: Id) -> Json:
    """Mute somebody. They can unmute themselves."""
    return {"request": "mute", "room": room, "secret": secret, "id": who}


def admit(room: Room, secret: str, token: str) -> Json:
    """Put a token on the list of those who may join while the room is locked."""
    return {"request": "allowed", "room": room, "secret": secret, "action": "add", "allowed": [token]}


def rooms() -> Json:
    """Which rooms are there, and how are they?"""
    return {"request": "list"}
