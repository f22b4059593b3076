"""What changed between two looks at the meeting, in lines. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from tui.linear.lines import PEOPLE, Line, counted, named, said
from tui.model import Meeting, Person

KINDS = {
    "people": "who comes and goes",
    "hands": "raised hands, and who shows a screen",
    "states": "microphones, cameras and connections of others",
    "speaking": "who begins to speak",
    "visible": "what became visible of you, to whom",
}
"""What is told by itself, if a person wants it. Chat, warnings and one's own state are always told."""

SINGLY = 3
"""Changes of one sort that are told one by one; more are counted."""

MICROPHONE = {
    "live": "Others hear you now.",
    "muted": "You are muted: nothing is sent.",
    "off": "You are muted: nothing is sent, and the microphone is closed.",
    "none": "You are muted: there is no microphone.",
}
CAMERA = {"live": "Others see you now.", "off": "Your camera is off.", "none": "There is no camera."}


def changes(before: Meeting | None, now: Meeting, wanted: Collection[str]) -> list[Line]:
    """What is to be told of what changed; of the first look, how one begins."""
    lines = list(_own(before, now))
    if before is not None and before.people is not now.people:
        lines += _others(before, now, wanted)
    return lines


def heard(meeting: Meeting) -> str:
    """Whether others hear us, as one sentence."""
    if meeting.microphone == "live" and meeting.talk == "voice":
        return "Others hear you when you speak."
    return MICROPHONE.get(meeting.microphone, MICROPHONE["off"])


def seen(meeting: Meeting) -> str:
    """Whether others see us, as one sentence."""
    return CAMERA.get(meeting.camera, CAMERA["off"])


def hand(meeting: Meeting) -> str:
    """Whether our hand is up, as one sentence."""
    return "Your hand is up." if meeting.people and meeting.people[0].hand else "Your hand is down."


def _own(before: Meeting | None, now: Meeting) -> Iterator[Line]:
    if now.phase not in ("live", "recovering"):
        return
    if before is None or before.phase == "connecting":
        name = now.people[0].name if now.people else ""
        yield said(f"You are in the meeting as {named(name)}. Type help to learn what can be done.")
        yield said(f"{heard(now)} {seen(now)}")
        return
    if before.phase == "recovering" and now.phase == "live":
        yield said("Back in the meeting.")
    if heard(before) != heard(now):
        yield said(heard(now))
    if seen(before) != seen(now):
        yield said(seen(now))
    if hand(before) != hand(now):
        yield said(hand(now))


def _others(before: Meeting, now: Meeting, wanted: Collection[str]) -> list[Line]:
    known = {person.key: person for person in before.people}
    pairs = [
        (old, person)
        for person in now.people
        if not person.me and (old := known.get(person.key)) is not None and old is not person
    ]
    lines = _out_of_reach(before, now)
    for kind, told in _TOLD:
        if kind in wanted:
            for words, many, was in told:
                lines += _several([new for old, new in pairs if was(new) and not was(old)], words, many)
    return lines


def _out_of_reach(before: Meeting, now: Meeting) -> list[Line]:
    """Who cannot be heard or seen here, and why. Told always: it looks like silence otherwise."""
    known = {person.key: person for person in before.people}
    found: dict[tuple[str, str], list[str]] = {}
    for person in now.people:
        old = known.get(person.key)
        if old is person:
            continue
        for what, was, why in (
            ("heard", old and old.unheard, person.unheard),
            ("seen", old and old.unseen, person.unseen),
        ):
            if why and why != was:
                found.setdefault((what, why), []).append(person.name)
    return [
        Line(f"{name} cannot be {what} here: {why}.", PEOPLE)
        for (what, why), names in found.items()
        for name in ([*map(named, names)] if len(names) <= SINGLY else [counted(len(names), "person", "people")])
    ]


def _several(people: list[Person], words: str, many: str) -> list[Line]:
    if len(people) > SINGLY:
        return [Line(f"{counted(len(people), 'person', 'people')} {many}.", PEOPLE)]
    return [Line(f"{named(person.name)} {words}.", PEOPLE) for person in people]


_Was = Callable[[Person], bool]

_TOLD: tuple[tuple[str, tuple[tuple[str, str, _Was], ...]], ...] = (
    (
        "hands",
        (
            ("raised a hand", "raised a hand", lambda person: person.hand),
            ("lowered the hand", "lowered their hands", lambda person: not person.hand),
            ("shows a screen", "show a screen", lambda person: person.presenting),
            ("no longer shows a screen", "no longer show a screen", lambda person: not person.presenting),
        ),
    ),
    (
        "states",
        (
            ("can be heard", "can be heard now", lambda person: not person.muted),
            ("is muted", "are muted now", lambda person: person.muted),
            ("is seen", "are seen now", lambda person: person.camera),
            ("has the camera off", "have their cameras off now", lambda person: not person.camera),
            ("does not answer", "do not answer", lambda person: person.link == "silent"),
            ("answers", "answer again", lambda person: person.link == "here"),
        ),
    ),
    ("speaking", (("speaks", "speak", lambda person: person.speaking),)),
)
"""What of others can be told: by kind, in words for one and for many, and when it is so."""
