"""The chat."""

from __future__ import annotations

from tui.actions.action import CHAT, Action

CHAT_ACTIONS: tuple[Action, ...] = (
    Action("chat", ("c",), "chat", "Show the chat and write; Enter sends, Escape goes back", CHAT, rank=3),
    Action("hide-chat", ("C",), "hide chat", "Hide the chat, or show it without writing", CHAT),
)
