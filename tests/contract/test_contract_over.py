"""The judge: when the meeting is over, the recorder on the path and the ledgers say the same, and no secret leaked."""

from __future__ import annotations

import json

from tests.contract.held import ADDRESSES, Over
from tests.contract.people import LOGIN
from tests.whole import decoding as wire
from tests.whole.internet import OPERATOR

UNINTERRUPTED = ("dave", "erin")
"""Whose incogs never lived through the death of the server, so that each message arrived."""


def test_everybody_left_properly_and_the_recorder_lost_nothing(over: Over) -> None:
    assert over.statuses
    assert set(over.statuses) == {0}
    assert over.path.dropped == 0
    assert not ["".join(person.errors) for person in over.everybody if "Traceback" in "".join(person.errors)]


def test_each_ledger_counts_the_datagrams_that_the_recorder_saw(over: Over) -> None:
    for name in {person.name for person in over.everybody}:
        sent = over.path.totals(ADDRESSES[name])
        assert sent
        assert over.traffic(name) == sent
        assert {kind for _, kind in sent} >= {"STUN", "DTLS", "RTP"}


def test_nobody_sends_anything_to_anybody_whom_their_ledger_does_not_name(over: Over) -> None:
    named: dict[str, set[str]] = {}
    for person in over.everybody:
        for left in person.of("left"):
            named.setdefault(person.name, set()).update(row["destination"] for row in left["traffic"])
            assert not left["refused"]
    for packet in over.path.packets():
        name = next((who for who, address in ADDRESSES.items() if address == packet.source[0]), "")
        if name and packet.protocol in ("udp", "tcp"):
            assert f"{packet.destination[0]}:{packet.destination[1]}" in named[name], packet


def test_each_ledger_counts_the_messages_that_the_server_got(over: Over) -> None:
    streams = wire.streams(over.path.packets())
    compared = 0
    for name in UNINTERRUPTED:
        told = sum(
            row["packets"]
            for person in over.everybody
            for left in (person.of("left") if person.name == name else ())
            for row in left["traffic"]
            if row["kind"] == "signalling"
        )
        sent = 0
        for (source, destination), stream in streams.items():
            if source[0] == ADDRESSES[name]:
                assert destination[0] == OPERATOR
                _, frames = wire.websocket(stream)
                sent += sum(opcode in (1, 10) for opcode, _ in frames)
        assert told == sent, name
        compared += told
    assert compared or not {person.name for person in over.everybody} & set(UNINTERRUPTED)


def test_no_secret_is_in_any_request_or_log_or_line(over: Over) -> None:
    heads = [wire.websocket(stream)[0] for stream in wire.streams(over.path.packets()).values()]
    assert any(head.startswith(b"GET ") for head in heads)
    said = [json.dumps(line) for person in over.everybody for line in person.lines if line["type"] != "invitation"] + [
        "".join(person.errors) for person in over.everybody
    ]
    assert over.secrets
    for secret in over.secrets:
        assert not [head for head in heads if secret.encode() in head]
        assert secret not in over.log
        assert not [line for line in said if secret in line]


def test_nothing_that_names_anybody_on_their_machine_was_on_the_wire(over: Over) -> None:
    wires = b"\n".join(packet.payload for packet in over.path.packets())
    assert len(wires) > 10_000
    assert LOGIN.encode() not in wires.lower()
