"""What the lobby says, in words and as rows: pure, from its values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import get_args

from tui.screens.lobby_look import ADDRESSES, DeviceLook, Given, Kind, LinkLook, LobbyLook, PersonaLook, RecentLook
from tui.screens.lobby_parts import NEW_LINE, FieldLook, Words
from tui.widgets import signs

GO: tuple[tuple[Kind, str, str], ...] = (
    ("join", "Join", "the meeting of the link above"),
    ("host", "Host", "a new meeting, reachable from here alone"),
    ("demo", "Demo", "three made-up participants, here alone"),
)
"""Where one can go, and what it means."""

_ALWAYS = (("preview", "who learns what"), ("lobby-join", "join"), ("help", "help"), ("lobby-leave", "leave"))
_SCROLL = ("up down", "scroll")
_STEP = (("lobby-more", "next"), ("lobby-less", "before"))
HOSTING = "`incog host --listen ADDRESS` and `incog host --rendezvous URL` open a meeting to other machines."
"""More about hosting."""

_HINTS: dict[str, tuple[Words, ...]] = {
    "link": (("lobby-choose", "join"), ("reveal", "show or mask the secret")),
    **dict.fromkeys(get_args(Given), (("lobby-choose", "join"), ("reveal", "show or mask"), ("keep", "keep, or not"))),
    "alias": (("draw", "draw another"), ("keep", "keep or wear what is kept")),
    "recent": (("lobby-choose", "choose from them"),),
    "microphone": (("lobby-choose", "choose"), ("try", "try it"), ("start-muted", "muted or heard at first")),
    "speaker": (("lobby-choose", "choose"), ("try", "play a tone")),
    "camera": (("lobby-choose", "choose"), ("try", "try it"), ("start-camera", "off or seen at first")),
    "talk": _STEP,
    "addresses": _STEP,
    **dict.fromkeys(get_args(Kind), (("lobby-choose", "go"),)),
}
"""What the last line names while the keyboard is in a line."""


def hints(field: str, *, beside: bool, previewing: bool) -> Sequence[Words]:
    """What the last line names: ids of actions, and what they do here.

    `beside`: what joining would tell stands beside the settings; `previewing`: it stands in their place.
    """
    if previewing:
        return [_SCROLL, ("preview", "back"), *_ALWAYS[1:]]
    own = (_SCROLL,) if field == "told" else _HINTS.get(field, ())
    return [*own, *(_ALWAYS[1:] if beside else _ALWAYS)]


def about_recent(recent: RecentLook) -> FieldLook:
    """How many recent meetings there are, or why none is kept."""
    count = len(recent.meetings)
    words = f"{count} {'meeting' if count == 1 else 'meetings'}" if count else "none yet"
    return FieldLook(words, recent.note or ("choose one" if count else ""))


def about_link(link: LinkLook) -> Iterator[Words]:
    """What was recognised, in words."""
    if not link.text:
        yield "The link says where, and lets you in: whoever has it can join.", "muted"
        return
    if link.trouble:
        yield f"! {link.trouble}", "warning"
        yield NEW_LINE, "text"
    if link.usable and link.wants:
        weak = signs.weak(sign := signs.encryption(link.encryption))
        words = "the operator can hear and see" if weak else f"{link.encryption}, by the key in the link"
        yield f"{sign} {words}", "warning" if weak else "text"
        yield NEW_LINE, "text"
    if link.server:
        yield f"{link.service or 'no meeting'} · {link.server} ·", "text"
        yield ("TLS" if link.secure else "no TLS"), ("text" if link.secure else "warning")
        yield f"· asks for {link.asks}" if link.asks else "", "text"


def about_persona(persona: PersonaLook) -> Iterator[Words]:
    """Where the persona comes from, whether it stays, and what is wrong with it."""
    if persona.trouble:
        yield f"! {persona.trouble}", "danger"
        return
    yield (
        {"fresh": "fresh, worn by nobody before", "kept": "kept for this meeting", "typed": "typed by you"}[
            persona.origin
        ],
        "muted",
    )
    if persona.keep and persona.origin != "kept":
        instead = f" in place of {persona.kept}" if persona.kept else ""
        yield f"· will be kept for this meeting{instead}", "text"
    if persona.note or persona.ties:
        yield f"! {persona.note or persona.ties[0]}", "warning"


def about_field(field: str, look: LobbyLook) -> str:
    """More about one line, where there is more to say."""
    match field:
        case "microphone" | "camera" if getattr(look, field).open:
            return f"The {field} is open on this machine alone. It is closed when you leave the lobby."
        case "microphone" | "camera":
            return f"The {field} is not open. Trying it sends nothing."
        case "addresses" if look.reach and look.link.wants:
            return f"Your addresses: {look.reach}."
        case "addresses":
            return f"The participants may learn {look.reach or ADDRESSES[look.addresses]}."
        case "pin" | "secret" | "token":
            kept = "will be kept in the keyring for this room" if look.given.keep else "is kept nowhere"
            return f"It {kept}, and goes to {look.link.server} alone, when you join. {_GIVEN[field]}"
        case "recent" if look.recent is not None:
            return look.recent.note
        case "host":
            return HOSTING
        case _:
            return ""


_GIVEN = {
    "pin": "Rooms with a PIN let nobody in without it.",
    "secret": "Whoever has it may remove and mute others and lock the room.",
    "token": "The operator knows whom it was given to.",
}
"""What it means to give something."""


def heading(look: LobbyLook) -> tuple[str, str]:
    """What stands over what would be told, and beside it."""
    title = "What hosting would tell" if look.aim == "host" else "What joining would tell"
    return title, "finding out …" if look.looking else ""


def about_microphone(look: LobbyLook, loud: tuple[float, bool]) -> FieldLook:
    """The microphone, how loud it is while it is tried, and whether one is heard from the start."""
    first = ("⊘ muted at first", "safe") if look.muted else ("● HEARD AT ONCE", "live")
    return about_device(look.microphone, first, loud if look.microphone.open else None)


def about_camera(look: LobbyLook) -> FieldLook:
    """The camera, and whether one is seen from the start."""
    return about_device(look.camera, ("● SEEN AT ONCE", "live") if look.seen else ("⊘ off at first", "safe"))


def about_device(device: DeviceLook, first: Words = ("", "muted"), loud: tuple[float, bool] | None = None) -> FieldLook:
    """A device: how it begins, whether it is open, and how loud it is."""
    right: list[Words] = []
    if device.busy:
        right.append((" … ", "muted"))
    if loud is not None:
        level, speaking = loud
        right.append((f" {signs.level(level, 8)} ", "speaking" if speaking else "text"))
    if device.open:
        right.append((" ● " if loud is not None else " ● open ", "live"))
    right.append((f" {first[0]}" if first[0] else "", first[1]))
    return FieldLook(device.name, right=tuple(right))
