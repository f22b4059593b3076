"""The egress guard refuses whatever any library tries, counts it, and lets the meeting's own destinations pass."""

from __future__ import annotations

import asyncio
import ctypes.util
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from net.guard import MAX_ALLOWED, MAX_REFUSALS, Allowed, Blocked, Guard
from privacy.facts import Audience, Refusal
from tests.net.lab import Lab


@pytest.fixture
def guard() -> Guard:
    return Guard(lambda: 1.0)


async def by_aiohttp() -> None:
    async with aiohttp.ClientSession() as session, session.get("http://somewhere-else.example/"):
        pass


async def by_aiohttp_address() -> None:
    async with aiohttp.ClientSession() as session, session.get("http://127.0.0.9:8000/"):
        pass


async def by_urllib() -> None:
    await asyncio.to_thread(urllib.request.urlopen, "http://somewhere-else.example/")


async def by_socket() -> None:
    with socket.socket() as plain:
        plain.connect(("127.0.0.9", 9000))


async def by_datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        plain.sendto(b"anything", ("127.0.0.9", 9000))


async def by_message() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        plain.sendmsg([b"anything"], [], 0, ("127.0.0.9", 9000))


async def by_getaddrinfo() -> None:
    await asyncio.get_running_loop().getaddrinfo("somewhere-else.example", 80)


async def by_gethostbyname() -> None:
    socket.gethostbyname("somewhere-else.example")


async def by_reverse_lookup() -> None:
    socket.gethostbyaddr("127.0.0.9")


async def by_program() -> None:
    await asyncio.to_thread(subprocess.run, ["ping", "-c1", "127.0.0.9"], check=True)


@pytest.mark.parametrize(
    ("way", "destination", "action"),
    [
        (by_aiohttp, "somewhere-else.example", "look up"),
        (by_aiohttp_address, "127.0.0.9:8000", "connect to"),
        (by_urllib, "somewhere-else.example", "look up"),
        (by_socket, "127.0.0.9:9000", "connect to"),
        (by_datagram, "127.0.0.9:9000", "send to"),
        (by_message, "127.0.0.9:9000", "send to"),
        (by_getaddrinfo, "somewhere-else.example", "look up"),
        (by_gethostbyname, "somewhere-else.example", "look up"),
        (by_reverse_lookup, "127.0.0.9", "look up the name of"),
        (by_program, "ping", "start"),
    ],
    ids=lambda value: getattr(value, "__name__", None),
)
def test_another_destination_is_refused_and_shown(
    way: Callable[[], Coroutine[Any, Any, None]], destination: str, action: str
) -> None:
    lab = Lab()

    async def main() -> None:
        with pytest.raises((OSError, aiohttp.ClientError, urllib.error.URLError)):
            await way()

    lab.run(main())
    shown = {(refusal.destination, refusal.action) for refusal in lab.ledger.snapshot(0).refused}
    assert (destination, action) in shown


def test_a_datagram_of_the_loop_to_another_destination_does_not_leave() -> None:
    lab = Lab()

    async def main() -> bytes:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
            listener.bind(("127.0.0.1", 0))
            listener.settimeout(0.3)
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", 0))
            transport.sendto(b"refused", listener.getsockname())
            lab.guard.allow("127.0.0.1", listener.getsockname()[1], "a test", Audience.PARTICIPANTS)
            transport.sendto(b"allowed", listener.getsockname())
            data = await asyncio.to_thread(listener.recv, 100)
            transport.close()
            return data

    assert lab.run(main()) == b"allowed"
    lab.witness.flush()
    snapshot = lab.ledger.snapshot(0)
    assert sum(traffic.bytes for traffic in snapshot.traffic) == len(b"allowed")
    assert sum(refusal.count for refusal in snapshot.refused) == 1


def test_an_allowed_name_is_looked_up_once_and_reported() -> None:
    lab = Lab()

    async def main() -> None:
        lab.guard.allow("localhost", 1, "a test", Audience.OPERATOR)
        loop = asyncio.get_running_loop()
        assert await loop.getaddrinfo("localhost", 1) is await loop.getaddrinfo("localhost", 1)

    lab.run(main())
    lab.witness.flush()
    lookups = [entry for entry in lab.ledger.snapshot(0).entries if entry.fact == "name lookup"]
    assert [(entry.value, entry.times) for entry in lookups] == [("localhost", 1)]


def test_allowing_gives_the_reason_back(guard: Guard) -> None:
    guard.allow("127.0.0.1", 80, "first", Audience.OPERATOR)
    guard.allow("127.0.0.1", 80, "second", Audience.RELAY)
    guard.allow("Example.ORG.", 443, "a name", Audience.OPERATOR)
    guard.allow("::ffff:127.0.0.2", 81, "mapped", Audience.OPERATOR)
    allowed = guard.why("127.0.0.1", 80)
    assert allowed is not None
    assert allowed.reason == "first"
    assert guard.permits("127.0.0.2", 81)
    assert guard.permits("::ffff:127.0.0.1", 80)
    assert not guard.permits("127.0.0.1", 81)
    assert guard.why_name("example.org") is not None
    assert ("example.org", 0) in {(host, port) for host, port, _ in guard.allowed}
    guard.disallow("127.0.0.1", 80)
    assert not guard.permits("127.0.0.1", 80)


