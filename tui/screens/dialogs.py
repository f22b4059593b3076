"""The dialogs of a meeting: evidence, help, invitation, and the question before leaving."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widgets import Input

from privacy.facts import LIVE_FACTS, Evidence, Refusal, Withheld
from privacy.ledger import Entry, Snapshot
from tui.actions import Actions, key_words, taken
from tui.screens.dialog import Dialog
from tui.widgets.disclosures import AUDIENCES, Item
from tui.widgets.focus import focus_now
from tui.widgets.page import Block, Pair, Sentence, Title
from tui.widgets.signs import LEGEND
from tui.widgets.text import lasting, size


class ShowEvidence(Dialog[None]):
    """The bytes behind one line of the disclosure panel."""

    def __init__(self, item: Item, snapshot: Snapshot) -> None:
        title, blocks = evidence_of(item, snapshot)
        super().__init__(title, blocks)


def evidence_of(item: Item, snapshot: Snapshot) -> tuple[str, list[Block]]:
    """What is known of a line of the panel: a title, and the page under it."""
    if isinstance(item, Entry):
        return _of_entry(item, snapshot.at)
    if isinstance(item, Withheld):
        return _of_withheld(item, snapshot.at)
    if isinstance(item, Refusal):
        return _of_refusal(item, snapshot.at)
    return _of_destination(item, snapshot)


def _of_entry(entry: Entry, now: float) -> tuple[str, list[Block]]:
    live = entry.fact in LIVE_FACTS
    blocks: list[Block] = [
        Pair("who knows", AUDIENCES[entry.audience]),
        Pair("what", entry.value or "that it is so"),
        Pair("first told", f"{lasting(now - entry.first_at)} ago"),
        Pair("last told", f"{lasting(now - entry.last_at)} ago"),
        Pair("how often", f"{entry.times} {'time' if entry.times == 1 else 'times'}"),
        Pair("told to", ", ".join(entry.told_to) or "–"),
    ]
    if live:
        blocks.append(Pair("now", "live" if entry.live else "no longer told"))
    blocks += _of_bytes("The first bytes that told it", entry.first)
    if entry.last != entry.first:
        blocks += _of_bytes("The latest", entry.last)
    return entry.fact.value.capitalize(), blocks


def _of_bytes(title: str, evidence: Evidence) -> list[Block]:
    blocks: list[Block] = [
        Sentence(),
        Title(title),
        Pair("channel", evidence.channel),
        Pair("sent to", evidence.destination),
        Pair("size", size(evidence.size)),
    ]
    if evidence.detail:
        blocks += [Pair("content", "")] if "\n" in evidence.detail else [Pair("content", evidence.detail)]
        if "\n" in evidence.detail:
            blocks += [Sentence(line, "muted") for line in evidence.detail.splitlines()[:200]]
    return blocks


def _of_withheld(withheld: Withheld, now: float) -> tuple[str, list[Block]]:
    blocks: list[Block] = [
        Pair("withheld", withheld.what),
        Pair("instead", withheld.instead),
        Pair("when", f"{lasting(now - withheld.at)} ago"),
    ]
    if withheld.evidence is not None:
        blocks += _of_bytes("The message in which it is absent", withheld.evidence)
    return "Withheld", blocks


def _of_refusal(refusal: Refusal, now: float) -> tuple[str, list[Block]]:
    return "Refused", [
        Sentence("Something in this process tried to reach a destination that the meeting does not need.", "danger"),
        Sentence("incog refused it; no byte left for it.", "text"),
        Sentence(),
        Pair("tried to", refusal.action),
        Pair("destination", refusal.destination),
        Pair("how often", f"{refusal.count} {'time' if refusal.count == 1 else 'times'}"),
        Pair("last", f"{lasting(now - refusal.at)} ago"),
    ]


def _of_destination(destination: str, snapshot: Snapshot) -> tuple[str, list[Block]]:
    blocks: list[Block] = [Title("What left for it")]
    for one in snapshot.traffic:
        if one.destination == destination:
            blocks.append(Pair(one.kind, size(one.bytes), note=f"{one.packets} packets"))
    told = [entry for entry in snapshot.entries if destination in entry.told_to]
    if told:
        blocks += [Sentence(), Title("What it was told")]
        blocks += [Pair(entry.fact.value, entry.value or "yes") for entry in told]
    return destination, blocks


class Help(Dialog[None]):
    """All keys by group, and the signs."""

    DEFAULT_CSS = """
    Help #box { width: 84; }
    """

    def __init__(self, actions: Actions, groups: Collection[str] = ()) -> None:
        """`groups`: only these; the signs are those of a meeting and stand only under all of them."""
        blocks: list[Block] = []
        for group, members in actions.groups().items():
            if groups and group not in groups:
                continue
            blocks.append(Title(group))
            for action in members:
                keys = " ".join(key_words(key) for key in (*action.keys, *action.always))
                blocks.append(Pair(keys or "–", action.help, key=True))
            blocks.append(Sentence())
        if groups:
            super().__init__("Keys", blocks[:-1], keys=(("up down", "scroll"), ("close", "close")))
            return
        blocks.append(Title("Signs"))
        blocks += [Pair(sign, meaning, key=True) for sign, meaning in LEGEND]
        always = [key_words(key) for action in actions.all for key in action.always]
        blocks += [Sentence(), Sentence(f"While you type, {', '.join(always)} work as well.", "muted")]
        super().__init__("Keys and signs", blocks, keys=(("up down", "scroll"), ("close", "close")))


INVITING = "Everybody who has this link can join. Give it only to people you want here."
"""What is said beside an invitation."""


class Invitation(Dialog[None]):
    """The link that lets others in."""

    BINDINGS = [taken("copy", "copy")]

    def __init__(self, link: str) -> None:
        self._link = link
        blocks = [
            Sentence(INVITING, "text"),
            Sentence(),
            Sentence(link, "accent"),
        ]
        super().__init__("Invite others", blocks, keys=(("copy", "copy to the clipboard"), ("close", "close")))

    def action_copy(self) -> None:
        """Hand the link to the terminal's clipboard."""
        self.app.copy_to_clipboard(self._link)
        self.close_with(None)


