"""Changing real devices in the middle of a call, and losing them: an engine against a private PulseAudio server."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.media.helpers import sine, write_sound
from tests.media.sound_server import MISSING, SoundServer, sound_server

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.hardware,
    pytest.mark.skipif(bool(MISSING), reason="needs PulseAudio and its tools"),
]

MODULES = (
    "module-null-sink sink_name=phones norewinds=1 rate=48000 channels=2 sink_properties=device.description=Phones",
    "module-null-sink sink_name=headsetsrc norewinds=1 rate=48000 channels=1",
    "module-remap-source source_name=headset master=headsetsrc.monitor source_properties=device.description=Headset",
)

CLIENT = """
import asyncio, json, sys, threading, time
from collections import deque
import av
import numpy as np
from media.analysis import dominant_tone
from media.engine import Engine
from media.sources import voice_source
from media.timing import BLOCK, RATE
from tests.media.helpers import sine, sound_frame

def tell(**facts):
    print(json.dumps(facts), flush=True)

class Far:
    '''Who receives us: remembers when each packet came, and what was heard of late.'''

    def __init__(self, stream):
        self.stream, self.packets, self.sound = stream, [], deque(maxlen=50)
        self.decoder = av.CodecContext.create("libopus", "r")
        self.decoder.format, self.decoder.layout, self.decoder.sample_rate = "s16", "mono", RATE

    async def listen(self):
        while True:
            packet = await self.stream.next()
            self.packets.append((time.monotonic(), packet.pts, packet.size))
            for frame in self.decoder.decode(packet):
                self.sound.append(frame.to_ndarray()[0])

    def tones(self):
        '''How strong each tone is in each of the last blocks, by hertz.'''
        sound = np.concatenate(self.sound).astype(float) / 32768
        waves = {hz: np.exp(-2j * np.pi * hz * np.arange(BLOCK) / RATE) for hz in (450, 650, 900)}
        blocks = sound[: len(sound) // BLOCK * BLOCK].reshape(-1, BLOCK)
        return {str(hz): np.abs(blocks @ wave * 2 / BLOCK).round(3).tolist() for hz, wave in waves.items()}

async def speak(engine):
    for number in range(10**9):
        engine.heard("peer", sound_frame(sine(900, start=number * BLOCK), number * BLOCK))
        await asyncio.sleep(0.02)

async def main():
    engine = Engine(voice=voice_source(None), picture=None, on_notice=lambda text: notices.append(text))
    notices = []
    await engine.start()
    far = Far(engine.voice())
    tasks = [asyncio.ensure_future(far.listen()), asyncio.ensure_future(speak(engine))]
    while words := (await asyncio.to_thread(sys.stdin.readline)).split():
        match words:
            case ["list"]:
                tell(offers=[(o.kind, o.name, o.word, o.default, o.chosen) for o in await engine.devices.list()])
            case ["muted", on]:
                await engine.set_muted(on == "yes")
                tell(muted=engine.muted)
            case ["microphone", *name]:
                tell(said=await engine.devices.choose_microphone(" ".join(name)))
            case ["speaker", *name]:
                tell(said=await engine.devices.choose_speaker(" ".join(name)))
            case ["wait", seconds]:
                await asyncio.sleep(float(seconds))
                tell(waited=seconds)
            case ["sent"]:
                state = engine.describe()
                tell(packets=far.packets, tones=far.tones() if far.sound else {}, notices=notices, muted=engine.muted,
                     missing=state.missing, microphone=state.microphone_name, speaker=state.speaker_name)
                far.packets.clear()
                far.sound.clear()
    for task in tasks:
        task.cancel()
    await engine.close()
    tell(closed=True)

asyncio.run(main())
"""


class Client:
    """Somebody in a meeting, told what to do line by line."""

    def __init__(self, server: SoundServer) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-W", "error", "-c", CLIENT], cwd=ROOT, env=server.environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def do(self, words: str) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1]
        return json.loads(line)


@contextmanager
def call(*modules: str) -> Iterator[tuple[SoundServer, Client]]:
    """A server with somebody speaking into each microphone (450 Hz, 650 Hz), and a client that plays 900 Hz."""
    with sound_server(*modules) as server:
        speakers: list[subprocess.Popen[bytes]] = []
        for place, hertz in (("micsrc", 450), ("headsetsrc", 650))[: 2 if modules else 1]:
            spoken = write_sound(server.folder / f"{hertz}.wav", sine(hertz, 48000 * 30))
            speakers.append(server.start("paplay", f"--device={place}", "--latency-msec=20", str(spoken)))
        client = Client(server)
        try:
            yield server, client
            assert client.do("") == {"closed": True}
            _, errors = client.process.communicate(timeout=20)
            assert client.process.returncode == 0, errors
        finally:
            client.process.kill()
            client.process.communicate()
            for speaker in speakers:
                speaker.kill()
                speaker.wait()


def heard(sent: dict[str, Any], hertz: int, *, last: int = 10) -> float:
    """How strong a tone was in what was sent last."""
    return float(np.median(sent["tones"][str(hertz)][-last:]))


def assert_steady(sent: dict[str, Any]) -> None:
    """The packets had one size and one pace throughout; what a change takes is a few of them at most."""
    times, stamps, sizes = (np.array(column) for column in zip(*sent["packets"], strict=True))
    assert set(sizes.tolist()) == {80}
    assert not np.any(np.diff(stamps) % 960)
    assert 960 <= np.diff(stamps).min() <= np.diff(stamps).max() <= 20 * 960
    assert np.diff(times).max() < 0.4


def played_on(server: SoundServer, speaker: str) -> float:
    """How strong our 900 Hz are there now."""
    capture = server.start(
        "parec", f"--device={speaker}.monitor", "--format=s16le", "--rate=48000", "--channels=1", "--raw",
        "--latency-msec=20", stdout=subprocess.PIPE,
    )  # fmt: skip
    assert capture.stdout is not None
    sound = np.frombuffer(capture.stdout.read(48000), dtype="<i2")[-9600:]
    capture.terminate()
    capture.communicate()
    wave = np.exp(-2j * np.pi * 900 * np.arange(len(sound)) / 48000)
    return float(abs(sound @ wave) * 2 / len(sound) / 32768)


def test_microphones_and_speakers_change_in_a_call_and_the_packets_go_on() -> None:
    with call(*MODULES) as (server, client):
        offers = client.do("list")["offers"]
        assert ["microphone", "Headset", "headset", False, False] in offers
        assert ["speaker", "Phones", "phones", False, False] in offers
        assert [offer[2] for offer in offers if offer[4]] == ["mic", "speaker"]  # chosen, as are the defaults
        assert not [offer for offer in offers if "monitor" in offer[2]]  # what a speaker plays is no microphone

        # muted: nothing is opened, before or after
        assert client.do("microphone headset") == {"said": ""}
        assert "incog" not in server.run("pactl", "list", "source-outputs")
        assert client.do("microphone mic") == {"said": ""}

        assert client.do("muted no") == {"muted": False}
        client.do("wait 0.7")
        assert heard(client.do("sent"), 450) > 0.2
        for name, hertz in (("headset", 650), ("mic", 450), ("headset", 650)):
            assert client.do(f"microphone {name}") == {"said": ""}
            client.do("wait 0.7")
            sent = client.do("sent")
            assert heard(sent, hertz) > 0.2
            assert heard(sent, 1100 - hertz) < 0.02
            assert_steady(sent)
        assert client.do("microphone piano")["said"].startswith("no microphone is called 'piano'")
        client.do("wait 0.3")
        assert heard(client.do("sent"), 650) > 0.2

        assert played_on(server, "speaker") > 0.2
        assert client.do("speaker phones") == {"said": ""}
        assert played_on(server, "phones") > 0.2
        assert played_on(server, "speaker") < 0.01
        assert client.do("speaker none") == {"said": ""}
        assert "incog" not in server.run("pactl", "list", "sink-inputs")
        assert client.do("speaker") == {"said": ""}
        assert played_on(server, "speaker") > 0.2
        client.do("muted yes")
        assert "incog" not in server.run("pactl", "list", "source-outputs")


def test_a_microphone_that_vanishes_is_replaced_and_comes_back_by_choice() -> None:
    with call(*MODULES) as (server, client):
        client.do("muted no")
        client.do("wait 0.5")
        assert heard(client.do("sent"), 450) > 0.2
        server.unload("source_name=mic ")
        client.do("wait 0.8")
        sent = client.do("sent")
        assert heard(sent, 650) > 0.2
        assert sent["microphone"] == "Headset"
        assert not sent["muted"]
        (notice,) = sent["notices"]
        assert notice.endswith("went away, so Headset is used: choose again when it is back")
        assert sent["missing"] == [notice]
        assert_steady(sent)
        # The server had moved our stream to what the speaker plays: the others were not sent their own voices.
        assert max(sent["tones"]["900"]) < 0.05

        server.run("pactl", "load-module", "module-remap-source", "source_name=mic", "master=micsrc.monitor")
        client.do("wait 0.5")
        sent = client.do("sent")
        assert (heard(sent, 650) > 0.2, sent["microphone"]) == (True, "Headset")
        assert client.do("microphone mic") == {"said": ""}
        client.do("wait 0.5")
        sent = client.do("sent")
        assert (heard(sent, 450) > 0.2, sent["missing"]) == (True, [])


def test_without_another_microphone_we_are_muted_and_never_send_what_the_speaker_plays() -> None:
    with call() as (server, client):
        client.do("muted no")
        client.do("wait 0.5")
        client.do("sent")
        server.unload("source_name=mic ")
        client.do("wait 0.5")
        sent = client.do("sent")
        assert sent["muted"]
        assert max(sent["tones"].get("900", []), default=0) < 0.05
        assert "went away: connect it again, then unmute" in sent["missing"][0]
        assert client.do("muted no") == {"muted": True}
        assert client.do("sent")["missing"] == ["no microphone was found: connect one or start the sound server"]


def test_a_speaker_that_vanishes_is_replaced_at_once() -> None:
    with call(*MODULES) as (server, client):
        client.do("speaker phones")
        client.do("wait 0.3")
        server.unload("sink_name=phones")
        client.do("wait 0.7")
        sent = client.do("sent")
        assert sent["notices"] == [
            f"the speaker (Phones) went away, so {sent['speaker']} is used: choose again when it is back"
        ]
        assert sent["missing"] == sent["notices"]
        assert played_on(server, "speaker") > 0.2
        assert client.do("speaker") == {"said": ""}
        assert client.do("sent")["missing"] == []
