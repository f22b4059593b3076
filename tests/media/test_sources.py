from __future__ import annotations

from pathlib import Path

import pytest

from media.babble import Babble
from media.camera import Camera
from media.errors import MediaError
from media.microphone import Microphone
from media.pattern import Colour, Pattern
from media.picture_file import PictureFile
from media.sound_file import SoundFile
from media.sources import picture_source, voice_source
from media.tone import Tone
from tests.media.helpers import sine, write_film, write_sound


@pytest.mark.parametrize(
    ("spec", "kind", "name"),
    [
        (None, Microphone, "the microphone"),
        ("microphone", Microphone, "the microphone"),
        ("microphone:USB", Microphone, "the microphone USB"),
        ("tone:440", Tone, "a tone of 440 Hz"),
        ("tone:52.5", Tone, "a tone of 52.5 Hz"),
        ("test-voice", Babble, "a test voice"),
        ("test-voice:7", Babble, "a test voice (7)"),
    ],
)
def test_words_for_voices(spec: str | None, kind: type, name: str) -> None:
    source = voice_source(spec)
    assert isinstance(source, kind)
    assert source is not None
    assert source.name == name


@pytest.mark.parametrize(
    ("spec", "kind", "name"),
    [
        (None, Camera, "the camera"),
        ("camera", Camera, "the camera"),
        ("camera:/dev/video3", Camera, "the camera /dev/video3"),
        ("colour:2060c0", Colour, "the colour #2060c0"),
        ("color:#FF0000", Colour, "the colour #ff0000"),
        ("test-pattern", Pattern, "a test picture"),
        ("test-pattern:7", Pattern, "a test picture (7)"),
    ],
)
def test_words_for_pictures(spec: str | None, kind: type, name: str) -> None:
    source = picture_source(spec)
    assert isinstance(source, kind)
    assert source is not None
    assert source.name == name


def test_none_is_nothing_at_all() -> None:
    assert voice_source("none") is None
    assert picture_source("none") is None


def test_anything_else_is_a_file(tmp_path: Path) -> None:
    assert isinstance(voice_source(str(write_sound(tmp_path / "a.wav", sine(440, 960)))), SoundFile)
    assert isinstance(picture_source(str(write_film(tmp_path / "a.mp4", [(1, 2, 3)] * 2))), PictureFile)


@pytest.mark.parametrize("spec", ["tone:", "tone:x", "tone:0", "tone:nan", "tone:inf", "tone:30000", "tone:-5"])
def test_a_tone_needs_a_frequency(spec: str) -> None:
    with pytest.raises(MediaError, match="tone:440"):
        voice_source(spec)


@pytest.mark.parametrize("spec", ["colour:", "colour:12345", "colour:1234567", "colour:gggggg", "colour:12 34 56"])
def test_a_colour_needs_six_digits(spec: str) -> None:
    with pytest.raises(MediaError, match="colour:2060c0"):
        picture_source(spec)


@pytest.mark.parametrize(
    "spec", ["", "nothing.wav", "http://127.0.0.1/a.wav", "lavfi:sine", "concat:/etc/passwd|/etc/hosts"]
)
def test_everything_else_is_refused_in_one_sentence(spec: str) -> None:
    for make in (voice_source, picture_source):
        with pytest.raises(MediaError) as caught:
            make(spec)
        assert "\n" not in str(caught.value)
