"""One participant's side of a meeting in an AudioBridge: messages and reports in; actions out; the time is an argument.

The server decodes everybody's voice and sends to each the sum of all the others', so one stream carries all of them. It
says who is there, who is muted and who speaks. There are no pictures, nothing of ours travels beside the sound, and
nothing can be end to end; chat there is only by a TextRoom beside it (`text`), which the link has to name. There is no
raised hand: others in the TextRoom would read a message that they cannot make sense of.

A driver calls `start` once it is connected, `found` whenever it is connected again, `tick` at least four times a second
and every other method when it happens, with a clock that does not go back, and does the returned actions in their
order. After the phase is ENDED nothing more comes out.
"""

from __future__ import annotations

from collections.abc import Callable

from net.services.base import Ability, Level, Participant, PeerId, Picture, Source
from net.services.janus import rooms
from net.services.janus.actions import Action, Way, WayEvent
from net.services.janus.credentials import Credentials
from net.services.janus.link import AUDIOBRIDGE, JanusLink
from net.services.janus.meeting import Meeting
from net.services.janus.presence import Presence
from net.services.janus.session import State
from net.services.janus.wire import Failure, Reply
from net.services.outbox import Outbox
from net.services.strict import check_alias


class Bridge(Meeting):
    """See the module. Of encryption there is only the way to the server: it could not mix otherwise."""

    def __init__(
        self,
        link: JanusLink,
        *,
        alias: str,
        random: Callable[[int], bytes],
        credentials: Credentials = Credentials(),  # noqa: B008 - it is frozen
    ) -> None:
        """`random(n)`: `n` bytes fit for cryptography. Raises `ValueError` for what cannot travel."""
        if link.plugin != AUDIOBRIDGE:
            raise ValueError("The link is to no AudioBridge.")
        out = Outbox[Action]()
        self._in = Presence(out, link, check_alias(alias), credentials, random)
        super().__init__(out, self._in.standing)

    # --- what there is to know ---------------------------------------------------------------------------------------

    @property
    def own(self) -> str:
        """Our id in the room; empty before we are in it."""
        own = self._in.voices.own
        return "" if own is None else str(own)

    @property
    def participants(self) -> dict[PeerId, Participant]:
        """Everybody else, those who are in the chat alone as well."""
        return self._in.voices.views

    # --- the server --------------------------------------------------------------------------------------------------

    def found(self, now: float) -> list[Action]:
        """It is there again."""
        if self._at(now) and self._in.session.state is State.AWAY:
            self._in.session.found()
        return self._settle()

    def lost(self, now: float) -> list[Action]:
        """It is gone. The driver connects again, after longer and longer waits."""
        if self._at(now):
            self._in.session.lost()
            self._in.lost()
        return self._settle()

    def received(self, text: str, now: float) -> list[Action]:
        """A text frame came over it."""
        if self._at(now):
            self._in.session.received(text)
        return self._settle()

    # --- the connections ---------------------------------------------------------------------------------------------

    def described(self, way: Way, sdp: str, now: float) -> list[Action]:
        """Our description of a connection is made."""
        attachment = self._in.attachment(way)
        if self._at(now) and attachment is not None:
            attachment.described(sdp)
        return self._settle()

    def way_event(self, way: Way, event: WayEvent, now: float, detail: str = "") -> list[Action]:
        """Something became of a connection."""
        attachment = self._in.attachment(way)
        if self._at(now) and attachment is not None:
            attachment.happened(event)
        return self._settle()

    def data_received(self, way: Way, label: str, data: str | bytes, now: float) -> list[Action]:
        """A message came over a data channel."""
        text = self._in.text
        if self._at(now) and way is Way.TEXT and text is not None:
            text.received(data)
        return self._settle()

    def media_received(self, mid: str, now: float) -> list[Action]:
        """The mix came: it says nothing about anybody."""
        self._at(now)
        return self._settle()

    def tick(self, now: float) -> list[Action]:
        """Time has passed."""
        if self._at(now):
            self._in.tick()
        return self._settle()

    # --- what we want ------------------------------------------------------------------------------------------------

    def set_state(self, *, muted: bool, picture: Picture, hand: bool, now: float) -> list[Action]:
        """Whether we are muted; of pictures and hands the room knows nothing."""
        if self._at(now):
            self._in.muted = muted
            self._in.seat.show()
        return self._settle()

    def want(self, pid: str, source: Source, level: Level, now: float) -> list[Action]:
        """Everybody is heard, mixed, and nobody is seen: there is nothing to choose."""
        self._at(now)
        return self._settle()

    def next_picture(self, pid: str, now: float) -> list[Action]:
        """Raises `ValueError`."""
        raise ValueError("There are no pictures in this meeting: the room carries sound alone.")

    def say(self, text: str, to: str | None, now: float) -> list[Action]:
        """Write to all, or to one. Raises `ValueError` with one sentence when it cannot be sent."""
        if self._at(now):
            if self._in.text is None:
                raise ValueError("There is no chat: the room carries sound alone, and its link names no text room.")
            self._in.text.say(text, None if to is None else PeerId(to))
        return self._settle()

    def rename(self, alias: str, now: float) -> list[Action]:
        """Be called otherwise. Raises `ValueError` with one sentence for what cannot travel."""
        check_alias(alias)
        if self._at(now) and alias != self._in.alias:
            self._in.alias = alias
            self._in.voices.called(alias)
            if self._in.seat.taken:
                self._in.seat.ask(rooms.rename(alias), self._renamed)
            if self._in.text is not None:
                self._in.text.rename(alias)
        return self._settle()

    def moderate(self, what: Ability, pid: str | None, on: bool, now: float) -> list[Action]:
        """Send somebody out, mute them, or lock the room. Raises `ValueError` with one sentence when we may not."""
        if self._at(now):
            self._in.rule.do(what, None if pid is None else PeerId(pid), on)
        return self._settle()

    def leave(self, now: float) -> list[Action]:
        """Leave, and end."""
        if self._at(now):
            self._in.end("left")
        return self._settle()

    def _renamed(self, outcome: Reply | Failure) -> None:
        if isinstance(outcome, Failure):
            self._out.notice("The room did not take your new name; the others see the former one.", serious=True)

    def _settle(self) -> list[Action]:
        self._in.settle()
        return self._out.take()
