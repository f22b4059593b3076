"""Opening sound and picture files, and nothing else.

FFmpeg can open addresses, playlists that name addresses, devices and whole directories. Here it gets the bytes of one
regular file (not even its name), no protocol but plain files, and only demuxers that read one file and follow no
reference.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer

from media.errors import MediaError

MOST_PIXELS: Final = 64_000_000
"""Pictures larger than this are not decoded. Give it to the codec as well (`max_pixels`)."""

_DEMUXERS: Final = (
    "aac,ac3,aiff,amr,ape,apng,asf,au,avi,avif,bmp_pipe,caf,flac,flv,gif,gif_pipe,ivf,jpeg_pipe,jpegxl_pipe,m4v,"
    "matroska,mjpeg,mov,mp3,mpeg,mpegts,mpegvideo,oga,ogg,ogv,pbm_pipe,pgm_pipe,png_pipe,ppm_pipe,qoi_pipe,tiff_pipe,"
    "tta,voc,w64,wav,webm,webp,webp_pipe,wv,yuv4mpegpipe"
)
PROTOCOLS: Final = {"protocol_whitelist": "file,pipe"}
"""An option for every `av.open`: whatever a file or device makes FFmpeg open by itself, it is no address."""
_OPTIONS: Final = {
    **PROTOCOLS,
    "format_whitelist": _DEMUXERS,
    # what a hostile file may make us read and hold before it says what it is
    "probesize": "2000000",
    "analyzeduration": "2000000",
    "max_streams": "16",
    "max_pixels": str(MOST_PIXELS),
}
FAILURES: Final = (av.FFmpegError, OSError, ValueError, EOFError)
"""What FFmpeg's wrapper raises for files it cannot read."""


def check_local_file(name: str) -> Path:
    """The absolute path of an existing regular file. Raises `MediaError`."""
    if not name:
        raise MediaError("no file was named")
    shown = _shown(name)
    try:
        path = Path(name).expanduser()
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise MediaError(f"{shown} is not a regular file")
        return path.resolve(strict=True)
    except FileNotFoundError:
        if "://" in name:
            raise MediaError(f"{shown} is an address; incog plays files of this machine only") from None
        raise MediaError(f"{shown} does not exist") from None
    except (OSError, ValueError, RuntimeError) as error:
        raise MediaError(f"{shown} cannot be opened: {getattr(error, 'strerror', None) or error}") from None


def trouble_with(path: Path) -> str:
    """One sentence why a file that was there cannot be used any more; empty while it can."""
    try:
        check_local_file(str(path))
    except MediaError as error:
        return str(error)
    return ""


@contextmanager
def open_local_file(path: Path) -> Iterator[InputContainer]:
    """Open a file that `check_local_file` gave, and close it afterwards. Raises `MediaError`."""
    try:
        file = _Nameless(path)
    except OSError as error:
        raise MediaError(f"{_shown(path.name)} cannot be opened: {error.strerror}") from None
    with contextlib.closing(file):
        try:
            container = av.open(file, mode="r", options=dict(_OPTIONS))
        except FAILURES:
            raise unreadable(path) from None
        with container:
            yield container


class _Nameless:
    """A regular file without its name: what it is shall be told by its content, not by its ending."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise OSError(errno.EINVAL, "it is not a regular file")
        self._file = os.fdopen(descriptor, "rb")

    def read(self, count: int) -> bytes:
        return self._file.read(count)

    def seek(self, place: int, whence: int) -> int:
        return self._file.seek(place, whence)

    def tell(self) -> int:
        return self._file.tell()

    def close(self) -> None:
        self._file.close()


def unreadable(path: Path) -> MediaError:
    """The one sentence for a file that is no sound or picture."""
    return MediaError(f"{_shown(path.name)} is not a sound or picture file that can be read")


def _shown(name: str) -> str:
    """A file name fit for one line of text."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in name)
    return clean if len(clean) <= 80 else clean[:77] + "…"
