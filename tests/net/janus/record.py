"""Record the transcripts anew, from Debian's Janus in a small internet: `python -m tests.net.janus.record [NAME …]`.

One incog conversation is on record in each; the others are played by hand. Media are made by aiortc, as simply as it
can be: what the descriptions look like is tested elsewhere.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

from net.services.base import Phase
from net.services.janus.conversation import VideoRoom
from tests.net.janus import transcript

URL = "ws://198.51.100.10:8188/"
LINK = "janus+ws://198.51.100.10:8188/?room="
KEY = "#AAECAwQFBgcICQoLDA0ODw"
TICK = 0.1
ROOMS = """
room-1234: { description="open <b>room</b>" secret="s" publishers=12 notify_joining=true audiolevel_event=true
             videocodec="vp8" }
room-1235: { description="pinned" secret="s" pin="4242" publishers=6 require_pvtid=true notify_joining=true
             videocodec="h264,vp8" }
room-1236: { description="small" publishers=2 videocodec="vp8" }
room-1237: { description="vp9" publishers=6 videocodec="vp9" notify_joining=true }
room-1238: { description="av1" publishers=6 videocodec="av1" notify_joining=true }
room-1239: { description="h264" publishers=6 videocodec="h264" notify_joining=true }
"""


def connection() -> Any:
    """A peer connection of aiortc."""
    from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection

    return RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))


async def connect() -> Any:
    """A WebSocket, and the session it is in."""
    import aiohttp

    session = aiohttp.ClientSession()
    return session, await session.ws_connect(URL, protocols=("janus-protocol",), max_msg_size=1 << 20)


class Incog:
    """The conversation on record, with a driver as small as can be."""

    def __init__(self, room: str, alias: str = "Ana", **credentials: str) -> None:
        head = {"link": LINK + room, "alias": alias, "credentials": credentials}
        self.alias = alias
        self.room = transcript.conversation(**head)  # type: ignore[arg-type]  # the values' types differ by key
        self.lines: list[dict[str, Any]] = [head]
        self.events: list[Any] = []
        self.kinds: dict[str, int] = {}
        self._began = time.monotonic()
        self._ways: dict[str, Any] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._queue: asyncio.Queue[tuple[str, dict[str, Any]]] = asyncio.Queue()
        self._session: Any = None
        self._socket: Any = None
        self.wants = True  # everybody's voice and camera

    async def begin(self) -> Incog:
        """Connect, and go on by itself."""
        await self.found("start")
        for work in (self._tick, self._work):
            self._tasks.append(asyncio.create_task(work()))
        return self

    async def found(self, method: str = "found") -> None:
        """Connect."""
        self._session, self._socket = await connect()
        self._tasks.append(asyncio.create_task(self._read(self._socket)))
        self.do(method)

    async def drop(self) -> None:
        """The WebSocket is gone."""
        await self._socket.close()
        await self._session.close()
        self.do("lost")

    def do(self, method: str, **arguments: Any) -> None:
        """Tell the conversation something, and write it down."""
        self._queue.put_nowait((method, arguments))

    async def _work(self) -> None:
        while True:
            method, arguments = await self._queue.get()
            at = round(time.monotonic() - self._began, 3)
            out = transcript.do(self.room, method, at, arguments)
            if out or method != "tick":
                written = [transcript.plain(action) for action in out]
                self.lines.append({"at": at, "do": method, **arguments, "out": written})
                for action in written:
                    ((kind, values),) = action.items()
                    self.kinds[kind] = self.kinds.get(kind, 0) + 1
                    await self._act(kind, values)
            self._queue.task_done()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self.do("tick")

    async def _read(self, socket: Any) -> None:
        async for message in socket:
            self.do("received", text=message.data)

    async def _act(self, kind: str, values: dict[str, Any]) -> None:
        match kind:
            case "Send" if not self._socket.closed:
                await self._socket.send_json(values)
            case "Hangup":
                await self._socket.close()
                await self._session.close()
            case "Offer":
                self._later(self._offer(values["sources"]))
            case "Accept":
                self._later(self._accept(values["sdp"]))
            case "Answer":
                self._later(self._answer(values["sdp"]))
            case "Close" if values["way"] in self._ways:
                await self._ways.pop(values["way"]).close()
            case "SendData" if self._channel.readyState == "open":
                self._channel.send(transcript.data_of(values["data"]))
            case "Emit":
                ((event, told),) = values["event"].items()
                self.events.append((event, told))
                if event == "ParticipantJoined" and self.wants:
                    self._want(told["participant"]["Participant"]["id"])
                elif event == "Resynced" and self.wants:
                    for each in told["participants"]:
                        self._want(each["Participant"]["id"])

    def _later(self, work: Awaitable[None]) -> None:
        async def run() -> None:
            await work

        self._tasks.append(asyncio.create_task(run()))

    def _want(self, pid: str) -> None:
        self.do("want", pid=pid, source="microphone", level="FULL")
        self.do("want", pid=pid, source="camera", level="FULL")

    def _watch(self, way: str, pc: Any) -> None:
        @pc.on("connectionstatechange")
        def changed() -> None:
            if pc.connectionState == "connected":
                self.do("way_event", way=way, event="up")

    async def _offer(self, sources: list[str]) -> None:
        from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack

        pc = self._ways["send"] = connection()
        self._watch("send", pc)
        pc.addTrack(AudioStreamTrack())
        if "camera" in sources:
            pc.addTrack(VideoStreamTrack())
        self._channel = pc.createDataChannel("JanusDataChannel")
        self._channel.on("open", lambda: self.do("way_event", way="send", event="channel"))
        await pc.setLocalDescription(await pc.createOffer())
        self.do("described", way="send", sdp=pc.localDescription.sdp)

    async def _accept(self, sdp: str) -> None:
        from aiortc import RTCSessionDescription

        if "m=video 0 " in sdp:
            self.do("way_event", way="send", event="no picture")
        else:
            await self._ways["send"].setRemoteDescription(RTCSessionDescription(sdp, "answer"))

    async def _answer(self, sdp: str) -> None:
        from aiortc import RTCSessionDescription

        fresh = "receive" not in self._ways
        pc = self._ways.setdefault("receive", connection()) if not fresh else connection()
        if fresh:
            self._ways["receive"] = pc
            self._watch("receive", pc)

            @pc.on("datachannel")
            def opened(channel: Any) -> None:
                label = channel.label
                channel.on("message", lambda data: self.do("data_received", way="receive", label=label, data=_as(data)))

        await pc.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
        if pc.sctp is not None and not hasattr(pc, "own_channel"):
            pc.own_channel = pc.createDataChannel("JanusDataChannel")
            pc.own_channel.on("open", lambda: self.do("way_event", way="receive", event="channel"))
        await pc.setLocalDescription(await pc.createAnswer())
        self.do("described", way="receive", sdp=pc.localDescription.sdp)

    def handle(self, request: str) -> dict[str, Any]:
        """The session and handle by which something was asked last."""
        sent = [out["Send"] for line in self.lines[1:] for out in line["out"] if "Send" in out]
        last = [message for message in sent if message.get("body", {}).get("request") == request][-1]
        return {key: last[key] for key in ("session_id", "handle_id")}

    async def until(self, what: Callable[[Incog], bool], seconds: float = 10.0) -> None:
        """Wait until something holds."""
        for _ in range(int(seconds / 0.05)):
            if what(self):
                return
            await asyncio.sleep(0.05)
        for line in self.lines[-300:]:
            print(json.dumps(line), file=sys.stderr)
        raise AssertionError(f"this did not come about: {self.kinds}")

    def heard(self, event: str, **values: Any) -> Callable[[Incog], bool]:
        """Whether an event has come with (at least) these values."""
        return lambda incog: any(
            name == event and all(told.get(key) == value for key, value in values.items())
            for name, told in incog.events
        )

    async def end(self, name: str) -> None:
        """Leave, and write it all down."""
        self.do("leave")
        await self._queue.join()
        for task in self._tasks:
            task.cancel()
        for pc in self._ways.values():
            await pc.close()
        if not self._socket.closed:
            await self._socket.close()
        await self._session.close()
        transcript.FOLDER.mkdir(exist_ok=True)
        descriptions: dict[str, str] = {}
        lines = self.lines if name == "company" else [_shortened(line, descriptions) for line in self.lines]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (transcript.FOLDER / f"{name}.jsonl").write_text(text)


def _shortened(value: Any, descriptions: dict[str, str]) -> Any:
    """A line in which each session description is but a name, since nobody here reads one."""
    match value:
        case {"do": "received", "text": text, **rest}:
            heard = json.dumps(_shortened(json.loads(text), descriptions), ensure_ascii=False, separators=(",", ":"))
            return {"at": rest.pop("at"), "do": "received", "text": heard, **_shortened(rest, descriptions)}
        case dict():
            return {
                key: descriptions.setdefault(each, f"description {len(descriptions) + 1}")
                if key == "sdp"
                else _shortened(each, descriptions)
                for key, each in value.items()
            }
        case list():
            return [_shortened(each, descriptions) for each in value]
        case _:
            return value


def _as(data: str | bytes) -> Any:
    return transcript.plain(data)


class Hand:
    """Somebody played by hand, with any client."""

    def __init__(self, name: str, room: int) -> None:
        self.name, self.room = name, room
        self.id = 0
        self.told: list[dict[str, Any]] = []
        self.handles: dict[str, int] = {}
        self._answers: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self.pcs: dict[str, Any] = {}
        self.heard: list[tuple[str, str | bytes]] = []

    async def begin(self) -> Hand:
        """Connect."""
        self._session, self._socket = await connect()
        self._reader = asyncio.create_task(self._read())
        self.sid = (await self.ask("create"))["data"]["id"]
        return self

    async def join(self, **more: Any) -> dict[str, Any]:
        """Be in the room."""
        await self.attach("room")
        body = {"request": "join", "ptype": "publisher", "room": self.room, "display": self.name, **more}
        reply = await self.say("room", body)
        self.id = reply.get("id", 0)
        return reply

    async def attach(self, key: str) -> None:
        """Another handle."""
        self.handles[key] = (await self.ask("attach", plugin="janus.plugin.videoroom"))["data"]["id"]

    async def say(self, key: str, body: dict[str, Any], jsep: Any = None) -> dict[str, Any]:
        """Ask the plugin something; gives what it says, with the description under `jsep`."""
        more = {} if jsep is None else {"jsep": {"type": jsep.type, "sdp": jsep.sdp}}
        reply = await self.ask("message", handle_id=self.handles[key], body=body, **more)
        return {**reply["plugindata"]["data"], "jsep": reply.get("jsep")}

    async def ask(self, janus: str, **more: Any) -> dict[str, Any]:
        """Ask the server something."""
        transaction = secrets.token_hex(4)
        session = {"session_id": self.sid} if hasattr(self, "sid") else {}
        self._answers[transaction] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"janus": janus, "transaction": transaction, **session, **more})
        return await asyncio.wait_for(self._answers[transaction], 5)

    async def _read(self) -> None:
        async for message in self._socket:
            heard = json.loads(message.data)
            if heard["janus"] != "ack":
                self.told.append(heard)
                waits = self._answers.pop(heard.get("transaction", ""), None)
                if waits is not None:
                    waits.set_result(heard)

    async def publish(self, *, video: int = 1, voice: Any = None, data: bool = True, **more: Any) -> dict[str, Any]:
        """Send voice, pictures and data."""
        from aiortc import RTCSessionDescription
        from aiortc.mediastreams import AudioStreamTrack, VideoStreamTrack

        pc = self.pcs["room"] = connection()
        pc.addTrack(voice or AudioStreamTrack())
        for _ in range(video):
            pc.addTrack(VideoStreamTrack())
        if data:
            self.channel = pc.createDataChannel("JanusDataChannel")
        await pc.setLocalDescription(await pc.createOffer())
        reply = await self.say("room", {"request": "publish", **more}, pc.localDescription)
        answer = reply["jsep"]
        await pc.setRemoteDescription(RTCSessionDescription(answer["sdp"], answer["type"]))
        return reply

    async def subscribe(self, feed: int, mids: str = "02") -> None:
        """Receive somebody's streams; of their data, keep what comes."""
        from aiortc import RTCSessionDescription

        await self.attach("receive")
        streams = [{"feed": feed, "mid": mid} for mid in mids]
        reply = await self.say(
            "receive", {"request": "join", "ptype": "subscriber", "room": self.room, "streams": streams}
        )
        pc = self.pcs["receive"] = connection()

        @pc.on("datachannel")
        def opened(channel: Any) -> None:
            channel.on("message", lambda data: self.heard.append((channel.label, data)))

        await pc.setRemoteDescription(RTCSessionDescription(reply["jsep"]["sdp"], "offer"))
        pc.own = pc.createDataChannel("JanusDataChannel")
        await pc.setLocalDescription(await pc.createAnswer())
        await self.say("receive", {"request": "start"}, pc.localDescription)

    async def end(self) -> None:
        """Be gone, as a page that is closed."""
        for pc in self.pcs.values():
            await pc.close()
        with contextlib.suppress(ConnectionError, TimeoutError):
            await self.ask("destroy")
        self._reader.cancel()
        await self._socket.close()
        await self._session.close()


