from __future__ import annotations

import random

import av
import numpy as np
import pytest

from media.analysis import dominant_tone
from media.level import loudness_db
from media.mixer import MOST_PEOPLE, Mixer, soft_limit
from media.mono import Mono
from media.opus import OpusEncoder
from media.timing import BLOCK, RATE, Samples
from tests.media.helpers import sine


def said(mixer: Mixer, blocks: int, **tones: float) -> Samples:
    """Everybody says their tone for so many blocks; what is heard of it."""
    heard = []
    for number in range(blocks):
        for peer, frequency in tones.items():
            mixer.push(peer, number * BLOCK, sine(frequency, start=number * BLOCK, amplitude=0.2))
        heard.append(mixer.pull())
    return np.concatenate(heard)


def strength(sound: Samples, frequency: float) -> float:
    """The amplitude of one frequency, full scale 1."""
    wave = np.exp(-2j * np.pi * frequency * np.arange(len(sound)) / RATE)
    return float(abs(np.dot(sound, wave)) * 2 / len(sound) / 32767)


def test_everybody_is_heard_at_once() -> None:
    heard = said(Mixer(), 60, a=300, b=500, c=700)[10 * BLOCK :]
    for frequency in (300, 500, 700):
        assert strength(heard, frequency) == pytest.approx(0.2, rel=0.02)
    assert strength(heard, 400) < 0.001


def test_quiet_sound_passes_exactly() -> None:
    mixer = Mixer()
    heard = said(mixer, 10, a=300)
    expected = sine(300, 10 * BLOCK, amplitude=0.2).astype(int)
    # it starts with the third block (prefill)
    assert np.abs(heard[3 * BLOCK :] - expected[BLOCK : 8 * BLOCK]).max() <= 1


def test_gains_count_and_are_bounded() -> None:
    mixer = Mixer()
    mixer.set_gain("a", 0.5)
    mixer.set_gain("b", 0)
    mixer.set_gain("c", 1000)
    heard = said(mixer, 40, a=300, b=500, c=700)[10 * BLOCK :]
    assert strength(heard, 300) == pytest.approx(0.1, rel=0.1)
    assert strength(heard, 500) < 0.001
    assert 0.5 < strength(heard, 700) < 1


def test_too_much_is_bent_and_never_wraps() -> None:
    loud = np.linspace(-6, 6, 10_001).astype(np.float32)
    bent = soft_limit(loud).astype(int)
    assert np.all(np.diff(bent) >= 0)  # monotonic: a wrap or a fold would fall
    assert bent.min() >= -32767
    assert bent.max() <= 32767
    middle = np.abs(loud) < 0.69
    assert np.abs(bent[middle] - loud[middle] * 32767).max() <= 0.51


def test_levels_show_who_speaks_and_fall_when_they_stop() -> None:
    mixer = Mixer()
    said(mixer, 10, a=300)
    mixer.push("b", 0, np.zeros(BLOCK, dtype=np.int16))
    mixer.pull()
    assert mixer.levels()["a"].speaking
    assert not mixer.levels()["b"].speaking
    for _ in range(80):
        mixer.pull()
    assert mixer.levels()["a"].level == 0
    assert not mixer.levels()["a"].speaking


def test_who_left_is_not_heard_any_more() -> None:
    mixer = Mixer()
    said(mixer, 5, a=300)
    mixer.push("a", 5 * BLOCK, sine(300))
    mixer.remove("a")
    assert not mixer.pull().any()
    assert mixer.levels() == {}


def test_a_crowd_is_bounded() -> None:
    mixer = Mixer()
    for number in range(MOST_PEOPLE + 10):
        mixer.push(str(number), 0, sine(300))
    assert len(mixer.levels()) == MOST_PEOPLE


@pytest.mark.parametrize("loss", [0.0, 0.05, 0.2])
def test_a_tone_survives_opus_loss_and_disorder(loss: float) -> None:
    dice = random.Random(7)
    encoder, mono, mixer = OpusEncoder(), Mono(), Mixer()
    decoder = av.CodecContext.create("libopus", "r")
    decoder.format, decoder.layout, decoder.sample_rate = "s16", "stereo", RATE
    heard = []
    for number in range(150):
        packets = encoder.encode(sine(523, start=number * BLOCK), number * BLOCK)
        if dice.random() >= loss:
            for packet in packets:
                for frame in decoder.decode(packet):
                    converted = mono.convert(frame)
                    assert converted is not None
                    mixer.push("a", *converted)
        heard.append(mixer.pull())
    sound = np.concatenate(heard)[-RATE:]
    assert dominant_tone(sound) == pytest.approx(523, abs=2)
    whole = loudness_db(sine(523, RATE))
    assert loudness_db(sound) > whole - 1 - 15 * loss  # what was lost is missing, and nothing else
