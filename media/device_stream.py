"""What microphone and speaker share: one PortAudio stream for one direction, opened and closed in a thread, watched.

Never one duplex stream: those now and then spin a whole core.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from media.devices import Device, choose, list_devices, ranked, routed, stream_change
from media.errors import DeviceGoneError, MediaError
from media.pulse_watch import WATCH
from media.timing import BLOCK, RATE

LATENCY: Final = 0.04  # seconds asked for; half of it underruns on a busy machine
ALIVE_SECONDS: Final = 0.5  # without a callback for this long, something is wrong (a suspended device says nothing)


class DeviceStream:
    """Mono int16, 48 kHz, 20 ms a callback. `start` and `stop` block; everything else does not."""

    def __init__(
        self,
        device: str,
        *,
        recording: bool,
        on_block: Callable[[Any, Any], None],
        on_finished: Callable[[], None] = lambda: None,
    ) -> None:
        """`device`: a part of its name or its number; empty for the system's default.

        `on_block(data, status)` runs in PortAudio's thread with an array of one column; it must not raise or wait.
        `on_finished` runs in a foreign thread when the stream has ended, by us or by itself.
        """
        self._wanted = device
        self._recording = recording
        self._on_block = on_block
        self._on_finished = on_finished
        self._lock = threading.Lock()
        self._stream: Any = None
        self._last_callback = 0.0
        self._end_watch: Callable[[], None] = lambda: None
        self.device: Device | None = None  # which one it is, once known
        self.finished = False
        self._kind = "the microphone" if recording else "the speaker"
        self.name = f"{self._kind} {device}".rstrip()

    @property
    def alive(self) -> bool:
        """Open, not ended, and called back within the last half second."""
        return self._stream is not None and not self.finished and self.quiet_for < ALIVE_SECONDS

    @property
    def quiet_for(self) -> float:
        """Seconds since the last callback, or since the stream was opened."""
        return time.monotonic() - self._last_callback

    def probe(self) -> str:
        """An empty string when there is such a device, or one sentence. Opens no stream."""
        try:
            self._know(choose(list_devices(), self._wanted, recording=self._recording))
        except MediaError as error:
            return str(error)
        return ""

    def others(self) -> list[Device]:
        """What there is besides this one, the default first. Blocks; opens no stream."""
        try:
            devices = ranked(list_devices(again=True), recording=self._recording)
        except MediaError:
            return []
        return [device for device in devices if self.device is None or device.word != self.device.word]

    def start(self) -> None:
        """Open the device; fine when it is open. Raises `MediaError`."""
        with self._lock:
            if self._stream is not None:
                return
            device = self._found()
            self._know(device)
            self.finished = False
            self._last_callback = time.monotonic()
            with stream_change(1) as sounddevice, routed(device, recording=self._recording):
                kind = sounddevice.InputStream if self._recording else sounddevice.OutputStream
                stream = None
                try:
                    stream = kind(
                        device=device.portaudio,
                        samplerate=RATE,
                        blocksize=BLOCK,
                        channels=1,
                        dtype="int16",
                        latency=LATENCY,
                        callback=self._callback,
                        finished_callback=self._finish,
                    )
                    stream.start()
                except (sounddevice.PortAudioError, ValueError):
                    if stream is not None:
                        stream.close(ignore_errors=True)
                    raise MediaError(f"{device.name} cannot be opened: it may be in use by another program") from None
                self._stream = stream
            if device.place:
                # the server would move the stream to another device, and nobody would be told
                self._end_watch = WATCH.add(device.place, recording=self._recording, gone=self._finish)

    def stop(self) -> None:
        """Release the device at once; fine when it is not open."""
        with self._lock:
            if self._stream is None:
                return
            stream, self._stream = self._stream, None
            self._end_watch()
            with stream_change(-1):
                stream.abort(ignore_errors=True)
                stream.close(ignore_errors=True)

    def _found(self) -> Device:
        try:
            return choose(list_devices(), self._wanted, recording=self._recording)
        except MediaError:
            # PortAudio looks for devices once only: perhaps this one has come since
            devices = list_devices(again=True)
        try:
            return choose(devices, self._wanted, recording=self._recording)
        except MediaError:
            if self.device is None or not self._wanted:
                raise
            raise DeviceGoneError(f"{self._kind} ({self.name}) is not there any more", "connect it again") from None

    def _know(self, device: Device) -> None:
        self.device = device
        self.name = device.name

    def _callback(self, data: Any, frames: int, when: Any, status: Any) -> None:
        self._last_callback = time.monotonic()
        if not self.finished:
            self._on_block(data, status)
        elif not self._recording:
            data.fill(0)

    def _finish(self) -> None:
        self.finished = True
        self._on_finished()
