"""A new persona and a receipt, asked for by keyboard."""

from __future__ import annotations

from dataclasses import replace

from tests.tui.fake_meeting import FakeController, meeting
from tests.tui.screen_harness import SMALL, running
from tui.screens.dialogs import AskReceipt, ConfirmLeave, ConfirmPersona
from tui.screens.meeting import MeetingScreen


async def test_a_new_persona_is_asked_for_once_and_its_limits_are_said() -> None:
    async with running(SMALL) as run:
        await run.press("n")
        assert isinstance(run.app.screen, ConfirmPersona)
        for words in ("another alias", "muted and with the camera off", "they may guess who it is"):
            assert words in " ".join(run.text.replace("│", " ").split())
        await run.press("escape")
        assert run.controller.asked == []
        await run.press("n", "enter")
        assert run.controller.asked == [("change persona",)]
        assert isinstance(run.app.screen, MeetingScreen)


async def test_there_is_no_new_persona_while_the_meeting_is_not_live() -> None:
    async with running(SMALL, replace(meeting(), phase="recovering")) as run:
        await run.press("n")
        assert isinstance(run.app.screen, MeetingScreen)


async def test_a_receipt_is_asked_for_with_a_name_that_can_be_taken_as_it_is() -> None:
    async with running(SMALL) as run:
        await run.press("r")
        assert isinstance(run.app.screen, AskReceipt)
        assert "incog-receipt.jsonl" in run.text
        await run.press("enter")
        assert run.controller.asked == [("receipt", "incog-receipt.jsonl", False)]


async def test_every_letter_goes_into_the_name_and_escape_writes_none() -> None:
    async with running(SMALL) as run:
        await run.press("r", "ctrl+u", *"qmvhynr", "enter")
        assert run.controller.asked == [("receipt", "qmvhynr", False)]
        await run.press("r", "escape")
        await run.press("r", "ctrl+u", "enter")
        assert len(run.controller.asked) == 1


async def test_one_can_leave_with_a_receipt() -> None:
    async with running(SMALL) as run:
        await run.press("q")
        assert isinstance(run.app.screen, ConfirmLeave)
        assert "with a receipt" in run.text
        await run.press("r")
        assert isinstance(run.app.screen, AskReceipt)
        assert not run.controller.left
        await run.press("enter")
        assert run.controller.asked == [("receipt", "incog-receipt.jsonl", True)]
        assert run.controller.left


async def test_without_a_name_one_stays() -> None:
    async with running(SMALL) as run:
        await run.press("q", "r", "escape")
        assert not run.controller.left
        assert isinstance(run.app.screen, MeetingScreen)


async def test_a_name_that_cannot_be_is_said_and_one_stays() -> None:
    refusal = "There is a file of this name already; choose another one."
    async with running(SMALL, controller=FakeController(refusal=refusal)) as run:
        await run.press("q", "r", "enter")
        assert not run.controller.left
        assert refusal in run.text
