"""A Janus server in memory, as far as a rehearsal needs it: it answers those who behave, as the real one was seen to.

There is one room of each kind, and whoever asks for any is in it. Its descriptions name no address and no keys that
exist.
"""

from __future__ import annotations

import json
import re
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
Sent = tuple[str, str]
"""To whom, and a message over the WebSocket."""

_SECTION = re.compile(r"^m=(audio|video|application) ", re.MULTILINE)
_KINDS = {"audio": "audio", "video": "video", "application": "data"}
_CODECS = {"audio": "opus", "video": "vp8"}
_MEDIA = {
    "audio": ("m=audio 9 UDP/TLS/RTP/SAVPF 96", "a=rtpmap:96 opus/48000/2"),
    "video": ("m=video 9 UDP/TLS/RTP/SAVPF 97", "a=rtpmap:97 VP8/90000"),
    "data": ("m=application 9 UDP/DTLS/SCTP webrtc-datachannel", "a=sctp-port:5000", "a=max-message-size:65536"),
}


def _transport() -> tuple[str, ...]:
    fingerprint = ":".join(f"{byte:02X}" for byte in secrets.token_bytes(32))
    names = (f"a=ice-ufrag:{secrets.token_hex(4)}", f"a=ice-pwd:{secrets.token_hex(16)}")
    return (*names, f"a=fingerprint:sha-256 {fingerprint}")


@dataclass(eq=False)
class Handle:
    """What somebody has of a plugin."""

    who: str
    id: int
    session: int
    plugin: str
    lines: list[Json] = field(default_factory=list)  # what is received by it
    transport: tuple[str, ...] = field(default_factory=_transport)  # of the server's end of its connection


@dataclass
class Person:
    """Somebody in a room."""

    id: int | str
    display: str
    handle: Handle
    streams: list[Json] = field(default_factory=list)
    muted: bool = True
    setup: bool = False


@dataclass
class Outcome:
    """What comes of a request."""

    data: Json
    description: str = ""  # that of the server's end
    others: Json | None = None  # what everybody else is told


class Hall(ABC):
    """A room, and who is in it."""

    plugin = ""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}

    @abstractmethod
    def asked(self, handle: Handle, body: Json, sdp: str) -> Outcome:
        """Somebody asks for something."""

    def left(self, who: str) -> Json | None:
        """Somebody is gone; what the others are told."""
        person = self.people.pop(who, None)
        return None if person is None else {self.plugin: "event", "leaving": person.id}

    def enter(self, handle: Handle, body: Json) -> Person:
        """Somebody comes in."""
        person = Person(body.get("id") or number(), body["display"], handle, muted=body.get("muted", True))
        self.people[handle.who] = person
        return person

    def others(self, who: str) -> list[Person]:
        """Everybody else."""
        return [person for name, person in self.people.items() if name != who]


class Seen(Hall):
    """A VideoRoom."""

    plugin = "videoroom"

    def asked(self, handle: Handle, body: Json, sdp: str) -> Outcome:
        """As the base."""
        match body["request"]:
            case "join" if body["ptype"] == "publisher":
                return self._joined(handle, body)
            case "join":
                return self._received(handle, "attached", body["streams"], [])
            case "update":
                return self._received(handle, "updated", body.get("subscribe", []), body.get("unsubscribe", []))
            case "publish":
                person = self.people[handle.who]
                person.streams = streams(sdp)
                done = {"videoroom": "event", "configured": "ok", "streams": person.streams}
                return Outcome(done, answer(handle, sdp), {"videoroom": "event", "publishers": [_published(person)]})
            case "configure" if "display" in body:
                person = self.people[handle.who]
                person.display = body["display"]
                told = {"videoroom": "event", **_named(person)}
                return Outcome({"videoroom": "event", "configured": "ok"}, others=told)
            case "start":
                return Outcome({"videoroom": "event", "started": "ok"})
            case "listparticipants":
                here = [{**_named(one), "publisher": bool(one.streams)} for one in self.people.values()]
                return Outcome({"videoroom": "participants", "participants": here})
            case _:
                return Outcome({"videoroom": "success"})

    def _joined(self, handle: Handle, body: Json) -> Outcome:
        there = self.others(handle.who)
        person = self.enter(handle, body)
        data = {
            "videoroom": "joined",
            "id": person.id,
            "private_id": secrets.randbelow(2**32),
            "publishers": [_published(one) for one in there if one.streams],
            "attendees": [_named(one) for one in there if not one.streams],
        }
        return Outcome(data, others={"videoroom": "event", "joining": _named(person)})

    def _received(self, handle: Handle, word: str, more: list[Json], less: list[Json]) -> Outcome:
        gone = {one["sub_mid"] for one in less}
        for line in handle.lines:
            line["active"] = line["active"] and line["mid"] not in gone
        for one in more:
            person = next(person for person in self.people.values() if person.id == one["feed"])
            stream = next(stream for stream in person.streams if stream["mid"] == one["mid"])
            whose = (
                {"source_ids": [person.id]}
                if stream["type"] == "data"
                else {"feed_id": person.id, "feed_mid": stream["mid"], "codec": stream["codec"]}
            )
            handle.lines.append({"type": stream["type"], "mid": str(len(handle.lines)), "active": True, **whose})
        return Outcome(
            {"videoroom": word, "streams": [dict(line) for line in handle.lines]}, offer(handle, handle.lines)
        )


