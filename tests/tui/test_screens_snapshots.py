"""How every screen looks. Look at the pictures when one changes: `pytest --snapshot-update` accepts them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.tui.fake_meeting import SECRET, FakeController, chat, ledger, me, meeting, others
from tests.tui.foretold import foretold
from tests.tui.screen_harness import LARGE, MIDDLE, SMALL, Running
from tests.tui.test_screens_lobby import lobby
from tui.app import IncogApp
from tui.messages import Ended, Foreseen
from tui.model import Meeting

SIZES = pytest.mark.parametrize("size", [SMALL, MIDDLE, LARGE], ids=["80x24", "120x30", "200x60"])
NAMES = ("Swift Tern", "Gentle Newt", "Brave Stoat")


def everything() -> Meeting:
    """Live in sound and picture, with seven others, a recording, and refused tries."""
    more = [replace(one, key=one.key + "2", name=name) for one, name in zip(others(), NAMES, strict=True)]
    return meeting(
        people=(me(camera=True, muted=False), *others(), *(replace(one, speaking=False, level=0.0) for one in more)),
        microphone="live",
        camera="live",
        recording=True,
        ledger=ledger(voice=True, refused=True),
    )


def looks(
    snap_compare, size: tuple[int, int], *keys: str, shown: Meeting | None = None, theme: str = "incog-night"
) -> bool:
    """Whether the meeting looks as it did, after these keys."""
    controller = FakeController(seen=frozenset({"a", "b", "a2", "me"}))
    app = IncogApp(controller, theme=theme)

    async def play(pilot: Pilot[Any]) -> None:
        run = Running(app, pilot, controller)
        await run.show(shown or meeting())
        await run.say(*chat())
        await run.draw()
        await run.press(*keys)
        await run.pilot.pause(0.1)

    return snap_compare(app, terminal_size=size, run_before=play)


@SIZES
def test_meeting(snap_compare, size) -> None:
    assert looks(snap_compare, size)


@SIZES
def test_meeting_with_everything(snap_compare, size) -> None:
    assert looks(snap_compare, size, shown=everything())


@pytest.mark.parametrize("theme", ["incog-day", "mono"])
def test_meeting_in_another_theme(snap_compare, theme) -> None:
    assert looks(snap_compare, MIDDLE, shown=everything(), theme=theme)


def test_meeting_alone(snap_compare) -> None:
    assert looks(snap_compare, SMALL, shown=meeting(people=(me(),), address_seen_by="the operator"))


def test_chat_at_80_columns(snap_compare) -> None:
    assert looks(snap_compare, SMALL, "c", *"hello")


@SIZES
def test_inspect(snap_compare, size) -> None:
    assert looks(snap_compare, size, "i")


@SIZES
def test_help(snap_compare, size) -> None:
    assert looks(snap_compare, size, "question_mark")


@pytest.mark.parametrize(
    "keys",
    [("tab", "down", "enter"), ("l",), ("q",)],
    ids=["evidence", "invitation", "leave"],
)
def test_dialog(snap_compare, keys: Sequence[str]) -> None:
    assert looks(snap_compare, SMALL, *keys)


@SIZES
def test_before_joining(snap_compare, size) -> None:
    app = IncogApp(FakeController(), asks=True)

    async def play(pilot: Pilot[Any]) -> None:
        app.post_message(Foreseen(foretold()))
        await Running(app, pilot, FakeController()).settle()

    assert snap_compare(app, terminal_size=size, run_before=play)


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "200x60"])
def test_line_of_time(snap_compare, size) -> None:
    assert looks(snap_compare, size, "w", shown=meeting(joined_at=1.5))


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "200x60"])
def test_lens(snap_compare, size) -> None:
    assert looks(snap_compare, size, "a", "a")


def test_message_that_names_one(snap_compare) -> None:
    assert looks(snap_compare, SMALL, "c", *f"ask {SECRET}", "enter")


@SIZES
def test_lobby(snap_compare, size) -> None:
    assert snap_compare(lobby(), terminal_size=size)


@SIZES
def test_ended(snap_compare, size) -> None:
    controller = FakeController()
    app = IncogApp(controller)

    async def play(pilot: Pilot[Any]) -> None:
        run = Running(app, pilot, controller)
        await run.show(meeting())
        app.post_message(Ended("The meeting is over: everybody else left."))
        await run.settle()

    assert snap_compare(app, terminal_size=size, run_before=play)


def test_joining(snap_compare) -> None:
    assert snap_compare(IncogApp(FakeController(), alias="Quiet Heron"), terminal_size=SMALL)
