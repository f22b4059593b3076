"""A bounded queue of samples between a PortAudio callback and the event loop.

One thread pushes, one thread pulls, no lock: the callback must never wait. The pusher simply overwrites the oldest
samples and never touches the puller's place; the puller notices that it was overtaken, jumps forward and counts what
it lost.
"""

from __future__ import annotations

import numpy as np

from media.timing import Samples


class Ring:
    """Holds at most `capacity` samples (int16). Drops the oldest, and `dropped` counts them."""

    def __init__(self, capacity: int) -> None:
        """`capacity` in samples, at least 1."""
        if capacity < 1:
            raise ValueError("a ring needs room for at least one sample")
        self.capacity = capacity
        self.dropped = 0  # samples lost, as the puller noticed
        self._store = np.zeros(capacity, dtype=np.int16)
        # Places in the endless stream of samples. The pusher alone writes the first two, the puller alone the third.
        self._claimed = 0  # about to be written up to here: older than this by `capacity` is no longer safe
        self._written = 0  # readable up to here
        self._read = 0

    def __len__(self) -> int:
        """Samples that wait to be pulled."""
        return min(self._written - self._read, self.capacity)

    def push(self, samples: Samples) -> None:
        """Add samples; when there is no room the oldest go. Never waits and never raises for being full."""
        count = len(samples)
        kept = samples[-self.capacity :] if count > self.capacity else samples
        end = self._written + count
        start = end - len(kept)
        self._claimed = end
        place = start % self.capacity
        first = min(len(kept), self.capacity - place)
        self._store[place : place + first] = kept[:first]
        self._store[: len(kept) - first] = kept[first:]
        self._written = end

    def pull(self, count: int) -> Samples | None:
        """Take exactly `count` samples, the oldest first; None when there are not that many yet."""
        while True:
            oldest = self._written - self.capacity
            if self._read < oldest:
                self.dropped += oldest - self._read
                self._read = oldest
            start = self._read
            if self._written - start < count:
                return None
            place = start % self.capacity
            first = min(count, self.capacity - place)
            taken = np.concatenate((self._store[place : place + first], self._store[: count - first]))
            if self._claimed - start <= self.capacity:
                self._read = start + count
                return taken
            # the pusher came round while this was being copied: what it overwrote is lost
            lost = self._claimed - self.capacity
            self.dropped += lost - start
            self._read = lost

    def skip_to_newest(self, keep: int) -> None:
        """The puller forgets all but the newest `keep` samples, and counts the others as dropped."""
        start = self._written - min(keep, self.capacity)
        if self._read < start:
            self.dropped += start - self._read
            self._read = start

    def clear(self) -> None:
        """The puller forgets what waits, without counting it as lost."""
        self._read = self._written