class Mixed(Hall):
    """An AudioBridge."""

    plugin = "audiobridge"

    def asked(self, handle: Handle, body: Json, sdp: str) -> Outcome:
        """As the base."""
        match body["request"]:
            case "join":
                there = [_heard(one) for one in self.others(handle.who)]
                person = self.enter(handle, body)
                data = {"audiobridge": "joined", "id": person.id, "participants": there}
                return Outcome(data, others={"audiobridge": "joined", "participants": [_heard(person)]})
            case "configure":
                person = self.people[handle.who]
                person.muted = body.get("muted", person.muted)
                person.display = body.get("display", person.display)
                person.setup = person.setup or bool(sdp)
                done = {"audiobridge": "event", "result": "ok"}
                told = {"audiobridge": "event", "participants": [_heard(person)]}
                return Outcome(done, answer(handle, sdp) if sdp else "", told)
            case "leave":
                return Outcome({"audiobridge": "left"}, others=self.left(handle.who))
            case "listparticipants":
                here = [_heard(one) for one in self.people.values()]
                return Outcome({"audiobridge": "participants", "participants": here})
            case "list":
                return Outcome({"audiobridge": "success", "list": []})
            case _:
                return Outcome({"audiobridge": "success"})


class Texts(Hall):
    """A TextRoom; what matters goes over data channels."""

    plugin = "textroom"

    def asked(self, handle: Handle, body: Json, sdp: str) -> Outcome:
        """As the base."""
        channel = {"type": "data", "mid": "0", "active": True}
        description = offer(handle, [channel]) if body["request"] == "setup" else ""
        return Outcome({"textroom": "event", "result": "ok"}, description)

    def left(self, who: str) -> Json | None:
        """As the base; whoever is there is told over their channel, and in a rehearsal nobody is by then."""
        self.people.pop(who, None)
        return None

    def said(self, who: str, text: str) -> list[Sent]:
        """Somebody says something over their channel: they come in, or ask who is there. Nobody writes here."""
        message = json.loads(text)
        there = [{"username": one.id, "display": one.display} for one in self.others(who)]
        done = {"textroom": "success", "transaction": message["transaction"], "participants": there}
        told: list[Sent] = []
        if message["textroom"] == "join":
            named = {key: message[key] for key in ("textroom", "room", "username", "display")}
            self.people[who] = Person(message["username"], message["display"], Handle(who, 0, 0, self.plugin))
            told = [(name, json.dumps(named)) for name in self.people]
        return [*told, (who, json.dumps(done))]