@contextlib.asynccontextmanager
async def hand(name: str, room: int = 1234, **more: Any) -> AsyncIterator[Hand]:
    """Somebody in a room."""
    somebody = await Hand(name, room).begin()
    await somebody.join(**more)
    try:
        yield somebody
    finally:
        await somebody.end()


# --- what is recorded ------------------------------------------------------------------------------------------------


async def company() -> None:
    """Somebody is there with voice, picture and data; somebody comes later; one is renamed, unpublishes, leaves."""
    async with hand("Ben \x1b[31m<b>", 1234) as ben:
        await ben.publish(descriptions=[{"mid": "1", "description": "camera"}])
        await asyncio.sleep(0.5)
        ana = await Incog("1234").begin()
        ana.do("set_state", muted=False, picture="camera", hand=True)
        await ana.until(lambda it: it.kinds.get("Route", 0) >= 1 and it.kinds.get("SendData", 0) >= 1)
        async with hand("Cyd") as cyd:
            await cyd.publish(video=0)
            await asyncio.sleep(1)
            ben.channel.send("plain text of a page")
            cyd.channel.send('{"incog":"1","t":"state","muted":true,"picture":"hidden","hand":true}')
            await ana.until(ana.heard("ChatReceived", text="plain text of a page"))
            ana.do("say", text="to all", to=None)
            await cyd.say("room", {"request": "configure", "display": "Cyd 2"})
            await ana.until(lambda it: any(p.name == "Cyd 2" for p in it.room.participants.values()))
            ana.do("rename", alias="Ana 2")
            await ben.say("room", {"request": "unpublish"})
            await asyncio.sleep(1)
        await ana.until(ana.heard("ParticipantLeft", reason="left"))
        async with hand("Dan") as dan:
            await dan.publish()
            await asyncio.sleep(1)
            await dan.say("room", {"request": "leave"})
            await asyncio.sleep(1)
        await ana.end("company")


