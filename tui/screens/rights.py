"""The dialogs of those who may: the question before somebody is removed, and another alias."""

from __future__ import annotations

from collections.abc import Callable

from textual.app import ComposeResult
from textual.widgets import Input, Static

from privacy.persona import MAX_ALIAS
from tui.actions import taken
from tui.screens.dialog import Dialog
from tui.widgets.focus import focus_now
from tui.widgets.page import Sentence
from tui.widgets.text import flat

REMOVING = "They can come back with the link, unless the room is locked."
"""What removing somebody does not do."""

RENAMING = "Everybody who is here sees the change, and the operator: it hides nothing from them."
"""What another alias does not hide."""


class ConfirmKick(Dialog[bool]):
    """Asks before somebody is removed."""

    DEFAULT_CSS = """
    ConfirmKick #box { width: 60; }
    """

    BINDINGS = [taken("yes", "accept"), taken("no", "close")]

    def __init__(self, name: str) -> None:
        blocks = [Sentence("They see that they were removed."), Sentence(REMOVING, "muted")]
        super().__init__(f"Remove {name}?", blocks, keys=(("accept", "remove them"), ("close", "leave them")))

    def action_accept(self) -> None:
        """Remove them."""
        self.close_with(True)


class Rename(Dialog[str]):
    """Asks for another alias, and says while one types what in it would name the person here.

    The answer is the alias, once it is worn.
    """

    DEFAULT_CSS = """
    Rename #box { width: 64; }
    Rename Input, Rename Input:focus {
        height: 1; border: none; padding: 0; color: $incog-text; background: $incog-panel;
    }
    Rename #trouble { width: 100%; height: 2; color: $incog-danger; margin: 1 0 0 0; }
    """

    BINDINGS = [taken("draw", "draw", priority=True)]

    def __init__(
        self,
        draw: Callable[[], str],
        judge: Callable[[str, Callable[[str], None]], None],
        rename: Callable[[str, Callable[[str], None]], None],
    ) -> None:
        """`draw` gives an alias nobody has worn; `judge` and `rename` give an empty string or one sentence why not."""
        keys = (("accept", "be called so"), ("draw", "draw another"), ("close", "stay"))
        super().__init__("Another name", [Sentence(RENAMING, "muted"), Sentence()], keys=keys)
        self._draw = draw
        self._judge = judge
        self._rename = rename
        self._line = Input(draw(), max_length=4 * MAX_ALIAS, select_on_focus=True)
        self._trouble = Static("", id="trouble", markup=False)

    @property
    def is_typed_into(self) -> bool:
        """The alias is."""
        return True

    def compose(self) -> ComposeResult:
        """As every dialog, with a line under the page, and what is wrong with what stands in it."""
        yield from super().compose()

    def on_mount(self) -> None:
        """Put the line under the page, and the keyboard into it."""
        self._mounting = self.query_one("#box").mount(self._line, self._trouble, after="#page")
        focus_now(self._line)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another alias: hold it against the firewall."""
        event.stop()
        self._judge(event.value, lambda trouble: self._say(event.value, trouble))

    def action_draw(self) -> None:
        """Draw another alias."""
        self._line.value = self._draw()
        self._line.action_end()

    def action_accept(self) -> None:
        """Wear it; the dialog closes when that is done, and says why when it is not."""
        alias = self._line.value
        self._rename(alias, lambda trouble: self._renamed(alias, trouble))

    def _renamed(self, alias: str, trouble: str) -> None:
        if trouble or not self.is_attached:
            self._say(self._line.value, trouble)
        else:
            self.close_with(alias.strip())

    def _say(self, alias: str, trouble: str) -> None:
        """Say what is wrong with this alias, if it still stands there."""
        if self.is_attached and alias == self._line.value:
            self._trouble.update(flat(f"! {trouble}" if trouble else ""))
