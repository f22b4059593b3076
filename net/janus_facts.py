"""What each message to a Janus server tells whom: read from the message itself, as it leaves.

The operator reads everything that is not sealed, and hands some of it on to everybody in the room. Each request, and
each field in one, is known here with what it tells; what is not known is told as just that, stands in no preview, and
therefore stops the meeting. Requests are those of Janus 1.x: its own (`create`, `attach`, `message`, …), and those of
the plugins VideoRoom, AudioBridge and TextRoom.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from net.janus_fields import (
    EVERY_ROOM,
    HERE,
    IN_ROOM,
    KINDS,
    LEFT,
    MODERATED,
    NUMBERED,
    admitted,
    candidate,
    display,
    jsep,
    muted,
    nothing,
    own_id,
    pin,
    plugin,
    room,
    secret,
    theirs,
    token,
    transaction,
    watched,
)
from net.said import Hearing, Json, Said, Tells, parsed, read_fields
from net.sdp_facts import fingerprints
from net.tellings import BY_MESSAGES
from privacy.facts import Fact

UNKNOWN_REQUEST: Final = "a request that incog does not know"


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
        _leaves(hearing, message)
    else:
        hearing.operator(Fact.PRESENCE, HERE)
    read_fields(message, {"janus": nothing, "transaction": transaction, "token": token, **fields}, hearing)
    return hearing.said()


def keys(text: str) -> tuple[str, ...]:
    """The fingerprints of our keys that the operator reads in a message over the WebSocket."""
    message = parsed(text) or {}
    match message.get("jsep"):
        case {"sdp": str(sdp)}:
            return fingerprints(sdp)
    return ()


# --- requests --------------------------------------------------------------------------------------------------------


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
    known.tells(hearing, value)
    read_fields(value, {"request": nothing, **known.fields}, hearing)


def _silent(hearing: Hearing, body: Json) -> None:
    """What the fields tell is all."""


def _enters(hearing: Hearing, body: Json) -> None:
    hearing.everybody(Fact.PRESENCE, IN_ROOM)
    if "id" not in body:
        hearing.everybody(Fact.CONNECTION, NUMBERED)


def _leaves(hearing: Hearing, body: Json) -> None:
    hearing.everybody(Fact.PRESENCE, LEFT)


def _publishes(hearing: Hearing, body: Json) -> None:
    hearing.participants(Fact.SOFTWARE, KINDS)


def _looks_around(hearing: Hearing, body: Json) -> None:
    hearing.operator(Fact.ROOM, EVERY_ROOM)


def _moderates(hearing: Hearing, body: Json) -> None:
    hearing.operator(Fact.CONTACT, MODERATED)


@dataclass(frozen=True, slots=True)
class _Request:
    """What a plugin is asked: what that tells, and the fields there may be."""

    fields: Mapping[str, Tells]
    tells: Callable[[Hearing, Json], None] = _silent


_MODERATION: Final[Mapping[str, Tells]] = {"room": room, "secret": secret, "id": theirs}
_ENTERING: Final[Mapping[str, Tells]] = {
    "room": room,
    "display": display,
    "id": own_id,
    "pin": pin,
    "token": token,
}
_REQUESTS: Final[Mapping[str, _Request]] = {
    # VideoRoom
    "join as publisher": _Request({"ptype": nothing, **_ENTERING}, _enters),
    "join as subscriber": _Request(
        {"ptype": nothing, "room": room, "streams": watched, "private_id": nothing, "pin": pin, "token": token}
    ),
    "publish": _Request({}, _publishes),
    "configure": _Request({"display": display, "streams": watched, "muted": muted}),
    "start": _Request({}),
    "update": _Request({"subscribe": watched, "unsubscribe": watched}),
    "leave": _Request({}, _leaves),
    "listparticipants": _Request({"room": room}),
    "kick": _Request(_MODERATION, _moderates),
    "moderate": _Request({**_MODERATION, "mid": theirs, "mute": nothing}, _moderates),
    "allowed": _Request({"room": room, "secret": secret, "action": nothing, "allowed": admitted}, _moderates),
    # AudioBridge
    "join as part of the sound": _Request({**_ENTERING, "muted": muted}, _enters),
    "mute": _Request(_MODERATION, _moderates),
    "unmute": _Request(_MODERATION, _moderates),
    "list": _Request({}, _looks_around),
    # TextRoom
    "setup": _Request({}),
    "ack": _Request({}),
}
_HANDLE: Final[Mapping[str, Tells]] = {"session_id": nothing, "handle_id": nothing}
_ENVELOPES: Final[Mapping[str, Mapping[str, Tells]]] = {
    "create": {},
    "claim": {"session_id": nothing},
    "attach": {"session_id": nothing, "plugin": plugin},
    "keepalive": {"session_id": nothing},
    "message": {**_HANDLE, "body": _body, "jsep": jsep},
    "trickle": {**_HANDLE, "candidate": candidate},
    "hangup": _HANDLE,
    "detach": _HANDLE,
    "destroy": {"session_id": nothing},
}
