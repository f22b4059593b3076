"""What others hear and see."""

from __future__ import annotations

from tui.deeds.deed import Deeds
from tui.screens.devices import Devices
from tui.screens.talking import Talking


class TalkDeeds(Deeds):
    """Sound, picture and hand."""

    def mute(self) -> None:
        """Be heard, or be muted."""
        self.desk.intents.mute(self.meeting, self.desk.pressed_at)

    def talk(self) -> None:
        """Be heard while the key is held; where nobody tells when it goes up, be heard or muted."""
        if self.meeting.microphone == "none" or not self.desk.hold_key("talk"):
            self.mute()

    def talk_mode(self) -> None:
        """Choose when you are heard."""
        self.desk.open(Talking(self.meeting.talk, self.desk.actions.key("talk")), self._talk_so)

    def _talk_so(self, mode: str | None) -> None:
        if mode:
            self.desk.intents.set_talk(mode)

    def devices(self) -> None:
        """Choose other devices."""
        self.desk.intents.devices(lambda found: self.desk.open(Devices(found), self._use))

    def _use(self, answer: str | None) -> None:
        if answer:
            kind, _, word = answer.partition(":")
            self.desk.intents.choose_device(kind, word)

    def camera(self) -> None:
        """Be seen, or not."""
        self.desk.intents.camera(self.meeting, self.desk.pressed_at)

    def hand(self) -> None:
        """Raise the hand, or lower it."""
        self.desk.intents.hand()
