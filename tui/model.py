"""What the screens draw: plain values, made by the composition root, never by a widget."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from privacy.facts import Audience, Fact
from privacy.ledger import Snapshot


class CellPicture(Protocol):
    """A picture already turned into terminal cells (half blocks: two pixels a cell)."""

    @property
    def width(self) -> int:
        """Cells across."""

    @property
    def height(self) -> int:
        """Rows of cells."""

    def row(self, y: int) -> str:
        """Row `y` as ready SGR text, ending in a reset; exactly `width` cells."""

    def cell(self, x: int, y: int) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
        """The upper and lower pixel of one cell, RGB."""


@dataclass(frozen=True, slots=True)
class Person:
    """One row of the people pane, and the caption of one tile."""

    key: str  # the room's id of them; "me" for oneself
    name: str
    me: bool = False
    muted: bool = True
    camera: bool = False
    hand: bool = False
    level: float = 0.0  # loudness of what we hear now, 0 to 1
    speaking: bool = False
    link: str = "here"  # connecting, here, silent, refused
    encryption: str = ""  # the ladder's label
    colour: int = 0  # 0 to 7, of the persona
    mark: str = ""  # a warning beside the name, such as "name like yours"
    presenting: bool = False  # their picture is a screen that they share
    hidden: bool = False  # their picture is not drawn here; nobody is told
    hushed: bool = False  # they are not heard here; nobody is told
    volume: int = 100  # how loud they are played here, in percent
    order: int = 0  # joined as the how-manieth, as far as was seen here
    hand_order: int = 0  # raised their hand as the how-manieth of those whose hand is up, from 1
    kind: str = ""  # "recorder", "note-taker", "bot", as far as is told or shows; empty for a person
    kind_told: bool = False  # the service says so; else only their name does, which proves nothing
    unheard: str = ""  # why they cannot be heard here although they speak, in a few words
    unseen: str = ""  # why their picture cannot be shown here, in a few words
    picture: str = ""  # which of their pictures is shown here, as they call it, where it was chosen of several
    also: tuple[str, ...] = ()  # their other pictures that can be shown instead, the next one first
    silenced: bool = False  # we had them muted for everybody


@dataclass(frozen=True, slots=True)
class ChatLine:
    """One line of chat, neutralised."""

    at: str  # "14:03"
    name: str
    text: str
    me: bool = False
    private: bool = False
    notice: bool = False  # from incog itself, not from a person
    colour: int | None = None  # 0 to 7, of the persona who wrote it, when that is known
    who: str = ""  # the room's id of the other person: who wrote it, or to whom alone it was written
    to: str = ""  # the name of the one person to whom it was written
    earlier: bool = False  # written before one came, and told again then


@dataclass(frozen=True, slots=True)
class Warning:
    """Something a person may want to act on, until they have seen it."""

    id: int
    at: str  # "14:03"
    kind: str  # recording, address, encryption, identity
    text: str  # one sentence or two
    who: str = ""  # the key of the person it is about


@dataclass(frozen=True, slots=True)
class Meeting:
    """One look at the whole meeting. Replaceable: only the newest matters."""

    phase: str  # connecting, live, recovering, ended
    people: Sequence[Person]  # oneself first
    ledger: Snapshot
    invitation: str = ""  # the link to give to others, when we have one to give
    microphone: str = "off"  # off, muted, live, none
    camera: str = "off"  # off, live, none
    microphone_name: str = ""  # where the sound comes from, in words
    camera_name: str = ""
    encryption: str = ""  # the worst in the room, in words
    screen: bool = False  # what others see of us, or would with the camera on, is a screen of ours
    recording: bool | None = None  # None: cannot be known
    may_record: Sequence[str] = ()  # names of those who record or are bots, as far as is told or shows
    address_seen_by: str = ""  # "participants and the operator", …
    quality: str = ""  # how good the link is, in words
    notice: str = ""  # one calm line; the newest
    joined_at: float | None = None  # on the ledger's clock
    talk: str = "open"  # how the microphone is opened: open, push, voice
    talking: bool = False  # voice: what is said passes now; push: the key is held
    warnings: Sequence[Warning] = ()  # those that were not seen yet, the newest first
    may: frozenset[str] = frozenset()  # what we are allowed in this meeting: "private chat", "verify", …
    mixed: bool = False  # everybody's sound comes as one: nobody can be played quieter alone
    choosing: bool = False  # whose pictures are received is decided here, and the operator learns it
    locked: bool = False  # we locked the room: nobody else comes in


@dataclass(frozen=True, slots=True)
class Device:
    """A device that can be chosen."""

    kind: str  # microphone, speaker, camera
    name: str  # for a person
    word: str  # what it is chosen by
    default: bool = False  # the system's own choice
    chosen: bool = False  # ours


@dataclass(frozen=True, slots=True)
class Foretold:
    """What joining now would tell. Nothing was contacted to find it out."""

    alias: str
    server: str  # "host:port"
    hosting: bool  # the meeting is a new one
    addresses: str  # which of ours the participants may learn, in words
    microphone: bool  # heard from the start
    camera: bool  # seen from the start
    told: Mapping[Audience, Sequence[tuple[Fact, str]]]  # who would learn which values
    contacts: Sequence[tuple[str, str]]  # destination and reason
    may_draw: bool = False  # nobody chose the alias, so another can be asked for
    encryption: str = ""  # at best, by the link alone: the ladder's label


@dataclass(frozen=True, slots=True)
class Inspection:
    """What one participant discloses to us, and how their connection and their media are doing."""

    name: str
    disclosed: Sequence[tuple[str, str, str]] = ()  # what, value, since; told by them, never looked up
    rows: Sequence[tuple[str, str]] = ()  # label, value: of the way to them
    tracks: Sequence[tuple[str, str]] = ()  # label, value: of sound and pictures, theirs and ours
    warnings: Sequence[str] = ()  # sentences


class Persons(Protocol):
    """What can be done about one person, by key. No participant is told of any of it."""

    async def inspect(self, key: str) -> Inspection:
        """What they disclose to us, and how their connection is doing."""

    def set_volume(self, key: str, percent: int) -> None:
        """How loud they are played here, 0 to 200."""

    def set_hushed(self, key: str, hushed: bool) -> None:
        """Whether they are muted here."""

    def set_hidden(self, key: str, hidden: bool) -> None:
        """Whether their pictures are left out here."""

    async def next_picture(self, key: str) -> str:
        """Show the next of their pictures. Returns an empty string, or one sentence why not.

        Only the operator of the server learns it, who forwards it.
        """

    def code(self, key: str) -> str:
        """The words to compare with them aloud; empty while there are none."""

    async def verify(self, key: str, words: str, same: bool) -> str:
        """Note what comparing these words gave. Returns an empty string, or one sentence why it could not be noted."""


class Rights(Protocol):
    """What only those can do in a meeting who may.

    Each but `draw` returns an empty string, or one sentence why it was not done. Moderation is only asked for by then;
    a notice tells when the server did it.
    """

    async def kick(self, key: str) -> str:
        """Remove somebody from the meeting."""

    async def silence(self, key: str, on: bool) -> str:
        """Have somebody muted for everybody, or no longer."""

    async def lock(self, on: bool) -> str:
        """Let nobody else in, or everybody again."""

    def draw(self) -> str:
        """An alias nobody has worn before."""

    async def judge(self, alias: str) -> str:
        """One sentence why this alias cannot be worn, or an empty string. Nothing is sent."""

    async def rename(self, alias: str) -> str:
        """Wear this alias from now on."""


Given = Literal["sound", "picture", "hand"]
"""What one gives to the others, or not."""


class Controller(Protocol):
    """What a person can do; the screens call it and never wait for the network themselves."""

    def decide(self, join: bool) -> None:
        """Join as was foretold; or, if not, foretell it anew under another alias."""

    def is_on(self, what: Given) -> bool:
        """Whether the others get it now, whatever the newest look says: that is a little older."""

    async def set_muted(self, muted: bool) -> None: ...
    async def set_camera(self, on: bool) -> None: ...
    async def set_hand(self, up: bool) -> None: ...
    async def hold(self, held: bool) -> None:
        """The key to talk with went down, or up."""

    async def set_talk(self, mode: str) -> None:
        """How the microphone is opened from now on: "open", "push" or "voice"."""

    async def devices(self) -> Sequence[Device]:
        """What there is now. Opens nothing."""

    async def choose_device(self, kind: str, word: str) -> str:
        """Use another device. Returns an empty string, or one sentence why it is not used."""

    async def say(self, text: str, *, to: str = "", knowingly: bool = False) -> str:
        """Send a chat message. Returns an empty string, or one sentence why it was not sent.

        `to`: the key of the one person who is to get it; empty: everybody. `knowingly`: this one even if it names the
        person here, who was told so.
        """

    def strike(self, text: str) -> str:
        """The text with everything that names the person here struck out; the same text when nothing does."""

    async def open_link(self, url: str) -> str:
        """Have a link opened outside incog. Returns an empty string, or one sentence why it was not."""

    def warnings_seen(self, warnings: Collection[int]) -> None:
        """These warnings were seen."""

    @property
    def persons(self) -> Persons:
        """What can be done about one person."""

    @property
    def rights(self) -> Rights:
        """What only those can do who may."""

    async def leave(self) -> None: ...
    async def change_persona(self) -> None:
        """Leave, and come back as somebody else."""

    def receipt_name(self) -> str:
        """A file name for a receipt that is not taken yet."""

    async def write_receipt(self, name: str, *, at_end: bool) -> str:
        """Write a receipt now, or when the meeting is over.

        Returns an empty string, or one sentence why it cannot be.
        """

    def tile_size(self, key: str, columns: int, rows: int) -> None:
        """The stage wants this person's pictures at this size; 0, 0 wants none drawn."""

    def pictures(self) -> Mapping[str, CellPicture]:
        """The newest picture of each person, by key."""