async def refusals() -> None:
    """Rooms that do not let us in, each for another reason."""
    rooms: dict[str, tuple[str, dict[str, str]]] = {
        "no-room": ("999", {}),
        "no-pin": ("1235", {}),
        "wrong-pin": ("1235", {"pin": "1"}),
        "room-of-letters": ("attic", {}),
    }
    for name, (room, credentials) in rooms.items():
        ana = await Incog(room, **credentials).begin()
        await ana.until(lambda it: it.room.phase is Phase.ENDED)
        await ana.end(f"refused-{name}")
    async with hand("Ben") as ben:
        await ben.say("room", {"request": "allowed", "room": 1234, "secret": "s", "action": "enable"})
        ana = await Incog("1234").begin()
        await ana.until(lambda it: it.room.phase is Phase.ENDED)
        await ana.end("refused-locked")
        await ben.say("room", {"request": "allowed", "room": 1234, "secret": "s", "action": "disable"})


async def full() -> None:
    """Two publish already, and the room has no place for a third."""
    async with hand("Ben", 1236) as ben, hand("Cyd", 1236) as cyd:
        await ben.publish()
        await cyd.publish()
        await asyncio.sleep(0.5)
        ana = await Incog("1236").begin()
        await ana.until(lambda it: it.room.phase is Phase.ENDED)
        await ana.end("full")


