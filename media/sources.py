"""Sources of sound and pictures: their shape, and which one a word on the command line means.

Sound: nothing said or `microphone[:DEVICE]`, `none`, `tone:HZ`, `test-voice[:SEED]`, or a sound file.
Pictures: nothing said or `camera[:DEVICE]`, `screen[:DISPLAY]`, `none`, `colour:RRGGBB`, `test-pattern[:SEED]`, or a
picture or film file.
A file whose name looks like one of these words can be given as `./NAME`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Protocol

from media.errors import MediaError

if TYPE_CHECKING:
    import av

    from media.timing import Samples

PictureKind = Literal["camera", "screen", "file", "test"]

TONE_RANGE = (20.0, 20_000.0)  # Hz, what `tone:` takes


class VoiceSource(Protocol):
    """Gives mono sound in real time."""

    @property
    def name(self) -> str:
        """What it is, in words for a person."""

    async def probe(self) -> str:
        """An empty string when it could be opened, or one sentence what is missing. Opens no device."""

    async def open(self) -> None:
        """Take the device or file. Raises `MediaError`."""

    async def block(self) -> Samples:
        """Wait for the next 960 samples (20 ms), paced in real time. Raises `MediaError` when there will be no more."""

    async def close(self) -> None:
        """Release the device or file. Fine when not open."""


class PictureSource(Protocol):
    """Gives pictures in real time."""

    @property
    def kind(self) -> PictureKind:
        """What sort of pictures these are."""

    @property
    def name(self) -> str:
        """What it is, in words for a person."""

    async def probe(self) -> str:
        """An empty string when it could be opened, or one sentence what is missing. Opens no device."""

    async def open(self) -> None:
        """Take the device or file. Raises `MediaError`."""

    async def picture(self) -> av.VideoFrame:
        """Wait for the next picture: yuv420p, even sides, paced. Raises `MediaError` when there will be no more."""

    async def close(self) -> None:
        """Release the device or file. Fine when not open."""


def voice_source(spec: str | None) -> VoiceSource | None:
    """The sound a word means; None means the microphone, and the word `none` gives None.

    Files are opened once to see that they hold sound. Raises `MediaError` with one sentence.
    """
    if spec is None:
        spec = "microphone"
    kind, _, detail = spec.partition(":")
    if spec == "none":
        return None
    if kind == "microphone":
        from media.microphone import Microphone

        return Microphone(detail)
    if kind == "tone":
        from media.tone import Tone

        return Tone(_frequency(detail))
    if kind == "test-voice":
        from media.babble import Babble

        return Babble(detail)
    from media.sound_file import SoundFile

    return SoundFile(spec)


def picture_source(spec: str | None) -> PictureSource | None:
    """The pictures a word means; None means the camera, and the word `none` gives None.

    Files are opened once to see that they hold pictures. Raises `MediaError` with one sentence.
    """
    if spec is None:
        spec = "camera"
    kind, _, detail = spec.partition(":")
    if spec == "none":
        return None
    if kind == "camera":
        from media.camera import Camera

        return Camera(detail)
    if kind == "screen":
        from media.screen import Screen

        return Screen(detail)
    if kind in ("colour", "color"):
        from media.pattern import Colour

        return Colour(_colour(detail))
    if kind == "test-pattern":
        from media.pattern import Pattern

        return Pattern(detail)
    from media.picture_file import PictureFile

    return PictureFile(spec)


def _frequency(text: str) -> float:
    low, high = TONE_RANGE
    try:
        frequency = float(text)
    except ValueError:
        frequency = 0.0
    if not low <= frequency <= high:
        raise MediaError(f"tone: needs a frequency of {low:.0f} to {high:.0f} Hz, such as tone:440")
    return frequency


def _colour(text: str) -> tuple[int, int, int]:
    digits = text.removeprefix("#")
    try:
        if len(digits) != 6:
            raise ValueError
        red, green, blue = bytes.fromhex(digits)
    except ValueError:
        raise MediaError("colour: needs six hexadecimal digits, such as colour:2060c0") from None
    return red, green, blue
