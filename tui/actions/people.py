"""What can be done about the person who is chosen in the list of people."""

from __future__ import annotations

from tui.actions.action import LOOK, PEOPLE, Action, anybody

PEOPLE_ACTIONS: tuple[Action, ...] = (
    Action("find", ("slash",), "find", "Find people by typing; Escape shows everybody again", LOOK),
    Action("sort", ("z",), "sort", "Sort the people: as they came, speaking first, raised hands first, by name", LOOK),
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
