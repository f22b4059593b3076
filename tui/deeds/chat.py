"""Writing and reading."""

from __future__ import annotations

from functools import partial

from tui.deeds.deed import Deeds
from tui.screens.dialogs import NamesYou
from tui.screens.links import AskOpen, Links


class ChatDeeds(Deeds):
    """The chat, and what happens to a message that names its writer."""

    def chat(self) -> None:
        """Show the chat, and put the keyboard into its line."""
        self.screen.write()

    def hide_chat(self) -> None:
        """Show or hide the chat."""
        self.screen.room.toggle("chat")

    def search(self) -> None:
        """Ask what to find in the chat."""
        self.screen.search_chat()

    def unread(self) -> None:
        """Show the chat where what is new begins."""
        self.screen.show_new()

    def links(self) -> None:
        """Choose one of the links in the chat, look at it, and copy or open it."""
        found = self.screen.links()
        if not found:
            self.desk.notice("There is no link in the chat.")
        elif len(found) == 1:
            self._look_at(found[0])
        else:
            self.desk.open(Links(found), lambda url: self._look_at(url) if url else None)

    def _look_at(self, url: str) -> None:
        self.desk.open(AskOpen(url), partial(self._follow, url))

    def _follow(self, url: str, answer: str | None) -> None:
        if answer == "copy":
            self.desk.copy_to_clipboard(url)
            self.desk.notice("The link is in the terminal's clipboard.")
        elif answer == "open":
            self.desk.intents.open_link(url)

    def say(self, text: str, *, to: str = "", knowingly: bool = False) -> None:
        """Send what was written, to one person by their key or to everybody."""
        self.desk.intents.say(text, partial(self._said, text, to), to=to, knowingly=knowingly)

    def _said(self, text: str, to: str, refusal: str, struck: str) -> None:
        """What became of a message: sent, refused, or refused because it names the person here."""
        if self.desk.meeting_screen is None:
            return
        self.screen.said(refusal)
        if refusal and struck:
            self.desk.open(NamesYou(refusal, struck), partial(self._say_after_all, text, to, struck))

    def _say_after_all(self, text: str, to: str, struck: str, answer: str | None) -> None:
        if answer is not None:
            as_it_is = answer == "knowingly"
            self.say(text if as_it_is else struck, to=to, knowingly=as_it_is)
