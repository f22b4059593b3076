"""The bounded queue between a meeting and its front end."""

from __future__ import annotations

import asyncio

from tui.compose.mailbox import Mailbox


async def drain(box: Mailbox[str]) -> list[str]:
    box.close()
    return [value async for value in box]


async def test_values_come_in_order() -> None:
    box: Mailbox[str] = Mailbox()
    for value in ("a", "b", "c"):
        box.put(value)
    assert await drain(box) == ["a", "b", "c"]


async def test_a_waiting_state_is_replaced_by_the_newer_one() -> None:
    box: Mailbox[str] = Mailbox()
    box.put("muted", state_of="reed")
    box.put("hello")
    box.put("audible", state_of="reed")
    box.put("visible", state_of="ada")
    assert await drain(box) == ["audible", "hello", "visible"]


async def test_a_state_that_was_read_is_told_again() -> None:
    box: Mailbox[str] = Mailbox()
    box.put("muted", state_of="reed")
    reader = aiter(box)
    assert await anext(reader) == "muted"
    box.put("audible", state_of="reed")
    assert await anext(reader) == "audible"


async def test_too_much_drops_the_oldest_and_counts() -> None:
    box: Mailbox[str] = Mailbox(limit=3)
    for value in "abcde":
        box.put(value)
    assert box.dropped == 2
    assert await drain(box) == ["c", "d", "e"]


async def test_a_reader_waits_for_what_comes_later_and_ends_when_closed() -> None:
    box: Mailbox[str] = Mailbox()
    loop = asyncio.get_running_loop()
    loop.call_later(0.01, box.put, "late")
    loop.call_later(0.02, box.close)
    assert [value async for value in box] == ["late"]
