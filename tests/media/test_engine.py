from __future__ import annotations

import asyncio
import time
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest

from media.engine import ME, Engine
from media.errors import MediaError
from media.pattern import Colour, Pattern
from media.sources import picture_source, voice_source
from media.timing import RATE
from media.tone import Tone
from net.frames import Incoming, Outgoing, PacketStream, PictureStream
from tests.media.helpers import FakeVoice, picture_frame, silent, sine, sound_frame
from tests.media.test_playback import FakeSpeaker
from tests.waits import still, until
from tui.model import CellPicture

if TYPE_CHECKING:
    # The shapes on which the rest of the program relies: checked by mypy, not at run time.
    def as_the_network_sees_it(engine: Engine) -> tuple[Outgoing, Incoming, PacketStream, PictureStream, CellPicture]:
        return engine, engine, engine.voice(), engine.picture(), engine.wall.pictures()["a"]


@asynccontextmanager
async def meeting(*engines: Engine) -> AsyncIterator[None]:
    """All engines run, and everybody gets what the others send, through Opus but without a network."""

    async def carry_voice(index: int, sender: Engine, receiver: Engine) -> None:
        decoder = av.CodecContext.create("libopus", "r")
        decoder.format, decoder.layout, decoder.sample_rate = "s16", "stereo", RATE
        stream = sender.voice()
        while True:
            for frame in decoder.decode(await stream.next()):
                receiver.heard(str(index), frame)

    async def carry_pictures(index: int, sender: Engine, receiver: Engine) -> None:
        stream = sender.picture()
        while True:
            receiver.seen(str(index), await stream.next())

    for engine in engines:
        await engine.start()
    carriers = [
        asyncio.ensure_future(carry(index, sender, receiver))
        for index, sender in enumerate(engines)
        for receiver in engines
        if receiver is not sender
        for carry in (carry_voice, carry_pictures)
    ]
    try:
        yield
    finally:
        for engine in engines:
            await engine.close()
        ends = await asyncio.gather(*carriers, return_exceptions=True)
        assert all(isinstance(end, EOFError) for end in ends), ends


def enough(engine: Engine) -> bool:
    """Whether everybody who is heard here was heard for a second, is heard to speak, and seen."""
    reports, levels = engine.reports(), engine.levels()
    return all(one.heard_seconds > 1 and one.frames >= 5 and levels[who].speaking for who, one in reports.items())


async def test_everybody_is_recognised_by_tone_and_colour(tmp_path: Path) -> None:
    a = silent(voice=Tone(440), picture=Colour((200, 30, 30)))
    b = silent(voice=Tone(660), picture=Colour((30, 200, 30)))
    c = silent(voice=Tone(880), picture=Colour((30, 30, 200)), save_audio=tmp_path / "c.wav")
    async with meeting(a, b, c):
        for engine in (a, b, c):
            await engine.set_muted(False)
            await engine.set_camera(True)
        began = time.monotonic()
        await until(lambda: all(len(engine.reports()) == 2 and enough(engine) for engine in (a, b, c)))
        tones, colours = [440, 660, 880], [(200, 30, 30), (30, 200, 30), (30, 30, 200)]
        for index, engine in enumerate((a, b, c)):
            reports = engine.reports()
            assert set(reports) == {"0", "1", "2"} - {str(index)}
            for peer, report in reports.items():
                assert report.tone_hz == pytest.approx(tones[int(peer)], abs=2)
                assert report.colour == pytest.approx(colours[int(peer)], abs=4)
    elapsed = time.monotonic() - began
    with wave.open(str(tmp_path / "c.wav")) as file:
        assert 0.9 * RATE < file.getnframes() < (elapsed + 0.4) * RATE


async def test_it_starts_muted_and_dark_and_says_so() -> None:
    async with meeting(engine := silent(voice=Tone(440), picture=Pattern("1"))):
        state = engine.describe()
        assert (state.microphone, state.camera, state.speaker) == ("muted", "off", "none")
        assert (state.microphone_name, state.camera_name) == ("a tone of 440 Hz", "a test picture (1)")
        assert state.missing == ()
        assert engine.muted
        assert not engine.camera_on
        assert engine.levels()[ME].level == 0


async def test_muting_stops_the_packets_and_the_camera_the_pictures() -> None:
    a, b = silent(voice=Tone(440), picture=Colour((9, 9, 200))), silent()
    async with meeting(a, b):
        await a.set_muted(False)
        await a.set_camera(True)
        assert (a.describe().microphone, a.describe().camera) == ("live", "live")
        await until(lambda: b.report("0").frames > 1 and b.report("0").heard_seconds > 0.2)
        await a.set_muted(True)
        await a.set_camera(False)
        await still(lambda: b.report("0"))
        assert (a.describe().microphone, a.describe().camera) == ("muted", "off")


