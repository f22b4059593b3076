"""What every kind of meeting offers, whatever its server speaks.

The rules behind the shape:

* The unit of media is a *source* of a participant (microphone, camera, screen), not a stream, track or transceiver.
* Subscribing is explicit (`Room.want`), even where a server would subscribe by itself.
* `can` is what the kind of meeting supports; `may` is what we are allowed in it now; both are sets and change by event.
* Participant ids hold for one connection to the meeting. After a rejoin a `Resynced` event replaces all of them.
* Recovery is always a rejoin: the room remembers intents (mute, camera, hand, wants) and replays them.
* Encryption is a fact per participant and source, and the worst one is the room's.

No I/O here: the conversations and their drivers share these values.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import NewType, Protocol

PeerId = NewType("PeerId", str)


class Ability(StrEnum):
    """Something a meeting supports (`can`) or allows us now (`may`)."""

    SPEAK = "speak"
    SHOW = "show"
    CHAT = "chat"
    PRIVATE_CHAT = "private chat"
    HAND = "hand"
    RENAME = "rename"
    MUTE_VISIBLE = "mute visible"
    SCREEN = "screen"
    VERIFY = "verify"
    CHOOSE = "choose pictures"  # what is received is asked for picture by picture, and only the operator learns it
    APART = "hear apart"  # each one's sound comes apart, not mixed: one alone can be played quieter, or not at all
    LOCK = "lock"
    KICK = "kick"
    MUTE_OTHERS = "mute others"


class Source(StrEnum):
    """Where a participant's media comes from."""

    MICROPHONE = "microphone"
    CAMERA = "camera"
    SCREEN = "screen"


class Picture(StrEnum):
    """What one's picture is of. The words are equally long: the size of a message does not tell which it is."""

    HIDDEN = "hidden"
    CAMERA = "camera"
    SCREEN = "screen"


class Level(IntEnum):
    """How much of a source we ask for; where a sender offers several sizes, which of them."""

    OFF = 0
    LOW = 1
    MEDIUM = 2
    FULL = 3


class Encryption(IntEnum):
    """The honest ladder; the worst one in a room is the room's."""

    NONE = 0
    TO_SERVER = 1
    END_TO_END = 2
    END_TO_END_VERIFIED = 3

    @property
    def label(self) -> str:
        """The wording a person reads."""
        return ("none", "to the server", "end to end, unverified", "end to end, verified")[self]


class Link(StrEnum):
    """The state of the way to one participant."""

    CONNECTING = "connecting"
    HERE = "here"
    SILENT = "silent"  # nothing has come for a while
    REFUSED = "refused"  # could not prove to be who the link's secret makes them


@dataclass(frozen=True, slots=True)
class Participant:
    """Another person, as they disclose themselves. All text in it is already neutralised."""

    id: PeerId
    name: str
    link: Link = Link.CONNECTING
    muted: bool = True
    camera: bool = False
    hand: bool = False
    sources: frozenset[Source] = frozenset()
    encryption: Mapping[Source, Encryption] = field(default_factory=dict)
    stable_key: str | None = None  # what a service keeps over reconnects, if it has such a thing
    kind: str = ""  # "recorder", "note-taker" or "bot" where the service says so; else empty
    missing: Mapping[Source, str] = field(default_factory=dict)  # sources we cannot hear or see: why, in a few words
    picture: str = ""  # which of several pictures of theirs is received, by what they call it
    also: tuple[str, ...] = ()  # the others, which `Room.next_picture` would choose: the next one first


class Phase(StrEnum):
    """The state of a room."""

    CONNECTING = "connecting"
    WAITING = "waiting"
    LIVE = "live"
    RECOVERING = "recovering"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class PhaseChanged:
    """The room is in another phase."""

    phase: Phase
    reason: str = ""
    may_rejoin: bool = False


@dataclass(frozen=True, slots=True)
class ParticipantJoined:
    """Somebody is in the room (their media may still be connecting)."""

    participant: Participant


@dataclass(frozen=True, slots=True)
class ParticipantChanged:
    """Anything of a participant changed."""

    participant: Participant


@dataclass(frozen=True, slots=True)
class ParticipantLeft:
    """Somebody is gone."""

    id: PeerId
    name: str
    reason: str  # "left", "vanished", "refused: …"


@dataclass(frozen=True, slots=True)
class SpeakingChanged:
    """The service says that somebody speaks, or no longer: it mixes the sound, so that we cannot hear who."""

    id: PeerId
    on: bool


@dataclass(frozen=True, slots=True)
class Resynced:
    """All ids are new: replace everybody."""

    participants: tuple[Participant, ...]


