"""When one is heard."""

from __future__ import annotations

from tui.screens.choice import Choice
from tui.widgets.options import Option
from tui.widgets.page import Sentence

WAYS = {
    "open": ("until I mute", "Everybody on the way sees packets at one pace, whether you speak or not."),
    "push": (
        "only while I hold a key",
        "Between, nothing is sent and the microphone is closed. Who watches the way sees when you talk.",
    ),
    "voice": (
        "only while I speak",
        "Between words silence is sent at the same pace, so that nobody on the way sees when you talk.",
    ),
}
"""The ways to talk: in words, and what they tell."""

TELLS = (
    "With a key nothing is sent in between: who watches the way sees when you talk. In the other two ways packets go "
    "at one pace, whether you speak or not."
)
"""The same of all of them, short, so that there is room for the choice in a low window."""


class Talking(Choice):
    """The answer is a key of `WAYS`."""

    def __init__(self, mode: str, key: str) -> None:
        """`mode` is how it is now, `key` the key to hold, in words."""
        options = [
            Option(words.replace("a key", key) if key else words, way, chosen=way == mode)
            for way, (words, _) in WAYS.items()
        ]
        super().__init__("When others hear you", options, "talk so", [Sentence(TELLS), Sentence()])
