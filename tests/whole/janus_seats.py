"""What each seat of a meeting on a Janus server could decode about one person, in the words of the ledger.

As in `seats`, and written down a second time as well. The connection for media ends at the operator, who opens it; what
they have in hand then is written down by the person's own incog, packet by packet, just before it is encrypted, and the
recorder tells that these are the packets that left.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import av
import numpy as np

from tests.whole import changed, seats
from tests.whole import decoding as wire
from tests.whole.changed import Noted
from tests.whole.outside import Packet
from tests.whole.seats import PICTURE, VOICE, Clear, Seen, Where

RATE = 48_000
QUALITY = "loss, jitter and delay of what you receive"
SEALED_SIZES = "sizes and times of sealed messages"

# A whole incog that writes down what it sends before that is encrypted, and what it receives; and greets all and each.
TAPPED = changed.incog(
    changed.TAP,
    """
import aiohttp, aiortc.rtcdtlstransport
from net import janus, sfu_wire
from net.services.janus import sealing
dtls = aiortc.rtcdtlstransport.RTCDtlsTransport
around(dtls, "_send_rtp", lambda args, result: note("sent", args[0]))
around(dtls, "_handle_rtp_data", lambda args, result: note("came", args[0]) if args[0][1] & 127 == 96 else None)
def sent(args, result):
    if result:
        note("said text" if isinstance(args[0], str) else "said bytes", args[0])
around(sfu_wire.Wire, "send", sent)
around(sfu_wire.Wire, "_said", lambda args, result: note("heard", args[1]) if isinstance(args[1], str) else None)
around(sealing.Sealing, "open", lambda args, result: note("heard", result.text.decode()))
around(sealing.Boxes, "open", lambda args, result: note("boxed", result.decode()))
receive = aiohttp.ClientWebSocketResponse.receive
async def received(self, *args, **kwargs):
    message = await receive(self, *args, **kwargs)
    if isinstance(message.data, str):
        note("told", message.data)
    return message
aiohttp.ClientWebSocketResponse.receive = received
ask = aiohttp.ClientWebSocketResponse.send_str
async def asked(self, text, *args, **kwargs):
    await ask(self, text, *args, **kwargs)
    note("asked", text)
aiohttp.ClientWebSocketResponse.send_str = asked
join = janus.JanusRoom.join
async def greet(self):
    while not self.participants:
        await asyncio.sleep(0.1)
    await asyncio.sleep(2.5)
    for text, to in (("good day", None), *(("psst", pid) for pid in self.participants)):
        await self.say(text, to)
async def enter(self):
    await join(self)
    self.greetings = asyncio.ensure_future(greet(self))
