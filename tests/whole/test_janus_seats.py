"""One recorder at each seat of a meeting on Debian's Janus: what it could decode is what the ledger says, both ways."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.whole import decoding as wire
from tests.whole import janus_seats, seats
from tests.whole.changed import Noted, noted
from tests.whole.internet import OPERATOR, RELAY, TURN_PORT, USER
from tests.whole.janus import WS_PORT, WSS_PORT
from tests.whole.janus_seats import colour, sent_of, tone
from tests.whole.meetings import COLOURS, PEOPLE, TONES, Met, alike, heard_and_seen, media, meet, table
from tests.whole.seats import PICTURE, PICTURE_AGAIN, VOICE, Seen, Where
from tests.whole.test_preview import Told, foretold, told

SEATS = ("operator", "relay", "path", "from alice", "from bob")
PIN = "4242-is-the-pin"
ROOMS = f"""
room-1234: {{ description="open" secret="rule-the-room" publishers=12 notify_joining=true videocodec="vp8" }}
room-1235: {{ description="closed" pin="{PIN}" secret="rule-the-room" publishers=12 notify_joining=true }}
"""
KEY = "#mQ3vWd0x7rJk5TzN1bYc9A"
BRIDGES = 'room-4321: { description="heard" secret="rule-the-room" sampling_rate=48000 }'
TEXTS = 'room-7: { description="read" secret="rule-the-room" history=5 }'
WAYS = {
    "open": "?room=1234",
    "by TLS": "?room=1234",
    "with a PIN": "?room=1235",
    "sealed": f"?room=1234{KEY}",
    "relayed": "?room=1234",
    "mixed": "?room=4321&plugin=audiobridge&text=7",
}


@dataclass(repr=False)
class OnServer:
    """A meeting that was held on the server."""

    met: Met
    taps: dict[str, list[Noted]]
    foretold: Told  # to bob
    server: tuple[str, int]
    named: bool  # people have ids of their own choice, so that they are known in the chat

    def number(self, name: str) -> int:
        """How the server calls somebody."""
        for what in self.taps[name]:
            if what.kind == "told":
                data = json.loads(what.text).get("plugindata", {}).get("data", {})
                if "joined" in (data.get("videoroom"), data.get("audiobridge")) and "id" in data:
                    return int(data["id"])
        raise AssertionError(f"{name} never joined")

    def decoded(self, name: str, audience: str) -> Seen:
        """What the recorder at an audience's seat could decode about somebody."""
        address, other = PEOPLE[name]
        records, there = self.met.records, Where(self.server, RELAY, reads=janus_seats.from_operator)
        match audience:
            case "participants":
                (entry,) = self.met.left(other)["participants"]
                return janus_seats.participant(self.taps[other], entry, name, self.number(name), named=self.named)
            case "operator":
                return janus_seats.operator(records["operator"].packets(), self.taps[name], address, there)
            case "relay":
                return seats.relay(records["relay"].packets(), address, there)
            case _:
                return seats.network(records["path"].packets(), address, there)


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], OnServer]:
    """Gives the meeting held in one of the ways."""
    meetings: dict[str, OnServer] = {}

    def by_way(way: str) -> OnServer:
        if way not in meetings:
            folder = tmp_path_factory.mktemp("janus")
            relayed = way == "relayed"
            ice = (f"turn:{USER}@{RELAY}:{TURN_PORT}?transport=udp",) if relayed else ()
            seen = way != "mixed"
            tls = way == "by TLS"
            with table(folder, rooms=ROOMS, bridges=BRIDGES, texts=TEXTS, tls=tls) as here:
                if way == "with a PIN":
                    here.environment["INCOG_PIN"] = PIN
                room = f"{here.url}{WAYS[way]}"
                words = ["--addresses", "relay" if relayed else "local"]
                servers = [word for url in ice for word in ("--ice-server", url)]
                asked = here.person("bob", "preview", "-", *words, *servers, *media("bob", seen=seen), link=room)
                assert asked.finish() == 0
                tapped = janus_seats.TAPPED
                met = meet(here, *words, ice=ice, records=SEATS, room=room, program=tapped, seconds=4, seen=seen)
            taps = {name: noted(folder / f"tap-{name}") for name in PEOPLE}
            meetings[way] = OnServer(
                met, taps, foretold(asked.of("preview")[0]), (OPERATOR, WSS_PORT if tls else WS_PORT), not seen
            )
        return meetings[way]

    return by_way


