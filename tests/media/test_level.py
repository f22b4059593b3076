from __future__ import annotations

import numpy as np
import pytest

from media.level import SILENCE_DB, Meter, loudness_db
from tests.media.helpers import sine


def fed(meter: Meter, amplitude: float, blocks: int) -> Meter:
    for block in range(blocks):
        meter.feed(sine(300, start=960 * block, amplitude=amplitude) if amplitude else None)
    return meter


@pytest.mark.parametrize(("amplitude", "db"), [(1.0, -3.0), (0.1, -23.0), (0.01, -43.0)])
def test_loudness_is_decibels_below_full_scale(amplitude: float, db: float) -> None:
    assert loudness_db(sine(300, amplitude=amplitude)) == pytest.approx(db, abs=0.15)


def test_silence_and_nothing_have_a_floor() -> None:
    assert loudness_db(np.zeros(960, dtype=np.int16)) == SILENCE_DB
    assert loudness_db(np.zeros(0, dtype=np.int16)) == SILENCE_DB
    assert loudness_db(np.full(960, -32768, dtype=np.int16)) == pytest.approx(0)


def test_the_level_rises_at_once_and_falls_calmly_to_nothing() -> None:
    meter = Meter()
    assert meter.now.level == 0
    fed(meter, 0.3, 1)
    high = meter.now.level
    assert 0.8 < high <= 1
    fed(meter, 0, 3)
    assert 0.5 * high < meter.now.level < 0.8 * high
    fed(meter, 0, 60)
    assert meter.now.level == 0


def test_speaking_begins_with_speech_and_outlives_a_short_pause() -> None:
    meter = fed(Meter(), 0.001, 50)
    assert not meter.now.speaking
    fed(meter, 0.1, 1)
    assert meter.now.speaking
    fed(meter, 0, 15)  # 0.3 s
    assert meter.now.speaking
    fed(meter, 0, 6)
    assert not meter.now.speaking


def test_a_murmur_between_the_thresholds_starts_nothing_but_holds_on_longer() -> None:
    murmur = 0.0065  # about -46.8 dB
    assert not fed(Meter(), murmur, 100).now.speaking
    meter = fed(fed(Meter(), 0.1, 1), murmur, 30)
    assert meter.now.speaking
    assert not fed(meter, murmur, 11).now.speaking
