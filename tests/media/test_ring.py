from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.ring import Ring

PUSH, PULL, CLEAR, SKIP = "push", "pull", "clear", "skip"
STEPS = st.lists(
    st.tuples(st.sampled_from([PUSH, PUSH, PULL, PULL, CLEAR, SKIP]), st.integers(min_value=0, max_value=25)),
    max_size=60,
)


@given(capacity=st.integers(min_value=1, max_value=17), steps=STEPS)
def test_a_ring_is_a_queue_that_forgets_its_oldest(capacity: int, steps: list[tuple[str, int]]) -> None:
    ring = Ring(capacity)
    model: list[int] = []  # what should wait
    lost = 0
    next_value = 0
    for step, count in steps:
        if step == PUSH:
            values = list(range(next_value, next_value + count))
            next_value += count
            ring.push(np.array(values, dtype=np.int16))
            model += values
            lost += max(0, len(model) - capacity)
            model = model[-capacity:]
        elif step == PULL:
            taken = ring.pull(count)
            if count > len(model):
                assert taken is None
            else:
                assert taken is not None
                assert taken.tolist() == model[:count]
                del model[:count]
        elif step == CLEAR:
            ring.pull(0)  # so that what was overwritten is counted before it is forgotten
            ring.clear()
            model = []
        else:
            ring.pull(0)
            ring.skip_to_newest(count)
            lost += max(0, len(model) - count)
            model = model[len(model) - min(count, len(model)) :]
        assert len(ring) == len(model)
    ring.pull(0)
    assert ring.dropped == lost


def test_a_ring_without_room_is_refused() -> None:
    with pytest.raises(ValueError, match="room"):
        Ring(0)


class Interrupting(np.ndarray[tuple[int], np.dtype[np.int16]]):
    """Storage that lets something happen once, just before it is read."""

    happens: Callable[[], None] | None = None

    def __getitem__(self, place: Any) -> Any:
        if self.happens is not None:
            happens, self.happens = self.happens, None
            happens()
        return super().__getitem__(place)


def test_a_puller_that_is_overtaken_while_it_copies_begins_again_with_what_is_left() -> None:
    ring = Ring(10)
    store = ring._store.view(Interrupting)
    ring._store = store
    ring.push(np.arange(8, dtype=np.int16))
    store.happens = lambda: ring.push(np.arange(8, 15, dtype=np.int16))
    taken = ring.pull(4)
    assert taken is not None
    assert taken.tolist() == [5, 6, 7, 8]
    assert ring.dropped == 5
    assert len(ring) == 6


def test_a_slow_puller_gets_whole_blocks_in_order_and_knows_what_it_missed() -> None:
    # Blocks of one repeated value: a torn read would show two values in one block.
    ring = Ring(64 * 5 + 7)
    rounds = 20_000
    done = threading.Event()

    def push() -> None:
        for value in range(rounds):
            ring.push(np.full(64, value % 30_000, dtype=np.int16))
        done.set()

    pusher = threading.Thread(target=push)
    got: list[int] = []
    pusher.start()
    while not done.is_set() or len(ring) >= 64:
        block = ring.pull(64)
        if block is None:
            continue
        changes = np.flatnonzero(np.diff(block))
        # An overtaken puller starts anywhere within a block, so one seam is allowed, to the very next value.
        assert len(changes) <= 1
        assert np.all(np.diff(block)[changes] == 1)
        got.append(int(block[-1]))
    pusher.join()
    assert got == sorted(got)
    assert got[-1] >= rounds - 2
    assert ring.dropped + 64 * len(got) + len(ring) == 64 * rounds
