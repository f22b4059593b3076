"""The app of one meeting."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from textual.app import App

from tui.messages import ChatArrived, Ended, MeetingUpdate, PicturesChanged
from tui.model import ChatLine, Controller, Meeting


class IncogApp(App[int]):
    """One meeting in the terminal. `run()` and `run_async()` return the exit status.

    `start` is awaited once, after the first paint: the composition root uses it to import what is heavy and to join.
    Everything else arrives as the messages of `tui.messages`. `alias` is the name that is shown while joining.
    """

    def __init__(
        self,
        controller: Controller,
        *,
        theme: str = "incog-night",
        title: str = "incog",
        start: Callable[[], Awaitable[None]] | None = None,
        alias: str = "",
    ) -> None:
        super().__init__()
        self.controller = controller
        self.title = title
        self.alias = alias
        self.wanted_theme = theme
        self.meeting: Meeting | None = None
        self.chat: list[ChatLine] = []
        self.pictured: frozenset[str] = frozenset()
        self._start = start

    def on_mount(self) -> None:
        """Let the composition root begin once something is on the screen."""
        if self._start is not None:
            self.call_after_refresh(self._start)

    def on_meeting_update(self, message: MeetingUpdate) -> None:
        """Keep the newest look at the meeting."""
        self.meeting = message.meeting

    def on_chat_arrived(self, message: ChatArrived) -> None:
        """Keep the line."""
        self.chat.append(message.line)

    def on_pictures_changed(self, message: PicturesChanged) -> None:
        """Remember whose pictures are new."""
        self.pictured |= message.keys

    def on_ended(self, message: Ended) -> None:
        """End with the status given."""
        self.exit(message.status)
