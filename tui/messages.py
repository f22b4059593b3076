"""What the composition root posts to the app, from the same event loop.

Fast ones are replaceable: of many that wait, only the newest is handled (`can_replace` decides about the one that is
handled now and the one that waits behind it).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from tui.model import ChatLine, Foretold, Meeting


class MeetingUpdate(Message):
    """A new look at the whole meeting; only the newest matters."""

    def __init__(self, meeting: Meeting) -> None:
        self.meeting = meeting
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """A waiting update makes this one needless."""
        return isinstance(message, MeetingUpdate)


class Foreseen(Message):
    """What joining would tell; a person decides, by `Controller.decide`, whether it is joined so."""

    def __init__(self, foretold: Foretold) -> None:
        self.foretold = foretold
        super().__init__()


class ChatArrived(Message):
    """One line of chat, or a notice of incog's own for the chat log."""

    def __init__(self, line: ChatLine) -> None:
        self.line = line
        super().__init__()


class PicturesChanged(Message):
    """The people with these keys have new pictures in `Controller.pictures()`."""

    def __init__(self, keys: frozenset[str]) -> None:
        self.keys = keys
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """A waiting one takes over what this one said, and makes it needless."""
        if not isinstance(message, PicturesChanged):
            return False
        message.keys |= self.keys
        return True


class Ended(Message):
    """The meeting is over, for the reason in one sentence; the app will end with `status`.

    `lost`: the way to it was lost, so that one may want to join again.
    """

    def __init__(self, sentence: str, status: int = 0, *, lost: bool = False) -> None:
        self.sentence = sentence
        self.status = status
        self.lost = lost
        super().__init__()


class Asked(Message):
    """The meeting's server asks for something that was not given, or refuses what was given; nothing was joined yet."""

    def __init__(self, sentence: str, status: int, *, what: str, server: str, given: str = "") -> None:
        """`what` is "pin", "secret" or "token"; `given` is what was refused; else `Ended` has the words."""
        self.sentence = sentence
        self.status = status
        self.what = what
        self.server = server
        self.given = given
        super().__init__()
