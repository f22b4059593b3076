"""Background tasks of the media side: each has a name, is referenced until done, and cannot fail unseen."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_running: set[asyncio.Task[Any]] = set()


def spawn(coro: Coroutine[Any, Any, T], name: str) -> asyncio.Task[T]:
    """Run `coro` in the background of the running loop.

    An exception goes to the loop's exception handler at once, not when the task happens to be collected.
    """
    task = asyncio.get_running_loop().create_task(coro, name=f"media: {name}")
    _running.add(task)
    task.add_done_callback(_ended)
    return task


def _ended(task: asyncio.Task[Any]) -> None:
    _running.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        context = {"message": f"{task.get_name()} failed", "exception": error, "task": task}
        task.get_loop().call_exception_handler(context)


async def cancel(task: asyncio.Task[Any]) -> None:
    """Stop a task and wait until it has ended. Its own failure was reported by `spawn` already."""
    task.cancel()
    await asyncio.wait([task])
