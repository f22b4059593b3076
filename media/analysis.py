"""What was heard and seen of each person, in numbers, for scripts and tests. Computed when asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from media.level import loudness_db
from media.timing import RATE, Samples

if TYPE_CHECKING:
    import av

SILENCE_DB = -55.0  # sound below this does not count as heard
_WINDOW = RATE  # samples looked at for the tone
_LOWEST = 40.0  # Hz
MOST_PEOPLE = 64


@dataclass(frozen=True, slots=True)
class MediaReport:
    """What reached us of one person."""

    heard_seconds: float = 0.0  # sound above silence
    tone_hz: float | None = None  # the strongest frequency of the last second of sound; None for silence
    frames: int = 0  # pictures decoded
    colour: tuple[int, int, int] | None = None  # the mean colour of the newest picture, RGB


class _Seen:
    """The short memory of one person."""

    def __init__(self) -> None:
        self.sound: Samples = np.zeros(_WINDOW, dtype=np.int16)
        self.place = 0
        self.heard = 0
        self.frames = 0
        self.newest: av.VideoFrame | None = None

    def add_sound(self, samples: Samples) -> None:
        samples = samples[-_WINDOW:]
        end = self.place + len(samples)
        if end <= _WINDOW:
            self.sound[self.place : end] = samples
        else:
            first = _WINDOW - self.place
            self.sound[self.place :] = samples[:first]
            self.sound[: end - _WINDOW] = samples[first:]
        self.place = end % _WINDOW
        if loudness_db(samples) > SILENCE_DB:
            self.heard += len(samples)

    def report(self) -> MediaReport:
        last_second = np.concatenate((self.sound[self.place :], self.sound[: self.place]))
        return MediaReport(
            heard_seconds=self.heard / RATE,
            tone_hz=dominant_tone(last_second),
            frames=self.frames,
            colour=None if self.newest is None else mean_colour(self.newest),
        )


class Analysis:
    """Keeps a second of sound and the newest picture of each person."""

    def __init__(self) -> None:
        self._people: dict[str, _Seen] = {}

    def heard(self, peer: str, samples: Samples) -> None:
        """Sound of a person was decoded (mono, 48 kHz)."""
        if (seen := self._of(peer)) is not None:
            seen.add_sound(samples)

    def seen(self, peer: str, frame: av.VideoFrame) -> None:
        """A picture of a person was decoded."""
        if (seen := self._of(peer)) is not None:
            seen.frames += 1
            seen.newest = frame

    def remove(self, peer: str) -> None:
        """Forget a person."""
        self._people.pop(peer, None)

    def report(self, peer: str) -> MediaReport:
        """The numbers of one person; zeros for somebody unknown."""
        seen = self._people.get(peer)
        return MediaReport() if seen is None else seen.report()

    def reports(self) -> Mapping[str, MediaReport]:
        """The numbers of everybody."""
        return {peer: seen.report() for peer, seen in self._people.items()}

    def _of(self, peer: str) -> _Seen | None:
        if peer not in self._people and len(self._people) >= MOST_PEOPLE:
            return None
        return self._people.setdefault(peer, _Seen())


def dominant_tone(samples: Samples) -> float | None:
    """The strongest frequency in Hz, to a fraction of a bin; None for silence."""
    if loudness_db(samples) <= SILENCE_DB:
        return None
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    width = RATE / len(samples)  # Hz a bin
    lowest = int(_LOWEST / width) + 1
    peak = lowest + int(np.argmax(spectrum[lowest:-1]))
    left, middle, right = (float(np.log(spectrum[peak + step] + 1e-9)) for step in (-1, 0, 1))
    bow = left - 2 * middle + right
    return (peak + (0.5 * (left - right) / bow if bow < 0 else 0.0)) * width


def mean_colour(frame: av.VideoFrame) -> tuple[int, int, int]:
    """The mean of all pixels, RGB."""
    # A frame keeps the scaler of its own `reformat`, and the wall's thread may be using that one on the same frame.
    from av.video.reformatter import VideoReformatter

    scaler = VideoReformatter()
    small = scaler.reformat(frame, width=32, height=18, format="rgb24", interpolation="AREA", threads=1).to_ndarray()
    red, green, blue = small.reshape(-1, 3).mean(axis=0)
    return round(float(red)), round(float(green)), round(float(blue))
