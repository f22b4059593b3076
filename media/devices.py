"""PortAudio: loaded late, kept on this machine, and explained when it is missing.

PortAudio speaks to a sound server (PulseAudio, PipeWire, JACK) in native code, which no audit hook sees. So before it
is loaded the environment is checked and set: a server on another machine is refused, the local server's socket is
named outright (which also silences `client.conf` and the X11 property), no server is started, and what PulseAudio
clients tell about themselves (program, user, host, machine id) is replaced by neutral words.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from media.errors import MediaError

NO_PORTAUDIO: Final = (
    "PortAudio is not installed, so there is no microphone and no speaker: "
    "install it with `apt install libportaudio2 libasound2-plugins`"
    if sys.platform.startswith("linux")
    else "PortAudio cannot be loaded, so there is no microphone and no speaker: reinstall the sounddevice package"
)
NO_INPUT: Final = "no microphone was found: connect one, or start the sound server, and try again"
NO_OUTPUT: Final = "no speaker was found: connect one, or start the sound server, and try again"

NEUTRAL: Final = {
    "PULSE_PROP_application.name": "incog",
    "PULSE_PROP_application.id": "incog",
    "PULSE_PROP_application.icon_name": "audio-input-microphone",
    "PULSE_PROP_application.language": "C",
    "PULSE_PROP_application.process.binary": "incog",
    "PULSE_PROP_application.process.user": "user",
    "PULSE_PROP_application.process.host": "localhost",
    "PULSE_PROP_application.process.machine_id": "0",
    "PULSE_PROP_application.process.session_id": "0",
    "PULSE_PROP_media.name": "meeting",
    "JACK_NO_START_SERVER": "1",
}
"""What the sound server is told, instead of who and where we are; set over whatever was there."""

_lock = threading.RLock()  # PortAudio may be used by one thread at a time
_open_streams = 0


@dataclass(frozen=True, slots=True)
class Device:
    """A sound device as PortAudio lists it."""

    index: int
    name: str
    inputs: int  # channels it records
    outputs: int  # channels it plays
    default_input: bool
    default_output: bool


def refuse_remote_servers(environ: MutableMapping[str, str]) -> None:
    """Raise `MediaError` when the environment names a sound server that is not a local socket."""
    for entry in environ.get("PULSE_SERVER", "").split():
        address = entry.partition("}")[2] if entry.startswith("{") else entry
        if not address.startswith(("unix:", "/")):
            raise MediaError(
                "PULSE_SERVER names a sound server on the network, which would hear the meeting: "
                "unset it, or name a local socket such as unix:/run/user/1000/pulse/native"
            )
    if "tcp:" in environ.get("PIPEWIRE_REMOTE", ""):
        raise MediaError("PIPEWIRE_REMOTE names a sound server on the network, which would hear the meeting: unset it")


def prepare_environment(environ: MutableMapping[str, str]) -> None:
    """Name the local sound server and blur what it is told. Raises `MediaError` for a remote one."""
    refuse_remote_servers(environ)
    if sys.platform.startswith("linux") and not environ.get("PULSE_SERVER"):
        runtime = environ.get("PULSE_RUNTIME_PATH")
        if not runtime:
            runtime = os.path.join(environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}", "pulse")
        environ["PULSE_SERVER"] = f"unix:{runtime}/native unix:/run/pulse/native"
    environ.update(NEUTRAL)


@contextmanager
def portaudio() -> Iterator[Any]:
    """The sounddevice module, for this thread alone. Blocks; raises `MediaError` when there is none."""
    with _lock:
        yield _load()


@contextmanager
def stream_change(step: int) -> Iterator[Any]:
    """As `portaudio`, around the opening (`step` 1) or closing (-1) of a stream, which it counts."""
    global _open_streams
    with portaudio() as sounddevice:
        if step > 0:
            yield sounddevice
            _open_streams += step
        else:
            try:
                yield sounddevice
            finally:
                _open_streams += step


def list_devices(*, again: bool = False) -> list[Device]:
    """All devices. Raises `MediaError` without PortAudio. Blocks; opens no stream.

    PortAudio looks only once; `again` makes it look anew, unless a stream is open.
    """
    with portaudio() as sounddevice:
        if again and _open_streams == 0:
            sounddevice._terminate()
            sounddevice._initialize()
        default_input, default_output = sounddevice.default.device
        if default_input < 0 or default_output < 0:
            # "no default set" and "there is none" look alike here; PortAudio's own default is in the host API
            for api in sounddevice.query_hostapis():
                default_input = max(default_input, api["default_input_device"])
                default_output = max(default_output, api["default_output_device"])
        return [
            Device(
                index=index,
                name=str(entry["name"]),
                inputs=int(entry["max_input_channels"]),
                outputs=int(entry["max_output_channels"]),
                default_input=index == default_input,
                default_output=index == default_output,
            )
            for index, entry in enumerate(sounddevice.query_devices())
        ]


def choose(devices: list[Device], wanted: str, *, recording: bool) -> Device:
    """The device of that number or with that in its name; the default one for an empty string. Raises `MediaError`."""
    usable = [device for device in devices if (device.inputs if recording else device.outputs) > 0]
    if not usable:
        raise MediaError(NO_INPUT if recording else NO_OUTPUT)
    if not wanted:
        defaults = [device for device in usable if (device.default_input if recording else device.default_output)]
        return (defaults or usable)[0]
    for device in usable:
        if wanted == str(device.index) or wanted.lower() in device.name.lower():
            return device
    kind = "microphone" if recording else "speaker"
    names = ", ".join(device.name for device in usable[:8])
    raise MediaError(f"no {kind} is called {wanted!r}; there are: {names}")


def _load() -> ModuleType:
    loaded = sys.modules.get("sounddevice")
    if loaded is not None:
        return loaded
    prepare_environment(os.environ)
    try:
        return importlib.import_module("sounddevice")
    except (OSError, ImportError):
        raise MediaError(NO_PORTAUDIO) from None
