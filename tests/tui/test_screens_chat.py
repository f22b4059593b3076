"""The chat pane, by keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.widgets import Input

from tests.tui.screen_harness import LARGE, MIDDLE, SMALL, Running, running, spy
from tui.model import ChatLine
from tui.screens.links import AskOpen, Links
from tui.widgets.chat import Chat
from tui.widgets.chat_lines import broken, holds
from tui.widgets.chat_log import ChatLog

FOX = ChatLine("14:03", "Amber Fox", "read https://example.org/draft, please", colour=3, who="a")
ALONE = ChatLine("14:04", "Silver Otter", "for your eyes", colour=5, private=True, who="b")


def numbered(count: int) -> list[ChatLine]:
    return [ChatLine("14:00", "Amber Fox", f"line {number} of the log", colour=3, who="a") for number in range(count)]


def log(run: Running) -> ChatLog:
    return run.screen.query_one(ChatLog)


def said(posted: list[tuple[Any, ...]]) -> list[tuple[str, str]]:
    return [(one.text, one.to) for (one,) in posted if isinstance(one, Chat.Said)]


async def test_a_private_message_goes_to_one_person_and_says_so_all_the_while(monkeypatch) -> None:
    async with running(LARGE) as run:
        run.screen.write("a", "Amber Fox")
        await run.settle()
        assert "to Amber Fox alone:" in run.text
        posted = spy(monkeypatch, run.screen.query_one(Chat), "post_message")
        await run.press(*"psst", "enter")
        assert said(posted) == [("psst", "a")]
        assert "to Amber Fox alone:" in run.text  # until somebody says otherwise
        await run.press("escape")
        assert "alone:" not in run.text
        await run.press(*"all", "enter")
        assert said(posted) == [("psst", "a"), ("all", "")]


async def test_private_lines_cannot_be_taken_for_others() -> None:
    ours = ChatLine("14:05", "Quiet Heron", "mine", me=True, private=True, who="b", to="Silver Otter")
    async with running(LARGE, said=[ALONE, ours]) as run:
        assert "Silver Otter to you alone" in run.text
        assert "you to Silver Otter alone" in run.text


async def test_what_nobody_has_seen_stands_under_a_line_of_its_own() -> None:
    async with running(SMALL, said=[FOX]) as run:
        await run.press("c", "escape", "p")
        await run.say(*numbered(3))
        assert "chat (3 new)" in run.lines[-1]
        await run.press("N")
        await run.until("3 new ─")
        await run.until("line 0")
        assert run.text.index("3 new ─") < run.text.index("line 0")
        await run.press("c", *"seen", "enter")
        assert " new ─" not in run.text


async def test_the_log_is_searched_from_the_newest_back() -> None:
    async with running(
        MIDDLE, said=[FOX, *numbered(40), ChatLine("14:09", "Silver Otter", "a DRAFT", colour=5)]
    ) as run:
        await run.press("f", *"draft")
        await run.until("1 of 2")
        await run.press("enter")
        await run.until("2 of 2")
        await run.until("example.org/draft")
        await run.press("down")
        await run.until("1 of 2")
        await run.press("x")
        await run.until("not found")
        await run.press("escape")
        assert not run.screen.query_one("#chat-finding").display
        assert not isinstance(run.app.focused, Input)


async def test_ctrl_f_searches_while_one_writes_and_keeps_what_was_written() -> None:
    async with running(LARGE, said=[FOX]) as run:
        await run.press("c", *"half", "ctrl+f", *"please", "escape", "c")
        assert run.screen.query_one("#chat-line", Input).value == "half"
        assert run.controller.asked == []


async def test_up_brings_back_what_one_wrote() -> None:
    async with running(LARGE) as run:
        await run.press("c", *"one", "enter", *"two", "enter", *"thr", "up", "up")
        line = run.screen.query_one("#chat-line", Input)
        assert line.value == "one"
        await run.press("up", "down")
        assert line.value == "two"
        await run.press("down", "down")
        assert line.value == "thr"


async def test_a_link_is_opened_only_after_a_question_that_shows_where_it_leads() -> None:
    async with running(LARGE, said=[FOX]) as run:
        await run.press("u")
        assert isinstance(run.app.screen, AskOpen)
        assert "https://example.org/draft" in run.text
        assert "learns your network address" in run.text
        await run.press("escape")
        assert run.controller.asked == []
        await run.press("u", "y")
        assert run.app.clipboard == "https://example.org/draft"
        assert run.controller.asked == []
        await run.press("u", "o")
        assert run.controller.asked == [("link", "https://example.org/draft")]
        await run.until("handed to your browser")


async def test_of_several_links_one_is_chosen() -> None:
    second = ChatLine("14:06", "Amber Fox", "or https://example.net/", colour=3)
    async with running(SMALL, said=[FOX, second]) as run:
        await run.press("u")
        assert isinstance(run.app.screen, Links)
        await run.press("down", "enter")
        assert isinstance(run.app.screen, AskOpen)
        assert "example.org" in run.text
        await run.press("o")
        assert run.controller.asked == [("link", "https://example.org/draft")]


async def test_without_a_link_there_is_nothing_to_look_at() -> None:
    async with running(LARGE) as run:
        await run.press("u")
        assert "no link in the chat" in run.text


@given(
    st.text(st.characters(codec="utf-8"), max_size=300),
    st.integers(1, 120),
    st.text(max_size=5),
    st.booleans(),
)
def test_a_message_keeps_all_its_signs_however_it_is_broken(text: str, width: int, sought: str, notice: bool) -> None:
    line = ChatLine("14:03", "Amber Fox", text, notice=notice)
    rows = broken(line, width, sought)
    drawn = "".join(piece for row in rows for piece, _ in row.pieces)
    kept = "".join(sign for sign in drawn if not sign.isspace())
    assert kept == "".join(sign if sign.isprintable() else "·" for sign in text if not sign.isspace())
    assert sum(row.first for row in rows) == 1


@pytest.mark.parametrize(("sought", "there"), [("FOX", True), ("Draft", True), ("wren", False)])
def test_a_search_looks_at_names_and_texts_in_any_case(sought: str, there: bool) -> None:
    assert holds(FOX, sought) == there


@pytest.mark.parametrize("size", [SMALL, LARGE], ids=["80x24", "200x60"])
async def test_what_is_typed_at_once_after_the_key_for_it_presses_nothing(size) -> None:
    async with running(size) as run:
        for key, where in (("c", "#chat-line"), ("f", "#chat-find"), ("r", "AskReceipt Input")):
            for one in (key, *"hmvq"):  # as fast as a terminal can send them
                run.app.post_message(events.Key(one, one))
            await run.settle()
            assert run.controller.asked == []
            line = run.app.screen.query_one(where, Input)
            await run.until("hmvq" if key != "r" else "receipt")
            assert line.has_focus
            await run.press("escape")
