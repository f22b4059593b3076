"""What a person must know at one look, as words: each answer in full, and shorter where there is no room.

Am I audible, am I visible, who sees my address, how is it encrypted, is anybody recording, how good is the link.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from tui.model import Meeting
from tui.widgets import signs
from tui.widgets.text import fit


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer."""

    forms: tuple[str, ...]  # in full first, each shorter one a whole answer too
    role: str = "muted"  # of its colour
    filled: bool = False  # stands on a block of that colour


def audible(meeting: Meeting, key: str = "") -> Answer:
    """Am I audible? `key` is what one presses to talk."""
    if meeting.microphone == "live":
        if meeting.talk == "voice" and not meeting.talking:
            return Answer((f"{signs.VOICE} OPEN – heard when you speak", f"{signs.VOICE} OPEN"), "live")
        return Answer((f"{signs.LIVE} LIVE – others hear you", f"{signs.LIVE} LIVE"), "live", filled=True)
    if meeting.microphone == "none":
        return Answer((f"{signs.MUTED} NO MICROPHONE – nothing is sent", f"{signs.MUTED} NO MIC"), "safe")
    if meeting.talk == "push" and key:
        return Answer((f"{signs.MUTED} MUTED – {key} to talk", f"{signs.MUTED} MUTED"), "safe")
    if meeting.microphone == "muted":
        return Answer((f"{signs.MUTED} MUTED – nothing is sent", f"{signs.MUTED} MUTED"), "safe")
    return Answer((f"{signs.MUTED} MICROPHONE OFF – nothing is sent", f"{signs.MUTED} MIC OFF"), "safe")


def visible(meeting: Meeting) -> Answer:
    """Am I visible?"""
    what, short = ("SCREEN", "SCREEN") if meeting.screen else ("CAMERA", "CAM")
    if meeting.camera == "live":
        seen = f"{what} LIVE – others see {'it' if meeting.screen else 'you'}"
        forms = tuple(f"{signs.LIVE} {words}" for words in (seen, f"{what} LIVE", short))
        return Answer(forms, "live", filled=True)
    if meeting.camera == "none":
        return Answer((f"{signs.MUTED} NO CAMERA", f"{signs.MUTED} NO CAMERA", f"{signs.MUTED} NO CAM"), "safe")
    return Answer((f"{signs.MUTED} {what} OFF", f"{signs.MUTED} {what} OFF", f"{signs.MUTED} {short} OFF"), "safe")


def named(meeting: Meeting) -> Answer:
    """Who am I here? The last form is empty."""
    name = next((person.name for person in meeting.people[:1] if person.me), "")
    if not name:
        return Answer(("",))
    return Answer((f"you are {name}", fit(name, 40), fit(name, 16), fit(name, 8), ""))


def encryption(meeting: Meeting) -> Answer | None:
    """How is it encrypted, at worst? None while there is nobody to say it of."""
    label = meeting.encryption
    if not label:
        return None
    sign = signs.encryption(label)
    words = "not encrypted" if label == "none" else label
    short = words.rpartition(", ")[2].removeprefix("to the ")
    plain = (f"{sign} {words}: its operator can hear and see",) if sign == signs.TO_SERVER else ()
    return Answer((*plain, f"{sign} {words}", f"{sign} {short}", sign), "warning" if signs.weak(sign) else "text")


def locked(meeting: Meeting) -> Answer | None:
    """Does nobody else come in? None unless we locked the room: that others did cannot be known."""
    return Answer(("locked by you", "locked"), "text") if meeting.locked else None


def recording(meeting: Meeting) -> Answer:
    """Is anybody recording?"""
    by = fit(", ".join(meeting.may_record), 30)
    if meeting.recording:
        words = f"{signs.LIVE} BEING RECORDED"
        return Answer(
            (f"{words} by {by}" if by else words, words, f"{signs.LIVE} RECORDED", f"{signs.LIVE} REC"), "live"
        )
    if by:
        short = f"{signs.RECORDER} perhaps recorded"
        return Answer((f"{short} by {by}", short, f"{signs.RECORDER} rec ?"), "warning")
    if meeting.recording is None:
        return Answer(("recording unknown", "recording ?", "rec ?"))
    return Answer(("not recorded", "not recorded", "no rec"))


_AUDIENCES = ("participants", "operator", "relay", "network")
_MOST = ("participants", "operator", "network")


def address(meeting: Meeting) -> Answer:
    """Who sees my address?"""
    seen_by = meeting.address_seen_by
    if not seen_by:
        return Answer(("your address is seen by nobody yet", "address: nobody yet", f"{signs.ADDRESS} nobody"))
    who = [audience for audience in _AUDIENCES if audience in seen_by]
    short = "everybody" if all(one in who for one in _MOST) else ", ".join(who)
    letters = "all" if short == "everybody" else " ".join(one[0].upper() for one in who)
    return Answer((f"your address is seen by {seen_by}", f"address: {short}", f"{signs.ADDRESS} {letters}"))


def link(meeting: Meeting) -> Answer | None:
    """How good is the link? None while there is none."""
    if not meeting.quality:
        return None
    bars = signs.quality(meeting.quality)
    role = "muted" if bars == signs.BARS[0] else "warning"
    word = meeting.quality.partition(":")[0].removeprefix("link ")
    return Answer((f"{bars} {meeting.quality}", f"{bars} {word}", bars), role)


def fitted(answers: Mapping[str, Answer], order: Sequence[str], room: int, between: int) -> dict[str, str]:
    """The longest form of each answer with which all together fit into `room` cells, `between` cells between two.

    Each time that `order` names an answer it gets one form shorter, until all fit.
    """
    level = dict.fromkeys(answers, 0)

    def forms() -> dict[str, str]:
        return {name: answer.forms[min(level[name], len(answer.forms) - 1)] for name, answer in answers.items()}

    def fits() -> bool:
        told = [text for text in forms().values() if text]
        return sum(map(cell_len, told)) + between * (len(told) - 1) <= room

    steps = [name for name in order if name in answers]
    for name in steps:
        if fits():
            break
        level[name] += 1
    for name in reversed(steps):  # the last step may have made an earlier one needless
        if level[name]:
            level[name] -= 1
            level[name] += not fits()
    return forms()
