"""What each message to a Janus server tells whom: read from the message itself, as it leaves.

The operator reads everything that is not sealed, and hands some of it on to everybody in the room. Each request, and
each field in one, is known here with what it tells; what is not known is told as just that, stands in no preview, and
therefore stops the meeting. Requests are those of Janus 1.x: its own (`create`, `attach`, `message`, …), and those of
the plugins VideoRoom, AudioBridge and TextRoom.

What must not be repeated (a PIN, a room's secret, a token) is told by its name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from net.said import Hearing, Said, Tells, parsed, read_fields
from net.sdp_facts import UNKNOWN_SHAPE, described, fingerprints, reached_at
from net.tellings import BY_MESSAGES
from privacy.facts import Fact

PIN: Final = "the room's PIN"
MAY_MODERATE: Final = "the room's secret, by which one may moderate"
LETS_IN: Final = "a token that lets one in"
HERE: Final = "connected to this server"
IN_ROOM: Final = "in this room"
LEFT: Final = "left this room"
NUMBERED: Final = "a number that the server gives you in this room"
RANDOM_ID: Final = "a random name, drawn for this meeting"
RANDOM_REQUESTS: Final = "random names of requests"
RECEIVED: Final = "whose voice and picture you receive, and how large"
MODERATED: Final = "whom you mute or remove, or that you lock the room"
UNKNOWN_REQUEST: Final = "a request that incog does not know"

PLUGINS: Final = {
    "janus.plugin.videoroom": "a room with pictures",
    "janus.plugin.audiobridge": "a room whose sound the server mixes",
    "janus.plugin.textroom": "a room for texts",
}

_WORD: Final = re.compile(r"[0-9A-Za-z_.-]{1,64}")
_RANDOM: Final = re.compile(r"[0-9A-Za-z]{8,64}")
_ID_LIMIT: Final = 128


def to_server(text: str) -> Said:
    """What a message over the WebSocket tells."""
    hearing = Hearing()
    message = parsed(text)
    if message is None:
        hearing.unknown(UNKNOWN_REQUEST)
        return hearing.said()
    hearing.operator(Fact.SOFTWARE, BY_MESSAGES)
    kind = message.get("janus")
    fields = _ENVELOPES.get(kind) if isinstance(kind, str) else None
    if fields is None:
        hearing.unknown(UNKNOWN_REQUEST)
        return hearing.said()
    if kind == "destroy":
        _leaves(hearing)
    else:
        hearing.operator(Fact.PRESENCE, HERE)
    read_fields(message, {"janus": _nothing, "transaction": _transaction, "token": _token, **fields}, hearing)
    return hearing.said()


def keys(text: str) -> tuple[str, ...]:
    """The fingerprints of our keys that the operator reads in a message over the WebSocket."""
    message = parsed(text) or {}
    match message.get("jsep"):
        case {"sdp": str(sdp)}:
            return fingerprints(sdp)
    return ()


# --- fields: what each of them tells ---------------------------------------------------------------------------------


def _nothing(hearing: Hearing, value: object) -> None:
    """What the server gave us, or what says only which of the other fields are meant."""
    if not isinstance(value, int) and not (isinstance(value, str) and _WORD.fullmatch(value)):
        hearing.unknown()


def _transaction(hearing: Hearing, value: object) -> None:
    if isinstance(value, str) and _RANDOM.fullmatch(value):
        hearing.operator(Fact.CONNECTION, RANDOM_REQUESTS)
    else:
        hearing.unknown()


def _plugin(hearing: Hearing, value: object) -> None:
    if isinstance(value, str) and value in PLUGINS:
        hearing.operator(Fact.ROOM, PLUGINS[value])
    else:
        hearing.unknown()


def _theirs(hearing: Hearing, value: object) -> None:
    """What the server calls somebody else."""
    if not isinstance(value, int) and not (isinstance(value, str) and len(value) <= _ID_LIMIT):
        hearing.unknown()


def _own_id(hearing: Hearing, value: object) -> None:
    if isinstance(value, int) or (isinstance(value, str) and _RANDOM.fullmatch(value)):
        hearing.everybody(Fact.CONNECTION, RANDOM_ID)
    else:
        hearing.unknown()


def _room(hearing: Hearing, value: object) -> None:
    if isinstance(value, str | int) and not isinstance(value, bool):
        hearing.operator(Fact.ROOM, f"room {value}")
    else:
        hearing.unknown()


def _display(hearing: Hearing, value: object) -> None:
    if isinstance(value, str):
        hearing.everybody(Fact.NAME, value)
    else:
        hearing.unknown()


def _credential(words: str) -> Tells:
    def tells(hearing: Hearing, value: object) -> None:
        hearing.operator(Fact.CREDENTIAL, words)
        if not isinstance(value, str):
            hearing.unknown()

    return tells


_token = _credential(LETS_IN)


def _muted(hearing: Hearing, value: object) -> None:
    if isinstance(value, bool):
        hearing.everybody(Fact.MICROPHONE, "muted" if value else "on")
    else:
        hearing.unknown()


def _watched(hearing: Hearing, value: object) -> None:
    """Streams of others, by their numbers."""
    hearing.operator(Fact.WATCHING, RECEIVED)
    for one in value if isinstance(value, list) else [None]:
        if not isinstance(one, dict) or not one.keys() <= _STREAM.keys():
            hearing.unknown()
        else:
            read_fields(one, _STREAM, hearing)


def _candidate(hearing: Hearing, value: object) -> None:
    """Where we can be reached: of us nothing, but that there is nothing more to say."""
    match value:
        case {"completed": True, **more} if not more:
            return
        case {"candidate": str(text)}:
            reached_at(hearing, text)
    hearing.unknown(UNKNOWN_SHAPE)


def _jsep(hearing: Hearing, value: object) -> None:
    match value:
        case {"type": "offer" | "answer", "sdp": str(sdp), **more} if not more:
            described(hearing, sdp)
        case _:
            hearing.unknown(UNKNOWN_SHAPE)


def _body(hearing: Hearing, value: object) -> None:
    request = value.get("request") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(request, str):
        hearing.unknown(UNKNOWN_REQUEST)
        return
    if request == "join":
        request = f"join as {value.get('ptype', 'part of the sound')}"
    known = _REQUESTS.get(request)
    if known is None:
        hearing.unknown(UNKNOWN_REQUEST)
        return
    known.tells(hearing)
    read_fields(value, {"request": _nothing, **known.fields}, hearing)


# --- requests --------------------------------------------------------------------------------------------------------


def _silent(hearing: Hearing) -> None:
    """What the fields tell is all."""


def _enters(hearing: Hearing) -> None:
    hearing.everybody(Fact.PRESENCE, IN_ROOM)
    hearing.everybody(Fact.CONNECTION, NUMBERED)


def _leaves(hearing: Hearing) -> None:
    hearing.everybody(Fact.PRESENCE, LEFT)


def _moderates(hearing: Hearing) -> None:
    hearing.operator(Fact.CONTACT, MODERATED)


@dataclass(frozen=True, slots=True)
class _Request:
    """What a plugin is asked: what that tells, and the fields there may be."""

    fields: Mapping[str, Tells]
    tells: Callable[[Hearing], None] = _silent


_pin, _secret = _credential(PIN), _credential(MAY_MODERATE)
_MODERATION: Final[Mapping[str, Tells]] = {"room": _room, "secret": _secret, "id": _theirs}
_ENTERING: Final[Mapping[str, Tells]] = {
    "room": _room,
    "display": _display,
    "id": _own_id,
    "pin": _pin,
    "token": _token,
}
_REQUESTS: Final[Mapping[str, _Request]] = {
    # VideoRoom
    "join as publisher": _Request({"ptype": _nothing, **_ENTERING}, _enters),
    "join as subscriber": _Request(
        {"ptype": _nothing, "room": _room, "streams": _watched, "private_id": _nothing, "pin": _pin, "token": _token}
    ),
    "publish": _Request({}),
    "configure": _Request({"display": _display, "streams": _watched, "muted": _muted}),
    "start": _Request({}),
    "update": _Request({"subscribe": _watched, "unsubscribe": _watched}),
    "leave": _Request({}, _leaves),
    "listparticipants": _Request({"room": _room}),
    "kick": _Request(_MODERATION, _moderates),
    "moderate": _Request({**_MODERATION, "mid": _theirs, "mute": _nothing}, _moderates),
    "allowed": _Request({"room": _room, "secret": _secret, "action": _nothing}, _moderates),
    # AudioBridge
    "join as part of the sound": _Request({**_ENTERING, "muted": _muted}, _enters),
    "mute": _Request(_MODERATION, _moderates),
    "unmute": _Request(_MODERATION, _moderates),
    # TextRoom
    "setup": _Request({}),
    "ack": _Request({}),
}
_HANDLE: Final[Mapping[str, Tells]] = {"session_id": _nothing, "handle_id": _nothing}
_ENVELOPES: Final[Mapping[str, Mapping[str, Tells]]] = {
    "create": {},
    "claim": {"session_id": _nothing},
    "attach": {"session_id": _nothing, "plugin": _plugin},
    "keepalive": {"session_id": _nothing},
    "message": {**_HANDLE, "body": _body, "jsep": _jsep},
    "trickle": {**_HANDLE, "candidate": _candidate},
    "hangup": _HANDLE,
    "detach": _HANDLE,
    "destroy": {"session_id": _nothing},
}
_STREAM: Final[Mapping[str, Tells]] = {"feed": _theirs, "mid": _theirs, "sub_mid": _nothing, "substream": _nothing}
