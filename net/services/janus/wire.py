"""The envelope of everything that is said with a Janus server, and what its refusals mean.

Each message is a JSON object whose `janus` says what it is. We ask, with a random `transaction`; the server answers
with the same one (`ack`, `success`, `error`, or an `event` of the plugin), and tells what happens without any. What a
plugin says is in `plugindata`, a session description in `jsep`. Other keys are not looked at: servers of different age
add some. `Malformed` is raised for what does not have the keys it must have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from net.errors import Asked, MeetingError, Refused, Unreachable
from net.services.strict import Fields, Malformed, dump, load

MESSAGE_LIMIT = 1 << 20
"""Bytes of the longest message that is read."""
SDP_LIMIT = 512 * 1024
"""Characters of the longest session description: a receiving connection has a section for each stream."""
REASON_LIMIT = 1000
ID_LIMIT = 128
"""Characters of an id, where a server gives texts; numbers have at most `NUMBER_DIGITS` digits."""
NUMBER_DIGITS = 19
PLUGIN = "janus.plugin."

Id = int | str
Json = dict[str, object]

_SDP = re.compile(r"[ -~\r\n]*")
_NUMBER = 10**NUMBER_DIGITS


@dataclass(frozen=True, slots=True)
class Jsep:
    """A session description."""

    type: str  # "offer" or "answer"
    sdp: str = field(repr=False)

    def written(self) -> Json:
        """As it stands in a message."""
        return {"type": self.type, "sdp": self.sdp}


@dataclass(frozen=True, slots=True)
class Ack:
    """The server has a request; its answer comes later, or this was all of it."""

    transaction: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A request was done."""

    id: int | None = None  # of a session or a handle that was made
    data: Fields = field(default_factory=lambda: Fields({}))  # of the plugin
    jsep: Jsep | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A request was not done: refused by the server (`code` above 0), or not answered as it should be."""

    code: int
    reason: str = ""  # the server's own words: never shown


NO_ANSWER, GONE, GARBLED = 0, -1, -2
"""Codes of failures that are not the server's."""
UNAUTHORIZED, UNAUTHORIZED_PLUGIN, NO_SESSION, NO_PLUGIN = 403, 405, 458, 460
"""Codes of the server itself."""


@dataclass(frozen=True, slots=True)
class Answer:
    """To a request, by its transaction."""

    transaction: str
    outcome: Reply | Failure


@dataclass(frozen=True, slots=True)
class Told:
    """A plugin says something nobody asked for."""

    sender: int  # the handle
    data: Fields
    jsep: Jsep | None


@dataclass(frozen=True, slots=True)
class Up:
    """The connection of a handle is up."""

    sender: int


@dataclass(frozen=True, slots=True)
class HungUp:
    """The connection of a handle is gone."""

    sender: int


@dataclass(frozen=True, slots=True)
class Trickled:
    """One more address at which the server can be reached for a handle's connection; empty: there are no more."""

    sender: int
    candidate: str


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The server gave up the session, since it heard nothing from us."""


@dataclass(frozen=True, slots=True)
class Other:
    """Something without consequence: whether media arrive, a slow link."""


Message = Ack | Answer | Told | Up | HungUp | Trickled | TimedOut | Other


def read(text: str) -> tuple[int | None, Message]:
    """The session a message is about, and the message. Raises `Malformed`."""
    fields = load(text, MESSAGE_LIMIT, digits=NUMBER_DIGITS, fractions=True)
    kind = fields.text("janus", 20)
    session = fields.number("session_id", 0, _NUMBER) if fields.has("session_id") else None
    transaction = fields.text("transaction", ID_LIMIT) if fields.has("transaction") else ""
    return session, _message(kind, transaction, fields)


def _message(kind: str, transaction: str, fields: Fields) -> Message:
    match kind:
        case "ack":
            return Ack(transaction)
        case "success" | "event" if transaction:
            return Answer(transaction, _outcome(fields))
        case "error":
            error = fields.fields("error")
            code = error.number("code", 1, 10_000)
            return Answer(transaction, Failure(code, optional_text(error, "reason", REASON_LIMIT)))
        case "event":
            return Told(_sender(fields), _data(fields), _jsep(fields))
        case "webrtcup":
            return Up(_sender(fields))
        case "hangup":
            return HungUp(_sender(fields))
        case "trickle":
            candidate = fields.fields("candidate")
            return Trickled(_sender(fields), optional_text(candidate, "candidate", REASON_LIMIT))
        case "timeout":
            return TimedOut()
        case _:
            return Other()


def _sender(fields: Fields) -> int:
    return fields.number("sender", 0, _NUMBER)


def _outcome(fields: Fields) -> Reply | Failure:
    if fields.has("plugindata"):
        data = _data(fields)
        if data.has("error_code"):
            return Failure(data.number("error_code", 1, 10_000), optional_text(data, "error", REASON_LIMIT))
        return Reply(None, data, _jsep(fields))
    if fields.has("data"):
        return Reply(fields.fields("data").number("id", 0, _NUMBER))
    return Reply()


def _data(fields: Fields) -> Fields:
    return fields.fields("plugindata").fields("data")


def _jsep(fields: Fields) -> Jsep | None:
    if not fields.has("jsep"):
        return None
    jsep = fields.fields("jsep")
    kind, sdp = jsep.text("type", 10), jsep.text("sdp", SDP_LIMIT)
    if kind not in ("offer", "answer") or not _SDP.fullmatch(sdp):
        raise Malformed("The message's jsep is not a session description.")
    return Jsep(kind, sdp)


def optional_text(fields: Fields, key: str, limit: int) -> str:
    """As much of a text as is looked at; empty when there is none. Raises `Malformed`."""
    return fields.text(key, MESSAGE_LIMIT)[:limit] if fields.has(key) else ""


def optional_flag(fields: Fields, key: str) -> bool:
    """Whether a flag is there and true. Raises `Malformed`."""
    return fields.has(key) and fields.flag(key)


def write(message: Json) -> str:
    """One message as it leaves."""
    return dump(message)


# --- what refusals mean ----------------------------------------------------------------------------------------------

NO_ROOM, NO_FEED, MISSING, INVALID, FULL, NOT_ALLOWED, NOT_PUBLISHED, ID_TAKEN = 426, 428, 429, 430, 432, 433, 435, 436
"""Codes of the VideoRoom. Those of the AudioBridge have other numbers."""


def refusal(failure: Failure, pin: str) -> MeetingError:
    """Why a VideoRoom does not let us in, for a person; `pin` is what we gave."""
    match failure.code:
        case 403 | 405:
            return Asked("The server asks for a token, or does not take the one that was given.", "token")
        case 426:
            return Refused("There is no such room on this server; check the number in the link.")
        case 429:
            return Asked("The room asks for a PIN.", "pin")
        case 430:
            return Refused("Rooms on this server are not named like this one; check the room in the link.")
        case 433 if "allowed" in failure.reason or "token" in failure.reason:
            return Asked("The room is only for those on its list: it asks for a token.", "token")
        case 433:
            return Asked("The room does not take this PIN." if pin else "The room asks for a PIN.", "pin")
        case 432:
            return Refused("The room is full; try again later.")
        case 460:
            return Refused("The server has no rooms of this kind; check the link.")
        case code if code <= NO_ANSWER:
            return Unreachable("The server does not answer; try again later.")
        case code:
            return Refused(f"The server does not let us into the room (it said {code}); check the link.")
