"""What docs/janus.md says is what the code does."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from net.services.base import Picture
from net.services.janus import (
    admission,
    attachment,
    exchange,
    link,
    people,
    presence,
    publishing,
    rooms,
    session,
    subscriptions,
    text,
    text_wire,
    videoroom,
    wire,
    words,
)
from net.services.janus.credentials import Credentials

TEXT = Path(__file__).parents[3].joinpath("docs", "janus.md").read_text()
PROSE = " ".join(TEXT.split())


@pytest.mark.parametrize(
    "sentence",
    [
        f"Without a port, {link.DEFAULT_PORTS[True]} is meant, and {link.DEFAULT_PORTS[False]} without TLS",
        f"a missing port is {link.URL_PORTS[True]} ({link.URL_PORTS[False]} without TLS)",
        f"at most {link.ROOM_LIMIT} characters where the server uses names",
        f"room {link.DEMO_ROOM} if it names none",
        f"`transaction` of {session.TRANSACTION_BYTES * 2} hexadecimal digits",
        f"every {session.KEEPALIVE_EVERY:.0f} seconds; half as long each time the server says `timeout`, but at least "
        f"{session.KEEPALIVE_LEAST:.0f}",
        f"not answered within {session.ANSWER_WITHIN:.0f} seconds failed",
        f"says nothing for {session.SILENT_AFTER:.0f} seconds after a `keepalive`",
        f"{wire.NO_SESSION}: the session is gone",
        f"answers {wire.UNAUTHORIZED}, once more with the `token`",
        f"is asked every {admission.LIST_EVERY:.0f} seconds",
        f"At most {rooms.PEOPLE_LIMIT} people are kept, and {videoroom.STREAMS_LIMIT} streams of one",
        f"(or after {publishing.CLEAR_WITHIN:.0f} seconds)",
        f"nobody else can publish ({wire.FULL}) is left",
        f"a section for each stream, at most {subscriptions.STREAMS_LIMIT};",
        f"fails whole ({wire.NO_FEED})",
        f"After {admission.LOST_AFTER:.0f} seconds the meeting is lost",
        f'`"incog": "{words.VERSION}"`',
        f"at most {words.MESSAGE_LIMIT // 1024} KiB",
        f"at most {words.CHAT_LIMIT} characters",
        f"`id` is {words.ID_DIGITS} hexadecimal digits",
        f"at most {words.HEARD_LIMIT} ids",
        f"(at most every {exchange.HELLO_APART} seconds), and again after "
        f"{', '.join(f'{seconds:g}' for seconds in exchange.HELLO_AGAIN)} seconds",
        f"every {exchange.STATE_EVERY:.0f} seconds; among more than {exchange.STATE_CROWD} people",
        f"lets {exchange.SILENT_AFTER} of these times pass",
        f"{people.DATA_RATE:.0f} messages a second, {people.DATA_BURST:.0f} at once",
        f"at most {exchange.HELD_LIMIT} messages are kept",
        f"The `username` is {text_wire.USERNAME_BYTES} random bytes in hexadecimal",
    ],
)
def test_the_document_has_the_codes_numbers(sentence: str) -> None:
    assert sentence in PROSE


def test_what_is_asked_every_minute() -> None:
    assert presence.LOOK_EVERY == 60
    assert "when we are in, and every minute if the room is on it" in PROSE


def test_an_id_follows_from_a_username_as_it_is_written() -> None:
    digest = hashlib.sha256(b"incog janus 1 text " + b"ab" * 16).digest()
    assert text_wire.id_of("ab" * 16, 1234) == int.from_bytes(digest[:8]) % (2**53 - 1) + 1
    assert text_wire.id_of("ab" * 16, "attic") == digest[:16].hex()


def test_the_words_for_waiting_are_right() -> None:
    waits = ", ".join(f"{wait:g}" for wait in attachment.RETRY_AFTER[:-1])
    assert f"after {waits}, and always {attachment.RETRY_AFTER[-1]:g} seconds another one joins anew" in PROSE
    assert f"of the last {text.SEEN_LIMIT} messages" in PROSE
    assert publishing.RETRY == subscriptions.RETRY == (0.5, 1.0, 2.0, 4.0, 8.0)
    assert "after 0.5, 1, 2, 4, and always 8 seconds" in PROSE
    assert subscriptions.REMOVE_AFTER == 0.5
    assert "given back after half a second" in PROSE


def test_every_word_and_request_is_in_the_document() -> None:
    for word in (words.Hello, words.State, words.Chat, words.Box):
        assert f"| `{word.__name__.lower()}` |" in TEXT
    for picture in Picture:
        assert f"`{picture.value}`" in TEXT
    for kind in filter(None, words.KINDS):
        assert f"`{kind}`" in TEXT
    credentials = Credentials("pin", "secret", "token")
    bodies = [
        videoroom.join(1, "", credentials),
        videoroom.subscribe(1, [], 2, credentials),
        videoroom.publish(),
        rooms.rename(""),
        rooms.everybody(1),
        rooms.kick(1, "", 2),
        videoroom.moderate(1, "", 2, "", mute=True),
        rooms.lock(1, "", on=True),
        videoroom.update([videoroom.stream(1, "")], [""]),
        videoroom.start(),
        videoroom.size("", 0),
    ]
    for body in bodies:
        assert f"`{body.pop('request')}`" in TEXT
        for key in body:
            assert re.search(rf"`{key}[`=]", TEXT), key
