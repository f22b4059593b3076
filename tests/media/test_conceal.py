from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.conceal import HISTORY, LONGEST, Continuation
from media.timing import RATE, Samples
from tests.media.helpers import sine


def voice(pitch: float, count: int) -> Samples:
    """A buzz with overtones that fall off: the shape of a voice."""
    times = np.arange(count) / RATE
    sound = sum(np.sin(2 * np.pi * pitch * number * times + number) / number for number in range(1, 12))
    return (np.asarray(sound) * 6000).astype(np.int16)


@pytest.mark.parametrize("pitch", [75, 110, 160, 233, 380])
def test_a_voice_goes_on_in_step_at_full_strength_for_ten_milliseconds(pitch: float) -> None:
    whole = voice(pitch, HISTORY + 480)
    made = Continuation(whole[:HISTORY]).take(480)
    assert np.corrcoef(made, whole[HISTORY:])[0, 1] > 0.98
    assert np.std(made) == pytest.approx(np.std(whole[HISTORY:]), rel=0.1)


def test_it_fades_and_ends() -> None:
    guess = Continuation(sine(200, HISTORY))
    blocks = [guess.take(480) for _ in range(8)]
    strengths = [float(np.abs(block).max()) for block in blocks]
    assert strengths[1:6] == sorted(strengths[1:6], reverse=True)
    assert guess.over
    assert not np.concatenate(blocks)[LONGEST:].any()


def test_hiss_goes_on_as_hiss_and_silence_as_silence() -> None:
    hiss = (np.random.default_rng(1).standard_normal(HISTORY) * 1000).astype(np.int16)
    made = Continuation(hiss).take(480)
    assert np.std(made) == pytest.approx(1000, rel=0.2)
    assert not Continuation(np.zeros(HISTORY, dtype=np.int16)).take(LONGEST).any()
    assert not Continuation(np.zeros(0, dtype=np.int16)).take(LONGEST).any()


@given(
    sound=st.lists(st.integers(-32768, 32767), max_size=300),
    repeat=st.integers(1, 10),
    takes=st.lists(st.integers(0, 2000), max_size=6),
)
def test_whatever_came_before_it_is_never_louder(sound: list[int], repeat: int, takes: list[int]) -> None:
    history = np.array(sound * repeat, dtype=np.int16)
    guess = Continuation(history)
    for count in takes:
        made = guess.take(count)
        assert made.shape == (count,)
        assert np.abs(made.astype(int)).max(initial=0) <= np.abs(history.astype(int)).max(initial=0)
    assert guess.over == (sum(takes) >= LONGEST)
