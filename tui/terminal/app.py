"""An app with manners: in the terminal's colours, told of released keys, and suspended only when it is ready."""

from __future__ import annotations

import asyncio
import os
import sys
from time import monotonic
from typing import Generic, TypeVar

from rich.color import ColorSystem
from textual import events
from textual import screen as screens
from textual.app import App, ScreenError
from textual.binding import Binding
from textual.css.query import NoMatches
from textual.driver import Driver
from textual.filter import LineFilter, Monochrome, NoColor
from textual.widget import MountError

from tui.terminal.colours import depth_of
from tui.terminal.keys import RepeatedKey
from tui.terminal.manners import Manners
from tui.terminal.messages import FocusMoved, KeyRepeated, KeyWay, Suspended
from tui.terminal.notify import Notifier, window_title

Result = TypeVar("Result")

PAINTS_PER_SECOND = 120
"""How often a screen is painted at most. With Textual's 60, a key that is pressed just after a picture was painted
waits; and more of them cost nothing, as pictures come far less often.
"""
if "UPDATE_PERIOD" not in vars(screens):
    raise RuntimeError("this version of Textual does not fit incog any more (a screen has no period of its own)")
vars(screens)["UPDATE_PERIOD"] = 1 / PAINTS_PER_SECOND  # not Textual's public interface

READY_WITHIN = 2.0
"""Seconds that getting ready to be suspended may take; then the process stops anyway."""

_UNTITLED = frozenset(("linux",))  # has no window


def _driver() -> type[Driver] | None:
    """The driver for this platform; None leaves the choice to Textual."""
    if sys.platform == "win32":
        return None
    from tui.terminal.driver import SafeDriver

    return SafeDriver


class TerminalApp(App[Result], Generic[Result], inherit_bindings=False):
    """What every app of ours knows about its terminal."""

    # By the id of the table's row, so that a chosen key takes its place here too.
    BINDINGS = [Binding("ctrl+z", "suspend_process", show=False, priority=True, id="suspend.always")]

    def __init__(self, *, title: str, manners: Manners) -> None:
        super().__init__(driver_class=_driver())
        self.title = title
        self.manners = manners
        self.depth = depth_of(os.environ, manners.colours)
        self.no_color = self.depth == "none"
        kept: list[LineFilter] = [one for one in self._filters if not isinstance(one, (Monochrome, NoColor))]
        self._filters = [*kept, Monochrome()] if self.no_color else kept
        self.console._color_system = ColorSystem.TRUECOLOR  # reduced where it leaves for the terminal
        self._notifier = Notifier(manners.notifications, os.environ)
        titled = manners.title and os.environ.get("TERM", "") not in _UNTITLED
        self.window_title = title if titled else ""
        self._suspending = False
        self._pressed_at: float | None = None

    # The end

    @property
    def ending(self) -> bool:
        """Whether the app ends, so that its screens are being taken down, or are no more. Not Textual's public part."""
        return self._exit or not self._running

    def _handle_exception(self, error: Exception) -> None:
        """A screen that is only half made when the app ends misses its parts: that is the end, and no failure."""
        if not (self.ending and isinstance(error, (NoMatches, MountError, ScreenError))):
            super()._handle_exception(error)

    # Keys

    @property
    def pressed_at(self) -> float:
        """When the key was pressed that is answered now, in seconds of `monotonic`; without a key, now.

        A busy program reads a key long after it was pressed, and then the screen may be another.
        """
        return monotonic() if self._pressed_at is None else self._pressed_at

    @property
    def reports_release(self) -> bool:
        """Whether the terminal tells when a key goes up, so that holding one can mean something."""
        return bool(getattr(self._driver, "reports_release", False))

    def takes_repeat(self, key: str) -> bool:
        """Whether a key that is held down and repeats itself counts as pressed again; else it is a `KeyRepeated`."""
        return True

    async def on_event(self, event: events.Event) -> None:
        """Let a key that takes no repeats do nothing by them, and nothing overtake a key."""
        if isinstance(event, RepeatedKey) and not event.is_forwarded and not self.takes_repeat(event.key):
            event = KeyRepeated(event.key)
        elif isinstance(event, (events.AppFocus, events.AppBlur)):
            event = FocusMoved(isinstance(event, events.AppFocus))
        if isinstance(event, KeyWay) and not event.is_forwarded:
            event._set_forwarded()
            target = self.focused or (self.screen if self.screen_stack else None)
            if target is not None and target.post_message(event):
                return
        if isinstance(event, FocusMoved):
            event = events.AppFocus() if event.here else events.AppBlur()
        self._pressed_at = event.time if isinstance(event, events.Key) else None
        try:
            await super().on_event(event)
        finally:
            self._pressed_at = None

    # Somebody who looks elsewhere

    def notify_desktop(self, title: str, body: str = "") -> None:
        """Tell somebody who looks elsewhere, as they chose; nobody who looks here. Keep content out of it."""
        if not self.app_focus:
            self._tell_terminal(self._notifier.sequence(title, body, monotonic()))

    def set_window_title(self, words: str) -> None:
        """Give the window a title, where it is to have one. Keep names out of it."""
        if self.window_title and words != self.window_title:
            self.window_title = words
            self._tell_terminal(window_title(words))

    def _tell_terminal(self, sequence: str) -> None:
        if sequence and self._driver is not None and not self.is_headless:
            self._driver.write(sequence)

    # Suspended and back

    @property
    def can_suspend(self) -> bool:
        """Whether there is a shell to give the terminal to, which could wake us again."""
        return bool(getattr(self._driver, "can_suspend", False))

    async def before_suspend(self) -> None:
        """What must be so before nobody sees the screen any more."""

    def action_suspend_process(self) -> None:
        """Give the terminal back to the shell and stop, once that is safe; `Suspended` is posted on return."""
        if self._suspending or not self.can_suspend:
            return
        self._suspending = True
        self.run_worker(self._suspend(), name="suspend", group="suspend")

    async def _suspend(self) -> None:
        from tui.terminal.driver import SafeDriver

        try:
            try:
                await asyncio.wait_for(self.before_suspend(), READY_WITHIN)
            except TimeoutError:
                pass  # whatever it waits for, a process that is stopped sends nothing
            began = monotonic()
            if isinstance(self._driver, SafeDriver) and await self._driver.stop_process(lambda: self._exit):
                self.refresh(layout=True)
                self.post_message(Suspended(monotonic() - began))
        finally:
            self._suspending = False
