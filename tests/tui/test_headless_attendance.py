"""Sitting in a meeting without a screen: what is printed, and what ends it."""

from __future__ import annotations

import asyncio
import io
import json
import os
import signal

import pytest

from net import errors
from net.services import base
from tests.tui.fake_session import REED, Stage
from tui.cli import Status
from tui.compose import happenings as happens
from tui.compose.happenings import Invitation
from tui.compose.headless import Attendance, Printer


async def test_json_is_one_object_a_line() -> None:
    out = io.StringIO()
    stage = Stage(invitation=Invitation("mesh+ws://127.0.0.1:1/#x", "Only this machine."))
    stage.room.queue.put_nowait(base.ParticipantJoined(REED))
    attendance = Attendance(stage.session, Printer(as_json=True, stream=out), duration=0.05)
    assert await attendance.run() == Status.LEFT
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["type"] for line in lines] == ["joining", "invitation", "joined", "participant", "left"]
    assert lines[-1]["reason"] == "the time is up"


async def test_without_json_it_is_told_in_sentences() -> None:
    out = io.StringIO()
    stage = Stage()
    stage.room.queue.put_nowait(base.ParticipantJoined(REED))
    await Attendance(stage.session, Printer(as_json=False, stream=out), duration=0.05).run()
    assert out.getvalue().splitlines() == [
        "joining as Wren by 127.0.0.1:1: muted, camera off",
        "in the meeting",
        "Reed is here",
        "left after 0 s (the time is up)",
    ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_signal_in_the_meeting_says_goodbye_and_ends_normally(number: signal.Signals) -> None:
    stage = Stage()

    def happened(happening: happens.Happening) -> None:
        if isinstance(happening, happens.Joined):
            os.kill(os.getpid(), number)

    attendance = Attendance(stage.session, Printer(True, io.StringIO()), on_happening=happened)
    assert await attendance.run() == Status.LEFT
    assert stage.told.lines[-1] == "leave"


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, Status.INTERRUPTED), (signal.SIGTERM, Status.TERMINATED)]
)
async def test_a_signal_before_the_meeting_has_its_own_status(number: signal.Signals, status: Status) -> None:
    stage = Stage()
    stage.room.gate.clear()
    asyncio.get_running_loop().call_later(0.05, os.kill, os.getpid(), number)
    assert await Attendance(stage.session, Printer(True, io.StringIO())).run() == status
    assert stage.told.lines == []


async def test_asked_twice_it_does_not_wait_for_goodbyes() -> None:
    stage = Stage()

    async def stuck() -> None:
        await asyncio.sleep(60)

    stage.room.leave = stuck  # type: ignore[method-assign] # a room that never lets go
    loop = asyncio.get_running_loop()
    loop.call_later(0.1, os.kill, os.getpid(), signal.SIGINT)
    loop.call_later(0.2, os.kill, os.getpid(), signal.SIGINT)
    with pytest.raises(asyncio.CancelledError):
        async with asyncio.timeout(30):
            await Attendance(stage.session, Printer(True, io.StringIO())).run()
    task = asyncio.current_task()
    assert task is not None
    task.uncancel()


async def test_a_meeting_that_was_not_joined_raises() -> None:
    stage = Stage(refusal=errors.Refused("The meeting is full."))
    with pytest.raises(errors.Refused):
        await Attendance(stage.session, Printer(True, io.StringIO())).run()