class ConfirmLeave(Dialog[str]):
    """Asks before leaving others; the answer is "leave", or "receipt" to write one as well."""

    DEFAULT_CSS = """
    ConfirmLeave #box { width: 48; }
    """

    BINDINGS = [
        taken("leave", "accept"),
        Binding("ctrl+q", "accept", "leave", show=False),
        taken("yes", "accept"),
        taken("no", "close"),
        taken("receipt", "receipt"),
    ]

    def __init__(self, others: int) -> None:
        who = "one other person is" if others == 1 else f"{others} others are"
        blocks = [Sentence(f"{who.capitalize()} still here.")]
        keys = (("accept", "leave"), ("receipt", "with a receipt"), ("close", "stay"))
        super().__init__("Leave the meeting?", blocks, keys=keys)

    def action_accept(self) -> None:
        """Leave."""
        self.close_with("leave")

    def action_receipt(self) -> None:
        """Leave, and have a receipt written."""
        self.close_with("receipt")


class NamesYou(Dialog[Literal["strike", "knowingly"]]):
    """A message was refused because it names the person here: offers it with the name struck out."""

    BINDINGS = [taken("knowingly", "knowingly")]

    def __init__(self, refusal: str, struck: str) -> None:
        blocks: list[Block] = [Sentence(refusal, "danger"), Sentence(), Title("Without it")]
        blocks += [Sentence(line) for line in struck.splitlines()]
        keys = (("accept", "send this"), ("knowingly", "send it as it is, this once"), ("close", "edit"))
        super().__init__("Your message names you", blocks, keys=keys)

    @property
    def is_typed_into(self) -> bool:
        """It opens under the hands of somebody who writes and may write on: no letter makes them heard."""
        return True

    def action_accept(self) -> None:
        """Send it with what names the person struck out."""
        self.close_with("strike")

    def action_knowingly(self) -> None:
        """Send it as it is."""
        self.close_with("knowingly")


ANOTHER_PERSONA = (
    "You leave, and come back with another alias, other ids, other keys and another seed.",
    "You come back muted and with the camera off.",
    "Others see one person go and another come. From the time, your network address and your voice they may guess who "
    "it is.",
)
"""What it means to come back as somebody else, and what that does not hide."""


class ConfirmPersona(Dialog[bool]):
    """Asks before coming back as somebody else, and says what that does not hide."""

    BINDINGS = [
        taken("yes", "accept"),
        taken("no", "close"),
    ]

    def __init__(self) -> None:
        *means, hides_not = ANOTHER_PERSONA
        blocks = [*map(Sentence, means), Sentence(), Sentence(hides_not, "muted")]
        super().__init__("Come back as somebody else?", blocks, keys=(("accept", "change"), ("close", "stay")))

    def action_accept(self) -> None:
        """Change."""
        self.close_with(True)


class AskReceipt(Dialog[str]):
    """Asks for the file of a receipt; the answer is its name."""

    DEFAULT_CSS = """
    AskReceipt Input, AskReceipt Input:focus {
        height: 1; border: none; padding: 0; color: $incog-text; background: $incog-surface;
    }
    """

    def __init__(self, name: str) -> None:
        blocks = [
            Sentence("What left, for whom, and what was kept back. Of others it says that they were here, no more."),
            Sentence(),
        ]
        super().__init__("Write a receipt", blocks, keys=(("accept", "write"), ("close", "write none")))
        self._line = Input(name, max_length=1000)

    @property
    def is_typed_into(self) -> bool:
        """The name is."""
        return True

    def compose(self) -> ComposeResult:
        """As every dialog, with a line for the name under the page."""
        yield from super().compose()

    def on_mount(self) -> None:
        """Put the line under the page, and the keyboard into it."""
        self._mounting = self.query_one("#box").mount(self._line, after="#page")
        focus_now(self._line)

    def action_accept(self) -> None:
        """Write it to this file."""
        self.close_with(self._line.value.strip() or None)