@pytest.mark.parametrize("audience", ["participants", "operator", "relay", "network"])
@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("way", WAYS)
def test_a_recorder_at_each_seat_decodes_what_the_ledger_says(
    held: Callable[[str], OnServer], way: str, name: str, audience: str
) -> None:
    there = held(way)
    if way != "mixed":
        heard_and_seen(there.met)
    could, known = there.decoded(name, audience), there.met.ledger(name, audience)
    if name == "bob" and audience == "participants":
        known -= {("presence", "left this room")}  # alice, who would have seen it, left before
    if name == "alice" and audience == "participants" and way == "mixed":
        known -= {("microphone state", "muted")}  # as she came in, before bob
    alike(could, known)
    assert bool(could) == (audience != "relay" or way == "relayed")


@pytest.mark.parametrize("way", WAYS)
def test_what_is_told_is_what_was_foretold_and_the_other_way_round(held: Callable[[str], OnServer], way: str) -> None:
    there = held(way)
    entries = [(e["fact"], e["value"], e["audience"]) for e in there.met.people["bob"].of("disclosure")]
    # nobody knows beforehand whether one writes
    written = [entry for entry in entries if entry[0] == "chat message" or "alone" in entry[1]]
    assert written
    happened = told([entry for entry in entries if entry not in written])
    assert happened - there.foretold == set(), "told, but not foretold"
    assert there.foretold - happened == set(), "foretold, but not told"


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("way", WAYS)
def test_the_operator_hears_and_sees_unless_it_is_sealed(held: Callable[[str], OnServer], way: str, name: str) -> None:
    tap = held(way).taps[name]
    voices, pictures = sent_of(tap, VOICE), sent_of(tap, PICTURE)
    assert len(voices) > 100
    assert bool(pictures) is (way != "mixed")
    if way == "sealed":
        assert tone(voices) == 0
        assert colour(pictures) == ()
    else:
        assert abs(tone(voices) - TONES[name]) < 15
    if way not in ("sealed", "mixed"):
        assert all(abs(x - y) < 40 for x, y in zip(colour(pictures), bytes.fromhex(COLOURS[name]), strict=True))


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("way", WAYS)
def test_what_the_operator_is_said_to_open_is_what_left(held: Callable[[str], OnServer], way: str, name: str) -> None:
    there = held(way)
    sent = [packet for packet in there.met.records["path"].packets() if packet.source[0] == PEOPLE[name][0]]
    datagrams = [packet.payload for packet in sent if packet.protocol == "udp"]
    carried = [wire.channel_data(data)[1] if 64 <= data[0] < 80 else data for data in datagrams]
    headers = [wire.rtp(data) for data in carried if 128 <= data[0] < 192 and not 192 <= data[1] < 224]
    opened = [wire.rtp(data) for data in sent_of(there.taps[name], VOICE, PICTURE, PICTURE_AGAIN)]
    left = {(header.ssrc, header.sequence) for header in headers}
    made = {(one.ssrc, one.sequence) for one in opened}
    assert left <= made
    newest = {one.ssrc: one.sequence for one in opened}
    assert made - left <= set(newest.items())  # the last of each may be made, and not leave, when one leaves


