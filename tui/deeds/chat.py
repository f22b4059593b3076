"""Writing and reading."""

from __future__ import annotations

from functools import partial

from tui.deeds.deed import Deeds
from tui.screens.dialogs import NamesYou


class ChatDeeds(Deeds):
    """The chat, and what happens to a message that names its writer."""

    def chat(self) -> None:
        """Show the chat, and put the keyboard into its line."""
        self.screen.write()

    def hide_chat(self) -> None:
        """Show or hide the chat."""
        self.screen.toggle("chat")

    def say(self, text: str, *, knowingly: bool = False) -> None:
        """Send what was written."""
        self.desk.intents.say(text, partial(self._said, text), knowingly=knowingly)

    def _said(self, text: str, refusal: str, struck: str) -> None:
        """What became of a message: sent, refused, or refused because it names the person here."""
        if self.desk.meeting_screen is None:
            return
        self.screen.said(refusal)
        if refusal and struck:
            self.desk.open(NamesYou(refusal, struck), partial(self._say_after_all, text, struck))

    def _say_after_all(self, text: str, struck: str, answer: str | None) -> None:
        if answer is not None:
            as_it_is = answer == "knowingly"
            self.say(text if as_it_is else struck, knowingly=as_it_is)