janus.JanusRoom.join = enter
""",
)
"""Kinds of what it notes: sent, came, asked, said text, said bytes, heard, boxed, told."""


# --- what is in packets ----------------------------------------------------------------------------------------------


def payload(packet: bytes) -> bytes:
    """What an RTP packet carries (RFC 3550 section 5.1)."""
    start = 12 + 4 * (packet[0] & 15)
    if packet[0] & 0x10:
        start += 4 + 4 * int.from_bytes(packet[start + 2 : start + 4], "big")
    return packet[start:]


def sent_of(tap: Iterable[Noted], *kinds: int, way: str = "sent") -> list[bytes]:
    """The RTP packets of these payload types that were sent (or "came"), as they are when they are not encrypted."""
    packets = [what.data for what in tap if what.kind == way]
    return [data for data in packets if not 192 <= data[1] < 224 and data[1] & 127 in kinds]


def tone(packets: Iterable[bytes]) -> float:
    """What sound is in these: the frequency that stands out, Hz; 0 when none does."""
    decoder = av.CodecContext.create("libopus", "r")
    decoder.sample_rate, decoder.layout = RATE, "mono"
    found = []
    for packet in packets:
        try:
            found += [frame.to_ndarray().reshape(-1) for frame in decoder.decode(av.Packet(payload(packet)))]
        except av.FFmpegError:
            continue
    if not found:
        return 0.0
    samples = np.concatenate(found)[-2 * RATE :].astype(float)
    strength = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    peak = int(np.argmax(strength))
    near = strength[max(0, peak - 20) : peak + 21]
    stands_out = float((near**2).sum() / max(1e-9, float((strength**2).sum())))
    return peak * RATE / len(samples) if stands_out > 0.5 else 0.0


def colour(packets: Iterable[bytes]) -> tuple[int, ...]:
    """What picture is in these VP8 packets (RFC 7741): its colour, as red, green, blue; empty when none can be had."""
    decoder = av.CodecContext.create("vp8", "r")
    frame = b""
    found: tuple[int, ...] = ()
    for packet in packets:
        body = payload(packet)
        frame += body[_descriptor(body) :]
        if packet[1] & 0x80:
            try:
                for picture in decoder.decode(av.Packet(frame)):
                    found = tuple(int(value) for value in picture.to_ndarray(format="rgb24").mean(axis=(0, 1)))
            except av.FFmpegError:
                pass
            frame = b""
    return found


def _descriptor(body: bytes) -> int:
    at = 1
    if body[0] & 0x80:
        more, at = body[1], 2
        if more & 0x80:
            at += 2 if body[at] & 0x80 else 1
        at += bool(more & 0x40) + bool(more & 0x30)
    return at


# --- messages --------------------------------------------------------------------------------------------------------


def from_operator(stream: bytes) -> Seen:
    """What the messages on one connection to the server say to whoever reads them."""
    if seats.is_tls(stream):
        return {("software", "how it greets by TLS")}
    _, frames = wire.websocket(stream)
    seen: Seen = set()
    for opcode, data in frames:
        if opcode == 1:
            seen |= set(_message(json.loads(data)))
        elif opcode == 10:
            seen.add(("presence", "connected to this server"))
    return seen


def _message(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "software", seats.BY_MESSAGES
    assert len(message["transaction"]) == 16
    yield "connection id", "random names of requests"
    yield "presence", "left this room" if message["janus"] == "destroy" else "connected to this server"
    if message["janus"] == "attach":
        yield "room", _PLUGINS[message["plugin"].removeprefix("janus.plugin.")]
    body = message.get("body", {})
    if body.get("request") == "list":
        yield "room", "every room of this server: you ask which there are"
    if "muted" in body:
        yield "microphone state", "muted" if body["muted"] else "on"
    if "room" in body:
        yield "room", f"room {body['room']}"
    if "display" in body:
        yield "display name", body["display"]
    for name, words in _CREDENTIALS.items():
        if name in body:
            yield "credential", words
    if body.keys() & {"streams", "subscribe", "unsubscribe"}:
        yield "whose picture you receive", "whose voice and picture you receive, and how large"
    if body.get("request") == "join" and body.get("ptype") != "subscriber":
        yield from entered("id" in body)
    if "jsep" in message:
        yield from _description(message["jsep"]["sdp"])


def entered(named: bool) -> Seen:
    """That somebody is in a room; `named`: under an id of their own."""
    return {("presence", "in this room"), _NAMED if named else _NUMBERED}


_NUMBERED = ("connection id", "a number that the server gives you in this room")
_NAMED = ("connection id", "a random name, drawn for this meeting")
_PLUGINS = {
    "videoroom": "a room with pictures",
    "audiobridge": "a room whose sound the server mixes",
    "textroom": "a room for texts",
}
_CREDENTIALS = {
    "pin": "the room's PIN",
    "token": "a token that lets one in",
    "secret": "the room's secret, by which one may moderate",
}


def _description(sdp: str) -> Iterator[tuple[str, str]]:
    assert "a=candidate" not in sdp
    yield "software", "incog, by the shape of its descriptions"
    yield "connection keys", seats.MADE_FOR_THIS
    yield "connection id", seats.NAMES
    if "a=ssrc:" in sdp:
        yield "connection id", seats.SOURCES


def said(text: str) -> Iterator[tuple[str, str]]:
    """What a data channel message says to whoever can read it."""
    message = json.loads(text)
    if "textroom" in message:
        yield from _texted(message)
        return
    assert message["incog"] == "1"
    match message["t"]:
        case "hello":
            yield _NAMED
            yield "connection keys", "a key for private messages, made for this meeting"
            yield "whom you exchange messages with", "whose greetings you have received"
            if "alias" in message:
                yield "display name", message["alias"]
        case "chat":
            yield "chat message", message["text"]
        case "box":
            yield "?", "a box"
    if message["t"] in ("hello", "state"):
        yield "presence", "in the meeting"
        yield from seats.state(message)


def _texted(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What a message to a TextRoom says to the server."""
    yield "room", f"room {message['room']}"
    yield "connection id", "random names of requests"
    match message["textroom"]:
        case "join":
            yield from (_CHATS, ("presence", "in this room"), ("display name", message["display"]))
        case "message" if "to" in message:
            yield "chat message", f"to one participant: {message['text']}"
            yield "whom you exchange messages with", "whom you write to alone"
        case "message":
            yield "chat message", message["text"]
        case "leave":
            yield "presence", "left this room"


