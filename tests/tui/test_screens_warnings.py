"""Warnings on the screen, and what somebody who looks elsewhere is told."""

from __future__ import annotations

from tests.tui.fake_meeting import me, meeting, others
from tests.tui.screen_harness import LARGE, SMALL, running
from tui.attention import Attention
from tui.model import ChatLine, Warning
from tui.screens.warnings import Warnings

RECORDING = Warning(1, "14:03", "recording", "The meeting is being recorded.")
NAME = Warning(2, "14:04", "identity", "Somebody came whose name looks like yours: Qu1et Heron.", "c")


async def test_a_warning_stands_under_the_status_until_it_was_seen() -> None:
    async with running(SMALL, meeting(warnings=(NAME, RECORDING))) as run:
        await run.until("name looks like yours")
        assert "! act (+1)" in run.text
        await run.press("exclamation_mark")
        assert isinstance(run.app.screen, Warnings)
        assert "The meeting is being recorded" in run.text
        assert run.controller.asked == [("seen", 1, 2)]
        await run.press("escape")
        await run.show(meeting())
        assert "act (+1)" not in run.text


async def test_a_warning_is_acted_on_where_it_is_read() -> None:
    async with running(LARGE, meeting(microphone="live", camera="live", warnings=(NAME,))) as run:
        await run.press("exclamation_mark", "m", "v")
        assert run.controller.asked[1:] == [("muted", True), ("camera", False)]
        await run.press("i")
        await run.until("What they disclose to you")
        await run.press("escape", "exclamation_mark", "q", "enter")
        assert run.controller.left


async def test_without_a_warning_there_is_nothing_to_act_on() -> None:
    async with running(SMALL) as run:
        await run.press("exclamation_mark")
        assert not isinstance(run.app.screen, Warnings)
        assert "There are no warnings." in run.text


async def test_a_click_on_the_line_shows_the_warnings() -> None:
    async with running(SMALL, meeting(warnings=(RECORDING,))) as run:
        await run.until("being recorded")
        await run.pilot.click("#alert")
        await run.settle()
        assert isinstance(run.app.screen, Warnings)


class Window:
    def __init__(self) -> None:
        self.told: list[str] = []
        self.title = ""

    def set_window_title(self, words: str) -> None:
        self.title = words

    def notify_desktop(self, title: str, body: str = "") -> None:
        self.told.append(f"{title}: {body}")


def test_who_looks_elsewhere_is_told_that_something_happened_and_not_what() -> None:
    window = Window()
    attention = Attention(window)
    attention.meeting(meeting(people=(me(),), microphone="live"))
    assert window.title == "incog — meeting, microphone on"
    attention.meeting(meeting(people=(me(), *others())))
    attention.chat(ChatLine("14:03", "Amber Fox", "a secret", who="a"))
    attention.chat(ChatLine("14:03", "Amber Fox", "a secret", private=True, who="a"))
    attention.chat(ChatLine("14:03", "Quiet Heron", "mine", me=True))
    attention.chat(ChatLine("14:03", "", "Amber Fox left.", notice=True))
    attention.meeting(meeting(warnings=(RECORDING,)))
    attention.meeting(meeting(warnings=(RECORDING,)))
    attention.ended()
    assert window.told == [
        "incog: Somebody came.",
        "incog: Somebody wrote.",
        "incog: Somebody wrote to you.",
        "incog: There is something you may want to act on.",
        "incog: The meeting is over.",
    ]
    assert window.title == "incog — meeting, muted"


async def test_the_app_stops_sending_before_it_is_suspended() -> None:
    async with running(shown=meeting(microphone="live", camera="live")) as run:
        await run.app.before_suspend()
        assert run.controller.asked == [("muted", True), ("camera", False)]


async def test_a_key_that_is_held_down_switches_no_sound_on_and_off() -> None:
    async with running() as run:
        assert not run.app.takes_repeat("m")
        assert run.app.takes_repeat("down")
        await run.press("c")
        assert run.app.takes_repeat("m")  # it is a letter here
        assert not run.app.takes_repeat("f2")
