"""What a person can do in the lobby, as the screen asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from tui.model import CellPicture, Device
from tui.screens.lobby_look import Choosable, Given, Kind, LobbyLook, Tried


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
