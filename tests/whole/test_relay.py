"""Meetings through Debian's coturn: by UDP, TCP and TLS, by STUN alone, and not at all when the relay does not let us.

The recorder at the router sees every packet that leaves anybody's machine.
"""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest

from tests.whole import decoding as wire
from tests.whole import seats
from tests.whole.internet import ALICE, BOB, OPERATOR, RELAY, RENDEZVOUS_PORT, TURN_PORT, TURNS_PORT, USER, relay
from tests.whole.meetings import WHERE, Met, heard_and_seen, media, meet, recorded, table
from tests.whole.outside import Packet, Scripted

BY_UDP = f"turn:{USER}@{RELAY}:{TURN_PORT}?transport=udp"
BY_TCP = f"turn:{USER}@{RELAY}:{TURN_PORT}?transport=tcp"
BY_TLS = f"turns:{USER}@{RELAY}:{TURNS_PORT}?transport=tcp"
STUN = f"stun:{RELAY}:{TURN_PORT}"
PEOPLE = {"alice": ALICE, "bob": BOB}


def sent_to(met_packets: list[Packet], source: str) -> set[str]:
    """The addresses that somebody sent anything to."""
    return {packet.destination[0] for packet in met_packets if packet.source[0] == source}


def said_by_tcp(packets: list[Packet], source: str, port: int) -> dict[str, bytes]:
    """What somebody said on each connection to the relay, in one piece per destination."""
    found: dict[str, bytes] = {}
    for (begin, (host, to)), stream in wire.streams(packets).items():
        if begin[0] == source and (host, to) == (RELAY, port):
            found[f"{host}:{to}"] = found.get(f"{host}:{to}", b"") + stream
    return found


def only_the_relay(met: Met, rendezvous: str = OPERATOR) -> None:
    """Assert that neither sent a packet to anybody but the relay and the rendezvous."""
    packets = met.records["path"].packets()
    for address in PEOPLE.values():
        if address != rendezvous:
            assert sent_to(packets, address) == {RELAY, rendezvous}
        udp = [packet for packet in packets if packet.protocol == "udp" and packet.source[0] == address]
        assert {packet.destination[0] for packet in udp} <= {RELAY}


def test_by_tcp_every_byte_to_the_relay_is_in_the_ledger_and_the_invitation_is_told(tmp_path: Path) -> None:
    """Here the rendezvous is on alice's own machine."""
    with table(tmp_path) as here:
        options = ("--addresses", "relay")
        met = meet(here, *options, ice=[BY_TCP], listen=ALICE, records=("path", "relay"), tapped=True)
    heard_and_seen(met)
    only_the_relay(met, rendezvous=ALICE)
    for name, address in PEOPLE.items():
        said = said_by_tcp(met.records["path"].packets(), address, TURN_PORT)
        counted: dict[str, int] = {}
        messages: dict[str, int] = {}
        for (destination, kind), (packets, size) in met.traffic(name).items():
            if kind != "signalling":
                counted[destination] = counted.get(destination, 0) + size
                messages[destination] = messages.get(destination, 0) + packets
        assert counted == {destination: len(stream) for destination, stream in said.items()}
        assert messages == {destination: len(list(wire.turn_messages(stream))) for destination, stream in said.items()}
        could = seats.relay(met.records["relay"].packets(), address, WHERE)
        assert could == met.ledger(name, "relay")
    assert ("network address", ALICE) in met.ledger("alice", "participants")
    assert [line for line in met.people["alice"].of("notice") if line["serious"] and ALICE in line["text"]]
    assert ("network address", BOB) not in met.ledger("bob", "participants")


