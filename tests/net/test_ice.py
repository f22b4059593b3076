"""The meeting's servers: which are used in which mode, and how a relay that does not let us in is told."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from net import ice
from net.errors import Refused, Unreachable
from net.ice import Servers, is_here
from net.sdp import AddressMode
from net.services.mesh.ice import IceServer
from net.tellings import GIVEN, GREETS_BY_TLS, user_name
from privacy.facts import Audience, Fact
from privacy.policy import Policy, Telling
from tests.net.lab import Lab

PORTER = """
import socket
from aioice import stun
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
    door.bind(("127.0.0.1", 0))
    print(door.getsockname()[1], flush=True)
    while True:
        data, who = door.recvfrom(2048)
        asked = stun.parse_message(data)
        answer = stun.Message(asked.message_method, stun.Class.ERROR, asked.transaction_id)
        answer.attributes["ERROR-CODE"] = (401, "no")
        answer.attributes["REALM"], answer.attributes["NONCE"] = "test", b"once"
        door.sendto(bytes(answer), who)
"""
"""A TURN server that lets nobody in; a process of its own, since the guard answers for all of this one."""


@contextmanager
def porter() -> Iterator[int]:
    """Gives the port at which nobody is let in."""
    process = subprocess.Popen([sys.executable, "-c", PORTER], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.communicate(timeout=30)


def relay(port: int) -> IceServer:
    return IceServer(f"turn:127.0.0.1:{port}?transport=udp", "reed", "secret")


@contextmanager
def silent_port() -> Iterator[int]:
    """A port at which nobody answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as closed:
        closed.bind(("127.0.0.1", 0))
        yield closed.getsockname()[1]


def ask(mode: AddressMode, *servers: IceServer) -> list[IceServer]:
    lab = Lab()
    found: list[IceServer] = lab.run(Servers(lab.guard, mode).usable(servers))
    return found


def test_a_relay_that_refuses_us_is_named() -> None:
    with porter() as port, pytest.raises(Refused, match=r"127\.0\.0\.1 refuses the user name or the password"):
        ask(AddressMode.RELAY, relay(port))


def test_where_none_lets_us_in_the_last_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ice, "ANSWER_WITHIN", 0.3)
    with porter() as port, silent_port() as silent, pytest.raises(Unreachable):
        ask(AddressMode.RELAY, relay(port), relay(silent))


def test_a_silent_relay_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ice, "ANSWER_WITHIN", 0.3)
    with silent_port() as port, pytest.raises(Unreachable, match="does not answer; no other way was tried"):
        ask(AddressMode.RELAY, relay(port))


def test_relay_mode_without_a_relay_is_an_end() -> None:
    for servers in ((), (IceServer("stun:127.0.0.1:3478"),)):
        with pytest.raises(Unreachable, match="names none"):
            ask(AddressMode.RELAY, *servers)


def test_other_modes_ask_nobody_beforehand() -> None:
    with silent_port() as port:
        for mode in (AddressMode.LOOPBACK, AddressMode.LOCAL, AddressMode.PUBLIC):
            assert ask(mode, relay(port)) == [relay(port)]


def test_a_meeting_on_this_machine_uses_no_server_elsewhere() -> None:
    elsewhere = IceServer("stun:198.51.100.7:3478"), IceServer("stun:stun.example.org:3478")
    assert ask(AddressMode.LOOPBACK, *elsewhere) == []
    assert not any(is_here(server) for server in elsewhere)
    assert is_here(IceServer("stun:127.0.0.1:3478"))


GIVEN_USER = (Fact.CREDENTIAL, user_name(GIVEN), Audience.RELAY)
SEEN = (Fact.ADDRESS, "192.0.2.1", Audience.RELAY)
BY_TLS = (Fact.SOFTWARE, GREETS_BY_TLS, Audience.RELAY)


@pytest.mark.parametrize(
    ("foreseen", "used"),
    [
        ([], []),
        ([SEEN], ["stun"]),
        ([SEEN, (Fact.CREDENTIAL, user_name("somebody else"), Audience.RELAY)], ["stun"]),
        ([SEEN, (Fact.CREDENTIAL, user_name("reed"), Audience.RELAY)], ["stun", "turn"]),
        ([SEEN, GIVEN_USER], ["stun", "turn"]),
        ([SEEN, GIVEN_USER, BY_TLS], ["stun", "turn", "turns"]),
    ],
)
def test_a_server_that_would_learn_more_than_was_shown_is_not_used(foreseen: list[Telling], used: list[str]) -> None:
    lab = Lab()
    ice = [
        IceServer("stun:192.0.2.9:3478"),
        IceServer("turn:192.0.2.9:3478?transport=udp", "reed", "secret"),
        IceServer("turns:192.0.2.9:5349?transport=tcp", "reed", "secret"),
    ]
    servers = Servers(lab.guard, AddressMode.LOCAL, Policy(foreseen))
    assert [server.kind for server in lab.run(servers.usable(ice))] == used
    assert len(lab.guard.allowed) == len({server.port for server in ice if server.kind in used})
