"""What the lobby asks by dialogs, which are loaded when they are opened, so that the lobby is there soon."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.screen import Screen

from tui.actions import DIALOG, LOBBY, MOVE, actions_of
from tui.screens.lobby_look import Tried

if TYPE_CHECKING:
    from tui.screens.lobby_deeds import LobbyDesk


class Asks:
    """Opens dialogs over a screen, and does at the desk what is answered."""

    def __init__(self, screen: Screen[None], desk: LobbyDesk) -> None:
        self._screen = screen
        self._desk = desk

    def help(self) -> None:
        """Show all keys."""
        from tui.screens.dialogs import Help

        actions = actions_of(self._screen)
        self._opening = self._screen.app.push_screen(Help(actions, (LOBBY, MOVE, DIALOG)))

    async def device(self, kind: Tried) -> None:
        """Choose one from those there are."""
        from tui.model import Device
        from tui.screens.choice import Choice
        from tui.widgets.options import Option
        from tui.widgets.page import Sentence

        devices = {device.word: device for device in await self._desk.devices.list() if device.kind == kind}
        options = [
            Option(one.name, one.word, "the default" if one.default else "", one.chosen) for one in devices.values()
        ]
        if kind == "speaker":
            silent = devices["none"] = Device("speaker", "play nothing here", "none")
            options.append(Option(silent.name, silent.word, chosen=not any(option.chosen for option in options)))
        elif not options:
            options.append(Option(f"There is no {kind} here."))

        def chosen(word: str | None) -> None:
            if word in devices:
                self._screen.run_worker(self._desk.devices.choose(devices[word]), name=f"use {kind}")

        said = [Sentence("Choosing opens nothing.", "muted"), Sentence()]
        self._opening = self._screen.app.push_screen(Choice(kind.capitalize(), options, "use it", said), chosen)

    def recent(self, take: Callable[[str], None]) -> None:
        """Take a recent meeting, or forget it; `take` gets its link."""
        from tui.screens.lobby_recent import Recent

        def answered(answer: tuple[str, int] | None) -> None:
            match answer:
                case ("take", index):
                    take(self._desk.take_recent(index))
                case ("forget", index):
                    self._screen.run_worker(self._desk.forget(index), name="forget")
                case ("forget-all", _):
                    self._screen.run_worker(self._desk.forget(None), name="forget all")

        recent = self._desk.look.recent
        if recent is not None and recent.meetings:
            self._opening = self._screen.app.push_screen(Recent(recent.meetings), answered)
