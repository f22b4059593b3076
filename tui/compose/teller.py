"""What is told in lines of a meeting, as it happens and again and again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from time import monotonic
from typing import TYPE_CHECKING, Any

from net.services.base import ParticipantJoined
from tui.attention import Attention
from tui.compose.happenings import Invitation
from tui.compose.sitting import Moved
from tui.linear import answers, before
from tui.linear.calm import Burst, Comings
from tui.linear.desk import Notes
from tui.linear.lines import CHAT, WARNING, Line, counted, said
from tui.linear.news import changes
from tui.linear.outlet import Outlet
from tui.model import ChatLine, Foretold, Meeting, Warning
from tui.terminal.notify import Notifier
from tui.widgets.timeline import Watch

if TYPE_CHECKING:
    from media.engine import Engine
    from tui.compose.session import Session

LOOK = 0.5
"""Seconds between two looks at the meeting."""
WATCH = 5.0
"""Seconds between two looks at what became visible: joining alone tells a dozen things, one after the other."""


class Bell:
    """What an `Attention` needs of a window. A bell is one character; a title and anything else would be a sequence."""

    def __init__(self, outlet: Outlet, how: str) -> None:
        """`how` is the setting `look.notifications`; there is a bell for "desktop" too."""
        self._outlet = outlet
        self._notifier = Notifier("off" if how == "off" else "bell", {})

    def set_window_title(self, words: str) -> None:
        """There is none."""

    def notify_desktop(self, title: str, body: str = "") -> None:
        """Ring, and tell nothing."""
        if self._notifier.sequence(title, body, monotonic()):
            self._outlet.ring()


class Teller:
    """Tells a meeting (`tui.compose.sitting.Front`)."""

    def __init__(
        self,
        outlet: Outlet,
        notes: Notes,
        bell: str,
        *,
        look: Callable[[Session], Meeting],
        on_foretold: Callable[[Foretold], None],
        on_time_up: Callable[[], None],
    ) -> None:
        """`bell` is the setting `look.notifications`; `look` takes a look at the meeting.

        `on_foretold`: what joining would tell was told, and is to be asked about; `on_time_up`: one is to leave.
        """
        self.session: Session | None = None
        self._outlet = outlet
        self._notes = notes
        self._look = look
        self._on_foretold = on_foretold
        self._on_time_up = on_time_up
        self._attention = Attention(Bell(outlet, bell))
        self._watch = Watch()
        self._watched = float("-inf")
        self._comings = Comings()
        self._chats = Burst(10, 5.0)
        self._seen: Meeting | None = None

    @property
    def meeting(self) -> Meeting | None:
        """The meeting now; None before there is one."""
        return self._look(self.session) if self.session is not None and self.session.joined else None

    def tell(self, *lines: Line) -> None:
        """Tell these lines."""
        self._outlet.tell(lines)

    def foretold(self, foretold: Foretold) -> None:
        """Tell what joining would tell."""
        self.tell(*before.preview(foretold))
        self._on_foretold(foretold)

    def seated(self, session: Session, engine: Engine) -> Iterable[Coroutine[Any, Any, None]]:
        """Look at the meeting, again and again."""
        self.session, self._seen = session, None
        self._comings, self._watch, self._watched = Comings(), Watch(), float("-inf")
        return [self._look_again()]

    async def _look_again(self) -> None:
        while True:
            self.catch_up()
            await asyncio.sleep(LOOK)

    def catch_up(self) -> None:
        """Tell what changed since the last look."""
        meeting = self.meeting
        if meeting is None:
            return
        seen, self._seen = self._seen, meeting
        if seen is not None or meeting.phase == "live":
            self.tell(*changes(seen, meeting, self._notes.wanted))
        else:
            self._seen = None  # one begins when one is in
        now = monotonic()
        summed_up = self._comings.over(len(meeting.people) - 1, now)
        if "people" in self._notes.wanted:
            self.tell(*summed_up)
        if held := self._chats.over(now):
            more = counted(held, "more message was written", "more messages were written")
            self.tell(Line(f"{more}; chat {held} tells them.", CHAT))
        if now >= self._watched + WATCH:
            self._watched = now
            if (news := self._watch.news(meeting.ledger)) and "visible" in self._notes.wanted:
                self.tell(said(f"{news}."))
        self._attention.meeting(meeting)

    def wrote(self, line: ChatLine) -> None:
        """Tell a message, unless too many come at once. One's own stands in the terminal already."""
        self.catch_up()
        self._notes.chat.append(line)
        if not line.me and (line.private or self._chats.take(monotonic())):
            self.tell(answers.message(line))
        if line.private:
            self._attention.chat(line)

    def moved(self, event: Moved) -> None:
        """Somebody came or went."""
        if self._seen is None:  # else not for each of thousands
            self.catch_up()
        if isinstance(event, ParticipantJoined):
            lines = self._comings.came(event.participant.name, monotonic())
        else:
            lines = self._comings.went(event.name, event.reason, monotonic())
        if "people" in self._notes.wanted:
            self.tell(*lines)

    def warned(self, warning: Warning) -> None:
        """A warning is told at once."""
        self.catch_up()
        self.tell(Line(warning.text, WARNING))

    def noted(self, text: str, *, lasting: bool) -> None:
        """What is worth knowing is told once."""
        self.catch_up()
        self.tell(*(said(line) for line in text.split("\n")))

    def invited(self, invitation: Invitation) -> None:
        """Who can come; the link itself is a secret, and shown when it is asked for."""
        self.tell(said(f"{invitation.reach} Type link to see it."))

    def drawn(self) -> None:
        """No pictures are drawn."""

    def time_is_up(self) -> None:
        """Leave."""
        self.tell(said("The time is up."))
        self._on_time_up()
