"""What is said with a TextRoom over its data channel: one JSON object a message, as its plugin documents it.

Requests carry a random `transaction`, which comes back with their outcome. Everything else is told to all who are in
the room, to whoever caused it as well. Keys that are not known are not looked at.

A username is a person's for as long as they are in the TextRoom, and anybody may choose any that is free. So that it
says who of the meeting they are, incog lets it follow from nothing and their id in the meeting follow from it: whoever
is in the meeting under the `id_of` a username chose both, before anybody else could know the username.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from net.services.janus.rooms import Destroyed
from net.services.janus.wire import ID_LIMIT, NUMBER_DIGITS, Id, Json, optional_flag, optional_text
from net.services.strict import Fields, Malformed, dump, load

PLUGIN = "textroom"
MESSAGE_LIMIT = 64 * 1024
"""Bytes of the longest message that is read. The data channel of Janus 1.1 carries no longer one."""
CHAT_LIMIT = 2000
"""Characters of a message that is written, and as many of one that is read are shown."""
USERNAME_BYTES = 16
NAME_LIMIT = 256
"""Characters of a display name that are looked at."""
DATE_LIMIT = 40
PEOPLE_LIMIT = 10_000

NO_ROOM, MISSING, UNAUTHORIZED, NAME_TAKEN, NOT_IN_ROOM = 417, 413, 419, 420, 422
"""Codes of refusals."""

_HASH = b"incog janus 1 text "
_IDS = (1 << 53) - 1  # every reader of JSON keeps them exact (RFC 8259, section 6)


def id_of(username: str, room: Id) -> Id:
    """The id in the meeting that a username stands for: a text in a `room` of a server that names them by texts."""
    digest = hashlib.sha256(_HASH + username.encode()).digest()
    return digest[:16].hex() if isinstance(room, str) else int.from_bytes(digest[:8]) % _IDS + 1


# --- what we say -----------------------------------------------------------------------------------------------------


def join(room: Id, transaction: str, username: str, display: str, pin: str, token: str) -> str:
    """Come into the room. What was said before is told again."""
    message: Json = {"textroom": "join", "room": room, "transaction": transaction}
    message |= {"username": username, "display": display}
    message |= {key: value for key, value in (("pin", pin), ("token", token)) if value}
    return dump(message)


def message(room: Id, transaction: str, text: str, to: str | None) -> str:
    """Say something to all, or to one username."""
    said: Json = {"textroom": "message", "room": room, "transaction": transaction, "text": text}
    return dump(said if to is None else said | {"to": to})


def kick(room: Id, transaction: str, username: str, secret: str) -> str:
    """Remove somebody from the room."""
    said: Json = {"textroom": "kick", "room": room, "transaction": transaction}
    return dump(said | {"username": username, "secret": secret})


def ask(what: str, room: Id, transaction: str) -> str:
    """A request that is about the room alone: `leave`, `listparticipants`."""
    return dump({"textroom": what, "room": room, "transaction": transaction})


# --- what we are told ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Texter:
    """Somebody in the room."""

    username: str
    display: str  # as they wrote it; may be empty


@dataclass(frozen=True, slots=True)
class Done:
    """A request was done."""

    transaction: str
    data: Fields


@dataclass(frozen=True, slots=True)
class NotDone:
    """A request was refused."""

    transaction: str
    code: int
    reason: str  # the server's words: never shown


@dataclass(frozen=True, slots=True)
class Came:
    """Somebody is in the room now."""

    texter: Texter


@dataclass(frozen=True, slots=True)
class Went:
    """Somebody is no longer in the room."""

    username: str
    removed: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody said something; the display name is there only if it was said before we came."""

    texter: Texter
    date: str
    text: str = field(repr=False)
    private: bool = False


@dataclass(frozen=True, slots=True)
class Announced:
    """Whoever has the room's secret said something in its name."""

    date: str
    text: str = field(repr=False)


Message = Done | NotDone | Came | Went | Said | Announced | Destroyed


def read(text: str, room: Id) -> Message | None:
    """A message, or None when it is about another room, or of a kind that is not known. Raises `Malformed`."""
    fields = load(text, MESSAGE_LIMIT, digits=NUMBER_DIGITS, fractions=True)
    if fields.has("transaction"):
        return _outcome(fields.text("transaction", ID_LIMIT), fields)
    kind = fields.text("textroom", ID_LIMIT)
    if fields.id("room", ID_LIMIT) != room:
        return None
    match kind:
        case "join":
            return Came(_texter(fields, "username"))
        case "leave" | "kicked":
            return Went(fields.text("username", ID_LIMIT), kind == "kicked")
        case "message":
            return Said(
                _texter(fields, "from"),
                optional_text(fields, "date", DATE_LIMIT),
                fields.text("text", MESSAGE_LIMIT),
                optional_flag(fields, "whisper"),
            )
        case "announcement":
            return Announced(optional_text(fields, "date", DATE_LIMIT), fields.text("text", MESSAGE_LIMIT))
        case "destroyed":
            return Destroyed()
        case _:
            return None


def texters(fields: Fields) -> tuple[Texter, ...]:
    """Who is in the room, in the outcome of a request; who cannot be read is left out. Raises `Malformed`."""
    found = []
    for each in fields.objects("participants", PEOPLE_LIMIT):
        try:
            found.append(_texter(each, "username"))
        except Malformed:
            continue
    return tuple(found)


def reached(fields: Fields, username: str) -> bool:
    """Whether a message to one was given to them, as the outcome says. Raises `Malformed`."""
    return not fields.has("sent") or optional_flag(fields.fields("sent"), username)


def _outcome(transaction: str, fields: Fields) -> Done | NotDone:
    if fields.has("error_code"):
        code = fields.number("error_code", 0, 10_000)
        return NotDone(transaction, code, optional_text(fields, "error", NAME_LIMIT))
    return Done(transaction, fields)


def _texter(fields: Fields, key: str) -> Texter:
    return Texter(fields.text(key, ID_LIMIT), optional_text(fields, "display", NAME_LIMIT))
