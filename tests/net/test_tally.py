"""What is counted together, and what is kept to be read."""

from __future__ import annotations

import struct

from aioice import stun

from net.packets import Kind
from net.tally import MAX_UNREAD, Tally

HERE, THERE = ("192.0.2.1", 4000), ("192.0.2.2", 5000)
VOICE = bytes((0x80, 96)) + bytes(100)
PICTURE = bytes((0x80, 97)) + bytes(500)
CHECK = bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST))
DATA = bytes((23, 254, 253)) + bytes(40)


def by_channel(data: bytes) -> bytes:
    """As a TURN server gets it over TCP, padded."""
    return struct.pack("!HH", 0x4000, len(data)) + data + bytes(-len(data) % 4)


def test_media_is_counted_by_what_it_is_also_through_a_relay() -> None:
    tally = Tally()
    for data in (VOICE, VOICE, PICTURE, by_channel(VOICE), CHECK, by_channel(CHECK), DATA):
        tally.add(data, HERE, THERE, "")
    found = {(way.kind, way.inner, way.payload_type): (packets, size) for way, _, packets, size in tally.new()}
    assert found == {
        (Kind.RTP, Kind.RTP, 96): (2, 204),
        (Kind.RTP, Kind.RTP, 97): (1, 502),
        (Kind.TURN, Kind.RTP, 96): (1, 108),
        (Kind.STUN, Kind.STUN, -1): (1, 20),
        (Kind.TURN, Kind.STUN, -1): (1, 24),
        (Kind.DTLS, Kind.DTLS, -1): (1, 43),
    }
    assert tally.packets == 7


def test_sizes_are_those_of_what_is_carried() -> None:
    tally = Tally()
    tally.add(by_channel(VOICE + b"x"), HERE, THERE, "")
    tally.add(by_channel(VOICE + b"xy"), HERE, THERE, "")
    ((_, count, _, _),) = tally.new()
    assert (count.smallest, count.largest) == (103, 104)


def test_inside_tls_is_counted_apart() -> None:
    tally = Tally()
    tally.add(VOICE, HERE, THERE, "")
    tally.add(VOICE, HERE, THERE, "relay.test")
    assert {way.tls for way, _, _, _ in tally.new()} == {"", "relay.test"}


def test_only_what_says_something_in_clear_is_kept_and_never_too_much() -> None:
    tally = Tally()
    for data in (VOICE, DATA, *[CHECK] * (MAX_UNREAD + 5)):
        tally.add(data, HERE, THERE, "")
    unread = {way.kind: list(count.unread) for way, count, _, _ in tally.new()}
    assert unread == {Kind.RTP: [], Kind.DTLS: [], Kind.STUN: [CHECK] * MAX_UNREAD}
    assert not list(tally.new())
    tally.add(CHECK, HERE, THERE, "")
    assert [(len(count.unread), packets, size) for _, count, packets, size in tally.new()] == [(1, 1, 20)]