async def quiet() -> None:
    """A room that does not tell of those who publish nothing: they are asked for."""
    async with hand("Ben", 1236):
        ana = await Incog("1236").begin()
        await ana.until(ana.heard("ParticipantJoined"))
        async with hand("Cyd", 1236):
            await ana.until(lambda it: len(it.room.participants) == 2, 15)
        await ana.until(lambda it: len(it.room.participants) == 1, 15)
        await ana.end("quiet")


async def attendees() -> None:
    """Those who publish nothing come and go; one begins to publish."""
    async with hand("Ben") as ben:
        ana = await Incog("1234").begin()
        await ana.until(ana.heard("ParticipantJoined"))
        async with hand("Cyd"):
            await ana.until(lambda it: len(it.room.participants) == 2)
        await ana.until(lambda it: len(it.room.participants) == 1)
        await ben.publish(
            video=2, descriptions=[{"mid": "1", "description": "my desk"}, {"mid": "2", "description": "Screen share"}]
        )
        await ana.until(lambda it: it.kinds.get("Route", 0) >= 1)
        await asyncio.sleep(0.5)
        ana.do("want", pid=str(ben.id), source="screen", level="LOW")
        await asyncio.sleep(0.5)
        ana.do("want", pid=str(ben.id), source="screen", level="OFF")
        ana.do("want", pid=str(ben.id), source="camera", level="OFF")
        await asyncio.sleep(1)
        await ana.end("attendees")


