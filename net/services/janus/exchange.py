"""What we tell other incog users over data channels, and hear from them (`words`): who they are, what they show, chat.

A message reaches those who receive our data at that moment. So everybody says hello when they can send, when they can
receive, when somebody new is heard, and a few times more while somebody does not say that they heard us. What is shown
is repeated, as a sign of life; the more people, the more rarely.

In a room with a key everything is sealed. What opens was sealed by somebody with the link, at some time; that they are
here now follows from a hello of theirs that names us, whose id did not exist before. Until then nothing is believed:
what they say is kept back, and their frames have no key.
"""

from __future__ import annotations

from collections.abc import Callable

from net.services.base import ChatReceived
from net.services.janus import words
from net.services.janus.actions import Action, SendData, Way
from net.services.janus.people import People, Person
from net.services.janus.sealing import Boxes, Keys, Sealing, Unsealed
from net.services.janus.texters import NAME_LIMIT
from net.services.janus.words import Box, Chat, Foreign, Hello, Shown, State, Word
from net.services.outbox import Outbox
from net.services.strict import Malformed
from privacy.text import neutralise, neutralise_name

HELLO_APART = 0.1
"""Seconds between two hellos, at least."""
HELLO_AGAIN = (0.5, 1.0, 2.0, 4.0, 4.0, 4.0, 4.0, 4.0)
"""Seconds until the next hello, while somebody has not heard us."""
STATE_EVERY = 2.0
"""Seconds between two signs of life, in a room of up to `STATE_CROWD` people; in a larger one in proportion longer."""
STATE_CROWD = 16
SILENT_AFTER = 2.5
"""Signs of life that may be missing, in a row, until somebody counts as silent."""
HELD_LIMIT = 8
"""Messages that are kept back of one person, until it is certain that they are here."""


