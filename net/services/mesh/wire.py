"""Every message of the mesh, as it is written and read. Three languages, all of JSON objects with a `type`:

* with the rendezvous, over a WebSocket: `join`, `to`, `bye`; `welcome`, `refused`, `enter`, `leave`, `from`;
* from peer to peer, sealed inside the blobs of `to` and `from`: `hello`, `offer`, `answer`, `refuse`, `bye`;
* from peer to peer, over the data channel of a live link: `state`, `want`, `chat`, `ping`, `pong`, `commit`, `nonce`,
  `bye`.

Reading is strict: every field is expected, checked and bounded, and nothing may be left over. `Malformed` is raised for
anything else. The alias is the only name anywhere, and it only travels sealed.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from net.services.base import Picture
from net.services.mesh.ice import SERVERS_LIMIT, IceServer
from net.services.mesh.ice import TEXT_LIMIT as ICE_TEXT_LIMIT
from net.services.mesh.sealing import BLOB_LIMIT, PLAIN_LIMIT
from net.services.strict import ALIAS_LIMIT, Fields, Malformed, dump, load

FRAME_LIMIT = 64 * 1024
"""Bytes of the longest message with the rendezvous."""
CHANNEL_LIMIT = 16 * 1024
"""Bytes of the longest message over a data channel."""
SDP_LIMIT = 32 * 1024
"""Characters of the longest session description."""
CHAT_LIMIT = 2000
"""Characters of the longest chat message."""
OTHERS_LIMIT = 64
"""How many others a welcome may name; more than a meeting holds, so that a lying server is noticed, not refused."""
ROOM_DIGITS = 32
ID_DIGITS = 16
HASH_DIGITS = 64
NONCE_DIGITS = 32
PING_LIMIT = 2**32 - 1

_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_SDP = re.compile(r"[ -~\r\n]*")
_BLOB_CHARACTERS = (BLOB_LIMIT + 2) // 3 * 4

M = TypeVar("M")
W = TypeVar("W", bound=StrEnum)


def fresh_id(random: Callable[[int], bytes]) -> str:
    """Draw a connection id or a participant id: 64 random bits."""
    return random(ID_DIGITS // 2).hex()


# --- to the rendezvous -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Join:
    """Let me into a room; the first message of a connection."""

    room: str
    id: str  # drawn afresh by the client for each connection: see `sealing` for the reason
    new: bool  # make the room if there is none


@dataclass(frozen=True, slots=True)
class To:
    """Carry a sealed blob to another connection in the room."""

    to: str
    blob: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Bye:
    """I leave. The same in all three languages."""


ClientMessage = Join | To | Bye


class Why(StrEnum):
    """Why the rendezvous lets nobody in, or why a participant does not connect."""

    FULL = "full"
    NO_ROOM = "no such room"
    BUSY = "busy"
    MALFORMED = "malformed"
    DUPLICATE = "duplicate"
    FINGERPRINT = "fingerprint"


@dataclass(frozen=True, slots=True)
class Welcome:
    """You are in."""

    id: str  # the id you asked for
    others: tuple[str, ...]  # who was there before you, in the order they came
    limit: int  # how many the room holds


@dataclass(frozen=True, slots=True)
class Refused:
    """You are not let in; the connection ends."""

    why: Why  # full, no such room, busy or malformed


@dataclass(frozen=True, slots=True)
class Enter:
    """Somebody came after you."""

    id: str


@dataclass(frozen=True, slots=True)
class Leave:
    """Somebody's connection to the rendezvous is gone."""

    id: str


@dataclass(frozen=True, slots=True)
class From:
    """Somebody in the room sends you a sealed blob."""

    sender: str  # written as "from"
    blob: bytes = field(repr=False)


ServerMessage = Welcome | Refused | Enter | Leave | From

_JOIN_REFUSALS = frozenset({Why.FULL, Why.NO_ROOM, Why.BUSY, Why.MALFORMED})
_PEER_REFUSALS = frozenset({Why.FULL, Why.DUPLICATE, Why.FINGERPRINT})


