"""The camera, read by FFmpeg's device input in a thread. Open only while we are seen."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer

from media.errors import MediaError
from media.local_file import FAILURES, PROTOCOLS
from media.reader import Pictures, PictureThread

NO_CAMERA: Final = "no camera was found: connect one and try again"
_ASKED: Final = {"video_size": "640x360", "framerate": "15"}  # drivers take the nearest they can, or refuse


@dataclass(frozen=True, slots=True)
class Input:
    """A device as FFmpeg opens it."""

    format: str
    file: str
    name: str


class Camera:
    """A `PictureSource` that reads a camera."""

    def __init__(self, device: str = "", *, input_: Input | None = None) -> None:
        """`device`: `/dev/videoN` on Linux, a name elsewhere; empty for the first one.

        `input_` names an FFmpeg input device outright.
        """
        self._device = device
        self._input = input_
        self._thread: PictureThread | None = None
        self.name = input_.name if input_ is not None else f"the camera {device}".rstrip()

    async def probe(self) -> str:
        """An empty string when there is a camera, or one sentence. Opens nothing."""
        try:
            self.name = self._found().name
        except MediaError as error:
            return str(error)
        return ""

    async def open(self) -> None:
        """Switch the camera on. Raises `MediaError` when there is none; one that cannot be read shows in `picture`."""
        await self.close()
        found = self._found()
        self.name = found.name
        self._thread = PictureThread(lambda: _frames(found), name=found.name, paced=False)
        self._thread.start()

    async def picture(self) -> av.VideoFrame:
        """The next picture. Raises `MediaError` when the camera is gone."""
        if self._thread is None:
            raise MediaError(f"{self.name} is not open")
        return await self._thread.picture()

    async def close(self) -> None:
        """Switch the camera off."""
        if self._thread is not None:
            thread, self._thread = self._thread, None
            await thread.stop()

    def _found(self) -> Input:
        return self._input if self._input is not None else find_camera(self._device, sys.platform)


def find_camera(device: str, platform: str, devices: Path = Path("/dev")) -> Input:
    """The camera of that name, or the first one. Looks at names only. Raises `MediaError`."""
    if platform.startswith("linux"):
        nodes = sorted(devices.glob("video*"), key=lambda node: (len(node.name), node.name))
        if device:
            node = Path(device)
            if node.parent != devices or not node.name.startswith("video"):
                raise MediaError(f"{device!r} is not a camera: name one as {devices}/video0")
            if node not in nodes:
                raise MediaError(f"there is no camera {device}")
        elif nodes:
            node = nodes[0]
        else:
            raise MediaError(NO_CAMERA)
        return Input("v4l2", str(node), f"the camera {node}")
    if platform == "darwin":
        return Input("avfoundation", f"{device or 'default'}:none", f"the camera {device}".rstrip())
    if platform == "win32":
        if not device:
            raise MediaError("name the camera, as camera:NAME")
        return Input("dshow", f"video={device}", f"the camera {device}")
    raise MediaError("cameras are not supported on this system")


def _frames(found: Input) -> Pictures:
    with _opened(found) as container:
        if not container.streams.video:
            raise MediaError(f"{found.name} gives no pictures")
        for frame in container.decode(container.streams.video[0]):
            yield time.monotonic(), frame


@contextmanager
def _opened(found: Input) -> Iterator[InputContainer]:
    try:
        try:
            container = av.open(found.file, mode="r", format=found.format, options={**PROTOCOLS, **_ASKED})
        except FAILURES:
            # perhaps only the size or the rate was refused: whatever it gives by itself will do
            container = av.open(found.file, mode="r", format=found.format, options=dict(PROTOCOLS))
    except FAILURES:
        raise MediaError(f"{found.name} cannot be opened: another program may be using it") from None
    with container:
        yield container
