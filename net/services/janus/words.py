"""What incog says to incog over the data channels of a VideoRoom: JSON objects with `"incog": "1"` and a type in `t`.

    hello  who I am in this meeting, what I show, and whom I have heard
    state  what I show; also the sign that I am here
    chat   to everybody
    box    to one person, sealed so that only they can open it

Reading is strict, as in the mesh. Text that is no JSON object is what a page of somebody else's sends as chat.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field

from net.services.base import Picture
from net.services.janus.wire import Json
from net.services.strict import ALIAS_LIMIT, Fields, Malformed, dump, load

VERSION = "1"
MESSAGE_LIMIT = 48 * 1024
"""Bytes of the longest message. Janus forwards 60 000, and loses 65 536."""
CHAT_LIMIT = 2000
"""Characters of the longest chat message."""
ID_DIGITS = 16
HEARD_LIMIT = 512
"""How many a hello names of those whom its sender has heard."""
PUBLIC_BYTES = 32
BOX_LIMIT = 24 * 1024
"""Characters of the longest box."""
KINDS = ("", "recorder", "note-taker", "bot")

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody shows and does."""

    muted: bool = True
    picture: Picture = Picture.HIDDEN
    hand: bool = False
    kind: str = ""  # one of KINDS: what they say that they are, if they are no person


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message, and again while somebody may not have heard it."""

    id: str  # ID_DIGITS hexadecimal digits, drawn at the join
    box: bytes  # 32 bytes: the public key for private messages
    heard: tuple[str, ...]  # the ids of those whose hello came
    shown: Shown
    alias: str = ""  # only where it is sealed


@dataclass(frozen=True, slots=True)
class State:
    """What I show; repeated as the sign that I am here."""

    shown: Shown


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat message, at most `CHAT_LIMIT` characters."""

    text: str


@dataclass(frozen=True, slots=True)
class Box:
    """A chat message for one: only they can open it, so that it need not say for whom it is."""

    sealed: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Foreign:
    """What is not incog's: text that a page sends."""

    text: str


Word = Hello | State | Chat | Box


def write(word: Word) -> str:
    """One message, as it leaves or is sealed."""
    head: Json = {"incog": VERSION, "t": type(word).__name__.lower()}
    match word:
        case Hello(id, box, heard, shown, alias):
            named: Json = {"alias": alias} if alias else {}
            return dump(
                {**head, "id": id, "box": b64encode(box).decode(), **_shown(shown), **named, "heard": list(heard)}
            )
        case State(shown):
            return dump({**head, **_shown(shown)})
        case Chat(text):
            return dump({**head, "text": text})
        case _:
            return dump({**head, "box": b64encode(word.sealed).decode()})


def _shown(shown: Shown) -> Json:
    kind: Json = {"kind": shown.kind} if shown.kind else {}
    return {"muted": shown.muted, "picture": shown.picture.value, "hand": shown.hand, **kind}


def read(text: str) -> Word | Foreign:
    """Read one message. Raises `Malformed` for what is neither incog's nor a text to be read."""
    if not text.lstrip().startswith(("{", "[")):
        return Foreign(text)
    fields = load(text, MESSAGE_LIMIT)
    if fields.text("incog", 4) != VERSION:
        raise Malformed("The message is of another version.")
    word = _read(fields.text("t", 10), fields)
    fields.done()
    return word


def _read(kind: str, fields: Fields) -> Word:
    match kind:
        case "hello":
            return Hello(
                fields.token("id", ID_DIGITS),
                _bytes(fields, PUBLIC_BYTES * 2),
                fields.tokens("heard", ID_DIGITS, HEARD_LIMIT),
                _state(fields),
                fields.text("alias", ALIAS_LIMIT) if fields.has("alias") else "",
            )
        case "state":
            return State(_state(fields))
        case "chat":
            return Chat(fields.text("text", CHAT_LIMIT))
        case "box":
            return Box(_bytes(fields, BOX_LIMIT))
        case _:
            raise Malformed("The message's type is not known.")


def _state(fields: Fields) -> Shown:
    muted, picture, hand = fields.flag("muted"), fields.text("picture", 10), fields.flag("hand")
    kind = fields.text("kind", 20) if fields.has("kind") else ""
    if picture not in {one.value for one in Picture} or kind not in KINDS:
        raise Malformed("The message's picture or kind is not known.")
    return Shown(muted, Picture(picture), hand, kind)


def _bytes(fields: Fields, limit: int) -> bytes:
    text = fields.text("box", limit)
    if not _BASE64.fullmatch(text):
        raise Malformed("The message's box is not base64.")
    return b64decode(text)
