"""A stage for transcripts by hand: one conversation in a VideoRoom, the server played line by line, nothing unsaid.

Every input must be preceded by a `then(...)` that names all that came out of the one before; in it, requests appear
without session, handle and transaction: `asks("publish", …)` on the handle "room" or "receive", `core("create")`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from net.services.base import Ability, Level, PeerId, Phase, PhaseChanged, Picture, Source
from net.services.janus.actions import Action, Emit, Offer, Send, SendData, Way, WayEvent
from net.services.janus.conversation import VideoRoom
from net.services.janus.credentials import Credentials
from net.services.janus.link import parse
from tests.net.mesh.playbook import chance

LINK = "janus+ws://h/?room=1234"
KEY = "#AAECAwQFBgcICQoLDA0ODw"
SESSION, ROOM = 1000, 2000
ME, BEN, CYD = 11, 22, 33
BEN_PID, CYD_PID = PeerId("22"), PeerId("33")
AUDIO = {"type": "audio", "mindex": 0, "mid": "0", "codec": "opus"}
VIDEO = {"type": "video", "mindex": 1, "mid": "1", "codec": "vp8"}
DATA = {"type": "data", "mindex": 2, "mid": "2"}
BOTH = frozenset({Source.MICROPHONE, Source.CAMERA})
OFFER = {"type": "offer", "sdp": "server's offer"}
ANSWER = {"type": "answer", "sdp": "server's answer"}


def core(janus: str, **more: Any) -> dict[str, Any]:
    """A request to the server itself."""
    return {"janus": janus, **more}


def asks(request: str, *, jsep: str = "", **more: Any) -> dict[str, Any]:
    """A request to the plugin."""
    return {"request": request, **more, **({"jsep": jsep} if jsep else {})}


def someone(id: int, display: str = "Ben", *streams: dict[str, Any]) -> dict[str, Any]:
    """Somebody as the room names them."""
    return {"id": id, "display": display, **({"streams": list(streams)} if streams else {})}


def line(mid: str, feed: int | None = None, feed_mid: str = "", kind: str = "audio", **more: Any) -> dict[str, Any]:
    """A section of the receiving connection."""
    whose = {} if feed is None else {"feed_id": feed, "feed_mid": feed_mid}
    return {"type": kind, "active": True, "mindex": int(mid), "mid": mid, **whose, **more}


def data_line(mid: str, *feeds: int) -> dict[str, Any]:
    """The section of data."""
    return line(mid, kind="data", sources=len(feeds), source_ids=list(feeds))


class Play:
    """One conversation on stage."""

    def __init__(self, link: str = LINK, alias: str = "Ana", **credentials: str) -> None:
        self.room = VideoRoom(parse(link), alias=alias, random=chance(alias), credentials=Credentials(**credentials))
        self.now = 0.0
        self.handles = {ROOM}
        self.deaf = False  # the server answers no sign of life
        self._out: list[Action] = []
        self._asked: dict[str, str] = {}  # the transaction by which something was asked last

    # --- what came out -----------------------------------------------------------------------------------------------

    def taken(self) -> list[Any]:
        """All that came out since the last time."""
        out, self._out = self._out, []
        return [self._plain(action) for action in out]

    def _plain(self, action: Action) -> Any:
        match action:
            case Send(text):
                message = json.loads(text)
                transaction = message.pop("transaction")
                body = message.get("body")
                self._asked[body["request"] if body else message["janus"]] = transaction
                message.pop("session_id", None)
                message.pop("handle_id", None)
                if body:
                    return asks(body.pop("request"), jsep=message.get("jsep", {}).get("sdp", ""), **body)
                return message
            case Emit(event):
                return event
            case _:
                return action

    def then(self, *expected: Any) -> None:
        """This came out, and nothing else."""
        assert self.taken() == list(expected)

    def words(self) -> list[dict[str, Any]]:
        """What was said over data channels since the last time, without anything else."""
        return [json.loads(each.plain or each.data) for each in self.taken() if isinstance(each, SendData)]

    def events(self) -> list[Any]:
        """What was told to the front end since the last time, without anything else."""
        out, self._out = self._out, []
        for action in out:
            self._plain(action)
        return [action.event for action in out if isinstance(action, Emit)]

    # --- the server --------------------------------------------------------------------------------------------------

    def hears(self, janus: str, **more: Any) -> None:
        """A message of the server's own."""
        self._tell({"janus": janus, "session_id": SESSION, **more})

    def answers(self, request: str, data: dict[str, Any] | None = None, jsep: Any = None, **more: Any) -> None:
        """The answer to what was asked last by this name."""
        self._note()
        message = {"janus": "event" if data is not None else "success", "transaction": self._asked[request], **more}
        if data is not None:
            message["plugindata"] = {"plugin": "janus.plugin.videoroom", "data": data}
        self._tell({**message, **({} if jsep is None else {"jsep": jsep})})

    def answered(self, request: str, data: dict[str, Any]) -> None:
        """The server's own answer to what was asked last by this name."""
        self._note()
        self.hears("success", transaction=self._asked[request], data=data)

    def refuses(self, request: str, code: int, error: str = "") -> None:
        """The plugin does not do it."""
        self.answers(request, {"videoroom": "event", "error_code": code, "error": error})

    def tells(self, data: dict[str, Any], jsep: Any = None, handle: int = ROOM) -> None:
        """The plugin tells what nobody asked for."""
        more = {} if jsep is None else {"jsep": jsep}
        self.hears("event", sender=handle, plugindata={"data": {"videoroom": "event", **data}}, **more)

    def _tell(self, message: dict[str, Any]) -> None:
        self._do(self.room.received(json.dumps(message), self.now))

    def _note(self) -> None:
        for action in self._out:
            self._plain(action)

    def _do(self, actions: Sequence[Action]) -> None:
        self._out.extend(actions)

    # --- us ----------------------------------------------------------------------------------------------------------

    def found(self) -> None:
        self._do(self.room.found(self.now))

    def lost(self) -> None:
        self._do(self.room.lost(self.now))

    def at(self, now: float) -> None:
        """The time comes, in steps like those of a driver."""
        while self.now < now:
            self.now = min(now, round(self.now + 0.25, 6))
            for action in self.room.tick(self.now):
                if not self.deaf and isinstance(action, Send) and '"keepalive"' in action.text:
                    self._tell({"janus": "ack", "transaction": json.loads(action.text)["transaction"]})
                else:
                    self._out.append(action)

    def later(self, seconds: float) -> None:
        self.at(self.now + seconds)

    def described(self, way: Way, sdp: str) -> None:
        self._do(self.room.described(way, sdp, self.now))

    def way(self, way: Way, event: WayEvent) -> None:
        self._do(self.room.way_event(way, event, self.now))

    def data(self, who: int | str, data: Any) -> None:
        """A data message of somebody; a dictionary is written as JSON."""
        text = json.dumps(data) if isinstance(data, dict) else data
        self._do(self.room.data_received(Way.RECEIVE, str(who), text, self.now))

    def media(self, mid: str) -> None:
        self._do(self.room.media_received(mid, self.now))

    def want(self, pid: PeerId, source: Source = Source.MICROPHONE, level: Level = Level.FULL) -> None:
        self._do(self.room.want(pid, source, level, self.now))

    def next_picture(self, pid: PeerId) -> None:
        self._do(self.room.next_picture(pid, self.now))

    def show(self, *, muted: bool = True, picture: Picture = Picture.HIDDEN, hand: bool = False) -> None:
        self._do(self.room.set_state(muted=muted, picture=picture, hand=hand, now=self.now))

    def say(self, text: str, to: PeerId | None = None) -> None:
        self._do(self.room.say(text, to, self.now))

    def rename(self, alias: str) -> None:
        self._do(self.room.rename(alias, self.now))

    def moderate(self, what: Ability, pid: PeerId | None = None, on: bool = True) -> None:
        self._do(self.room.moderate(what, pid, on, self.now))

    def leave(self) -> None:
        self._do(self.room.leave(self.now))

    # --- scenes ------------------------------------------------------------------------------------------------------

    def join(self, *publishers: dict[str, Any], attendees: list[dict[str, Any]] | None = None, own: int = ME) -> None:
        """Come into the room; what comes out at the end is left."""
        self.found()
        self._created()
        self.answered_attach(ROOM)
        self.joined(*publishers, attendees=attendees, own=own)

    def _created(self) -> None:
        self._note()
        self._out.clear()
        self._tell({"janus": "success", "transaction": self._asked["create"], "data": {"id": SESSION}})

    def answered_attach(self, handle: int) -> None:
        """The handle is there."""
        self._note()
        self._out.clear()
        self._tell(
            {"janus": "success", "session_id": SESSION, "transaction": self._asked["attach"], "data": {"id": handle}}
        )

    def joined(self, *publishers: dict[str, Any], attendees: list[dict[str, Any]] | None = None, own: int = ME) -> None:
        """The room lets us in."""
        data = {"videoroom": "joined", "room": 1234, "id": own, "private_id": 99, "publishers": list(publishers)}
        self.taken()
        self.answers("join", data if attendees is None else {**data, "attendees": attendees})

    def live(self, *publishers: dict[str, Any], attendees: list[dict[str, Any]] | None = None) -> None:
        """Be in the room, and publish; nothing is left to come out."""
        self.join(*publishers, attendees=attendees or [])
        self.publish()

    def publish(self) -> None:
        """Our offer is taken, and our channel is open."""
        assert any(isinstance(action, Offer) for action in self._out)
        self.publish_again()

    def publish_again(self) -> None:
        """As `publish`, after an offer that was looked at."""
        self.described(Way.SEND, "our offer")
        self.answers("publish", {"videoroom": "event", "configured": "ok"}, ANSWER)
        self.way(Way.SEND, WayEvent.UP)
        self.hears("webrtcup", sender=ROOM)
        self.way(Way.SEND, WayEvent.CHANNEL)
        self.taken()

    def receive(self, *lines: dict[str, Any], handle: int = 3000) -> None:
        """What was asked for is received; nothing is left to come out."""
        self._note()
        self._out.clear()
        if handle not in self.handles:
            self.handles.add(handle)
            self.answered_attach(handle)
            self._note()
            self.answers("join", {"videoroom": "attached", "streams": list(lines)}, OFFER)
        else:
            self.answers("update", {"videoroom": "updated", "streams": list(lines)}, OFFER)
        self.described(Way.RECEIVE, "our answer")
        self.answers("start", {"videoroom": "event", "started": "ok"})
        self.taken()

    @property
    def phases(self) -> list[Phase]:
        """The phases told since the last time."""
        return [event.phase for event in self.events() if isinstance(event, PhaseChanged)]
