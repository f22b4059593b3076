from __future__ import annotations

import asyncio
from typing import Any

from media.tasks import cancel, spawn


async def test_a_spawned_task_has_a_name_and_a_result() -> None:
    async def answer() -> int:
        return 42

    task = spawn(answer(), "answer")
    assert task.get_name() == "media: answer"
    assert await task == 42


async def test_a_failure_is_reported_at_once() -> None:
    reports: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: reports.append(context))

    async def fail() -> None:
        raise LookupError("lost")

    task = spawn(fail(), "failing")
    await asyncio.wait([task])
    await asyncio.sleep(0)
    assert [str(report["exception"]) for report in reports] == ["lost"]
    assert reports[0]["message"] == "media: failing failed"


async def test_cancel_waits_until_the_task_has_cleaned_up() -> None:
    cleaned = False

    async def work() -> None:
        nonlocal cleaned
        try:
            await asyncio.sleep(60)
        finally:
            await asyncio.sleep(0.01)
            cleaned = True

    task = spawn(work(), "work")
    await asyncio.sleep(0)
    await cancel(task)
    assert cleaned
    assert task.cancelled()