def _blob(fields: Fields) -> bytes:
    text = fields.text("blob", _BLOB_CHARACTERS)
    if not _BASE64.fullmatch(text):
        raise Malformed("The message's blob is not base64.")
    return b64decode(text)


def _word(fields: Fields, key: str, allowed: Iterable[W]) -> W:
    text = fields.text(key, 20)
    for word in allowed:
        if word.value == text:
            return word
    raise Malformed(f"The message's {key} is not known.")


# --- sealed, from peer to peer ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class State:
    """What one shows and does. In an offer, in an answer, and over the data channel whenever it changes."""

    muted: bool = True
    picture: Picture = Picture.HIDDEN
    hand: bool = False


@dataclass(frozen=True, slots=True)
class Hello:
    """I am new here, or here again: offer me a connection."""

    pid: str  # the participant's id, the same during the whole meeting
    alias: str
    ice: tuple[IceServer, ...] = ()  # the meeting's servers, if the sender knows of any


@dataclass(frozen=True, slots=True)
class Offer:
    """A connection offered to one who said hello."""

    pid: str
    alias: str
    state: State
    ice: tuple[IceServer, ...]  # the meeting's servers
    sdp: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """The offer is taken."""

    pid: str
    alias: str
    state: State
    sdp: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refuse:
    """I do not connect with you."""

    why: Why  # full, duplicate or fingerprint


SealedMessage = Hello | Offer | Answer | Refuse | Bye


def _state(fields: Fields) -> State:
    return State(fields.flag("muted"), _word(fields, "picture", Picture), fields.flag("hand"))


def _inner_state(fields: Fields) -> State:
    inner = fields.fields("state")
    state = _state(inner)
    inner.done()
    return state


def _ice(fields: Fields) -> tuple[IceServer, ...]:
    return tuple(_ice_server(server) for server in fields.objects("ice", SERVERS_LIMIT))


def _ice_server(fields: Fields) -> IceServer:
    texts = [fields.text(key, ICE_TEXT_LIMIT) for key in ("url", "username", "credential")]
    fields.done()
    try:
        return IceServer(*texts)
    except ValueError as error:
        raise Malformed(str(error)) from None


def _sdp(fields: Fields) -> str:
    text = fields.text("sdp", SDP_LIMIT)
    if not _SDP.fullmatch(text):
        raise Malformed("The message's sdp is not a session description.")
    return text


# --- over a data channel ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Want:
    """Send me your picture, whatever it is of, or stop sending it."""

    picture: bool


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat message, at most `CHAT_LIMIT` characters."""

    text: str
    to_one: bool  # to you only


@dataclass(frozen=True, slots=True)
class Ping:
    """Are you there?"""

    n: int


@dataclass(frozen=True, slots=True)
class Pong:
    """I am; `n` is the ping's."""

    n: int


@dataclass(frozen=True, slots=True)
class Commit:
    """I have chosen a random number for the spoken code, and cannot choose another any more (see `spoken`)."""

    hash: str


@dataclass(frozen=True, slots=True)
class Nonce:
    """A random number for the spoken code."""

    value: str


ChannelMessage = State | Want | Chat | Ping | Pong | Commit | Nonce | Bye
Message = ClientMessage | ServerMessage | SealedMessage | ChannelMessage

# --- writing and reading ---------------------------------------------------------------------------------------------

