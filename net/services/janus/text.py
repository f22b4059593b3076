"""A TextRoom beside a meeting: its chat, over a data channel of its own (`text_way`).

    AWAY     the channel is not open
    LEAVING  we leave the room, to come back as somebody else
    JOINING  we asked to be let in
    IN       the chat goes on
    CLOSED   there is no chat: it refused us, or it is over

The meeting goes on whatever becomes of the chat. The server reads all that is written in it. Rooms may keep what was
said and tell it to whoever comes; they do so before they say that one is in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum, auto

from net.services.base import ChatReceived, PeerId
from net.services.janus import text_wire
from net.services.janus.actions import Action
from net.services.janus.credentials import Credentials
from net.services.janus.rooms import Destroyed
from net.services.janus.session import ANSWER_WITHIN, Session
from net.services.janus.text_way import Outcome, TextWay
from net.services.janus.text_wire import Announced, Came, Done, Message, NotDone, Said, Went
from net.services.janus.texters import Host, Texters
from net.services.janus.wire import Id
from net.services.outbox import Outbox
from net.services.pace import Bucket
from net.services.strict import Malformed
from privacy.text import neutralise

RATE, BURST = 200.0, 1000.0
"""Messages a second, and at once, that are taken from the channel."""
SEEN_LIMIT = 512
"""What was said lately and is remembered, so that it is not shown twice when the room tells it again."""
OWN_LIMIT = 32
"""Usernames of ours that are remembered."""


class Stage(Enum):
    """As in the module."""

    AWAY = auto()
    LEAVING = auto()
    JOINING = auto()
    IN = auto()
    CLOSED = auto()


class TextRoom:
    """See the module."""

    def __init__(
        self,
        out: Outbox[Action],
        session: Session,
        rooms: tuple[Id, Id],
        alias: str,
        credentials: Credentials,
        random: Callable[[int], bytes],
        host: Host,
    ) -> None:
        """`rooms`: the meeting's, and the TextRoom's own. `random(n)`: `n` bytes fit for cryptography."""
        self.stage = Stage.AWAY
        self.way = TextWay(out, session, random, self)
        self.texters = Texters(out, rooms[0], alias, host)
        self._out = out
        self._meeting, self._room = rooms
        self._alias = alias
        self._credentials = credentials
        self._random = random
        self._why_not = "The chat is not connected yet; try again in a moment."
        self._username = ""
        self._stand_in = ""  # instead of it, where somebody else has it
        self._worn = ("", "")  # username and name that we asked to be let in with
        self._own: deque[str] = deque(maxlen=OWN_LIMIT)  # usernames we had
        self._bucket = Bucket(RATE, BURST)
        self._memory = _Memory()
        self._doubt_at: float | None = None  # when to ask who is there, since something was not taken
        self.renew()

    # --- for the meeting ---------------------------------------------------------------------------------------------

    @property
    def id(self) -> Id:
        """The id to be in the meeting under, so that others know who we are in the chat."""
        return text_wire.id_of(self._username, self._meeting)

    @property
    def open(self) -> bool:
        """Whether one can write."""
        return self.stage is Stage.IN

    def renew(self) -> None:
        """Take another username, and with it another id: before the meeting is joined anew under it."""
        self._username, self._stand_in = self._random(text_wire.USERNAME_BYTES).hex(), ""
        self._change()

    def rename(self, alias: str) -> None:
        """Be called otherwise: for that, one has to leave a TextRoom and come back."""
        self._alias = alias
        self.texters.called(alias)
        self._change()

    def say(self, text: str, to: PeerId | None) -> None:
        """Write to all, or to one. Raises `ValueError` with one sentence."""
        if not text.strip() or len(text) > text_wire.CHAT_LIMIT:
            raise ValueError(f"A chat message has 1 to {text_wire.CHAT_LIMIT} characters.")
        text.encode()  # UnicodeEncodeError, a ValueError, for half a character
        if not self.open:
            raise ValueError(self._why_not)
        username = None if to is None else self.texters.username(to)
        if to is not None and username is None:
            raise ValueError("The message was not sent: whom it is for is not in the chat.")
        self.way.request(
            lambda transaction: text_wire.message(self._room, transaction, text, username),
            lambda outcome: self._delivered(outcome, username),
        )

    def kick(self, pid: PeerId, name: str) -> None:
        """Remove somebody from the chat as well, if they are in it."""
        username = self.texters.username(pid)
        if username is None or not self.open:
            return
        secret = self._credentials.secret

        def kicked(outcome: Outcome) -> None:
            if not isinstance(outcome, Done):
                self._out.notice(f"{name} is still in the chat, which did not remove them.", serious=True)

        self.way.request(lambda transaction: text_wire.kick(self._room, transaction, username, secret), kicked)

    def expired(self) -> None:
        """The session is gone: another one, under another username, is to know nothing of it.

        Who was in the chat is forgotten with everybody else, by the meeting.
        """
        self.way.pause()
        self.renew()

    def end(self) -> None:
        """The meeting is over, and the session ends."""
        self.stage = Stage.CLOSED
        self.way.end()

    def tick(self) -> None:
        """Time has passed."""
        if self.open and self._doubt_at is not None and self._out.now >= self._doubt_at:
            self._doubt_at = None
            self.way.request(
                lambda transaction: text_wire.ask("listparticipants", self._room, transaction), self._listed
            )
        self.way.tick()

    # --- the channel -------------------------------------------------------------------------------------------------

    def reached(self) -> None:
        """The channel is open."""
        self._join()

    def broke(self) -> None:
        """The channel is gone, and is made again."""
        self.stage = Stage.AWAY

    def unreachable(self) -> None:
        """The server has no such thing."""
        self._refuse("The server has no text rooms, so there is no chat.")

    def received(self, data: str | bytes) -> None:
        """A message came over the channel."""
        if self.stage in (Stage.AWAY, Stage.CLOSED):
            self._out.count("out of place")
        elif not self._bucket.take(self._out.now):
            self._out.count("flood")
            self._doubt_at = self._out.now + ANSWER_WITHIN
        else:
            try:
                if isinstance(data, bytes):
                    raise Malformed("The message is no text.")
                self._follow(text_wire.read(data, self._room))
            except Malformed:
                self._out.count("malformed")

    def _follow(self, message: Message | None) -> None:
        match message:
            case Done() | NotDone():
                self.way.answered(message)
            case Went(username, True) if username == self._worn[0]:
                self._refuse("You were removed from the chat.")
            case Went(username, removed):
                self.texters.drop(username, "was removed" if removed else "left")
            case Came(texter) if texter.username not in self._own:
                self.texters.add(texter)
            case Said():
                self._said(message)
            case Announced(date, text):
                shown = neutralise(text, text_wire.CHAT_LIMIT, newlines=True)
                if shown and (self._memory.first("", date, text) or self.open):
                    self._out.notice(f"Announced to the room: {shown}", serious=True)
            case Destroyed():
                self._refuse("The chat was closed.")
            case _:
                pass  # that we came or went; and what is not known

    def _said(self, message: Said) -> None:
        texter = message.texter
        shown = neutralise(message.text, text_wire.CHAT_LIMIT, newlines=True)
        first = self._memory.first(texter.username, message.date, message.text)
        if texter.username in self._own or not shown or not (first or self.open):
            return
        if not self.texters.may_speak(texter):
            self._out.count("flood")
            return
        pid, name = self.texters.speaker(texter)
        self._out.emit(ChatReceived(pid, name, shown, message.private, earlier=not self.open))

    # --- requests ----------------------------------------------------------------------------------------------------

    def _join(self) -> None:
        self.stage = Stage.JOINING
        self._worn = (self._stand_in or self._username, self._alias)
        self._own.append(self._worn[0])
        pin, token = self._credentials.pin, self._credentials.token
        self.way.request(
            lambda transaction: text_wire.join(self._room, transaction, *self._worn, pin, token), self._joined
        )

    def _joined(self, outcome: Outcome) -> None:
        match outcome:
            case Done():
                self.stage = Stage.IN
                self.way.works()
                self._change()
                self._listed(outcome)
            case NotDone(code=text_wire.NAME_TAKEN) if not self._stand_in:
                self._out.notice(
                    "Somebody else has the name by which others would know you in the chat: to them, what you write is "
                    "somebody else's who is called as you are.",
                    serious=True,
                )
                self._stand_in = self._random(text_wire.USERNAME_BYTES).hex()
                self._join()
            case NotDone():
                self._refuse(_refusal(outcome, self._room))
            case _:
                self.way.again()

    def _listed(self, outcome: Outcome) -> None:
        if isinstance(outcome, Done):
            self.texters.replace(each for each in text_wire.texters(outcome.data) if each.username not in self._own)

    def _change(self) -> None:
        """If we are in the room as somebody else than we are now, leave it and come back."""
        if self.open and self._worn != (self._stand_in or self._username, self._alias):
            self.stage = Stage.LEAVING
            self.way.request(
                lambda transaction: text_wire.ask("leave", self._room, transaction), lambda outcome: self._join()
            )

    def _delivered(self, outcome: Outcome, to: str | None) -> None:
        if not isinstance(outcome, Done):
            self._out.notice("The chat did not take your message; send it again.", serious=True)
            if isinstance(outcome, NotDone) and outcome.code == text_wire.NOT_IN_ROOM and self.open:
                self._join()
        elif to is not None and not text_wire.reached(outcome.data, to):
            self._out.notice("Your private message did not arrive: they left the chat.", serious=True)

    def _refuse(self, why: str) -> None:
        self._why_not = why
        self._out.notice(why, serious=True)
        self.texters.replace(())
        self.stage = Stage.CLOSED
        self.way.close()


class _Memory:
    """What was said lately, so that it is not shown again when the room tells it to us as to somebody who just came."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str, str], None] = {}

    def first(self, username: str, date: str, text: str) -> bool:
        """Whether it was not heard before, as far as is remembered; from now on it was."""
        said = (username, date, text)
        known = said in self._said
        self._said.pop(said, None)  # so that the newest stand last
        self._said[said] = None
        if len(self._said) > SEEN_LIMIT:
            del self._said[next(iter(self._said))]
        return not known


def _refusal(refused: NotDone, room: Id) -> str:
    """Why there is no chat."""
    match refused.code:
        case text_wire.NO_ROOM:
            return f"There is no text room {neutralise(str(room), 64)} on this server, so there is no chat."
        case text_wire.MISSING | text_wire.UNAUTHORIZED if "pin" in refused.reason:
            return "The text room asks for a PIN that is not the one you gave, so there is no chat."
        case text_wire.UNAUTHORIZED:
            return "The text room is only for those on its list, so there is no chat."
        case code:
            return f"The text room does not let us in (it said {code}), so there is no chat."
