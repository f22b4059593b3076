"""The devices of a meeting, to be changed while it goes on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tui.model import Device
from tui.screens.choice import Choice
from tui.widgets.options import Option
from tui.widgets.page import Sentence

KINDS = {"microphone": "Microphone", "speaker": "Speaker", "camera": "Camera"}
"""The kinds of devices, in the order in which they are shown."""

NOTHING = "none"
"""The word for a speaker that plays nothing."""


class Devices(Choice):
    """All that there is now. The answer is "kind:word" of what was chosen."""

    def __init__(self, devices: Sequence[Device]) -> None:
        said = Sentence(
            "Choosing opens nothing: who is muted stays muted, and a camera that is off stays off.", "muted"
        )
        super().__init__("Devices", list(options(devices)), "use it", [said, Sentence()])


def options(devices: Sequence[Device]) -> Iterator[Option]:
    """The devices under their kinds; for a speaker also none."""
    for kind, title in KINDS.items():
        yield Option(title)
        of_kind = [device for device in devices if device.kind == kind]
        for device in of_kind:
            note = "the system's default" if device.default else ""
            yield Option(device.name, f"{kind}:{device.word}", note, device.chosen)
        if kind == "speaker":
            playing = any(device.chosen for device in of_kind)
            yield Option("play nothing here", f"speaker:{NOTHING}", "", bool(of_kind) and not playing)
        elif not of_kind:
            yield Option(f"  there is no {kind} here")