_CLIENT: Mapping[str, Callable[[Fields], ClientMessage]] = {
    "join": lambda f: Join(f.token("room", ROOM_DIGITS), f.token("id", ID_DIGITS), f.flag("new")),
    "to": lambda f: To(f.token("to", ID_DIGITS), _blob(f)),
    "bye": lambda f: Bye(),
}
_SERVER: Mapping[str, Callable[[Fields], ServerMessage]] = {
    "welcome": lambda f: Welcome(
        f.token("id", ID_DIGITS), f.tokens("others", ID_DIGITS, OTHERS_LIMIT), f.number("limit", 1, OTHERS_LIMIT)
    ),
    "refused": lambda f: Refused(_word(f, "why", _JOIN_REFUSALS)),
    "enter": lambda f: Enter(f.token("id", ID_DIGITS)),
    "leave": lambda f: Leave(f.token("id", ID_DIGITS)),
    "from": lambda f: From(f.token("from", ID_DIGITS), _blob(f)),
}
_SEALED: Mapping[str, Callable[[Fields], SealedMessage]] = {
    "hello": lambda f: Hello(f.token("pid", ID_DIGITS), f.text("alias", ALIAS_LIMIT), _ice(f) if f.has("ice") else ()),
    "offer": lambda f: Offer(
        f.token("pid", ID_DIGITS), f.text("alias", ALIAS_LIMIT), _inner_state(f), _ice(f), _sdp(f)
    ),
    "answer": lambda f: Answer(f.token("pid", ID_DIGITS), f.text("alias", ALIAS_LIMIT), _inner_state(f), _sdp(f)),
    "refuse": lambda f: Refuse(_word(f, "why", _PEER_REFUSALS)),
    "bye": lambda f: Bye(),
}
_CHANNEL: Mapping[str, Callable[[Fields], ChannelMessage]] = {
    "state": _state,
    "want": lambda f: Want(f.flag("picture")),
    "chat": lambda f: Chat(f.text("text", CHAT_LIMIT), f.flag("to_one")),
    "ping": lambda f: Ping(f.number("n", 0, PING_LIMIT)),
    "pong": lambda f: Pong(f.number("n", 0, PING_LIMIT)),
    "commit": lambda f: Commit(f.token("hash", HASH_DIGITS)),
    "nonce": lambda f: Nonce(f.token("value", NONCE_DIGITS)),
    "bye": lambda f: Bye(),
}


def _parse(text: str, limit: int, parsers: Mapping[str, Callable[[Fields], M]]) -> M:
    fields = load(text, limit)
    parser = parsers.get(fields.text("type", 20))
    if parser is None:
        raise Malformed("The message's type is not known.")
    message = parser(fields)
    fields.done()
    return message


def parse_client(text: str) -> ClientMessage:
    """Read what a client sends to the rendezvous. Raises `Malformed`."""
    return _parse(text, FRAME_LIMIT, _CLIENT)


def parse_server(text: str) -> ServerMessage:
    """Read what the rendezvous sends. Raises `Malformed`."""
    return _parse(text, FRAME_LIMIT, _SERVER)


def parse_sealed(plain: bytes) -> SealedMessage:
    """Read what was sealed, once opened. Raises `Malformed`."""
    try:
        text = plain.decode()
    except UnicodeDecodeError:
        raise Malformed("The sealed message is not text.") from None
    return _parse(text, PLAIN_LIMIT, _SEALED)


def parse_channel(text: str) -> ChannelMessage:
    """Read what came over a data channel. Raises `Malformed`."""
    return _parse(text, CHANNEL_LIMIT, _CHANNEL)


def write(message: Message) -> str:
    """Write any message: the JSON text that the matching `parse_…` reads."""
    return dump({"type": type(message).__name__.lower(), **_values(message)})


def _values(message: Message) -> dict[str, object]:
    match message:
        case To(to, blob):
            return {"to": to, "blob": b64encode(blob).decode()}
        case From(sender, blob):
            return {"from": sender, "blob": b64encode(blob).decode()}
        case Welcome(id, others, limit):
            return {"id": id, "others": list(others), "limit": limit}
        case Refused(why) | Refuse(why):
            return {"why": why.value}
        case Hello(pid, alias, ice):
            return {"pid": pid, "alias": alias, **({"ice": _servers(ice)} if ice else {})}
        case Offer(pid, alias, state, ice, sdp):
            return {"pid": pid, "alias": alias, "state": _plain(state), "ice": _servers(ice), "sdp": sdp}
        case Answer(pid, alias, state, sdp):
            return {"pid": pid, "alias": alias, "state": _plain(state), "sdp": sdp}
        case _:
            return _plain(message)


def _servers(ice: tuple[IceServer, ...]) -> list[object]:
    return [{"url": s.url, "username": s.username, "credential": s.credential} for s in ice]


def _plain(message: Message) -> dict[str, object]:
    return {name: getattr(message, name) for name in message.__slots__}
