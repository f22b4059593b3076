"""Keys that switch on and off, pressed while what they switch is changing."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from tests.tui.fake_meeting import FakeController, me, meeting, others
from tests.tui.screen_harness import Running, running
from tui.app import IncogApp
from tui.switches import TOO_SOON, Switch


class So:
    """What is so, and a switch for it."""

    def __init__(self) -> None:
        self.on = False
        self.switch = Switch(lambda: self.on)

    async def become(self, on: bool) -> None:
        self.on = on

    async def press(self, at: float) -> bool | None:
        """Press, and let it be done at once."""
        on = self.switch.press(at)
        if on is not None:
            await self.switch.asking(on, self.become(on))
        return on


async def test_what_was_just_switched_on_is_switched_off_before_anybody_saw_it() -> None:
    so = So()
    so.switch.saw(False, 1.0)
    assert await so.press(2.0) is True
    assert await so.press(2.05) is False
    assert not so.on


async def test_what_is_about_to_be_on_is_switched_off() -> None:
    so = So()
    so.switch.saw(False, 1.0)
    opening = so.switch.asking(True, so.become(True))  # a microphone takes its time
    assert not so.on
    assert so.switch.on
    assert so.switch.press(2.0) is False
    await opening


async def test_what_failed_to_be_switched_on_is_off() -> None:
    so = So()
    so.switch.saw(False, 1.0)
    await so.switch.asking(True, asyncio.sleep(0))
    assert not so.switch.on
    assert so.switch.press(2.0) is True


async def test_who_is_muted_by_somebody_else_is_not_unmuted_by_a_press_that_was_to_mute() -> None:
    so = So()
    so.on = True
    so.switch.saw(True, 1.0)
    so.on = False  # not seen yet
    assert so.switch.press(5.0) is False
    so.switch.saw(False, 5.1)
    assert so.switch.press(5.05) is None
    assert so.switch.press(5.1 + TOO_SOON / 2) is None
    assert so.switch.press(5.1 + TOO_SOON) is True


async def test_who_muted_by_the_key_need_not_wait() -> None:
    so = So()
    so.on = True
    so.switch.saw(True, 1.0)
    assert await so.press(2.0) is False
    so.switch.saw(False, 2.1)
    assert await so.press(2.11) is True


async def test_a_key_that_went_down_before_anything_was_seen_switches_nothing_on() -> None:
    so = So()
    assert so.switch.press(1.0) is None
    so.switch.saw(False, 2.0)
    assert so.switch.press(1.9) is None
    assert so.switch.press(2.0) is True


@given(st.lists(st.tuples(st.sampled_from(["press", "others", "saw"]), st.booleans(), st.floats(0, 1))))
def test_nothing_is_switched_on_that_was_not_seen_to_be_off(steps: list[tuple[str, bool, float]]) -> None:
    async def go() -> None:
        so, now, seen = So(), 0.0, None
        for what, on, later in steps:
            now += later
            if what == "press":
                before = so.on
                if await so.press(now):
                    assert (seen, before) == (False, False)
            elif what == "others":
                so.on = on
            else:
                seen = so.on
                so.switch.saw(seen, now)

    asyncio.run(go())


# the same keys on the screen


async def test_m_twice_before_a_new_look_leaves_one_muted() -> None:
    async with running() as run:
        await run.press("m", "m")
        assert run.controller.asked == [("muted", False), ("muted", True)]
        await run.press("v", "v", "h", "h")
        assert run.controller.asked[2:] == [("camera", True), ("camera", False), ("hand", True), ("hand", False)]


async def test_m_while_the_microphone_opens_leaves_one_muted() -> None:
    class Slow(FakeController):
        async def set_muted(self, muted: bool) -> None:
            self.asked.append(("muted", muted))
            if not muted:
                await asyncio.sleep(60)

    async with running(controller=Slow()) as run:
        await run.press("m", "m")
        assert run.controller.asked == [("muted", False), ("muted", True)]


async def test_a_second_press_that_has_nothing_left_to_do_says_so() -> None:
    async with running(shown=meeting(microphone="live", camera="live")) as run:
        await run.press("m", "m")
        assert run.controller.asked == [("muted", True), ("muted", True)]
        assert "You are muted already." in run.lines[-1]
        await run.press("v", "v")
        assert "The camera is off already." in run.lines[-1]


async def test_m_just_after_somebody_else_muted_us_says_why_it_does_nothing() -> None:
    async with running(shown=meeting(microphone="live")) as run:
        await run.show(meeting())
        run.app.intents.mute(meeting(), 0.0)  # a key that went down earlier than anything here
        await run.settle()
        assert run.controller.asked == []
        assert "Still muted: that key came too early to be meant so. Press it again." in run.lines[-1]


async def test_a_key_that_waited_is_known_by_when_it_was_pressed() -> None:
    """As on a busy machine: it went down while one still joined, and is read when the meeting is there."""
    from textual import events

    controller = FakeController()
    app = IncogApp(controller, alias="Quiet Heron")
    async with app.run_test(size=(80, 24)) as pilot:
        run = Running(app, pilot, controller)
        early = [events.Key("f3", None), events.Key("m", "m")]
        await run.show(meeting(people=(me(), *others())))
        await run.until("Amber Fox")
        for key, words in zip(early, ("The camera is still off: that key", "Still muted: that key"), strict=True):
            app.post_message(key)
            await run.until(words)
        assert controller.asked == []
        await run.press("m", "f3")
        assert controller.asked == [("muted", False), ("camera", True)]
