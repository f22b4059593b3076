"""One person's sound on its way to the mixer: evens out jitter, fills gaps, and never falls far behind.

A lane keeps stream time (the frames' time stamps), so a lost packet is a hole of the right length and not a jump. Holes
are filled with what probably was there (`media.conceal`), whether they show when the next frame comes or because there
is nothing left to play. It waits for `PREFILL` before it plays, and again when it stayed dry. When a burst or a fast
clock makes it longer, quiet moments are skipped until it is short again; past `LONGEST` it is cut at once.
"""

from __future__ import annotations

from collections import deque

import numpy as np

from media.conceal import HISTORY, Continuation
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
        self._played: deque[Samples] = deque()  # the last of it, `HISTORY` samples or a block more
        self._played_length = 0
        self._guess: Continuation | None = None  # what is played since it ran dry
        self._guessed = 0  # samples of it
        self.lost = 0  # samples that never came, and something else was played
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
            self.lost += gap if 0 < gap <= LONGEST_GAP else 0
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
        self._append(self._joined(samples[-RATE:]))
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
            return self._noted(taken)
        rest = self._peek(len(self)).copy()
        if self._guess is None:
            self.underruns += 1
            self._guess = Continuation(np.concatenate((*self._played, rest))[-HISTORY:])
            self._guessed = 0
        if self._guess.over:
            self._drop_all()
            return None
        self._first = self._last = 0
        missing = count - len(rest)
        self._guessed += missing
        return self._noted(np.concatenate((rest, self._guess.take(missing))))

    def _noted(self, taken: Samples) -> Samples:
        self._played.append(taken)
        self._played_length += len(taken)
        while self._played_length - len(self._played[0]) >= HISTORY:
            self._played_length -= len(self._played.popleft())
        return taken

    def _bridge(self, gap: int) -> None:
        """Put something into a hole, so that what follows keeps its place."""
        if gap > LONGEST_GAP or (len(self) == 0 and self._guess is None):
            # Nothing is left to keep a distance from: the next sound starts like the first one did.
            if self._filling:
                self._drop_all()
            self._guess = None
            self._faded = True
            return
        if self._guess is None:
            before = np.concatenate((*self._played, self._peek(len(self))))
            self._guess, self._guessed = Continuation(before[-HISTORY:]), 0
        if gap > self._guessed:  # what was played of it while it was dry is a part of the hole
            self._append(self._guess.take(gap - self._guessed))

    def _joined(self, samples: Samples) -> Samples:
        """What came, softly after what is before it."""
        guess, self._guess = self._guess, None
        faded, self._faded = self._faded, False
        if not faded and guess is None:
            return samples
        length = min(_FADE, len(samples))
        rise = np.linspace(0, 1, length, dtype=np.float32)
        joined = samples.copy()
        joined[:length] = joined[:length] * rise
        if guess is not None and not faded:
            joined[:length] += (guess.take(length) * (1 - rise)).astype(np.int16)
        return joined

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
        self._guess = None
