"""Record the transcripts of AudioBridge and TextRoom anew, from Debian's Janus in a small internet.

    python -m tests.net.janus.record_sound

All who take part are conversations of incog, and each of them is on record. Their connections are made by aiortc.
"""

from __future__ import annotations

import asyncio
import fractions
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import av
import numpy as np
from aiortc import (
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCDataChannel,
    RTCPeerConnection,
    RTCSessionDescription,
)

from net.services.base import Event
from net.services.janus.actions import Accept, Action, Answer, Close, Emit, Hangup, Offer, Send, SendData, Way
from tests.net.janus import transcript

Json = dict[str, Any]
RATE, BLOCK = 48000, 960


class Tone(MediaStreamTrack):
    """Somebody who hums."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._began = 0.0
        self._pts = 0

    async def recv(self) -> av.AudioFrame:
        self._began = self._began or time.monotonic()
        await asyncio.sleep(max(0.0, self._began + self._pts / RATE - time.monotonic()))
        wave = np.sin(2 * np.pi * 440 * (np.arange(BLOCK) + self._pts) / RATE) * 8000
        frame = av.AudioFrame.from_ndarray(wave.astype(np.int16).reshape(1, -1), format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = RATE, self._pts, fractions.Fraction(1, RATE)
        self._pts += BLOCK
        return frame


class Seat:
    """One participant: a conversation, carried out and written down."""

    def __init__(self, alias: str, link: str, **credentials: str) -> None:
        self.it = transcript.conversation(link, alias, credentials)
        self.events: list[Event] = []
        self.lines: list[Json] = [{"link": link, "alias": alias, "credentials": credentials}]
        self._began = time.monotonic()
        self._http: aiohttp.ClientSession | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._ways: dict[Way, RTCPeerConnection] = {}
        self._channel: RTCDataChannel | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._wishes: asyncio.Queue[Action] = asyncio.Queue()

    # --- inputs ------------------------------------------------------------------------------------------------------

    def give(self, method: str, **arguments: Any) -> None:
        """Call a method of the conversation, write down what it says, and do that in turn."""
        now = round(time.monotonic() - self._began, 3)
        actions = transcript.do(self.it, method, now, arguments)
        if method != "tick" or actions:
            written = [transcript.plain(action) for action in actions]
            self.lines.append({"at": now, "do": method, **arguments, "out": written})
        for action in actions:
            if isinstance(action, Emit):
                self.events.append(action.event)
            else:
                self._wishes.put_nowait(action)

    async def connect(self, url: str, *, again: bool = False) -> None:
        """Connect the WebSocket."""
        if self._http is None:
            self._http = aiohttp.ClientSession()
            self._tasks = [asyncio.ensure_future(self._tick()), asyncio.ensure_future(self._do())]
        self._socket = await self._http.ws_connect(url, protocols=("janus-protocol",))
        self._tasks.append(asyncio.ensure_future(self._read(self._socket)))
        self.give("found" if again else "start")

    async def cut(self) -> None:
        """Lose the WebSocket."""
        assert self._socket is not None
        await self._socket.close()
        self._socket = None
        self.give("lost")

    def write(self, name: str) -> None:
        """Write the transcript."""
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in self.lines)
        (transcript.FOLDER / f"{name}.jsonl").write_text(text)

    async def close(self) -> None:
        """End everything that is still there."""
        for task in self._tasks:
            task.cancel()
        for pc in self._ways.values():
            await pc.close()
        if self._http is not None:
            await self._http.close()

    async def until(self, what: Callable[[Seat], object], within: float = 8.0) -> None:
        """Wait for something."""
        for _ in range(int(within / 0.02)):
            if what(self):
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"nothing came of it; last: {self.lines[-8:]}")

    def saw(self, kind: str, **fields: Any) -> bool:
        """Whether such an event came."""
        return any(
            type(event).__name__ == kind and all(getattr(event, key) == value for key, value in fields.items())
            for event in self.events
        )

    # --- the driver --------------------------------------------------------------------------------------------------

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(0.2)
            self.give("tick")

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            self.give("received", text=message.data)

    async def _do(self) -> None:
        while True:
            wish = await self._wishes.get()
            match wish:
                case Send(text) if self._socket is not None:
                    await self._socket.send_str(text)
                case SendData(_, str(text)) if self._channel is not None:
                    self._channel.send(text)
                case Offer(way):
                    pc = self._connection(way)
                    pc.addTrack(Tone())
                    await pc.setLocalDescription(await pc.createOffer())
                    self.give("described", way=way.value, sdp=pc.localDescription.sdp)
                case Accept(way, sdp):
                    await self._ways[way].setRemoteDescription(RTCSessionDescription(sdp, "answer"))
                case Answer(way, sdp):
                    pc = self._connection(way)
                    await pc.setRemoteDescription(RTCSessionDescription(sdp, "offer"))
                    self._open(pc.createDataChannel("JanusDataChannel"), way)
                    await pc.setLocalDescription(await pc.createAnswer())
                    self.give("described", way=way.value, sdp=pc.localDescription.sdp)
                case Close(way):
                    await self._ways.pop(way).close()
                case Hangup() if self._socket is not None:
                    await self._socket.close()
                case _:
                    pass

    def _connection(self, way: Way) -> RTCPeerConnection:
        pc = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self._ways[way] = pc

        @pc.on("connectionstatechange")
        def changed() -> None:
            if self._ways.get(way) is pc and pc.connectionState == "connected":
                self.give("way_event", way=way.value, event="up")
            elif self._ways.get(way) is pc and pc.connectionState in ("failed", "closed"):
                self.give("way_event", way=way.value, event="failed")

        return pc

    def _open(self, channel: RTCDataChannel, way: Way) -> None:
        self._channel = channel

        @channel.on("open")
        def opened() -> None:
            self.give("way_event", way=way.value, event="channel")

        @channel.on("message")
        def came(data: str | bytes) -> None:
            self.give("data_received", way=way.value, label="JanusDataChannel", data=transcript.plain(data))


# --- scenes ----------------------------------------------------------------------------------------------------------

BRIDGES = """
room-4321: { description="open" secret="s" sampling_rate=48000 audiolevel_event=true audio_active_packets=25 }
room-4322: { description="with a PIN" secret="s" pin="1357" sampling_rate=48000 }
room-4323: { description="to be closed" secret="s" sampling_rate=48000 record=true record_file="RECORD" }
"""
TEXTS = """
room-1234: { description="open" secret="s" history=5 }
room-1235: { description="with a PIN" secret="s" pin="2468" }
"""
ALONE = {"picture": "hidden", "hand": False}


class Scenes:
    """Each is a method; what it gives is who was there, by the name of the file."""

    def __init__(self, url: str) -> None:
        self._url = url

    def seat(self, name: str, query: str, **credentials: str) -> Seat:
        return Seat(name, f"janus+{self._url}?{query}", **credentials)

    async def comes(self, seat: Seat, *, muted: bool = True) -> Seat:
        """Join, and wait for the sound."""
        seat.give("set_state", muted=muted, **ALONE)
        await seat.connect(self._url)
        await seat.until(lambda seat: '"up"' in json.dumps(seat.lines[-12:]) and seat.saw("PhaseChanged", phase="live"))
        return seat

    async def meeting(self) -> dict[str, Seat]:
        """Two come, speak, mute, are called otherwise, and leave."""
        reed = await self.comes(self.seat("Reed", "room=4321&plugin=audiobridge"), muted=False)
        wren = await self.comes(self.seat("Wren", "room=4321&plugin=audiobridge"))
        await reed.until(lambda reed: reed.saw("ParticipantChanged"))
        wren.give("set_state", muted=False, **ALONE)
        await reed.until(lambda reed: reed.saw("SpeakingChanged", on=True))
        wren.give("set_state", muted=True, **ALONE)
        await reed.until(lambda reed: reed.saw("SpeakingChanged", on=False))
        wren.give("rename", alias="Zoë ☂ <b>")
        await reed.until(lambda reed: "Zoë" in str(reed.events[-1]))
        wren.give("leave")
        await reed.until(lambda reed: reed.saw("ParticipantLeft"))
        reed.give("leave")
        return {"bridge-meeting-reed": reed, "bridge-meeting-wren": wren}

    async def refusals(self) -> dict[str, Seat]:
        """A room that is not there, one that wants another PIN, and one that wants a PIN at all."""
        seats = {
            "bridge-no-room": self.seat("Reed", "room=99&plugin=audiobridge"),
            "bridge-no-pin": self.seat("Reed", "room=4322&plugin=audiobridge"),
            "bridge-wrong-pin": self.seat("Reed", "room=4322&plugin=audiobridge", pin="1"),
        }
        for seat in seats.values():
            await seat.connect(self._url)
            await seat.until(lambda seat: seat.saw("PhaseChanged", phase="ended"))
        return seats

    async def pin(self) -> dict[str, Seat]:
        """The right PIN."""
        reed = await self.comes(self.seat("Reed", "room=4322&plugin=audiobridge", pin="1357"))
        reed.give("leave")
        return {"bridge-pin": reed}

    async def moderation(self) -> dict[str, Seat]:
        """One has the secret: mutes the other, locks the room, sends them out, and they cannot come back."""
        query = "room=4321&plugin=audiobridge"
        reed = await self.comes(self.seat("Reed", query, secret="s"))
        wren = await self.comes(self.seat("Wren", query), muted=False)
        await reed.until(lambda reed: any(not each.muted for each in reed.it.participants.values()))
        (pid,) = reed.it.participants
        reed.give("moderate", what="mute others", pid=pid, on=True)
        await wren.until(lambda wren: wren.saw("RemoteMuteRequest"))
        wren.give("set_state", muted=True, **ALONE)
        await reed.until(lambda reed: all(each.muted for each in reed.it.participants.values()))
        reed.give("moderate", what="lock", pid=None, on=True)
        await reed.until(lambda reed: "locked" in str(reed.events[-1]))
        robin = self.seat("Robin", query)
        await robin.connect(self._url)
        await robin.until(lambda robin: robin.saw("PhaseChanged", phase="ended"))
        reed.give("moderate", what="lock", pid=None, on=False)
        reed.give("moderate", what="kick", pid=pid, on=True)
        await wren.until(lambda wren: wren.saw("PhaseChanged", phase="ended"))
        await reed.until(lambda reed: reed.saw("ParticipantLeft"))
        reed.give("leave")
        return {"bridge-moderation-reed": reed, "bridge-moderation-wren": wren, "bridge-locked": robin}

    async def wrong_secret(self) -> dict[str, Seat]:
        """The secret is another."""
        reed = await self.comes(self.seat("Reed", "room=4321&plugin=audiobridge", secret="x"))
        reed.give("moderate", what="lock", pid=None, on=True)
        await reed.until(lambda reed: "secret" in str(reed.events[-2:]))
        reed.give("leave")
        return {"bridge-wrong-secret": reed}

    async def claimed(self) -> dict[str, Seat]:
        """The WebSocket is gone for a while, in which somebody comes; then the session is taken up again."""
        query = "room=4321&plugin=audiobridge"
        reed = await self.comes(self.seat("Reed", query))
        await reed.cut()
        wren = await self.comes(self.seat("Wren", query))
        await reed.connect(self._url, again=True)
        await reed.until(lambda reed: reed.it.participants)
        wren.give("leave")
        await reed.until(lambda reed: not reed.it.participants)
        reed.give("leave")
        return {"bridge-claimed": reed}

    async def broken(self) -> dict[str, Seat]:
        """The connection that carries the sound ends, and is made again."""
        query = "room=4321&plugin=audiobridge"
        wren = await self.comes(self.seat("Wren", query))
        reed = await self.comes(self.seat("Reed", query))
        reed.give("way_event", way="bridge", event="failed")
        await wren.until(lambda wren: wren.saw("ParticipantLeft"))
        await wren.until(lambda wren: wren.it.participants)
        await reed.until(lambda reed: reed.it.phase == "live")
        reed.give("leave")
        wren.give("leave")
        return {"bridge-broken-reed": reed, "bridge-broken-wren": wren}

    async def closed(self) -> dict[str, Seat]:
        """The room is recorded, and closed."""
        reed = await self.comes(self.seat("Reed", "room=4323&plugin=audiobridge"))
        await reed.until(lambda reed: reed.saw("PrivacyChanged", recording=True))
        await self._plugin("audiobridge", {"request": "destroy", "room": 4323, "secret": "s"})
        await reed.until(lambda reed: reed.saw("PhaseChanged", phase="ended"))
        return {"bridge-closed": reed}

    async def chat(self) -> dict[str, Seat]:
        """Three write to all and to one; one comes later and is told what was written; one is removed."""
        query = "room=4321&plugin=audiobridge&text=1234"
        reed = await self.comes(self.seat("Reed", query, secret="s"))
        wren = await self.comes(self.seat("Wren", query))
        for one in (reed, wren):
            await one.until(lambda one: "chat" in one.it.may)
        await asyncio.sleep(0.2)
        reed.give("say", text="good day\nto all ☂", to=None)
        await wren.until(lambda wren: wren.saw("ChatReceived"))
        (them,) = reed.it.participants
        reed.give("say", text="psst", to=them)
        await wren.until(lambda wren: wren.saw("ChatReceived", private=True))
        await self._plugin("textroom", {"request": "announcement", "room": 1234, "secret": "s", "text": "hear, hear"})
        await reed.until(lambda reed: "Announced" in str(reed.events))
        robin = await self.comes(self.seat("Robin", query))
        await robin.until(lambda robin: robin.saw("ChatReceived", earlier=True))
        assert not robin.saw("ChatReceived", private=True)
        wren.give("rename", alias="Finch")
        await reed.until(lambda reed: "Finch" in str(reed.events))
        await reed.until(lambda reed: len(reed.it.participants) == 2)
        await asyncio.sleep(0.3)
        wren.give("say", text="it is me", to=None)
        await reed.until(lambda reed: reed.saw("ChatReceived", name="Finch"))
        reed.give("moderate", what="kick", pid=them, on=True)
        await wren.until(lambda wren: wren.saw("PhaseChanged", phase="ended"))
        await reed.until(lambda reed: len(reed.it.participants) == 1)
        await self._plugin("textroom", {"request": "destroy", "room": 1234, "secret": "s"})
        await reed.until(lambda reed: "closed" in str(reed.events[-3:]))
        reed.give("leave")
        robin.give("leave")
        return {"text-reed": reed, "text-wren": wren, "text-robin": robin}

    async def no_chat(self) -> dict[str, Seat]:
        """A text room that is not there, and one that wants a PIN."""
        seats = {
            "text-no-room": self.seat("Reed", "room=4321&plugin=audiobridge&text=77"),
            "text-no-pin": self.seat("Reed", "room=4321&plugin=audiobridge&text=1235"),
            "text-wrong-pin": self.seat("Reed", "room=4321&plugin=audiobridge&text=1235", pin="1"),
        }
        for seat in seats.values():
            await self.comes(seat)
            await seat.until(lambda seat: "so there is no chat" in str(seat.events))
            seat.give("leave")
        return seats

    async def _plugin(self, plugin: str, body: Json) -> None:
        """Ask for something over a session of one's own."""
        async with aiohttp.ClientSession() as http, http.ws_connect(self._url, protocols=("janus-protocol",)) as socket:

            async def ask(**message: Any) -> Json:
                await socket.send_json({**message, "transaction": "t"})
                answer: Json = await socket.receive_json()
                return answer

            session = (await ask(janus="create"))["data"]["id"]
            handle = (await ask(janus="attach", session_id=session, plugin=f"janus.plugin.{plugin}"))["data"]["id"]
            await ask(janus="message", session_id=session, handle_id=handle, body=body)


