"""The account of a Janus meeting: what must not be told is objected to before, what was told is in the ledger after."""

from __future__ import annotations

import json
import secrets
from typing import Any

import pytest
from aiohttp import web

from net.account import MAX_KEYS
from net.data_facts import SEALED_SIZES, WRITES_ALONE
from net.janus_fields import LETS_IN, PIN
from net.janus_told import EVERYBODY, JanusTold, said, tellings
from net.services.janus import words
from net.services.janus.actions import SendData, Way
from net.services.janus.link import JanusLink
from net.services.janus.sealing import Keys, Sealing
from net.services.janus.words import Box, Chat, Shown, State
from net.signalling import Signalling
from net.text_room_facts import TO_ONE
from privacy.facts import Audience, Fact
from privacy.policy import Policy, Telling
from tests.net.lab import Lab
from tests.net.test_janus_facts import FINGERPRINT, OFFER, asked, envelope

LINK = JanusLink("127.0.0.1", 8188, tls=False, room=1234)
KEYS = Keys.derive(bytes(16), "videoroom 1234")
OWN = "1234567890123456"
CHAT = SendData(Way.SEND, words.write(Chat("good day")))
JOIN = asked(request="join", ptype="publisher", room=1234, display="Wren", pin="never-told", token="never-told")


def account(lab: Lab, *foreseen: Telling, held: bool = True, keys: Keys | None = None, **link: Any) -> JanusTold:
    policy = Policy(foreseen) if held else None
    return JanusTold(JanusLink("127.0.0.1", 8188, tls=False, room=1234, **link), lab.witness, policy, keys)


def known(lab: Lab, *facts: Fact) -> set[Telling]:
    return {(one.fact, one.value, one.audience) for one in lab.told if one.fact in facts or not facts}


def sealed(text: str, own: str = OWN) -> SendData:
    return SendData(Way.SEND, Sealing(KEYS, secrets.token_bytes).seal(text.encode(), own), text)


