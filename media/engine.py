"""The media side of one meeting, composed: what we send, what we hear and see, and how it is doing.

Everything is called on the event loop. Trouble with devices is state (`describe`), never an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from media.analysis import Analysis, MediaReport
from media.choosing import Choosing, other_cameras, other_microphones, other_speakers
from media.fanout import Subscription
from media.level import Level
from media.mixer import MOST_PEOPLE, Mixer
from media.mono import Mono
from media.people import People
from media.picture_sender import PictureSender
from media.playback import Output, Playback
from media.sources import PictureKind, PictureSource, VoiceSource
from media.speaker import Speaker
from media.talk import Talk, TalkMode
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
    picture_kind: PictureKind | None  # what is shown, or would be
    talk: TalkMode  # when we are heard, if not muted
    missing: tuple[str, ...]  # one sentence for each thing that is not there, does not work, or stands in for another


class Engine:
    """Fulfils `net.frames.Outgoing` and `net.frames.Incoming` by shape.

    Starts muted and with the camera off. What a person may change besides is in its parts: `devices`, `talk`,
    `people`, `wall`.
    """

    def __init__(
        self,
        *,
        voice: VoiceSource | None,
        picture: PictureSource | None,
        speaker: bool | str | Output = True,
        save_audio: Path | None = None,
        clock: Clock = monotonic,
        on_change: Callable[[], None] = lambda: None,
        on_pictures: Callable[[], None] = lambda: None,
        on_notice: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        """`voice`, `picture`: what we can send (`media.sources` makes them from words); None for nothing.

        `speaker`: whether to play what is heard, on which device, or where. `save_audio`: a WAV file to write it to.
        `on_change`: called when `describe` may say something else; `on_pictures`: when the wall has new pictures;
        `on_notice`: gets one sentence when a device is gone and another one has taken its place.
        """
        self._on_change = on_change
        self._save_audio = save_audio
        self._converters: dict[str, Mono] = {}
        self._mixer = Mixer()
        self._analysis = Analysis()
        self._playback = Playback(
            self._mixer.pull,
            speaker=_output(speaker),
            clock=clock,
            on_change=self._changed,
            others=other_speakers,
            on_fallen=on_notice,
        )
        self._voice = VoiceSender(
            voice, clock=clock, on_change=self._changed, others=other_microphones, on_fallen=on_notice
        )
        self._picture = PictureSender(
            picture,
            clock=clock,
            on_change=self._changed,
            on_picture=lambda frame: self.wall.seen(ME, frame),
            others=other_cameras,
        )
        self.wall = PictureWall(changed=on_pictures, clock=clock)
        self.talk = Talk(self._voice)
        self.people = People(self._mixer, self.wall)
        self.devices = Choosing(self._voice, self._picture, self._playback)

    async def start(self) -> None:
        """Begin to mix and play. Raises `MediaError` only when the file to save to cannot be written."""
        if self._save_audio is not None:
            self._playback.file = WavFile(self._save_audio)
        await self._voice.probe()
        await self._picture.probe()
        self.wall.start()
        await self._playback.start()
        self._changed()

    async def close(self) -> None:
        """Release all devices and files, end all streams."""
        await self._voice.close()
        await self._picture.close()
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
        await self.talk.set_muted(muted)

    async def set_camera(self, on: bool) -> None:
        """Open the camera, or stop at once and release it. Whether it worked is told by `describe`."""
        await self._picture.switch(on)

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
        voice, picture, playback = self._voice, self._picture, self._playback
        sentences = (voice.trouble, picture.trouble, playback.trouble, playback.file_trouble)
        return MediaState(
            microphone=_state(voice.missing, not self.muted, "muted"),
            camera=_state(picture.missing, self.camera_on, "off"),
            speaker="live" if playback.playing else "none",
            microphone_name=voice.source.name if voice.source is not None else "",
            camera_name=picture.source.name if picture.source is not None else "",
            speaker_name=playback.speaker.name if playback.speaker is not None and playback.playing else "",
            picture_kind=picture.source.kind if picture.source is not None else None,
            talk=self.talk.mode,
            missing=tuple(dict.fromkeys(sentence for sentence in sentences if sentence)),
        )

    def _changed(self) -> None:
        if not self.camera_on:
            self.wall.blank(ME)
        self._on_change()


def _state(missing: bool, live: bool, idle: str) -> str:
    if live:
        return "live"
    return "none" if missing else idle


def _output(speaker: bool | str | Output) -> Output | None:
    if isinstance(speaker, str):
        return Speaker(speaker)
    if isinstance(speaker, bool):
        return Speaker() if speaker else None
    return speaker
