"""The guard around decoders: what strangers send, and what comes sealed."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import Any

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.frame_cryptor import LIVEKIT, OWN, Codec, FrameOpener, FrameSealer, Scheme
from net.guarded import ASK_AT_LEAST, Guarded
from net.jitter import Frame

KEY, OTHER = bytes(range(32)), bytes(32)
WHOLE, MOVED = b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xb4\x00whole", b"\x11\x02\x00moved"


class Counting:
    def __init__(self) -> None:
        self.decoded: list[Any] = []

    def decode(self, frame: Frame) -> list[Any]:
        self.decoded.append((frame.timestamp, frame.data))
        return [frame.data]


def vp8_key(width: int, height: int) -> bytes:
    return b"\x10\x02\x00\x9d\x01\x2a" + width.to_bytes(2, "little") + height.to_bytes(2, "little") + b"rest"


def test_empty_and_gigantic_frames_never_reach_the_decoder() -> None:
    counting = Counting()
    guarded = Guarded(counting, is_vp8=True)
    assert guarded.decode(Frame(b"", 0)) == []
    assert guarded.decode(Frame(vp8_key(16383, 16383), 0)) == []
    assert guarded.decode(Frame(vp8_key(640, 2000), 0)) == []
    assert counting.decoded == []
    assert len(guarded.decode(Frame(vp8_key(640, 360), 5, [(3000, b"\x01delta"), (6000, b"")]))) == 2
    assert [timestamp for timestamp, _ in counting.decoded] == [5, 3005]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Stream:
    """Somebody's sealed frames, and a guarded decoder for them."""

    def __init__(self, codec: Codec, key: bytes | None = KEY) -> None:
        self.clock = Clock()
        self.sealer = FrameSealer(OWN, codec, KEY, random.Random(1).randbytes)
        self.opener = FrameOpener(OWN, codec, key)
        self.counting = Counting()
        self.guarded = Guarded(self.counting, codec is Codec.VP8, self.clock)
        self.opens = self.opener.open

    def send(self, *frames: bytes) -> list[Any]:
        first, *others = (self.sealer.seal(frame) for frame in frames)
        return self.take(first, *others)

    def take(self, first: bytes, *others: bytes) -> list[Any]:
        """What comes of frames as they arrived; "asked" where a key frame was asked for."""
        followers = [(3000 * n, frame) for n, frame in enumerate(others, 1)]
        try:
            return self.guarded.decode(Frame(first, 0, followers, self.opens))
        except av.FFmpegError:
            return ["asked"]

    @property
    def decoded(self) -> list[bytes]:
        return [data for _, data in self.counting.decoded]


def test_sealed_frames_are_decoded_as_they_were() -> None:
    voice, picture = Stream(Codec.OPUS), Stream(Codec.VP8)
    voice.send(b"one", b"two", b"three")
    picture.send(WHOLE, MOVED)
    assert voice.counting.decoded == [(0, b"one"), (3000, b"two"), (6000, b"three")]
    assert picture.decoded == [WHOLE, MOVED]


def test_of_voice_that_does_not_open_there_is_silence() -> None:
    stream = Stream(Codec.OPUS, OTHER)
    for _ in range(100):
        stream.clock.now += 0.02
        assert stream.send(b"voice") == []
        assert stream.take(b"not sealed") == []
    assert stream.decoded == []
    stream.opener.use(KEY)
    assert stream.send(b"voice") == [b"voice"]


def test_after_a_picture_that_does_not_open_none_is_decoded_until_a_whole_one_does() -> None:
    stream = Stream(Codec.VP8)
    stream.send(WHOLE)
    assert stream.take(MOVED) == ["asked"]
    assert stream.send(MOVED) == []
    assert stream.send(WHOLE, MOVED) == [WHOLE, MOVED]
    again = stream.sealer.seal(MOVED)
    assert stream.take(again) == [MOVED]
    assert stream.take(again) == ["asked"]
    assert stream.decoded == [WHOLE, WHOLE, MOVED, MOVED]