async def test_we_see_ourselves_while_the_camera_is_on_and_not_a_moment_longer() -> None:
    drawn = 0

    def on_pictures() -> None:
        nonlocal drawn
        drawn += 1

    async with meeting(engine := silent(picture=Colour((9, 9, 200)), on_pictures=on_pictures)):
        engine.wall.set_size(ME, 20, 6)
        await engine.set_camera(True)
        await until(lambda: ME in engine.wall.pictures())
        engine.seen(ME, picture_frame((200, 9, 9)))  # somebody who calls themselves that cannot stand in for us
        engine.heard(ME, sound_frame(sine(440)))
        assert ME not in engine.reports()
        await engine.set_camera(False)
        assert ME not in engine.wall.pictures()
        assert drawn >= 2


async def test_devices_that_are_missing_are_told_and_nothing_fails() -> None:
    refusing = FakeVoice()
    refusing.refuses = MediaError("no microphone was found")
    changes = 0

    def on_change() -> None:
        nonlocal changes
        changes += 1

    speaker = FakeSpeaker()
    speaker.refuses = MediaError("no speaker was found")
    async with meeting(engine := silent(voice=refusing, speaker=speaker, on_change=on_change)):
        state = engine.describe()
        assert (state.microphone, state.camera, state.speaker) == ("none", "none", "none")
        assert state.missing == ("no microphone was found", "no speaker was found")
        await engine.set_muted(False)
        assert engine.muted
        assert engine.describe().missing == ("no microphone was found", "no speaker was found")
        refusing.refuses = None  # it was plugged in
        await engine.set_muted(False)
        assert engine.describe().microphone == "live"
        assert engine.describe().missing == ("no speaker was found",)
        assert changes >= 3


async def test_a_microphone_that_breaks_is_told_and_we_are_muted() -> None:
    voice = FakeVoice()
    async with meeting(engine := silent(voice=voice)):
        await engine.set_muted(False)
        voice.blocks.put_nowait(MediaError("the microphone went away"))
        await until(lambda: engine.muted)
        assert engine.describe().microphone == "muted"
        assert engine.describe().missing == ("the microphone went away",)


async def test_without_sources_nothing_is_opened_and_nothing_comes() -> None:
    async with meeting(engine := silent()):
        await engine.set_muted(False)
        await engine.set_camera(True)
        state = engine.describe()
        assert (state.microphone, state.camera) == ("none", "none")
        assert state.missing == ()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(engine.voice().next(), 0.1)


async def test_who_leaves_is_forgotten_everywhere() -> None:
    async with meeting(engine := silent()):
        engine.heard("a", sound_frame(sine(440)))
        engine.seen("a", picture_frame((1, 2, 3)))
        engine.wall.set_size("a", 20, 6)
        await until(lambda: "a" in engine.wall.pictures())
        engine.dark("a")
        assert "a" not in engine.wall.pictures()
        engine.seen("a", picture_frame((1, 2, 3)))
        await until(lambda: "a" in engine.wall.pictures())
        engine.people.set_volume("a", 50)
        engine.gone("a")
        assert set(engine.levels()) == {ME}
        assert engine.reports() == {}
        assert "a" not in engine.wall.pictures()
        engine.gone("a")


async def test_a_crowd_of_strangers_is_bounded() -> None:
    async with meeting(engine := silent()):
        frame, picture = sound_frame(sine(440)), picture_frame((1, 2, 3), 8, 8)
        for number in range(500):
            engine.heard(str(number), frame)
            engine.seen(str(number), picture)
        assert len(engine.reports()) <= 64
        assert len(engine.levels()) <= 65


async def test_a_file_that_cannot_be_saved_is_refused_at_the_start(tmp_path: Path) -> None:
    engine = silent(save_audio=tmp_path / "missing" / "a.wav")
    with pytest.raises(MediaError, match="cannot be saved"):
        await engine.start()
    await engine.close()


async def test_it_closes_while_everything_runs_and_twice() -> None:
    engine = silent(voice=voice_source("test-voice:1"), picture=picture_source("test-pattern:1"))
    await engine.start()
    await engine.set_muted(False)
    await engine.set_camera(True)
    stream = engine.voice()
    await stream.next()
    await engine.close()
    await engine.close()
    with pytest.raises(EOFError):
        await stream.next()
    assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("media: ")]
