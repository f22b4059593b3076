"""Links to rooms on a Janus server.

    janus+wss://HOST[:PORT][/PATH]?room=ROOM[&plugin=audiobridge][&text=ROOM][#KEY]

`janus+ws://` is the same without TLS. KEY is the secret of end-to-end encryption, as in a mesh link (`secret`). Read as
well: the server's own WebSocket address with `?room=ROOM`, and the address of one of Janus' demo pages, which does not
say where the server is: the same host at the server's usual port is meant. PIN, secret and token are never part of a
link: what a pasted one has of them is split off as `Credentials`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from net.errors import BadLink
from net.services import hosts, secret
from net.services.janus.credentials import Credentials

TEXT_LIMIT = 4096
"""Characters of the longest text looked at."""
ROOM_LIMIT = 64
"""Characters of a room's name."""
PATH_LIMIT = 200
CREDENTIAL_LIMIT = 256
"""Characters of a PIN, a secret or a token."""
DEFAULT_PORTS = {False: 8188, True: 8989}
"""The port a `janus+ws` or `janus+wss` link without one means, and where the server of a demo page is looked for."""
URL_PORTS = {False: 80, True: 443}
"""The port a plain WebSocket address without one means (RFC 6455, section 3)."""
DEMO_ROOM = 1234
"""The room that demo pages open when their address names none."""
VIDEOROOM, AUDIOBRIDGE = "videoroom", "audiobridge"

Room = int | str

_SCHEME = re.compile(r"(?P<scheme>janus\+wss?|wss?|https?)://", re.IGNORECASE)
_PARTS = re.compile(r"(?P<authority>[^/?#]*)(?P<path>[^?#]*)(\?(?P<query>[^#]*))?(#(?P<key>.*))?")
_PATH = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,;=:@%-]*)+")
_PAGE = re.compile(r".*/m?videoroom(test)?\.html|.*/(?P<bridge>audiobridge(test)?\.html)", re.IGNORECASE)
_ROOM_QUERY = re.compile(r"[^#]*\?([^#]*&)?room=")
_NUMBER = re.compile(r"[1-9][0-9]{0,14}")  # as long as every reader of JSON keeps it exact
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")  # RFC 3986, section 2.1
_PLAIN = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")  # and section 2.3
_CREDENTIALS = ("pin", "secret", "token")
_OWN = {"room", "plugin", "text", *_CREDENTIALS}


@dataclass(frozen=True, slots=True)
class JanusLink:
    """A room. `str()` is the whole link, key and all; `repr()` and `public` leave the key out.

    Raises `BadLink` when a key is to seal what only its server could make: mixed sound, or the chat of a text room.
    """

    host: str  # checked: an address, or a name in ASCII
    port: int
    tls: bool
    room: Room
    path: str = "/"
    plugin: str = VIDEOROOM  # or AUDIOBRIDGE
    text: Room | None = None  # the room of a TextRoom that belongs to it
    key: bytes = field(default=b"", repr=False)  # 16 bytes, or none: the room is not encrypted end to end

    service = "janus"

    def __post_init__(self) -> None:
        if len(self.key) not in (0, secret.SECRET_BYTES):
            raise ValueError(f"A link's key has {secret.SECRET_BYTES} bytes, or there is none.")
        if self.key and self.plugin == AUDIOBRIDGE:
            raise BadLink(
                "An AudioBridge mixes what it hears, so nothing in it can be end to end; take what follows the # off "
                "the link, or use a VideoRoom."
            )
        if self.key and self.text is not None:
            raise BadLink(
                "A text room is read by its server, so it does not go with a link that is end to end; take text= off "
                "the link, since people with this key have a chat of their own, or take off what follows the #."
            )

    def __str__(self) -> str:
        return f"{self.public}#{secret.written(self.key)}" if self.key else self.public

    @property
    def public(self) -> str:
        """The link without its key: what may be shown and logged."""
        plugin = "" if self.plugin == VIDEOROOM else f"&plugin={self.plugin}"
        text = "" if self.text is None else f"&text={_written(self.text)}"
        return f"janus+{self.url}?room={_written(self.room)}{plugin}{text}"

    @property
    def secret(self) -> bytes:
        """What only the invited know: the key, or nothing."""
        return self.key

    @property
    def url(self) -> str:
        """Where the server is, as a WebSocket URL; the room is no part of it."""
        return f"{'wss' if self.tls else 'ws'}://{hosts.join(self.host, self.port)}{self.path}"


def fresh_key(random: Callable[[int], bytes]) -> bytes:
    """Draw the key of a room that is to be encrypted end to end. `random(n)`: `n` bytes fit for cryptography."""
    return random(secret.SECRET_BYTES)


