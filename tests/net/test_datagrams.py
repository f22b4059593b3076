"""Datagrams taken from a socket: as they come, and many at once while many come."""

from __future__ import annotations

import asyncio
import gc
import select
import socket
import weakref
from collections.abc import Callable, Coroutine
from contextlib import closing
from contextvars import ContextVar
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.datagrams import MANY, PAUSE, DatagramLoop, Datagrams, Flow
from tests.waits import until

HERE = "127.0.0.1"
MEDIA, CHECK = b"\x80media", b"\x00check"


class Takes(asyncio.DatagramProtocol):
    """Notes what comes, and in which round of the loop."""

    def __init__(self) -> None:
        self.got: list[bytes] = []
        self.errors: list[Exception] = []
        self.rounds = 0  # in which something came
        self.on_each: Callable[[bytes], None] = lambda data: None
        self._in_round = False

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        self.got.append(data)
        if not self._in_round:
            self._in_round = True
            self.rounds += 1
            asyncio.get_running_loop().call_soon(self._over)
        self.on_each(data)

    def error_received(self, exc: Exception) -> None:
        self.errors.append(exc)

    def _over(self) -> None:
        self._in_round = False


Work = Callable[[Takes, Any, socket.socket], Coroutine[Any, Any, None]]


def on_a_loop(work: Work) -> Takes:
    takes = Takes()

    async def main() -> None:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: takes, (HERE, 0))
        assert isinstance(transport, Datagrams)
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender:
            sender.connect(transport.get_extra_info("sockname"))
            try:
                await work(takes, transport, sender)
            finally:
                transport.close()
        await asyncio.sleep(3 * PAUSE)

    with asyncio.Runner(loop_factory=DatagramLoop) as runner:
        runner.run(main())
    return takes


async def looked(transport: Any) -> None:
    """Until the loop has looked at its sockets once since something came to this one."""
    came, _, _ = select.select([transport.get_extra_info("socket")], [], [], 30)  # the kernel may take its time
    assert came
    await asyncio.sleep(0)
    await asyncio.sleep(0)


def test_nothing_is_lost_or_mixed_up_however_it_comes() -> None:
    sent: list[bytes] = []

    async def work(takes: Takes, transport: Any, sender: socket.socket) -> None:
        for turn in range(60):
            for number in range(turn % 7):
                sent.append(bytes([0x80 if number % 3 else 0]) + bytes([turn, number]))
                sender.send(sent[-1])
            await asyncio.sleep(PAUSE * (turn % 5) / 4)
        await until(lambda: len(takes.got) == len(sent))

    assert on_a_loop(work).got == sent


def test_while_many_come_they_are_taken_together() -> None:
    async def work(takes: Takes, transport: Any, sender: socket.socket) -> None:
        for _ in range(200):
            sender.send(MEDIA)
            await asyncio.sleep(0.001)
        await until(lambda: len(takes.got) == 200)

    assert on_a_loop(work).rounds < 120  # of 200, one each


def test_afterwards_each_is_taken_as_it_comes() -> None:
    async def work(takes: Takes, transport: Any, sender: socket.socket) -> None:
        for _ in range(30):
            sender.send(MEDIA)
        await until(lambda: len(takes.got) == 30)
        await asyncio.sleep(0.5)  # the bucket is empty
        for count in range(31, 36):
            sender.send(MEDIA)
            await looked(transport)
            assert len(takes.got) == count
            await asyncio.sleep(3 / MANY)

    on_a_loop(work)


def test_checks_alone_are_never_waited_for() -> None:
    async def work(takes: Takes, transport: Any, sender: socket.socket) -> None:
        for count in range(1, 40):
            sender.send(CHECK)
            await looked(transport)
            assert len(takes.got) == count

    on_a_loop(work)


def test_closed_while_it_waits_for_the_next_look_it_takes_nothing_more() -> None:
    async def work(takes: Takes, transport: Any, sender: socket.socket) -> None:
        for _ in range(20):
            sender.send(MEDIA)
        await until(lambda: len(takes.got) == 20)
        sender.send(MEDIA)
        transport.close()

    assert len(on_a_loop(work).got) == 20


