"""What the lobby shows, as values, and what a person can do there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from rich.cells import cell_len

from tui.model import CellPicture, Device, Foretold

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


@dataclass(frozen=True, slots=True)
class LinkLook:
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


@dataclass(frozen=True, slots=True)
class PersonaLook:
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
    """What was given of what the meeting may ask for."""

    pin: str = field(default="", repr=False)
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    keep: bool = False  # it will be kept for this room on joining
    turn: int = 0  # another one whenever any of it came from elsewhere than the line it is typed in


@dataclass(frozen=True, slots=True)
class DeviceLook:
    """One device, and whether it is open now."""

    name: str
    open: bool = False
    busy: bool = False  # it is being opened or played on


@dataclass(frozen=True, slots=True)
class RecentLook:
    """Meetings that were joined lately, the newest first."""

    meetings: tuple[tuple[str, str], ...] = ()  # server and day
    note: str = ""  # one sentence why none can be kept


@dataclass(frozen=True, slots=True)
class LobbyLook:
    """The whole lobby."""

    persona: PersonaLook
    link: LinkLook = field(default_factory=LinkLook)
    given: GivenLook = field(default_factory=GivenLook)
    microphone: DeviceLook = field(default_factory=lambda: DeviceLook("the system's default"))
    speaker: DeviceLook = field(default_factory=lambda: DeviceLook("the system's default"))
    camera: DeviceLook = field(default_factory=lambda: DeviceLook("the system's default"))
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


class LobbyDesk(Protocol):
    """What a person can do in the lobby. What comes of it is a new `LobbyLook`."""

    @property
    def look(self) -> LobbyLook:
        """The lobby as it is now."""

    def find(self, text: str) -> str:
        """The link in a text that was pasted; the text itself when there is none."""

    def set_link(self, text: str) -> None:
        """The line for the link holds this."""

    def set_alias(self, text: str) -> None:
        """The line for the alias holds this."""

    def give(self, what: Given, text: str) -> None:
        """The line for the PIN, the secret or the token holds this."""

    def toggle_keep_given(self) -> None:
        """Keep what was given for this room, or keep none of it."""

    def draw(self) -> None:
        """Be somebody else, whose alias is drawn."""

    def toggle_keep(self) -> None:
        """Keep the persona for this meeting, or keep none."""

    def step(self, what: Choosable, by: int) -> None:
        """The next choice, or the one before."""

    def toggle_muted(self) -> None:
        """Be heard from the start, or begin muted."""

    def toggle_seen(self) -> None:
        """Be seen from the start, or begin unseen."""

    def aim(self, kind: Kind) -> None:
        """The preview is to be about this."""

    @property
    def devices(self) -> LobbyDevices:
        """Choosing devices and trying them."""

    def take_recent(self, index: int) -> str:
        """The link of a recent meeting."""

    async def forget(self, index: int | None) -> None:
        """Forget a recent meeting, or all of them."""

    async def decide(self, kind: Kind, *, previewed: bool) -> str:
        """Do it. Returns one sentence why it cannot be done, or an empty string.

        `previewed`: what it would tell was on the screen, for the settings as they are.
        """


class LobbyDevices(Protocol):
    """Devices, none of which is open unless a person asks for it."""

    async def list(self) -> Sequence[Device]:
        """What there is. Opens nothing."""

    async def choose(self, device: Device) -> None:
        """Use this one. What is open is opened anew with it."""

    async def try_out(self, kind: Tried) -> None:
        """Open it, or close it when it is open; on a speaker a tone is played."""

    def heard(self) -> tuple[float, bool]:
        """How loud the microphone is, 0 to 1, and whether that is somebody speaking."""

    def picture(self) -> CellPicture | None:
        """The newest picture of the camera."""

    def set_size(self, columns: int, rows: int) -> None:
        """How large it shall be, in cells."""


_HARMLESS = re.compile(r"\?((room|plugin|text)=[^&#]*&?)*(?=#|$)")
"""What follows the host of a link to a room and tells no more than which room it is."""


def masked(text: str) -> str:
    """A link with a dot in place of every sign of what may be secret in it; as many cells wide."""
    query = text.find("?")
    if query >= 0 and (harmless := _HARMLESS.match(text, query)):
        query = harmless.end()
    place = min((at for at in (text.find("#"), query) if at >= 0), default=len(text) - 1) + 1
    return text[:place] + dotted(text[place:])


def dotted(text: str) -> str:
    """A dot in place of every sign; as many cells wide."""
    return "".join("•" * cell_len(sign) for sign in text)
