"""The envelope, incog's own words, and what refusals mean."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.errors import Asked, Refused, Unreachable
from net.services.base import Picture
from net.services.janus import wire, words
from net.services.janus.wire import Answer, Failure, HungUp, Jsep, Other, Told, Up
from net.services.strict import Malformed


def read(**message: object) -> tuple[int | None, wire.Message]:
    return wire.read(json.dumps(message))


def test_each_kind_of_message_is_read() -> None:
    assert read(janus="webrtcup", sender=1, session_id=2) == (2, Up(1))
    assert read(janus="hangup", sender=1, reason=7) == (None, HungUp(1))
    for kind in ("media", "slowlink", "detached", "server_info", "from the future"):
        assert read(janus=kind, sender="whatever") == (None, Other())
    _, told = read(janus="event", sender=1, plugindata={"data": {"a": 1.5}}, jsep={"type": "offer", "sdp": "v=0"})
    assert isinstance(told, Told)
    assert (told.sender, told.jsep) == (1, Jsep("offer", "v=0"))
    _, failed = read(janus="error", transaction="t", error={"code": 458})
    assert failed == Answer("t", Failure(458, ""))


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"janus": 1},
        {"janus": "webrtcup"},
        {"janus": "webrtcup", "sender": -1},
        {"janus": "webrtcup", "sender": 1, "session_id": "x"},
        {"janus": "ack", "transaction": "t" * 200},
        {"janus": "event", "sender": 1},
        {"janus": "event", "sender": 1, "plugindata": {"data": []}},
        {"janus": "event", "sender": 1, "plugindata": {"data": {}}, "jsep": {"type": "pranswer", "sdp": ""}},
        {"janus": "event", "sender": 1, "plugindata": {"data": {}}, "jsep": {"type": "offer", "sdp": "ü"}},
        {"janus": "event", "sender": 1, "plugindata": {"data": {}}, "jsep": {"type": "offer"}},
        {"janus": "error", "transaction": "t", "error": {"code": 0}},
        {"janus": "success", "transaction": "t", "data": {"id": "x"}},
        {"janus": "success", "transaction": "t", "plugindata": {"data": {"error_code": "433"}}},
        {"janus": "trickle", "sender": 1, "candidate": None},
    ],
)
def test_what_lacks_what_it_must_have_is_refused(message: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        read(**message)


def test_long_numbers_and_fractions_are_read_and_longer_ones_are_not() -> None:
    assert wire.read('{"janus":"webrtcup","sender":9007199254740993,"x":0.5}') == (None, Up(9007199254740993))
    with pytest.raises(Malformed):
        wire.read('{"janus":"webrtcup","sender":' + "9" * 20 + "}")
    with pytest.raises(Malformed):
        wire.read('{"janus":"x","pad":"' + "x" * wire.MESSAGE_LIMIT + '"}')


def test_a_description_is_no_part_of_what_is_logged() -> None:
    assert "secret" not in repr(Jsep("offer", "secret"))


def test_refusals_are_sentences_without_a_word_of_the_server() -> None:
    for code in (*range(400, 500), wire.NO_ANSWER, wire.GONE, wire.GARBLED):
        error = wire.refusal(Failure(code, "<script>"), "")
        assert str(error).endswith(".")
        assert "script" not in str(error)
        assert isinstance(error, Refused | Unreachable)
    assert isinstance(wire.refusal(Failure(433, "needs a valid token"), ""), Asked)


# --- words -----------------------------------------------------------------------------------------------------------

TOKENS = st.text("0123456789abcdef", min_size=16, max_size=16)
SHOWN = st.builds(words.Shown, st.booleans(), st.sampled_from(Picture), st.booleans(), st.sampled_from(words.KINDS))
TEXTS = st.text(st.characters(codec="utf-8"), max_size=64)
WORDS = st.one_of(
    st.builds(
        words.Hello,
        TOKENS,
        st.binary(min_size=32, max_size=32),
        st.lists(TOKENS, max_size=5, unique=True).map(tuple),
        SHOWN,
        TEXTS,
    ),
    st.builds(words.State, SHOWN),
    st.builds(words.Chat, TEXTS),
    st.builds(words.Box, st.binary(max_size=100)),
)


@given(WORDS)
def test_every_word_comes_back(word: words.Word) -> None:
    assert words.read(words.write(word)) == word


def test_what_is_shown_does_not_change_the_length() -> None:
    lengths = {len(words.write(words.State(words.Shown(True, picture, True)))) for picture in Picture}
    assert len(lengths) == 1


def test_text_of_a_page_is_what_it_is() -> None:
    assert words.read("hello {there}") == words.Foreign("hello {there}")
    assert words.read("") == words.Foreign("")


@given(st.text() | st.text().map("{{{}}}".format) | WORDS.map(words.write).map(lambda text: text.replace('"', "'", 1)))
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    said = "."
    try:
        words.read(text)
    except Malformed as error:
        said = str(error)
    assert said.endswith(".")
