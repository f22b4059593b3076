"""The app around the lobby."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING

from textual.message import Message

from themes import DEFAULT, ThemeSpec
from tui.actions import Chosen
from tui.screens.lobby import LobbyScreen
from tui.screens.lobby_look import Kind, LobbyLook
from tui.shell import FOLDER, Shell
from tui.terminal.manners import Manners

if TYPE_CHECKING:
    from tui.screens.lobby_deeds import LobbyDesk


class LobbyChanged(Message):
    """The lobby is another; only the newest matters."""

    def __init__(self, look: LobbyLook) -> None:
        self.look = look
        super().__init__()

    def can_replace(self, message: Message) -> bool:
        """A waiting one makes this one needless."""
        return isinstance(message, LobbyChanged)


class PictureChanged(Message):
    """The camera that is tried has another picture."""

    def can_replace(self, message: Message) -> bool:
        """One is enough."""
        return isinstance(message, PictureChanged)


class Lobby(Shell[Kind]):
    """`run()` returns what was chosen, or None to leave. Raises `ThemeError`.

    `start` is called once something is on the screen; `before_stop` is awaited before the process is stopped.
    """

    CSS_PATH = FOLDER / "lobby.tcss"

    def __init__(
        self,
        desk: LobbyDesk,
        *,
        start: Callable[[], None] = lambda: None,
        before_stop: Callable[[], Awaitable[None]] | None = None,
        theme: str = DEFAULT,
        title: str = "incog",
        themes: Mapping[str, ThemeSpec] | None = None,
        chosen_keys: Chosen | None = None,
        manners: Manners | None = None,
    ) -> None:
        super().__init__(theme=theme, title=title, themes=themes, chosen_keys=chosen_keys, manners=manners)
        self._lobby = LobbyScreen(desk)
        self._start = start
        self._before_stop = before_stop

    def get_default_screen(self) -> LobbyScreen:
        """The lobby itself: with another screen under it there would be more to do before the first paint."""
        self._lobby.fit(self.size)
        return self._lobby

    def on_mount(self) -> None:
        """Let what is behind it begin after the first paint."""
        self.call_after_refresh(self._start)

    def on_lobby_changed(self, message: LobbyChanged) -> None:
        """Show it."""
        self._lobby.show(message.look)

    def on_picture_changed(self, message: PictureChanged) -> None:
        """Show it."""
        self._lobby.show_picture()

    def on_lobby_screen_answered(self, message: LobbyScreen.Answered) -> None:
        """Done."""
        self.exit(message.kind)

    def action_act(self, id: str) -> None:
        """Of what works in a meeting, going back to the shell works here, too."""
        if id == "suspend":
            self.action_suspend_process()

    async def before_suspend(self) -> None:
        """Nothing is to be open in a program that stands still."""
        if self._before_stop is not None:
            await self._before_stop()
