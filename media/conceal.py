"""What probably came next: a lost packet of voice is replaced by going on with the sound before it.

The last period of the voice is repeated and faded out, as ITU-T G.711 Appendix I does it: 10 ms at full strength, and
silence after `LONGEST`. Whatever has no period (hiss, a consonant) is repeated in longer pieces, which hums less.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from media.timing import RATE, Samples

LONGEST: Final = RATE * 60 // 1000
"""Samples (60 ms) after which nothing is made up any more: it would sound like a machine."""
HISTORY: Final = RATE * 40 // 1000
"""Samples of what was heard last, by which to go on; fewer will do."""

_WHOLE: Final = RATE * 10 // 1000  # samples at full strength
_SHORTEST_PERIOD, _LONGEST_PERIOD = RATE // 400, RATE // 66  # 2.5 and 15 ms: voices
_STEP: Final = 4  # periods are looked for at a quarter of the rate, then more closely
_PERIODIC: Final = 0.5  # likeness of two periods from which on it is a voice

_Floats = NDArray[np.float32]


class Continuation:
    """How some sound goes on."""

    def __init__(self, history: Samples) -> None:
        """`history`: the end of what was heard, `HISTORY` samples at best."""
        self._cycle = _cycle(history[-HISTORY:].astype(np.float32))
        self._made = 0

    @property
    def over(self) -> bool:
        """From now on there is only silence."""
        return self._made >= LONGEST

    def take(self, count: int) -> Samples:
        """The next `count` samples."""
        places = np.arange(self._made, self._made + count)
        self._made += count
        if len(self._cycle) == 0:
            return np.zeros(count, dtype=np.int16)
        strength = np.clip((LONGEST - places) / (LONGEST - _WHOLE), 0, 1)
        made: Samples = (self._cycle[places % len(self._cycle)] * strength).astype(np.int16)
        return made


def _cycle(history: _Floats) -> _Floats:
    """The piece that is repeated; its end leads to its beginning."""
    period = _period(history)
    overlap = min(period // 4, len(history) - period)
    cycle = history[len(history) - period :].copy()
    if overlap > 0:
        rise = np.linspace(0, 1, overlap, dtype=np.float32)
        before = history[len(history) - period - overlap : len(history) - period]
        cycle[-overlap:] = cycle[-overlap:] * (1 - rise) + before * rise
    return cycle


def _period(history: _Floats) -> int:
    """After how many samples it repeats itself."""
    longest = min(_LONGEST_PERIOD, len(history) // 2)
    if longest <= _SHORTEST_PERIOD:
        return longest
    coarse = history[len(history) % _STEP :].reshape(-1, _STEP).mean(axis=1)
    first = _SHORTEST_PERIOD // _STEP
    likeness = _likeness(coarse, first, longest // _STEP)
    best = int(np.argmax(likeness))
    if likeness[best] < _PERIODIC:
        return longest
    middle = (first + best) * _STEP
    first = max(_SHORTEST_PERIOD, middle - _STEP)
    return first + int(np.argmax(_likeness(history, first, min(longest, middle + _STEP))))


def _likeness(sound: _Floats, first: int, last: int) -> _Floats:
    """How much the second half of the sound resembles what was so many samples before, for each lag: -1 to 1."""
    length = len(sound) // 2
    now = sound[-length:]
    before = sound[len(sound) - length - last : len(sound) - first]
    alike = np.correlate(before, now, "valid")
    sums = np.concatenate(([0.0], np.cumsum(before.astype(np.float64) ** 2)))
    energy = (sums[length:] - sums[:-length]) * float(np.dot(now, now))
    likeness: _Floats = np.where(energy > 0, alike / np.sqrt(np.maximum(energy, 1e-9)), 0.0).astype(np.float32)
    return likeness[::-1]
