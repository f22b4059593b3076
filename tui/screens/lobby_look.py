"""What the lobby shows, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from rich.cells import cell_len

if TYPE_CHECKING:
    from tui.model import Foretold


Kind = Literal["join", "host", "demo"]
Choosable = Literal["talk", "addresses"]
Tried = Literal["microphone", "speaker", "camera"]
Given = Literal["pin", "secret", "token"]

TALK = {
    "open": "always, while you are not muted",
    "push": "only while you hold a key",
    "voice": "only while you speak",
}
"""When an open microphone is heard."""

ADDRESSES = {
    "auto": "as few as the meeting needs",
    "loopback": "only 127.0.0.1: everybody is on this machine",
    "local": "the one that reaches the meeting, and what a STUN or TURN server sees",
    "public": "only what a STUN or TURN server sees of it",
    "relay": "only the relay's; needs a TURN server",
}
"""Which addresses of ours the participants may learn."""


class LinkLook(NamedTuple):
    """What was recognised in the line for the link. Nothing was contacted for it."""

    text: str = ""  # the link itself, out of whatever stands around it
    service: str = ""  # what kind of meeting, for a person; empty when that is not known
    server: str = ""  # "host:port"
    secure: bool = False  # the way to the server is encrypted
    asks: str = ""  # what the meeting asks for, in words
    trouble: str = ""  # one sentence why it cannot be joined
    wants: bool = False  # it may ask for a PIN, a secret, a token
    encryption: str = ""  # at best: the ladder's label; empty when that is not known

    @property
    def usable(self) -> bool:
        """Whether it can be joined."""
        return bool(self.text) and not self.trouble


class PersonaLook(NamedTuple):
    """Whom one will be."""

    alias: str
    colour: int  # 0 to 7
    origin: Literal["fresh", "kept", "typed"] = "fresh"
    keep: bool = False  # it is kept for this meeting, or will be on joining
    kept: str = ""  # the alias that is kept for this meeting, when that was looked up
    trouble: str = ""  # one sentence why it cannot be worn
    note: str = ""  # one sentence about keeping
    ties: tuple[str, ...] = ()  # what ties this to earlier meetings, a sentence each
    turn: int = 0  # another one whenever the alias came from elsewhere than the line it is typed in


@dataclass(frozen=True, slots=True)
class GivenLook:
    """What was given of what the meeting may ask for. `repr()` shows none of it."""

    pin: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    keep: bool = False  # it will be kept for this room on joining
    turn: int = 0  # another one whenever any of it came from elsewhere than the line it is typed in


class DeviceLook(NamedTuple):
    """One device, and whether it is open now."""

    name: str
    open: bool = False
    busy: bool = False  # it is being opened or played on


class RecentLook(NamedTuple):
    """Meetings that were joined lately, the newest first."""

    meetings: tuple[tuple[str, str], ...] = ()  # server and day
    note: str = ""  # one sentence why none can be kept


_DEFAULT_DEVICE = DeviceLook("the system's default")


class LobbyLook(NamedTuple):
    """The whole lobby."""

    persona: PersonaLook
    link: LinkLook = LinkLook()
    given: GivenLook = GivenLook()
    microphone: DeviceLook = _DEFAULT_DEVICE
    speaker: DeviceLook = _DEFAULT_DEVICE
    camera: DeviceLook = _DEFAULT_DEVICE
    muted: bool = True  # at first
    seen: bool = False  # at first
    talk: str = "open"
    addresses: str = "auto"
    reach: str = ""  # what `addresses` comes to in this meeting, where that is known
    recent: RecentLook | None = None  # None: nobody wants any to be kept
    aim: Kind = "join"  # what the preview is about
    foretold: Foretold | None = None  # what it would tell; None: nothing can be said yet
    looking: bool = False  # `foretold` is of other settings than these, and is being found out anew
    notice: str = ""  # one sentence, the newest


def masked(text: str) -> str:
    """A link with a dot in place of every sign of what may be secret in it; as many cells wide."""
    query = text.find("?")
    # What follows the host of a link to a room and tells no more than which room it is.
    if query >= 0 and (harmless := re.compile(r"\?((room|plugin|text)=[^&#]*&?)*(?=#|$)").match(text, query)):
        query = harmless.end()
    place = min((at for at in (text.find("#"), query) if at >= 0), default=len(text) - 1) + 1
    return text[:place] + dotted(text[place:])


def dotted(text: str) -> str:
    """A dot in place of every sign; as many cells wide."""
    return "".join("•" * cell_len(sign) for sign in text)
