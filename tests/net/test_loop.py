"""Datagrams that leave by a witnessed loop: counted to the byte, asked about again when there is reason to."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from net.loop import WitnessedTransport
from net.packets import Kind
from net.tally import Count
from privacy.facts import Audience, Fact
from privacy.policy import Policy
from tests.net.lab import Lab

HERE = "127.0.0.1"


def media(number: int = 96, size: int = 80, extension: int = 0x10, sequence: int = 1) -> bytes:
    head = struct.pack("!BBHIIHH4B", 0x90, number, sequence, 2, 3, 0xBEDE, 1, extension, 0x30, 0, 0)
    return head + bytes(size)


@contextmanager
def listeners(count: int) -> Iterator[list[socket.socket]]:
    """Sockets at which datagrams arrive."""
    sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(count)]
    for one in sockets:
        one.bind((HERE, 0))
        one.setblocking(False)
    try:
        yield sockets
    finally:
        for one in sockets:
            one.close()


def arrived(at: socket.socket) -> list[bytes]:
    found = []
    while True:
        try:
            found.append(at.recv(2048))
        except BlockingIOError:
            return found


Work = Callable[[WitnessedTransport, list[tuple[str, int]]], None]


def sent(lab: Lab, work: Work, count: int = 1) -> list[list[bytes]]:
    """What arrives at so many allowed destinations when `work` sends with a transport."""

    async def main() -> list[list[bytes]]:
        with listeners(count) as sockets:
            places = [one.getsockname() for one in sockets]
            for host, port in places:
                lab.guard.allow(host, port, "a test", Audience.PARTICIPANTS)
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, (HERE, 0))
            assert isinstance(transport, WitnessedTransport)
            work(transport, places)
            transport.close()
            return [arrived(one) for one in sockets]

    found: list[list[bytes]] = lab.run(main())
    return found


class Asked:
    """How often the outlet is asked."""

    def __init__(self, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        admit = lab.witness.admit

        def counting(*args: object) -> Count | None:
            self.times += 1
            return admit(*args)  # type: ignore[arg-type]  # as they came

        monkeypatch.setattr(lab.witness, "admit", counting)


def counted(lab: Lab) -> dict[tuple[str, str], tuple[int, int]]:
    lab.witness.flush()
    traffic = lab.ledger.snapshot(0).traffic
    return {(row.destination, row.kind): (row.packets, row.bytes) for row in traffic}


def test_media_is_asked_about_once_and_counted_to_the_byte(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab()
    asked = Asked(lab, monkeypatch)
    packets = [media(sequence=n) for n in range(20)] + [media(97, 100 + n) for n in range(20)]

    def work(transport: WitnessedTransport, places: list[tuple[str, int]]) -> None:
        for packet in packets:
            transport.sendto(packet, places[0])
        lab.witness.flush()
        for packet in packets:
            transport.sendto(packet, places[0])

    (found,) = sent(lab, work)
    assert found == [*packets, *packets]
    assert asked.times == 3  # one of the voice, two pictures, which have several sizes
    ((_, kind), (number, size)), *others = counted(lab).items()
    assert (kind, number, size) == (Kind.RTP, 80, 2 * sum(map(len, packets)))
    assert not others
    voice = next(e for e in lab.ledger.snapshot(0).entries if e.fact is Fact.VOICE and e.audience is Audience.NETWORK)
    assert voice.times == 40
    assert "sequence 19" in voice.last.detail
    assert "sequence 0" not in voice.last.detail


def test_what_looks_otherwise_is_asked_about_again(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab()
    asked = Asked(lab, monkeypatch)

    def times(transport: WitnessedTransport, place: tuple[str, int], data: bytes | bytearray) -> int:
        before = asked.times
        transport.sendto(data, place)
        return asked.times - before

    def work(transport: WitnessedTransport, places: list[tuple[str, int]]) -> None:
        here, there = places
        assert [times(transport, here, media()) for _ in range(3)] == [1, 0, 0]
        assert times(transport, here, media(extension=0x20)) == 1  # another header
        assert times(transport, here, media()) == 1
        assert times(transport, here, bytearray(media())) == 1  # may change after it was read
        assert times(transport, here, b"\x80" + media()[1:]) == 1  # without extensions: nothing to know it by
        assert times(transport, here, b"\x80" + media()[1:]) == 1
        assert [times(transport, there, media()) for _ in range(2)] == [1, 0]
        assert times(transport, here, media(size=81)) == 1

    here, there = sent(lab, work, 2)
    assert (len(here), len(there)) == (9, 2)
    assert sorted(counted(lab).values()) == [(2, 2 * len(media())), (9, sum(map(len, here)))]
    told = {(e.fact, e.audience) for e in lab.ledger.snapshot(0).entries}
    assert (Fact.LOUDNESS, Audience.NETWORK) in told
    assert (Fact.ACTIVITY, Audience.NETWORK) in told
    assert (Fact.LOUDNESS, Audience.PARTICIPANTS) not in told


@pytest.mark.parametrize("in_thread", [False, True])
def test_what_is_no_longer_allowed_does_not_leave(in_thread: bool) -> None:
    lab = Lab()

    def work(transport: WitnessedTransport, places: list[tuple[str, int]]) -> None:
        transport.sendto(media(), places[0])
        transport.sendto(media(), places[0])
        if in_thread:
            thread = threading.Thread(target=lab.guard.disallow, args=places[0])
            thread.start()
            thread.join()
        else:
            lab.guard.begin_anew()
        transport.sendto(media(), places[0])
        transport.sendto(media(), places[0])

    (found,) = sent(lab, work)
    assert len(found) == 2
    assert sum(refusal.count for refusal in lab.ledger.snapshot(0).refused) == 2


def test_another_policy_is_asked_about_what_the_one_before_allowed() -> None:
    lab = Lab()
    breaches: list[str] = []

    def work(transport: WitnessedTransport, places: list[tuple[str, int]]) -> None:
        transport.sendto(media(), places[0])
        transport.sendto(media(), places[0])
        lab.witness.hold_to(Policy(), breaches.append)
        transport.sendto(media(), places[0])

    (found,) = sent(lab, work)
    assert len(found) == 2
    assert len(breaches) == 1


def test_a_meeting_that_begins_anew_counts_from_nothing() -> None:
    lab = Lab()

    def work(transport: WitnessedTransport, places: list[tuple[str, int]]) -> None:
        for _ in range(3):
            transport.sendto(media(), places[0])
        lab.witness.begin_anew()
        lab.ledger.begin_anew()
        for _ in range(2):
            transport.sendto(media(), places[0])

    sent(lab, work)
    assert list(counted(lab).values()) == [(2, 2 * len(media()))]
    assert lab.witness.counted == 2


def test_a_connected_transport_needs_no_address() -> None:
    lab = Lab()

    async def main() -> list[bytes]:
        with listeners(1) as (there,):
            host, port = there.getsockname()
            lab.guard.allow(host, port, "a test", Audience.RELAY)
            loop = asyncio.get_running_loop()
            transport, _ = await loop.create_datagram_endpoint(
                asyncio.DatagramProtocol, remote_addr=there.getsockname()
            )
            for _ in range(3):
                transport.sendto(media())
            transport.close()
            return arrived(there)

    assert lab.run(main()) == [media()] * 3
    assert list(counted(lab).values()) == [(3, 3 * len(media()))]


def test_what_the_socket_does_not_take_at_once_is_left_to_asyncio() -> None:
    lab = Lab()

    def full(*args: object) -> None:
        raise BlockingIOError

    def work(transport: WitnessedTransport, places: list[tuple[str, int]]) -> None:
        transport.sendto(media(), places[0])
        transport._at_once = full
        transport.sendto(media(sequence=2), places[0])

    (found,) = sent(lab, work)
    assert found == [media(), media(sequence=2)]
    assert list(counted(lab).values()) == [(2, 2 * len(media()))]


def test_news_are_told_at_once_and_more_of_the_same_every_other_time() -> None:
    lab = Lab()

    def packets() -> int:
        return sum(row.packets for row in lab.ledger.snapshot(0).traffic)

    def work(transport: WitnessedTransport, places: list[tuple[str, int]]) -> None:
        seen = []
        for number in range(6):
            transport.sendto(media(97 if number == 3 else 96), places[0])
            lab.witness.tick()
            seen.append(packets())
        assert seen == [1, 2, 2, 4, 4, 6]

    sent(lab, work)