_CHATS = ("connection id", "a random name in the chat, drawn for this meeting")


# --- seats -----------------------------------------------------------------------------------------------------------


def operator(packets: Iterable[Packet], tap: Iterable[Noted], me: str, where: Where) -> Seen:
    """What the server could read, hear and see of what `me` sends to it."""
    packets, tap = list(packets), list(tap)
    mine = [packet for packet in packets if packet.source[0] == me]
    clear, seen = Clear(), {where.address(me)}
    for stream in wire.streams(mine).values():
        seen |= from_operator(stream)
    for packet in packets:  # what a relay carries is everybody's, and alike
        if packet.protocol == "udp" and packet.source[0] in (me, where.relay):
            clear.take(packet.payload, packet.source)
    sees = {("voice is live", "your voice")} if tone(sent_of(tap, VOICE)) else set()
    sees |= {("picture is live", "your picture")} if colour(sent_of(tap, PICTURE)) else set()
    if any(what.kind == "sent" and 192 <= what.data[1] < 224 for what in tap):
        sees.add(("network quality", QUALITY))
    known = {fact for fact, _ in sees}
    known |= {"movement in your picture"} if "picture is live" in known else set()
    for what in tap:
        if what.kind == "said text":
            seen |= {("software", seats.BY_MESSAGES), *_unless_boxed(said(what.text))}
        elif what.kind == "asked":
            seen |= set(_message(json.loads(what.text)))
        elif what.kind == "said bytes":
            seen.add(("how much you send, and when", SEALED_SIZES))
    return seen | sees | {(fact, value) for fact, value in clear.facts() if fact not in known}


def _unless_boxed(facts: Iterable[tuple[str, str]]) -> Seen:
    boxed = ("whom you exchange messages with", "that you write to one participant alone")
    return {boxed if value == "a box" else (fact, value) for fact, value in facts}


def participant(tap: Iterable[Noted], entry: dict[str, Any], name: str, number: int, *, named: bool) -> Seen:
    """What another participant learned of `name`, whom the server calls by a number; `entry`: what they received.

    `named`: the number is of their own choice.
    """
    tap, chats = list(tap), set[str]()
    seen: Seen = set()
    if entry["tone_hz"] or tone(sent_of(tap, VOICE, way="came")):
        seen.add(("voice is live", "your voice"))
    if entry["colour"]:
        seen.add(("picture is live", "your picture"))
    for what in tap:
        if what.kind == "told":
            data = json.loads(what.text).get("plugindata", {}).get("data", {})
            for person in (*data.get("publishers", ()), *data.get("attendees", ()), data.get("joining", {})):
                if person.get("id") == number:
                    seen |= {*entered(named), ("display name", person["display"])}
                    if "streams" in person:
                        seen.add(("software", "what kinds of media you can send, and how they are encoded"))
            for person in data.get("participants", ()):
                if person.get("id") == number:
                    muted = "muted" if person["muted"] else "on"
                    seen |= {*entered(named), ("display name", person["display"]), ("microphone state", muted)}
            if data.get("leaving") == number:
                seen.add(("presence", "left this room"))
        elif what.kind == "heard" and "textroom" in what.text:
            seen |= set(_read_in_chat(json.loads(what.text), name, chats))
        elif what.kind == "heard":
            seen |= {one for one in said(what.text) if one[0] != "?"}
        elif what.kind == "boxed":
            seen.add(("chat message", f"to one participant: {what.text}"))
    return seen


def _read_in_chat(message: dict[str, Any], name: str, chats: set[str]) -> Iterator[tuple[str, str]]:
    """What a TextRoom tells somebody of `name`; `chats`: by which names they are known there, as far as it was told."""
    for one in (message, *message.get("participants", ())):
        if one.get("display") == name and "username" in one:
            chats.add(one["username"])
            yield from (_CHATS, ("presence", "in this room"), ("display name", name))
    if message["textroom"] == "message" and message["from"] in chats:
        yield "chat message", ("to one participant: " if message.get("whisper") else "") + message["text"]
    if message["textroom"] == "leave" and message["username"] in chats:
        yield "presence", "left this room"
