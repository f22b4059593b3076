"""What a person gives in the lobby of what a room may ask for: typed, or split off a pasted link.

What knows of links is imported when there is one.
"""

from __future__ import annotations

from dataclasses import replace

from net.services.janus.credentials import Credentials
from tui.screens.lobby_look import Given, GivenLook


class Giving:
    """PIN, secret and token for the room of the link, and for no other."""

    def __init__(self) -> None:
        self.look = GivenLook()
        self._pasted = Credentials()  # what a pasted link held, which does not belong in its line
        self._room = ""  # whom it is for

    @property
    def given(self) -> Credentials:
        """All of it."""
        return Credentials(self.look.pin, self.look.secret, self.look.token)

    @property
    def trouble(self) -> str:
        """One sentence why some of it cannot be given; empty when all can."""
        from tui.compose import asked

        return next(filter(None, (asked.refuse(getattr(self.look, name), name) for name in asked.NAMES)), "")

    def paste(self, link: str) -> str:
        """A link that was pasted, without what does not belong in it."""
        from net.errors import BadLink
        from tui.compose import asked

        try:
            without, self._pasted = asked.split(link)
        except BadLink:
            return link  # what is wrong with it is said where it is recognised
        return without if self._pasted != Credentials() else link

    def go(self, link: str, room: str) -> None:
        """The line for the link holds this, which means this room; empty: none that can be joined."""
        from net.errors import BadLink
        from tui.compose import asked

        pasted, self._pasted = self._pasted, Credentials()
        try:
            pasted = asked.before(asked.split(link)[1], pasted)
        except BadLink:
            pass  # it means no room
        elsewhere = room and room != self._room
        if elsewhere:
            self._room = room
        given = pasted if elsewhere else asked.before(pasted, self.given)
        if given != self.given:
            turn = self.look.turn + 1
            self.look = GivenLook(given.pin, given.secret, given.token, turn=turn)

    def give(self, what: Given, text: str) -> bool:
        """Another PIN, secret or token was typed; whether it is another."""
        if getattr(self.look, what) == text:
            return False
        look = self.look
        values = {"pin": look.pin, "secret": look.secret, "token": look.token} | {what: text}
        self.look = replace(look, pin=values["pin"], secret=values["secret"], token=values["token"])
        return True

    def toggle_keep(self) -> None:
        """Keep it for this room, or keep none of it."""
        self.look = replace(self.look, keep=not self.look.keep)
