"""The way to a TextRoom: a connection with one data channel, which the server offers; and requests over the channel.

What is asked over the channel has a random transaction, by which its outcome is known.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from net.services.janus.actions import Action, Answer, SendData, Way, WayEvent
from net.services.janus.attachment import Attachment, Step
from net.services.janus.session import ANSWER_WITHIN, TRANSACTION_BYTES, Session
from net.services.janus.text_wire import PLUGIN, Done, NotDone
from net.services.janus.wire import NO_ANSWER, Failure, Jsep, Reply
from net.services.outbox import Outbox
from net.services.strict import Fields

Outcome = Done | NotDone | None
"""Of a request over the channel; None: there was no answer in time."""


class WayOwner(Protocol):
    """Who uses the channel."""

    def reached(self) -> None:
        """The channel is open."""

    def broke(self) -> None:
        """It is closed, and will be made again."""

    def unreachable(self) -> None:
        """There is no such thing on this server."""


class TextWay(Attachment):
    """See the module."""

    def __init__(self, out: Outbox[Action], session: Session, random: Callable[[int], bytes], owner: WayOwner) -> None:
        """`random(n)`: `n` bytes fit for cryptography."""
        super().__init__(out, session, PLUGIN, Way.TEXT, WayEvent.CHANNEL)
        self._random = random
        self._owner = owner
        self._waiting: dict[str, tuple[Callable[[Outcome], None], float]] = {}

    def request(self, written: Callable[[str], str], then: Callable[[Outcome], None]) -> None:
        """Send what is `written` with a transaction. `then` is called with its outcome, unless the channel breaks."""
        transaction = self._random(TRANSACTION_BYTES).hex()
        self._waiting[transaction] = (then, self._out.now + ANSWER_WITHIN)
        self._out.add(SendData(Way.TEXT, written(transaction)))

    def answered(self, outcome: Done | NotDone) -> None:
        """The outcome of a request came."""
        then, _ = self._waiting.pop(outcome.transaction, (None, 0.0))
        if then is None:
            self._out.count("out of place")
        else:
            then(outcome)

    def tick(self) -> None:
        """Time has passed."""
        for transaction, (then, by) in tuple(self._waiting.items()):
            if self._out.now >= by and self._waiting.pop(transaction, None) is not None:
                then(None)
        super().tick()

    def heard(self, data: Fields, jsep: Jsep | None) -> None:
        """All that matters is said over the channel."""
        self._out.count("out of place")

    def _attached(self) -> None:
        self.ask({"request": "setup"}, self._offered)

    def _offered(self, outcome: Reply | Failure) -> None:
        if isinstance(outcome, Reply) and outcome.jsep is not None and outcome.jsep.type == "offer":
            self.step = Step.DESCRIBING
            self._out.add(Answer(Way.TEXT, outcome.jsep.sdp))
        else:
            self.again()

    def _described(self, sdp: str) -> None:
        self.ask({"request": "ack"}, self._acknowledged, Jsep("answer", sdp))

    def _acknowledged(self, outcome: Reply | Failure) -> None:
        if isinstance(outcome, Failure) and self.step is Step.CONNECTING:
            self.again()

    def _opened(self) -> None:
        self._owner.reached()

    def _broke(self, *, was_open: bool) -> None:
        self._waiting.clear()
        self._give_back()
        if was_open:
            self._owner.broke()

    def _refused(self, failure: Failure) -> None:
        if failure.code > NO_ANSWER:
            self._owner.unreachable()
        else:
            self.again()
