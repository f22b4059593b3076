from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from media.analysis import MOST_PEOPLE, Analysis, MediaReport, dominant_tone, mean_colour
from tests.media.helpers import picture_frame, sine

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("frequency", [60, 220, 440.5, 1234, 7000])
def test_the_tone_is_found_to_a_fraction_of_a_hertz(frequency: float) -> None:
    assert dominant_tone(sine(frequency, 48_000)) == pytest.approx(frequency, abs=0.2)


def test_the_stronger_of_two_wins_and_silence_has_none() -> None:
    assert dominant_tone(sine(300, 48_000, amplitude=0.2) + sine(800, 48_000, amplitude=0.3)) == pytest.approx(
        800, abs=1
    )
    assert dominant_tone(np.zeros(48_000, dtype=np.int16)) is None


def test_the_mean_colour_is_of_all_pixels() -> None:
    assert mean_colour(picture_frame((32, 96, 192))) == pytest.approx((32, 96, 192), abs=3)


def test_only_the_last_second_of_sound_has_a_say_in_the_tone() -> None:
    analysis = Analysis()
    for number in range(60):
        analysis.heard("a", sine(300, start=number * 960))
    for number in range(60):
        analysis.heard("a", sine(900, start=number * 960))
    assert analysis.report("a").tone_hz == pytest.approx(900, abs=1)
    assert analysis.report("a").heard_seconds == pytest.approx(2.4)


def test_silence_is_not_heard_and_long_frames_are_bounded() -> None:
    analysis = Analysis()
    analysis.heard("a", np.zeros(48_000, dtype=np.int16))
    assert analysis.report("a") == MediaReport()
    analysis.heard("a", sine(500, 100_000))
    assert analysis.report("a").tone_hz == pytest.approx(500, abs=1)


def test_pictures_are_counted_and_the_newest_has_the_colour() -> None:
    analysis = Analysis()
    analysis.seen("a", picture_frame((200, 0, 0)))
    analysis.seen("a", picture_frame((0, 0, 200)))
    report = analysis.reports()["a"]
    assert report.frames == 2
    assert report.colour == pytest.approx((0, 0, 200), abs=3)
    analysis.remove("a")
    assert analysis.reports() == {}
    assert analysis.report("a") == MediaReport()


def test_a_crowd_is_bounded() -> None:
    analysis = Analysis()
    frame = picture_frame((1, 2, 3), 4, 4)
    for number in range(MOST_PEOPLE + 5):
        analysis.seen(str(number), frame)
        analysis.heard(str(number), sine(300))
    assert len(analysis.reports()) == MOST_PEOPLE


def test_a_picture_is_measured_while_it_is_drawn() -> None:
    # Both scale the same frame, in two threads. Where they shared a scaler, the process hung or died.
    code = """
import threading
from media.analysis import mean_colour
from media.pictures import to_cells
from tests.media.helpers import picture_frame
for number in range(60):
    frame = picture_frame((number, 96, 192), 640, 360)
    drawing = threading.Thread(target=lambda: [to_cells(frame, columns, 20) for columns in (40, 60, 80)])
    drawing.start()
    for _ in range(3):
        mean_colour(frame)
    drawing.join()
"""
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, check=False, cwd=ROOT, timeout=60, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
