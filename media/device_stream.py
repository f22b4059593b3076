"""What microphone and speaker share: one PortAudio stream for one direction, opened and closed in a thread, watched.

Never one duplex stream: those now and then spin a whole core.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Final

from media.devices import choose, list_devices, stream_change
from media.errors import MediaError
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
        self.finished = False
        kind = "microphone" if recording else "speaker"
        self.name = f"the {kind} {device}" if device else f"the {kind}"

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
            self.name = choose(list_devices(), self._wanted, recording=self._recording).name
        except MediaError as error:
            return str(error)
        return ""

    def start(self) -> None:
        """Open the device; fine when it is open. Raises `MediaError`."""
        with self._lock:
            if self._stream is not None:
                return
            try:
                device = choose(list_devices(), self._wanted, recording=self._recording)
            except MediaError:
                # PortAudio looks for devices once only: perhaps this one has come since
                device = choose(list_devices(again=True), self._wanted, recording=self._recording)
            self.name = device.name
            self.finished = False
            self._last_callback = time.monotonic()
            with stream_change(1) as sounddevice:
                kind = sounddevice.InputStream if self._recording else sounddevice.OutputStream
                stream = None
                try:
                    stream = kind(
                        device=device.index,
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

    def stop(self) -> None:
        """Release the device at once; fine when it is not open."""
        with self._lock:
            if self._stream is None:
                return
            stream, self._stream = self._stream, None
            with stream_change(-1):
                stream.abort(ignore_errors=True)
                stream.close(ignore_errors=True)

    def _callback(self, data: Any, frames: int, when: Any, status: Any) -> None:
        self._last_callback = time.monotonic()
        self._on_block(data, status)

    def _finish(self) -> None:
        self.finished = True
        self._on_finished()
