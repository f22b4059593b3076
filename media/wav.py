"""Saving what is heard: a WAV file (16 bit, mono, 48 kHz), valid at any moment, also when the program is killed."""

from __future__ import annotations

import os
import stat
import wave
from pathlib import Path
from typing import BinaryIO

from media.errors import MediaError
from media.timing import RATE, Samples

_BATCH = RATE // 2  # samples collected between writes: half a second is lost at most
_LONGEST = (2**32 - 2**16) // 2  # samples a WAV file can count


class WavFile:
    """Only its owner may read it: it holds other people's voices."""

    def __init__(self, path: Path) -> None:
        """Replaces an existing file. Raises `MediaError` when it cannot be written."""
        self.path = path
        self.trouble = ""
        self._waiting: list[bytes] = []
        self._count = 0
        self._total = 0
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | getattr(os, "O_NONBLOCK", 0), 0o600)
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                os.close(descriptor)
                raise MediaError(f"{path} is not a regular file; sound is saved to files only")
            os.ftruncate(descriptor, 0)
            if hasattr(os, "fchmod"):  # an existing file may have been open to others
                os.fchmod(descriptor, 0o600)
            self._file: BinaryIO = os.fdopen(descriptor, "wb")
        except OSError as error:
            raise MediaError(f"sound cannot be saved to {path}: {error.strerror}") from None
        self._wave = wave.Wave_write(self._file)
        self._wave.setnchannels(1)
        self._wave.setsampwidth(2)
        self._wave.setframerate(RATE)
        self._save(b"")

    def write(self, samples: Samples) -> None:
        """Add sound. After a failure (a full disk) nothing more is written and `trouble` says why."""
        if self.trouble:
            return
        self._waiting.append(samples.astype("<i2").tobytes())
        self._count += len(samples)
        if self._count >= _BATCH:
            self._flush()

    def close(self) -> None:
        """Write what is left. Closing twice is fine."""
        if self._file.closed:
            return
        if not self.trouble:
            self._flush()
        try:
            self._wave.close()
            self._file.close()
        except OSError as error:
            self.trouble = f"sound could not be saved to {self.path}: {error.strerror}"

    def _flush(self) -> None:
        data = b"".join(self._waiting)
        self._total += self._count
        self._waiting.clear()
        self._count = 0
        if self._total > _LONGEST:
            self.trouble = f"{self.path} is as long as a WAV file can be; no more sound is saved"
            return
        self._save(data)

    def _save(self, data: bytes) -> None:
        try:
            self._wave.writeframes(data)  # also brings the header up to date
            self._file.flush()
        except OSError as error:
            self.trouble = f"sound could not be saved to {self.path}: {error.strerror}"
