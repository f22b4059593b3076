"""The media side of one meeting, composed: what we send, what we hear and see, and how it is doing.

Everything is called on the event loop. Trouble with devices is state (`describe`), never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from media.analysis import Analysis, MediaReport
from media.fanout import Subscription
from media.level import Level
from media.mixer import MOST_PEOPLE, Mixer
from media.mono import Mono
from media.picture_sender import PictureSender
from media.playback import Output, Playback
from media.sources import PictureSource, VoiceSource
from media.speaker import Speaker
from media.timing import Clock, monotonic
from media.voice import VoiceSender
from media.wall import PictureWall
from media.wav import WavFile

if TYPE_CHECKING:
    import av

    from media.opus import OpusPacket

ME = "me"
"""The key of oneself on the wall and among the levels."""


@dataclass(frozen=True, slots=True)
class MediaState:
    """How our devices are doing, in words."""

    microphone: str  # "none", "muted", "live"
    camera: str  # "none", "off", "live"
    speaker: str  # "none", "live"
    microphone_name: str  # where the sound comes from; empty without a source
    camera_name: str
    speaker_name: str
    missing: tuple[str, ...]  # one sentence for each thing that is not there or does not work


class Engine:
    """Fulfils `net.frames.Outgoing` and `net.frames.Incoming` by shape.

    Starts muted and with the camera off.
    """

    def __init__(
        self,
        *,
        voice: VoiceSource | None,
        picture: PictureSource | None,
        speaker: bool | Output = True,
        save_audio: Path | None = None,
        clock: Clock = monotonic,
        on_change: Callable[[], None] = lambda: None,
        on_pictures: Callable[[], None] = lambda: None,
    ) -> None:
        """`voice`, `picture`: what we can send (`media.sources` makes them from words); None for nothing.

        `speaker`: whether to play what is heard, or where. `save_audio`: a WAV file to write it to.
        `on_change`: called when `describe` may say something else; `on_pictures`: when the wall has new pictures.
        """
        self._voice_source = voice
        self._picture_source = picture
        self._on_change = on_change
        self._save_audio = save_audio
        self._clock = clock
        self._missing: dict[str, str] = {}
        self._converters: dict[str, Mono] = {}
        self._mixer = Mixer()
        self._analysis = Analysis()
        self._output: Output | None = Speaker() if speaker is True else (speaker or None)
        self._playback: Playback | None = None
        self.wall = PictureWall(changed=on_pictures, clock=clock)
        self._voice = VoiceSender(voice, clock=clock, on_change=self._changed)
        self._picture = PictureSender(
            picture, clock=clock, on_change=self._changed, on_picture=lambda frame: self.wall.seen(ME, frame)
        )

    async def start(self) -> None:
        """Begin to mix and play. Raises `MediaError` only when the file to save to cannot be written."""
        file = WavFile(self._save_audio) if self._save_audio is not None else None
        self._playback = Playback(
            self._mixer.pull, speaker=self._output, file=file, clock=self._clock, on_change=self._changed
        )
        for kind, source in (("microphone", self._voice_source), ("camera", self._picture_source)):
            if source is not None:
                self._missing[kind] = await source.probe()
        self.wall.start()
        await self._playback.start()
        self._changed()

    async def close(self) -> None:
        """Release all devices and files, end all streams."""
        await self._voice.close()
        await self._picture.close()
        if self._playback is not None:
            await self._playback.close()
        await self.wall.close()

    # What we send

    def voice(self) -> Subscription[OpusPacket]:
        """A receiver's own copy of our voice (`PacketStream`)."""
        return self._voice.subscribe()

    def picture(self) -> Subscription[av.VideoFrame]:
        """A receiver's own stream of our pictures (`PictureStream`)."""
        return self._picture.subscribe()

    async def set_muted(self, muted: bool) -> None:
        """Mute at once and release the microphone, or open it. Whether it worked is told by `describe`."""
        await self._voice.set_muted(muted)
        if not self._voice.muted:
            self._missing.pop("microphone", None)

    async def set_camera(self, on: bool) -> None:
        """Open the camera, or stop at once and release it. Whether it worked is told by `describe`."""
        await self._picture.switch(on)
        if self._picture.on:
            self._missing.pop("camera", None)

    # What we get

    def heard(self, peer: str, frame: av.AudioFrame) -> None:
        """Decoded sound of somebody. Nobody else can be `ME`."""
        if peer == ME or (peer not in self._converters and len(self._converters) >= MOST_PEOPLE):
            return
        converted = self._converters.setdefault(peer, Mono()).convert(frame)
        if converted is not None:
            pts, samples = converted
            self._mixer.push(peer, pts, samples)
            self._analysis.heard(peer, samples)

    def seen(self, peer: str, frame: av.VideoFrame) -> None:
        """A decoded picture of somebody. Nobody else can be `ME`."""
        if peer == ME:
            return
        self._analysis.seen(peer, frame)
        self.wall.seen(peer, frame)

    def dark(self, peer: str) -> None:
        """Somebody switched the camera off: their last picture is not shown any longer."""
        self.wall.blank(peer)

    def gone(self, peer: str) -> None:
        """Somebody left."""
        self._converters.pop(peer, None)
        self._mixer.remove(peer)
        self._analysis.remove(peer)
        self.wall.remove(peer)

    def set_gain(self, peer: str, gain: float) -> None:
        """How loud somebody is for us: 0 silent, 1 unchanged, 4 at most."""
        self._mixer.set_gain(peer, gain)

    # How it is doing

    @property
    def muted(self) -> bool:
        """Whether no sound leaves."""
        return self._voice.muted

    @property
    def camera_on(self) -> bool:
        """Whether pictures leave."""
        return self._picture.on

    def levels(self) -> Mapping[str, Level]:
        """How loud everybody is now; oneself is `ME`."""
        return {**self._mixer.levels(), ME: self._voice.level}

    def reports(self) -> Mapping[str, MediaReport]:
        """What was heard and seen of everybody, in numbers. Costs about a millisecond a person."""
        return self._analysis.reports()

    def report(self, peer: str) -> MediaReport:
        """What was heard and seen of one person."""
        return self._analysis.report(peer)

    def describe(self) -> MediaState:
        """The devices, in words."""
        playback = self._playback
        sentences = (
            self._voice.trouble or self._missing.get("microphone", ""),
            self._picture.trouble or self._missing.get("camera", ""),
            playback.trouble if playback is not None else "",
            playback.file_trouble if playback is not None else "",
        )
        playing = playback is not None and playback.playing
        return MediaState(
            microphone=_state(self._voice_source, self._missing.get("microphone", ""), not self.muted, "muted"),
            camera=_state(self._picture_source, self._missing.get("camera", ""), self.camera_on, "off"),
            speaker="live" if playing else "none",
            microphone_name=self._voice_source.name if self._voice_source is not None else "",
            camera_name=self._picture_source.name if self._picture_source is not None else "",
            speaker_name=self._output.name if self._output is not None and playing else "",
            missing=tuple(dict.fromkeys(sentence for sentence in sentences if sentence)),
        )

    def _changed(self) -> None:
        if not self.camera_on:
            self.wall.blank(ME)
        self._on_change()


def _state(source: object | None, missing: str, live: bool, idle: str) -> str:
    if live:
        return "live"
    return "none" if source is None or missing else idle