def at_a_server(lab: Lab, told: JanusTold, *texts: str) -> tuple[list[str], list[str]]:
    """What a server gets of these, and what is objected to."""
    got: list[str] = []
    objections: list[str] = []

    async def answer(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            got.append(message.data)
        return socket

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/", answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        there = await Signalling.connect("127.0.0.1", port, tls=False, guard=lab.guard, witness=lab.witness)
        told.reached_from(there.local_address, there.seen_address)
        for text in texts:
            if objection := told.objection_to(text, there):
                objections.append(objection)
            else:
                assert await told.send(text, there)
        await there.close()
        assert not await told.send(texts[0], there)
        await runner.cleanup()

    lab.run(main())
    return got, objections


def test_what_left_is_told_of_whom_it_reached_and_credentials_are_nowhere() -> None:
    lab = Lab()
    offer = asked(request="publish", jsep={"type": "offer", "sdp": OFFER})
    told = account(lab, held=False)
    got, _ = at_a_server(lab, told, envelope("create"), JOIN, offer, envelope("destroy", session_id=1))
    assert len(got) == 4
    assert told.keys == (FINGERPRINT,)
    everybody = (Audience.PARTICIPANTS, Audience.OPERATOR, Audience.NETWORK)  # without TLS the path reads the same
    assert known(lab, Fact.NAME) == {(Fact.NAME, "Wren", audience) for audience in everybody}
    assert known(lab, Fact.CREDENTIAL) == {
        (Fact.CREDENTIAL, words, audience) for words in (PIN, LETS_IN) for audience in everybody[1:]
    }
    assert "never-told" in "".join(got)
    assert "never-told" not in repr(lab.told)
    (evidence,) = {one.evidence.destination for one in lab.told if one.audience is Audience.PARTICIPANTS}
    assert evidence == EVERYBODY
    withheld = {one.what: one.instead for one in lab.ledger.snapshot(0).withheld}
    assert withheld["addresses of this machine"] == "none is told; 127.0.0.1 sees where packets come from"
    assert {"clock", "kind of machine and version"} <= withheld.keys()


def test_another_name_an_unforeseen_credential_and_an_unknown_request_do_not_leave() -> None:
    lab = Lab()
    rehearsed = Lab()
    told = account(rehearsed, held=False)
    at_a_server(
        rehearsed, told, envelope("create"), asked(request="join", ptype="publisher", room=1234, display="Wren")
    )
    held = account(lab, *known(rehearsed))
    got, objections = at_a_server(
        lab,
        held,
        envelope("create"),
        asked(request="join", ptype="publisher", room=1234, display="Wren"),
        asked(request="join", ptype="publisher", room=1234, display="Somebody Else"),
        JOIN,
        asked(request="rtp_forward"),
        envelope("create", opaque_id="my laptop"),
    )
    assert len(got) == 2
    assert objections == [
        "It would have told the operator another display name than the preview showed.",
        "It would have told the operator something that the preview did not show: credential.",
        "It would have told the operator something that the preview did not show: what incog does not know.",
        "It would have told the operator something that the preview did not show: what incog does not know.",
    ]


def test_endless_keys_are_not_kept() -> None:
    lab = Lab()
    offers = [
        asked(request="publish", jsep={"type": "offer", "sdp": OFFER.replace(FINGERPRINT, ":".join([f"{n:02X}"] * 32))})
        for n in range(MAX_KEYS + 5)
    ]
    told = account(lab, held=False)
    at_a_server(lab, told, *offers)
    assert len(told.keys) == MAX_KEYS


def test_without_a_key_the_operator_reads_what_everybody_reads() -> None:
    lab = Lab()
    told = account(lab)
    assert told.objection_to_data(CHAT, OWN)
    told.wrote("good day", to_one=False)
    told.allow(*((fact, "", Audience.OPERATOR) for fact in (Fact.SOFTWARE,)))
    assert not told.objection_to_data(CHAT, OWN)
    told.data_sent(CHAT, OWN)
    assert known(lab, Fact.CHAT) == {
        (Fact.CHAT, "good day", audience) for audience in (Audience.PARTICIPANTS, Audience.OPERATOR)
    }
    (size,) = {one.evidence.size for one in lab.told}
    assert isinstance(CHAT.data, str)
    assert size == len(CHAT.data)


def test_a_private_message_is_in_a_box_for_the_operator() -> None:
    lab = Lab()
    told = account(lab)
    told.wrote("psst", to_one=True)
    told.allow((Fact.SOFTWARE, "", Audience.OPERATOR))
    box = SendData(Way.SEND, words.write(Box(b"for one")), private="psst")
    assert not told.objection_to_data(box, OWN)
    assert told.objection_to_data(CHAT, OWN) == (
        "It would have told the operator something that the preview did not show: chat message."
    )
    told.data_sent(box, OWN)
    assert known(lab, Fact.CHAT, Fact.CONTACT) == {
        (Fact.CHAT, "to one participant: psst", Audience.PARTICIPANTS),
        (Fact.CONTACT, WRITES_ALONE, Audience.OPERATOR),
    }


def test_beside_a_text_room_the_operator_reads_what_is_for_one() -> None:
    lab = Lab()
    told = account(lab, text=7)
    message = {"textroom": "message", "transaction": "0123456789abcdef", "room": 7, "text": "psst", "to": "theirs"}
    wish = SendData(Way.TEXT, json.dumps(message))
    assert told.objection_to_data(wish, OWN)
    told.wrote("psst", to_one=True)
    told.allow(*((fact, "", Audience.OPERATOR) for fact in (Fact.SOFTWARE, Fact.CONNECTION, Fact.ROOM)))
    assert not told.objection_to_data(wish, OWN)
    told.data_sent(wish, OWN)
    assert (Fact.CHAT, "to one participant: psst", Audience.OPERATOR) in known(lab)
    assert (Fact.CONTACT, TO_ONE, Audience.OPERATOR) in known(lab)
    assert told.objection_to_data(SendData(Way.TEXT, b"sealed"), OWN)


def test_what_is_proven_to_be_sealed_tells_the_operator_that_it_is_there() -> None:
    lab = Lab()
    told = account(lab, (Fact.TRAFFIC, SEALED_SIZES, Audience.OPERATOR), keys=KEYS, key=bytes(16))
    wish = sealed(words.write(Chat("good day")))
    assert told.objection_to_data(wish, OWN)
    told.wrote("good day", to_one=False)
    assert not told.objection_to_data(wish, OWN)
    told.data_sent(wish, OWN)
    assert known(lab) == {
        (Fact.CHAT, "good day", Audience.PARTICIPANTS),
        (Fact.TRAFFIC, SEALED_SIZES, Audience.OPERATOR),
    }
    assert {one.evidence.size for one in lab.told} == {len(wish.data)}


STATE = words.write(State(Shown()))


@pytest.mark.parametrize(
    "wish",
    [
        SendData(Way.SEND, STATE),
        SendData(Way.SEND, STATE.encode(), STATE),
        SendData(Way.SEND, sealed(words.write(Chat("another"))).data, STATE),
        sealed(STATE, own="7"),
        SendData(
            Way.SEND, Sealing(Keys.derive(bytes(16), "another"), secrets.token_bytes).seal(STATE.encode(), OWN), STATE
        ),
    ],
)
def test_what_is_not_proven_to_be_sealed_does_not_leave(wish: SendData) -> None:
    lab = Lab()
    foreseen = tellings(said(sealed(STATE), OWN, KEYS))
    told = account(lab, *foreseen, keys=KEYS, key=bytes(16))
    assert not told.objection_to_data(sealed(STATE), OWN)
    assert told.objection_to_data(wish, OWN).startswith("It would have told the operator something")
