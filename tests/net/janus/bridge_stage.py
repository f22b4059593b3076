"""A stage for an AudioBridge meeting: one real conversation, the server and everybody else played by hand.

Every input must be preceded by a `then(...)` that names all that came out of the one before. In it a request to a
plugin is `Asks`, any other one `Says`, a message over the channel of a TextRoom `Writes`, all without transactions.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from net.services.base import Event, Level, Participant, PeerId, Phase, Picture, Source
from net.services.janus.actions import Action, Emit, Send, SendData, Way, WayEvent
from net.services.janus.bridge import Bridge
from net.services.janus.credentials import Credentials
from net.services.janus.link import AUDIOBRIDGE, JanusLink
from net.services.janus.text_wire import id_of
from tests.net.mesh.playbook import chance

Json = dict[str, Any]
ROOM, TEXT = 4321, 1234
SESSION, SEAT, SEAT_2, TEXT_HANDLE, TEXT_HANDLE_2 = 11, 21, 22, 31, 32
ME, BEN, CARA = 1001, 1002, 1003
OFFER, ANSWER = "v=0\r\ns=offer\r\n", "v=0\r\ns=answer\r\n"
BEN_TEXT = "b" * 32
BEN_THERE = id_of(BEN_TEXT, ROOM)
"""Ben's id in the meeting, if he has this username in the chat."""


@dataclass(frozen=True)
class Asks:
    """A request to a plugin."""

    body: Json
    jsep: str = ""


@dataclass(frozen=True)
class Says:
    """A request to the server itself."""

    janus: str
    plugin: str = ""


@dataclass(frozen=True)
class Writes:
    """A message over the channel of the TextRoom."""

    message: Json


Line = Asks | Says | Writes | Action | Event


def person(id: int, name: str = "Ben", *, here: bool = True, muted: bool = False, **more: Any) -> Json:
    """Somebody, as the server tells of them."""
    return {"id": id, "display": name, "setup": here, "muted": muted, **more}


