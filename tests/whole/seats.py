"""What each seat of a meeting could decode about one person, in the words of the ledger.

A seat is where an audience sits: another participant, the operator of the rendezvous, the relay, the path between them.
What is decoded comes from the recorders and from the other participant's own incog, which writes down what it received;
the words are written down here a second time, so that neither side can put a fact into the other's mouth.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from tests.whole import changed
from tests.whole import decoding as wire
from tests.whole.changed import Noted
from tests.whole.outside import Packet

Seen = set[tuple[str, str]]
"""Facts and their values."""

BEHIND_NAT = "your network's address, as others see it"
MADE_FOR_THIS = "made for this connection only"
SENT_ENCRYPTED = "that it is sent, encrypted"

VOICE, PICTURE, PICTURE_AGAIN = 96, 97, 98
NAMES = "random names, made for this connection only"
SOURCES = "random source numbers, made for this connection only"
AIOICE = "connection checks in the manner of aioice"
IN_A_CALL = "in a call"
SIZES = "sizes and times of packets"
SEALED_SIZES = "sizes and times of sealed messages"
REPORTS = "that reports are sent, encrypted, and of which kind"
BY_MESSAGES = "incog, by its messages"

# A whole incog that writes down what it receives, as far as it could be opened, and greets all and each who come.
TAPPED = changed.incog(
    changed.TAP,
    """
import aioice.ice, aiortc.rtcdtlstransport, aiortc.rtcsctptransport
from net import mesh, peer
from net.services.mesh import sealing
around(sealing.Sealer, "open", lambda args, result: note("sealed", result[1]))
around(peer.Peer, "_said", lambda args, result: note("channel", args[0]))
around(aioice.ice.StunProtocol, "datagram_received", lambda args, result: note("datagram", args[0], args[1][0]))
dtls = aiortc.rtcdtlstransport.RTCDtlsTransport
around(dtls, "_handle_rtp_data", lambda args, result: note("rtp", args[0] if args[0][1] & 127 == 96 else args[0][:64]))
around(dtls, "_handle_rtcp_data", lambda args, result: note("rtcp", args[0]))
around(aiortc.rtcsctptransport.RTCSctpTransport, "_handle_data", lambda args, result: note("sctp", args[0]))
begin = mesh.MeshRoom.__init__
def greeting(self, *args, **more):
    begin(self, *args, **more)
    report = self.reports.report
    def greet(pid, event, detail=""):
        report(pid, event, detail)
        if event == "connected":
            self.greetings = [asyncio.ensure_future(self.say(*said)) for said in (("good day", None), ("psst", pid))]
    self.reports.report = greet