def recognise(text: str) -> bool:
    """Whether `text` means to be a link of this kind, well formed or not."""
    text = text.strip()
    scheme = _SCHEME.match(text)
    if scheme is None or len(text) > TEXT_LIMIT:
        return False
    match scheme["scheme"].lower():
        case "janus+ws" | "janus+wss":
            return True
        case "ws" | "wss":
            return _ROOM_QUERY.match(text, scheme.end()) is not None
        case _:
            parts = _PARTS.fullmatch(text, scheme.end())
            return parts is not None and _PAGE.fullmatch(parts["path"]) is not None


def parse(text: str) -> JanusLink:
    """Read a link. Raises `BadLink` with one sentence, which contains no key and no credential."""
    return _read(text)[0]


def credentials(text: str) -> Credentials:
    """What stands in a pasted link of PIN, secret and token. Raises `BadLink`, as `parse` does."""
    return _read(text)[1]


def _read(text: str) -> tuple[JanusLink, Credentials]:
    text = text.strip()
    if len(text) > TEXT_LIMIT:
        raise BadLink("The link is far too long to be one to a room; copy it again.")
    scheme = _SCHEME.match(text)
    if scheme is None or not recognise(text):
        raise BadLink("This is no link to a room on a Janus server: those are janus+wss://HOST/?room=NUMBER.")
    parts = _PARTS.fullmatch(text, scheme.end())
    if parts is None:  # only a line break is outside the pattern
        raise BadLink("The link is broken over several lines; copy it as one.")
    kind = scheme["scheme"].lower()
    own, page = kind.startswith("janus+"), kind.startswith("http")
    tls = kind in ("janus+wss", "wss", "https")
    values = _query(parts["query"] or "", own)
    plugin = values.get("plugin", VIDEOROOM)
    if page:
        match = _PAGE.fullmatch(parts["path"])
        plugin = AUDIOBRIDGE if match is not None and match["bridge"] else VIDEOROOM
    if plugin not in (VIDEOROOM, AUDIOBRIDGE):
        raise BadLink("The link asks for a kind of room that incog does not know; it knows videoroom and audiobridge.")
    if "room" not in values and not page:
        raise BadLink("The link names no room; one to a room has ?room= and its number after the host.")
    try:
        host, port = hosts.split(parts["authority"], (DEFAULT_PORTS if own else URL_PORTS)[tls])
    except ValueError as error:
        raise BadLink(f"The link cannot be used: {error}") from None
    link = JanusLink(
        host,
        DEFAULT_PORTS[tls] if page else port,
        tls,
        _room(values["room"]) if "room" in values else DEMO_ROOM,
        "/" if page else _path(parts["path"]),
        plugin,
        _room(values["text"]) if "text" in values else None,
        b"" if parts["key"] is None or (page and not parts["key"]) else secret.read(parts["key"]),
    )
    return link, Credentials(*(_credential(values.get(name, ""), name) for name in _CREDENTIALS))


def _query(text: str, own: bool) -> dict[str, str]:
    values: dict[str, str] = {}
    for pair in filter(None, text.split("&")):
        name, _, value = pair.partition("=")
        if name not in _OWN:
            if own:
                raise BadLink("The link has something in it that incog does not know; copy it again.")
            continue  # of a page, or of what stands before the server
        if name in values:
            raise BadLink(f"The link gives its {name} twice; copy it again.")
        try:
            values[name] = _unquoted(value)
        except UnicodeDecodeError:
            raise BadLink(f"The link's {name} is mistyped: it is no text; copy it again.") from None
    return values


def _room(text: str) -> Room:
    if _NUMBER.fullmatch(text):
        return int(text)
    if not text or len(text) > ROOM_LIMIT or not text.isprintable() or text.isdecimal():
        raise BadLink(f"The link's room is mistyped: it is a number, or a name of at most {ROOM_LIMIT} characters.")
    return text


def _credential(text: str, name: str) -> str:
    if len(text) > CREDENTIAL_LIMIT:
        raise BadLink(f"The link's {name} is far too long; copy it again.")
    return text


def _path(text: str) -> str:
    if not text:
        return "/"
    if len(text) > PATH_LIMIT or not _PATH.fullmatch(text):
        raise BadLink("The link's path, between host and room, is mistyped; copy it again.")
    return text


def _written(room: Room) -> str:
    return "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in str(room).encode())


def _unquoted(text: str) -> str:
    data = text.encode(errors="surrogatepass")
    return _ESCAPE.sub(lambda match: bytes.fromhex(match[1].decode()), data).decode()