class Play:
    """One conversation on stage."""

    def __init__(
        self, *, text: int | str | None = None, room: int | str = ROOM, tls: bool = True, **credentials: str
    ) -> None:
        self.now = 100.0
        link = JanusLink("h", 1, tls, room, plugin=AUDIOBRIDGE, text=text)
        self.it = Bridge(link, alias="Ana", random=chance("ours"), credentials=Credentials(**credentials))
        self.room, self.text_room = room, text
        self.pending: list[Line] = []
        self.open: list[tuple[str, str]] = []  # requests that were not answered: what, transaction
        self.written: list[tuple[str, str]] = []  # the same over the channel
        self.username = ""

    # --- what comes out ----------------------------------------------------------------------------------------------

    def then(self, *expected: Line) -> None:
        """All that the last input brought, in order."""
        assert self.pending == list(expected)
        self.pending = []

    def skip(self) -> list[Line]:
        """Take what came without looking, where another test does."""
        lines, self.pending = self.pending, []
        return lines

    def events(self) -> list[Event]:
        """Take what came, and look at the events alone."""
        return [line for line in self.skip() if not isinstance(line, Asks | Says | Writes | Action)]

    def _did(self, actions: list[Action]) -> None:
        assert self.pending == [], "the last input's outcome was not looked at"
        self.pending = [self._line(action) for action in actions]

    def _line(self, action: Action) -> Line:
        match action:
            case Emit(event):
                return event
            case SendData(Way.TEXT, str(text)):
                message = json.loads(text)
                self.written.append((message["textroom"], message.pop("transaction")))
                self.username = message.get("username", self.username)
                return Writes(message)
            case Send(text):
                message = json.loads(text)
                body = message.get("body")
                self.open.append((body["request"] if body else message["janus"], message["transaction"]))
                if body is not None:
                    return Asks(body, message.get("jsep", {}).get("sdp", ""))
                return Says(message["janus"], message.get("plugin", "").removeprefix("janus.plugin."))
            case _:
                return action

    # --- the server --------------------------------------------------------------------------------------------------

    def _transaction(self, what: str) -> str:
        for one in self.open:
            if one[0] == what:
                self.open.remove(one)
                return one[1]
        raise AssertionError(f"{what} was not asked; {self.open}")

    def comes(self, message: Json) -> Play:
        """Anything over the WebSocket."""
        self._did(self.it.received(json.dumps(message), self.now))
        return self

    def gives(self, what: str, id: int | None = None) -> Play:
        """The server did it (`create`, `attach`, `claim`, `detach`), and made this."""
        data = {} if id is None else {"data": {"id": id}}
        return self.comes({"janus": "success", "transaction": self._transaction(what), **data})

    def fails(self, what: str, code: int, reason: str = "no") -> Play:
        """The server refuses, or a plugin does."""
        transaction = self._transaction(what)
        if what in ("create", "attach", "claim", "keepalive"):
            return self.comes({"janus": "error", "transaction": transaction, "error": {"code": code, "reason": reason}})
        data = {"audiobridge": "event", "error_code": code, "error": reason}
        return self.comes({"janus": "event", "transaction": transaction, "sender": 1, "plugindata": {"data": data}})

    def answers(self, what: str, data: Json, jsep: str = "", kind: str = "answer") -> Play:
        """A plugin did it."""
        more = {"jsep": {"type": kind, "sdp": jsep}} if jsep else {}
        message = {"janus": "event", "transaction": self._transaction(what), "sender": 1, "plugindata": {"data": data}}
        return self.comes({**message, **more})

    def tells(self, data: Json, sender: int = SEAT) -> Play:
        """The AudioBridge says something by itself."""
        return self.comes({"janus": "event", "session_id": SESSION, "sender": sender, "plugindata": {"data": data}})

    def changed(self, *people: Json) -> Play:
        """Something of these people is otherwise."""
        return self.tells({"audiobridge": "event", "room": self.room, "participants": list(people)})

    def hangs_up(self, sender: int) -> Play:
        """The server closes a connection."""
        return self.comes({"janus": "hangup", "session_id": SESSION, "sender": sender})

    # --- the chat ----------------------------------------------------------------------------------------------------

    def text(self, kind: str, **message: Any) -> Play:
        """The TextRoom says something by itself."""
        return self.data(json.dumps({"textroom": kind, "room": self.text_room, **message}))

    def data(self, data: str | bytes) -> Play:
        """Anything over the channel."""
        self._did(self.it.data_received(Way.TEXT, "JanusDataChannel", data, self.now))
        return self

    def text_answers(self, what: str, **message: Any) -> Play:
        """The TextRoom did it, or did not."""
        for one in self.written:
            if one[0] == what:
                self.written.remove(one)
                return self.data(json.dumps({"textroom": "success", **message, "transaction": one[1]}))
        raise AssertionError(f"{what} was not asked; {self.written}")

    # --- the driver, and we ------------------------------------------------------------------------------------------

    def start(self) -> Play:
        self._did(self.it.start(self.now))
        return self

    def found(self) -> Play:
        self._did(self.it.found(self.now))
        return self

    def lost(self) -> Play:
        self.open.clear()
        self._did(self.it.lost(self.now))
        return self

    def described(self, way: Way, sdp: str) -> Play:
        self._did(self.it.described(way, sdp, self.now))
        return self

    def happens(self, way: Way, event: WayEvent) -> Play:
        self._did(self.it.way_event(way, event, self.now))
        return self

    def tick(self, seconds: float = 0.0) -> Play:
        self.now += seconds
        self._did(self.it.tick(self.now))
        return self

    def wait(self, seconds: float) -> list[Line]:
        """Let time pass, while the server says that it is there. Gives what came out, but for keepalives."""
        lines: list[Line] = []
        end = self.now + seconds
        while self.now < end:
            self.tick(min(1.0, end - self.now))
            lines += [line for line in self.skip() if line != Says("keepalive")]
            while any(what == "keepalive" for what, _ in self.open):
                self.gives("keepalive")
                lines += self.skip()
        return lines

    def shows(self, *, muted: bool) -> Play:
        self._did(self.it.set_state(muted=muted, picture=Picture.HIDDEN, hand=False, now=self.now))
        return self

    def say(self, text: str, to: int | str | None = None) -> Play:
        self._did(self.it.say(text, None if to is None else str(to), self.now))
        return self

    def rename(self, alias: str) -> Play:
        self._did(self.it.rename(alias, self.now))
        return self

    def moderate(self, what: Any, pid: int | str | None = None, *, on: bool = True) -> Play:
        self._did(self.it.moderate(what, None if pid is None else str(pid), on, self.now))
        return self

    def want(self) -> Play:
        self._did(self.it.want(str(BEN), Source.MICROPHONE, Level.FULL, self.now))
        return self

    def media(self) -> Play:
        self._did(self.it.media_received("0", self.now))
        return self

    def leave(self) -> Play:
        self._did(self.it.leave(self.now))
        return self

    def breaks(self, *people: Json) -> Play:
        """The connection of the sound is gone, and the server says that these are in the room. What came is skipped."""
        self.happens(Way.BRIDGE, WayEvent.FAILED).skip()
        self.answers("listparticipants", {"participants": list(people)}).skip()
        return self

    # --- in one go ---------------------------------------------------------------------------------------------------

    def joined(self, *people: Json, own: int | None = None, again: bool = False) -> Play:
        """From the session to the connected seat. What comes out is not looked at."""
        self.gives("attach", SEAT_2 if again else SEAT).skip()
        self.enters(*people, own=own).skip()
        self.described(Way.BRIDGE, OFFER).skip()
        self.answers("configure", {"audiobridge": "event", "result": "ok"}, ANSWER).skip()
        self.happens(Way.BRIDGE, WayEvent.UP).skip()
        everybody = [*people, person(own or ME, "Ana")]
        self.answers("listparticipants", {"audiobridge": "participants", "participants": everybody})
        return self

    def enters(self, *people: Json, own: int | None = None) -> Play:
        """We are let in."""
        data = {"audiobridge": "joined", "room": self.room, "id": own or ME, "participants": list(people)}
        return self.answers("join", data)

    def in_it(self, *people: Json) -> Play:
        """In the meeting, with these people."""
        self.start().skip()
        self.gives("create", SESSION).skip()
        self.joined(*people).skip()
        return self

    def chats(self, handle: int = TEXT_HANDLE) -> Play:
        """From the handle of the TextRoom to its open channel."""
        self.gives("attach", handle).skip()
        self.answers("setup", {"textroom": "event", "result": "ok"}, OFFER, "offer").skip()
        self.described(Way.TEXT, ANSWER).skip()
        self.answers("ack", {"textroom": "event", "result": "ok"}).skip()
        return self.happens(Way.TEXT, WayEvent.CHANNEL)

    def in_chat(self, *people: Json, texters: tuple[tuple[str, str], ...] = ()) -> Play:
        """In the meeting, and in its chat."""
        self.in_it(*people).chats().skip()
        self.text_answers("join", participants=[{"username": name, "display": shown} for name, shown in texters])
        self.skip()
        return self

    @property
    def people(self) -> dict[PeerId, Participant]:
        """Everybody else."""
        return self.it.participants

    @property
    def phase(self) -> Phase:
        return self.it.phase
