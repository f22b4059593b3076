"""A real microphone and a real speaker: PortAudio against a private PulseAudio server with virtual devices."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from media.analysis import dominant_tone
from tests.media.helpers import sine, write_sound
from tests.media.sound_server import MISSING, SoundServer, sound_server

ROOT = Path(__file__).parents[2]

pytestmark = [
    pytest.mark.hardware,
    pytest.mark.skipif(bool(MISSING), reason="needs PulseAudio and its tools"),
]


@pytest.fixture
def server() -> Iterator[SoundServer]:
    with sound_server() as server:
        yield server


CLIENT = """
import asyncio, json, sys, time
import numpy as np
from media.analysis import dominant_tone
from media.errors import MediaError
from media.microphone import Microphone
from media.playback import Playback
from media.speaker import Speaker
from media.tone import Tone
from media.timing import BLOCK, RATE

def tell(**facts):
    print(json.dumps(facts), flush=True)

async def main():
    microphone, speaker = Microphone(), Speaker()
    tell(event="probed", microphone=await microphone.probe(), speaker=await speaker.probe())
    tone, place = 660.0, 0
    def pull():
        nonlocal place
        places = np.arange(place, place + BLOCK)
        place += BLOCK
        return (np.sin(2 * np.pi * tone * places / RATE) * 9000).astype(np.int16)
    playback = Playback(pull, speaker=speaker)
    await playback.start()
    await microphone.open()
    tell(event="open", name=microphone.name, playing=playback.playing)
    began = time.monotonic()
    blocks = [await microphone.block() for _ in range(150)]
    tell(event="heard", tone=dominant_tone(np.concatenate(blocks[-60:])), seconds=time.monotonic() - began,
         alive=[microphone.alive, speaker.alive], underruns=speaker.underruns, dropped=microphone.dropped)
    if sys.argv[1] == "close":
        await microphone.close()
        await playback.close()
        tell(event="closed", alive=[microphone.alive, speaker.alive])
        sys.stdin.readline()
        return
    try:
        while True:
            await microphone.block()
    except MediaError as error:
        tell(event="lost", why=str(error))
    await asyncio.sleep(0.7)
    tell(event="after", alive=[microphone.alive, speaker.alive])
    await microphone.close()
    await playback.close()

asyncio.run(main())
"""


def client(server: SoundServer, ending: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-c", CLIENT, ending],
        cwd=ROOT,
        env=server.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def told(process: subprocess.Popen[str], event: str) -> dict[str, object]:
    assert process.stdout is not None
    for line in process.stdout:
        facts: dict[str, object] = json.loads(line)
        if facts["event"] == event:
            return facts
    raise AssertionError(f"it ended before {event!r}: {process.communicate()[1]}")


def test_a_round_trip_through_real_devices(server: SoundServer) -> None:
    spoken = write_sound(server.folder / "spoken.wav", sine(440, 48000 * 20))
    speaking = server.start("paplay", "--device=micsrc", "--latency-msec=20", str(spoken))
    process = client(server, "close")
    try:
        assert told(process, "probed") == {"event": "probed", "microphone": "", "speaker": ""}
        opened = told(process, "open")
        assert opened["playing"] is True
        assert opened["name"] == "Remapped Monitor of Null Output"
        capture = server.start(
            "parec", "--device=speaker.monitor", "--format=s16le", "--rate=48000", "--channels=1", "--raw",
            stdout=subprocess.PIPE,
        )  # fmt: skip
        assert capture.stdout is not None
        played = np.frombuffer(capture.stdout.read(2 * 96000), dtype="<i2")
        clients = server.run("pactl", "list", "clients")
        capture.terminate()
        capture.communicate()
        assert dominant_tone(played[-24000:]) == pytest.approx(660, abs=5)

        heard = told(process, "heard")
        assert heard["tone"] == pytest.approx(440, abs=5)
        assert heard["seconds"] == pytest.approx(3, abs=0.6)
        assert heard["alive"] == [True, True]

        # What the sound server knows of us: its own tools tell who and where they are, we do not.
        assert f'application.process.host = "{socket.gethostname()}"' in clients
        ours = next(part for part in clients.split("\n\n") if 'application.process.binary = "incog"' in part)
        assert 'application.process.user = "user"' in ours
        assert 'application.process.host = "localhost"' in ours
        machine = Path("/etc/machine-id").read_text().strip() if Path("/etc/machine-id").exists() else ""
        for canary in (socket.gethostname(), machine, sys.executable):
            assert not canary or canary not in ours

        assert told(process, "closed")["alive"] == [False, False]
        for streams in ("source-outputs", "sink-inputs"):  # its connection is still there; it records and plays nothing
            assert "incog" not in server.run("pactl", "list", streams)
        _, errors = process.communicate("\n", timeout=20)
        assert process.returncode == 0, errors
    finally:
        for each in (process, speaking):
            each.kill()
            each.communicate()


def test_devices_that_vanish_are_noticed_and_told(server: SoundServer) -> None:
    process = client(server, "vanish")
    try:
        told(process, "heard")
        server.process.terminate()
        lost = told(process, "lost")
        assert "went away" in str(lost["why"])
        assert told(process, "after")["alive"] == [False, False]
        _, errors = process.communicate(timeout=20)
        assert process.returncode == 0, errors
    finally:
        process.kill()
        process.communicate()


def test_a_suspended_microphone_is_given_up(server: SoundServer) -> None:
    process = client(server, "suspend")
    try:
        told(process, "heard")
        server.run("pactl", "suspend-source", "mic", "1")
        assert "gives no sound" in str(told(process, "lost")["why"])
        process.communicate(timeout=20)
    finally:
        process.kill()
        process.communicate()