@dataclass(frozen=True, slots=True)
class ChatReceived:
    """A chat message, neutralised and bounded."""

    sender: PeerId
    name: str
    text: str
    private: bool = False
    earlier: bool = False  # written before we came, and told again to us


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know; `serious` when they may want to act on it."""

    text: str
    serious: bool = False


class IdentityKind(StrEnum):
    """Why somebody may not be who they seem to be."""

    LIKE_OURS = "name like yours"
    SAME_NAME = "same name, other key"
    CONFUSABLE = "confusable name"
    OTHER_NAME = "same id, other name"
    OTHER_KEY = "same id, other key"


@dataclass(frozen=True, slots=True)
class IdentityChanged:
    """Somebody came who may be taken for another, or came again and cannot be told from somebody else."""

    id: PeerId
    name: str
    kind: IdentityKind
    other: str = ""  # the name of whom they may be taken for, or which they had before
    here: bool = False  # that one is in the meeting; otherwise they were, and left
    verified: bool = False  # that one had been verified, which is no longer worth anything

    @property
    def text(self) -> str:
        """What a person reads: one sentence that claims no more than is known."""
        match self.kind:
            case IdentityKind.LIKE_OURS:
                told = f"Somebody came whose name looks like yours: {self.name}."
            case IdentityKind.SAME_NAME if self.here:
                told = f"Two participants have the same name: {self.name}."
            case IdentityKind.SAME_NAME:
                told = f"{self.name} left, and somebody with the same name came; {_CANNOT_TELL}"
            case IdentityKind.CONFUSABLE if self.here:
                told = f"Two participants have names that look alike: {self.name} and {self.other}."
            case IdentityKind.CONFUSABLE:
                told = f"{self.name} came, whose name looks like that of {self.other}, who left; {_CANNOT_TELL}"
            case IdentityKind.OTHER_NAME:
                told = f"Who was called {self.other} before is back as {self.name}; {_CANNOT_TELL}"
            case _:
                told = f"{self.name} is back, over a new connection with other keys; {_CANNOT_TELL}"
        return f"{told} They are no longer verified: compare the spoken code again." if self.verified else told

    @property
    def serious(self) -> bool:
        """Whether a person may want to act on it: one who merely came back is no such thing."""
        again = self.kind is IdentityKind.OTHER_KEY or (self.kind is IdentityKind.SAME_NAME and not self.here)
        return self.verified or not again


_CANNOT_TELL = "incog cannot tell whether it is the same person."


@dataclass(frozen=True, slots=True)
class RemoteMuteRequest:
    """Somebody with the right to do so asks us to mute. Unmuting is never remote."""

    by: str


@dataclass(frozen=True, slots=True)
class Moderated:
    """The server did what we asked for as one who may: somebody is sent out or muted, the room locked, or no longer."""

    what: Ability
    on: bool
    text: str  # one sentence
    id: PeerId | None = None  # whom; None: the room


@dataclass(frozen=True, slots=True)
class AbilitiesChanged:
    """`can` or `may` is another set now."""

    can: frozenset[Ability]
    may: frozenset[Ability]


@dataclass(frozen=True, slots=True)
class PrivacyChanged:
    """The worst encryption of the room, or who records, changed. `recording` None: not known."""

    encryption: Encryption
    recording: bool | None = None
    fell: bool = False  # the encryption was better before


@dataclass(frozen=True, slots=True)
class AddressRevealed:
    """An address of ours was given to somebody, by us or, as it told us, by the service."""

    to: str
    address: str = ""  # which, if it is known
    foreseen: bool = False  # the preview showed that participants would learn it


@dataclass(frozen=True, slots=True)
class PublicationEnded:
    """One of our own sources is no longer sent."""

    source: Source
    reason: str


Event = (
    PhaseChanged
    | ParticipantJoined
    | ParticipantChanged
    | ParticipantLeft
    | SpeakingChanged
    | Resynced
    | ChatReceived
    | Notice
    | IdentityChanged
    | RemoteMuteRequest
    | Moderated
    | AbilitiesChanged
    | PrivacyChanged
    | AddressRevealed
    | PublicationEnded
)


class Room(Protocol):
    """One meeting we are in. Intents go in as methods, everything else comes out of `events`."""

    @property
    def phase(self) -> Phase: ...
    @property
    def participants(self) -> Mapping[PeerId, Participant]: ...
    @property
    def can(self) -> frozenset[Ability]: ...
    @property
    def may(self) -> frozenset[Ability]: ...
    @property
    def encryption(self) -> Encryption: ...

    def events(self) -> AsyncIterator[Event]: ...
    async def publish(self, source: Source, on: bool) -> None: ...
    async def want(self, peer: PeerId, source: Source, level: Level) -> None: ...
    async def next_picture(self, peer: PeerId) -> None:
        """Of somebody who shows several pictures, receive the next one. Raises `ValueError` where there is no other."""

    async def say(self, text: str, to: PeerId | None = None) -> None: ...
    async def hand(self, up: bool) -> None: ...
    async def rename(self, alias: str) -> None:
        """Wear another alias. Raises `ValueError`, in one sentence, where that is not allowed."""

    async def moderate(self, what: Ability, peer: PeerId | None, on: bool = True) -> None:
        """`KICK` or `MUTE_OTHERS` somebody, or `LOCK` the room (`peer` None; `on` False opens it again).

        `Moderated` comes when it was done, a `Notice` when the server did not do it. Raises `ValueError`, in one
        sentence, when we may not.
        """

    def code(self, peer: PeerId) -> str:
        """A few words to compare with somebody aloud; empty while there are none."""

    async def verify(self, peer: PeerId, on: bool) -> None:
        """Note that the code was compared, or that it was not. Raises `ValueError` when there is none."""

    async def leave(self) -> None: ...
