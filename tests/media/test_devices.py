from __future__ import annotations

import getpass
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from media.devices import NEUTRAL, NO_INPUT, NO_OUTPUT, Device, choose, prepare_environment, refuse_remote_servers
from media.errors import MediaError
from tests.media.helpers import linux

ROOT = Path(__file__).parents[2]

MICROPHONE = Device(0, "USB Audio: Mic", 1, 0, default_input=False, default_output=False)
HEADSET = Device(1, "Headset", 1, 2, default_input=True, default_output=False)
SPEAKER = Device(2, "HDMI", 0, 8, default_input=False, default_output=True)
ALL = [MICROPHONE, HEADSET, SPEAKER]


@pytest.mark.parametrize(
    "server",
    [
        "tcp:192.0.2.7:4713", "tcp4:127.0.0.1", "tcp6:[::1]:4713", "192.0.2.7", "somewhere.example", "localhost",
        "{0123456789abcdef}tcp:192.0.2.7", "unix:/run/user/0/pulse/native tcp:192.0.2.7", "{unix:/x",
    ],
)  # fmt: skip
def test_a_sound_server_on_the_network_is_refused(server: str) -> None:
    with pytest.raises(MediaError, match="PULSE_SERVER names a sound server on the network"):
        refuse_remote_servers({"PULSE_SERVER": server})


@pytest.mark.parametrize("server", ["", "unix:/run/user/1000/pulse/native", "/tmp/native", "{0123}unix:/x unix:/y"])
def test_a_local_sound_server_is_taken(server: str) -> None:
    environ = {"PULSE_SERVER": server} if server else {}
    refuse_remote_servers(environ)
    if server:
        prepare_environment(environ)
        assert environ["PULSE_SERVER"] == server


def test_a_pipewire_server_on_the_network_is_refused() -> None:
    with pytest.raises(MediaError, match="PIPEWIRE_REMOTE"):
        refuse_remote_servers({"PIPEWIRE_REMOTE": "tcp:192.0.2.7:4000"})


@linux
def test_the_local_socket_is_named_so_that_no_configuration_can_lead_elsewhere() -> None:
    environ = {"XDG_RUNTIME_DIR": "/run/user/1234"}
    prepare_environment(environ)
    assert environ["PULSE_SERVER"] == "unix:/run/user/1234/pulse/native unix:/run/pulse/native"
    environ = {"XDG_RUNTIME_DIR": "/run/user/1234", "PULSE_RUNTIME_PATH": "/elsewhere"}
    prepare_environment(environ)
    assert environ["PULSE_SERVER"].startswith("unix:/elsewhere/native ")


def test_what_the_server_is_told_is_replaced() -> None:
    environ = {"PULSE_PROP_application.name": "Paul's client", "HOME": "/home/paul"}
    prepare_environment(environ)
    assert NEUTRAL.items() <= environ.items()


def test_the_default_device_is_chosen_or_the_one_that_was_named() -> None:
    assert choose(ALL, "", recording=True) is HEADSET
    assert choose(ALL, "", recording=False) is SPEAKER
    assert choose(ALL, "usb", recording=True) is MICROPHONE
    assert choose(ALL, "1", recording=False) is HEADSET
    assert choose([MICROPHONE], "", recording=True) is MICROPHONE  # there is no default: the first one


def test_what_is_missing_is_said_in_one_sentence() -> None:
    with pytest.raises(MediaError) as caught:
        choose([SPEAKER], "", recording=True)
    assert str(caught.value) == NO_INPUT
    with pytest.raises(MediaError) as caught:
        choose([MICROPHONE], "", recording=False)
    assert str(caught.value) == NO_OUTPUT
    with pytest.raises(MediaError, match="no microphone is called 'piano'; there are: Headset, USB Audio: Mic"):
        choose(ALL, "piano", recording=True)


PROBE = """
import asyncio, json, sys
from media.microphone import Microphone
from media.speaker import Speaker
async def main():
    microphone, speaker = Microphone(), Speaker()
    said = [await microphone.probe(), await speaker.probe()]
    for device in (microphone, speaker):
        try:
            await device.open()
        except Exception as error:
            said.append(type(error).__name__)
        await device.close()
    return said
print(json.dumps([asyncio.run(main()), "sounddevice" in sys.modules]))
"""


def probe(tmp_path: Path, before: str = "", **environment: str) -> tuple[list[str], bool]:
    """Ask for devices in a process of its own, where there is no sound server unless the environment names one."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PULSE_", "PIPEWIRE_"))}
    done = subprocess.run(
        [sys.executable, "-c", before + PROBE],
        cwd=ROOT,
        env={**clean, "XDG_RUNTIME_DIR": str(tmp_path), "HOME": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said, loaded = json.loads(done.stdout)
    return said, loaded


def test_without_portaudio_it_says_how_to_get_it(tmp_path: Path) -> None:
    # What sounddevice raises where the library is not installed.
    missing = "raise OSError('PortAudio library not found')"
    (tmp_path / "sounddevice.py").write_text(missing)
    before = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
    said, _ = probe(tmp_path, before)
    assert said[0] == said[1]
    assert "PortAudio" in said[0]
    assert said[2:] == ["MediaError", "MediaError"]


def test_a_remote_server_is_refused_before_portaudio_is_loaded_and_nobody_is_called(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        said, loaded = probe(tmp_path, PULSE_SERVER=f"tcp:127.0.0.1:{server.getsockname()[1]}")
        assert "on the network" in said[0]
        assert said[2:] == ["MediaError", "MediaError"]
        assert not loaded
        with pytest.raises(TimeoutError):
            server.accept()


@linux
def test_a_remote_server_in_a_configuration_file_is_not_called_either(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        configuration = tmp_path / "client.conf"
        configuration.write_text(f"default-server = tcp:127.0.0.1:{server.getsockname()[1]}\nautospawn = no\n")
        probe(tmp_path, PULSE_CLIENTCONFIG=str(configuration))
        with pytest.raises(TimeoutError):
            server.accept()


def test_the_neutral_words_name_nobody() -> None:
    words = " ".join(NEUTRAL.values())
    assert getpass.getuser() not in words.split()
    assert socket.gethostname() not in words.split()


def test_an_engine_comes_up_on_a_machine_without_devices(tmp_path: Path) -> None:
    before = """
import asyncio
from media.engine import Engine
from media.sources import picture_source, voice_source
async def come_up():
    engine = Engine(voice=voice_source(None), picture=picture_source(None))
    await engine.start()
    state = engine.describe()
    assert (state.microphone, state.speaker) == ("none", "none"), state
    assert len(state.missing) >= 2, state
    await engine.set_muted(False)
    await engine.set_camera(True)
    assert engine.muted
    await engine.close()
asyncio.run(come_up())
"""
    probe(tmp_path, before, PULSE_SERVER="unix:/nonexistent")
