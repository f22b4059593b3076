"""Hold-to-talk: a key that is held down makes us heard; where the terminal tells no release, it is a switch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from textual.app import App
from textual.timer import Timer

from tui.terminal.hold import Hold


class Holding:
    """Told of keys, it says when a hold begins and ends. One for an app."""

    def __init__(self, app: App[int], clock: Callable[[], float], on_hold: Callable[[bool], None]) -> None:
        """`clock` gives seconds and never goes back; `on_hold` is called when a hold begins and when it ends."""
        self._app = app
        self._clock = clock
        self._on_hold = on_hold
        self._hold = Hold(frozenset())
        self._timer: Timer | None = None

    @property
    def held(self) -> bool:
        """Whether the key is held."""
        return self._hold.held

    def press(self, key: str) -> None:
        """The key, whichever is chosen for it, went down."""
        self._become(replace(self._hold, keys=frozenset({key})).press(key, self._clock()))

    def repeat(self, key: str) -> None:
        """A key repeats itself."""
        self._become(self._hold.repeat(key, self._clock()))

    def release(self, key: str) -> None:
        """A key went up."""
        self._become(self._hold.release(key))

    def blur(self) -> None:
        """The keyboard went elsewhere: to another window, or into a line to type in."""
        self._become(self._hold.blur())

    def _become(self, hold: Hold) -> None:
        before, self._hold = self._hold.held, hold
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        if hold.due is not None:
            self._timer = self._app.set_timer(max(0.01, hold.due - self._clock()), self._tick)
        if before != hold.held:
            self._on_hold(hold.held)

    def _tick(self) -> None:
        self._become(self._hold.tick(self._clock()))
