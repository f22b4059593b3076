"""The receiving buffer: order, patience, skipping, and no lag that stays."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from net.jitter import MAX_JUMP, Frame, JitterBuffer

KEY, DELTA = b"\x10" + b"\x00key", b"\x10" + b"\x01delta"
MIDDLE = b"\x00" + b"more"


@dataclass
class Packet:
    sequence_number: int
    timestamp: int
    payload: bytes
    marker: int = 1

    @property
    def _data(self) -> bytes:
        return self.payload[1:]


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def frames(frame: Frame | None) -> list[bytes]:
    return [] if frame is None else [frame.data, *(data for _, data in frame.followers)]


def voice(number: int) -> Packet:
    return Packet(number % 65536, number * 960 % 2**32, b" v%d" % number)


def test_voice_in_order_is_handed_out_at_once() -> None:
    buffer = JitterBuffer(16, prefetch=4)
    assert [frames(buffer.add(voice(n))[1]) for n in range(65530, 65545)] == [[b"v%d" % n] for n in range(65530, 65545)]


def test_a_late_voice_packet_is_waited_for_and_then_all_come_together() -> None:
    buffer = JitterBuffer(16, clock=Clock())
    assert frames(buffer.add(voice(1))[1]) == [b"v1"]
    assert frames(buffer.add(voice(3))[1]) == []
    _, frame = buffer.add(voice(2))
    assert frames(frame) == [b"v2", b"v3"]
    assert frame is not None
    assert frame.followers[0][0] == 960


def test_a_lost_voice_packet_is_skipped_soon_and_leaves_no_lag() -> None:
    clock = Clock()
    buffer = JitterBuffer(16, clock=clock)
    buffer.add(voice(1))
    out = []
    for number in range(3, 10):
        clock.now += 0.02
        out.append(frames(buffer.add(voice(number))[1]))
    assert [len(each) for each in out] == [0, 0, 0, 0, 5, 1, 1]


def test_what_comes_after_it_was_skipped_or_twice_is_dropped() -> None:
    clock = Clock()
    buffer = JitterBuffer(16, clock=clock)
    for number in (1, 3):
        buffer.add(voice(number))
    clock.now = 1.0
    assert frames(buffer.add(voice(4))[1]) == [b"v3", b"v4"] or frames(buffer.add(voice(5))[1])
    assert frames(buffer.add(voice(2))[1]) == []


def picture(number: int, parts: int = 1, payload: bytes = DELTA, first: int | None = None) -> list[Packet]:
    begin = number if first is None else first
    packets = [Packet(begin + part, number * 6000, payload if part == 0 else MIDDLE, 0) for part in range(parts)]
    packets[-1].marker = 1
    return packets


def test_pictures_begin_with_a_key_frame_and_are_joined_from_their_parts() -> None:
    buffer = JitterBuffer(128, is_video=True, clock=Clock())
    ask, frame = buffer.add(picture(1)[0])
    assert ask
    assert frame is None
    key = picture(2, 3, KEY)
    assert frames(buffer.add(key[0])[1]) == []
    assert frames(buffer.add(key[2])[1]) == []
    assert frames(buffer.add(key[1])[1]) == [b"\x00keymoremore"]
    assert frames(buffer.add(picture(5)[0])[1]) == [DELTA[1:]]


def test_a_lost_picture_packet_is_skipped_after_a_while_and_a_key_frame_is_asked_for() -> None:
    clock = Clock()
    buffer = JitterBuffer(128, is_video=True, clock=clock)
    buffer.add(picture(1, 1, KEY)[0])
    clock.now = 10.0
    asked, shown = [], []
    for number in range(3, 30):
        clock.now += 1 / 15
        ask, frame = buffer.add(picture(number, 1, KEY if number == 20 else DELTA)[0])
        asked.append(ask)
        shown += frames(frame)
    assert asked[:4] == [False] * 4
    assert sum(asked) == 2  # again after half a second, for the first request may be lost as well
    assert shown[0] == KEY[1:]
    assert len(shown) == 10


def test_the_end_of_a_lost_frame_does_not_begin_one() -> None:
    clock = Clock()
    buffer = JitterBuffer(128, is_video=True, clock=clock)
    buffer.add(picture(1, 1, KEY)[0])
    rest = picture(2, 3)
    buffer.add(rest[2])
    clock.now = 1.0
    buffer.add(picture(5, 1, DELTA)[0])
    clock.now = 2.0
    _, frame = buffer.add(picture(6, 1, KEY)[0])
    assert frames(frame) == [KEY[1:]]


def test_a_frame_without_its_marker_ends_where_the_next_begins() -> None:
    buffer = JitterBuffer(128, is_video=True, clock=Clock())
    unmarked = Packet(1, 6000, KEY, 0)
    buffer.add(unmarked)
    assert frames(buffer.add(picture(2)[0])[1]) == [KEY[1:], DELTA[1:]]


def test_a_jump_begins_a_new_stream() -> None:
    buffer = JitterBuffer(16, clock=Clock())
    buffer.add(voice(1))
    assert frames(buffer.add(voice(1 + MAX_JUMP + 10))[1]) == [b"v%d" % (1 + MAX_JUMP + 10)]
    assert frames(buffer.add(voice(1 + MAX_JUMP + 11))[1]) == [b"v%d" % (1 + MAX_JUMP + 11)]


@given(st.lists(st.tuples(st.integers(0, 65535), st.booleans(), st.binary(max_size=3)), max_size=200), st.booleans())
def test_whatever_comes_memory_is_bounded_and_nothing_is_raised(
    arrivals: list[tuple[int, bool, bytes]], is_video: bool
) -> None:
    clock = Clock()
    buffer = JitterBuffer(128, is_video=is_video, clock=clock)
    for number, marker, payload in arrivals:
        clock.now += 0.01
        buffer.add(Packet(number, number * 100, payload, int(marker)))
        assert len(buffer._packets) <= 512


@given(st.permutations(range(6)), st.integers(0, 65535))
def test_any_order_within_a_window_comes_out_sorted(order: list[int], start: int) -> None:
    buffer = JitterBuffer(16, clock=Clock())
    out = frames(buffer.add(voice(start))[1])
    for place in order:
        out += frames(buffer.add(voice(start + 1 + place))[1])
    assert out == [b"v%d" % n for n in range(start, start + 7)]


WHOLE, PARAMETERS, CHANGE = 0x65, 0x67, 0x61  # H.264: a whole picture, what it needs, and what builds on others


@dataclass
class Unit(Packet):
    """A packet with one unit of H.264, and that unit as the library hands it on."""

    @property
    def _data(self) -> bytes:
        return b"\x00\x00\x00\x01" + self.payload


def test_h264_goes_on_after_a_loss_with_a_whole_picture() -> None:
    clock = Clock()
    buffer = JitterBuffer(128, is_video=True, clock=clock, codec="H264")

    def add(number: int, kind: int, picture: int = 0) -> tuple[bool, list[bytes]]:
        clock.now += 0.3
        last = not picture or kind == WHOLE
        asked, frame = buffer.add(Unit(number, (picture or number) * 3000, bytes([kind, 0, 0, 0, 0]), last))
        return asked, frames(frame)

    assert add(1, CHANGE) == (True, [])  # nothing to build on yet
    assert len(add(2, WHOLE)[1]) == 1
    assert len(add(3, CHANGE)[1]) == 1
    assert add(5, CHANGE)[1] == []
    assert add(6, CHANGE) == (True, [])
    assert add(7, PARAMETERS, 7)[1] == []
    assert add(8, 0x68, 7)[1] == []
    assert len(add(9, WHOLE, 7)[1]) == 1
    assert len(add(10, CHANGE)[1]) == 1


@given(
    st.sampled_from([0x7C, 0x78, WHOLE, PARAMETERS, CHANGE]),
    st.sampled_from([0x85, 0x05, 0x87, 0x81, 0x00]),
    st.sampled_from([WHOLE, PARAMETERS, CHANGE]),
)
def test_where_a_whole_h264_picture_begins(first: int, second: int, third: int) -> None:
    """After a loss it is waited for: alone in a packet, first of several in one, or as the first piece of many."""
    clock = Clock()
    buffer = JitterBuffer(128, is_video=True, clock=clock, codec="H264")
    whole = b"\x00\x00\x00\x01" + bytes([WHOLE])

    class Cut(Packet):
        @property
        def _data(self) -> bytes:
            return whole

    buffer.add(Cut(1, 0, bytes([WHOLE])))
    buffer.add(Cut(3, 3000, bytes([first, second, 0, third])))
    clock.now = 1.0
    _, frame = buffer.add(Cut(4, 6000, bytes([CHANGE, 0, 0, 0])))
    begins = {
        0x7C: second in (0x85, 0x87),
        0x78: third in (WHOLE, PARAMETERS),
    }.get(first, first in (WHOLE, PARAMETERS))
    assert len(frames(frame)) == (2 if begins else 0)