mesh.MeshRoom.__init__ = greeting
""",
)


@dataclass
class Clear:
    """What can be read in the clear parts of datagrams from one end, gathered over a meeting."""

    seen: Seen = field(default_factory=set)
    voices: set[int] = field(default_factory=set)  # sizes
    pictures: set[int] = field(default_factory=set)
    certificates: list[Any] = field(default_factory=list)
    _handshakes: dict[object, wire.Handshake] = field(default_factory=dict)

    def take(self, datagram: bytes, way: object) -> None:
        """Read one datagram; `way` names the connection it belongs to."""
        first = datagram[0]
        if first < 4:
            self._stun(wire.stun(datagram))
        elif 20 <= first < 64:
            self.seen.add(("how much you send, and when", SIZES))
            for kind, body in self._handshakes.setdefault(way, wire.Handshake()).take(datagram):
                self._shake(kind, body)
        elif 64 <= first < 80:
            channel, carried = wire.channel_data(datagram)
            self.take(carried, (way, channel))
        elif 192 <= datagram[1] < 224:
            self._rtcp()
        else:
            self._rtp(wire.rtp(datagram))

    def facts(self) -> Seen:
        """The facts, with those that only many packets together tell."""
        more: Seen = set()
        if len(self.voices) > 1:
            more.add(("when you speak", "voice packets have several sizes"))
        if len(self.pictures) > 1:
            more.add(("movement in your picture", "the sizes of its packets follow it"))
        return self.seen | more

    def _stun(self, message: wire.Stun) -> None:
        name = message.value(wire.USERNAME)
        realm = message.value(wire.REALM)
        if name is not None and realm is not None:
            self.seen.add(("credential", f"the user name {name.decode()}"))
        elif name is not None:
            self.seen |= {("connection id", NAMES), ("presence", IN_A_CALL)}
            kinds = [kind for kind, _ in message.attributes if kind != wire.USE_CANDIDATE]
            if kinds in (_CONTROLLING, _CONTROLLED):
                self.seen.add(("software", AIOICE))
        for host, _ in message.addresses(wire.XOR_PEER):
            self.seen.add(("whom you exchange messages with", host))

    def _shake(self, kind: int, body: bytes) -> None:
        if kind in (wire.CLIENT_HELLO, wire.SERVER_HELLO):
            self.seen.add(("software", "how it greets by DTLS"))
        elif kind == wire.CERTIFICATE:
            (certificate,) = wire.certificates(body)
            self.certificates.append(certificate)
            self.seen.add(("connection keys", MADE_FOR_THIS))
            begins = certificate.not_valid_before_utc
            age = datetime.datetime.now(tz=datetime.UTC) - begins
            if begins.time() == datetime.time() and datetime.timedelta() < age < datetime.timedelta(days=3):
                self.seen.add(("clock", "the date, in a certificate"))
            else:
                self.seen.add(("clock", f"something else: {begins}"))

    def _rtcp(self) -> None:
        self.seen |= {("how much you send, and when", SIZES), ("network quality", REPORTS)}

    def _rtp(self, header: wire.Rtp) -> None:
        self.seen |= {("how much you send, and when", SIZES), ("connection id", SOURCES)}
        if header.payload_type == VOICE:
            self.voices.add(header.size)
            self.seen.add(("voice is live", SENT_ENCRYPTED))
            if set(header.extensions) - {1}:
                self.seen.add(("how loud you speak", f"extensions {sorted(header.extensions)}"))
        elif header.payload_type in (PICTURE, PICTURE_AGAIN):
            self.pictures.add(header.size)
            self.seen.add(("picture is live", SENT_ENCRYPTED))
        else:
            self.seen.add(("?", f"payload type {header.payload_type}"))


_CHECK = [wire.USERNAME, wire.PRIORITY]
_CONTROLLING = [*_CHECK, wire.CONTROLLING, wire.MESSAGE_INTEGRITY, wire.FINGERPRINT]
_CONTROLLED = [*_CHECK, wire.CONTROLLED, wire.MESSAGE_INTEGRITY, wire.FINGERPRINT]


def is_tls(stream: bytes) -> bool:
    """Whether a TCP stream begins with a TLS handshake."""
    return stream[:2] == b"\x16\x03"


def from_operator(stream: bytes) -> Seen:
    """What the messages on one connection to the rendezvous say."""
    seen: Seen = set()
    _, frames = wire.websocket(stream)
    for opcode, payload in frames:
        if opcode != 1:
            continue
        message = json.loads(payload)
        seen.add(("software", BY_MESSAGES))
        match message["type"]:
            case "join":
                opened = ", which you asked to open" if message["new"] else ""
                seen.add(("room", f"a random room id, {message['room'][:8]}…{opened}"))
                seen.add(("connection id", f"a random connection id, {message['id'][:8]}…"))
                seen.add(("presence", "somebody is in this room"))
            case "to":
                seen.add(("presence", "somebody is in this room"))
                seen.add(("whom you exchange messages with", "connections in this room, by random ids"))
                seen.add(("how much you send, and when", SEALED_SIZES))
            case "bye":
                seen.add(("presence", "somebody left this room"))
            case other:
                seen.add(("?", other))
    return seen


@dataclass(frozen=True)
class Where:
    """Who is at which address."""

    operator: tuple[str, int]
    relay: str
    reads: Callable[[bytes], Seen] | None = None  # what messages to another kind of server say; it forwards media, too
    nats: frozenset[str] = frozenset()  # addresses that those behind them do not know

    def address(self, host: str) -> tuple[str, str]:
        """The fact that a packet's source tells."""
        return "network address", BEHIND_NAT if host in self.nats else host


def network(packets: Iterable[Packet], me: str, where: Where) -> Seen:
    """What anybody on the path reads in what `me` sends."""
    sent = [packet for packet in packets if packet.source[0] == me]
    clear = Clear()
    seen: Seen = set()
    for packet in sent:
        if packet.protocol == "udp":
            seen.add(where.address(me))
            seen.add(_contacted(packet.destination, where))
            clear.take(packet.payload, packet.destination)
    for (_, destination), stream in wire.streams(sent).items():
        seen |= {where.address(me), _contacted(destination, where)}
        if is_tls(stream):
            seen |= {("software", "how it greets by TLS"), ("how much you send, and when", SIZES)}
        elif destination == where.operator:
            seen |= (where.reads or from_operator)(stream)
        else:
            for message in wire.turn_messages(stream):
                clear.take(message, destination)
    return seen | clear.facts()


def _contacted(destination: tuple[str, int], where: Where) -> tuple[str, str]:
    forwards = where.reads is not None and destination[0] == where.operator[0]
    if destination == where.operator or destination[0] == where.relay or forwards:
        return "server contacted", f"{destination[0]}:{destination[1]}"
    return "whom you exchange messages with", destination[0]


