"""What a session needs of its parts, by shape: the room, the media, and what tells ties to earlier meetings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Protocol

from net.services.base import PeerId, Room
from net.stats import PeerStats
from privacy.ledger import Entry
from privacy.persona import Persona
from tui.compose.happenings import Linkable


class Counters(Protocol):
    """How the connection with somebody is doing; the mappings are by "audio" and "video"."""

    @property
    def packets_received(self) -> Mapping[str, int]: ...
    @property
    def packets_lost(self) -> Mapping[str, int]: ...
    @property
    def jitter(self) -> Mapping[str, float]: ...
    @property
    def round_trip(self) -> float | None: ...
    @property
    def bytes_received(self) -> int: ...
    @property
    def bytes_sent(self) -> int: ...


class MeetingRoom(Room, Protocol):
    """A room that is yet to be joined."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The fingerprints of our connections' keys that others were told, up to a bound."""

    async def join(self) -> None:
        """Raises `MeetingError`."""

    async def stats(self, peer: PeerId) -> PeerStats | None:
        """How the connection with somebody is doing, if there is one."""


class Loudness(Protocol):
    """How loud somebody is."""

    @property
    def level(self) -> float: ...
    @property
    def speaking(self) -> bool: ...


class Own(Protocol):
    """How each person is heard and seen here alone, by key."""

    def volume(self, key: str) -> int: ...
    def set_volume(self, key: str, percent: int) -> None: ...
    def hushed(self, key: str) -> bool: ...
    def set_hushed(self, key: str, hushed: bool) -> None: ...
    def hidden(self, key: str) -> bool: ...
    def set_hidden(self, key: str, hidden: bool) -> None: ...


class Received(Protocol):
    """What was received of somebody."""

    @property
    def heard_seconds(self) -> float: ...
    @property
    def tone_hz(self) -> float | None: ...
    @property
    def frames(self) -> int: ...
    @property
    def colour(self) -> tuple[int, int, int] | None: ...


class Devices(Protocol):
    """How our devices are doing, in words."""

    @property
    def microphone(self) -> str: ...
    @property
    def camera(self) -> str: ...
    @property
    def microphone_name(self) -> str: ...
    @property
    def camera_name(self) -> str: ...
    @property
    def missing(self) -> tuple[str, ...]: ...
    @property
    def talk(self) -> str: ...
    @property
    def picture_kind(self) -> str | None: ...


class Media(Protocol):
    """What a session needs of the media engine."""

    @property
    def people(self) -> Own:
        """How each person is heard and seen here."""

    @property
    def muted(self) -> bool:
        """Whether no sound leaves."""

    @property
    def camera_on(self) -> bool:
        """Whether pictures leave."""

    async def set_muted(self, muted: bool) -> None:
        """Stop or start the sound we send; `muted` says whether it worked."""

    async def hold(self, held: bool) -> None:
        """The key to talk with went down, or up."""

    async def set_talk(self, mode: str) -> None:
        """When we are heard: "open", "push" or "voice"."""

    @property
    def talking(self) -> bool:
        """Whether what the microphone hears leaves now."""

    async def set_camera(self, on: bool) -> None:
        """Stop or start the pictures we send; `camera_on` says whether it worked."""

    def dark(self, peer: str) -> None:
        """Somebody's camera is off: show no old picture."""

    def levels(self) -> Mapping[str, Loudness]:
        """How loud each person is now."""

    def report(self, peer: str) -> Received:
        """What was received of somebody, also after they left."""

    def describe(self) -> Devices:
        """The devices, in words."""


class Ties(Protocol):
    """What ties this meeting to earlier ones."""

    def foresee(self) -> Iterable[Linkable]:
        """By what is known before joining."""

    def learned(self, entries: Iterable[Entry]) -> Iterable[Linkable]:
        """By what audiences learned."""

    async def keep(self) -> str:
        """Keep what was shown for the next meeting; one sentence why it was not, or an empty string."""


class Renaming(Protocol):
    """Wearing another alias in the middle of a meeting."""

    async def judge(self, alias: str) -> str:
        """One sentence why it cannot be worn, or an empty string."""

    def wear(self, alias: str) -> Persona:
        """From now on; the others may be told then. Raises `ValueError` for what is no alias."""

    async def settled(self) -> None:
        """The room has it."""
