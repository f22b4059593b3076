"""What each field of a message to a Janus server tells, whatever request it stands in.

What must not be repeated (a PIN, a room's secret, a token) is told by its name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from net.said import Hearing, Tells, read_fields
from net.sdp_facts import UNKNOWN_SHAPE, described, reached_at
from privacy.facts import Fact

PIN: Final = "the room's PIN"
MAY_MODERATE: Final = "the room's secret, by which one may moderate"
LETS_IN: Final = "a token that lets one in"
HERE: Final = "connected to this server"
IN_ROOM: Final = "in this room"
LEFT: Final = "left this room"
KINDS: Final = "what kinds of media you can send, and how they are encoded"
NUMBERED: Final = "a number that the server gives you in this room"
RANDOM_ID: Final = "a random name, drawn for this meeting"
RANDOM_REQUESTS: Final = "random names of requests"
EVERY_ROOM: Final = "every room of this server: you ask which there are"
RECEIVED: Final = "whose voice and picture you receive, and how large"
MODERATED: Final = "whom you mute or remove, or that you lock the room"

NEVER_SHOWN: Final = frozenset({"pin", "secret", "token", "allowed"})
"""Fields that are repeated nowhere, not even as evidence."""
PLUGINS: Final = {
    "janus.plugin.videoroom": "a room with pictures",
    "janus.plugin.audiobridge": "a room whose sound the server mixes",
    "janus.plugin.textroom": "a room for texts",
}

_WORD: Final = re.compile(r"[0-9A-Za-z_.-]{1,64}")
RANDOM: Final = re.compile(r"[0-9A-Za-z]{8,64}")
_ID_LIMIT: Final = 128


def nothing(hearing: Hearing, value: object) -> None:
    """What the server gave us, or what says only which of the other fields are meant."""
    if not isinstance(value, int) and not (isinstance(value, str) and _WORD.fullmatch(value)):
        hearing.unknown()


def transaction(hearing: Hearing, value: object) -> None:
    """By what a request and its answer are known to belong together."""
    if isinstance(value, str) and RANDOM.fullmatch(value):
        hearing.operator(Fact.CONNECTION, RANDOM_REQUESTS)
    else:
        hearing.unknown()


def plugin(hearing: Hearing, value: object) -> None:
    """What kind of room is looked for."""
    if isinstance(value, str) and value in PLUGINS:
        hearing.operator(Fact.ROOM, PLUGINS[value])
    else:
        hearing.unknown()


def theirs(hearing: Hearing, value: object) -> None:
    """What the server calls somebody else."""
    if not isinstance(value, int) and not (isinstance(value, str) and len(value) <= _ID_LIMIT):
        hearing.unknown()


def own_id(hearing: Hearing, value: object) -> None:
    """What we want to be called by."""
    if isinstance(value, int) or (isinstance(value, str) and RANDOM.fullmatch(value)):
        hearing.everybody(Fact.CONNECTION, RANDOM_ID)
    else:
        hearing.unknown()


def room(hearing: Hearing, value: object) -> None:
    """Which room."""
    if isinstance(value, str | int) and not isinstance(value, bool):
        hearing.operator(Fact.ROOM, f"room {value}")
    else:
        hearing.unknown()


def display(hearing: Hearing, value: object) -> None:
    """Our name, as everybody is told."""
    if isinstance(value, str):
        hearing.everybody(Fact.NAME, value)
    else:
        hearing.unknown()


def credential(words: str) -> Tells:
    """Something that must not be repeated, by these words."""

    def tells(hearing: Hearing, value: object) -> None:
        hearing.operator(Fact.CREDENTIAL, words)
        if not isinstance(value, str):
            hearing.unknown()

    return tells


pin, secret, token = credential(PIN), credential(MAY_MODERATE), credential(LETS_IN)


def admitted(hearing: Hearing, value: object) -> None:
    """Tokens by which somebody may join."""
    hearing.operator(Fact.CREDENTIAL, LETS_IN)
    if not isinstance(value, list) or not all(isinstance(one, str) and RANDOM.fullmatch(one) for one in value):
        hearing.unknown()


def muted(hearing: Hearing, value: object) -> None:
    """Whether we are muted, as everybody is told."""
    if isinstance(value, bool):
        hearing.everybody(Fact.MICROPHONE, "muted" if value else "on")
    else:
        hearing.unknown()


def watched(hearing: Hearing, value: object) -> None:
    """Streams of others, by their numbers."""
    hearing.operator(Fact.WATCHING, RECEIVED)
    for one in value if isinstance(value, list) else [None]:
        if not isinstance(one, dict) or not one.keys() <= _STREAM.keys():
            hearing.unknown()
        else:
            read_fields(one, _STREAM, hearing)


def candidate(hearing: Hearing, value: object) -> None:
    """Where we can be reached: of us nothing, but that there is nothing more to say."""
    match value:
        case {"completed": True, **more} if not more:
            return
        case {"candidate": str(text)}:
            reached_at(hearing, text)
    hearing.unknown(UNKNOWN_SHAPE)


def jsep(hearing: Hearing, value: object) -> None:
    """A session description."""
    match value:
        case {"type": "offer" | "answer", "sdp": str(sdp), **more} if not more:
            described(hearing, sdp)
        case _:
            hearing.unknown(UNKNOWN_SHAPE)


_STREAM: Final[Mapping[str, Tells]] = {"feed": theirs, "mid": theirs, "sub_mid": theirs, "substream": nothing}
