"""What is said with the VideoRoom, inside the envelope: requests as they are written, and what it tells, read.

What it has in common with the AudioBridge is in `rooms`.

A publisher's streams, and the sections of our receiving connection, are named by their `mid`. Texts that people choose
(`display`, `description`) are cut to what can be looked at; a stream whose own words are out of bounds is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from net.services.janus import rooms
from net.services.janus.credentials import Credentials
from net.services.janus.link import Room
from net.services.janus.rooms import PEOPLE_LIMIT, TEXT_LIMIT, Nothing
from net.services.janus.wire import ID_LIMIT, MESSAGE_LIMIT, Id, Json, optional_flag, optional_text
from net.services.strict import Fields

PLUGIN = "videoroom"
STREAMS_LIMIT = 8
"""Streams of one person that are looked at."""
LINES_LIMIT = 1024
"""Sections of the receiving connection that are looked at."""
MID_LIMIT = 64
KINDS = ("audio", "video", "data")


@dataclass(frozen=True, slots=True)
class Track:
    """One stream that somebody publishes."""

    mid: str
    kind: str  # one of KINDS
    codec: str = ""
    description: str = ""
    simulcast: bool = False
    moderated: bool = False  # a moderator has silenced it


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as the room names them."""

    id: Id
    display: str
    tracks: tuple[Track, ...] | None = None  # None: they publish nothing, as far as this says


@dataclass(frozen=True, slots=True)
class Joined:
    """We are in."""

    id: Id
    private_id: int | None
    publishers: tuple[Someone, ...]
    attendees: tuple[Someone, ...] | None  # None: the room does not tell of those who do not publish


@dataclass(frozen=True, slots=True)
class Published:
    """These people publish these streams now."""

    people: tuple[Someone, ...]


@dataclass(frozen=True, slots=True)
class Joining:
    """Somebody came, who publishes nothing yet."""

    who: Someone


@dataclass(frozen=True, slots=True)
class Unpublished:
    """Somebody publishes nothing any more."""

    id: Id


@dataclass(frozen=True, slots=True)
class Out:
    """We are out."""

    kicked: bool


@dataclass(frozen=True, slots=True)
class Renamed:
    """Somebody has another name."""

    id: Id
    display: str


