"""The meeting itself."""

from __future__ import annotations

from tui.actions.action import MEET, Action

MEETING_ACTIONS: tuple[Action, ...] = (
    Action(
        "link",
        ("l",),
        "invite",
        "Show the invitation, to copy and give to others",
        MEET,
        possible=lambda meeting: bool(meeting.invitation),
        why="There is no invitation to show: you joined by a link.",
        rank=10,
    ),
    Action(
        "persona",
        ("n",),
        "new persona",
        "Leave and come back as somebody else, with nothing of this persona; asks first",
        MEET,
        possible=lambda meeting: meeting.phase == "live",
    ),
    Action(
        "rename",
        ("R",),
        "other name",
        "Be called otherwise from now on, where the meeting allows it; who is here sees the change",
        MEET,
        possible=lambda meeting: "rename" in meeting.may,
        why="You cannot take another name in this meeting.",
    ),
    Action(
        "lock",
        ("L",),
        "lock",
        "Let nobody else into the room, or everybody again; for those who may",
        MEET,
        other_label="unlock",
        is_on=lambda meeting: meeting.locked,
        possible=lambda meeting: "lock" in meeting.may,
        why="You may not lock this meeting.",
    ),
    Action("receipt", ("r",), "receipt", "Write to a file what left, for whom, and what was kept back", MEET),
    Action(
        "warnings",
        ("exclamation_mark",),
        "warnings",
        "What you may want to act on: somebody records, the encryption fell, a name deceives",
        MEET,
        possible=lambda meeting: bool(meeting.warnings),
        why="There are no warnings.",
    ),
    Action("help", ("question_mark", "f1"), "help", "This list", MEET, rank=6),
    Action(
        "suspend",
        (),
        "suspend",
        "Back to the shell, muted and with the camera off; fg comes back",
        MEET,
        always=("ctrl+z",),
    ),
    Action("palette", (), "palette", "Find anything by name", MEET, always=("ctrl+p",)),
    Action(
        "leave", ("q", "ctrl+c"), "leave", "Leave; asks first when others are here", MEET, always=("ctrl+q",), rank=7
    ),
)
