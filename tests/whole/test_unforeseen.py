"""What the preview did not show does not leave in any datagram: an incog that was made to tell more stops itself.

Each attack is first shown to work: the same program without a policy sends what the recorder then finds.
"""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from tests.whole import changed
from tests.whole import decoding as wire
from tests.whole.internet import RELAY, TURN_PORT, USER
from tests.whole.meetings import recorded, table
from tests.whole.outside import Packet, Scripted, namespace
from tests.whole.test_capture import media

T = TypeVar("T")

NAME = b"quillmost"

PROGRAM = changed.incog(
    """
import datetime
import aioice.stun, aiortc.rtcdtlstransport, aiortc.rtp
from net import seams
from privacy.policy import Policy
{unheld}
""",
    changed.BEFORE,
    """
{attack}
""",
)

IN_CHECKS = """
def change(message, key):
    if {when}:
        message.attributes[{what}] = {value}
before(aioice.stun.Message, "add_message_integrity", change)
"""
IN_CERTIFICATES = """
from cryptography import x509
class Other(datetime.datetime):
    def replace(self, **fields):
        return self if {dated} and 'hour' in fields else datetime.datetime.replace(self, **fields)
class Times:
    datetime, timedelta, UTC = Other, datetime.timedelta, datetime.UTC
seams.datetime = Times
seams.NEUTRAL = {name}
"""
IN_REPORTS = """
transport = aiortc.rtcdtlstransport.RTCDtlsTransport
original = transport._send_rtp
async def send(self, data):
    if aiortc.rtcdtlstransport.is_rtcp(data):
        await self.transport._send({report})
    else:
        await original(self, data)
transport._send_rtp = send
"""
IN_LEVELS = """
def change(map, values):
    map._HeaderExtensionsMap__ids.audio_level = 2
    values.audio_level = (False, -20)
before(aiortc.rtp.HeaderExtensionsMap, "set", change)
"""
IN_SIZES = """
counted = 0
def change(self, data):
    global counted
    counted += 1
    return (data + bytes(counted % 2),) if data[1] & 127 == 96 else None
before(aiortc.rtcdtlstransport.RTCDtlsTransport, "_send_rtp", change)
"""
BESIDE = """
import asyncio
def change(self, data):
    asyncio.ensure_future(self.transport._send(b"quillmost is here"))
before(aiortc.rtcdtlstransport.RTCDtlsTransport, "_send_rtp", change)
"""


def names(packet: Packet) -> bool:
    """Whether a packet names somebody."""
    return NAME in packet.payload


def dates(packet: Packet) -> bool:
    """Whether a packet has a certificate from another moment than midnight."""
    begins = re.findall(rb"\x17\x0d\d{6}(\d{6})Z", packet.payload) if packet.kind == "DTLS" else []
    return any(moment != b"000000" for moment in begins)


def maps(packet: Packet) -> bool:
    """Whether a packet says that somebody is seen at the address of a home."""
    if packet.kind != "STUN":
        return False
    return ("192.168.77.23", 4000) in wire.stun(packet.payload).addresses(wire.XOR_MAPPED)


def reports(packet: Packet) -> bool:
    """Whether a packet has reports that are not encrypted: lengths that add up."""
    at = 0
    while packet.kind == "RTCP" and at + 4 <= len(packet.payload):
        at += 4 + 4 * int.from_bytes(packet.payload[at + 2 : at + 4], "big")
    return at == len(packet.payload) > 0


def reports_of_another_kind(packet: Packet) -> bool:
    """Whether a packet has reports of the kind that applications define for themselves."""
    return packet.kind == "RTCP" and packet.payload[1] == 204


def tells_levels(packet: Packet) -> bool:
    """Whether a packet of sound says how loud it is."""
    return packet.kind == "RTP" and 2 in wire.rtp(packet.payload).extensions


@dataclass(frozen=True)
class Attack:
    """How more is told, how that is seen from outside, and what the person is told instead."""

    program: str
    seen: Callable[[Packet], bool]
    sentence: str

    def argv(self, *, held: bool) -> list[str]:
        """The program, with its policy or without."""
        program = PROGRAM.format(attack=self.program, unheld="" if held else changed.UNHELD)
        return [sys.executable, "-c", program]


def check(what: str, value: str, when: str = "'USERNAME' in message.attributes") -> str:
    return IN_CHECKS.format(what=repr(what), value=value, when=when)


