"""The screen with a real session behind it: a meeting of one, on loopback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot

from privacy.facts import Fact
from tests.waits import until
from tui.cli import UsageError
from tui.compose import interactive
from tui.compose.ground import Ground
from tui.compose.happenings import Happening, Joined
from tui.compose.interactive import Show
from tui.compose.session import Session
from tui.compose.settings import Settings
from tui.compose.wardrobe import open_wardrobe
from tui.config.schema import KeyChoice
from tui.config.values import DEFAULTS

ALONE = Settings(alias="Quiet Wren", say="tone:440", picture="colour:ff0000", speaker=False, addresses="loopback")


def on_screen(
    settings: Settings, act: Callable[[Show, Pilot[int]], Awaitable[None]], seen: list[Happening] | None = None
) -> int:
    """Run the app without a terminal, do something in it, and give the exit status."""
    happenings: list[Happening] = [] if seen is None else seen

    async def played(ground: Ground) -> int:
        show = Show(settings, ground, open_wardrobe(None), lambda session, happening: happenings.append(happening))

        async def pilot_run() -> int | None:
            async with show.app.run_test(size=(100, 30)) as pilot:
                await act(show, pilot)
            return show.app.return_value

        show.app.run_async = pilot_run  # type: ignore[method-assign, assignment] # a pilot instead of a terminal
        return await show.run()

    return Ground.start(played)


def session_of(show: Show) -> Session:
    assert show.sitting.session is not None
    return show.sitting.session


def test_one_starts_muted_and_unseen_and_is_heard_only_when_asked_for() -> None:
    seen: list[Happening] = []

    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: show.sitting.session is not None and show.sitting.session.joined)
        session = session_of(show)
        assert (session.media.muted, session.media.camera_on) == (True, False)
        await until(lambda: show.app._meeting is not None and show.app._meeting.phase == "live")
        await pilot.pause()
        await pilot.press("m")
        await until(lambda: not session.media.muted)
        await pilot.press("v")
        await until(lambda: session.media.camera_on)
        await until(lambda: show.app._meeting is not None and show.app._meeting.camera == "live")
        await until(lambda: "me" in show.sitting.controller.pictures())
        await pilot.press("m")
        await until(lambda: session.media.muted)
        await pilot.press("q")
        await until(lambda: show.app.return_value is not None)

    assert on_screen(ALONE, act, seen) == 0
    assert any(isinstance(one, Joined) for one in seen)


def test_what_is_said_passes_the_firewall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "quillfeather")

    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: show.sitting.session is not None and show.sitting.session.joined)
        refusal = await show.sitting.controller.say("ask quillfeather")
        assert "your login" in refusal
        assert "quillfeather" not in refusal
        assert await show.sitting.controller.say("hello") == ""
        told = session_of(show).snapshot()
        assert all(entry.fact is not Fact.CHAT or "quill" not in entry.value for entry in told.entries)
        show.app.exit(0)

    assert on_screen(ALONE, act) == 0


def test_a_meeting_that_cannot_be_joined_is_told_on_the_screen_and_in_the_status() -> None:
    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: "Ended" in type(show.app.screen).__name__)
        await pilot.press("enter")
        await until(lambda: show.app.return_value is not None)

    nobody = Settings(link="mesh+ws://127.0.0.1:9/#AAAAAAAAAAAAAAAAAAAAAA", alias="Quiet Wren", speaker=False)
    assert on_screen(nobody, act) == 3


def test_giving_up_while_joining_ends_it() -> None:
    async def act(show: Show, pilot: Pilot[int]) -> None:
        await pilot.press("q")
        await until(lambda: show.app.return_value is not None)

    assert on_screen(ALONE, act) == 0


def test_a_duration_ends_it() -> None:
    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: show.app.return_value is not None)

    assert on_screen(ALONE._replace(duration=0.3), act) == 0


def test_the_screen_comes_up_before_anything_heavy_is_loaded() -> None:
    heavy = ("aiortc", "aiohttp", "av", "numpy", "cryptography", "keyring", "sounddevice")
    code = f"import sys, tui.compose.interactive; print([name for name in {heavy!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"


def test_an_unknown_theme_is_bad_usage() -> None:
    with pytest.raises(UsageError, match="no theme"):
        interactive.run(Settings(config=DEFAULTS.but(look__theme="plaid")))


def test_what_was_set_reaches_the_screen() -> None:
    config = DEFAULTS.but(look__title=False, look__mouse=False)._replace(
        keys=(KeyChoice("mute", ("x", "F9"), 1), KeyChoice("stage", ("m",), 2)),
    )

    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: show.app._meeting is not None and show.app._meeting.phase == "live")
        await pilot.pause()
        session = session_of(show)
        await pilot.press("x")
        await until(lambda: not session.media.muted)
        await pilot.press("f9")
        await until(lambda: session.media.muted)
        await pilot.press("m", "f2", "ctrl+t")
        await pilot.pause()
        assert session.media.muted
        assert not show.app.manners.title
        assert not show.app.manners.mouse
        await pilot.press("q")
        await until(lambda: show.app.return_value is not None)

    assert on_screen(ALONE._replace(config=config), act) == 0


def test_what_a_file_switched_on_is_told_and_holds_for_the_first_persona_only() -> None:
    told = "You begin unmuted (config.toml, line 2)."

    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: show.sitting.session is not None and show.sitting.session.joined)
        assert told in session_of(show).plan.notices
        after = show.sitting.as_somebody_else(show.sitting.settings)
        assert (after.remarks, after.muted) == ((), True)
        await pilot.press("q")
        await until(lambda: show.app.return_value is not None)

    assert on_screen(ALONE._replace(remarks=(told,)), act) == 0


def test_a_screen_that_cannot_be_drawn_any_more_does_not_go_on_to_say_what_was_so(monkeypatch) -> None:
    async def act(show: Show, pilot: Pilot[int]) -> None:
        await until(lambda: show.app._meeting is not None and show.app._meeting.phase == "live")

        def broken(session: Session) -> None:
            raise KeyError("somebody")

        monkeypatch.setattr(show.sitting, "look", broken)
        await until(lambda: "Ended" in type(show.app.screen).__name__)
        assert session_of(show)._leaving
        await pilot.press("enter")
        await until(lambda: show.app.return_value is not None)

    assert on_screen(ALONE, act) == 1
