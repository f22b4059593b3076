"""What each message tells that incog sends to everybody over a VideoRoom's data channels.

The server forwards them. Where they are not sealed its operator reads them as participants do; where they are, and that
was proven of the very bytes that leave, the operator learns that something is sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from net.mesh_facts import state
from net.said import Hearing, Said
from net.services.janus import words
from net.services.strict import Malformed
from net.tellings import BY_MESSAGES, Told
from privacy.facts import Fact

SEALED_SIZES: Final = "sizes and times of sealed messages"
IN_MEETING: Final = "in the meeting"
DRAWN: Final = "a random name, drawn for this meeting"
BOX_KEY: Final = "a key for private messages, made for this meeting"
HEARD: Final = "whose greetings you have received"
WRITES_ALONE: Final = "that you write to one participant alone"
UNSEALED: Final = "a message that is not what it should be, or not sealed"


def to_people(text: str, *, sealed: bool, private: str = "") -> Said:
    """What a message with this text tells; `private` is what is in it for one alone.

    `sealed`: it was proven that it leaves sealed for those who have the room's key.
    """
    hearing = Hearing()
    try:
        told = tuple(_read(words.read(text), private))
    except Malformed:
        told = ((Fact.UNKNOWN, UNSEALED),)
    for fact, value in told:
        hearing.participants(fact, value)
        if not sealed or fact is Fact.UNKNOWN:
            hearing.operator(*_to_operator(fact, value, private))
    if sealed:
        hearing.operator(Fact.TRAFFIC, SEALED_SIZES)
    else:
        hearing.operator(Fact.SOFTWARE, BY_MESSAGES)
    return hearing.said()


def not_proven(text: str, private: str = "") -> Said:
    """What a message tells that should have been sealed, and was not found to be: the operator may read all of it."""
    said = to_people(text, sealed=False, private=private)
    return Said((*said.operator, (Fact.UNKNOWN, UNSEALED)), said.participants)


def _to_operator(fact: Fact, value: str, private: str) -> Told:
    """What is for one is in a box of its own."""
    return (Fact.CONTACT, WRITES_ALONE) if fact is Fact.CHAT and private else (fact, value)


def _read(word: words.Word | words.Foreign, private: str) -> Iterator[Told]:
    match word:
        case words.Hello(shown=shown, alias=alias):
            yield Fact.PRESENCE, IN_MEETING
            yield Fact.CONNECTION, DRAWN
            yield Fact.KEYS, BOX_KEY
            yield Fact.CONTACT, HEARD
            if alias:
                yield Fact.NAME, alias
            yield from _shown(shown)
        case words.State(shown):
            yield Fact.PRESENCE, IN_MEETING
            yield from _shown(shown)
        case words.Chat(text):
            yield Fact.CHAT, text
        case words.Box():
            yield Fact.CHAT, f"to one participant: {private}"
        case _:  # a text of no shape, as pages send it, and incog does not
            yield Fact.UNKNOWN, UNSEALED


def _shown(shown: words.Shown) -> Iterator[Told]:
    yield from state(muted=shown.muted, picture=shown.picture, hand=shown.hand)
    if shown.kind:
        yield Fact.SOFTWARE, f"a {shown.kind}, as you say"
