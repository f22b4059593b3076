"""What is said alike with the VideoRoom and the AudioBridge: requests as they are written, and what they tell, read."""

from __future__ import annotations

from dataclasses import dataclass

from net.services.janus.credentials import Credentials
from net.services.janus.link import Room
from net.services.janus.wire import ID_LIMIT, Id, Json
from net.services.strict import Fields

PEOPLE_LIMIT = 1000
"""People who are kept; those beyond are counted only."""
TEXT_LIMIT = 1000
"""Characters of a text of theirs that are looked at."""


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody is gone."""

    id: Id
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Talking:
    """The room says that somebody speaks, or no longer."""

    id: Id
    on: bool


@dataclass(frozen=True, slots=True)
class Destroyed:
    """The room is gone."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Something without consequence, or that this does not know."""


Event = Left | Talking | Destroyed | Nothing


def read(word: str, data: Fields) -> Event:
    """What both tell; `word` says of what kind it is. Raises `Malformed`."""
    match word:
        case "talking" | "stopped-talking":
            return Talking(data.id("id", ID_LIMIT), word == "talking")
        case "destroyed":
            return Destroyed()
        case "event":
            return gone(data) or Nothing()
        case _:
            return Nothing()


def gone(data: Fields) -> Left | None:
    """Whom an event says to be gone. Raises `Malformed`."""
    if data.has("leaving"):
        return Left(data.id("leaving", ID_LIMIT))
    return Left(data.id("kicked", ID_LIMIT), removed=True) if data.has("kicked") else None


# --- requests --------------------------------------------------------------------------------------------------------


def shown(credentials: Credentials, own: Id | None = None) -> Json:
    """What a request to be let in shows: PIN and token, as far as there are; and an id of our choice."""
    given = {"id": own, "pin": credentials.pin, "token": credentials.token}
    return {key: value for key, value in given.items() if value}


def rename(display: str) -> Json:
    """We are called otherwise."""
    return {"request": "configure", "display": display}


def everybody(room: Room) -> Json:
    """Who is in the room?"""
    return {"request": "listparticipants", "room": room}


def kick(room: Room, secret: str, who: Id) -> Json:
    """Send somebody out."""
    return {"request": "kick", "room": room, "secret": secret, "id": who}


def lock(room: Room, secret: str, on: bool) -> Json:
    """Let nobody in but those on a list, which is empty; or everybody again."""
    return {"request": "allowed", "room": room, "secret": secret, "action": "enable" if on else "disable"}
