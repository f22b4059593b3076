"""What is counted together, and what is kept to be read."""

from __future__ import annotations

import struct

from aioice import stun

from net.packets import Kind
from net.tally import MAX_BEGINNINGS, MAX_UNTOLD, Count, Tally
from privacy.facts import Fact

HERE, THERE = ("192.0.2.1", 4000), ("192.0.2.2", 5000)
VOICE = bytes((0x80, 96)) + bytes(100)
PICTURE = bytes((0x80, 97)) + bytes(500)
CHECK = bytes(stun.Message(stun.Method.BINDING, stun.Class.REQUEST))
DATA = bytes((23, 254, 253)) + bytes(40)


def by_channel(data: bytes) -> bytes:
    """As a TURN server gets it over TCP, padded."""
    return struct.pack("!HH", 0x4000, len(data)) + data + bytes(-len(data) % 4)


def add(tally: Tally, data: bytes, tls: str = "", told: tuple[tuple[Fact, str], ...] = ()) -> Count:
    count, body = tally.of(data, HERE[0], THERE, tls)
    count.add(data, body, told)
    return count


def test_media_is_counted_by_what_it_is_also_through_a_relay() -> None:
    tally = Tally()
    for data in (VOICE, VOICE, PICTURE, by_channel(VOICE), CHECK, by_channel(CHECK), DATA):
        add(tally, data)
    found = {(count.way.kind, count.way.inner, count.way.payload_type): count.take() for count in tally.new()}
    assert found == {
        (Kind.RTP, Kind.RTP, 96): (2, 204),
        (Kind.RTP, Kind.RTP, 97): (1, 502),
        (Kind.TURN, Kind.RTP, 96): (1, 108),
        (Kind.STUN, Kind.STUN, -1): (1, 20),
        (Kind.TURN, Kind.STUN, -1): (1, 24),
        (Kind.DTLS, Kind.DTLS, -1): (1, 43),
    }
    assert tally.packets == 7
    assert not list(tally.new())
    count = add(tally, VOICE)
    assert list(tally.new()) == [count]
    assert count.take() == (1, 102)


def test_sizes_are_those_of_what_is_carried() -> None:
    tally = Tally()
    assert add(tally, by_channel(VOICE)).size == len(VOICE)
    assert add(tally, by_channel(VOICE)).size == len(VOICE)
    assert add(tally, by_channel(VOICE + b"x")).size == 0
    assert add(tally, by_channel(VOICE)).size == 0


def test_a_relay_is_to_carry_nothing_when_the_length_is_not_that_of_the_message() -> None:
    longer = by_channel(VOICE) + b"beside it all"
    shorter = by_channel(VOICE)[:-40]
    for data in (longer, shorter):
        count, body = Tally().of(data, HERE[0], THERE)
        assert (count.way.kind, count.way.inner, body) == (Kind.TURN, Kind.OTHER, b"")


def test_inside_tls_and_from_another_address_is_counted_apart() -> None:
    tally = Tally()
    add(tally, VOICE)
    add(tally, VOICE, "relay.test")
    assert {count.way.tls for count in tally.new()} == {"", "relay.test"}
    assert tally.of(VOICE, "192.0.2.77", THERE)[0] not in list(tally.new())


def test_what_was_read_is_kept_and_never_too_much() -> None:
    tally = Tally()
    told = ((Fact.PRESENCE, "in a call"),)
    for _ in range(MAX_UNTOLD + 5):
        count = add(tally, CHECK, told=told)
    assert count.untold == [(CHECK, told)] * MAX_UNTOLD
    assert count.known == set(told)
    assert add(tally, DATA).untold == []


def test_media_is_read_when_its_size_or_its_header_changes() -> None:
    tally = Tally()
    plain, extended = VOICE, bytes((0x90, 96)) + bytes(10) + b"\xbe\xde\0\1\x10\x30" + bytes(84)
    assert len(plain) == len(extended)
    count = add(tally, extended)
    assert not count.is_news(extended)
    assert count.is_news(plain)
    assert count.is_news(extended + b"x")
    assert count.is_news(extended[:16] + b"\x20" + extended[17:])
    check, _ = tally.of(CHECK, HERE[0], THERE)
    add(tally, CHECK)
    assert check.is_news(CHECK)


def test_beginnings_without_end_are_forgotten_and_counted_on() -> None:
    tally = Tally()
    first = add(tally, VOICE)
    for n in range(MAX_BEGINNINGS + 1):
        tally.of(struct.pack("!H", n) + VOICE, HERE[0], THERE)
    assert add(tally, VOICE) is first
    assert first.packets == 2