async def kicked() -> None:
    """A moderator sends us out."""
    async with hand("Ben") as ben:
        ana = await Incog("1234").begin()
        await ana.until(lambda it: it.kinds.get("SendData", 0) >= 1)
        who = next(person["id"] for person in await _listed(ben) if person["display"] == "Ana")
        await ben.say("room", {"request": "kick", "room": 1234, "secret": "s", "id": who})
        await ana.until(lambda it: it.room.phase is Phase.ENDED)
        await ana.end("kicked")


async def moderated() -> None:
    """A moderator silences us, and lets us be heard again."""
    async with hand("Ben") as ben:
        ana = await Incog("1234").begin()
        await ana.until(lambda it: it.kinds.get("SendData", 0) >= 1)
        who = next(person["id"] for person in await _listed(ben) if person["display"] == "Ana")
        for mute in (True, False):
            body = {"request": "moderate", "room": 1234, "secret": "s", "id": who, "mid": "0", "mute": mute}
            await ben.say("room", body)
            await asyncio.sleep(0.3)
        await ana.end("moderated")


async def moderating() -> None:
    """We silence somebody, lock the room, open it, and send them out; the wrong secret moves nothing."""
    async with hand("Ben") as ben:
        await ben.publish()
        await asyncio.sleep(0.3)
        ana = await Incog("1234", secret="s").begin()
        await ana.until(lambda it: it.kinds.get("SendData", 0) >= 1)
        for what, pid, on in (
            ("mute others", str(ben.id), True),
            ("mute others", str(ben.id), False),
            ("lock", None, True),
            ("lock", None, False),
            ("kick", str(ben.id), True),
        ):
            ana.do("moderate", what=what, pid=pid, on=on)
            await asyncio.sleep(0.3)
        await ana.until(ana.heard("ParticipantLeft", reason="was removed"))
        await ana.end("moderating")
        eve = await Incog("1234", secret="wrong").begin()
        await eve.until(lambda it: it.kinds.get("SendData", 0) >= 1)
        eve.do("moderate", what="lock", pid=None, on=True)
        await eve.until(eve.heard("Notice", serious=True))
        await eve.end("moderating-wrongly")


async def destroyed() -> None:
    """The room is closed."""
    async with hand("Ben") as ben:
        await ben.say("room", {"request": "create", "room": 77, "secret": "s"})
        ana = await Incog("77").begin()
        await ana.until(lambda it: it.kinds.get("SendData", 0) >= 1)
        await ben.say("room", {"request": "destroy", "room": 77, "secret": "s"})
        await ana.until(lambda it: it.room.phase is Phase.ENDED)
        await ana.end("destroyed")


async def talking() -> None:
    """Somebody speaks, and stops."""
    import numpy
    from aiortc.mediastreams import AudioStreamTrack
    from av import AudioFrame

    class Tone(AudioStreamTrack):
        async def recv(self) -> Any:
            frame: Any = await super().recv()
            at = (numpy.arange(frame.samples) + frame.pts) / frame.sample_rate
            loud = 12000 if frame.pts < 4 * frame.sample_rate else 0
            wave = (numpy.sin(2 * numpy.pi * 440 * at) * loud).astype(numpy.int16)
            made = AudioFrame.from_ndarray(wave.reshape(1, -1), format="s16", layout="mono")
            made.pts, made.sample_rate, made.time_base = frame.pts, frame.sample_rate, frame.time_base
            return made

    async with hand("Ben") as ben:
        ana = await Incog("1234").begin()
        await ben.publish(voice=Tone(), video=0)
        await ana.until(ana.heard("SpeakingChanged", on=True))
        await ana.until(ana.heard("SpeakingChanged", on=False))
        await ana.end("talking")


