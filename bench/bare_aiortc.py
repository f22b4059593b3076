"""The peer to compare with: the shortest aiortc script that holds the same kind of meeting, and nothing of incog.

    python -m bench.bare_aiortc host HZ PICTURES         opens a meeting and prints {"type": "invitation", "link": PORT}
    python -m bench.bare_aiortc join HZ PICTURES         joins the meeting whose port is the first line of its input

A WebSocket relays plain offers and answers. Everybody sends a tone and pictures, relayed from one source to all
connections, and decodes what arrives. All of aiortc's defaults are kept but three: no STUN server, one bundled
transport, and 127.0.0.1 as the only address, since the meeting takes place on one machine.

PICTURES is a file with raw yuv420p pictures, shown again and again.
"""

from __future__ import annotations

import array
import asyncio
import fractions
import json
import math
import signal
import sys
import time
from typing import Any

import aioice.ice
import av
from aiohttp import ClientSession, WSMsgType
from aiortc import (
    AudioStreamTrack,
    MediaStreamTrack,
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCSessionDescription,
    VideoStreamTrack,
)
from aiortc.contrib.media import MediaRelay
from aiortc.mediastreams import MediaStreamError

from bench.probe import Probe

RATE, BLOCK = 48_000, 960
WIDTH, HEIGHT = 320, 180
PICTURES_PER_SECOND = 12


class Tone(AudioStreamTrack):
    """A sine at three tenths of full scale, mono, 20 ms a frame."""

    def __init__(self, hertz: float) -> None:
        super().__init__()
        turn = 2 * math.pi * hertz / RATE
        # 50 blocks are a second, so a whole number of waves for whole frequencies: they can be repeated.
        wave = array.array("h", (int(9830 * math.sin(turn * n)) for n in range(RATE))).tobytes()
        self._blocks = [wave[at : at + 2 * BLOCK] for at in range(0, len(wave), 2 * BLOCK)]
        self._began: float | None = None
        self._count = 0

    async def recv(self) -> av.AudioFrame:
        self._began = self._began or time.time()
        await asyncio.sleep(self._began + self._count * BLOCK / RATE - time.time())
        frame = av.AudioFrame(format="s16", layout="mono", samples=BLOCK)
        frame.planes[0].update(self._blocks[self._count % len(self._blocks)])
        frame.pts, frame.sample_rate, frame.time_base = self._count * BLOCK, RATE, fractions.Fraction(1, RATE)
        self._count += 1
        return frame


class Pictures(VideoStreamTrack):
    """The pictures of a file, again and again."""

    def __init__(self, path: str) -> None:
        super().__init__()
        with open(path, "rb") as file:
            data = file.read()
        size = WIDTH * HEIGHT * 3 // 2
        self._pictures = [data[at : at + size] for at in range(0, len(data), size)]
        self._began: float | None = None
        self._count = 0

    async def recv(self) -> av.VideoFrame:
        self._began = self._began or time.time()
        await asyncio.sleep(self._began + self._count / PICTURES_PER_SECOND - time.time())
        frame = av.VideoFrame(WIDTH, HEIGHT, "yuv420p")
        data, at = self._pictures[self._count % len(self._pictures)], 0
        for plane in frame.planes:
            rows, wide = plane.height, plane.width
            # Lines are padded in memory where their width is not a multiple of what the processor likes.
            lines = (data[at + y * wide : at + (y + 1) * wide].ljust(plane.line_size, b"\0") for y in range(rows))
            plane.update(b"".join(lines))
            at += rows * wide
        frame.pts = self._count * 90_000 // PICTURES_PER_SECOND
        frame.time_base = fractions.Fraction(1, 90_000)
        self._count += 1
        return frame


