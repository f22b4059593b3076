from __future__ import annotations

import pytest
from textual.widgets import Input

from tests.tui.screen_harness import SMALL, text
from tui.screens.lobby import Choice, Lobby

LINK = "mesh+wss://meet.example.org:7462/#mQ3vWd0x7rJk5TzN1bYc9A"


def lobby() -> Lobby:
    return Lobby(
        "Quiet Heron",
        another=lambda: "Amber Fox",
        check_alias=lambda alias: "" if alias else "An alias has at least one letter; type one or press Ctrl+R.",
        check_link=lambda link: "" if link.startswith("mesh+") else "This is not an invitation; paste the whole link.",
    )


async def answer(*keys: str, paste: str = "") -> tuple[Choice | None, str]:
    """What the lobby answers after these keys, and what it shows if it is still open."""
    app = lobby()
    async with app.run_test(size=SMALL) as pilot:
        if paste:
            app.screen.query_one("#link", Input).value = paste
        await pilot.press(*keys)
        await pilot.pause()
        return app.return_value, text(app)


async def test_it_proposes_an_alias_and_waits_for_a_link() -> None:
    app = lobby()
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        shown = text(app)
        assert "Quiet Heron" in shown
        assert "Join" in shown
        assert "Host" in shown
        assert "Demo" in shown
        assert app.focused is app.screen.query_one("#link")


async def test_a_link_and_enter_join() -> None:
    choice, _ = await answer("enter", paste=LINK)
    assert choice == Choice("join", "Quiet Heron", LINK)


async def test_host_and_demo_need_no_link() -> None:
    assert (await answer("tab", "down", "enter"))[0] == Choice("host", "Quiet Heron")
    assert (await answer("enter", "end", "enter"))[0] == Choice("demo", "Quiet Heron")


async def test_another_alias_can_be_asked_for_or_typed() -> None:
    assert (await answer("ctrl+r", "tab", "end", "enter"))[0] == Choice("demo", "Amber Fox")
    typed = await answer("shift+tab", "end", *["backspace"] * 11, *"Me", "enter", "tab", "end", "enter")
    assert typed[0] == Choice("demo", "Me")


@pytest.mark.parametrize(
    ("keys", "paste", "sentence"),
    [
        (("tab", "enter"), "", "! This is not an invitation; paste the whole link."),
        (("enter",), "http://example.org", "! This is not an invitation; paste the whole link."),
        (
            ("shift+tab", "end", *["backspace"] * 11, "tab", "tab", "end", "enter"),
            "",
            "! An alias has at least one letter; type one or press Ctrl+R.",
        ),
    ],
)
async def test_what_cannot_be_used_is_said_in_one_sentence(keys, paste: str, sentence: str) -> None:
    choice, shown = await answer(*keys, paste=paste)
    assert choice is None
    assert sentence in shown


@pytest.mark.parametrize("key", ["escape", "ctrl+q", "ctrl+c"])
async def test_leaving_answers_nothing(key: str) -> None:
    app = lobby()
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert not app.is_running or app._exit
    assert app.return_value is None
