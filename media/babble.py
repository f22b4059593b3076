"""A made-up voice that babbles: a glottal pulse train through three moving formants, in syllables, words and pauses.

Each pulse is a grain: three damped sines at the formants of the moment (formant-wave-function synthesis, Rodet 1984),
which gives a voiced sound without any filter running sample by sample. Consonants are gaps and short hisses.
The same seed always says the same, at the pitch of `voice_pitch`.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from media.seed import fraction, number
from media.timing import BLOCK, BLOCK_SECONDS, RATE, Clock, Pacer, Samples, monotonic

Floats = NDArray[np.float32]

LOWEST_PITCH, HIGHEST_PITCH = 90.0, 230.0  # Hz, from one seed to another

# Formants of vowels in Hz (rounded averages as found in phonetics textbooks).
_VOWELS = (
    (730, 1090, 2440),  # a as in father
    (530, 1840, 2480),  # e as in bet
    (270, 2290, 3010),  # i as in beet
    (570, 840, 2410),  # o as in bought
    (300, 870, 2240),  # u as in boot
    (490, 1350, 1690),  # as in bird
    (660, 1720, 2410),  # as in bat
)
_GRAIN = int(0.022 * RATE)
_TIMES = np.arange(_GRAIN, dtype=np.float32) / RATE
_BANDWIDTHS = np.array([[80.0], [100.0], [140.0]], dtype=np.float32)
_GAINS = np.array([1.0, 0.55, 0.25], dtype=np.float32)
# The damped envelope of each formant, with a soft start of 2 ms.
_ENVELOPES = np.exp(-np.pi * _BANDWIDTHS * _TIMES) * np.minimum(1.0, _TIMES / 0.002) * _GAINS[:, None]
_LOUDNESS = 0.5


def voice_pitch(seed: str) -> float:
    """The base pitch of a seed's voice in Hz; the melody moves around it."""
    return float(LOWEST_PITCH * (HIGHEST_PITCH / LOWEST_PITCH) ** fraction(seed))


class Babble:
    """The source `test-voice[:SEED]`."""

    def __init__(self, seed: str = "", clock: Clock = monotonic) -> None:
        self._pieces = babble(seed)
        self._waiting: Floats = np.zeros(0, dtype=np.float32)
        self._pacer = Pacer(BLOCK_SECONDS, clock)
        self.name = f"a test voice ({seed})" if seed else "a test voice"

    async def probe(self) -> str:
        """Always there."""
        return ""

    async def open(self) -> None:
        """Nothing to open; it goes on where it stopped."""

    async def block(self) -> Samples:
        """The next 20 ms."""
        await self._pacer.tick()
        while len(self._waiting) < BLOCK:
            self._waiting = np.concatenate((self._waiting, next(self._pieces)))
        block, self._waiting = self._waiting[:BLOCK], self._waiting[BLOCK:]
        return (np.clip(block, -1, 1) * 32767).astype(np.int16)

    async def close(self) -> None:
        """Nothing to close."""


def babble(seed: str) -> Iterator[Floats]:
    """Endless speech-like sound in pieces of up to about half a second, full scale 1."""
    dice = random.Random(number(seed))  # noqa: S311  # a script of syllables, not a secret
    noise = np.random.default_rng(number(seed))
    pitch = voice_pitch(seed)
    # A longer or shorter throat: all formants of one voice are scaled together.
    throat = 0.92 + 0.22 * fraction(seed)
    tail: Floats = np.zeros(_GRAIN, dtype=np.float32)
    vowel = np.array(dice.choice(_VOWELS), dtype=np.float32) * throat
    while True:
        syllables = dice.randint(4, 9)
        question = dice.random() < 0.25
        for index in range(syllables):
            onset = _consonant(dice, noise)
            target = np.array(dice.choice(_VOWELS), dtype=np.float32) * throat
            place = index / syllables
            melody = 1.06 - 0.2 * place + (0.35 * max(0.0, place - 0.7) if question else 0.0)
            stress = dice.uniform(0.7, 1.0)
            length = dice.uniform(0.13, 0.27) * (1.25 if index == syllables - 1 else 1.0)
            sound = _syllable(length, pitch * melody * (0.97 + 0.06 * stress), vowel, target, stress, dice)
            vowel = target
            body = np.concatenate((onset, np.zeros(len(sound) - _GRAIN, dtype=np.float32)))
            # what still rings of the last syllable and the new vowel, which begins before the consonant has ended
            if len(body) < _GRAIN:
                body = np.concatenate((body, np.zeros(_GRAIN - len(body), dtype=np.float32)))
            body[:_GRAIN] += tail
            start = len(body) - (len(sound) - _GRAIN)
            body[start:] += sound[:-_GRAIN]
            tail = sound[-_GRAIN:]
            yield body
        pause = np.zeros(int(dice.uniform(0.25, 0.8) * RATE), dtype=np.float32)
        pause[:_GRAIN] += tail
        tail = np.zeros(_GRAIN, dtype=np.float32)
        yield pause


def _consonant(dice: random.Random, noise: np.random.Generator) -> Floats:
    """A hiss, a short gap with a burst, or nothing."""
    kind = dice.random()
    if kind < 0.4:
        return np.zeros(int(dice.uniform(0.0, 0.01) * RATE), dtype=np.float32)
    length = int(dice.uniform(0.04, 0.09) * RATE)
    # Differences have little bass, as an s has; made at a third of the rate, so that it ends at 8 kHz.
    coarse = np.diff(noise.standard_normal(length // 3 + 2))
    hiss = np.interp(np.arange(length) / 3, np.arange(len(coarse)), coarse).astype(np.float32)
    if kind < 0.75:
        return (hiss * np.hanning(length) * 0.035 * dice.uniform(0.4, 1.0)).astype(np.float32)
    burst = np.exp(-np.arange(length) / (0.004 * RATE))[::-1]  # silence that ends in a burst
    return (hiss * burst * 0.06).astype(np.float32)


def _syllable(
    seconds: float, pitch: float, start: Floats, target: Floats, stress: float, dice: random.Random
) -> Floats:
    """One vowel gliding from `start` to `target` formants (Hz); the last grain rings on over `_GRAIN` samples."""
    length = int(seconds * RATE)
    sound = np.zeros(length + _GRAIN, dtype=np.float32)
    place = 0.0
    while place < length:
        progress = place / length
        glide = min(1.0, progress * 2.5)
        formants = start + (target - start) * glide
        swell = np.sin(np.pi * min(1.0, 0.12 + 0.88 * progress)) ** 0.6
        grain = (_ENVELOPES * np.sin((2 * np.pi * formants)[:, None] * _TIMES)).sum(axis=0)
        at = int(place)
        sound[at : at + _GRAIN] += grain * np.float32(swell * stress * _LOUDNESS)
        bend = 1.0 + 0.05 * np.sin(np.pi * progress)
        place += RATE / (pitch * bend * dice.uniform(0.99, 1.01))
    return sound
