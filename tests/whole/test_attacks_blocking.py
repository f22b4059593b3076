"""A description with as many candidates as fit does not hold up the loop on which everybody's sound runs."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from net.sdp import MAX_TEXT, AddressMode, BadDescription
from tests.net.lab import Lab, make_end

BLOCKED = 0.1
"""Seconds."""


async def longest_gap(work: Callable[[], Awaitable[object]]) -> float:
    """The longest time between two turns of the loop while something is done."""
    longest, running = 0.0, True

    async def ticks() -> None:
        nonlocal longest
        last = time.perf_counter()
        while running:
            await asyncio.sleep(0)
            now = time.perf_counter()
            longest, last = max(longest, now - last), now

    ticking = asyncio.ensure_future(ticks())
    await asyncio.sleep(0)
    try:
        await work()
    finally:
        running = False
        await ticking
    return longest


def with_candidates(offer: str, count: int) -> str:
    """An offer with this many more candidates, in its three sections."""
    lines = [f"a=candidate:1 1 udp 1 192.0.{n >> 8}.{n & 255} {2000 + n} typ host\r\n" for n in range(count // 3)]
    return offer.replace("a=end-of-candidates", "".join(lines) + "a=end-of-candidates")


async def gap_of_answering(lab: Lab, candidates: int) -> float:
    """How long the loop stands still at worst while an offer is answered."""
    theirs, ours = make_end(lab, "b"), make_end(lab, "a", mode=AddressMode.LOCAL)
    try:
        offer = with_candidates(str(await theirs.peer.offer()), candidates)
        gap = await longest_gap(lambda: answered(ours.peer.answer(offer), len(offer) > MAX_TEXT))
        await asyncio.sleep(0)
        return gap
    finally:
        await theirs.peer.close()
        await ours.peer.close()


async def answered(answer: Awaitable[object], too_long: bool) -> None:
    if too_long:
        with pytest.raises(BadDescription):
            await answer
    else:
        await answer


@pytest.mark.parametrize("candidates", [500, 1000, 20_000])
def test_many_candidates_do_not_hold_up_the_loop(candidates: int) -> None:
    """Compared with an honest offer on the same loop, and the best of three, since others use this machine as well."""
    lab = Lab()

    async def main() -> float:
        return min([await gap_of_answering(lab, candidates) - await gap_of_answering(lab, 0) for _ in range(3)])

    assert lab.run(main()) < BLOCKED


def test_a_blocked_loop_would_be_seen() -> None:
    async def work() -> None:
        time.sleep(2 * BLOCKED)

    assert asyncio.run(longest_gap(work)) > BLOCKED