def test_what_was_said_around_its_making_holds_for_all_that_is_taken() -> None:
    """Whoever has proven to know the password is told by a context variable."""
    said: ContextVar[str] = ContextVar("said", default="")
    found: set[str] = set()

    async def main() -> None:
        takes = Takes()
        takes.on_each = lambda data: found.add(said.get())
        said.set("around")
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: takes, (HERE, 0))
        said.set("later")
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender:
            sender.connect(transport.get_extra_info("sockname"))
            for pause in (0.001, 0.1, 0.001):
                for _ in range(60):
                    sender.send(MEDIA)
                    await asyncio.sleep(0.001)
                await asyncio.sleep(pause)
            await until(lambda: len(takes.got) == 180)
        transport.close()

    with asyncio.Runner(loop_factory=DatagramLoop) as runner:
        runner.run(main())
    assert found == {"around"}


def test_closed_it_holds_nothing() -> None:
    class Held:
        """What is said around its making."""

    said: ContextVar[Held] = ContextVar("said")
    kept: list[weakref.ref[Held]] = []

    async def opened_and_closed() -> None:
        takes, held = Takes(), Held()
        kept.append(weakref.ref(held))
        token = said.set(held)
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: takes, (HERE, 0))
        said.reset(token)
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as sender:
            sender.connect(transport.get_extra_info("sockname"))
            for _ in range(40):
                sender.send(MEDIA)
            await until(lambda: len(takes.got) == 40)
        transport.close()

    async def main() -> None:
        await opened_and_closed()
        for number in range(1, 10):  # timers that are due before the next look would have been
            asyncio.get_running_loop().call_later(PAUSE * number / 10, int)
        for _ in range(3):
            await asyncio.sleep(0)
        gc.collect()
        assert kept[0]() is None

    with asyncio.Runner(loop_factory=DatagramLoop) as runner:
        runner.run(main())


def test_closed_by_who_takes_it_hands_on_nothing_more() -> None:
    async def work(takes: Takes, transport: Any, sender: socket.socket) -> None:
        takes.on_each = lambda data: transport.close()
        for _ in range(20):
            sender.send(MEDIA)
        await asyncio.sleep(3 * PAUSE)

    assert len(on_a_loop(work).got) == 1


def test_one_that_cannot_be_taken_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    async def work(takes: Takes, transport: Any, sender: socket.socket) -> None:
        def fail(data: bytes) -> None:
            if data == b"\x80bad":
                raise ValueError("cannot be taken")

        takes.on_each = fail
        for _ in range(3):
            for data in (*[MEDIA] * 10, b"\x80bad", *[MEDIA] * 10):
                sender.send(data)
            await asyncio.sleep(3 * PAUSE)
        await until(lambda: len(takes.got) == 63)

    on_a_loop(work)
    assert "cannot be taken" in caplog.text


def test_that_nobody_is_there_is_told() -> None:
    async def main() -> None:
        takes = Takes()
        with closing(socket.socket(socket.AF_INET, socket.SOCK_DGRAM)) as gone:
            gone.bind((HERE, 0))
            address = gone.getsockname()
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(lambda: takes, remote_addr=address)
        transport.sendto(b"is anybody there?")
        await until(lambda: bool(takes.errors))
        transport.close()
        assert isinstance(takes.errors[0], ConnectionRefusedError)

    with asyncio.Runner(loop_factory=DatagramLoop) as runner:
        runner.run(main())


@given(st.lists(st.tuples(st.integers(0, 300), st.floats(0.0, 5.0)), max_size=60))
def test_many_is_forgotten_soon(looks: list[tuple[int, float]]) -> None:
    flow, now = Flow(), 0.0
    for came, later in looks:
        now += later
        flow.many(came, now)
    assert not flow.many(0, now + 10 / MANY)


@given(st.floats(1.05, 50.0))
def test_more_than_many_a_second_is_many(times: float) -> None:
    """Once it lasts."""
    flow, step = Flow(), 1 / (times * MANY)
    now = 0.0
    for _ in range(300):
        now += step
        found = flow.many(1, now)
    assert found


@given(st.floats(0.05, 0.95))
def test_fewer_one_by_one_are_not(times: float) -> None:
    flow, step = Flow(), 1 / (times * MANY)
    assert not any(flow.many(1, number * step) for number in range(1, 500))
