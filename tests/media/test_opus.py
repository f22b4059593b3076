from __future__ import annotations

import av
import numpy as np
import pytest

from media.analysis import dominant_tone
from media.babble import babble
from media.opus import PACKET_BYTES, OpusEncoder
from media.timing import BLOCK, RATE, Samples
from tests.media.helpers import sine

BLOCKS = 100


def speech() -> Samples:
    pieces, count = [], 0
    for piece in babble("7"):
        pieces.append(piece)
        count += len(piece)
        if count >= BLOCKS * BLOCK:
            break
    return (np.concatenate(pieces)[: BLOCKS * BLOCK] * 32767).astype(np.int16)


NOISE = np.random.default_rng(5).normal(0, 6000, BLOCKS * BLOCK).clip(-32767, 32767).astype(np.int16)
KINDS = {
    "speech": speech(),
    "noise": NOISE,
    "room": (NOISE * 0.01).astype(np.int16),
    "silence": np.zeros(BLOCKS * BLOCK, dtype=np.int16),
    "full scale square": np.tile(np.repeat(np.array([32767, -32768], dtype=np.int16), 60), BLOCKS * BLOCK // 120),
    "tone": sine(440, BLOCKS * BLOCK),
}


def encoded(samples: Samples) -> list[av.Packet]:
    encoder = OpusEncoder()
    packets = []
    for place in range(0, len(samples), BLOCK):
        packets += encoder.encode(samples[place : place + BLOCK], place)
    return packets


@pytest.mark.parametrize("kind", KINDS)
def test_the_size_of_a_packet_tells_nothing(kind: str) -> None:
    packets = encoded(KINDS[kind])
    assert len(packets) == BLOCKS
    assert {packet.size for packet in packets} == {PACKET_BYTES} == {80}


def test_what_changes_within_a_stream_does_not_change_the_size() -> None:
    mixed = np.concatenate([KINDS[kind][: 10 * BLOCK] for kind in (*KINDS, *reversed(KINDS))])
    assert {packet.size for packet in encoded(mixed)} == {PACKET_BYTES}


def test_time_stamps_are_the_callers_also_across_jumps() -> None:
    encoder = OpusEncoder()
    times = [0, 960, 96_000, 96_960, 4_800_000]
    packets = [packet for time in times for packet in encoder.encode(KINDS["tone"][:BLOCK], time)]
    assert [packet.pts for packet in packets] == times
    assert {packet.time_base.denominator for packet in packets} == {RATE}


def test_what_was_encoded_is_heard() -> None:
    decoder = av.CodecContext.create("libopus", "r")
    decoder.format, decoder.layout, decoder.sample_rate = "s16", "stereo", RATE
    heard = [
        frame.to_ndarray().reshape(-1, 2)[:, 0] for packet in encoded(KINDS["tone"]) for frame in decoder.decode(packet)
    ]
    tone = dominant_tone(np.concatenate(heard)[-RATE:].astype(np.int16))
    assert tone == pytest.approx(440, abs=0.5)


def test_a_block_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="960"):
        OpusEncoder().encode(np.zeros(480, dtype=np.int16), 0)
