"""What each message to a TextRoom tells: the operator reads all of it, also what is for one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from net.janus_facts import UNKNOWN_REQUEST
from net.janus_fields import IN_ROOM, LEFT, LETS_IN, MAY_MODERATE, MODERATED, PIN, RANDOM_REQUESTS
from net.said import UNKNOWN_FIELD
from net.tellings import BY_MESSAGES, Told
from net.text_room_facts import NAMED, TO_ONE, to_text_room
from privacy.facts import Fact

ALWAYS = {(Fact.SOFTWARE, BY_MESSAGES), (Fact.CONNECTION, RANDOM_REQUESTS), (Fact.ROOM, "room 7")}
NAME = "0123456789abcdef0123456789abcdef"


def said(request: str, **fields: Any) -> str:
    return json.dumps({"textroom": request, "transaction": "0123456789abcdef", "room": 7, **fields})


def told(text: str) -> tuple[set[Told], set[Told]]:
    found = to_text_room(text)
    return set(found.operator), set(found.participants)


def test_coming_in_tells_the_name_to_all() -> None:
    everybody = {(Fact.NAME, "Quiet Wren"), (Fact.CONNECTION, NAMED), (Fact.PRESENCE, IN_ROOM)}
    text = said("join", username=NAME, display="Quiet Wren", pin="never-told", token="never-told")
    credentials = {(Fact.CREDENTIAL, PIN), (Fact.CREDENTIAL, LETS_IN)}
    assert told(text) == ({*ALWAYS, *everybody, *credentials}, everybody)
    assert "never-told" not in repr(to_text_room(text))


def test_what_is_written_is_read_by_the_operator_also_when_it_is_for_one() -> None:
    chat = {(Fact.CHAT, "good day")}
    assert told(said("message", text="good day")) == ({*ALWAYS, *chat}, chat)
    chat = {(Fact.CHAT, "to one participant: psst")}
    assert told(said("message", text="psst", to=NAME)) == ({*ALWAYS, *chat, (Fact.CONTACT, TO_ONE)}, chat)


def test_the_other_requests() -> None:
    assert told(said("leave")) == ({*ALWAYS, (Fact.PRESENCE, LEFT)}, {(Fact.PRESENCE, LEFT)})
    assert told(said("listparticipants")) == (ALWAYS, set())
    removed = {(Fact.CONTACT, MODERATED), (Fact.CREDENTIAL, MAY_MODERATE)}
    assert told(said("kick", username="theirs", secret="never-told")) == ({*ALWAYS, *removed}, set())


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", UNKNOWN_REQUEST),
        ("good day", UNKNOWN_REQUEST),
        (said("announcement", text="x"), UNKNOWN_REQUEST),
        (json.dumps({"textroom": ["join"]}), UNKNOWN_REQUEST),
        (said("message", text=5), UNKNOWN_FIELD),
        (said("message", text="x", mail="x"), UNKNOWN_FIELD),
        (said("message", text="x", to=["a"]), UNKNOWN_FIELD),
        (said("join", username="my laptop", display="a"), UNKNOWN_FIELD),
        (said("join", username=NAME, display=5), UNKNOWN_FIELD),
        (said("join", username=NAME, display="a", history=True), UNKNOWN_FIELD),
    ],
)
def test_what_nobody_knows_is_told_as_that(text: str, what: str) -> None:
    assert (Fact.UNKNOWN, what) in told(text)[0]
