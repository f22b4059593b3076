"""A meeting made of plain values: a controller that answers at once, people, a ledger, and moving pictures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from math import sin

from privacy.facts import Audience, Evidence, Fact, Refusal, Traffic, Withheld
from privacy.ledger import Entry, Snapshot
from tui.model import CellPicture, ChatLine, Device, Given, Inspection, Meeting, Person
from tui.widgets.avatar import Avatar, blend

NAMES = ("Quiet Heron", "Amber Fox", "Silver Otter", "Distant Wren", "Patient Moth", "Early Finch", "Calm Pike")
OPERATOR = "203.0.113.9:443"
PEER = "198.51.100.23:50210"
SECRET = "quillfeather"
NAMES_ONE = "Not sent: it holds your login name, which would name you; write it without."
ALIAS_NAMES = "The alias holds your login name, which would name you; choose another."
LINK = "mesh+wss://meet.example.org:7462/#mQ3vWd0x7rJk5TzN1bYc9A"


@lru_cache(64)
def picture(seed: int, width: int, height: int, time: float = 0.0) -> CellPicture:
    """A calm landscape in bands of plain colour, with a sun that moves."""
    sky = ((30, 40, 74), (64, 46, 80), (24, 60, 70), (70, 54, 40))[seed % 4]
    sun = ((255, 206, 130), (255, 160, 140), (170, 230, 220), (240, 230, 170))[seed % 4]
    high = height * 2
    centre_x = width * (0.5 + 0.3 * sin(time + seed))
    centre_y = high * 0.42

    def pixel(x: int, y: int) -> tuple[int, int, int]:
        near = ((x - centre_x) ** 2 + (y - centre_y) ** 2) ** 0.5
        band = int(y / high * 6) / 6
        colour = blend(sky, (sky[2], sky[1], sky[0]), band)
        if near < high * 0.2:
            colour = sun
        hill = high * (0.72 + 0.1 * sin(x / width * 5 + seed))
        return blend(sky, (10, 16, 20), 0.75) if y > hill else colour

    pixels = [[pixel(x, y) for x in range(width)] for y in range(high)]
    return Avatar(width, height, [list(zip(pixels[2 * y], pixels[2 * y + 1], strict=True)) for y in range(height)])


def me(**changes: object) -> Person:
    """Oneself."""
    return replace(Person("me", NAMES[0], me=True, encryption=""), **changes)  # type: ignore[arg-type] # a test's choice


def others() -> list[Person]:
    """Three others: one speaks and is seen, one is seen, one is muted with a raised hand."""
    unverified = "end to end, unverified"
    return [
        Person("a", NAMES[1], muted=False, camera=True, level=0.62, speaking=True, encryption=unverified, colour=3),
        Person("b", NAMES[2], muted=True, camera=True, encryption="end to end, verified", colour=5),
        Person("c", NAMES[3], muted=True, hand=True, encryption=unverified, colour=4, mark="name like yours"),
    ]


def evidence(channel: str, destination: str, size: int, detail: str = "") -> Evidence:
    return Evidence(channel, destination, size, detail)


def entry(
    fact: Fact, value: str, audience: Audience, ago: float, *, times: int = 1, live: bool = True, now: float = 252.0
) -> Entry:
    where = OPERATOR if audience is Audience.OPERATOR else PEER
    first = evidence(
        "RTP" if fact in (Fact.VOICE, Fact.PICTURE) else "signalling", where, 214, f"{fact.value}: {value}"
    )
    return Entry(fact, value, audience, now - ago, now - min(ago, 2.0), times, live, first, first, (where,))


def ledger(*, voice: bool = False, refused: bool = False) -> Snapshot:
    """What a meeting of four minutes told."""
    everybody, operator, network = Audience.PARTICIPANTS, Audience.OPERATOR, Audience.NETWORK
    return Snapshot(
        at=252.0,
        entries=(
            entry(Fact.NAME, "Quiet Heron", everybody, 250),
            entry(Fact.VOICE, "", everybody, 64, times=3204, live=voice),
            entry(Fact.PICTURE, "", everybody, 130, times=900, live=False),
            entry(Fact.MICROPHONE, "unmuted" if voice else "muted", everybody, 30, times=3),
            entry(Fact.ADDRESS, "192.0.2.44:40112", everybody, 249, times=2),
            entry(Fact.CHAT, "hello from the lake", everybody, 40),
            entry(Fact.PRESENCE, "", operator, 251, times=61),
            entry(Fact.ADDRESS, "192.0.2.44:51330", operator, 251),
            entry(Fact.CONNECTION, "b1946ac9", operator, 251),
            entry(Fact.SERVER, "meet.example.org:7462", network, 251),
        ),
        withheld=(
            Withheld("local addresses", "3 left out of the offer", 3.0, evidence("signalling", OPERATOR, 1804)),
            Withheld("clock", "replaced by a random one", 3.0),
            Withheld("loudness", "constant bitrate", 3.0),
        ),
        traffic=(
            Traffic(PEER, "RTP", 9120, 1_420_800),
            Traffic(PEER, "RTCP", 210, 18_400),
            Traffic(PEER, "STUN", 44, 4_400),
            Traffic(OPERATOR, "signalling", 71, 20_300),
        ),
        refused=(Refusal("telemetry.example.net:443", "look up", 120.0, 2),) if refused else (),
    )


def meeting(**changes: object) -> Meeting:
    """A meeting in full swing, muted and with the camera off."""
    usual = Meeting(
        phase="live",
        people=(me(), *others()),
        ledger=ledger(),
        invitation=LINK,
        microphone="muted",
        camera="off",
        encryption="end to end, unverified",
        address_seen_by="participants and the operator",
        may=frozenset({"speak", "show", "chat", "private chat", "hand", "mute visible", "screen", "verify"}),
    )
    return replace(usual, **changes)  # type: ignore[arg-type] # a test's choice


def chat() -> list[ChatLine]:
    """Some of each kind of line."""
    return [
        ChatLine("14:02", "", "Silver Otter joined.", notice=True),
        ChatLine("14:03", NAMES[1], "hello [b]everybody[/b]", colour=3),
        ChatLine("14:03", NAMES[0], "hello from the lake", me=True, colour=0),
        ChatLine(
            "14:04",
            NAMES[2],
            "The second page of the draft has a table whose last column cannot be read on a narrow screen.",
            colour=5,
        ),
    ]


DEVICES = (
    Device("microphone", "Built-in microphone", "built-in", default=True, chosen=True),
    Device("microphone", "Headset", "headset"),
    Device("speaker", "Built-in speaker", "built-in", default=True, chosen=True),
    Device("camera", "Integrated camera", "/dev/video0", default=True, chosen=True),
)
"""What is plugged in."""


@dataclass
class FakePersons:
    """Answers about one of `others()`, and remembers what was asked."""

    asked: list[tuple[object, ...]]
    words: str = "baku simo dara lufi"
    refusal: str = ""

    async def inspect(self, key: str) -> Inspection:
        self.asked.append(("inspect", key))
        person = next(person for person in (me(), *others()) if person.key == key)
        return Inspection(
            person.name,
            disclosed=[
                ("display name", person.name, "4 min"),
                ("microphone state", "muted", "1 min"),
                ("camera state", "on", "4 min"),
                ("network address", "that of their network", ""),
            ],
            rows=[
                ("link", "here, direct"),
                ("encryption", person.encryption),
                ("their key", "1F0A 77C2 93B4 5E60"),
                ("your key", "C4D8 02AE 6B19 F375"),
                ("round trip", "38 ms"),
                ("permissions", "as everybody; nobody can mute or remove others"),
            ],
            tracks=[
                ("sound from them", "Opus, 32 kbit/s, 0.2% lost (3 in all), jitter 4 ms"),
                ("picture from them", "VP8, 640 × 360, 15 a second, 410 kbit/s, 0.0% lost (0 in all), jitter 9 ms"),
                ("sound to them", "Opus, nothing yet"),
            ],
            warnings=["Their name looks like yours: others may take them for you."] if person.mark else [],
        )

    def set_volume(self, key: str, percent: int) -> None:
        self.asked.append(("volume", key, percent))

    def set_hushed(self, key: str, hushed: bool) -> None:
        self.asked.append(("hushed", key, hushed))

    def set_hidden(self, key: str, hidden: bool) -> None:
        self.asked.append(("hidden", key, hidden))

    async def next_picture(self, key: str) -> str:
        self.asked.append(("next picture", key))
        return self.refusal

    def code(self, key: str) -> str:
        return self.words

    async def verify(self, key: str, words: str, same: bool) -> str:
        self.asked.append(("verify", key, words, same))
        return self.refusal


@dataclass
class FakeRights:
    """Does what may be done, and remembers it."""

    asked: list[tuple[object, ...]]
    refusal: str = ""
    aliases: int = 0

    async def kick(self, key: str) -> str:
        self.asked.append(("kick", key))
        return self.refusal

    async def silence(self, key: str, on: bool) -> str:
        self.asked.append(("silence", key, on))
        return self.refusal

    async def lock(self, on: bool) -> str:
        self.asked.append(("lock", on))
        return self.refusal

    def draw(self) -> str:
        self.aliases += 1
        return ("Mellow Hare", "Swift Tern", "Brave Stoat")[self.aliases % 3]

    async def judge(self, alias: str) -> str:
        return ALIAS_NAMES if SECRET in alias.lower() else ""

    async def rename(self, alias: str) -> str:
        if refusal := self.refusal or await self.judge(alias):
            return refusal
        self.asked.append(("rename", alias))
        return ""


@dataclass
class FakeController:
    """Does what a person asks for and remembers it. Nothing is shown until a new `Meeting` says so."""

    asked: list[tuple[object, ...]] = field(default_factory=list)
    sizes: dict[str, tuple[int, int]] = field(default_factory=dict)
    shown: dict[str, CellPicture] = field(default_factory=dict)
    seen: frozenset[str] = frozenset({"a", "b"})
    refusal: str = ""
    left: bool = False
    on: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.persons = FakePersons(self.asked)
        self.rights = FakeRights(self.asked)

    def is_on(self, what: Given) -> bool:
        return what in self.on

    def so(self, meeting: Meeting) -> None:
        """It is as this look says."""
        hand = any(person.me and person.hand for person in meeting.people)
        for what, on in (
            ("sound", meeting.microphone == "live"),
            ("picture", meeting.camera == "live"),
            ("hand", hand),
        ):
            self._become(what, on)

    def _become(self, what: str, on: bool) -> None:
        (self.on.add if on else self.on.discard)(what)

    async def set_muted(self, muted: bool) -> None:
        self.asked.append(("muted", muted))
        self._become("sound", not muted)

    async def set_camera(self, on: bool) -> None:
        self.asked.append(("camera", on))
        self._become("picture", on)

    async def set_hand(self, up: bool) -> None:
        self.asked.append(("hand", up))
        self._become("hand", up)

    async def hold(self, held: bool) -> None:
        self.asked.append(("hold", held))

    async def set_talk(self, mode: str) -> None:
        self.asked.append(("talk", mode))

    async def devices(self) -> Sequence[Device]:
        return DEVICES

    async def choose_device(self, kind: str, word: str) -> str:
        self.asked.append(("device", kind, word))
        return self.refusal

    def decide(self, join: bool) -> None:
        self.asked.append(("join", join))

    async def say(self, text: str, *, to: str = "", knowingly: bool = False) -> str:
        self.asked.append(("say", text, *([f"to {to}"] if to else []), *(["knowingly"] if knowingly else [])))
        return "" if knowingly else self.refusal or (NAMES_ONE if SECRET in text else "")

    def strike(self, text: str) -> str:
        return text.replace(SECRET, "███")

    async def open_link(self, url: str) -> str:
        self.asked.append(("link", url))
        return self.refusal

    def warnings_seen(self, warnings: Collection[int]) -> None:
        self.asked.append(("seen", *sorted(warnings)))

    async def leave(self) -> None:
        self.left = True

    async def change_persona(self) -> None:
        self.asked.append(("change persona",))

    def receipt_name(self) -> str:
        return "incog-receipt.jsonl"

    async def write_receipt(self, name: str, *, at_end: bool) -> str:
        self.asked.append(("receipt", name, at_end))
        return self.refusal

    def tile_size(self, key: str, columns: int, rows: int) -> None:
        self.sizes[key] = (columns, rows)
        if columns == 0 or key not in self.seen:
            self.shown.pop(key, None)
        else:
            self.shown[key] = picture(ord(key[0]), columns, rows)

    def pictures(self) -> Mapping[str, CellPicture]:
        return self.shown
