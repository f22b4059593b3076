"""Microphone and speaker against a PortAudio made by the test, which calls back when it is told to."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from media import device_stream, microphone
from media.devices import NEUTRAL, NO_INPUT, NO_OUTPUT, list_devices
from media.errors import MediaError
from media.microphone import Microphone
from media.speaker import Speaker
from media.timing import BLOCK
from tests.media.helpers import sine
from tests.waits import until

FINE = SimpleNamespace(input_overflow=False, output_underflow=False)


class FakeStream:
    """What sounddevice calls a stream."""

    def __init__(self, portaudio: FakePortAudio, options: dict[str, Any]) -> None:
        if portaudio.busy:
            raise portaudio.PortAudioError("Device unavailable")
        self.options = options
        self.open = True
        portaudio.streams.append(self)

    def start(self) -> None:
        pass

    def abort(self, ignore_errors: bool = True) -> None:
        self.options["finished_callback"]()

    def close(self, ignore_errors: bool = True) -> None:
        self.open = False

    def call_back(self, data: np.ndarray[Any, Any], status: object = FINE) -> None:
        """As PortAudio does it: in a foreign thread."""
        thread = threading.Thread(target=self.options["callback"], args=(data, len(data), None, status))
        thread.start()
        thread.join()


class FakePortAudio:
    """The part of sounddevice that is used here."""

    class PortAudioError(Exception):
        pass

    def __init__(self) -> None:
        self.streams: list[FakeStream] = []
        self.busy = False
        self.plugged = [("Mic", 1, 0), ("Loudspeaker", 0, 2)]  # name, inputs, outputs
        self.known = list(self.plugged)
        self.looked = 0
        self.default = SimpleNamespace(device=(-1, -1))

    def query_devices(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "max_input_channels": inputs, "max_output_channels": outputs}
            for name, inputs, outputs in self.known
        ]

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [{"default_input_device": 0, "default_output_device": 1}]

    def InputStream(self, **options: Any) -> FakeStream:
        return FakeStream(self, options)

    OutputStream = InputStream

    def _terminate(self) -> None:
        self.known = []

    def _initialize(self) -> None:
        self.looked += 1
        self.known = list(self.plugged)


@pytest.fixture
def portaudio(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakePortAudio]:
    fake = FakePortAudio()
    monkeypatch.setitem(sys.modules, "sounddevice", fake)
    for name in NEUTRAL:
        monkeypatch.delenv(name, raising=False)  # another test may have loaded the real one
    yield fake
    assert not NEUTRAL.keys() & os.environ.keys()  # loaded already: nothing to prepare
    assert not any(stream.open for stream in fake.streams)


async def test_the_microphone_is_opened_as_one_mono_stream_and_closed(portaudio: FakePortAudio) -> None:
    mic = Microphone()
    assert await mic.probe() == ""
    assert mic.name == "Mic"
    assert not portaudio.streams  # asking opens nothing
    await mic.open()
    await mic.open()
    assert len(portaudio.streams) == 1
    options = portaudio.streams[0].options
    asked = {name: options[name] for name in ("device", "samplerate", "blocksize", "channels", "dtype", "latency")}
    assert asked == {
        "device": 0, "samplerate": 48000, "blocksize": 960, "channels": 1, "dtype": "int16", "latency": 0.04
    }  # fmt: skip
    assert mic.alive
    await mic.close()
    await mic.close()
    assert not mic.alive


async def test_what_the_microphone_hears_arrives_in_blocks_and_in_order(portaudio: FakePortAudio) -> None:
    mic = Microphone()
    await mic.open()
    waiting = asyncio.ensure_future(mic.block())
    for number in range(3):
        await asyncio.to_thread(portaudio.streams[0].call_back, np.full((BLOCK, 1), number, dtype=np.int16))
    blocks = [await waiting, await mic.block(), await mic.block()]
    assert [block[0] for block in blocks] == [0, 1, 2]
    assert {block.shape for block in blocks} == {(BLOCK,)}
    await mic.close()


async def test_after_a_stall_of_ours_it_goes_on_with_the_newest(portaudio: FakePortAudio) -> None:
    mic = Microphone()
    await mic.open()
    for number in range(20):
        portaudio.streams[0].call_back(np.full((BLOCK, 1), number, dtype=np.int16))
    assert (await mic.block())[0] == 17
    assert mic.dropped == 17 * BLOCK
    portaudio.streams[0].call_back(np.zeros((BLOCK, 1), dtype=np.int16), SimpleNamespace(input_overflow=True))
    assert mic.overflows == 1
    await mic.close()


async def test_a_microphone_that_ends_or_falls_silent_is_told(
    portaudio: FakePortAudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(microphone, "GIVE_UP_SECONDS", 0.3)
    monkeypatch.setattr(microphone, "ALIVE_SECONDS", 0.1)
    monkeypatch.setattr(device_stream, "ALIVE_SECONDS", 0.1)
    mic = Microphone()
    await mic.open()
    with pytest.raises(MediaError, match="gives no sound"):
        await mic.block()
    assert not mic.alive
    await mic.close()
    await mic.open()
    waiting = asyncio.ensure_future(mic.block())
    await asyncio.sleep(0)
    portaudio.streams[-1].options["finished_callback"]()
    with pytest.raises(MediaError, match="went away"):
        await waiting
    assert not mic.alive
    await mic.close()


async def test_what_was_heard_before_a_mute_is_not_said_after_it(portaudio: FakePortAudio) -> None:
    mic = Microphone()
    await mic.open()
    portaudio.streams[0].call_back(np.full((BLOCK, 1), 7, dtype=np.int16))
    await mic.close()
    await mic.open()
    portaudio.streams[1].call_back(np.full((BLOCK, 1), 8, dtype=np.int16))
    assert set((await mic.block()).tolist()) == {8}
    await mic.close()


async def test_a_device_in_use_is_told_in_words(portaudio: FakePortAudio) -> None:
    portaudio.busy = True
    for device in (Microphone(), Speaker()):
        with pytest.raises(MediaError, match="cannot be opened: it may be in use"):
            await device.open()
        await device.close()


async def test_a_device_that_was_plugged_in_later_is_found(portaudio: FakePortAudio) -> None:
    plugged, portaudio.plugged = portaudio.plugged, []
    portaudio.known = []
    mic, speaker = Microphone(), Speaker()
    assert await mic.probe() == NO_INPUT
    assert await speaker.probe() == NO_OUTPUT
    with pytest.raises(MediaError, match="no microphone was found"):
        await mic.open()
    portaudio.plugged = plugged
    await mic.open()
    assert portaudio.looked == 2
    portaudio.known = []
    with pytest.raises(MediaError, match="no speaker was found"):
        await speaker.open()  # while a stream is open PortAudio must not be restarted
    assert portaudio.looked == 2
    await mic.close()


async def test_the_speaker_plays_what_was_written_and_silence_when_there_is_nothing(portaudio: FakePortAudio) -> None:
    speaker = Speaker()
    await speaker.open()
    assert speaker.name == "Loudspeaker"
    assert portaudio.streams[0].options["device"] == 1
    sound = sine(440, 2 * BLOCK)
    speaker.write(sound)
    assert speaker.queued == 2 * BLOCK
    heard = []
    for _ in range(3):
        data = np.full((BLOCK, 1), 99, dtype=np.int16)
        portaudio.streams[0].call_back(data)
        heard.append(data[:, 0])
    assert np.array_equal(np.concatenate(heard[:2]), sound)
    assert not heard[2].any()
    assert speaker.underruns == 1
    await speaker.close()
    assert not speaker.alive


async def test_the_speaker_tells_when_it_has_played(portaudio: FakePortAudio) -> None:
    speaker = Speaker()
    await speaker.open()
    loop = asyncio.get_running_loop()
    waiting = asyncio.ensure_future(speaker.played())
    await asyncio.sleep(0)
    assert not waiting.done()
    portaudio.streams[0].call_back(np.zeros((BLOCK, 1), dtype=np.int16))
    await until(waiting.done)
    began = loop.time()
    await speaker.played()  # a device that has stopped does not hold us up
    assert 0.05 < loop.time() - began < 1
    await speaker.close()


@pytest.mark.parametrize("make", [Microphone, Speaker])
def test_a_callback_after_the_loop_has_closed_does_no_harm(
    portaudio: FakePortAudio, make: Callable[[], Microphone | Speaker]
) -> None:
    device = make()
    asyncio.run(device.open())
    portaudio.streams[0].call_back(np.zeros((BLOCK, 1), dtype=np.int16))
    portaudio.streams[0].call_back(np.zeros((BLOCK, 1), dtype=np.int16))
    asyncio.run(device.close())


def test_devices_are_listed_with_their_directions_and_the_default_ones(portaudio: FakePortAudio) -> None:
    devices = list_devices()
    assert [(device.name, device.inputs, device.outputs) for device in devices] == [
        ("Mic", 1, 0), ("Loudspeaker", 0, 2)
    ]  # fmt: skip
    assert [device.default_input for device in devices] == [True, False]
    assert [device.default_output for device in devices] == [False, True]
    portaudio.default.device = (0, 1)
    assert list_devices() == devices
