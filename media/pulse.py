"""What PulseAudio knows of its devices and of our streams. PipeWire answers in the same way.

PortAudio knows the whole sound server as one device, so the names that a person would choose from come from here.

libpulse is part of what makes PortAudio speak to the server, so it is there whenever it is needed. What it is told of
us, and which server it calls, is settled by `media.devices.prepare_environment`.
"""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable
from contextlib import suppress
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_uint8, c_uint32, c_void_p
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar, cast

PATIENCE: Final = 2.0
"""Seconds to wait for the server: it is on this machine, or it does not work."""

_NOWHERE: Final = 0xFFFFFFFF
_CHANNELS: Final = 32
_NO_AUTOSPAWN: Final = 1
_READY, _FAILED, _TERMINATED = 4, 5, 6
_ALL: Final = 15  # sinks, sources, and the streams to and from them
_STREAMS: Final = (2, 3)  # of the kinds of event: what is played, what is recorded
_KIND: Final = 0x0F
_CHANGED, _REMOVED = 0x10, 0x20


class _SampleSpec(Structure):
    _fields_ = (("format", c_int), ("rate", c_uint32), ("channels", c_uint8))


class _Channels(Structure):
    """A channel map and a volume have the same shape."""

    _fields_ = (("count", c_uint8), ("values", c_uint32 * _CHANNELS))


class _DeviceInfo(Structure):
    """The beginning of `pa_sink_info` and of `pa_source_info`, as far as they agree."""

    _fields_ = (
        ("name", c_char_p),
        ("index", c_uint32),
        ("description", c_char_p),
        ("spec", _SampleSpec),
        ("channel_map", _Channels),
        ("owner_module", c_uint32),
        ("volume", _Channels),
        ("mute", c_int),
        ("monitor", c_uint32),  # of a source: the sink whose sound it repeats; of a sink: the source that repeats it
    )


class _StreamInfo(Structure):
    """The beginning of `pa_source_output_info`, and of `pa_sink_input_info` without its second pair of durations."""

    _fields_ = (
        ("index", c_uint32),
        ("name", c_char_p),
        ("owner_module", c_uint32),
        ("client", c_uint32),
        ("device", c_uint32),
    )


class _ClientInfo(Structure):
    """`pa_client_info`."""

    _fields_ = (
        ("index", c_uint32),
        ("name", c_char_p),
        ("owner_module", c_uint32),
        ("driver", c_char_p),
        ("properties", c_void_p),
    )


class _ServerInfo(Structure):
    """The beginning of `pa_server_info`."""

    _fields_ = (
        ("user", c_char_p),
        ("host", c_char_p),
        ("version", c_char_p),
        ("server", c_char_p),
        ("spec", _SampleSpec),
        ("default_sink", c_char_p),
        ("default_source", c_char_p),
    )


_OnItem = CFUNCTYPE(None, c_void_p, c_void_p, c_int, c_void_p)
_OnServer = CFUNCTYPE(None, c_void_p, POINTER(_ServerInfo), c_void_p)
_OnEvent = CFUNCTYPE(None, c_void_p, c_int, c_uint32, c_void_p)
_OnDone = CFUNCTYPE(None, c_void_p, c_int, c_void_p)

_Info = TypeVar("_Info", bound=Structure)
_Read = TypeVar("_Read")

_SOURCES: Final = "pa_context_get_source_info_list"
_SINKS: Final = "pa_context_get_sink_info_list"
_RECORDINGS: Final = "pa_context_get_source_output_info_list"
_PLAYINGS: Final = "pa_context_get_sink_input_info_list"
_CLIENTS: Final = "pa_context_get_client_info_list"


