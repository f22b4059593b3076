"""The signs for a person's state: one cell each, different in shape and not only in colour. `LEGEND` tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.model import Person


LIVE, MUTED, VOICE = "●", "⊘", "◎"
SEEN, UNSEEN, SCREEN, HIDDEN = "▣", "·", "▤", "▢"
HUSHED = "◌"
UNHEARD, UNSHOWN = "×", "⊠"
TOLD = "┄"
HAND = "↑"
VERIFIED, END_TO_END, TO_SERVER, OPEN = "◆", "◇", "△", "!"
KNOWN, PAST = "·", "○"
RECORDER, BOT = "◉", "□"
BARS = ("▂▄▆", "▂▄·", "▂··")
ADDRESS = "@"

LEGEND: tuple[tuple[str, str], ...] = (
    (LIVE, "their microphone is on"),
    (MUTED, "muted"),
    (VOICE, "your microphone is open, and passes what is loud enough"),
    (SEEN, "their camera is on"),
    (SCREEN, "they share a screen"),
    (HIDDEN, "their picture is hidden here; no participant is told"),
    (UNSHOWN, "their picture cannot be shown here; inspecting them says why"),
    (HUSHED, "they are muted here; nobody is told"),
    (UNHEARD, "they cannot be heard here; inspecting them says why"),
    (TOLD, "they speak, as the server says; how loud is not known"),
    (HAND, "hand raised"),
    (RECORDER, "they record or take notes, as far as is told or their name shows"),
    (BOT, "a program, as far as is told or its name shows"),
    (VERIFIED, "end to end encrypted, verified"),
    (END_TO_END, "end to end encrypted, not verified"),
    (TO_SERVER, "encrypted to the server, which can hear and see"),
    (OPEN, "not encrypted, or a warning"),
    (ADDRESS, "who sees your address: Participants, Operator, Relay, Network"),
    (BARS[0][0], f"the link: {BARS[0]} good, {BARS[1]} fair or slow, {BARS[2]} poor"),
)
"""Every sign and its meaning, for the help screen."""

_LADDER = (("verified", VERIFIED), ("end to end", END_TO_END), ("server", TO_SERVER), ("none", OPEN))
_LINKS = {"connecting": "connecting …", "silent": "no signal", "refused": "refused"}


def encryption(label: str) -> str:
    """The sign for a rung of the encryption ladder, by its label; a space while it is not known."""
    if "unverified" in label:
        return END_TO_END
    for word, sign in _LADDER:
        if word in label:
            return sign
    return " "


def kind(word: str) -> str:
    """The sign for what is no person; empty for a person."""
    return {"": "", "recorder": RECORDER, "note-taker": RECORDER}.get(word, BOT)


def quality(words: str) -> str:
    """Three cells of bars for how good the link is, by the words about it; empty while nothing is known."""
    if not words:
        return ""
    return BARS[0 if "good" in words else 2 if "poor" in words else 1]


def level(loudness: float, cells: int = 4) -> str:
    """A bar of exactly `cells` cells for a loudness of 0 to 1."""
    halves = round(min(1.0, max(0.0, loudness)) * cells * 2)
    return ("━" * (halves // 2) + "╸" * (halves % 2)).ljust(cells)


def voice(person: Person) -> str:
    """How loud somebody speaks, as a bar of four cells; blanks while they do not."""
    return TOLD * 4 if person.speaking and not person.level else level(person.level if person.speaking else 0)


def weak(sign: str) -> bool:
    """Whether a rung of the ladder lets somebody else than the participants hear and see."""
    return sign in (TO_SERVER, OPEN)


def link(person: Person) -> str:
    """The state of the way to a person in words; empty when all is well."""
    return _LINKS.get(person.link, "" if person.link == "here" else person.link)
