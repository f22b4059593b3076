"""The chat."""

from __future__ import annotations

from tui.actions.action import CHAT, Action

CHAT_ACTIONS: tuple[Action, ...] = (
    Action("chat", ("c",), "chat", "Show the chat and write; Enter sends, Escape goes back", CHAT, rank=3),
    Action("search", ("f",), "find in chat", "Find something in the chat", CHAT, always=("ctrl+f",)),
    Action("unread", ("N",), "what is new", "Show the chat where what is new begins", CHAT),
    Action("links", ("u",), "links", "The links in the chat, to look at, copy or open; none is opened unasked", CHAT),
    Action("hide-chat", ("C",), "hide chat", "Hide the chat, or show it without writing", CHAT),
)