class Meeting:
    """One participant's connections with all others."""

    def __init__(self, hertz: float, pictures: str, probe: Probe) -> None:
        self._probe = probe
        self._tracks: list[MediaStreamTrack] = [Tone(hertz), Pictures(pictures)]
        self._relay = MediaRelay()
        self._connections: dict[str, RTCPeerConnection] = {}
        self._drains: set[asyncio.Task[None]] = set()

    async def attend(self, port: int) -> None:
        """Join and stay until the server is gone."""
        async with ClientSession() as session, session.ws_connect(f"http://127.0.0.1:{port}/") as socket:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._received(json.loads(message.data), socket)

    async def close(self) -> None:
        await asyncio.gather(*(connection.close() for connection in self._connections.values()))

    async def _received(self, message: dict[str, Any], socket: Any) -> None:
        kind, who = message["type"], message.get("from", "")
        if kind == "welcome":
            for other in message["others"]:
                connection = self._connect(other, send=True)
                await connection.setLocalDescription(await connection.createOffer())
                await self._send(socket, other, connection)
        elif kind == "offer":
            connection = self._connect(who, send=False)
            await connection.setRemoteDescription(RTCSessionDescription(message["sdp"], "offer"))
            self._add_tracks(connection)
            await connection.setLocalDescription(await connection.createAnswer())
            await self._send(socket, who, connection)
        elif kind == "answer":
            await self._connections[who].setRemoteDescription(RTCSessionDescription(message["sdp"], "answer"))
        elif kind == "gone" and who in self._connections:
            await self._connections.pop(who).close()

    @staticmethod
    async def _send(socket: Any, to: str, connection: RTCPeerConnection) -> None:
        own = connection.localDescription
        await socket.send_str(json.dumps({"to": to, "type": own.type, "sdp": own.sdp}))

    def _connect(self, who: str, send: bool) -> RTCPeerConnection:
        configuration = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        connection = self._connections[who] = RTCPeerConnection(configuration)
        connection.on("track", self._take)
        if send:
            self._add_tracks(connection)
        return connection

    def _add_tracks(self, connection: RTCPeerConnection) -> None:
        for track in self._tracks:
            connection.addTrack(self._relay.subscribe(track))

    def _take(self, track: MediaStreamTrack) -> None:
        task = asyncio.create_task(self._drain(track))
        self._drains.add(task)
        task.add_done_callback(self._drains.discard)

    async def _drain(self, track: MediaStreamTrack) -> None:
        what = "heard" if track.kind == "audio" else "seen"
        try:
            while True:
                await track.recv()
                self._probe.count(what)
        except MediaStreamError:
            return


class Rendezvous:
    """Relays offers and answers between all who are connected."""

    def __init__(self) -> None:
        self._sockets: dict[str, Any] = {}
        self._count = 0

    async def handle(self, request: Any) -> Any:
        from aiohttp import web

        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self._count += 1
        me = str(self._count)
        await socket.send_json({"type": "welcome", "others": list(self._sockets)})
        self._sockets[me] = socket
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                told = json.loads(message.data)
                if told["to"] in self._sockets:
                    await self._sockets[told["to"]].send_json({**told, "from": me})
        del self._sockets[me]
        for other in self._sockets.values():
            await other.send_json({"type": "gone", "from": me})
        return socket

    async def start(self) -> int:
        """The port it listens on."""
        from aiohttp import web  # only who hosts needs it

        application = web.Application()
        application.router.add_get("/", self.handle)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return int(runner.addresses[0][1])


async def main(role: str, hertz: str, pictures: str) -> None:
    probe = Probe()
    probe.loaded()
    meeting = Meeting(float(hertz), pictures, probe)
    if role == "host":
        port = await Rendezvous().start()
        print(json.dumps({"type": "invitation", "link": str(port)}), flush=True)
    else:
        port = int(sys.stdin.readline())
    attending = asyncio.create_task(meeting.attend(port))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, attending.cancel)
    try:
        await attending
    except asyncio.CancelledError:
        pass
    await meeting.close()


if __name__ == "__main__":
    aioice.ice.get_host_addresses = lambda use_ipv4, use_ipv6: ["127.0.0.1"] if use_ipv4 else []
    asyncio.run(main(*sys.argv[1:]))