async def _record(url: str) -> None:
    scenes = Scenes(url)
    order: tuple[Callable[[], Awaitable[dict[str, Seat]]], ...] = (
        scenes.meeting, scenes.refusals, scenes.pin, scenes.moderation, scenes.wrong_secret, scenes.claimed,
        scenes.broken, scenes.closed, scenes.no_chat, scenes.chat,
    )  # fmt: skip
    for scene in order:
        print(scene.__name__, flush=True)
        seats = await scene()
        await asyncio.sleep(0.3)
        for name, seat in seats.items():
            seat.write(name)
            await seat.close()


def main() -> None:
    """Record all of them."""
    from tests.whole.internet import ALICE, OPERATOR, internet
    from tests.whole.janus import janus

    if len(sys.argv) > 1:
        asyncio.run(_record(sys.argv[1]))
        return
    with internet(operator=OPERATOR, alice=ALICE) as net, tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        bridges = BRIDGES.replace("RECORD", f"{folder}/sound.wav")
        with janus(net.seats["operator"], OPERATOR, bridges=bridges, texts=TEXTS) as server:
            url = server.url.removeprefix("janus+")
            argv = [sys.executable, "-m", "tests.net.janus.record_sound", url]
            done = net.seats["alice"].start(argv, stdin=subprocess.DEVNULL)
            done.wait(timeout=300)


if __name__ == "__main__":
    main()
