"""What others hear and see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.actions.action import TALK, Action

if TYPE_CHECKING:
    from tui.model import Meeting


def _has_hand_up(meeting: Meeting) -> bool:
    return bool(meeting.people) and meeting.people[0].me and meeting.people[0].hand


TALK_ACTIONS: tuple[Action, ...] = (
    Action(
        "mute",
        ("m",),
        "unmute",
        "Be heard, or be muted: muted sends no sound at all",
        TALK,
        always=("f2", "ctrl+t"),
        other_label="mute",
        is_on=lambda meeting: meeting.microphone == "live",
        possible=lambda meeting: meeting.microphone != "none",
        rank=1,
    ),
    Action(
        "talk",
        ("space",),
        "talk",
        "Be heard while you hold it; where the terminal tells no release, be heard or muted",
        TALK,
        possible=lambda meeting: meeting.microphone != "none",
    ),
    Action(
        "talk-mode",
        ("T",),
        "way to talk",
        "Heard until muted, only while you hold a key, or only while you speak",
        TALK,
        possible=lambda meeting: meeting.microphone != "none",
        why="There is no microphone here.",
    ),
    Action("devices", ("D",), "devices", "Change microphone, speaker or camera; opens nothing", TALK),
    Action(
        "camera",
        ("v",),
        "camera on",
        "Be seen, or not: off opens no camera",
        TALK,
        always=("f3",),
        other_label="camera off",
        is_on=lambda meeting: meeting.camera == "live",
        possible=lambda meeting: meeting.camera != "none",
        rank=2,
    ),
    Action(
        "hand",
        ("h",),
        "hand up",
        "Raise your hand, or lower it",
        TALK,
        always=("f4",),
        other_label="hand down",
        is_on=_has_hand_up,
        rank=8,
    ),
)