def operator(packets: Iterable[Packet], me: str, where: Where) -> Seen:
    """What the rendezvous reads in what `me` sends to it."""
    seen: Seen = set()
    for (source, _), stream in wire.streams(packets).items():
        if source[0] == me:
            seen |= {where.address(me), *from_operator(stream)}
    return seen


def relay(packets: Iterable[Packet], me: str, where: Where) -> Seen:
    """What a STUN or TURN server reads in what `me` sends to it."""
    sent = [packet for packet in packets if packet.source[0] == me]
    clear = Clear()
    for packet in sent:
        if packet.protocol == "udp":
            clear.take(packet.payload, packet.source)
    for (source, _), stream in wire.streams(sent).items():
        for message in wire.turn_messages(stream):
            clear.take(message, source)
    return clear.facts() | ({where.address(me)} if sent else set())


def participant(tap: Iterable[Noted], packets: Iterable[Packet], others: frozenset[str], where: Where) -> Seen:
    """What another participant learns of the one at the far end.

    `packets`: what came to them; `others`: the addresses of the others themselves, apart from servers.
    """
    seen: Seen = {where.address(packet.source[0]) for packet in packets if packet.source[0] in others}
    clear = Clear()
    for what in tap:
        match what.kind:
            case "sealed":
                seen |= set(_sealed(json.loads(what.data), where))
            case "channel":
                seen |= set(_channel(json.loads(what.text)))
            case "datagram":
                clear.take(what.data, what.source)
            case "rtp":
                fact = "voice is live" if what.data[1] & 127 == VOICE else "picture is live"
                seen.add((fact, "your voice" if fact.startswith("voice") else "your picture"))
            case "rtcp":
                seen.add(("network quality", "loss, jitter and delay of what you receive"))
    # Whoever hears and sees somebody learns nothing more from the packets that carry it.
    implied = {"how much you send, and when", "network quality", "voice is live", "picture is live"}
    implied |= {"movement in your picture", "when you speak"}
    return seen | {(fact, value) for fact, value in clear.facts() if fact not in implied and value != IN_A_CALL}


def _sealed(message: dict[str, Any], where: Where) -> Iterator[tuple[str, str]]:
    if "pid" in message:
        yield "connection id", f"a random participant id, {message['pid'][:8]}…"
        yield "display name", message["alias"]
    match message["type"]:
        case "hello":
            yield "presence", "in the meeting"
        case "bye":
            yield "presence", "left the meeting"
        case "refuse":
            yield "presence", f"does not connect: {message['why']}"
    for server in message.get("ice", ()):
        kind, _, rest = server["url"].partition(":")
        host = rest.partition("?")[0].rpartition(":")[0]
        yield "server contacted", f"the {kind} server {host}"
        if server["credential"]:
            yield "credential", f"the user name {server['username']} and its password, for {host}"
    if "state" in message:
        yield from state(message["state"])
    if "sdp" in message:
        yield from _description(message["sdp"], where)


def state(shown: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What somebody says that they show and do."""
    yield "microphone state", "muted" if shown["muted"] else "on"
    yield "camera state", "on" if shown["picture"] == "camera" else "off"
    yield "screen state", "on" if shown["picture"] == "screen" else "off"
    yield "hand raised", "raised" if shown["hand"] else "down"


def _description(sdp: str, where: Where) -> Iterator[tuple[str, str]]:
    yield "software", "incog, by the shape of its descriptions"
    if re.search(r"^a=fingerprint:sha-256 ", sdp, re.MULTILINE):
        yield "connection keys", MADE_FOR_THIS
    if re.search(r"^a=ice-ufrag:", sdp, re.MULTILINE):
        yield "connection id", NAMES
    if re.search(r"^a=ssrc:", sdp, re.MULTILINE):
        yield "connection id", SOURCES
    for host, kind in re.findall(r"^a=candidate:\S+ 1 udp \d+ (\S+) \d+ typ (\w+)", sdp, re.MULTILINE):
        yield "network address", f"the relay's, {host}" if kind == "relay" else host
        if kind == "relay":
            assert host == where.relay


def _channel(message: dict[str, Any]) -> Iterator[tuple[str, str]]:
    match message["type"]:
        case "state":
            yield from state(message)
        case "want":
            yield (
                "whose picture you receive",
                "you receive their picture" if message["picture"] else "you do not receive their picture",
            )
        case "chat":
            yield "chat message", ("to one participant: " if message["to_one"] else "") + message["text"]
        case "commit" | "nonce":
            yield "connection keys", "a random number for the code that people compare aloud"
        case "ping" | "pong":
            yield "presence", "in the meeting"
        case "bye":
            yield "presence", "left the meeting"
