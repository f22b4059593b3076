"""The rehearsal of a Janus meeting: who learns what, in rooms with a key and without, straight and by a relay."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from net import janus_facts
from net.data_facts import BOX_KEY, SEALED_SIZES
from net.foretelling import STRAIGHT
from net.intention import Contact, Intention, Preview
from net.janus_fields import LETS_IN, MAY_MODERATE, MODERATED, PIN, RECEIVED
from net.janus_rehearsal import MEDIA_ADDRESS, JanusRehearsal
from net.janus_stand_in import StandIn, description
from net.janus_told import said
from net.rehearsal import rehearse, switched_on
from net.sdp import AddressMode
from net.services.janus.actions import SendData, Way
from net.services.janus.credentials import Credentials
from net.services.janus.link import JanusLink
from net.services.mesh.ice import IceServer
from net.services.mesh.link import MeshLink
from net.tellings import BEHIND_NAT, GREETS_BY_TLS, SENT_ENCRYPTED, user_name
from privacy.facts import Audience, Fact
from privacy.policy import Policy
from tests.net.janus.transcript import FOLDER
from tests.net.lab import Lab

PARTICIPANTS, OPERATOR, RELAY, NETWORK = Audience
LINK = JanusLink("198.51.100.10", 8188, tls=False, room=1234)
KEY = bytes(range(16))
OWN = "203.0.113.30"
TURN = IceServer("turn:198.51.100.20:3478?transport=udp", "reed", "password")
TURNS = IceServer("turns:198.51.100.20:5349?transport=tcp", "reed", "password")
STUN = IceServer("stun:198.51.100.20:3478", "", "")
PLAIN = Intention(
    LINK, "Quiet Wren", hosting=False, ice=(), mode=AddressMode.LOCAL, microphone=True, camera=True, own=OWN
)


def foreseen(**changes: Any) -> Preview:
    """Rehearsed where a guard and a witness look: nothing leaves, nothing is tried."""
    lab = Lab()
    preview: Preview = lab.run(rehearse(replace(PLAIN, **changes)))
    assert lab.witness.counted == 0
    assert not lab.ledger.snapshot(0).refused
    assert not [telling for telling in preview.tellings if telling[0] is Fact.UNKNOWN]
    return preview


def of(preview: Preview, fact: Fact) -> set[tuple[str, Audience]]:
    return {(value, audience) for found, value, audience in preview.tellings if found is fact}


def learns(preview: Preview, audience: Audience) -> set[Fact]:
    return {fact for fact, _, to in preview.tellings if to is audience}


def test_the_operator_hears_sees_and_reads() -> None:
    preview = foreseen()
    assert of(preview, Fact.VOICE) == {
        ("your voice", PARTICIPANTS),
        ("your voice", OPERATOR),
        (SENT_ENCRYPTED, NETWORK),
    }
    assert ("your picture", OPERATOR) in of(preview, Fact.PICTURE)
    assert of(preview, Fact.NAME) == {("Quiet Wren", audience) for audience in (PARTICIPANTS, OPERATOR, NETWORK)}
    assert of(preview, Fact.WATCHING) == {(RECEIVED, OPERATOR), (RECEIVED, NETWORK)}
    assert (BOX_KEY, OPERATOR) in of(preview, Fact.KEYS)
    assert {("on", PARTICIPANTS), ("on", OPERATOR)} == of(preview, Fact.MICROPHONE)
    assert not of(preview, Fact.CREDENTIAL)
    assert not of(preview, Fact.CHAT)


def test_participants_learn_no_address_and_nothing_of_the_network() -> None:
    for changes in ({}, {"link": replace(LINK, key=KEY)}, {"ice": (TURN,), "mode": AddressMode.RELAY}):
        not_theirs = {Fact.ADDRESS, Fact.QUALITY, Fact.CLOCK, Fact.ROOM, Fact.WATCHING, Fact.TRAFFIC, Fact.CREDENTIAL}
        assert not learns(foreseen(**changes), PARTICIPANTS) & not_theirs


def test_with_a_key_the_operator_learns_that_it_is_sent_and_no_more() -> None:
    preview = foreseen(link=replace(LINK, key=KEY))
    for fact in (Fact.VOICE, Fact.PICTURE):
        assert {value for value, audience in of(preview, fact) if audience is OPERATOR} == {SENT_ENCRYPTED}
    assert not learns(preview, OPERATOR) & {Fact.MICROPHONE, Fact.CAMERA, Fact.SCREEN, Fact.HAND, Fact.CHAT}
    assert (SEALED_SIZES, OPERATOR) in of(preview, Fact.TRAFFIC)
    assert ("the sizes of its packets follow it", OPERATOR) in of(preview, Fact.MOTION)
    assert (BOX_KEY, OPERATOR) not in of(preview, Fact.KEYS)
    assert ("Quiet Wren", OPERATOR) in of(preview, Fact.NAME)  # the room's list of names is the server's
    assert (RECEIVED, OPERATOR) in of(preview, Fact.WATCHING)
    assert learns(preview, PARTICIPANTS) == learns(foreseen(), PARTICIPANTS)


def test_behind_tls_the_path_learns_where_and_when() -> None:
    preview = foreseen(link=replace(LINK, tls=True))
    assert not learns(preview, NETWORK) & {Fact.NAME, Fact.ROOM, Fact.WATCHING, Fact.CONTACT}
    assert {(GREETS_BY_TLS, OPERATOR), (GREETS_BY_TLS, NETWORK)} <= of(preview, Fact.SOFTWARE)


def test_credentials_are_foreseen_by_name() -> None:
    given = Credentials("4242-not-to-be-told", "rule-not-to-be-told", "pass-not-to-be-told")
    preview = foreseen(credentials=given, link=replace(LINK, tls=True))
    assert of(preview, Fact.CREDENTIAL) == {(words, OPERATOR) for words in (PIN, MAY_MODERATE, LETS_IN)}
    assert (MODERATED, OPERATOR) in of(preview, Fact.CONTACT)
    assert "not-to-be-told" not in repr(preview)
    assert "not-to-be-told" not in repr(replace(PLAIN, credentials=given))
    without = foreseen(credentials=Credentials(pin="4242"))
    assert {value for value, _ in of(without, Fact.CREDENTIAL)} == {PIN}


def test_what_is_off_is_not_foreseen_and_follows_when_it_is_switched_on() -> None:
    for link in (LINK, replace(LINK, key=KEY)):
        quiet = replace(PLAIN, microphone=False, camera=False, link=link)
        silent = foreseen(microphone=False, camera=False, link=link)
        assert not of(silent, Fact.VOICE)
        assert not of(silent, Fact.PICTURE)
        policy = Policy(silent.tellings)
        loud = foreseen(link=link)
        for fact in (Fact.VOICE, Fact.PICTURE):
            policy.allow(switched_on(fact, quiet))
        flows = {Fact.VOICE, Fact.PICTURE, Fact.MOTION, Fact.CONNECTION, Fact.TRAFFIC, Fact.ADDRESS}
        assert not policy.objection([one for one in loud.tellings if one[0] in flows], exactly=True)


def test_a_screen_is_told_to_the_operator_only_where_it_is_not_sealed() -> None:
    for key in (b"", KEY):
        told = set(switched_on(Fact.SCREEN, replace(PLAIN, link=replace(LINK, key=key))))
        assert (Fact.SCREEN, "on", PARTICIPANTS) in told
        assert ((Fact.SCREEN, "on", OPERATOR) in told) is not bool(key)
        preview = foreseen(camera=False, screen=True, link=replace(LINK, key=key))
        assert ("on", PARTICIPANTS) in of(preview, Fact.SCREEN)
        assert ("off", PARTICIPANTS) in of(preview, Fact.CAMERA)


def test_by_a_relay_media_show_the_relays_address_to_the_server() -> None:
    for relay in (TURN, TURNS):
        preview = foreseen(ice=(STUN, relay), mode=AddressMode.RELAY)
        place = f"198.51.100.20:{relay.port}"
        assert (user_name("reed"), RELAY) in of(preview, Fact.CREDENTIAL)
        assert ((user_name("reed"), NETWORK) in of(preview, Fact.CREDENTIAL)) is (relay is TURN)
        assert (SENT_ENCRYPTED, RELAY) in of(preview, Fact.VOICE)
        assert ("your voice", OPERATOR) in of(preview, Fact.VOICE)
        assert (OWN, OPERATOR) in of(preview, Fact.ADDRESS)  # by the WebSocket
        assert (MEDIA_ADDRESS, RELAY) in of(preview, Fact.CONTACT)
        assert {value for value, _ in of(preview, Fact.SERVER)} == {"198.51.100.10:8188", place}
        (straight, by) = preview.contacts
        assert straight.reason.endswith(STRAIGHT)
        assert by == Contact(place, f"the {relay.kind} server that you name", RELAY)
    sealed = foreseen(ice=(TURN,), mode=AddressMode.RELAY, link=replace(LINK, key=KEY))
    assert {value for value, audience in of(sealed, Fact.VOICE) if audience is OPERATOR} == {SENT_ENCRYPTED}


def test_no_server_is_asked_how_we_look_from_outside() -> None:
    for mode in (AddressMode.LOCAL, AddressMode.PUBLIC, AddressMode.LOOPBACK):
        preview = foreseen(ice=(STUN, TURN), mode=mode)
        assert RELAY not in {audience for _, _, audience in preview.tellings}
        assert [contact.audience for contact in preview.contacts] == [OPERATOR, OPERATOR]


def test_where_the_server_has_a_name_both_sides_of_a_nat_are_foreseen() -> None:
    home = "192.168.77.23"
    for link in (LINK, replace(LINK, host="rooms.example.org")):
        preview = foreseen(link=link, own=home)
        assert {(BEHIND_NAT, OPERATOR), (home, NETWORK), (BEHIND_NAT, NETWORK)} <= of(preview, Fact.ADDRESS)
        assert of(preview, Fact.LOOKUP) == ({(link.host, NETWORK)} if link is not LINK else set())
    here = foreseen(own="127.0.0.1", mode=AddressMode.LOOPBACK, link=replace(LINK, host="127.0.0.1"))
    assert of(here, Fact.ADDRESS) == {("127.0.0.1", OPERATOR), ("127.0.0.1", NETWORK)}


async def test_each_link_is_rehearsed_by_its_kind() -> None:
    mesh = replace(PLAIN, link=MeshLink("198.51.100.10", 7843, False, bytes(16)))
    for intention, who in ((PLAIN, OPERATOR), (mesh, PARTICIPANTS)):
        assert (await rehearse(intention)).contacts[-1].audience is who
        heard = {audience for fact, _, audience in switched_on(Fact.VOICE, intention) if fact is Fact.VOICE}
        assert (OPERATOR in heard) is (intention is PLAIN)
    with pytest.raises(TypeError):
        JanusRehearsal(mesh)._stage()


# --- the stand-in, and what the real server said ---------------------------------------------------------------------


def lines(path: Path) -> Iterator[dict[str, Any]]:
    _, *rest = path.read_text().splitlines()
    yield from map(json.loads, rest)


def asked(path: Path) -> Iterator[dict[str, Any]]:
    """What ours sent to the real server."""
    for line in lines(path):
        yield from (one["Send"] for one in line["out"] if "Send" in one)


TRANSCRIPTS = sorted(FOLDER.glob("*.jsonl"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_nothing_that_was_ever_sent_is_unknown(path: Path) -> None:
    messages = [*asked(path)]
    assert messages
    for message in messages:
        if "jsep" in message:
            message["jsep"]["sdp"] = ""  # a word in its place stands in the transcript
        found = janus_facts.to_server(json.dumps(message))
        assert Fact.UNKNOWN not in {fact for fact, _ in found.operator}, message
    for line in lines(path):
        for one in line["out"]:
            match one.get("SendData"):
                case {"way": way, "data": str(data)}:
                    told = said(SendData(Way(way), data), "", None)
                    assert Fact.UNKNOWN not in {fact for fact, _ in told.operator}, data


def shape(value: Any) -> Any:
    """The keys in a message, and of lists those of the first entry."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    return [shape(value[0])] if isinstance(value, list) and value else type(value).__name__


