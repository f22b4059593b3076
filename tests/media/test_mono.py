from __future__ import annotations

import av
import numpy as np
import pytest

from media.analysis import dominant_tone
from media.mono import Mono
from tests.media.helpers import sine, sound_frame


def test_mono_passes_unchanged_with_its_time() -> None:
    converted = Mono().convert(sound_frame(sine(440), 12345))
    assert converted is not None
    assert converted[0] == 12345
    assert np.array_equal(converted[1], sine(440))


def test_two_channels_become_their_mean_without_overflow() -> None:
    left, right = np.full(960, 32767, dtype=np.int16), np.full(960, 32767, dtype=np.int16)
    right[480:] = -32768
    converted = Mono().convert(sound_frame(np.stack((left, right), axis=1), layout="stereo"))
    assert converted is not None
    assert np.array_equal(converted[1][:480], left[:480])
    assert set(converted[1][480:].tolist()) == {-1}


def test_times_of_another_base_become_samples() -> None:
    mono = Mono()
    converted = mono.convert(sound_frame(sine(440), 90_000, base=90_000))
    assert converted is not None
    assert converted[0] == 48_000
    assert (mono.convert(sound_frame(sine(440), None)) or (0,))[0] is None


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100, 96_000])
def test_other_rates_keep_their_pitch(rate: int) -> None:
    mono = Mono()
    step = rate // 50
    pieces = []
    for block in range(50):
        places = np.arange(block * step, (block + 1) * step)
        samples = (np.sin(2 * np.pi * 700 * places / rate) * 9000).astype(np.int16)
        frame = sound_frame(samples, block * step, rate=rate, base=rate)
        converted = mono.convert(frame)
        assert converted is not None
        assert frame.pts == block * step
        pieces.append(converted[1])
    sound = np.concatenate(pieces)
    assert len(sound) == pytest.approx(48_000, abs=100)
    assert dominant_tone(sound[4800:]) == pytest.approx(700, abs=1)


def test_a_change_of_format_within_a_stream_is_followed() -> None:
    mono = Mono()
    planar = av.AudioFrame.from_ndarray(np.zeros((2, 960), dtype=np.float32), format="fltp", layout="stereo")
    planar.sample_rate = 48_000
    for frame in (planar, sound_frame(sine(440)), sound_frame(np.zeros(320, dtype=np.int16), rate=16_000), planar):
        converted = mono.convert(frame)
        assert converted is not None
        assert converted[1].dtype == np.int16


@pytest.mark.parametrize(
    "frame",
    [
        sound_frame(np.zeros(96_000, dtype=np.int16)),
        sound_frame(np.zeros(960, dtype=np.int16), rate=1),
        sound_frame(np.zeros(960, dtype=np.int16), rate=2_000_000),
    ],
    ids=["too long", "too slow", "too fast"],
)
def test_absurd_frames_are_left_out(frame: av.AudioFrame) -> None:
    assert Mono().convert(frame) is None
