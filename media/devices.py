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
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, Final

from media import pulse
from media.errors import MediaError

NO_PORTAUDIO: Final = (
    "PortAudio is not installed, so there is no microphone and no speaker: "
    "install it with `apt install libportaudio2 libasound2-plugins`"
    if sys.platform.startswith("linux")
    else "PortAudio cannot be loaded, so there is no microphone and no speaker: reinstall the sounddevice package"
)
NO_INPUT: Final = "no microphone was found: connect one or start the sound server"
NO_OUTPUT: Final = "no speaker was found: connect one or start the sound server"

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


_SERVER: Final = "pulse"
"""What PortAudio calls the whole sound server."""
_SAME_AGAIN: Final = frozenset({_SERVER, "default", "pipewire"})
"""What leads to the sound server, and there perhaps to what a speaker plays. Not listed where the server is."""


@dataclass(frozen=True, slots=True)
class Device:
    """A sound device, as PortAudio lists it or as the sound server does."""

    index: int  # its number in our list
    name: str
    inputs: int  # channels it records
    outputs: int  # channels it plays
    default_input: bool
    default_output: bool
    portaudio: int = -1  # PortAudio's number for it, or for the server it belongs to
    place: str = ""  # what the sound server calls it; empty for those that it does not know

    @property
    def word(self) -> str:
        """What it can be chosen by; it means the same device for as long as that is there."""
        return self.place or self.name


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


@contextmanager
def routed(device: Device, *, recording: bool) -> Iterator[None]:
    """While this is open, a stream that is opened goes to this device of the sound server. Within `stream_change`."""
    if not device.place:
        yield
        return
    name = "PULSE_SOURCE" if recording else "PULSE_SINK"
    before = os.environ.get(name)
    os.environ[name] = device.place
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def list_devices(*, again: bool = False) -> list[Device]:
    """All devices. Raises `MediaError` without PortAudio. Blocks; opens no stream.

    Those of a sound server are listed one by one, first, and as they are now. For the others PortAudio looks only
    once; `again` makes it look anew, unless a stream is open.
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
        own = [
            Device(
                index=index,
                name=str(entry["name"]),
                inputs=int(entry["max_input_channels"]),
                outputs=int(entry["max_output_channels"]),
                default_input=index == default_input,
                default_output=index == default_output,
                portaudio=index,
            )
            for index, entry in enumerate(sounddevice.query_devices())
        ]
    server = next((device for device in own if device.name == _SERVER), None)
    there = pulse.listing() if server is not None else None
    return own if server is None or there is None else _with_places(own, server, there)


def _with_places(own: list[Device], server: Device, there: pulse.Listing) -> list[Device]:
    """The server's devices in the place of the server, before the others."""
    found = []
    for recording, places in ((True, there.microphones), (False, there.speakers)):
        wanted = os.environ.get("PULSE_SOURCE" if recording else "PULSE_SINK", "")
        chosen = wanted if any(place.name == wanted for place in places) else ""
        for place in places:
            default = place.name == chosen if chosen else place.default
            found.append(
                Device(
                    index=0,
                    name=_told_apart(place, places),
                    inputs=int(recording),
                    outputs=int(not recording),
                    default_input=recording and default,
                    default_output=default and not recording,
                    portaudio=server.portaudio,
                    place=place.name,
                )
            )
    others = [
        replace(device, default_input=False, default_output=False) for device in own if device.name not in _SAME_AGAIN
    ]
    return [replace(device, index=index) for index, device in enumerate([*found, *others])]


def _told_apart(place: pulse.Place, places: tuple[pulse.Place, ...]) -> str:
    title = place.title or place.name
    return title if sum(other.title == place.title for other in places) == 1 else f"{title} ({place.name})"


def choose(devices: list[Device], wanted: str, *, recording: bool) -> Device:
    """The device of that number or name, or with that in its name; the default one for an empty string.

    Raises `MediaError`.
    """
    usable = ranked(devices, recording=recording)
    if not usable:
        raise MediaError(NO_INPUT if recording else NO_OUTPUT)
    if not wanted:
        return usable[0]
    low = wanted.lower()
    for device in usable:
        if wanted in (str(device.index), device.place) or low == device.name.lower():
            return device
    for device in usable:
        if low in device.name.lower():
            return device
    kind = "microphone" if recording else "speaker"
    names = ", ".join(device.name for device in usable[:8])
    raise MediaError(f"no {kind} is called {wanted!r}; there are: {names}")


def ranked(devices: list[Device], *, recording: bool) -> list[Device]:
    """Those that record, or those that play; the default one first."""
    usable = [device for device in devices if (device.inputs if recording else device.outputs) > 0]
    return sorted(usable, key=lambda device: not (device.default_input if recording else device.default_output))


def _load() -> ModuleType:
    loaded = sys.modules.get("sounddevice")
    if loaded is not None:
        return loaded
    prepare_environment(os.environ)
    try:
        return importlib.import_module("sounddevice")
    except (OSError, ImportError):
        raise MediaError(NO_PORTAUDIO) from None
