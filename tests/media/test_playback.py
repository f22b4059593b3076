from __future__ import annotations

import asyncio
import time
import wave
from pathlib import Path

import numpy as np

from media.errors import MediaError
from media.playback import AHEAD, Output, Playback
from media.timing import BLOCK, Samples
from media.wav import WavFile
from tests.waits import until


class FakeSpeaker:
    """A speaker that plays when the test says so."""

    def __init__(self) -> None:
        self.name = "a fake speaker"
        self.alive = False
        self.gone = False
        self.queued = 0
        self.written = 0
        self.opened = 0
        self.closed = 0
        self.refuses: MediaError | None = None

    async def open(self) -> None:
        if self.refuses is not None:
            raise self.refuses
        self.opened += 1
        self.alive = True

    def write(self, samples: Samples) -> None:
        self.queued += len(samples)
        self.written += len(samples)

    def play(self, count: int) -> None:
        self.queued -= count

    async def played(self) -> None:
        await asyncio.sleep(0.005)

    async def close(self) -> None:
        self.closed += 1
        self.alive = False


class Mix:
    """Counts what was pulled."""

    def __init__(self) -> None:
        self.blocks = 0

    def __call__(self) -> Samples:
        self.blocks += 1
        return np.full(BLOCK, self.blocks, dtype=np.int16)


async def test_without_a_speaker_the_mix_is_pulled_in_real_time() -> None:
    mix = Mix()
    playback = Playback(mix)
    began = time.monotonic()
    await playback.start()
    await until(lambda: mix.blocks >= 25)
    elapsed = time.monotonic() - began
    await playback.close()
    assert mix.blocks <= elapsed / 0.02 + 3
    assert not playback.playing


async def test_the_speakers_clock_is_the_pumps() -> None:
    mix, speaker = Mix(), FakeSpeaker()
    playback = Playback(mix, speaker=speaker)
    await playback.start()
    await until(lambda: speaker.queued == AHEAD)
    await asyncio.sleep(0.1)
    assert speaker.written == AHEAD  # it does not play, so nothing more is mixed
    speaker.play(BLOCK)
    await until(lambda: speaker.written == AHEAD + BLOCK)
    assert playback.playing
    await playback.close()
    assert speaker.closed == 1


async def test_a_speaker_that_dies_is_told_replaced_by_real_time_and_brought_back() -> None:
    mix, speaker, changes = Mix(), FakeSpeaker(), []
    playback = Playback(mix, speaker=speaker, retry=0.1, on_change=lambda: changes.append(playback.trouble))
    await playback.start()
    await until(lambda: speaker.queued == AHEAD)
    speaker.alive = False
    speaker.refuses = MediaError("no speaker was found")
    blocks = mix.blocks
    await until(lambda: mix.blocks > blocks + 3)
    await until(lambda: playback.trouble == "no speaker was found")
    assert not playback.playing
    speaker.refuses = None
    speaker.queued = 0
    await until(lambda: playback.playing and speaker.queued == AHEAD)
    assert playback.trouble == ""
    assert changes == [
        "the speaker (a fake speaker) went away; trying to bring it back",
        "no speaker was found",
        "",
    ]
    await playback.close()


async def test_a_speaker_that_was_never_there_is_told_once() -> None:
    speaker, changes = FakeSpeaker(), []
    speaker.refuses = MediaError("no speaker was found")
    playback = Playback(Mix(), speaker=speaker, on_change=lambda: changes.append(playback.trouble))
    await playback.start()
    assert changes == ["no speaker was found"]
    await playback.close()


async def test_a_speaker_that_is_gone_is_replaced_at_once() -> None:
    mix, one, two = Mix(), FakeSpeaker(), FakeSpeaker()
    told: list[str] = []
    one.name, two.name = "one", "two"

    async def others(gone: Output) -> list[FakeSpeaker]:
        assert gone is one
        return [two]

    playback = Playback(mix, speaker=one, others=others, on_fallen=told.append)
    await playback.start()
    await until(lambda: one.queued == AHEAD)
    one.alive, one.gone = False, True
    one.refuses = MediaError("no speaker is called one")
    await until(lambda: two.queued == AHEAD)
    sentence = "the speaker (one) went away, so two is used: choose again when it is back"
    assert told == [sentence]
    assert playback.trouble == sentence
    assert await playback.choose(two) == ""
    assert playback.trouble == ""
    await playback.close()


async def test_another_speaker_is_chosen_and_what_cannot_be_opened_is_not() -> None:
    mix, one, two = Mix(), FakeSpeaker(), FakeSpeaker()
    playback = Playback(mix, speaker=one)
    await playback.start()
    two.refuses = MediaError("two is in use")
    assert await playback.choose(two) == "two is in use"
    assert playback.speaker is one
    assert (one.alive, playback.trouble) == (True, "")
    two.refuses = None
    assert await playback.choose(two) == ""
    assert (one.alive, two.alive) == (False, True)
    assert await playback.choose(None) == ""
    assert (two.alive, playback.playing) == (False, False)
    before = mix.blocks
    await until(lambda: mix.blocks > before + 2)  # real time is the clock again
    await playback.close()


async def test_what_is_mixed_is_saved_once_and_in_order(tmp_path: Path) -> None:
    mix, speaker = Mix(), FakeSpeaker()
    playback = Playback(mix, speaker=speaker, file=WavFile(tmp_path / "a.wav"))
    await playback.start()
    for _ in range(5):
        await until(lambda: speaker.queued == AHEAD)
        speaker.play(BLOCK)
    speaker.alive = False  # and it goes on in real time
    await asyncio.sleep(0.1)
    await playback.close()
    with wave.open(str(tmp_path / "a.wav")) as file:
        saved = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
    assert np.array_equal(saved, np.repeat(np.arange(1, mix.blocks + 1), BLOCK))
    assert playback.file_trouble == ""


async def test_a_long_stall_is_not_made_up_for() -> None:
    mix = Mix()
    playback = Playback(mix)
    await playback.start()
    await asyncio.sleep(0.05)
    before = mix.blocks
    time.sleep(1.0)  # the whole loop stands still
    woke = time.monotonic()
    await asyncio.sleep(0.05)
    assert mix.blocks - before < 8 + (time.monotonic() - woke) / 0.02
    await playback.close()
