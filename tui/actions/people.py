"""What can be done about the people: in their list, and about the one who is chosen there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions.action import LOOK, PEOPLE, Action, anybody

if TYPE_CHECKING:
    from tui.model import Meeting, Person


def _may_write(meeting: Meeting) -> bool:
    return "private chat" in meeting.may


def _hears_apart(meeting: Meeting) -> bool:
    return not meeting.mixed


def _has_more(meeting: Meeting) -> bool:
    return any(person.also for person in meeting.people)


def _shows_more(_: Meeting, person: Person) -> bool:
    return bool(person.also)


def _may_verify(meeting: Meeting) -> bool:
    return "verify" in meeting.may


def _may_kick(meeting: Meeting) -> bool:
    return "kick" in meeting.may


def _may_silence(meeting: Meeting) -> bool:
    return "mute others" in meeting.may


PEOPLE_ACTIONS: tuple[Action, ...] = (
    Action("find", ("slash",), "find", "Find people by typing; Escape shows everybody again", LOOK),
    Action("sort", ("z",), "sort", "Sort the people: as they came, speaking first, raised hands first, by name", LOOK),
    Action(
        "inspect",
        ("i",),
        "inspect",
        "What they disclose to you, and how the link is",
        PEOPLE,
        about=anybody,
        rank=9,
    ),
    Action("menu", ("full_stop",), "menu", "All that can be done about the chosen person", PEOPLE),
    Action(
        "whisper",
        ("e",),
        "message",
        "Write to them alone",
        PEOPLE,
        possible=_may_write,
        why="Messages to one person are not possible in this meeting.",
        about=anybody,
    ),
    Action(
        "quieter",
        ("left_square_bracket",),
        "quieter",
        "Play them quieter here",
        PEOPLE,
        possible=_hears_apart,
        why="The server mixes all voices, so nobody can be played apart.",
        about=anybody,
    ),
    Action(
        "louder",
        ("right_square_bracket",),
        "louder",
        "Play them louder here",
        PEOPLE,
        possible=_hears_apart,
        why="The server mixes all voices, so nobody can be played apart.",
        about=anybody,
    ),
    Action(
        "hush",
        ("x",),
        "mute for me",
        "Mute them for you alone; nobody is told",
        PEOPLE,
        other_label="hear again",
        possible=_hears_apart,
        why="The server mixes all voices, so nobody can be played apart.",
        about=anybody,
    ),
    Action(
        "hide",
        ("y",),
        "hide picture",
        "Leave out their picture; no participant is told",
        PEOPLE,
        other_label="show picture",
        about=anybody,
    ),
    Action(
        "next-picture",
        ("P",),
        "next picture",
        "Another of their pictures; no participant is told",
        PEOPLE,
        possible=_has_more,
        why="Nobody here shows several pictures.",
        about=_shows_more,
    ),
    Action(
        "verify",
        ("V",),
        "compare code",
        "Compare a few words aloud with them, to verify",
        PEOPLE,
        possible=_may_verify,
        why="There is no code to compare in this meeting.",
        about=anybody,
    ),
    Action(
        "mute-them",
        ("M",),
        "mute for all",
        "Mute them for everybody, or no longer; if you may",
        PEOPLE,
        other_label="let them speak",
        possible=_may_silence,
        why="You may not mute others in this meeting.",
        about=anybody,
    ),
    Action(
        "kick",
        ("K",),
        "remove",
        "Remove them from the meeting, if you may; asks",
        PEOPLE,
        possible=_may_kick,
        why="You may not remove anybody from this meeting.",
        about=anybody,
    ),
)
