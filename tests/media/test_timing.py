from __future__ import annotations

import time

import pytest

from media.timing import Pacer
from tests.media.helpers import ManualClock


async def test_a_pacer_keeps_real_time() -> None:
    pacer = Pacer(0.01)
    began = time.monotonic()
    for _ in range(21):
        await pacer.tick()
    assert 0.195 <= time.monotonic() - began < 0.5


async def test_a_pacer_catches_up_a_little_but_forgets_a_long_stall() -> None:
    clock = ManualClock()
    pacer = Pacer(0.02, clock, patience=5)
    await pacer.tick()
    clock.advance(0.07)
    await pacer.tick()  # due at 0.02
    assert pacer._due == pytest.approx(100.04)  # the next one is not delayed by our lateness
    clock.advance(5)
    await pacer.tick()
    assert pacer._due == pytest.approx(clock.now + 0.02)
