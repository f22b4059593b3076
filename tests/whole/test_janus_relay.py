"""Meetings on Debian's Janus through Debian's coturn, by UDP, TCP and TLS; and none at all where that lets nobody in.

A recorder at the server sees where media come from, and one at the router every packet that leaves anybody's machine.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest

from net.services.janus.publishing import UNHEARD
from tests.whole import decoding as wire
from tests.whole.internet import ALICE, BOB, OPERATOR, RELAY, TURN_PORT, TURNS_PORT, USER, relay
from tests.whole.janus import WS_PORT, WSS_PORT
from tests.whole.meetings import heard_and_seen, media, meet, recorded, table
from tests.whole.outside import Scripted
from tests.whole.seats import is_tls

BY_UDP = f"turn:{USER}@{RELAY}:{TURN_PORT}?transport=udp"
BY_TCP = f"turn:{USER}@{RELAY}:{TURN_PORT}?transport=tcp"
BY_TLS = f"turns:{USER}@{RELAY}:{TURNS_PORT}?transport=tcp"
PEOPLE = {"alice": ALICE, "bob": BOB}
ROOMS = 'room-1: { description="test" publishers=12 notify_joining=true videocodec="vp8" }'


@pytest.mark.parametrize("by", [BY_UDP, BY_TCP, BY_TLS], ids=["udp", "tcp", "tls"])
def test_media_reach_the_server_from_the_relay_alone(by: str, tmp_path: Path) -> None:
    """And its WebSocket is reached from where one is, which the preview says."""
    with table(tmp_path, rooms=ROOMS, tls=by == BY_TLS) as here:
        room = f"{here.url}?room=1"
        words = ["--addresses", "relay", "--ice-server", by]
        asked = here.person("bob", "preview", "-", *words, *media("bob"), link=room)
        assert asked.finish() == 0
        met = meet(here, *words[:2], ice=[by], records=("path", "operator"), room=room)
    heard_and_seen(met)

    came = met.records["operator"].packets()
    datagrams = [packet for packet in came if packet.protocol == "udp"]
    assert len(datagrams) > 200  # some seconds of voice and pictures of two
    assert {packet.source[0] for packet in datagrams} == {RELAY}
    for address in PEOPLE.values():
        sent = [packet for packet in met.records["path"].packets() if packet.source[0] == address]
        tcp = {packet.destination for packet in sent if packet.protocol == "tcp"}
        udp = {packet.destination for packet in sent if packet.protocol == "udp"}
        ways = {
            BY_UDP: ({(OPERATOR, WS_PORT)}, {(RELAY, TURN_PORT)}),
            BY_TCP: ({(OPERATOR, WS_PORT), (RELAY, TURN_PORT)}, set()),
            BY_TLS: ({(OPERATOR, WSS_PORT), (RELAY, TURNS_PORT)}, set()),
        }
        assert (tcp, udp) == ways[by]
        assert all(is_tls(stream) == (by == BY_TLS) for stream in wire.streams(sent).values())
    (preview,) = asked.of("preview")
    told = [row for row in preview["audiences"]["operator"] if row["value"] == BOB]
    assert [row["fact"] for row in told] == ["network address"], preview
    (server, relay) = preview["contacts"]
    assert "by no relay: its operator sees your address" in server["reason"]
    assert relay["audience"] == "relay"
    assert ("network address", BOB) in met.ledger("bob", "operator")
    for name, other in (("alice", BOB), ("bob", ALICE)):
        assert other not in str(met.people[name].lines)


def test_a_server_that_cannot_prove_who_it_is_is_told_nothing(tmp_path: Path) -> None:
    with table(tmp_path, rooms=ROOMS, with_relay=False, tls=True) as here, recorded(here, "path") as records:
        del here.environment["SSL_CERT_FILE"]
        alice = here.person("alice", "join", "-", *media("alice"), link=f"{here.url}?room=1")
        assert alice.finish() == 3
    (error,) = alice.of("error")
    assert "could not prove its identity, so nothing was sent to it" in error["message"]
    assert len(alice.errors) == 1
    sent = [packet for packet in records["path"].packets() if packet.source[0] == ALICE]
    assert {packet.destination for packet in sent} == {(OPERATOR, WSS_PORT)}


@pytest.mark.parametrize(
    ("servers", "password", "running", "status", "sentence"),
    [
        ([BY_UDP], "wrong", True, 4, "refuses the user name or the password"),
        ([BY_UDP], "right", False, 3, "does not answer"),
        ([BY_TCP], "right", False, 3, "does not answer"),
        ([f"stun:{RELAY}:{TURN_PORT}"], "right", True, 3, "give a TURN server by --ice-server"),
    ],
    ids=["wrong password", "dead", "dead by tcp", "none"],
)
def test_without_a_relay_nobody_else_is_contacted(
    servers: list[str], password: str, running: bool, status: int, sentence: str, tmp_path: Path
) -> None:
    """Not even the meeting's own server."""
    with (
        table(tmp_path, rooms=ROOMS, with_relay=running, password=password) as here,
        recorded(here, "path") as records,
    ):
        words = [word for url in servers for word in ("--ice-server", url)]
        words += ["--addresses", "relay", *media("alice")]
        alice = here.person("alice", "join", "-", *words, link=f"{here.url}?room=1")
        assert alice.finish() == status
    (error,) = alice.of("error")
    assert (error["status"], len(alice.errors)) == (status, 1)
    assert sentence in error["message"]
    assert {packet.destination[0] for packet in records["path"].packets() if packet.source[0] == ALICE} <= {RELAY}


def test_a_relay_that_goes_away_is_told_of_and_nothing_goes_another_way(tmp_path: Path) -> None:
    """Nor does anybody who leaves then wait for it."""
    with table(tmp_path, rooms=ROOMS, with_relay=False) as here, contextlib.ExitStack() as stack:
        stack.enter_context(relay(here.net.seats["relay"], RELAY))
        left: list[float] = []

        def during(people: dict[str, Scripted]) -> None:
            time.sleep(2)
            stack.close()
            for person in people.values():
                person.until(lambda one: any(line["text"] == UNHEARD and line["serious"] for line in one.of("notice")))
            left.append(time.monotonic())

        words = ("--addresses", "relay")
        met = meet(here, *words, ice=[BY_UDP], seconds=0, room=f"{here.url}?room=1", during=during)
        assert time.monotonic() - left[0] < 20
    assert met.statuses == {"alice": 0, "bob": 0}
    sent = [packet for packet in met.records["path"].packets() if packet.source[0] in (ALICE, BOB)]
    assert {packet.destination[0] for packet in sent if packet.protocol == "udp"} == {RELAY}
    assert {packet.destination[0] for packet in sent} == {RELAY, OPERATOR}