class Exchange:
    """See the module."""

    def __init__(
        self, out: Outbox[Action], people: People, alias: str, keys: Keys | None, random: Callable[[int], bytes]
    ) -> None:
        self._out = out
        self._people = people
        self._alias = alias
        self._keys = keys
        self._random = random
        self._shown = Shown()
        self._own = ""
        self._id = ""
        self._sealing: Sealing | None = None
        self._boxes = Boxes(random, keys)
        self._open = False
        self._hello_at: float | None = None
        self._hello_last = float("-inf")
        self._tries = 0
        self._state_at = 0.0
        self._held: dict[Person, list[Chat | Box]] = {}

    # --- our side ----------------------------------------------------------------------------------------------------

    def joined(self, own: str) -> bytes | None:
        """We are in the room under this id, which is new: and so are our keys. Gives the one of our frames, if any."""
        self._own = own
        self._boxes = Boxes(self._random, self._keys)
        self._open = False
        self._hello_at = None
        self._held.clear()
        if self._keys is None:
            self._id = self._random(words.ID_DIGITS // 2).hex()
            return None
        self._sealing = Sealing(self._keys, self._random)
        self._id = _id_of(self._sealing.token)
        return self._sealing.frame_key(own)

    def opened(self) -> None:
        """Our data channel is open."""
        self._open = True
        self._hello(0)

    def listening(self) -> None:
        """The others' data comes to us, from now on; whoever hears us says hello again."""
        self._hello(0)

    def closed(self) -> None:
        """It is not any more."""
        self._open = False

    def show(self, shown: Shown) -> None:
        """What we show."""
        if shown != self._shown:
            self._shown = shown
            self._state_at = self._out.now

    def rename(self, alias: str) -> None:
        """We are called otherwise; told here only where the server is not to be believed about it."""
        self._alias = alias
        if self._keys is not None:
            self._hello(0)

    def say(self, text: str, to: Person | None) -> None:
        """Send a chat message to all, or to one. Raises `ValueError` with one sentence."""
        if not text.strip() or len(text) > words.CHAT_LIMIT:
            raise ValueError(f"A chat message has 1 to {words.CHAT_LIMIT} characters.")
        text.encode()  # UnicodeEncodeError, a ValueError, for half a character
        if not self._open:
            raise ValueError("The message was not sent: the connection for it is not there yet; try again in a moment.")
        if to is None:
            self._send(Chat(text))
        elif not to.box:
            raise ValueError(f"The message was not sent: {to.name} cannot be written to alone, only everybody.")
        else:
            self._send(Box(self._boxes.seal(text.encode(), self._own, to.pid, to.box)), text)
            if self._keys is None:
                self._out.notice(
                    "Private messages are sealed for one person; but this room's link has no key, so who runs the "
                    "server could put their own keys in between and read them.",
                    kind="private",
                )

    # --- theirs ------------------------------------------------------------------------------------------------------

    def alive(self, person: Person) -> None:
        """Anything of somebody came."""
        person.heard_at = self._out.now
        if person.silent:
            person.silent = False
            self._people.touch(person)

    def received(self, person: Person, data: str | bytes) -> None:
        """A data message came. Too many are dropped and counted."""
        self.alive(person)
        if not person.bucket.take(self._out.now):
            self._out.count("flood")
            self._out.notice(
                f"{person.name} sends far too many messages; some are dropped.", kind=f"flood {person.pid}"
            )
            return
        try:
            self._follow(person, self._read(person, data))
        except Malformed:
            self._out.count("malformed")
        except Unsealed:
            self._out.count("unsealed")

    def _read(self, person: Person, data: str | bytes) -> Word | Foreign:
        if self._sealing is None:
            if isinstance(data, bytes):
                self._seals(person)
                raise Malformed("The message is no text.")
            return words.read(data)
        if isinstance(data, str):
            self._out.notice(
                f"{person.name} wrote without the meeting's key; it is not shown, since it may be anybody's.",
                kind=f"unsealed {person.pid}",
            )
            raise Unsealed("The message is not sealed.")
        opened = self._sealing.open(data, person.pid)
        if opened.token != person.token:
            person.token = opened.token
            person.key = None
            person.hears_us = False
            self._people.touch(person)
        try:
            word = words.read(opened.text.decode())
        except UnicodeDecodeError:
            raise Malformed("The sealed message is not text.") from None
        if isinstance(word, Foreign) or (isinstance(word, Hello) and word.id != _id_of(opened.token)):
            raise Malformed("The sealed message is not one of incog's.")
        return word

    def _seals(self, person: Person) -> None:
        if not person.seals:
            person.seals = True
            self._people.touch(person)
            self._out.notice(
                "Somebody here seals what they send with a key that your link does not have: ask for the whole link, "
                "with what follows the #.",
                serious=True,
                kind="seals",
            )

    def _follow(self, person: Person, word: Word | Foreign) -> None:
        if isinstance(word, Foreign):
            self._chat(person, word.text)
            return
        if not person.hello and self._out.now - self._hello_last >= STATE_EVERY:
            self._hello_at = self._out.now  # they have not heard us, or we not them
        match word:
            case Hello():
                self._greeted(person, word)
            case _ if self._keys is not None and not person.hears_us:
                held = self._held.setdefault(person, [])
                if not isinstance(word, State) and len(held) < HELD_LIMIT:
                    held.append(word)
            case State(shown):
                self._showed(person, shown)
            case Chat(text):
                self._chat(person, text)
            case _:
                self._boxed(person, word.sealed)

    def _greeted(self, person: Person, hello: Hello) -> None:
        if hello.id != person.hello:
            person.hello = hello.id
            self._hello(0)
        person.hears_us = person.hears_us or self._id in hello.heard
        if self._keys is not None and not person.hears_us:
            return
        person.box = hello.box
        if self._keys is not None:
            self._name(person, neutralise_name(hello.alias, NAME_LIMIT))
            if person.key is None:
                person.key = self._keys.frame_key(person.token, person.pid)
                self._people.touch(person)
        self._showed(person, hello.shown)
        for word in self._held.pop(person, []):
            self._follow(person, word)

    def _name(self, person: Person, alias: str) -> None:
        if alias != person.alias:
            person.alias = alias
            self._people.touch(person)
            if alias != person.display:
                self._out.notice(
                    f"{person.name} is called {person.display or 'nothing at all'} by the server; what they call "
                    "themselves is shown, which the server cannot change.",
                    serious=True,
                    kind=f"name {person.pid}",
                )

    def _showed(self, person: Person, shown: Shown) -> None:
        if shown != person.shown:
            person.shown = shown
            self._people.touch(person)

    def _chat(self, person: Person, text: str, private: bool = False) -> None:
        shown = neutralise(text[: 4 * words.CHAT_LIMIT], words.CHAT_LIMIT, newlines=True)
        if shown:
            self._out.emit(ChatReceived(person.pid, person.name, shown, private))

    def _boxed(self, person: Person, sealed: bytes) -> None:
        try:
            text = self._boxes.open(sealed, self._own, person.pid, person.box).decode()
        except (Unsealed, UnicodeDecodeError):
            return  # for somebody else
        self._chat(person, text, private=True)

    @property
    def _every(self) -> float:
        """Seconds between two signs of life."""
        return STATE_EVERY * max(1.0, len(self._people) / STATE_CROWD)

    # --- time --------------------------------------------------------------------------------------------------------

    def tick(self, receiving_since: float | None) -> None:
        """Find who is silent, if their data comes to us: since when it does."""
        now, every = self._out.now, self._every
        for person in self._people:
            if person.shown is None or person.silent or receiving_since is None:
                continue
            heard_at = receiving_since if person.heard_at is None else max(person.heard_at, receiving_since)
            if now - heard_at >= SILENT_AFTER * every:
                person.silent = True
                self._people.touch(person)

    def forgive(self, gap: float) -> None:
        """Count `gap` seconds as if they had not passed."""
        for person in self._people:
            if person.heard_at is not None:
                person.heard_at += gap

    def forget(self, person: Person) -> None:
        """Somebody left."""
        self._held.pop(person, None)

    def settle(self) -> None:
        """Say hello, and what we show, if that is due."""
        now = self._out.now
        if not self._open:
            return
        if self._hello_at is not None and now >= max(self._hello_at, self._hello_last + HELLO_APART):
            self._hello_last = now
            heard = [person.hello for person in self._people if person.hello][-words.HEARD_LIMIT :]
            alias = "" if self._keys is None else self._alias
            self._send(Hello(self._id, self._boxes.public, tuple(dict.fromkeys(heard)), self._shown, alias))
            self._state_at = now + self._every
            waiting = any(not person.hears_us and self._may_answer(person) for person in self._people)
            again = waiting and self._tries < len(HELLO_AGAIN)
            self._hello_at = now + HELLO_AGAIN[self._tries] if again else None
            self._tries += 1
        elif now >= self._state_at:
            self._state_at = now + self._every
            self._send(State(self._shown))

    def _may_answer(self, person: Person) -> bool:
        """Whether to expect that somebody says hello: in a room with a key, anybody who can."""
        return bool(person.hello) or (self._keys is not None and person.data is not None)

    def _hello(self, tries: int) -> None:
        self._tries = tries
        self._hello_at = self._out.now

    def _send(self, word: Word, private: str = "") -> None:
        text = words.write(word)
        if self._sealing is None:
            self._out.add(SendData(Way.SEND, text, private=private))
        else:
            self._out.add(SendData(Way.SEND, self._sealing.seal(text.encode(), self._own), text, private))


def _id_of(token: bytes) -> str:
    """The id in the hello of one who seals with this token."""
    return token[: words.ID_DIGITS // 2].hex()
