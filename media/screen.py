"""A screen as a picture, read by FFmpeg from a local X server. Open only while it is shown.

Everything on that screen is shown, the window of this program as well. The server is reached by a socket of this
machine only: a display elsewhere is refused, and where the socket is missing X's library cannot try the network.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import av

from media.errors import MediaError
from media.grab import Grabber, Input

PICTURES_PER_SECOND: Final = 5.0
WIDTH, HEIGHT = 1280, 720
SOCKETS: Final = Path("/tmp/.X11-unix")  # noqa: S108  # where every X server of this machine listens
_FORMAT: Final = "x11grab"
_DISPLAY: Final = re.compile(r":?(\d{1,5})(?:\.\d{1,2})?")


class Screen(Grabber):
    """A `PictureSource` that reads a screen."""

    kind: Final = "screen"
    rate = PICTURES_PER_SECOND
    box = (WIDTH, HEIGHT)
    back = "show it again when it is back"

    def __init__(self, display: str = "") -> None:
        """`display`: `:N`, one of this machine; empty for the one this program runs on."""
        super().__init__("the screen")
        self._display = display

    def _found(self) -> Input:
        return find_screen(self._display, sys.platform, os.environ)


def find_screen(display: str, platform: str, environ: Mapping[str, str], sockets: Path = SOCKETS) -> Input:
    """The screen of that display, or the one this program runs on. Looks at names only. Raises `MediaError`."""
    if not platform.startswith("linux") or _FORMAT not in av.formats_available:
        raise MediaError("a screen can be shown on Linux under X11 only: send a picture or a film instead")
    if not display and environ.get("WAYLAND_DISPLAY"):
        raise MediaError("under Wayland the screen cannot be read: log in with X11, or send a picture or film")
    wanted = display or environ.get("DISPLAY", "")
    if not wanted:
        raise MediaError("no screen was found: this program was not started under X11")
    found = _DISPLAY.fullmatch(wanted)
    if found is None:
        raise MediaError("only a screen of this machine can be shown: name it as screen::0")
    number = int(found[1])
    if not (sockets / f"X{number}").is_socket():
        raise MediaError(f"there is no screen :{number} on this machine")
    # "unix/" names the socket outright: for a bare ":0" without one, X's library would try the network
    return Input(_FORMAT, f"unix/:{number}", f"the screen :{number}", {"framerate": f"{PICTURES_PER_SECOND:g}"})