@dataclass(frozen=True, slots=True)
class Moderated:
    """A moderator silenced a stream, or lets it be heard again."""

    id: Id
    mid: str
    muted: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One section of our receiving connection."""

    mid: str
    kind: str
    active: bool
    feed: Id | None = None  # whose it carries; none on a section of data, which carries everybody's
    feed_mid: str = ""
    feeds: tuple[Id, ...] = ()  # whose data


@dataclass(frozen=True, slots=True)
class Lines:
    """All sections, as they are from now on; None: as they were. With an offer, unless they need none."""

    lines: tuple[Line, ...] | None
    waits: bool = False  # an offer follows, once the one before was answered


@dataclass(frozen=True, slots=True)
class Resized:
    """Of a picture that its sender offers in several sizes, another one comes now."""

    mid: str
    substream: int  # 0 to 2


@dataclass(frozen=True, slots=True)
class Configured:
    """What we publish, as the room has it."""

    tracks: tuple[Track, ...]


Event = (
    Joined | Published | Joining | Unpublished | Out | Renamed | Moderated | Lines | Resized | Configured | rooms.Event
)


def read(data: Fields) -> Event:
    """What the plugin says. Raises `Malformed`."""
    match word := data.text("videoroom", 30):
        case "joined":
            return Joined(
                data.id("id", ID_LIMIT),
                data.number("private_id", 0, 2**32) if data.has("private_id") else None,
                _people(data, "publishers"),
                _people(data, "attendees") if data.has("attendees") else None,
            )
        case "attached" | "updated":
            return Lines(_lines(data) if data.has("streams") else None)
        case "updating":
            return Lines(None, waits=True)
        case "event":
            return _event(data)
        case _:
            return rooms.read(word, data)


def _event(data: Fields) -> Event:
    if data.has("publishers"):
        return Published(_people(data, "publishers"))
    if data.has("joining"):
        return Joining(_someone(data.fields("joining")))
    if data.has("unpublished"):
        who = data.id("unpublished", ID_LIMIT)
        return Nothing() if who == "ok" else Unpublished(who)
    if (left := rooms.gone(data)) is not None:
        ours = left.id == "ok" and not left.removed
        return Out(optional_text(data, "reason", TEXT_LIMIT) == "kicked") if ours else left
    if data.has("configured") and data.has("streams"):
        return Configured(_tracks(data))
    if data.has("moderation"):
        return Moderated(
            data.id("id", ID_LIMIT), _mid(data, "mid") or "", optional_text(data, "moderation", TEXT_LIMIT) == "muted"
        )
    if data.has("substream") and (mid := _mid(data, "mid")):
        return Resized(mid, data.number("substream", 0, 2))
    if data.has("display") and data.has("id"):
        return Renamed(data.id("id", ID_LIMIT), optional_text(data, "display", TEXT_LIMIT))
    return Nothing()


def read_list(data: Fields) -> tuple[tuple[Someone, bool], ...]:
    """The answer to `rooms.everybody`: who is in the room, and whether they publish. Raises `Malformed`."""
    return tuple(
        (_someone(one), optional_flag(one, "publisher")) for one in _objects(data, "participants", PEOPLE_LIMIT)
    )


def _objects(data: Fields, key: str, limit: int) -> tuple[Fields, ...]:
    return data.objects(key, MESSAGE_LIMIT)[:limit]


def _people(data: Fields, key: str) -> tuple[Someone, ...]:
    return tuple(_someone(one) for one in _objects(data, key, PEOPLE_LIMIT))


def _someone(data: Fields) -> Someone:
    tracks = _tracks(data) if data.has("streams") else None
    return Someone(data.id("id", ID_LIMIT), optional_text(data, "display", TEXT_LIMIT), tracks)


def _tracks(data: Fields) -> tuple[Track, ...]:
    return tuple(filter(None, (_track(one) for one in _objects(data, "streams", STREAMS_LIMIT))))


def _track(data: Fields) -> Track | None:
    kind, mid = data.text("type", TEXT_LIMIT), _mid(data, "mid")
    codec = optional_text(data, "codec", TEXT_LIMIT)
    if kind not in KINDS or mid is None or optional_flag(data, "disabled") or codec == "none":
        return None
    return Track(
        mid,
        kind,
        codec,
        optional_text(data, "description", TEXT_LIMIT),
        optional_flag(data, "simulcast"),
        optional_flag(data, "moderated"),
    )


def _mid(data: Fields, key: str) -> str | None:
    text = optional_text(data, key, TEXT_LIMIT)
    return text if 0 < len(text) <= MID_LIMIT else None


def _lines(data: Fields) -> tuple[Line, ...]:
    return tuple(filter(None, (_line(one) for one in _objects(data, "streams", LINES_LIMIT))))


def _line(data: Fields) -> Line | None:
    kind, mid = data.text("type", TEXT_LIMIT), _mid(data, "mid")
    if kind not in KINDS or mid is None:
        return None
    return Line(
        mid,
        kind,
        optional_flag(data, "active"),
        data.id("feed_id", ID_LIMIT) if data.has("feed_id") else None,
        _mid(data, "feed_mid") or "",
        data.ids("source_ids", ID_LIMIT, PEOPLE_LIMIT) if data.has("source_ids") else (),
    )


# --- requests --------------------------------------------------------------------------------------------------------


def join(room: Room, display: str, credentials: Credentials, own: Id | None = None) -> Json:
    """Enter the room, to publish something later; under an id of our choice, if there is one."""
    body: Json = {"request": "join", "ptype": "publisher", "room": room, "display": display}
    return {**body, **rooms.shown(credentials, own)}


def subscribe(room: Room, streams: list[Json], private_id: int | None, credentials: Credentials) -> Json:
    """Enter it once more, to receive."""
    known = {} if private_id is None else {"private_id": private_id}
    body: Json = {"request": "join", "ptype": "subscriber", "room": room, "streams": streams, **known}
    return {**body, **rooms.shown(credentials)}


def stream(feed: Id, mid: str) -> Json:
    """One stream to receive."""
    return {"feed": feed, "mid": mid}


def update(wanted: list[Json], unwanted: list[str]) -> Json:
    """Receive some streams more, and nothing any more on the sections of these names."""
    body: Json = {"request": "update"}
    if wanted:
        body["subscribe"] = wanted
    if unwanted:
        body["unsubscribe"] = [{"sub_mid": mid} for mid in unwanted]
    return body


def size(mid: str, substream: int) -> Json:
    """Which of a picture's sizes is received in a section, where its sender offers several: 0, 1 or 2."""
    return {"request": "configure", "streams": [{"mid": mid, "substream": substream}]}


def start() -> Json:
    """Our answer to the server's offer comes with this."""
    return {"request": "start"}


def publish() -> Json:
    """Our offer comes with this."""
    return {"request": "publish"}


def moderate(room: Room, secret: str, who: Id, mid: str, mute: bool) -> Json:
    """Silence a stream of somebody's, or let it be heard again."""
    return {"request": "moderate", "room": room, "secret": secret, "id": who, "mid": mid, "mute": mute}