async def codecs() -> None:
    """Rooms whose pictures are of kinds that we cannot send; and one from which we can receive them."""
    for room, name in (("1237", "vp9"), ("1238", "av1")):
        ana = await Incog(room).begin()
        ana.do("set_state", muted=False, picture="camera", hand=False)
        await ana.until(ana.heard("PublicationEnded"))
        await asyncio.sleep(0.5)
        await ana.end(f"room-{name}")
    async with hand("Ben", 1239) as ben:
        await ben.publish()
        ana = await Incog("1239").begin()
        await ana.until(lambda it: it.kinds.get("Route", 0) >= 1 and it.kinds.get("SendData", 0) >= 1)
        await ana.end("room-h264")


async def pinned() -> None:
    """A room with a PIN, which lets only those receive who are in it."""
    async with hand("Ben", 1235, pin="4242") as ben:
        await ben.publish()
        ana = await Incog("1235", pin="4242").begin()
        await ana.until(lambda it: it.kinds.get("Route", 0) >= 1 and it.kinds.get("SendData", 0) >= 1)
        await ana.end("pinned")


async def claimed() -> None:
    """The WebSocket is gone and comes back; meanwhile somebody came who publishes nothing."""
    async with hand("Ben") as ben:
        await ben.publish()
        ana = await Incog("1234").begin()
        await ana.until(lambda it: it.kinds.get("Route", 0) >= 1 and it.kinds.get("SendData", 0) >= 1)
        await ana.drop()
        async with hand("Cyd"):
            await asyncio.sleep(1)
            await ana.found()
            await ana.until(lambda it: it.room.phase is Phase.LIVE and len(it.room.participants) == 2)
            await asyncio.sleep(1)
        await ana.end("claimed")


async def missed() -> None:
    """As `claimed`, but who came publishes: everything is begun anew."""
    async with hand("Ben") as ben:
        await ben.publish()
        ana = await Incog("1234").begin()
        await ana.until(lambda it: it.kinds.get("Route", 0) >= 1 and it.kinds.get("SendData", 0) >= 1)
        await ana.drop()
        async with hand("Cyd") as cyd:
            await cyd.publish()
            await asyncio.sleep(1)
            await ana.found()
            await ana.until(ana.heard("Resynced"))
            await asyncio.sleep(1)
        await ana.end("missed")


async def expired() -> None:
    """The session is gone when we come back."""
    async with hand("Ben") as ben:
        await ben.publish()
        ana = await Incog("1234").begin()
        await ana.until(lambda it: it.kinds.get("Route", 0) >= 1 and it.kinds.get("SendData", 0) >= 1)
        await ana.drop()
        await asyncio.sleep(14)
        await ana.found()
        await ana.until(ana.heard("Resynced"))
        await asyncio.sleep(1)
        await ana.end("expired")


async def hung_up() -> None:
    """The server closes our connections; they are made again."""
    async with hand("Ben") as ben:
        await ben.publish()
        ana = await Incog("1234").begin()
        await ana.until(lambda it: it.kinds.get("Route", 0) >= 1 and it.kinds.get("SendData", 0) >= 1)
        for action in ("Offer", "Answer"):
            before = ana.kinds[action]
            handle = ana.handle("publish" if action == "Offer" else "start")
            await ben._socket.send_json({"janus": "hangup", "transaction": "x", **handle})
            await ana.until(lambda it, action=action, before=before: it.kinds[action] > before)  # type: ignore[misc]  # mypy has no type for a lambda's defaults
            await asyncio.sleep(1)
        await ana.end("hung-up")


