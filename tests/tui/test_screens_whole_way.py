"""From the question before joining to being removed, by keyboard alone."""

from __future__ import annotations

import pytest
from textual import events

from tests.tui.fake_meeting import FakeController, meeting
from tests.tui.foretold import foretold
from tests.tui.screen_harness import LARGE, SMALL, Running
from tui.app import IncogApp
from tui.messages import ChatArrived, Ended, Foreseen
from tui.model import ChatLine
from tui.screens.waiting import WRITING_ON

REMOVED = "You were removed from the meeting."


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "200x60"])
async def test_from_the_question_to_being_removed(size) -> None:
    controller = FakeController()
    app = IncogApp(controller, alias="Quiet Heron", asks=True)
    async with app.run_test(size=size) as pilot:
        run = Running(app, pilot, controller)
        app.post_message(Foreseen(foretold()))
        await run.until("nothing was sent yet")
        await run.press("enter")
        assert controller.asked == [("join", True)]

        await run.show(meeting())
        await run.until("Amber Fox")
        await run.press("i")
        await run.until("What they disclose to you")
        await run.press("escape", "D")
        await run.until("Headset")
        await run.press("down", "enter", "c", *"half a sen")
        assert controller.asked[-1] == ("device", "microphone", "headset")

        app.post_message(ChatArrived(ChatLine("14:09", "Amber Fox", "what did you", colour=3)))
        meant_for_the_line = events.Key("q", "q")
        app.post_message(Ended(REMOVED, 4))
        await run.until(REMOVED)
        await run.press(*"tence")  # typed on: what ended must still be read
        assert REMOVED in run.text
        assert ("say", "half a sentence") not in controller.asked
        app.post_message(meant_for_the_line)
        await run.settle()
        assert app.return_value is None
        await run.pilot.pause(WRITING_ON)
        await run.press("q")
    assert app.return_value == 4
