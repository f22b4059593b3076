"""What each message to a TextRoom tells: requests over its data channel, which the server reads, keeps and hands on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from net import janus_fields as common
from net.janus_facts import UNKNOWN_REQUEST
from net.said import Hearing, Json, Said, Tells, parsed, read_fields
from net.tellings import BY_MESSAGES
from privacy.facts import Fact

TO_ONE: Final = "whom you write to alone"
NAMED: Final = "a random name in the chat, drawn for this meeting"


def to_text_room(text: str) -> Said:
    """What one message tells."""
    hearing = Hearing()
    hearing.operator(Fact.SOFTWARE, BY_MESSAGES)
    message = parsed(text) or {}
    request = message.get("textroom")
    fields = _REQUESTS.get(request) if isinstance(request, str) else None
    if fields is None:
        hearing.unknown(UNKNOWN_REQUEST)
        return hearing.said()
    match request:
        case "join":
            hearing.everybody(Fact.PRESENCE, common.IN_ROOM)
        case "leave":
            hearing.everybody(Fact.PRESENCE, common.LEFT)
        case "kick":
            hearing.operator(Fact.CONTACT, common.MODERATED)
        case "message":
            _written(hearing, message)
    read_fields(message, {**_ALWAYS, **fields}, hearing)
    return hearing.said()


def _written(hearing: Hearing, message: Json) -> None:
    """The operator reads what is for one as well."""
    to_one = "to" in message
    if to_one:
        hearing.operator(Fact.CONTACT, TO_ONE)
    hearing.everybody(Fact.CHAT, f"{'to one participant: ' if to_one else ''}{message.get('text')}")


def _name(hearing: Hearing, value: object) -> None:
    if isinstance(value, str) and common.RANDOM.fullmatch(value):
        hearing.everybody(Fact.CONNECTION, NAMED)
    else:
        hearing.unknown()


def _text(hearing: Hearing, value: object) -> None:
    if not isinstance(value, str):
        hearing.unknown()


_ALWAYS: Final[Mapping[str, Tells]] = {
    "textroom": common.nothing,
    "transaction": common.transaction,
    "room": common.room,
}
_REQUESTS: Final[Mapping[str, Mapping[str, Tells]]] = {
    "join": {"username": _name, "display": common.display, "pin": common.pin, "token": common.token},
    "message": {"text": _text, "to": common.theirs},
    "kick": {"username": common.theirs, "secret": common.secret},
    "leave": {},
    "listparticipants": {},
}