async def sealed() -> None:
    """Two with the link's key, and one without: greetings, keys, chat, a private message."""
    ben = await Incog("1234" + KEY, "Ben").begin()
    ben.do("set_state", muted=False, picture="camera", hand=False)
    ana = await Incog("1234" + KEY).begin()
    ana.do("set_state", muted=True, picture="hidden", hand=True)
    async with hand("Eve") as eve:
        await eve.publish()
        await ana.until(lambda it: it.kinds.get("Route", 0) >= 1 and len(it.room.participants) == 2)
        eve.channel.send("not sealed")
        for one in (ana, ben):
            one.do("say", text=f"from {one.alias}", to=None)
        pid = {person.name: pid for pid, person in ben.room.participants.items()}["Ana"]
        ben.do("say", text="only for Ana", to=pid)
        await ana.until(ana.heard("ChatReceived", text="only for Ana", private=True))
        await ana.until(ana.heard("ChatReceived", text="from Ben", private=False))
        await asyncio.sleep(2.5)
    await ana.end("sealed")
    await ben.end("sealed-other-side")


async def private() -> None:
    """A private message in a room without a key."""
    ben = await Incog("1234", "Ben").begin()
    ana = await Incog("1234").begin()
    await ana.until(_greeted)
    ana.do("say", text="only for Ben", to=next(iter(ana.room.participants)))
    await ben.until(ben.heard("ChatReceived", text="only for Ben", private=True))
    await ana.end("private")
    await ben.end("private-other-side")


async def killed() -> None:
    """The server is gone without a word. The last one, since there is none after it."""
    async with hand("Ben"):
        ana = await Incog("1234").begin()
        await ana.until(lambda it: it.kinds.get("SendData", 0) >= 1)
        os.kill(int(os.environ["JANUS_PID"]), signal.SIGKILL)
        await asyncio.sleep(0.3)
        ana.do("lost")
        await asyncio.sleep(0.5)
        await ana.end("killed")


async def timeout() -> None:
    """The server gives up a session that is never used: another server, with little patience."""
    async with hand("Ben") as ben:
        await ben.publish()
        ana = await Incog("1234").begin()
        await ana.until(lambda it: it.kinds.get("SendData", 0) >= 1)
        await ana.until(ana.heard("Resynced"), 20)
        await asyncio.sleep(0.5)
        await ana.end("timeout")


def _greeted(incog: Incog) -> bool:
    """Whether somebody and we have heard each other."""
    assert isinstance(incog.room, VideoRoom)
    return any(person.box and person.hears_us for person in incog.room._people)


async def _listed(hand: Hand) -> list[dict[str, Any]]:
    reply = await hand.say("room", {"request": "listparticipants", "room": hand.room})
    people: list[dict[str, Any]] = reply["participants"]
    return people


ALL: tuple[Callable[[], Awaitable[None]], ...] = (
    company, refusals, full, quiet, attendees, kicked, moderated, moderating, destroyed, talking, codecs, pinned,
    claimed, missed, expired, hung_up, sealed, private, killed,
)  # fmt: skip
IMPATIENT: tuple[Callable[[], Awaitable[None]], ...] = (timeout,)
"""Recorded with a server that gives up a session after four seconds."""


async def _record(names: list[str]) -> None:
    for scene in IMPATIENT if "IMPATIENT" in os.environ else ALL:
        if not names or scene.__name__ in names:
            print(scene.__name__, flush=True)
            await asyncio.wait_for(scene(), 60)


def main() -> None:
    """Outside: make the internet and the server; inside: record."""
    if "--inside" in sys.argv:
        asyncio.run(_record([name for name in sys.argv[1:] if not name.startswith("-")]))
        return
    from tests.whole.internet import ALICE, OPERATOR, internet
    from tests.whole.janus import janus

    with internet(operator=OPERATOR, alice=ALICE) as net, janus(net.seats["operator"], OPERATOR, rooms=ROOMS) as server:
        for impatient in (False, True):
            if impatient:
                server.stop()
                config = server.folder / "janus.jcfg"
                config.write_text(config.read_text().replace("session_timeout=60", "session_timeout=4"))
                server.start()
            assert server.process is not None
            environment = {**os.environ, "JANUS_PID": str(server.process.pid)}
            inside = net.seats["alice"].start(
                [sys.executable, "-m", "tests.net.janus.record", "--inside", *sys.argv[1:]],
                env={**environment, **({"IMPATIENT": "1"} if impatient else {})},
                cwd=Path(__file__).parents[3],
            )
            if inside.wait(600):
                sys.exit(inside.returncode)


if __name__ == "__main__":
    main()