ATTACKS = {
    "STUN: software": Attack(check("SOFTWARE", "'quillmost 1.0'"), names, "another software than the preview"),
    "STUN: user name": Attack(check("USERNAME", "'quillmost:thornbridge'"), names, "another connection id than"),
    "STUN: address": Attack(
        check("XOR-MAPPED-ADDRESS", "('192.168.77.23', 4000)", "'XOR-MAPPED-ADDRESS' in message.attributes"),
        maps,
        "another network address than",
    ),
    "DTLS: time of day": Attack(IN_CERTIFICATES.format(dated=True, name="seams.NEUTRAL"), dates, "another clock than"),
    "DTLS: name": Attack(IN_CERTIFICATES.format(dated=False, name="'quillmost'"), names, "another display name than"),
    "RTCP: in clear": Attack(IN_REPORTS.format(report="data"), reports, "another network quality than"),
    "RTCP: another kind": Attack(
        IN_REPORTS.format(report="data[:1] + bytes((204,)) + data[2:] + bytes(9)"),
        reports_of_another_kind,
        "another network quality than",
    ),
    "RTP: loudness": Attack(IN_LEVELS, tells_levels, "did not show: how loud you speak"),
    "something else": Attack(BESIDE, names, "another software than"),
}


def sent_by_host(attack: Attack, folder: Path, *, held: bool) -> tuple[Scripted, list[Packet]]:
    """A meeting of two in which the host tells more; everything that was sent in it."""
    with namespace() as where, where.recorded(folder / f"packets-{held}") as recording:
        host = Scripted(where, "host", "--json", "--as", "number 0", *media(0), argv=attack.argv(held=held))
        people = [host]
        try:
            link = host.wait_for("invitation")["link"]
            host.wait_for("joined")
            people.append(Scripted(where, "join", "-", "--json", "--as", "number 1", "--no-speaker", link=link))
            if held:
                host.wait_for("error")
            else:
                until_heard(people[1])
        finally:
            for person in people:
                if not person.of("error"):  # or it would be ended on its way out
                    person.stop()
            statuses = [person.finish() for person in people]
        assert (statuses[0] == 6) is held
    return host, recording.packets()


def until_heard(person: Scripted) -> None:
    """Wait until somebody has heard the other for a while; some attacks keep that from coming about at all."""
    person.wait_for("joined")
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and not any(line["on"] for line in person.of("speaking")):
        time.sleep(0.1)
    time.sleep(2)


def stopped(person: Scripted, sentence: str) -> None:
    """Assert that somebody was told why nothing more was sent."""
    (error,) = person.of("error")
    assert error["status"] == 6
    assert "incog left the meeting and sent nothing more" in error["message"]
    assert sentence in error["message"]
    assert NAME.decode() not in error["message"]


def with_and_without(attempt: Callable[[bool], T]) -> tuple[T, T]:
    """What comes of it with a policy and without one, tried at the same time."""
    with ThreadPoolExecutor(2) as pool:
        held, unheld = pool.map(attempt, (True, False))
    return held, unheld


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=list(ATTACKS))
def test_no_packet_tells_what_was_not_foreseen(attack: Attack, tmp_path: Path) -> None:
    (host, packets), (_, unheld) = with_and_without(lambda held: sent_by_host(attack, tmp_path, held=held))
    assert any(attack.seen(packet) for packet in unheld)
    assert packets
    assert not [packet for packet in packets if attack.seen(packet)]
    stopped(host, attack.sentence)


def voice_sizes(packets: Sequence[Packet]) -> set[int]:
    return {len(p.payload) for p in packets if p.kind == "RTP" and wire.rtp(p.payload).payload_type == 96}


def test_voice_of_several_sizes_does_not_leave(tmp_path: Path) -> None:
    attack = Attack(IN_SIZES, names, "did not show: when you speak")
    (host, packets), (_, unheld) = with_and_without(lambda held: sent_by_host(attack, tmp_path, held=held))
    assert len(voice_sizes(unheld)) > 1
    assert len(voice_sizes(packets)) == 1
    stopped(host, attack.sentence)


TO_A_RELAY = {
    "user name": Attack(
        check("USERNAME", "'quillmost'", "'REALM' in message.attributes"), names, "another credential than"
    ),
    "software": Attack(check("SOFTWARE", "'quillmost 1.0'"), names, "another software than"),
}


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("attack", TO_A_RELAY.values(), ids=list(TO_A_RELAY))
def test_a_relay_is_told_nothing_that_was_not_foreseen(attack: Attack, transport: str, tmp_path: Path) -> None:
    def tried(held: bool) -> tuple[Scripted, list[Packet]]:
        (tmp_path / str(held)).mkdir()
        with table(tmp_path / str(held)) as here, recorded(here, "path") as records:
            server = f"turn:{USER}@{RELAY}:{TURN_PORT}?transport={transport}"
            words = ["--rendezvous", here.url, "--addresses", "relay", "--ice-server", server, "--for", "4s"]
            alice = here.person("alice", "host", *words, program=attack.argv(held=held)[-1])
            assert (alice.finish() == 6) is held
        return alice, [packet for packet in records["path"].packets() if packet.destination[0] == RELAY]

    (alice, packets), (_, unheld) = with_and_without(tried)
    assert any(attack.seen(packet) for packet in unheld)
    assert packets
    assert not [packet for packet in packets if attack.seen(packet)]
    stopped(alice, attack.sentence)
