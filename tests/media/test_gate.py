from __future__ import annotations

import asyncio
from typing import Any

from media.errors import DeviceGoneError, MediaError
from media.gate import Gate
from tests.media.helpers import FakeVoice, sine
from tests.waits import until


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


async def test_off_right_after_on_releases_the_source() -> None:
    source = FakeVoice()
    gate = gate_of(source, [])
    await gate.switch(True)
    await gate.switch(False)  # before the pump has run at all
    assert (source.opened, source.closed) == (1, 1)


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


# --- another source


def named(name: str) -> FakeVoice:
    source = FakeVoice()
    source.name = name
    return source


class Pump:
    """A gate and all that came through it: the names of sources, in order."""

    def __init__(self, source: FakeVoice, *others: FakeVoice, carry_on: bool = True) -> None:
        self.passed: list[str] = []
        self.told: list[str] = []
        self.between = named("between")

        async def step(source: FakeVoice) -> None:
            await source.block()
            self.passed.append(source.name)

        async def substitutes(gone: FakeVoice) -> tuple[FakeVoice, ...]:
            return others

        self.gate = Gate(
            source, step, name="test", between=self.between, others=substitutes, carry_on=carry_on,
            on_fallen=self.told.append,
        )  # fmt: skip


async def test_another_source_is_opened_after_the_old_one_was_closed_and_never_while_off() -> None:
    one, two = named("one"), named("two")
    pump = Pump(one)
    assert await pump.gate.exchange(two) == ""
    assert (one.opened, two.opened, pump.gate.on) == (0, 0, False)
    await pump.gate.exchange(one)
    await pump.gate.switch(True)
    one.blocks.put_nowait(sine(440))
    await until(lambda: pump.passed == ["one"])
    pump.between.blocks.put_nowait(sine(440))
    assert await pump.gate.exchange(two) == ""
    assert (one.closed, two.opened, pump.gate.on, pump.gate.source) == (1, 1, True, two)
    one.blocks.put_nowait(sine(440))  # nobody takes it any more
    for source in (pump.between, two):
        source.blocks.put_nowait(sine(440))
        await until(source.blocks.empty)
    await until(lambda: pump.passed[-1] == "two")
    assert pump.passed.count("one") == 1
    assert "between" in pump.passed
    await pump.gate.switch(False)
    assert (two.closed, pump.gate.on) == (1, False)


async def test_what_cannot_be_opened_leaves_the_old_source_on() -> None:
    one, two = named("one"), named("two")
    two.refuses = MediaError("two is in use")
    pump = Pump(one)
    await pump.gate.switch(True)
    assert await pump.gate.exchange(two) == "two is in use"
    assert (pump.gate.on, pump.gate.source, pump.gate.trouble) == (True, one, "")
    one.blocks.put_nowait(sine(440))
    await until(lambda: pump.passed == ["one"])
    one.refuses = MediaError("one is in use")  # and if that has gone meanwhile, everything is off
    assert await pump.gate.exchange(two) == "two is in use"
    assert (pump.gate.on, pump.gate.source, pump.gate.trouble) == (False, one, "two is in use")
    assert (one.opened, one.closed) == (2, 3)  # what refused to open is closed as well


async def test_exchanging_for_nothing_switches_off() -> None:
    one = named("one")
    pump = Pump(one)
    await pump.gate.switch(True)
    assert await pump.gate.exchange(None) == ""
    assert (pump.gate.on, pump.gate.source, one.closed) == (False, None, 1)
    await pump.gate.switch(True)
    assert not pump.gate.on


async def test_off_in_the_middle_of_an_exchange_wins() -> None:
    one, two = named("one"), named("two")
    pump = Pump(one)
    await pump.gate.switch(True)
    await asyncio.gather(pump.gate.exchange(two), pump.gate.switch(False))
    assert not pump.gate.on
    assert two.opened == two.closed
    assert one.closed == 1


async def test_a_device_that_is_gone_is_replaced_and_does_not_come_back_by_itself() -> None:
    one, broken, two = named("one"), named("broken"), named("two")
    broken.refuses = MediaError("in use")
    pump = Pump(one, broken, two)
    await pump.gate.switch(True)
    one.blocks.put_nowait(DeviceGoneError("one went away", "connect it again"))
    two.blocks.put_nowait(sine(440))
    await until(lambda: pump.passed == ["two"])
    assert pump.gate.on
    assert pump.gate.source is two
    assert pump.gate.fallen == "one went away, so two is used: choose again when it is back"
    assert pump.told == [pump.gate.fallen]
    await pump.gate.switch(False)
    await pump.gate.switch(True)
    assert (pump.gate.source, two.opened, one.opened) == (two, 2, 1)
    await pump.gate.exchange(one)
    assert pump.gate.fallen == ""
    await pump.gate.switch(False)


async def test_a_device_that_was_gone_when_switched_on_is_replaced_as_well() -> None:
    one, two = named("one"), named("two")
    one.refuses = DeviceGoneError("one is not there any more", "connect it again")
    pump = Pump(one, two)
    await pump.gate.switch(True)
    assert (pump.gate.on, pump.gate.source) == (True, two)
    await pump.gate.switch(False)


async def test_what_breaks_without_being_a_device_is_not_replaced() -> None:
    one, two = named("one"), named("two")
    pump = Pump(one, two)
    await pump.gate.switch(True)
    one.blocks.put_nowait(MediaError("the file cannot be read"))
    await until(lambda: not pump.gate.on)
    assert (pump.gate.source, two.opened, pump.told) == (one, 0, [])


async def test_where_another_one_may_see_too_much_it_is_only_made_ready() -> None:
    one, two = named("one"), named("two")
    pump = Pump(one, two, carry_on=False)
    await pump.gate.switch(True)
    one.blocks.put_nowait(DeviceGoneError("one went away", "connect it again"))
    await until(lambda: not pump.gate.on)
    assert (pump.gate.source, two.opened) == (two, 0)
    assert pump.gate.trouble == "one went away, so it is off; two is the next one"
    await pump.gate.switch(True)
    assert two.opened == 1
    await pump.gate.switch(False)


async def test_off_while_a_substitute_is_opened_leaves_nothing_open() -> None:
    opening = asyncio.Event()

    class Slow(FakeVoice):
        async def open(self) -> None:
            opening.set()
            self.opened += 1
            await asyncio.sleep(3600)

    one, slow = named("one"), Slow()
    pump = Pump(one, slow)
    await pump.gate.switch(True)
    one.blocks.put_nowait(DeviceGoneError("one went away", "connect it again"))
    await opening.wait()
    await pump.gate.switch(False)
    assert (one.closed, slow.opened, slow.closed) == (1, 1, 1)
    assert not pump.gate.on
