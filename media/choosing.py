"""Which devices there are, and choosing among them at any time, also in the middle of a meeting.

Choosing opens nothing that is not open: muted stays muted, and the camera off. What cannot be used is refused with one
sentence, and what was chosen before goes on.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from media.camera import Camera, list_cameras
from media.devices import Device, list_devices, ranked
from media.errors import MediaError
from media.microphone import Microphone
from media.picture_sender import PictureSender
from media.playback import Output, Playback
from media.sources import PictureSource, VoiceSource, picture_source, voice_source
from media.speaker import Speaker
from media.voice import VoiceSender

NOWHERE: Final = "none"
"""The word for no speaker at all, as `media.sources` has it for no sound and no pictures."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A device that can be chosen."""

    kind: Literal["microphone", "speaker", "camera"]
    name: str  # for a person
    word: str  # what it is chosen by
    default: bool  # the system's own choice
    chosen: bool  # ours


class Choosing:
    """All on the event loop; what blocks is done in a thread."""

    def __init__(self, voice: VoiceSender, picture: PictureSender, playback: Playback) -> None:
        self._voice = voice
        self._picture = picture
        self._playback = playback

    async def list(self) -> tuple[Offer, ...]:
        """What there is now, the default of each kind first. Opens nothing.

        Devices that no sound server knows are looked for anew only while no sound device is open.
        """
        return await offers(self._voice.source, self._playback.speaker, self._picture.source)

    async def choose_microphone(self, name: str = "") -> str:
        """By `Offer.word`, a name, a part of one, or its number; empty for the system's default. See `choose_voice`."""
        return await self._speak(Microphone(name))

    async def choose_camera(self, name: str = "") -> str:
        """By `Offer.word`; empty for the first one. See `choose_picture`."""
        return await self._show(Camera(name))

    async def choose_speaker(self, name: str = "") -> str:
        """By `Offer.word`, a name, a part of one, or its number; empty for the system's default; or `NOWHERE`.

        One sentence why it is not used, or an empty string.
        """
        if name == NOWHERE:
            return await self._playback.choose(None)
        speaker = Speaker(name)
        return await speaker.probe() or await self._playback.choose(speaker)

    async def choose_voice(self, word: str | None) -> str:
        """What we say from now on, by a word of `media.sources`. One sentence why not, or an empty string.

        While we are heard the old source stops at once, and silence is sent until the new one gives sound.
        """
        try:
            source = await asyncio.to_thread(voice_source, word)
        except MediaError as error:
            return str(error)
        return await self._speak(source)

    async def choose_picture(self, word: str | None) -> str:
        """What we show from now on, by a word of `media.sources`. One sentence why not, or an empty string.

        While we are seen the old source stops at once.
        """
        try:
            source = await asyncio.to_thread(picture_source, word)
        except MediaError as error:
            return str(error)
        return await self._show(source)

    async def _speak(self, source: VoiceSource | None) -> str:
        missing = await source.probe() if source is not None else ""
        return missing or await self._voice.choose(source)

    async def _show(self, source: PictureSource | None) -> str:
        missing = await source.probe() if source is not None else ""
        return missing or await self._picture.choose(source)


async def offers(voice: VoiceSource | None, speaker: Output | None, picture: PictureSource | None) -> tuple[Offer, ...]:
    """What there is now, and which of it these are. Opens nothing."""
    sounds, cameras = await asyncio.gather(asyncio.to_thread(_sounds), asyncio.to_thread(list_cameras, sys.platform))
    return (
        *_offers("microphone", sounds, voice),
        *_offers("speaker", sounds, speaker),
        *_cameras(cameras, picture),
    )


async def other_microphones(gone: VoiceSource) -> Sequence[VoiceSource]:
    """What can take the place of a microphone. Nothing takes that of a file: it would be a device nobody asked for."""
    if not isinstance(gone, Microphone):
        return ()
    return [Microphone(device.word) for device in await gone.others()]


async def other_speakers(gone: Output) -> Sequence[Output]:
    """What can take the place of a speaker."""
    return [Speaker(device.word) for device in await gone.others()] if isinstance(gone, Speaker) else ()


async def other_cameras(gone: PictureSource) -> Sequence[PictureSource]:
    """What can take the place of a camera."""
    if not isinstance(gone, Camera):
        return ()
    cameras = await asyncio.to_thread(list_cameras, sys.platform)
    return [Camera(word) for word, _ in cameras if word != gone.file]


def _sounds() -> list[Device]:
    try:
        return list_devices(again=True)
    except MediaError:
        return []  # why is said where one is to be opened


def _offers(
    kind: Literal["microphone", "speaker"], devices: list[Device], used: VoiceSource | Output | None
) -> list[Offer]:
    recording = kind == "microphone"
    offers: dict[str, Offer] = {}
    chosen = used.device.word if isinstance(used, (Microphone, Speaker)) and used.device is not None else ""
    for device in ranked(devices, recording=recording):
        default = device.default_input if recording else device.default_output
        offers.setdefault(device.word, Offer(kind, device.name, device.word, default, device.word == chosen))
    return list(offers.values())


def _cameras(cameras: list[tuple[str, str]], used: PictureSource | None) -> list[Offer]:
    chosen = used.file if isinstance(used, Camera) else ""
    return [
        Offer("camera", name, word, default=number == 0, chosen=word == chosen)
        for number, (word, name) in enumerate(cameras)
    ]
