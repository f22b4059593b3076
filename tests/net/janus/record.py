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
        self.stays = False  # does not connect again when the WebSocket is gone

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

    async def until(self, what: Callable[[Incog], bool], seconds: float = 10.0) -> None:
        """Wait until something holds."""
        for _ in range(int(seconds / 0.05)):
            if what(self):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"this did not come about; {self.kinds} {self.events[-5:]}")

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
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in self.lines)
        (transcript.FOLDER / f"{name}.jsonl").write_text(text)


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


ALL: tuple[Callable[[], Awaitable[None]], ...] = (company,)


async def _record(names: list[str]) -> None:
    for scene in ALL:
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
        assert server.process is not None
        environment = {**os.environ, "JANUS_PID": str(server.process.pid)}
        inside = net.seats["alice"].start(
            [sys.executable, "-m", "tests.net.janus.record", "--inside", *sys.argv[1:]],
            env=environment,
            cwd=Path(__file__).parents[3],
        )
        inside.wait(600)
        sys.exit(inside.returncode)


def kill_server() -> None:
    """End the server without a word."""
    os.kill(int(os.environ["JANUS_PID"]), signal.SIGKILL)


if __name__ == "__main__":
    main()