_FUNCTIONS: Final[dict[str, tuple[Any, ...]]] = {
    "pa_mainloop_new": (c_void_p,),
    "pa_mainloop_get_api": (c_void_p, c_void_p),
    "pa_mainloop_prepare": (c_int, c_void_p, c_int),
    "pa_mainloop_poll": (c_int, c_void_p),
    "pa_mainloop_dispatch": (c_int, c_void_p),
    "pa_mainloop_wakeup": (None, c_void_p),
    "pa_mainloop_free": (None, c_void_p),
    "pa_context_new": (c_void_p, c_void_p, c_char_p),
    "pa_context_connect": (c_int, c_void_p, c_char_p, c_int, c_void_p),
    "pa_context_disconnect": (None, c_void_p),
    "pa_context_unref": (None, c_void_p),
    "pa_context_get_state": (c_int, c_void_p),
    "pa_context_get_server_info": (c_void_p, c_void_p, _OnServer, c_void_p),
    **dict.fromkeys((_SOURCES, _SINKS, _RECORDINGS, _PLAYINGS, _CLIENTS), (c_void_p, c_void_p, _OnItem, c_void_p)),
    "pa_context_move_source_output_by_name": (c_void_p, c_void_p, c_uint32, c_char_p, _OnDone, c_void_p),
    "pa_context_move_sink_input_by_name": (c_void_p, c_void_p, c_uint32, c_char_p, _OnDone, c_void_p),
    "pa_context_set_subscribe_callback": (None, c_void_p, _OnEvent, c_void_p),
    "pa_context_subscribe": (c_void_p, c_void_p, c_int, c_void_p, c_void_p),
    "pa_proplist_gets": (c_char_p, c_void_p, c_char_p),
    "pa_operation_unref": (None, c_void_p),
}
"""What is used of libpulse: the type of the result, then those of the arguments."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the server records or plays."""

    name: str  # the server's own, which stays the same
    title: str  # for a person
    default: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """What there is. Sources that only repeat what a speaker plays are left out: they are no microphones."""

    microphones: tuple[Place, ...]
    speakers: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream of this process, and which device it is connected to; also one that is in no listing."""

    number: int
    recording: bool
    place: str


def listing() -> Listing | None:
    """What there is now; None when no server answers. Blocks, `PATIENCE` seconds at most."""
    found = library()
    if found is None:
        return None
    with suppress(NoAnswerError):
        connection = Connection(found)
        try:
            connection.ready()
            return connection.listing()
        finally:
            connection.close()
    return None


class NoAnswerError(Exception):
    """The server does not answer, or not any more."""


class Connection:
    """A connection, to be used by one thread. What it asks blocks, `PATIENCE` seconds at most."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._loop = library.pa_mainloop_new()
        self._context = library.pa_context_new(library.pa_mainloop_get_api(self._loop), b"incog")
        self._kept: list[Any] = []  # callbacks that C may still call
        library.pa_context_connect(self._context, None, _NO_AUTOSPAWN, None)

    def ready(self) -> None:
        """Wait until the server has let us in. Raises `NoAnswerError`."""
        self._until(lambda: self._state() == _READY)

    def listing(self) -> Listing:
        """What there is. Raises `NoAnswerError`."""
        source, sink = self._defaults()

        def place(info: _DeviceInfo, default: str) -> Place:
            return Place(_text(info.name), _text(info.description), _text(info.name) == default)

        microphones = self._all(
            _SOURCES, _DeviceInfo, lambda info: place(info, source) if info.monitor == _NOWHERE else None
        )
        speakers = self._all(_SINKS, _DeviceInfo, lambda info: place(info, sink))
        return Listing(tuple(one for one in microphones if one is not None), tuple(speakers))

    def streams(self) -> list[Stream]:
        """Our own streams. Raises `NoAnswerError`."""
        ours = set(self._all(_CLIENTS, _ClientInfo, lambda info: info.index if self._is_ours(info) else None))
        found = []
        for recording, devices, streams in ((True, _SOURCES, _RECORDINGS), (False, _SINKS, _PLAYINGS)):
            names = dict(self._all(devices, _DeviceInfo, lambda info: (info.index, _text(info.name))))
            for number, client, device in self._all(
                streams, _StreamInfo, lambda info: (info.index, info.client, info.device)
            ):
                if client in ours:
                    found.append(Stream(number, recording, names.get(device, "")))
        return found

    def move(self, stream: Stream, place: str) -> bool:
        """Connect a stream to another device; whether that was done. Raises `NoAnswerError`."""
        name = "pa_context_move_source_output_by_name" if stream.recording else "pa_context_move_sink_input_by_name"
        done: list[int] = []
        callback = _OnDone(lambda context, success, data: done.append(success))
        self._ask(getattr(self._library, name), stream.number, place.encode(), callback, until=lambda: bool(done))
        return bool(done[0])

    def subscribe(self, changed: Callable[[], None]) -> None:
        """Have `changed` called, in `wait`, when a device comes or goes, or a stream may have another device."""

        def event(context: Any, kind: int, index: int, data: Any) -> None:
            what = kind & ~_KIND
            if what != (_REMOVED if kind & _KIND in _STREAMS else _CHANGED):  # volumes change all the time
                changed()

        callback = _OnEvent(event)
        self._kept.append(callback)
        self._library.pa_context_set_subscribe_callback(self._context, callback, None)
        self._started(self._library.pa_context_subscribe(self._context, _ALL, None, None))

    def wait(self, seconds: float) -> None:
        """Wait for something to happen, and let it. Raises `NoAnswerError` when the server has gone."""
        library = self._library
        if (
            library.pa_mainloop_prepare(self._loop, int(seconds * 1_000_000)) < 0
            or library.pa_mainloop_poll(self._loop) < 0
            or library.pa_mainloop_dispatch(self._loop) < 0
            or self._state() in (_FAILED, _TERMINATED)
        ):
            raise NoAnswerError

    def wake(self) -> None:
        """From any thread: end a `wait`."""
        self._library.pa_mainloop_wakeup(self._loop)

    def close(self) -> None:
        """Say goodbye."""
        self._library.pa_context_disconnect(self._context)
        self._library.pa_context_unref(self._context)
        self._library.pa_mainloop_free(self._loop)

    def _until(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + PATIENCE
        while not condition():
            left = end - time.monotonic()
            if left <= 0:
                raise NoAnswerError
            self.wait(left)

    def _defaults(self) -> tuple[str, str]:
        """The default source and the default sink."""
        found: list[tuple[str, str]] = []

        def take(context: Any, info: Any, data: Any) -> None:
            found.append((_text(info.contents.default_source), _text(info.contents.default_sink)) if info else ("", ""))

        self._ask(self._library.pa_context_get_server_info, _OnServer(take), until=lambda: bool(found))
        return found[0]

    def _all(self, ask: str, kind: type[_Info], read: Callable[[_Info], _Read]) -> list[_Read]:
        """What a list of the server holds, read while it is there: its texts are gone after each item."""
        found: list[_Read] = []
        ended = False

        def take(context: Any, info: Any, end: int, data: Any) -> None:
            nonlocal ended
            if end:
                ended = True
            else:
                found.append(read(ctypes.cast(info, POINTER(kind)).contents))

        self._ask(getattr(self._library, ask), _OnItem(take), until=lambda: ended)
        return found

    def _is_ours(self, client: _ClientInfo) -> bool:
        process: bytes | None = self._library.pa_proplist_gets(client.properties, b"application.process.id")
        return process == str(os.getpid()).encode()

    def _ask(self, question: Any, *words: Any, until: Callable[[], bool]) -> None:
        self._kept.append(words)
        self._started(question(self._context, *words, None))
        self._until(until)
        self._kept.remove(words)

    def _started(self, operation: Any) -> None:
        if not operation:
            raise NoAnswerError
        self._library.pa_operation_unref(operation)

    def _state(self) -> int:
        return cast(int, self._library.pa_context_get_state(self._context))


@cache
def library() -> ctypes.CDLL | None:
    """libpulse, or None where there is none."""
    try:
        found = ctypes.CDLL("libpulse.so.0")
    except OSError:
        return None
    for name, (result, *arguments) in _FUNCTIONS.items():
        function = getattr(found, name)
        function.restype = result
        function.argtypes = arguments
    return found


def _text(given: bytes | None) -> str:
    """A name as the server gives it, fit for one line."""
    letters = (given or b"").decode("utf-8", "replace")
    return "".join(letter if letter.isprintable() else " " for letter in letters)[:120].strip()
