"""One person's sound on its way to the mixer: evens out jitter, fills gaps, and never falls far behind.

A lane keeps stream time (the frames' time stamps), so a lost packet is a hole of the right length and not a jump. It
waits for `PREFILL` before it plays, and again whenever it ran dry. When a burst or a fast clock makes it longer, quiet
moments are skipped until it is short again; past `LONGEST` it is cut at once.
"""

from __future__ import annotations

import numpy as np

from media.level import loudness_db
from media.timing import BLOCK, RATE, Samples

PREFILL = 3 * BLOCK  # 60 ms
COMFORTABLE = PREFILL + 3 * BLOCK  # above this, quiet blocks are skipped
LONGEST = 20 * BLOCK  # 0.4 s
LONGEST_GAP = 10 * BLOCK  # a longer hole is a mute, not a loss
RESTART = RATE  # a step back by more than this is a new stream
_QUIET_DB = -50.0
_FADE = 120  # samples (2.5 ms) over which sound goes out at a hole and comes back after it


class Lane:
    """Stream time runs from `_end - queued` to `_end`."""

    def __init__(self) -> None:
        self._store: Samples = np.zeros(2 * (LONGEST + RATE), dtype=np.int16)
        self._first = 0  # the queued samples are _store[_first:_last]
        self._last = 0
        self._end: int | None = None  # stream time just after the last queued sample
        self._filling = True
        self._faded = True  # what comes next must fade in
        self.lost = 0  # samples of silence put into holes
        self.late = 0  # samples that came too late
        self.skipped = 0  # samples left out to catch up
        self.underruns = 0

    def __len__(self) -> int:
        """Samples that wait."""
        return self._last - self._first

    def push(self, pts: int | None, samples: Samples) -> None:
        """Queue decoded sound; `pts` is its stream time in samples, None when it simply follows."""
        if self._end is None or pts is None:
            start = pts if pts is not None else (self._end or 0)
        else:
            start = pts
            gap = pts - self._end
            if gap < -RESTART:
                self._drop_all()
            elif gap < 0:
                overlap = min(-gap, len(samples))
                self.late += overlap
                samples = samples[overlap:]
                start = pts + overlap
            elif gap > 0:
                self._bridge(gap)
        if len(samples) == 0:
            return
        samples = samples[-RATE:]
        self._append(self._fade_in(samples) if self._faded else samples)
        self._faded = False
        self._end = start + len(samples)
        if len(self) > LONGEST:
            self._skip(len(self) - PREFILL)

    def take(self, count: int) -> Samples | None:
        """The next `count` samples to play; None while there is nothing to hear."""
        if self._filling:
            if len(self) < PREFILL:
                return None
            self._filling = False
        if len(self) > COMFORTABLE + count and loudness_db(self._peek(count)) < _QUIET_DB:
            self._skip(count)
        if len(self) >= count:
            taken = self._peek(count).copy()
            self._first += count
            return taken
        self.underruns += 1
        self._filling = True
        taken = np.zeros(count, dtype=np.int16)
        rest = len(self)
        taken[:rest] = self._fade_out(self._peek(rest))
        self._first = self._last = 0
        self._faded = True
        return taken if rest else None

    def _bridge(self, gap: int) -> None:
        """Put silence into a hole, so that what follows keeps its place."""
        if len(self) == 0 or gap > LONGEST_GAP:
            # Nothing is left to keep a distance from: the next sound starts like the first one did.
            if self._filling:
                self._drop_all()
            self._faded = True
            return
        tail = self._store[max(self._first, self._last - _FADE) : self._last]
        tail[:] = self._fade_out(tail)
        self._append(np.zeros(gap, dtype=np.int16))
        self.lost += gap
        self._faded = True

    def _append(self, samples: Samples) -> None:
        if self._last + len(samples) > len(self._store):
            waiting = self._peek(len(self)).copy()
            self._store[: len(waiting)] = waiting
            self._first, self._last = 0, len(waiting)
        self._store[self._last : self._last + len(samples)] = samples
        self._last += len(samples)

    def _peek(self, count: int) -> Samples:
        return self._store[self._first : self._first + count]

    def _skip(self, count: int) -> None:
        """Leave out `count` samples and join the ends softly."""
        fade = min(_FADE, count, len(self) - count)
        before = self._peek(fade).astype(np.float32)
        self._first += count
        self.skipped += count
        after = self._peek(fade)
        rise = np.linspace(0, 1, fade, dtype=np.float32)
        after[:] = (before * (1 - rise) + after * rise).astype(np.int16)

    def _drop_all(self) -> None:
        self._first = self._last = 0
        self._filling = self._faded = True

    @staticmethod
    def _fade_in(samples: Samples) -> Samples:
        length = min(_FADE, len(samples))
        faded = samples.copy()
        faded[:length] = (faded[:length] * np.linspace(0, 1, length, dtype=np.float32)).astype(np.int16)
        return faded

    @staticmethod
    def _fade_out(samples: Samples) -> Samples:
        """The same samples, the last `_FADE` of them falling to nothing."""
        length = min(_FADE, len(samples))
        faded = samples.copy()
        if length:
            fall = np.linspace(1, 0, length, dtype=np.float32)
            faded[-length:] = (faded[-length:] * fall).astype(np.int16)
        return faded
