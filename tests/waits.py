"""How a test waits for what becomes so a moment later: for the very thing that it will assert."""

from __future__ import annotations

import asyncio
from collections.abc import Callable


async def until(condition: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is so. Raises `TimeoutError` when it never is."""
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


async def still(value: Callable[[], object]) -> None:
    """Wait until what was on its way has come: nothing changes for half a second, though it did many times in one."""
    async with asyncio.timeout(30):
        before = object()
        while (now := value()) != before:
            before = now
            await asyncio.sleep(0.5)
