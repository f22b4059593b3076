"""Transcripts: what one conversation was told and what it wanted done, line by line, as it was with a real server.

A line is `{"at": seconds, "do": method, …arguments, "out": [actions]}`; the first line is the conversation itself. The
chance in it is reproducible, so that a replay must give the very same, down to the names of requests.
"""

from __future__ import annotations

import base64
import dataclasses
import enum
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from net.services.base import Ability, Level, PeerId, Picture, Source
from net.services.janus.actions import Action, Send, SendData, Way, WayEvent
from net.services.janus.credentials import Credentials
from net.services.janus.kinds import Conversation, converse
from net.services.janus.link import parse
from tests.net.mesh.playbook import chance

FOLDER = Path(__file__).parent / "transcripts"


def plain(value: Any) -> Any:
    """Any action or event as JSON has it."""
    match value:
        case Send(text):
            return {"Send": json.loads(text)}
        case enum.Enum():
            return value.value if isinstance(value.value, str) else value.name
        case bytes():
            return {"bytes": base64.b64encode(value).decode()}
        case BaseException():
            return f"{type(value).__name__}: {value}"
        case Mapping():
            return {plain(key): plain(each) for key, each in value.items()}
        case frozenset():
            return sorted(plain(each) for each in value)
        case list() | tuple():
            return [plain(each) for each in value]
        case _ if dataclasses.is_dataclass(value):
            fields = {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
            if isinstance(value, SendData) and not value.private:
                del fields["private"]
            return {type(value).__name__: fields}
        case _:
            return value


def data_of(value: Any) -> str | bytes:
    """A data message as it was."""
    return base64.b64decode(value["bytes"]) if isinstance(value, dict) else value


_READERS: dict[str, Any] = {
    "way": Way,
    "event": WayEvent,
    "picture": Picture,
    "source": Source,
    "level": Level.__getitem__,
    "what": Ability,
    "pid": PeerId,
    "to": PeerId,
    "data": data_of,
}


def conversation(link: str, alias: str, credentials: Mapping[str, str]) -> Conversation:
    """The one that a transcript is of."""
    return converse(parse(link), alias=alias, random=chance(alias), credentials=Credentials(**credentials))


def do(room: Conversation, method: str, now: float, arguments: Mapping[str, Any]) -> list[Action]:
    """One line of a transcript."""
    read = {
        name: value if value is None else _READERS.get(name, lambda each: each)(value)
        for name, value in arguments.items()
    }
    result: list[Action] = getattr(room, method)(**read, now=now)
    return result


def replay(path: Path) -> Conversation:
    """Play a transcript; everything must come out as it did. Gives the conversation as it is at the end."""
    head, *lines = [json.loads(line) for line in path.read_text().splitlines()]
    room = conversation(**head)
    for number, line in enumerate(lines, 2):
        at, method, expected = line.pop("at"), line.pop("do"), line.pop("out")
        out = [plain(action) for action in do(room, method, at, line)]
        assert out == expected, f"{path.name}:{number}: {method}"
    return room
