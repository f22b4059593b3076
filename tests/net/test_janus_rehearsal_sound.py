"""The rehearsal of a meeting in an AudioBridge, with a chat beside it and without."""

from __future__ import annotations

from typing import Any

import pytest

from net.intention import Preview
from net.janus_fields import KINDS, LETS_IN, MAY_MODERATE, MODERATED, PIN
from net.services.janus.credentials import Credentials
from net.services.janus.link import AUDIOBRIDGE, JanusLink
from net.tellings import SENT_ENCRYPTED
from net.text_room_facts import NAMED
from privacy.facts import Audience, Fact
from tests.net.test_janus_rehearsal import foreseen, of

PARTICIPANTS, OPERATOR, RELAY, NETWORK = Audience
READ = {PARTICIPANTS, OPERATOR, NETWORK}  # without TLS


def rehearsed(text: int | None = None, **changes: Any) -> Preview:
    link = JanusLink("198.51.100.10", 8188, tls=False, room=1234, plugin=AUDIOBRIDGE, text=text)
    return foreseen(link=link, camera=False, **changes)


def test_the_operator_hears_and_nobody_is_seen() -> None:
    preview = rehearsed()
    assert of(preview, Fact.VOICE) == {
        ("your voice", PARTICIPANTS),
        ("your voice", OPERATOR),
        (SENT_ENCRYPTED, NETWORK),
    }
    assert not of(preview, Fact.PICTURE)
    assert (KINDS, PARTICIPANTS) not in of(preview, Fact.SOFTWARE)
    assert not of(preview, Fact.WATCHING)
    assert not of(preview, Fact.CREDENTIAL)
    assert not of(preview, Fact.CONTACT)
    assert of(preview, Fact.NAME) == {("Quiet Wren", audience) for audience in READ}
    assert of(preview, Fact.MICROPHONE) == {("on", audience) for audience in READ}


def test_who_is_muted_sends_nothing_and_everybody_sees_it() -> None:
    preview = rehearsed(microphone=False)
    assert not of(preview, Fact.VOICE)
    assert of(preview, Fact.MICROPHONE) == {("muted", audience) for audience in READ}


@pytest.mark.parametrize("text", [None, 5])
def test_the_chat_knows_a_random_name(text: int | None) -> None:
    found = of(rehearsed(text), Fact.CONNECTION)
    names = {(NAMED, PARTICIPANTS), (NAMED, OPERATOR)}
    assert names & found == (set() if text is None else names)


def test_what_is_given_to_the_room_is_foreseen_even_the_token_that_lets_us_in_while_it_is_locked() -> None:
    preview = rehearsed(5, credentials=Credentials(pin="1", secret="s"))
    given = {(value, audience) for value in (PIN, MAY_MODERATE, LETS_IN) for audience in (OPERATOR, NETWORK)}
    assert of(preview, Fact.CREDENTIAL) == given
    assert of(preview, Fact.CONTACT) == {(MODERATED, OPERATOR), (MODERATED, NETWORK)}
