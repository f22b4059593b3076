from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.activation import HANG_OVER, PRE_ROLL, Activation
from media.babble import babble
from media.level import loudness_db
from media.timing import BLOCK, RATE, Samples
from tests.media.helpers import sine

DICE = np.random.default_rng(7)


def hiss(db: float, blocks: int) -> Samples:
    """The noise of a room."""
    return (DICE.standard_normal(blocks * BLOCK) * 32768 * 10 ** (db / 20)).clip(-32768, 32767).astype(np.int16)


def through(activation: Activation, sound: Samples) -> tuple[Samples, list[bool]]:
    """What comes out, and for which blocks sound was let through."""
    out, passing = [], []
    for block in sound.reshape(-1, BLOCK):
        out.append(activation.feed(block))
        passing.append(activation.passing)
    return np.concatenate(out), passing


def spoken(seconds: float) -> Samples:
    """A made-up voice."""
    count = int(seconds * RATE) // BLOCK * BLOCK
    pieces: list[np.ndarray[tuple[int], np.dtype[np.float32]]] = []
    for piece in babble("7"):
        pieces.append(piece)
        if sum(map(len, pieces)) >= count:
            break
    return (np.concatenate(pieces)[:count] * 32767).clip(-32768, 32767).astype(np.int16)


@pytest.mark.parametrize("noise", [-90.0, -60.0, -50.0])
def test_speech_passes_whole_and_the_room_does_not(noise: float) -> None:
    words = spoken(2.0)
    room = hiss(noise, 500)
    sound = room.copy()
    sound[100 * BLOCK : 100 * BLOCK + len(words)] += words
    out, passing = through(Activation(), sound)
    assert not any(passing[:100])
    assert not out[: 100 * BLOCK].any()
    heard = out[(100 + PRE_ROLL) * BLOCK :][: len(words)].astype(float)
    said = sound[100 * BLOCK :][: len(words)].astype(float)
    kept = np.sum(heard**2) / np.sum(said**2)
    assert kept > 0.995
    end = 100 + len(words) // BLOCK
    assert not any(passing[end + HANG_OVER + PRE_ROLL + 2 :])
    assert not out[(end + HANG_OVER + 2 * PRE_ROLL + 2) * BLOCK :].any()


def test_the_soft_beginning_of_a_word_is_heard() -> None:
    silence = np.zeros(50 * BLOCK, dtype=np.int16)
    soft = sine(2000, 2 * BLOCK, amplitude=0.0008)  # below the threshold
    loud = sine(200, 20 * BLOCK)
    out, passing = through(Activation(), np.concatenate([silence, soft, loud, silence]))
    assert passing.index(True) == 53  # the second loud block
    heard = out[(50 + PRE_ROLL) * BLOCK :]
    assert loudness_db(heard[BLOCK : 2 * BLOCK]) > -70  # of the soft sound before it
    assert np.array_equal(heard[2 * BLOCK : 22 * BLOCK], loud)


def test_a_key_press_does_not_pass_and_a_pause_between_words_does() -> None:
    quiet = hiss(-70, 30)
    activation = Activation()
    _, passing = through(activation, np.concatenate([quiet, sine(900, BLOCK, amplitude=0.5), quiet]))
    assert not any(passing)
    word, pause = sine(300, 10 * BLOCK), hiss(-70, HANG_OVER - 2)
    _, passing = through(activation, np.concatenate([word, pause, word]))
    assert all(passing[1:])


def test_a_fan_that_begins_ends_to_pass_and_speech_is_heard_over_it() -> None:
    activation = Activation()
    through(activation, hiss(-75, 50))
    _, passing = through(activation, hiss(-50, 50 * 40))
    assert passing[10]
    assert not any(passing[-50:])
    _, passing = through(activation, hiss(-50, 50) + sine(200, 50 * BLOCK))
    assert all(passing[2:])


def test_a_constant_is_no_sound() -> None:
    activation = Activation()
    _, passing = through(activation, np.full(50 * BLOCK, 20_000, dtype=np.int16))
    assert not any(passing)


def test_it_begins_and_ends_without_a_click() -> None:
    tone = sine(100, 60 * BLOCK, amplitude=0.9)
    out, _ = through(Activation(), np.concatenate([np.zeros_like(tone), tone, np.zeros_like(tone)]))
    steps = np.abs(np.diff(out.astype(int)))
    assert steps.max() <= np.abs(np.diff(tone.astype(int))).max() * 1.1


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from([-96.0, -60.0, -40.0, -20.0, 0.0]), min_size=1, max_size=80))
def test_a_block_for_a_block_and_never_anything_that_was_not_said(levels: list[float]) -> None:
    activation = Activation()
    said = [np.zeros(BLOCK, dtype=np.int16)] * PRE_ROLL
    for number, level in enumerate(levels):
        block = sine(100 + number, amplitude=10 ** (level / 20))
        said.append(block)
        out = activation.feed(block)
        assert out.shape == (BLOCK,)
        assert np.all(np.abs(out.astype(int)) <= np.abs(said[number].astype(int)))
        assert -58 <= activation.threshold_db <= -30