def fits(ours: Any, real: Any) -> bool:
    """Whether what the stand-in says is what the real one said, or less of it."""
    match ours, real:
        case dict(), dict():
            return ours.keys() <= real.keys() and all(fits(value, real[key]) for key, value in ours.items())
        case [mine], [theirs]:
            return fits(mine, theirs)
        case _:
            return bool(ours == real) or "list" in (ours, real)


def kind(request: dict[str, Any]) -> tuple[str, ...]:
    """What is asked for."""
    body = request.get("body", {})
    return (
        request["janus"],
        *(str(body[key]) for key in ("request", "ptype") if key in body),
        *sorted({"display", "streams"} & body.keys()),
    )


def test_the_stand_in_answers_as_the_real_server_did() -> None:
    real: dict[tuple[str, ...], list[Any]] = {}
    for path in TRANSCRIPTS:
        requests = {one["transaction"]: one for one in asked(path)}
        for line in lines(path):
            message = json.loads(line["text"]) if line["do"] == "received" else {}
            request = requests.get(message.get("transaction", ""))
            if request is not None and message["janus"] != "ack":
                real.setdefault(kind(request), []).append(shape(message))
    server, compared = StandIn(), set()

    def ask(who: str, **request: Any) -> Any:
        reply = json.loads(server.received(who, json.dumps({"transaction": "x" * 16, **request}))[0][1])
        found = real.get(kind(request), [])
        assert any(fits(shape(reply), one) for one in found) or not found, (request, reply, found)
        compared.update({kind(request)} if found else set())
        return reply

    def handle_of(who: str, session: int) -> Any:
        return ask(who, janus="attach", session_id=session, plugin="janus.plugin.videoroom")["data"]["id"]

    offer = description([{"type": "audio", "mid": "0", "active": True}], "sendonly")
    for who in ("somebody", "me"):
        session = ask(who, janus="create")["data"]["id"]
        by = {"janus": "message", "session_id": session, "handle_id": handle_of(who, session)}
        own = ask(who, **by, body={"request": "join", "ptype": "publisher", "room": 1234, "display": who})
        ask(who, **by, body={"request": "publish"}, jsep={"type": "offer", "sdp": offer})
        ask(who, **by, body={"request": "configure", "display": f"{who} else"})
    (other,) = own["plugindata"]["data"]["publishers"]
    by["handle_id"] = handle_of("me", session)
    wanted = [{"feed": other["id"], "mid": "0"}]
    ask("me", **by, body={"request": "join", "ptype": "subscriber", "room": 1234, "streams": wanted})
    ask("me", **by, body={"request": "start"}, jsep={"type": "answer", "sdp": offer})
    ask("me", **by, body={"request": "update", "unsubscribe": [{"sub_mid": "0"}]})
    ask("me", **by, body={"request": "listparticipants", "room": 1234})
    ask("me", janus="keepalive", session_id=session)
    ask("me", janus="destroy", session_id=session)
    assert len(compared) >= 7, compared
