"""Trying devices before a meeting: how loud the microphone is, what the camera sees, whether the speaker plays.

Each is open only while it is tried, and nothing is sent, since there is nothing here that could send.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np

from media.choosing import Offer, offers
from media.errors import MediaError
from media.gate import Gate, Opens
from media.level import SILENCE_DB, Meter, loudness_db
from media.pictures import BLACK, RGB, Cells
from media.sgr import Depth
from media.sources import PictureSource, VoiceSource, picture_source, voice_source
from media.speaker import Speaker
from media.timing import BLOCK, RATE, Clock, Samples, monotonic
from media.wall import PictureWall

TONE_SECONDS: Final = 0.5
_HERTZ: Final = 523.25
_AMPLITUDE: Final = 0.2  # of full scale: it may play in an ear
_FADE_SECONDS: Final = 0.03
_KEY: Final = "me"
_LONGEST: Final = 3.0  # seconds for a tone of half a second; a speaker that takes longer does not play

S = TypeVar("S", bound=Opens)


@dataclass(frozen=True, slots=True)
class Heard:
    """How loud the microphone is now."""

    level: float = 0.0  # 0 to 1, as it is shown in a meeting
    speaking: bool = False
    db: float = SILENCE_DB  # dB below full scale


class Trial:
    """All on the event loop. What goes wrong is a sentence: returned where it was asked for, else in `trouble`."""

    def __init__(
        self,
        *,
        on_change: Callable[[], None] = lambda: None,
        on_picture: Callable[[], None] = lambda: None,
        clock: Clock = monotonic,
    ) -> None:
        """`on_change`: something was opened, closed or broke; `on_picture`: `picture` is another one."""
        self._voice: Gate[VoiceSource] = Gate(None, self._hear, name="trial of the microphone", on_change=on_change)
        self._picture: Gate[PictureSource] = Gate(None, self._see, name="trial of the camera", on_change=self._changed)
        self._wall = PictureWall(changed=on_picture, clock=clock)
        self._on_change = on_change
        self._meter = Meter()
        self._db = SILENCE_DB
        self._speaker: Speaker | None = None
        self._playing = asyncio.Lock()

    @property
    def heard(self) -> Heard:
        """How loud the microphone is; silence while it is not tried."""
        if not self._voice.on:
            return Heard()
        now = self._meter.now
        return Heard(now.level, now.speaking, self._db)

    @property
    def listening(self) -> bool:
        """The microphone is open."""
        return self._voice.on

    @property
    def looking(self) -> bool:
        """The camera is open."""
        return self._picture.on

    @property
    def names(self) -> tuple[str, str]:
        """What is or was tried last, for a person: microphone and camera; empty for nothing."""
        return _name(self._voice.source), _name(self._picture.source)

    @property
    def trouble(self) -> tuple[str, ...]:
        """One sentence for each thing that ended by itself."""
        return tuple(sentence for sentence in (self._voice.trouble, self._picture.trouble) if sentence)

    async def list(self) -> tuple[Offer, ...]:
        """What there is to try. Opens nothing."""
        return await offers(self._voice.source, self._speaker, self._picture.source)

    async def listen(self, word: str | None = None) -> str:
        """Open the microphone, or what a word of `media.sources` means. One sentence why not, or an empty string."""
        self._meter, self._db = Meter(), SILENCE_DB
        return await _try(self._voice, lambda: voice_source(word))

    async def stop_listening(self) -> None:
        """Close the microphone."""
        await self._voice.switch(False)

    async def look(self, word: str | None = None) -> str:
        """Open the camera, or what a word of `media.sources` means. One sentence why not, or an empty string.

        Whether a camera gives pictures shows a little later, by `picture` or by `trouble`.
        """
        self._wall.start()
        self._wall.blank(_KEY)
        return await _try(self._picture, lambda: picture_source(word))

    async def stop_looking(self) -> None:
        """Close the camera; `picture` is None at once."""
        await self._picture.switch(False)

    def picture(self) -> Cells | None:
        """The newest picture, made as those of a meeting are."""
        return self._wall.pictures().get(_KEY)

    def set_size(self, columns: int, rows: int) -> None:
        """How large the picture shall be, in cells; 0, 0 makes none."""
        self._wall.set_size(_KEY, columns, rows)

    def set_look(self, depth: Depth, ground: RGB = BLACK, *, grey: bool = False) -> None:
        """How many colours the terminal has, what surrounds the picture, and whether it is shown without colour."""
        self._wall.set_look(depth, ground, grey=grey)

    async def play(self, name: str = "") -> str:
        """Play half a second of a tone: on the system's default speaker, or on the one of that name.

        Returns when it has been played, or one sentence why it was not.
        """
        async with self._playing:
            speaker = self._speaker = Speaker(name)
            try:
                async with asyncio.timeout(_LONGEST):
                    await speaker.open()
                    await _play(speaker, soft_tone())
            except MediaError as error:
                return str(error)
            except TimeoutError:
                return f"the speaker ({speaker.name}) does not play: it may be suspended or switched off"
            finally:
                await speaker.close()
            return ""

    async def close(self) -> None:
        """Close everything that is open."""
        await self._voice.switch(False)
        await self._picture.switch(False)
        if self._speaker is not None:
            await self._speaker.close()
        await self._wall.close()

    async def _hear(self, source: VoiceSource) -> None:
        block = await source.block()
        self._meter.feed(block)
        self._db = loudness_db(block)

    async def _see(self, source: PictureSource) -> None:
        frame = await source.picture()
        if self._picture.on:
            self._wall.seen(_KEY, frame)

    def _changed(self) -> None:
        if not self._picture.on:
            self._wall.blank(_KEY)
        self._on_change()


def soft_tone() -> Samples:
    """A soft tone of `TONE_SECONDS` that begins and ends gently."""
    places = np.arange(round(TONE_SECONDS * RATE)) / RATE
    envelope = np.minimum(1.0, np.minimum(places, TONE_SECONDS - places) / _FADE_SECONDS)
    tone: Samples = (np.sin(2 * np.pi * _HERTZ * places) * envelope * _AMPLITUDE * 32767).astype(np.int16)
    return tone


async def _play(speaker: Speaker, sound: Samples) -> None:
    for start in range(0, len(sound), BLOCK):
        while speaker.queued > 8 * BLOCK:
            await speaker.played()
        speaker.write(sound[start : start + BLOCK])
    while speaker.queued >= BLOCK and not speaker.gone:
        await speaker.played()
    await asyncio.sleep(0.1)  # what the device has taken and not played yet


async def _try(gate: Gate[S], make: Callable[[], S | None]) -> str:
    """Open another source; one sentence why that was not possible."""
    try:
        source = await asyncio.to_thread(make)
    except MediaError as error:
        return str(error)
    await gate.switch(False)
    await gate.exchange(source)
    await gate.switch(True)
    return gate.trouble


def _name(source: Opens | None) -> str:
    return source.name if source is not None else ""