def test_by_tls_the_path_sees_where_it_goes_and_nothing_else(tmp_path: Path) -> None:
    with table(tmp_path, tls=True) as here:
        met = meet(here, "--addresses", "relay", ice=[BY_TLS])
    heard_and_seen(met)
    only_the_relay(met)
    packets = met.records["path"].packets()
    for name, address in PEOPLE.items():
        said = said_by_tcp(packets, address, TURNS_PORT)
        assert list(said) == [f"{RELAY}:{TURNS_PORT}"]
        assert all(seats.is_tls(stream) for stream in said.values())
        assert seats.network(packets, address, WHERE) == met.ledger(name, "network")
        assert not [packet for packet in packets if packet.protocol == "udp" and packet.source[0] == address]
        inside = sum(size for (to, _), (_, size) in met.traffic(name).items() if to == f"{RELAY}:{TURNS_PORT}")
        assert 0 < inside < len(said[f"{RELAY}:{TURNS_PORT}"])
        assert ("voice is live", seats.SENT_ENCRYPTED) in met.ledger(name, "relay")


def test_nobody_who_leaves_waits_for_a_relay_that_is_gone(tmp_path: Path) -> None:
    with table(tmp_path, with_relay=False) as here, contextlib.ExitStack() as stack:
        stack.enter_context(relay(here.net.seats["relay"], RELAY))
        gone: list[float] = []

        def during(people: dict[str, Scripted]) -> None:
            stack.close()
            time.sleep(2)
            gone.append(time.monotonic())

        met = meet(here, "--addresses", "relay", ice=[BY_UDP], seconds=0, during=during)
        assert time.monotonic() - gone[0] < 20
    assert met.statuses == {"alice": 0, "bob": 0}


def refused(person: Scripted, status: int, sentence: str) -> None:
    """Assert that somebody was told so in one sentence, and ended."""
    assert person.finish() == status
    (error,) = person.of("error")
    assert error["status"] == status
    assert sentence in error["message"]
    assert len(person.errors) == 1, person.errors


@pytest.mark.parametrize(
    ("servers", "password", "running", "status", "sentence"),
    [
        ([BY_UDP], "wrong", True, 4, "refuses the user name or the password"),
        ([BY_TLS], "right", True, 3, "could not prove its identity"),
        ([BY_TCP], "right", False, 3, "does not answer"),
        ([STUN], "right", True, 3, "names none"),
    ],
    ids=["wrong password", "unknown certificate", "dead", "none"],
)
def test_a_host_without_a_relay_contacts_nobody_else(
    servers: list[str], password: str, running: bool, status: int, sentence: str, tmp_path: Path
) -> None:
    tls = servers == [BY_TLS]
    with table(tmp_path, with_relay=running, tls=tls, password=password) as here:
        here.environment.pop("SSL_CERT_FILE", None)
        with recorded(here, "path") as records:
            words = [word for url in servers for word in ("--ice-server", url)]
            alice = here.person(
                "alice", "host", "--rendezvous", here.url, "--addresses", "relay", *words, *media("alice")
            )
            refused(alice, status, sentence)
    assert sent_to(records["path"].packets(), ALICE) <= {RELAY}


def test_a_guest_without_a_relay_contacts_nobody_but_the_rendezvous(tmp_path: Path) -> None:
    """The host may be reached directly; the guest wants a relay or nothing, and the relay is dead."""
    with table(tmp_path, with_relay=False) as here, recorded(here, "path") as records:
        words = ["--rendezvous", here.url, "--ice-server", BY_UDP, "--addresses", "local"]
        alice = here.person("alice", "host", *words, *media("alice"))
        link = alice.wait_for("invitation")["link"]
        alice.wait_for("joined")
        bob = here.person("bob", "join", "-", "--addresses", "relay", *media("bob"), link=link)
        refused(bob, 3, "does not answer")
        alice.stop()
        assert alice.finish() == 0
    packets = records["path"].packets()
    assert {packet.destination for packet in packets if packet.source[0] == BOB} == {
        (OPERATOR, RENDEZVOUS_PORT),
        (RELAY, TURN_PORT),
    }
    assert not [packet for packet in packets if packet.source[0] == ALICE and packet.destination[0] == BOB]
