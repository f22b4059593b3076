from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from media.analysis import dominant_tone
from media.devices import Device
from media.level import SILENCE_DB
from media.timing import RATE
from media.trial import Heard, Trial, soft_tone
from tests.media.helpers import sine, write_sound
from tests.media.sound_server import MISSING, sound_server
from tests.waits import until

ROOT = Path(__file__).parents[2]


async def test_nothing_is_open_until_asked_for_and_nothing_after() -> None:
    changes: list[tuple[bool, bool]] = []
    trial = Trial(on_change=lambda: changes.append((trial.listening, trial.looking)))
    assert (trial.heard, trial.picture(), trial.trouble, trial.names) == (Heard(), None, (), ("", ""))
    assert await trial.listen("tone:440") == ""
    await until(lambda: trial.heard.speaking)
    assert trial.heard.level > 0.8
    assert trial.heard.db == pytest.approx(-13.5, abs=0.5)
    assert (trial.listening, trial.looking) == (True, False)
    await trial.stop_listening()
    assert trial.heard == Heard(0.0, speaking=False, db=SILENCE_DB)
    assert (True, False) in changes
    assert changes[-1] == (False, False)
    await trial.close()
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("media: ")]


async def test_the_picture_is_shown_at_the_size_asked_for_and_not_a_moment_longer() -> None:
    drawn: list[bool] = []
    trial = Trial(on_picture=lambda: drawn.append(trial.picture() is not None))
    trial.set_size(20, 6)
    assert await trial.look("colour:c80909") == ""
    await until(lambda: trial.picture() is not None)
    cells = trial.picture()
    assert cells is not None
    assert (cells.width, cells.height) == (20, 6)
    red, green, _ = cells.cell(10, 3)[0]
    assert red > 150 > green
    trial.set_look("none", (0, 0, 0))
    await until(lambda: (now := trial.picture()) is not None and "\x1b[38" not in now.row(0))
    await trial.stop_looking()
    assert trial.picture() is None
    assert drawn[-1] is False
    await trial.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("media: pictures")]


async def test_another_one_may_be_tried_at_once() -> None:
    trial = Trial()
    trial.set_size(8, 4)
    await trial.listen("tone:440")
    await trial.listen("test-voice:1")
    await trial.look("colour:c80909")
    await until(lambda: trial.picture() is not None)
    await trial.look("colour:09c809")
    await until(lambda: (now := trial.picture()) is not None and now.cell(4, 2)[0][1] > 150)
    assert trial.names == ("a test voice (1)", "the colour #09c809")
    assert await trial.listen("none") == ""
    assert not trial.listening
    await trial.close()


async def test_what_does_not_work_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing: list[Device] = []
    monkeypatch.setattr("media.device_stream.list_devices", lambda again=False: nothing)
    trial = Trial()
    assert "no microphone was found" in await trial.listen()
    assert "no microphone was found" in trial.trouble[0]
    assert "does not exist" in await trial.listen("./missing.wav")
    assert "is not a camera" in await trial.look("camera:/etc/passwd")
    assert "no speaker was found" in await trial.play()
    spoken = write_sound(tmp_path / "a.wav", sine(440, 4800))
    assert await trial.listen(str(spoken)) == ""
    spoken.write_bytes(b"")
    await until(lambda: not trial.listening)
    assert "a.wav" in trial.trouble[0]
    await trial.close()
    await trial.close()


def test_the_tone_is_half_a_second_soft_and_begins_and_ends_gently() -> None:
    tone = soft_tone()
    assert len(tone) == RATE // 2
    assert dominant_tone(tone) == pytest.approx(523, abs=2)
    assert 6000 < np.abs(tone).max() < 7000
    assert np.abs(tone[:48]).max() < 400
    assert np.abs(tone[-48:]).max() < 400


CLIENT = """
import asyncio, json, sys, time
from media.trial import Trial
async def main():
    trial = Trial()
    offers = [(offer.kind, offer.word) for offer in await trial.list()]
    said = await trial.listen("microphone:mic")
    end = time.monotonic() + 30
    while abs((heard := trial.heard).db + 23) > 1 and time.monotonic() < end:
        await asyncio.sleep(0.05)
    print(json.dumps([offers, said, heard.db, trial.names[0]]), flush=True)
    for name in ("phones", "piano"):
        print(json.dumps(await trial.play(name)), flush=True)
    sys.stdin.readline()
    await trial.close()
    print(json.dumps("closed"), flush=True)
    sys.stdin.readline()
asyncio.run(main())
"""


def heard_whole(recorded: Path) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """What was played, once there is silence after it; and where it is loud."""
    end = time.monotonic() + 30
    while True:
        data = recorded.read_bytes()
        played = np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2")
        loud = np.flatnonzero(np.abs(played) > 300)
        if len(loud) and len(played) - loud[-1] > 48000 // 2:
            return played, loud
        assert time.monotonic() < end, "nothing was played, or it does not end"
        time.sleep(0.1)


@pytest.mark.hardware
@pytest.mark.skipif(bool(MISSING), reason="needs PulseAudio and its tools")
def test_real_devices_are_tried_and_released() -> None:
    with sound_server("module-null-sink sink_name=phones norewinds=1 rate=48000 channels=2") as server:
        spoken = write_sound(server.folder / "spoken.wav", sine(440, 48000 * 10, amplitude=0.1))
        speaking = server.start("paplay", "--device=micsrc", "--latency-msec=20", str(spoken))
        recorded = server.folder / "played"
        with recorded.open("wb") as into:
            listening = server.start(
                "parec", "--device=phones.monitor", "--format=s16le", "--rate=48000", "--channels=1", "--raw",
                "--latency-msec=20", stdout=into,
            )  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", CLIENT], cwd=ROOT, env=server.environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stdout is not None
        assert process.stdin is not None
        try:
            offers, said, db, name = json.loads(process.stdout.readline())
            assert ["speaker", "phones"] in offers
            assert said == ""
            assert db == pytest.approx(-23, abs=1)
            assert name.startswith("Remapped")
            assert json.loads(process.stdout.readline()) == ""
            played, loud = heard_whole(recorded)
            assert (loud[-1] - loud[0]) / 48000 == pytest.approx(0.5, abs=0.2)
            assert dominant_tone(played[loud[0] : loud[-1]]) == pytest.approx(523, abs=3)
            assert "no speaker is called 'piano'" in json.loads(process.stdout.readline())
            assert "incog" in server.run("pactl", "list", "source-outputs")
            assert "incog" not in server.run("pactl", "list", "sink-inputs")
            process.stdin.write("\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == "closed"
            assert "incog" not in server.run("pactl", "list", "source-outputs")
            _, errors = process.communicate("\n", timeout=20)
            assert process.returncode == 0, errors
        finally:
            for each in (process, speaking, listening):
                each.kill()
                each.wait()
                for pipe in (each.stdin, each.stdout, each.stderr):
                    if pipe is not None:
                        pipe.close()