class StandIn:
    """The server, for clients by name."""

    def __init__(self) -> None:
        self.seen, self.texts = Seen(), Texts()
        self._halls: dict[str, Hall] = {hall.plugin: hall for hall in (self.seen, Mixed(), self.texts)}
        self._handles: dict[int, Handle] = {}

    def received(self, who: str, text: str) -> list[Sent]:
        """A client says something over the WebSocket; what then goes to whom."""
        message: Json = json.loads(text)
        session = message.get("session_id", 0)
        reply: Json = {"janus": "success", "transaction": message["transaction"], "session_id": session}
        told: list[Sent] = []
        match message["janus"]:
            case "create":
                reply["data"] = {"id": number()}
                del reply["session_id"]
            case "attach":
                handle = Handle(who, number(), session, message["plugin"].removeprefix("janus.plugin."))
                self._handles[handle.id] = handle
                reply["data"] = {"id": handle.id}
            case "keepalive":
                reply["janus"] = "ack"
            case "message":
                handle = self._handles[message["handle_id"]]
                sdp = message.get("jsep", {}).get("sdp", "")
                outcome = self._halls[handle.plugin].asked(handle, message["body"], sdp)
                reply |= {"janus": "event", **_by(handle, outcome.data)}
                if outcome.description:
                    reply["jsep"] = {"type": "answer" if sdp else "offer", "sdp": outcome.description}
                told = self._tell(self._halls[handle.plugin].others(who), outcome.others)
            case "destroy":
                for hall in self._halls.values():
                    told += self._tell(hall.others(who), hall.left(who))
        return [(who, json.dumps(reply)), *told]

    def up(self, who: str, plugin: str) -> list[Sent]:
        """A connection of a client is there: the server says so."""
        handle = next(one for one in reversed(self._handles.values()) if (one.who, one.plugin) == (who, plugin))
        return [(who, json.dumps({"janus": "webrtcup", "session_id": handle.session, "sender": handle.id}))]

    def forwarded(self, who: str) -> list[tuple[str, str]]:
        """To whom data of somebody goes, and under which label."""
        person = self.seen.people[who]
        lines = ((handle.who, line) for handle in self._handles.values() for line in handle.lines if line["active"])
        receiving = {name for name, line in lines if person.id in line.get("source_ids", ())}
        return [(name, str(person.id)) for name in sorted(receiving)]

    def _tell(self, people: Iterable[Person], told: Json | None) -> list[Sent]:
        if told is None:
            return []
        return [(one.handle.who, json.dumps({"janus": "event", **_by(one.handle, told)})) for one in people]


def _by(handle: Handle, data: Json) -> Json:
    plugin = {"plugin": f"janus.plugin.{handle.plugin}", "data": data}
    return {"session_id": handle.session, "sender": handle.id, "plugindata": plugin}


def _named(person: Person) -> Json:
    return {"id": person.id, "display": person.display}


def _published(person: Person) -> Json:
    return {**_named(person), "streams": person.streams}


def _heard(person: Person) -> Json:
    return {**_named(person), "setup": person.setup, "muted": person.muted}


def number() -> int:
    """An id as the server draws them: 53 bits."""
    return secrets.randbelow(2**53 - 1) + 1


def streams(sdp: str) -> list[Json]:
    """What an offer publishes, as the server tells others of it."""
    kinds = [_KINDS[kind] for kind in _SECTION.findall(sdp)]
    return [
        {"type": kind, "mindex": at, "mid": str(at), **({"codec": _CODECS[kind]} if kind in _CODECS else {})}
        for at, kind in enumerate(kinds)
    ]


def answer(handle: Handle, sdp: str) -> str:
    """The server's answer to an offer."""
    return description([{**one, "active": True} for one in streams(sdp)], "recvonly", ("active", *handle.transport))


def offer(handle: Handle, lines: Iterable[Json]) -> str:
    """What the server offers to send."""
    return description(lines, "sendonly", ("actpass", *handle.transport))


def description(sections: Iterable[Json], way: str, transport: tuple[str, ...] = ()) -> str:
    """One end of a connection that cannot be reached."""
    setup, *ends = transport or ("actpass", *_transport())
    found = ["v=0", f"o=- {number()} 1 IN IP4 0.0.0.0", "s=-", "t=0 0"]
    for one in sections:
        media, *more = _MEDIA[one["type"]]
        found += [media, "c=IN IP4 0.0.0.0", f"a=mid:{one['mid']}", f"a=setup:{setup}", *ends, *more]
        if one["type"] != "data":
            found += [f"a={way if one['active'] else 'inactive'}", "a=rtcp-mux"]
    return "\r\n".join(found) + "\r\n"