def test_both_lists_are_bounded(guard: Guard) -> None:
    for port in range(1, MAX_ALLOWED + 1):
        guard.allow("127.0.0.1", port, "many", Audience.PARTICIPANTS)
    with pytest.raises(Blocked, match="full"):
        guard.allow("127.0.0.2", 1, "one more", Audience.PARTICIPANTS)
    for number in range(MAX_REFUSALS + 50):
        guard.refuse(f"host-{number}", "connect to")
    assert len(guard.refusals) == MAX_REFUSALS + 1
    assert {r.destination: r.count for r in guard.refusals}["others"] == 50


def test_only_one_guard_is_active_and_after_it_nothing_is_refused(guard: Guard) -> None:
    with guard.active():
        with pytest.raises(RuntimeError), Guard(lambda: 0.0).active():
            pass
        with pytest.raises(Blocked):
            socket.gethostbyname("nowhere.invalid")
    assert subprocess.run([sys.executable, "-c", "pass"], check=False).returncode == 0


def test_programs_that_were_named_may_start_and_library_finders_too(guard: Guard) -> None:
    guard.allow_program(sys.executable, "a test")
    with guard.active():
        assert subprocess.run([sys.executable, "-c", "pass"], check=False).returncode == 0
        ctypes.util.find_library("c")
    assert not guard.refusals


def test_unix_sockets_stay_on_this_machine_and_are_let_pass(guard: Guard) -> None:
    with guard.active(), socket.socket(socket.AF_UNIX) as local, pytest.raises(FileNotFoundError):
        local.connect("/nowhere/at/all")


def test_refusals_are_reported_in_the_thread_that_tried() -> None:
    heard: list[tuple[str, Refusal]] = []
    guard = Guard(lambda: 1.0, lambda refusal: heard.append((threading.current_thread().name, refusal)))

    def try_it() -> None:
        with pytest.raises(Blocked):
            socket.gethostbyname("elsewhere.example")

    with guard.active():
        thread = threading.Thread(target=try_it, name="elsewhere")
        thread.start()
        thread.join()
    assert [(name, refusal.destination) for name, refusal in heard] == [("elsewhere", "elsewhere.example")]


def test_taking_something_off_the_list_is_reported(guard: Guard) -> None:
    reports: list[str] = []
    guard.disallow("127.0.0.1", 80)
    guard.on_revoked(lambda: reports.append("revoked"))
    guard.allow("127.0.0.1", 80, "a test", Audience.PARTICIPANTS)
    assert not reports
    guard.disallow("127.0.0.1", 80)
    guard.begin_anew()
    assert len(reports) == 2


def test_the_list_counts_as_long_as_the_guard_is_active_and_at_once(guard: Guard) -> None:
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as there,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s,
    ):
        there.bind(("127.0.0.1", 0))
        place = there.getsockname()
        with guard.active():
            with pytest.raises(Blocked):
                s.sendto(b"refused", place)
            guard.allow(place[0], place[1], "a test", Audience.PARTICIPANTS)
            s.sendto(b"allowed", place)
            guard.begin_anew()
            with pytest.raises(Blocked):
                s.sendto(b"refused", place)
        s.sendto(b"nobody asks", place)
        assert [there.recv(100) for _ in range(2)] == [b"allowed", b"nobody asks"]


def test_a_datagram_to_a_path_of_this_machine_is_let_pass(guard: Guard, tmp_path: Path) -> None:
    with guard.active(), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as there:
        there.bind(str(tmp_path / "door"))
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as own:
            own.sendto(b"by text", str(tmp_path / "door"))
            own.sendto(b"by bytes", bytearray(bytes(tmp_path / "door")))
        assert [there.recv(100) for _ in range(2)] == [b"by text", b"by bytes"]


def test_who_is_gone_makes_room_for_others_and_nobody_else_does(guard: Guard) -> None:
    """Whoever comes again and again, each time from other addresses, would keep everybody else out for good."""
    guard.allow("192.0.2.1", 4000, "the meeting's server", Audience.OPERATOR)
    guard.allow("192.0.2.2", 4000, "somebody who stays", Audience.PARTICIPANTS, "ben")
    revoked: list[int] = []
    guard.on_revoked(lambda: revoked.append(1))
    for number in range(3 * MAX_ALLOWED):
        guard.allow("198.51.100.7", 2000 + number, "somebody who comes and goes", Audience.PARTICIPANTS, f"{number}")
        guard.let_go(f"{number}")
    assert len(guard.allowed) == MAX_ALLOWED
    assert len(revoked) == 2 * MAX_ALLOWED + 2
    assert guard.permits("192.0.2.1", 4000)
    assert guard.permits("192.0.2.2", 4000)
    assert guard.permits("198.51.100.7", 2000 + 3 * MAX_ALLOWED - 1)
    assert not guard.permits("198.51.100.7", 2000)


def test_who_is_back_is_not_taken_for_gone(guard: Guard) -> None:
    guard.allow("192.0.2.2", 4000, "here", Audience.PARTICIPANTS, "ben")
    guard.let_go("ben")
    guard.allow("192.0.2.2", 4000, "here again", Audience.PARTICIPANTS, "cara")
    assert guard.allowed == (("192.0.2.2", 4000, Allowed("here again", Audience.PARTICIPANTS, "cara")),)
    for number in range(MAX_ALLOWED - 1):
        guard.allow("198.51.100.7", 2000 + number, "somebody else", Audience.PARTICIPANTS, "dan")
    with pytest.raises(Blocked):
        guard.allow("192.0.2.9", 4000, "one too many", Audience.PARTICIPANTS, "eve")
    guard.let_go("")
    with pytest.raises(Blocked):
        guard.allow("192.0.2.9", 4000, "one too many", Audience.PARTICIPANTS, "eve")
