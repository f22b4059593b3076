from __future__ import annotations

import asyncio
from typing import Any

from media.errors import MediaError
from media.gate import Gate
from tests.media.helpers import FakeVoice, sine, until


def gate_of(source: FakeVoice, passed: list[Any]) -> Gate[FakeVoice]:
    async def step(source: FakeVoice) -> None:
        passed.append(await source.block())

    return Gate(source, step, name="test")


async def test_on_opens_and_pumps_and_off_closes() -> None:
    source = FakeVoice()
    passed: list[Any] = []
    gate = gate_of(source, passed)
    assert (gate.on, source.opened) == (False, 0)
    await gate.switch(True)
    assert (gate.on, source.opened) == (True, 1)
    source.blocks.put_nowait(sine(440))
    await until(lambda: len(passed) == 1)
    await gate.switch(False)
    assert not gate.on
    assert source.closed == 1


async def test_off_holds_before_anything_is_awaited() -> None:
    source = FakeVoice()
    gate = gate_of(source, [])
    await gate.switch(True)
    switching = gate.switch(False)
    switching.send(None)  # the first step of the coroutine, by hand
    assert not gate.on
    switching.close()
    await gate.switch(False)


async def test_off_while_it_opens_leaves_it_closed() -> None:
    source = FakeVoice()
    gate = gate_of(source, [])
    await asyncio.gather(gate.switch(True), gate.switch(False))
    assert not gate.on
    assert source.closed == source.opened == 1


async def test_the_last_of_many_switches_counts() -> None:
    source = FakeVoice()
    gate = gate_of(source, [])
    await asyncio.gather(*(gate.switch(on) for on in (True, False, True, False, True)))
    assert gate.on
    await asyncio.gather(*(gate.switch(on) for on in (False, True, False)))
    assert not gate.on
    assert source.closed == source.opened


async def test_a_source_that_cannot_be_opened_is_told_in_words_and_may_be_tried_again() -> None:
    source = FakeVoice()
    source.refuses = MediaError("no microphone was found")
    gate = gate_of(source, [])
    await gate.switch(True)
    assert not gate.on
    assert gate.trouble == "no microphone was found"
    source.refuses = None
    await gate.switch(True)
    assert gate.on
    assert gate.trouble == ""
    await gate.switch(False)


async def test_a_source_that_breaks_is_closed_and_told_and_may_be_opened_again() -> None:
    source = FakeVoice()
    passed: list[Any] = []
    changes: list[tuple[bool, str]] = []
    gate = gate_of(source, passed)
    gate._on_change = lambda: changes.append((gate.on, gate.trouble))
    await gate.switch(True)
    source.blocks.put_nowait(MediaError("unplugged"))
    await until(lambda: source.closed == 1)
    assert not gate.on
    assert changes[-1] == (False, "unplugged")
    await gate.switch(True)
    assert gate.on
    source.blocks.put_nowait(sine(440))
    await until(lambda: len(passed) == 1)
    await gate.switch(False)
    assert gate.trouble == ""


async def test_a_bug_in_a_source_is_reported_and_leaves_nothing_open() -> None:
    reports: list[Any] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: reports.append(context["exception"]))
    source = FakeVoice()
    gate = gate_of(source, [])
    await gate.switch(True)
    source.blocks.put_nowait(ZeroDivisionError("bug"))
    await until(lambda: len(reports) == 1)
    assert not gate.on
    assert source.closed == 1
    await gate.switch(False)
