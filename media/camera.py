"""The camera, read by FFmpeg's device input. Open only while we are seen."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import av

from media.errors import MediaError
from media.grab import Grabber, Input

NO_CAMERA: Final = "no camera was found: connect one and try again"
DEVICES: Final = Path("/dev")
DESCRIBED: Final = Path("/sys/class/video4linux")
_ASKED: Final = {"video_size": "640x360", "framerate": "15"}  # drivers take the nearest they can, or refuse


class Camera(Grabber):
    """A `PictureSource` that reads a camera."""

    kind: Final = "camera"

    def __init__(self, device: str = "", *, input_: Input | None = None) -> None:
        """`device`: on Linux `/dev/videoN`, its number or part of its name; elsewhere a name. Empty for the first one.

        `input_` names an FFmpeg input device outright.
        """
        super().__init__(input_.name if input_ is not None else f"the camera {device}".rstrip())
        self._device = device
        self._input = input_

    def _found(self) -> Input:
        return self._input if self._input is not None else find_camera(self._device, sys.platform)


def find_camera(device: str, platform: str, devices: Path = DEVICES, described: Path = DESCRIBED) -> Input:
    """The camera of that name, or the first one. Looks at names only. Raises `MediaError`."""
    if platform.startswith("linux"):
        cameras = list_cameras(platform, devices, described)
        if not cameras and not device:
            raise MediaError(NO_CAMERA)
        for node, title in cameras:
            if not device or device in (node, node.removeprefix(f"{devices}/video")):
                return _v4l2(node, title)
        for node, title in cameras:
            if device.lower() in title.lower() and "/" not in device:
                return _v4l2(node, title)
        if Path(device).parent == devices and Path(device).name.startswith("video"):
            raise MediaError(f"there is no camera {device}")
        raise MediaError(f"{device!r} is not a camera: name one as {devices}/video0, or by a part of its name")
    if platform == "darwin":
        return Input("avfoundation", f"{device or 'default'}:none", f"the camera {device}".rstrip(), _ASKED)
    if platform == "win32":
        if not device:
            raise MediaError("name the camera, as camera:NAME")
        return Input("dshow", f"video={device}", f"the camera {device}", _ASKED)
    raise MediaError("cameras are not supported on this system")


def _v4l2(node: str, title: str) -> Input:
    return Input("v4l2", node, f"the camera {title}", _ASKED)


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
