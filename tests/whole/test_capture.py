"""Meetings of separate processes, recorded from outside: the ledgers and the wire must say the same."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.whole.outside import Namespace, Scripted, namespace

TONES = (440, 660, 880, 1100)
COLOURS = ("c81e1e", "1ec81e", "1e1ec8", "c8c81e")


def near(one: str, other: str) -> bool:
    """Whether two colours are the same but for the codec."""
    pairs = zip(bytes.fromhex(one), bytes.fromhex(other), strict=True)
    return all(abs(x - y) < 40 for x, y in pairs)


def media(number: int) -> list[str]:
    return ["--say", f"tone:{TONES[number]}", "--picture", f"colour:{COLOURS[number]}", "--no-speaker"]


def meet(where: Namespace, count: int) -> list[Scripted]:
    """A host and `count` - 1 who join; they leave when everybody has heard everybody for a while."""
    host = Scripted(where, "host", "--json", "--as", "number 0", *media(0))
    link = host.wait_for("invitation")["link"]
    host.wait_for("joined")
    joins = [["join", "-", "--json", "--as", f"number {number}", *media(number)] for number in range(1, count)]
    people = [host, *(Scripted(where, *arguments, link=link) for arguments in joins)]
    for person in people:
        person.until(lambda me: len({line["name"] for line in me.of("speaking") if line["on"]}) == count - 1)
    time.sleep(4)
    for person in people:
        person.stop()
    assert [person.finish() for person in people] == [0] * count
    return people


@pytest.mark.parametrize("count", [2, 4])
def test_ledgers_and_capture_agree_and_everybody_is_heard_and_seen(count: int, tmp_path: Path) -> None:
    with namespace() as where, where.recorded(tmp_path / "packets") as recording:
        people = meet(where, count)
    assert recording.dropped == 0
    for number, person in enumerate(people):
        (left,) = person.of("left")
        others = {entry["name"]: entry for entry in left["participants"]}
        assert set(others) == {f"number {n}" for n in range(count) if n != number}
        for name, entry in others.items():
            which = int(name.split()[1])
            assert abs(entry["tone_hz"] - TONES[which]) < 15, entry
            assert near(entry["colour"], COLOURS[which]), entry
            assert entry["heard_s"] > 1
            assert entry["seen_frames"] > 10
        assert not left["refused"]
    told = {
        (entry["destination"], entry["kind"]): (entry["packets"], entry["bytes"])
        for person in people
        for entry in person.of("left")[0]["traffic"]
        if entry["kind"] != "signalling"
    }
    assert told == recording.totals()
    assert {kind for _, kind in told} == {"STUN", "DTLS", "RTP", "RTCP"}


def test_nothing_but_the_meeting_is_on_the_wire(tmp_path: Path) -> None:
    with namespace() as where, where.recorded(tmp_path / "packets") as recording:
        people = meet(where, 2)
    rendezvous = {
        entry["destination"]
        for person in people
        for entry in person.of("left")[0]["traffic"]
        if entry["kind"] == "signalling"
    }
    assert len(rendezvous) == 1
    peers = {entry["destination"] for person in people for entry in person.of("left")[0]["traffic"]} - rendezvous
    for packet in recording.packets():
        if packet.protocol == "other" and packet.payload[:2] == b"\x03\x03":
            continue  # ICMP: the kernel says that a port was closed before the last packet came
        ends = {f"{host}:{port}" for host, port in (packet.source, packet.destination)}
        assert ends & rendezvous if packet.protocol == "tcp" else ends <= peers, packet
