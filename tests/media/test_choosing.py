"""Choosing sources while a meeting goes on, without real devices."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import numpy as np
import pytest

from media import choosing
from media.choosing import Offer, other_cameras, other_microphones, other_speakers
from media.devices import Device
from media.errors import MediaError
from media.pattern import Colour
from media.tone import Tone
from tests.media.helpers import silent, sine, write_sound
from tests.media.test_playback import FakeSpeaker
from tests.waits import until

SOUNDS = [
    Device(0, "Desk", 1, 0, default_input=False, default_output=False),
    Device(1, "Headset", 1, 2, default_input=True, default_output=False, place="usb-7"),
    Device(2, "Screen", 0, 8, default_input=False, default_output=True),
]


async def test_what_there_is_is_listed_with_the_default_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choosing, "list_devices", lambda again: SOUNDS)
    monkeypatch.setattr(choosing, "list_cameras", lambda platform: [("/dev/video0", "Inside"), ("/dev/video1", "USB")])
    engine = silent()
    assert await engine.devices.list() == (
        Offer("microphone", "Headset", "usb-7", default=True, chosen=False),
        Offer("microphone", "Desk", "Desk", default=False, chosen=False),
        Offer("speaker", "Screen", "Screen", default=True, chosen=False),
        Offer("speaker", "Headset", "usb-7", default=False, chosen=False),
        Offer("camera", "Inside", "/dev/video0", default=True, chosen=False),
        Offer("camera", "USB", "/dev/video1", default=False, chosen=False),
    )


async def test_without_portaudio_there_is_nothing_to_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(again: bool) -> list[Device]:
        raise MediaError("PortAudio is not installed")

    monkeypatch.setattr(choosing, "list_devices", missing)
    monkeypatch.setattr(choosing, "list_cameras", lambda platform: [])
    assert await silent().devices.list() == ()


async def test_muted_and_dark_it_stays_and_the_state_tells_what_was_chosen() -> None:
    changes = 0

    def on_change() -> None:
        nonlocal changes
        changes += 1

    engine = silent(on_change=on_change)
    await engine.start()
    changes = 0
    assert await engine.devices.choose_voice("tone:440") == ""
    assert await engine.devices.choose_picture("test-pattern:1") == ""
    state = engine.describe()
    assert (state.microphone, state.camera) == ("muted", "off")
    assert (state.microphone_name, state.camera_name, state.picture_kind) == (
        "a tone of 440 Hz", "a test picture (1)", "test"
    )  # fmt: skip
    assert changes == 2
    assert await engine.devices.choose_voice("none") == ""
    assert await engine.devices.choose_picture("none") == ""
    state = engine.describe()
    assert (state.microphone, state.camera, state.picture_kind) == ("none", "none", None)
    await engine.close()


async def test_words_that_mean_nothing_change_nothing() -> None:
    engine = silent(voice=Tone(440), picture=Colour((1, 2, 3)))
    await engine.start()
    await engine.set_muted(False)
    await engine.set_camera(True)
    assert "tone: needs a frequency" in await engine.devices.choose_voice("tone:x")
    assert "does not exist" in await engine.devices.choose_voice("./missing.wav")
    assert "does not exist" in await engine.devices.choose_picture("./missing.png")
    assert "is not a camera" in await engine.devices.choose_camera("/etc/passwd")
    state = engine.describe()
    assert (state.microphone, state.microphone_name) == ("live", "a tone of 440 Hz")
    assert (state.camera, state.camera_name, state.missing) == ("live", "the colour #010203", ())
    await engine.close()


async def test_heard_and_seen_all_the_time_while_sources_change() -> None:
    engine = silent(voice=Tone(440), picture=Colour((200, 9, 9)))
    await engine.start()
    voice, picture = engine.voice(), engine.picture()
    await engine.set_muted(False)
    await engine.set_camera(True)
    came: list[tuple[float, int]] = []

    async def listen() -> None:
        while True:
            packet = await voice.next()
            assert packet.pts is not None
            came.append((time.monotonic(), packet.pts))

    listening = asyncio.ensure_future(listen())
    await picture.next()
    for hertz in (500, 600, 700):
        assert await engine.devices.choose_voice(f"tone:{hertz}") == ""
        await asyncio.sleep(0.1)
    assert await engine.devices.choose_picture("colour:09c809") == ""
    assert not engine.muted
    assert engine.camera_on
    pixels = (await picture.next()).to_ndarray(format="rgb24")
    assert pixels[0, 0, 1] > 150 > pixels[0, 0, 0]  # nothing of the old one waits
    await until(lambda: len(came) > 20)
    times, stamps = np.array(came).T
    assert np.diff(stamps).max() <= 20 * 960
    assert np.diff(times).max() < 15
    listening.cancel()
    await engine.close()


async def test_a_file_that_breaks_opens_no_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def device(*given: object, **options: object) -> list[Device]:
        raise AssertionError("devices were looked for")

    monkeypatch.setattr(choosing, "list_devices", device)
    monkeypatch.setattr("media.device_stream.list_devices", device)
    spoken = write_sound(tmp_path / "a.wav", sine(440, 4800))
    engine = silent()
    await engine.start()
    assert await engine.devices.choose_voice(str(spoken)) == ""
    spoken.write_bytes(b"")
    await engine.set_muted(False)
    await until(lambda: engine.muted and engine.describe().missing != ())
    assert engine.describe().microphone_name == "the file a.wav"
    await engine.close()


async def test_nothing_takes_the_place_of_what_is_no_device() -> None:
    assert await other_microphones(Tone(440)) == ()
    assert await other_speakers(FakeSpeaker()) == ()
    assert await other_cameras(Colour((1, 2, 3))) == ()


async def test_no_speaker_can_be_chosen_and_another_again(monkeypatch: pytest.MonkeyPatch) -> None:
    speaker = FakeSpeaker()
    engine = silent(speaker=speaker)
    await engine.start()
    assert engine.describe().speaker_name == "a fake speaker"
    assert await engine.devices.choose_speaker("none") == ""
    assert (engine.describe().speaker, speaker.alive) == ("none", False)
    monkeypatch.setattr("media.device_stream.list_devices", lambda again=False: [SOUNDS[0]])
    assert "no speaker was found" in await engine.devices.choose_speaker("")
    await engine.close()
