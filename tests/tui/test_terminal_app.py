"""What an app of ours knows about its terminal, and what it tells it."""

from __future__ import annotations

import re
import sys

import pytest
from textual import events

from tests.tui.fake_meeting import LINK, FakeController, chat, me, meeting, others
from tests.tui.on_pty import OnPty
from tests.tui.screen_harness import Running, running
from tests.tui.test_terminal_colours import foreign
from themes import load_builtin
from tui.app import IncogApp
from tui.messages import Ended
from tui.model import ChatLine
from tui.screens.dialogs import Invitation
from tui.terminal.app import PAINTS_PER_SECOND
from tui.terminal.keys import RepeatedKey
from tui.terminal.manners import Manners
from tui.terminal.messages import KeyRepeated, Suspended

MEETING = """
import os, sys
from tests.tui.fake_meeting import FakeController, chat, meeting
from themes import load_builtin
from tui.app import IncogApp
from tui.messages import ChatArrived, MeetingUpdate
from tui.terminal.manners import Manners

class Shown(IncogApp):
    def on_mount(self) -> None:  # Textual calls that of IncogApp as well
        self.post_message(MeetingUpdate(meeting()))
        for line in chat():
            self.post_message(ChatArrived(line))
        self.set_timer(1.2, lambda: os.write(2, b"drawn"))

sys.exit(Shown(FakeController(), manners=Manners(colours=sys.argv[1])).run())
"""


def drawn(depth: str, **environ: str) -> str:
    """Everything that a meeting writes to a terminal until it is ended."""
    with OnPty(sys.executable, "-c", MEETING, depth, environ={"TERM": "xterm", **environ}) as run:
        run.until("drawn")
        run.send("l")
        run.until("Invite others")
        run.process.terminate()
        run.end()
        return run.text


@pytest.mark.parametrize(
    ("chosen", "environ", "depth"),
    [
        ("none", {"COLORTERM": "truecolor"}, "none"),
        ("auto", {"COLORTERM": "truecolor", "NO_COLOR": "1"}, "none"),
        ("auto", {"TERM": "linux"}, "16"),
        ("auto", {"TERM": "xterm-256color"}, "256"),
    ],
)
def test_a_whole_meeting_is_written_in_no_other_colours(chosen: str, environ: dict[str, str], depth: str) -> None:
    written = drawn(chosen, **environ)
    assert "Invite others" in written
    assert foreign(written, depth) == []
    assert ("38;5;" in written) == (depth == "256")
    if depth == "none":
        assert not re.search(r"\x1b\]\d*;[^\x07\x1b]*rgb", written)


def test_in_24_bit_colour_it_is_as_it_was_drawn() -> None:
    assert "38;2;" in drawn("truecolor", NO_COLOR="1")


async def test_keys_that_take_no_repeats_do_nothing_by_them(monkeypatch) -> None:
    heard: list[str] = []
    monkeypatch.setattr(IncogApp, "takes_repeat", lambda self, key: key != "m")
    monkeypatch.setattr(IncogApp, "on_key_repeated", lambda self, message: heard.append(message.key), raising=False)
    async with running() as run:
        await run.press("m")
        for _ in range(5):
            run.app.post_message(RepeatedKey("m", "m"))
        await run.settle()
        assert run.controller.asked == [("muted", False)]
        assert heard == ["m"] * 5
        assert KeyRepeated.handler_name == "on_key_repeated"


async def test_other_keys_repeat_as_they_always_did() -> None:
    async with running() as run:
        names = list(load_builtin())
        begun = names.index(run.app.theme)
        await run.press("t")
        run.app.post_message(RepeatedKey("t", "t"))
        await run.settle()
        assert run.app.theme == names[(begun + 2) % len(names)]


def told(run: Running) -> list[str]:
    """Collects what the terminal is told from now on."""
    found: list[str] = []
    run.app._tell_terminal = found.append  # type: ignore[method-assign, assignment] # there is no terminal here
    return found


async def test_somebody_who_looks_elsewhere_is_told_that_something_is_there_and_not_what() -> None:
    async with running() as run:
        found = told(run)
        stranger = next(line for line in chat() if not line.me and not line.notice)
        await run.say(stranger)
        assert found == []
        run.app.post_message(events.AppBlur())
        await run.settle()
        await run.say(stranger)
        assert found == ["\a"]
        await run.say(ChatLine("14:03", "", "Somebody is here.", notice=True))
        assert found == ["\a"]


async def test_the_end_of_a_meeting_is_told_as_well() -> None:
    async with running() as run:
        found = told(run)
        run.app.post_message(events.AppBlur())
        await run.settle()
        run.app.post_message(Ended("The meeting is over."))
        await run.settle()
        assert found == ["\a"]


async def test_the_title_says_what_others_hear_and_see_and_names_nobody() -> None:
    async with running() as run:
        found = told(run)
        await run.show(meeting(microphone="live", camera="live"))
        await run.show(meeting(microphone="live", camera="live"))
        assert found == ["\x1b]2;incog — meeting, microphone on, camera on\x1b\\"]
        await run.show(meeting())
        assert run.app.window_title == "incog — meeting, muted"
        names = {person.name for person in (me(), *others())}
        assert not [title for title in found for name in names if name in title]


def test_without_a_title_none_is_written() -> None:
    assert IncogApp(FakeController(), manners=Manners(title=False)).window_title == ""


async def test_before_the_screen_is_gone_nobody_is_heard_or_seen() -> None:
    async with running() as run:
        await run.show(meeting(microphone="live", camera="live"))
        await run.app.before_suspend()
        assert run.controller.asked == [("muted", True), ("camera", False)]
        run.app.post_message(Suspended(12.3))
        await run.until("You were away for 12")


async def test_where_no_shell_waits_the_key_says_so() -> None:
    async with running() as run:
        await run.press("ctrl+z")
        await run.until("No shell waits behind incog here")
        await run.press("l")
        assert isinstance(run.app.screen, Invitation)
        assert LINK[:20] in run.text
        await run.press("ctrl+z")
        assert run.controller.asked == []


async def test_depth_none_draws_without_colour(monkeypatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert IncogApp(FakeController()).no_color
    assert not IncogApp(FakeController(), manners=Manners(colours="256")).no_color


async def test_a_screen_is_painted_soon_after_a_key() -> None:
    async with running() as run:
        assert run.screen._update_timer._interval == 1 / PAINTS_PER_SECOND
