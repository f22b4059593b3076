"""What can be done about the person who is chosen in the list of people."""

from __future__ import annotations

from tui.actions.action import PEOPLE, Action, anybody

PEOPLE_ACTIONS: tuple[Action, ...] = (
    Action(
        "inspect",
        ("i",),
        "inspect",
        "What the chosen person discloses to you, and since when",
        PEOPLE,
        about=anybody,
        rank=9,
    ),
)
