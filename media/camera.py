"""The camera, read by FFmpeg's device input in a thread. Open only while we are seen."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
from av.container import InputContainer

from media.errors import DeviceGoneError, MediaError
from media.local_file import FAILURES, PROTOCOLS
from media.reader import Pictures, PictureThread

NO_CAMERA: Final = "no camera was found: connect one and try again"
GIVE_UP_SECONDS: Final = 8.0  # without a picture for this long; some cameras take seconds to begin
DEVICES: Final = Path("/dev")
DESCRIBED: Final = Path("/sys/class/video4linux")
_ASKED: Final = {"video_size": "640x360", "framerate": "15"}  # drivers take the nearest they can, or refuse


@dataclass(frozen=True, slots=True)
class Input:
    """A device as FFmpeg opens it."""

    format: str
    file: str
    name: str


class Camera:
    """A `PictureSource` that reads a camera."""

    kind: Final = "camera"

    def __init__(self, device: str = "", *, input_: Input | None = None) -> None:
        """`device`: `/dev/videoN` on Linux, a name elsewhere; empty for the first one.

        `input_` names an FFmpeg input device outright.
        """
        self._device = device
        self._input = input_
        self._thread: PictureThread | None = None
        self._seen = False  # it has given a picture since it was opened
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
        self._seen = False
        self._thread = PictureThread(lambda: _frames(found), name=found.name, paced=False)
        self._thread.start()

    async def picture(self) -> av.VideoFrame:
        """The next picture. Raises `MediaError`; a `DeviceGoneError` when it has given pictures before."""
        if self._thread is None:
            raise MediaError(f"{self.name} is not open")
        try:
            async with asyncio.timeout(GIVE_UP_SECONDS):
                frame = await self._thread.picture()
        except MediaError as error:
            if self._seen:
                raise DeviceGoneError(str(error), "connect it again, then switch it on") from None
            raise
        except TimeoutError:
            raise MediaError(
                f"{self.name} gives no pictures: it may be in use by another program or covered by a switch"
            ) from None
        self._seen = True
        return frame

    async def close(self) -> None:
        """Switch the camera off."""
        if self._thread is not None:
            thread, self._thread = self._thread, None
            await thread.stop()

    @property
    def file(self) -> str:
        """Which device it is; empty while there is none."""
        try:
            return self._found().file
        except MediaError:
            return ""

    def _found(self) -> Input:
        return self._input if self._input is not None else find_camera(self._device, sys.platform)


def find_camera(device: str, platform: str, devices: Path = DEVICES, described: Path = DESCRIBED) -> Input:
    """The camera of that name, or the first one. Looks at names only. Raises `MediaError`."""
    if platform.startswith("linux"):
        nodes = _nodes(devices, described)
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


def list_cameras(platform: str, devices: Path = DEVICES, described: Path = DESCRIBED) -> list[tuple[str, str]]:
    """All cameras, the first one first: what each can be chosen by, and its name for a person. Opens none of them."""
    if platform.startswith("linux"):
        return [(str(node), _line(described / node.name / "name") or str(node)) for node in _nodes(devices, described)]
    try:
        found = av.enumerate_input_devices({"darwin": "avfoundation", "win32": "dshow"}.get(platform, ""))
    except ValueError:  # there is no such input on this system
        return []
    return [(each.name, each.description or each.name) for each in found if "video" in each.media_types]


def _nodes(devices: Path, described: Path) -> list[Path]:
    """Every camera's own node. Many have a second one, which gives no pictures."""
    nodes = sorted(devices.glob("video*"), key=lambda node: (len(node.name), node.name))
    return [node for node in nodes if _line(described / node.name / "index") in ("", "0")]


def _line(file: Path) -> str:
    """What the system says of a device, fit for one line; empty when it says nothing."""
    try:
        text = file.read_text(errors="replace")
    except OSError:
        return ""
    return "".join(letter if letter.isprintable() else " " for letter in text)[:80].strip()


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
