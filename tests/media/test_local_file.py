from __future__ import annotations

import os
import socket
import threading
import time
from pathlib import Path

import pytest

from media.errors import MediaError
from media.local_file import check_local_file, open_local_file
from media.picture_file import PictureFile
from media.sound_file import SoundFile
from tests.media.helpers import sine, write_sound


def listening() -> tuple[socket.socket, list[str]]:
    """A local server that only notes who comes."""
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    return server, []


PLAYLISTS = {
    "a.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\n{url}\n#EXT-X-ENDLIST\n",
    "b.m3u": "#EXTM3U\n{url}\n",
    "c.wav": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:9,\n{url}\n#EXT-X-ENDLIST\n",  # a name is no proof
    "d.ffconcat": "ffconcat version 1.0\nfile {url}\n",
    "e.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio {port} RTP/AVP 0\n",
    "f.mpd": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{url}</BaseURL></MPD>',
    "g.pls": "[playlist]\nFile1={url}\nNumberOfEntries=1\nVersion=2\n",
    "h.rtx": "RTSPtext\n{url}\n",
}


@pytest.mark.parametrize("name", PLAYLISTS)
@pytest.mark.parametrize("kind", [SoundFile, PictureFile])
def test_a_file_that_names_an_address_is_refused_and_nobody_is_called(tmp_path: Path, name: str, kind: type) -> None:
    server, _ = listening()
    with server:
        port = server.getsockname()[1]
        path = tmp_path / name
        path.write_text(PLAYLISTS[name].format(url=f"http://127.0.0.1:{port}/x.ts", port=port))
        with pytest.raises(MediaError) as caught:
            kind(str(path))
        assert str(caught.value) == f"{name} is not a sound or picture file that can be read"
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize("kind", [SoundFile, PictureFile])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.wav", b""),
        ("text.wav", b"hello there\n" * 1000),
        ("noise.mp4", os.urandom(5000)),
        ("huge.wav", b"RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\x7f" + b"\0" * 100),
        ("huge.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff\x08\x06\0\0\0" + b"\0" * 100),
        ("cut.mp4", b"\0\0\0\x20ftypisom\0\0\2\0isomiso2avc1mp41\x7f\xff\xff\xffmoov"),
        ("page.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><image href="http://127.0.0.1:9/x"/></svg>'),
    ],
)  # fmt: skip
def test_hostile_and_broken_files_end_in_one_sentence_and_quickly(
    tmp_path: Path, kind: type, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    began = time.monotonic()
    with pytest.raises(MediaError) as caught:
        kind(str(path))
    assert time.monotonic() - began < 3
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_name_that_is_no_file_ends_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(MediaError, match="does not exist"):
        check_local_file(str(tmp_path / "missing.wav"))
    with pytest.raises(MediaError, match="is not a regular file"):
        check_local_file(str(tmp_path))
    with pytest.raises(MediaError, match="no file was named"):
        check_local_file("")
    with pytest.raises(MediaError, match="cannot be opened"):
        check_local_file("a\0b")
    with pytest.raises(MediaError, match="files of this machine only"):
        check_local_file("https://meet.example/x.wav")
    with pytest.raises(MediaError, match="not a regular file"):
        check_local_file("/dev/zero")


def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(MediaError, match="not a regular file"):
        SoundFile(str(tmp_path / "pipe.wav"))


def test_a_name_is_shown_in_one_printable_line(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        check_local_file("\x1b[2J" + "long" * 100 + "\n")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 120


def test_a_number_in_a_name_does_not_open_a_series_of_files(tmp_path: Path) -> None:
    write_sound(tmp_path / "take%03d.wav", sine(440, 4800))
    with open_local_file(check_local_file(str(tmp_path / "take%03d.wav"))) as container:
        assert container.format.name == "wav"
    (tmp_path / "series%03d.png").write_bytes(b"nothing")
    with pytest.raises(MediaError):
        PictureFile(str(tmp_path / "series%03d.png"))


def test_opening_leaves_no_thread_behind(tmp_path: Path) -> None:
    before = threading.active_count()
    SoundFile(str(write_sound(tmp_path / "a.wav", sine(440, 48000))))
    assert threading.active_count() == before
