"""What others hear and see."""

from __future__ import annotations

from tui.deeds.deed import Deeds


class TalkDeeds(Deeds):
    """Sound, picture and hand."""

    def mute(self) -> None:
        """Be heard, or be muted."""
        self.desk.intents.mute(self.meeting)

    def camera(self) -> None:
        """Be seen, or not."""
        self.desk.intents.camera(self.meeting)

    def hand(self) -> None:
        """Raise the hand, or lower it."""
        self.desk.intents.hand(self.meeting)
