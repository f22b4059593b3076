"""One participant: what is known of them, what can be done about them, and the code to compare with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

from textual.widget import Widget

from tui.actions import ACTIONS, taken
from tui.model import Inspection
from tui.screens.dialog import Dialog
from tui.widgets.choices import Choice, Choices
from tui.widgets.focus import focus_now
from tui.widgets.page import Block, Page, Pair, Sentence, Title

PACE = 1.0
"""Seconds between two looks while an inspection is open."""

ABOUT = tuple(action for action in ACTIONS if action.about is not None)
"""Everything that can be done about one person."""

STAYING = ("hush", "hide", "quieter", "louder")
"""What of it leaves an inspection open, which shows what came of it."""

Ask = Callable[[Callable[[Inspection], None]], None]
"""Asks for a new inspection, and has it shown."""


class Inspect(Dialog[str]):
    """What one participant discloses to us, and how their media is doing, now and for as long as it is open.

    The answer is the id of what is to be done about them next.
    """

    BINDINGS = [
        *(taken(action.id, f"about('{action.id}')") for action in ABOUT if action.id != "inspect"),
        taken("menu", "about('menu')"),
    ]

    def __init__(self, name: str, ask: Ask, act: Callable[[str], None], keys: Sequence[tuple[str, str]]) -> None:
        """`ask` is called again and again; `act` does what leaves this open; `keys` as in every dialog.

        It opens before anything is known: one that came up later would take keys that were meant for what is under it.
        """
        super().__init__(name, inspection_blocks(Inspection(name)), keys=keys)
        self._inspection: Inspection | None = None
        self._ask = ask
        self._act = act
        self._asking = False

    def on_mount(self) -> None:
        """Look now, and again and again."""
        self._look()
        self.set_interval(PACE, self._look)

    def _look(self) -> None:
        if self.app.screen is self and not self._asking:
            self._asking = True
            self._ask(self._show)

    def _show(self, inspection: Inspection) -> None:
        self._asking = False
        if self.is_attached and inspection != self._inspection:
            self._inspection = inspection
            self.query_one("#page", Page).show(inspection_blocks(inspection))

    def action_about(self, id: str) -> None:
        """Do something about them."""
        if id in STAYING:
            self._act(id)
            self._look()
        else:
            self.close_with(id)


def inspection_blocks(inspection: Inspection) -> list[Block]:
    """All of an inspection, as a page."""
    blocks: list[Block] = [Sentence(f"! {warning}", "warning") for warning in inspection.warnings]
    blocks += [Sentence()] if blocks else []
    if inspection.disclosed:
        blocks.append(Title("What they disclose to you"))
        blocks += [Pair(what, value, note=since) for what, value, since in inspection.disclosed]
        blocks += [Sentence("From them and from the packets; nothing was looked up.", "muted"), Sentence()]
    blocks.append(Title("The way to them"))
    blocks += [Pair(label, value) for label, value in inspection.rows] or [Sentence("…", "muted")]
    if inspection.tracks:
        blocks += [Sentence(), Title("Sound and pictures")]
        blocks += [Pair(label, value) for label, value in inspection.tracks]
    return blocks


class PersonMenu(Dialog[str]):
    """What can be done about one participant; the answer is its id."""

    BINDINGS = [taken(action.id, f"take('{action.id}')") for action in ABOUT]

    def __init__(self, name: str, choices: Sequence[Choice]) -> None:
        super().__init__(name, keys=(("up down", "choose"), ("accept", "do it"), ("close", "close")))
        self._choices = Choices(choices, id="page")
        self._ids = {choice.id for choice in choices}

    def content(self) -> Widget:
        """The list."""
        return self._choices

    def on_mount(self) -> None:
        """Put the keyboard into the list."""
        focus_now(self._choices)

    def action_take(self, id: str) -> None:
        """A key of its own, if it can be done."""
        if id in self._ids:
            self.close_with(id)

    def action_accept(self) -> None:
        """Enter: what the cursor is on."""
        self.close_with(self._choices.taken_id or None)

    def on_choices_taken(self, message: Choices.Taken) -> None:
        """Two clicks."""
        self.close_with(message.id)


def comparing(name: str) -> tuple[str, str]:
    """What comparing words with somebody proves, and how long it holds."""
    return (
        f"{name} sees the same words when nobody stands between you. Whoever stands between sees other ones with each "
        "of you, and can only hope that you do not compare them. You must know the voice: words read by a stranger "
        "prove nothing.",
        "It holds for this connection, and each of you notes it for themselves.",
    )


def differing(name: str) -> tuple[str, str]:
    """What it means that the words differ, and what to do."""
    return (
        f"Somebody may stand between you and {name}, hear and see both, and change what is said.",
        "If you both read the words of this very connection, say nothing here that is not meant for a stranger, leave, "
        "and make a new invitation that you send another way.",
    )


class Compare(Dialog[Literal["same", "different"]]):
    """The words to compare with somebody aloud."""

    BINDINGS = [taken("yes", "same"), taken("no", "different")]

    def __init__(self, name: str, words: str, verified: bool) -> None:
        proves, holds = comparing(name)
        blocks: list[Block] = [
            Sentence("Read these words to each other, by voice:"),
            Sentence(),
            Title(f"    {words}"),
            Sentence(),
            Sentence(proves),
            Sentence(),
            Sentence(holds, "muted"),
        ]
        if verified:
            blocks += [Sentence(), Sentence("You have compared them before, and they were the same.", "safe")]
        keys = (("yes", "they are the same"), ("no", "they differ"), ("close", "not now"))
        super().__init__(f"Compare with {name}", blocks, keys=keys)

    def action_same(self) -> None:
        """They are the same."""
        self.close_with("same")

    def action_different(self) -> None:
        """They differ."""
        self.close_with("different")


class Differs(Dialog[bool]):
    """The words differ: says what that means; the answer is True to leave."""

    BINDINGS = [taken("leave", "leave"), taken("no", "close")]

    def __init__(self, name: str) -> None:
        danger, cure = differing(name)
        blocks = [Sentence(danger, "danger"), Sentence(), Sentence(cure)]
        super().__init__("The words differ", blocks, keys=(("leave", "leave the meeting"), ("close", "stay")))

    def action_leave(self) -> None:
        """Leave."""
        self.close_with(True)
