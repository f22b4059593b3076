from __future__ import annotations

from itertools import islice, pairwise

import numpy as np
import pytest

from media.babble import HIGHEST_PITCH, LOWEST_PITCH, Babble, Floats, babble, voice_pitch
from media.level import loudness_db
from media.timing import BLOCK, RATE

SEEDS = ["0", "1", "2", "3", "rowan"]


def said(seed: str, seconds: float = 12.0) -> Floats:
    pieces, count = [], 0
    for piece in babble(seed):
        pieces.append(piece)
        count += len(piece)
        if count > seconds * RATE:
            break
    return np.concatenate(pieces)[: int(seconds * RATE)]


def pitch_of(sound: Floats) -> float:
    """The median pitch of the loud parts in Hz, by autocorrelation."""
    window = 3 * BLOCK
    found = []
    for place in range(0, len(sound) - window, window):
        part = sound[place : place + window]
        if np.sqrt(np.mean(part**2)) > 0.03:
            power = np.abs(np.fft.rfft(part - part.mean(), 8192)) ** 2
            likeness = np.fft.irfft(power)
            shortest, longest = RATE // 400, RATE // 70
            found.append(RATE / (shortest + int(np.argmax(likeness[shortest:longest]))))
    return float(np.median(found))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_voice_is_known_by_its_pitch(seed: str) -> None:
    assert LOWEST_PITCH <= voice_pitch(seed) <= HIGHEST_PITCH
    assert pitch_of(said(seed)) == pytest.approx(voice_pitch(seed), rel=0.08)


def test_the_first_seeds_are_easy_to_tell_apart() -> None:
    pitches = sorted(voice_pitch(str(seed)) for seed in range(4))
    assert all(higher / lower > 1.15 for lower, higher in pairwise(pitches))


def test_the_same_seed_says_the_same_and_another_one_something_else() -> None:
    assert np.array_equal(said("4", 3), said("4", 3))
    assert not np.array_equal(said("4", 3), said("5", 3))


@pytest.mark.parametrize("seed", SEEDS)
def test_it_has_the_rhythm_and_the_spectrum_of_speech(seed: str) -> None:
    sound = said(seed)
    assert np.abs(sound).max() < 0.95
    blocks = (sound[: len(sound) // BLOCK * BLOCK] * 32767).astype(np.int16).reshape(-1, BLOCK)
    loud = np.array([loudness_db(block) > -45 for block in blocks])
    assert 0.55 < loud.mean() < 0.9  # speech pauses, but not for long
    runs = np.diff(np.flatnonzero(np.diff(loud.astype(int)) != 0)) * 20
    assert runs.max() < 3500  # ms: no endless vowel and no long silence
    spectrum = np.abs(np.fft.rfft(sound)) ** 2
    hertz = np.fft.rfftfreq(len(sound), 1 / RATE)
    formants = spectrum[(hertz > 200) & (hertz < 3500)].sum()
    assert formants / spectrum.sum() > 0.85


def test_pieces_are_short_enough_to_be_made_on_the_way() -> None:
    assert max(len(piece) for piece in islice(babble("9"), 100)) < RATE


async def test_as_a_source_it_gives_whole_blocks() -> None:
    voice = Babble("3")
    await voice.open()
    first = await voice.block()
    second = await voice.block()
    assert first.shape == second.shape == (BLOCK,)
    expected = (np.clip(said("3", 0.04), -1, 1) * 32767).astype(np.int16)
    assert np.array_equal(np.concatenate((first, second)), expected)
    await voice.close()
    assert voice.name == "a test voice (3)"