@pytest.mark.parametrize("way", WAYS)
def test_what_is_written_is_read_by_the_operator_unless_it_is_sealed(held: Callable[[str], OnServer], way: str) -> None:
    for name in PEOPLE:
        for audience in ("participants", "operator", "relay", "network"):
            reads = {"participants"} if way == "sealed" else {"participants", "operator"}
            alone = {"participants"} if way != "mixed" else {"participants", "operator"}
            said = {("chat message", "good day")} if audience in reads else set()
            said |= {("chat message", "to one participant: psst")} if audience in alone else set()
            for known in (held(way).decoded(name, audience), held(way).met.ledger(name, audience)):
                assert {one for one in known if one[0] == "chat message"} == said


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("way", WAYS)
def test_every_recorder_counts_the_packets_that_the_ledger_counts(
    held: Callable[[str], OnServer], way: str, name: str
) -> None:
    there = held(way)
    address, _ = PEOPLE[name]
    counted = there.met.datagrams(name)
    assert counted == there.met.records["path"].totals(address)
    assert counted == there.met.records["relay" if way == "relayed" else "operator"].totals(address)


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("way", WAYS)
def test_only_the_server_is_contacted_and_it_is_told_no_address_and_no_program(
    held: Callable[[str], OnServer], way: str, name: str
) -> None:
    there = held(way)
    address, other = PEOPLE[name]
    tried = there.met.tried(name)
    assert {packet.destination[0] for packet in tried} == {OPERATOR, *([RELAY] if way == "relayed" else [])}
    assert {packet.source[0] for packet in tried} == {address}
    for head, frames in heads_and_frames(there, address) if way != "by TLS" else ():
        fields = {line.partition(b":")[0].lower() for line in head.split(b"\r\n")[1:]}
        own = {b"host", b"upgrade", b"connection", b"sec-websocket-version", b"sec-websocket-key"}
        assert fields == {*own, b"sec-websocket-protocol"}
        assert head.startswith(b"GET / HTTP/1.1\r\n")
        assert address.encode() not in b"".join(frames)
    came = "\n".join(what.text for what in there.taps[other] if what.kind in ("told", "heard", "boxed"))
    assert len(came) > 1000
    assert address not in came


def heads_and_frames(there: OnServer, address: str) -> list[tuple[bytes, list[bytes]]]:
    """What somebody said over each WebSocket."""
    streams = wire.streams(there.met.records["operator"].packets())
    read = [wire.websocket(stream) for (source, _), stream in streams.items() if source[0] == address]
    assert read
    return [(head, [data for _, data in frames]) for head, frames in read]


def test_the_pin_is_in_what_asks_to_come_in_and_nowhere_else(held: Callable[[str], OnServer]) -> None:
    there = held("with a PIN")
    for name, (address, _) in PEOPLE.items():
        requests = []
        for head, frames in heads_and_frames(there, address):
            assert PIN.encode() not in head
            requests += [json.loads(data)["body"]["request"] for data in frames if PIN.encode() in data]
        assert set(requests) == {"join"}
        assert ("credential", "the room's PIN") in there.met.ledger(name, "operator")
        person = there.met.people[name]
        assert PIN not in json.dumps(person.lines) + "".join(person.errors)


@pytest.mark.parametrize("name", PEOPLE)
def test_by_tls_the_network_reads_nothing_that_is_said_to_the_server(
    held: Callable[[str], OnServer], name: str
) -> None:
    there = held("by TLS")
    packets = [packet for packet in there.met.records["path"].packets() if packet.source[0] == PEOPLE[name][0]]
    streams = wire.streams(packets)
    assert [(to, seats.is_tls(stream)) for (_, to), stream in streams.items()] == [((OPERATOR, WSS_PORT), True)]
    asked = [what.text for what in there.taps[name] if what.kind == "asked"]
    assert sum(len(text) for text in asked) < len(*streams.values())
    read = {fact for fact, _ in there.met.ledger(name, "network")}
    assert read & {"display name", "room", "credential", "whose picture you receive"} == set()
