from __future__ import annotations

import time

import numpy as np
import pytest

from media.analysis import dominant_tone
from media.level import loudness_db
from media.tone import Tone


async def test_a_tone_has_its_frequency_no_seams_and_real_time() -> None:
    tone = Tone(523.25)
    await tone.open()
    began = time.monotonic()
    blocks = [await tone.block() for _ in range(15)]
    assert 0.27 < time.monotonic() - began < 0.8
    sound = np.concatenate(blocks)
    assert dominant_tone(sound) == pytest.approx(523.25, abs=0.5)
    # A seam would be a jump: a sine of this loudness moves by at most its amplitude times its step.
    steepest = 0.3 * 32767 * 2 * np.pi * 523.25 / 48000
    assert np.abs(np.diff(sound.astype(int))).max() <= steepest + 1
    assert loudness_db(sound) == pytest.approx(-13.5, abs=0.2)
    await tone.close()
    assert tone.name == "a tone of 523.25 Hz"
    assert await tone.probe() == ""
