"""What is looked at: panes, sizes, the eyes of an audience, colours."""

from __future__ import annotations

from tui.actions.action import LOOK, Action, anybody

LOOK_ACTIONS: tuple[Action, ...] = (
    Action("panel", ("d",), "panel", "Show or hide what others can see about you", LOOK, rank=5),
    Action("people", ("p",), "people", "Show the people, or hide them", LOOK, rank=4),
    Action("stage", ("s",), "stage", "Show or hide the pictures", LOOK),
    Action("stage-mode", ("g",), "view", "See everybody, whoever speaks, or a shared screen; again for the next", LOOK),
    Action(
        "spotlight",
        ("o",),
        "only them",
        "Only the chosen person on the stage, or everybody",
        LOOK,
        about=anybody,
    ),
    Action("narrower", ("less_than_sign",), "narrower", "Make the panel narrower", LOOK),
    Action("wider", ("greater_than_sign",), "wider", "Make the panel wider", LOOK),
    Action("lower", ("minus",), "lower", "Make the stage lower, and what is under it higher", LOOK),
    Action("higher", ("plus",), "higher", "Make the stage higher, and what is under it lower", LOOK),
    Action("sizes", ("equals_sign",), "usual sizes", "Make every pane as large as it was at first", LOOK),
    Action("lens", ("a",), "audience", "See what one audience can see; again for the next one", LOOK),
    Action("lens-all", ("1",), "all eyes", "See what anybody can see", LOOK),
    Action("lens-participants", ("2",), "participants", "See what the participants can see", LOOK),
    Action("lens-operator", ("3",), "operator", "See what the operator of the server can see", LOOK),
    Action("lens-relay", ("4",), "relay", "See what a relay can see", LOOK),
    Action("lens-network", ("5",), "network", "See what the network on the way can see", LOOK),
    Action("timeline", ("w",), "when", "Show what became visible when, or who can see what", LOOK),
    Action("theme", ("t",), "theme", "Wear the next theme", LOOK),
)
