"""What incog says to everybody in a VideoRoom tells: all of it, or to the operator only that something was said."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.data_facts import (
    BOX_KEY,
    DRAWN,
    HEARD,
    IN_MEETING,
    SEALED_SIZES,
    UNSEALED,
    WRITES_ALONE,
    not_proven,
    to_people,
)
from net.services.base import Picture
from net.services.janus import words
from net.services.janus.words import Box, Chat, Hello, Shown, State
from net.tellings import BY_MESSAGES, Told
from privacy.facts import Fact

SHOWN = Shown(muted=False, picture=Picture.SCREEN, hand=True)
STATE = {
    (Fact.MICROPHONE, "on"),
    (Fact.CAMERA, "off"),
    (Fact.SCREEN, "on"),
    (Fact.HAND, "raised"),
    (Fact.PRESENCE, IN_MEETING),
}
HELLO = {*STATE, (Fact.CONNECTION, DRAWN), (Fact.KEYS, BOX_KEY), (Fact.CONTACT, HEARD)}
GREETING = Hello("0123456789abcdef", bytes(32), ("fedcba9876543210",), SHOWN)
PLAIN = (Fact.SOFTWARE, BY_MESSAGES)
SEALED = {(Fact.TRAFFIC, SEALED_SIZES)}

EACH = [
    (State(SHOWN), STATE),
    (State(Shown(kind="bot")), {(Fact.SOFTWARE, "a bot, as you say"), (Fact.PRESENCE, IN_MEETING)}),
    (GREETING, HELLO),
    (Hello("0123456789abcdef", bytes(32), (), SHOWN, "Quiet Wren"), {*HELLO, (Fact.NAME, "Quiet Wren")}),
    (Chat("good day"), {(Fact.CHAT, "good day")}),
]


@pytest.mark.parametrize(("word", "told"), EACH)
def test_what_is_not_sealed_is_read_by_the_operator_as_by_everybody(word: words.Word, told: set[Told]) -> None:
    said = to_people(words.write(word), sealed=False)
    assert told <= set(said.participants)
    assert set(said.operator) == {*said.participants, PLAIN}


@pytest.mark.parametrize(("word", "told"), EACH)
def test_of_what_is_sealed_the_operator_learns_that_it_is_there(word: words.Word, told: set[Told]) -> None:
    said = to_people(words.write(word), sealed=True)
    assert told <= set(said.participants)
    assert set(said.operator) == SEALED


def test_what_is_for_one_is_in_a_box_that_the_operator_sees() -> None:
    text, private = words.write(Box(b"sealed for one")), {(Fact.CHAT, "to one participant: psst")}
    said = to_people(text, sealed=False, private="psst")
    assert (set(said.participants), set(said.operator)) == (private, {(Fact.CONTACT, WRITES_ALONE), PLAIN})
    said = to_people(text, sealed=True, private="psst")
    assert (set(said.participants), set(said.operator)) == (private, SEALED)


@pytest.mark.parametrize("word", [word for word, _ in EACH])
def test_what_should_be_sealed_and_is_not_is_told_as_that_and_as_what_it_is(word: words.Word) -> None:
    said = not_proven(words.write(word))
    assert set(said.operator) == {*said.participants, PLAIN, (Fact.UNKNOWN, UNSEALED)}


@pytest.mark.parametrize(
    "text",
    ["", "good day", "{}", "[]", json.dumps({"incog": "1", "t": "mail"}), words.write(Chat("x"))[:-1] + ',"mail":"x"}'],
)
def test_what_nobody_knows_is_told_as_that_sealed_or_not(text: str) -> None:
    for sealed in (False, True):
        assert (Fact.UNKNOWN, UNSEALED) in to_people(text, sealed=sealed).operator


@given(st.text(max_size=60), st.booleans())
def test_any_text_is_read(text: str, sealed: bool) -> None:
    assert to_people(text, sealed=sealed).operator
