from __future__ import annotations

import os
import stat
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from media.errors import MediaError
from media.timing import RATE, Samples
from media.wav import WavFile
from tests.media.helpers import sine


def read(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, RATE)
        return np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(np.int16)


def test_what_was_written_is_in_the_file(tmp_path: Path) -> None:
    sound = sine(440, 30 * 960 + 7)
    file = WavFile(tmp_path / "a.wav")
    for place in range(0, len(sound), 960):
        file.write(sound[place : place + 960])
    file.close()
    file.close()
    assert np.array_equal(read(tmp_path / "a.wav"), sound)


def test_the_file_is_valid_at_any_moment(tmp_path: Path) -> None:
    file = WavFile(tmp_path / "a.wav")
    assert len(read(tmp_path / "a.wav")) == 0
    for _ in range(60):
        file.write(sine(440))
    assert len(read(tmp_path / "a.wav")) >= 60 * 960 - RATE // 2
    file.close()


def test_the_file_of_a_killed_program_is_valid(tmp_path: Path) -> None:
    code = f"""
import os, signal, sys
from pathlib import Path
import numpy as np
from media.wav import WavFile
file = WavFile(Path({str(tmp_path / "a.wav")!r}))
for _ in range(100):
    file.write(np.full(960, 123, dtype=np.int16))
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == -9
    sound = read(tmp_path / "a.wav")
    assert len(sound) >= 100 * 960 - RATE // 2
    assert set(sound.tolist()) == {123}


def test_only_the_owner_may_read_other_peoples_voices(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"something older and longer" * 100)
    path.chmod(0o644)
    WavFile(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(read(path)) == 0


def test_a_place_that_cannot_be_written_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="cannot be saved"):
        WavFile(tmp_path / "missing" / "a.wav")
    with pytest.raises(MediaError, match="cannot be saved"):
        WavFile(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(MediaError, match="cannot be saved"):
        WavFile(tmp_path / "pipe")
    with pytest.raises(MediaError, match="not a regular file"):
        WavFile(Path("/dev/null"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_and_does_not_stop_the_meeting(tmp_path: Path) -> None:
    file = WavFile(tmp_path / "a.wav")
    with Path("/dev/full").open("wb") as full:
        os.dup2(full.fileno(), file._file.fileno())
    for _ in range(100):
        file.write(sine(440))
    assert "could not be saved" in file.trouble
    file.close()
