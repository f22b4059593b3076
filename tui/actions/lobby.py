"""The lobby: who to be, by which devices, and where to go. Its keys work while typing, too, but for Enter and signs."""

from __future__ import annotations

from tui.actions.action import LOBBY, Action

LOBBY_ACTIONS: tuple[Action, ...] = (
    Action("lobby-join", ("f8",), "join", "Join the meeting of the link", LOBBY, bound=False),
    Action("lobby-choose", ("enter",), "choose", "Choose from a list, or go where the line says", LOBBY, bound=False),
    Action("lobby-more", ("right",), "next", "Choose what comes next", LOBBY, bound=False),
    Action("lobby-less", ("left",), "before", "Choose what comes before", LOBBY, bound=False),
    Action(
        "try",
        ("space",),
        "try",
        "Open the microphone or the camera, or close it again; play a tone on the speaker",
        LOBBY,
        bound=False,
    ),
    Action("draw", ("ctrl+r", "f5"), "other alias", "Draw another alias", LOBBY, bound=False),
    Action(
        "keep",
        ("f6",),
        "keep",
        "Wear what is kept for this meeting, or have this persona kept for it in the keyring; or keep none",
        LOBBY,
        bound=False,
    ),
    Action("reveal", ("f7",), "show secret", "Show the secret of the link, or mask it", LOBBY, bound=False),
    Action("start-muted", ("f2",), "mute", "Begin muted, or be heard from the start", LOBBY, bound=False),
    Action("start-camera", ("f3",), "camera", "Begin unseen, or be seen from the start", LOBBY, bound=False),
    Action("preview", ("f4",), "who learns", "Show who would learn what, or go back", LOBBY, bound=False),
    Action("forget", ("delete",), "forget", "In the list of recent meetings: forget this one", LOBBY, bound=False),
    Action("forget-all", ("X",), "forget all", "In the list of recent meetings: forget all", LOBBY, bound=False),
    Action("lobby-leave", ("escape", "ctrl+q", "ctrl+c"), "leave", "End; nobody was contacted", LOBBY, bound=False),
)
