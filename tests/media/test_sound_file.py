from __future__ import annotations

import asyncio
import struct
import time
from pathlib import Path

import numpy as np
import pytest

from media.analysis import dominant_tone
from media.errors import MediaError
from media.sound_file import SoundFile
from media.timing import BLOCK, Samples
from tests.media.helpers import sine, write_film, write_sound


async def blocks_of(source: SoundFile, count: int) -> Samples:
    await source.open()
    try:
        return np.concatenate([await source.block() for _ in range(count)])
    finally:
        await source.close()


@pytest.mark.parametrize(
    ("name", "codec", "rate"),
    [
        ("a.wav", "pcm_s16le", 48000),
        ("b.wav", "pcm_s16le", 8000),
        ("c.flac", "flac", 44100),
        ("d.ogg", "libopus", 48000),
    ],
)
async def test_any_format_becomes_mono_at_48_kilohertz(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    sound = (np.sin(2 * np.pi * 500 * np.arange(2 * rate) / rate) * 9000).astype(np.int16)
    source = SoundFile(str(write_sound(tmp_path / name, sound, codec=codec, rate=rate)))
    heard = await blocks_of(source, 15)
    assert heard.shape == (15 * BLOCK,)
    assert heard.dtype == np.int16
    assert dominant_tone(heard[4800:]) == pytest.approx(500, abs=3)
    assert source.name == f"the file {name}"


async def test_it_is_paced_in_real_time_and_loops_without_a_hole(tmp_path: Path) -> None:
    # 2.5 blocks: the seam is within a block
    sound = np.arange(2400, dtype=np.int16)
    source = SoundFile(str(write_sound(tmp_path / "short.wav", sound)))
    began = time.monotonic()
    heard = await blocks_of(source, 16)
    assert 0.28 < time.monotonic() - began < 1.0
    assert np.array_equal(heard, np.resize(sound, 16 * BLOCK))


async def test_each_opening_starts_anew(tmp_path: Path) -> None:
    source = SoundFile(str(write_sound(tmp_path / "a.wav", np.arange(9600, dtype=np.int16))))
    assert np.array_equal(await blocks_of(source, 2), await blocks_of(source, 2))


async def test_the_sound_of_a_film_is_sound_and_a_silent_film_has_none(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="holds no sound"):
        SoundFile(str(write_film(tmp_path / "film.mp4", [(200, 0, 0)] * 5)))


async def test_a_rate_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    header = struct.pack("<4sI4s4sIHHIIHH4sI", b"RIFF", 20036, b"WAVE", b"fmt ", 16, 1, 1, 1, 2, 2, 16, b"data", 20000)
    (tmp_path / "slow.wav").write_bytes(header + b"\1" * 20000)
    with pytest.raises(MediaError, match=r"slow\.wav"):
        SoundFile(str(tmp_path / "slow.wav"))


async def test_a_file_that_vanishes_or_changes_meanwhile_is_told_in_words(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", sine(440, 48000))
    source = SoundFile(str(path))
    assert await source.probe() == ""
    path.write_text("gone")
    await source.open()
    with pytest.raises(MediaError, match="not a sound or picture file"):
        await source.block()
    await source.close()
    path.unlink()
    assert "does not exist" in await source.probe()


async def test_closing_while_a_block_is_awaited_is_clean(tmp_path: Path) -> None:
    source = SoundFile(str(write_sound(tmp_path / "a.flac", sine(440, 96000), codec="flac")))
    await source.open()
    waiting = asyncio.ensure_future(source.block())
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    await source.close()
    with pytest.raises(MediaError, match="not open"):
        await source.block()
