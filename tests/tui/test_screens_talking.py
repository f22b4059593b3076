"""Hold-to-talk, the ways to talk, and devices, on the screen."""

from __future__ import annotations

from textual import events

from tests.tui.fake_meeting import meeting
from tests.tui.fake_session import Stage
from tests.tui.screen_harness import LARGE, SMALL, running
from tui.holding import Holding
from tui.screens.devices import Devices, options
from tui.screens.talking import Talking
from tui.terminal.hold import LIMIT
from tui.terminal.messages import KeyReleased


class Telling:
    """A terminal that tells when a key goes up."""

    reports_release = True

    def __get__(self, app: object, kind: type | None = None) -> bool:
        return True


async def test_space_makes_one_heard_for_as_long_as_it_is_held(monkeypatch) -> None:
    async with running() as run:
        monkeypatch.setattr(type(run.app), "reports_release", Telling())
        await run.press("space", "space")  # a terminal may send the same press again
        assert run.controller.asked == [("hold", True)]
        run.app.post_message(KeyReleased("m"))
        await run.settle()
        assert run.controller.asked == [("hold", True)]
        run.app.post_message(KeyReleased("space"))
        await run.settle()
        assert run.controller.asked == [("hold", True), ("hold", False)]


async def test_a_hold_ends_when_the_keyboard_goes_elsewhere(monkeypatch) -> None:
    async with running() as run:
        monkeypatch.setattr(type(run.app), "reports_release", Telling())
        await run.press("space")
        run.app.post_message(events.AppBlur())
        await run.settle()
        assert run.controller.asked == [("hold", True), ("hold", False)]


async def test_a_chosen_key_is_held_as_well(monkeypatch) -> None:
    async with running(chosen_keys={"talk": (("x",), ())}) as run:
        monkeypatch.setattr(type(run.app), "reports_release", Telling())
        await run.press("x")
        run.app.post_message(KeyReleased("x"))
        await run.settle()
        assert run.controller.asked == [("hold", True), ("hold", False)]


async def test_where_no_release_is_told_space_is_a_switch() -> None:
    async with running() as run:
        await run.press("space")
        assert run.controller.asked == [("muted", False)]
        await run.show(meeting(microphone="live"))
        await run.press("space")
        assert run.controller.asked == [("muted", False), ("muted", True)]


async def test_while_typing_space_is_a_space(monkeypatch) -> None:
    async with running(LARGE) as run:
        monkeypatch.setattr(type(run.app), "reports_release", Telling())
        await run.press("c", "a", "space", "b", "enter")
        assert run.controller.asked == [("say", "a b")]


async def test_a_hold_that_gives_no_sign_ends() -> None:
    now = 0.0
    told: list[bool] = []
    async with running() as run:
        holding = Holding(run.app, lambda: now, told.append)
        holding.press("space")
        now = LIMIT + 1
        holding._tick()
        assert told == [True, False]
        holding.repeat("space")
        assert not holding.held


async def test_the_way_to_talk_is_chosen_knowing_what_it_tells() -> None:
    async with running(SMALL) as run:
        await run.press("T")
        assert isinstance(run.app.screen, Talking)
        assert "only while I hold Space" in run.text
        await run.press("down", "enter")
        assert run.controller.asked == [("talk", "push")]


async def test_devices_are_chosen_by_kind() -> None:
    async with running(LARGE) as run:
        await run.press("D")
        await run.until("Headset")
        assert isinstance(run.app.screen, Devices)
        assert "● Built-in microphone" in run.text
        await run.press("down", "enter")
        assert run.controller.asked == [("device", "microphone", "headset")]
        await run.press("D")
        await run.until("Headset")
        await run.press("down", "down", "down", "enter")
        assert run.controller.asked[-1] == ("device", "speaker", "none")


async def test_a_device_that_cannot_be_used_is_told_in_a_sentence() -> None:
    async with running(LARGE) as run:
        run.controller.refusal = "The headset is gone; choose another one."
        await run.press("D")
        await run.until("Headset")
        await run.press("enter")
        await run.until("The headset is gone")


def test_without_devices_the_list_says_so() -> None:
    texts = [option.text.strip() for option in options([])]
    assert texts == [
        "Microphone",
        "there is no microphone here",
        "Speaker",
        "play nothing here",
        "Camera",
        "there is no camera here",
    ]


async def test_the_others_are_told_what_holding_makes_so() -> None:
    stage = Stage()
    await stage.session.sending.hold(True)
    await stage.session.sending.hold(False)
    await stage.session.sending.set_talk("push")
    assert stage.told.lines == [
        "hold True",
        "publish microphone True",
        "hold False",
        "publish microphone False",
        "talk push",
    ]


async def test_a_screen_is_told_as_one() -> None:
    stage = Stage()
    stage.media.kind = "screen"
    await stage.session.sending.set_camera(True)
    assert stage.told.lines == ["camera True", "publish screen True"]
    stage.media.kind = "camera"
    await stage.session.sending.set_camera(True)
    assert stage.told.lines[2:] == ["camera True", "publish camera True", "publish screen False"]
