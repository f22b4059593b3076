from __future__ import annotations

import asyncio

import pytest

from media.fanout import Fanout


async def test_every_receiver_gets_every_item_in_order() -> None:
    fanout: Fanout[int] = Fanout(10)
    one, two = fanout.subscribe(), fanout.subscribe()
    for item in range(3):
        fanout.offer(item)
    assert [await one.next() for _ in range(3)] == [0, 1, 2]
    assert [await two.next() for _ in range(3)] == [0, 1, 2]


async def test_a_slow_receiver_loses_the_oldest_and_nobody_else_does() -> None:
    fanout: Fanout[int] = Fanout(2)
    slow, quick = fanout.subscribe(), fanout.subscribe()
    for item in range(5):
        fanout.offer(item)
        assert await quick.next() == item
    assert [await slow.next(), await slow.next()] == [3, 4]
    assert slow.dropped == 3
    assert quick.dropped == 0


async def test_next_waits_for_an_item() -> None:
    fanout: Fanout[str] = Fanout(1)
    receiver = fanout.subscribe()
    waiting = asyncio.ensure_future(receiver.next())
    await asyncio.sleep(0)
    assert not waiting.done()
    fanout.offer("here")
    assert await waiting == "here"


async def test_closing_ends_who_waits_and_who_asks_later() -> None:
    fanout: Fanout[int] = Fanout(1)
    receiver = fanout.subscribe()
    fanout.offer(1)
    waiting = asyncio.ensure_future(fanout.subscribe().next())
    await asyncio.sleep(0)
    fanout.close()
    with pytest.raises(EOFError):
        await waiting
    with pytest.raises(EOFError):  # what was queued is not delivered after the end
        await receiver.next()
    with pytest.raises(EOFError):
        await fanout.subscribe().next()
    assert len(fanout) == 0


async def test_a_receiver_that_leaves_is_forgotten() -> None:
    fanout: Fanout[int] = Fanout(1)
    receiver = fanout.subscribe()
    receiver.close()
    receiver.close()
    assert len(fanout) == 0
    fanout.offer(1)
    with pytest.raises(EOFError):
        await receiver.next()


async def test_forgetting_takes_back_what_nobody_has_taken_yet() -> None:
    fanout: Fanout[int] = Fanout(5)
    receiver = fanout.subscribe()
    fanout.offer(1)
    fanout.forget()
    fanout.offer(2)
    assert await receiver.next() == 2
