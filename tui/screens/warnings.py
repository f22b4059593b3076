"""What a person may want to act on, and the keys that act on it."""

from __future__ import annotations

from collections.abc import Sequence

from tui.actions import taken
from tui.model import Warning
from tui.screens.dialog import Dialog
from tui.widgets.page import Block, Pair, Sentence, Title

ADVICE = {
    "recording": "Mute yourself or switch the camera off to be kept out of it from now on, or leave.",
    "address": "It cannot be taken back. With `--addresses relay` only a relay's is known the next time.",
    "encryption": "What you say and show from now on is protected by no more than this.",
    "identity": "Compare the spoken code with them before you say anything that is meant for them.",
}
"""What can be done about each kind."""


class Warnings(Dialog[str]):
    """All warnings that were not seen yet. The answer is "leave", or the key of a person to look at."""

    BINDINGS = [taken("leave", "leave"), taken("inspect", "inspect")]

    def __init__(self, warnings: Sequence[Warning]) -> None:
        blocks: list[Block] = []
        for kind in dict.fromkeys(one.kind for one in warnings):
            blocks.append(Title(_TITLES.get(kind, kind)))
            blocks += [Pair(one.at, one.text) for one in warnings if one.kind == kind]
            blocks += [Sentence(ADVICE.get(kind, ""), "muted"), Sentence()]
        self._who = next((one.who for one in warnings if one.who), "")
        keys = [("mute", "sound"), ("camera", "camera"), ("leave", "leave"), ("close", "seen")]
        if self._who:
            keys.insert(2, ("inspect", "who it is"))
        super().__init__("You may want to act on this", blocks, keys=keys)

    def action_leave(self) -> None:
        """Leave the meeting."""
        self.close_with("leave")

    def action_inspect(self) -> None:
        """Look at the person it is about."""
        self.close_with(self._who or None)


_TITLES = {
    "recording": "Recording",
    "address": "Your address",
    "encryption": "Encryption",
    "identity": "Who is who",
}