def test_of_frames_that_are_ready_together_those_that_open_are_decoded() -> None:
    stream = Stream(Codec.VP8)
    assert stream.take(b"\x11bad", stream.sealer.seal(WHOLE), b"\x11bad", stream.sealer.seal(MOVED)) == [WHOLE]
    stream = Stream(Codec.OPUS)
    assert stream.take(b"bad", stream.sealer.seal(b"good"), b"bad") == [b"good"]


def test_key_frames_are_asked_for_ever_more_rarely() -> None:
    stream = Stream(Codec.VP8, OTHER)
    asked = []
    for n in range(3000):
        stream.clock.now = n / 50
        if stream.send(MOVED) == ["asked"]:
            asked.append(stream.clock.now)
    waits = [later - earlier for earlier, later in pairwise(asked)]
    assert waits == pytest.approx([0.5, 1, 2, 4, *[ASK_AT_LEAST] * (len(waits) - 4)])
    assert len(waits) > 6
    stream.opener.use(KEY)
    assert stream.send(WHOLE) == [WHOLE]
    assert stream.take(MOVED) == ["asked"]
    assert stream.decoded == [WHOLE]


def test_pictures_of_whom_comes_next_are_not_built_on_those_of_whom_was_there() -> None:
    stream = Stream(Codec.VP8)
    stream.send(WHOLE, MOVED)
    next_one = FrameOpener(OWN, Codec.VP8, OTHER)
    theirs = FrameSealer(OWN, Codec.VP8, OTHER, random.Random(2).randbytes)
    stream.opens = next_one.open
    assert stream.send(WHOLE) == ["asked"]
    assert stream.take(theirs.seal(MOVED)) == []
    assert stream.take(theirs.seal(WHOLE)) == [WHOLE]
    stream.opens = next_one.open  # the same again, though another object
    assert stream.take(theirs.seal(MOVED)) == [MOVED]
    stream.opens = None  # type: ignore[assignment]  # somebody whose frames come unsealed
    assert stream.take(MOVED) == ["asked"]
    assert stream.take(WHOLE, MOVED) == [WHOLE, MOVED]


@pytest.mark.parametrize("scheme", [OWN, LIVEKIT])
@pytest.mark.parametrize("codec", Codec)
def test_what_is_sealed_for_others_is_never_decoded_as_noise(scheme: Scheme, codec: Codec) -> None:
    sealer = FrameSealer(scheme, codec, KEY, random.Random(1).randbytes)
    counting = Counting()
    guarded = Guarded(counting, codec is Codec.VP8, Clock())
    asked = 0
    for _ in range(100):
        try:
            assert guarded.decode(Frame(sealer.seal(WHOLE + bytes(30)), 0)) == []
        except av.FFmpegError:
            asked += 1
    assert counting.decoded == []
    assert asked == (1 if codec is Codec.VP8 else 0)


def test_a_frame_that_ends_by_chance_as_if_it_were_sealed_is_decoded() -> None:
    counting = Counting()
    guarded = Guarded(counting, False)
    frames = [bytes(40), bytes(40) + b"\x0c\x00", bytes(40), bytes(40) + b"\x0c\x01", b"\x0c\x00"]
    for frame in frames:
        guarded.decode(Frame(frame, 0))
    assert [data for _, data in counting.decoded] == frames


def test_sealed_pictures_are_as_bounded_as_others() -> None:
    stream = Stream(Codec.VP8)
    assert stream.send(vp8_key(16383, 16383)) == []
    assert stream.decoded == []


@given(st.lists(st.binary(max_size=60), min_size=1, max_size=5), st.sampled_from(list(Codec)))
def test_nothing_that_did_not_open_reaches_the_decoder(frames: list[bytes], codec: Codec) -> None:
    stream = Stream(codec)
    assert stream.take(*frames) in ([], ["asked"])
    assert stream.decoded == []
