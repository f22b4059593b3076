"""A session with everything around it made by the test: a room, media, a ledger."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field

from net import errors
from net.services.base import Ability, Encryption, Event, Level, Participant, PeerId, Phase, PhaseChanged, Source
from net.stats import PeerStats
from privacy.facts import Audience, Disclosure, Evidence, Fact
from privacy.ledger import Ledger
from privacy.persona import named
from tui.compose.alarms import Reflexes
from tui.compose.happenings import Happening, Invitation
from tui.compose.session import Plan, Session
from tui.compose.shapes import Ties

REED = Participant(PeerId("a1"), "Reed")
ADA = Participant(PeerId("b2"), "Ada")


@dataclass
class Told:
    """What was asked of room and media, in order."""

    lines: list[str] = field(default_factory=list)


class FakeRoom:
    """A room whose events a test puts in."""

    def __init__(self, told: Told, refusal: errors.MeetingError | None = None) -> None:
        self.told = told
        self.refusal = refusal
        self.queue: asyncio.Queue[Event | None] = asyncio.Queue()
        self.phase = Phase.CONNECTING
        self.participants: Mapping[PeerId, Participant] = {}
        self.can = self.may = frozenset({Ability.SPEAK, Ability.SHOW, Ability.HAND, Ability.APART})
        self.encryption = Encryption.END_TO_END
        self.counted: PeerStats | None = None
        self.words = ""
        self.keys: tuple[str, ...] = ()
        self.gate = asyncio.Event()
        self.gate.set()

    async def join(self) -> None:
        await self.gate.wait()
        if self.refusal:
            raise self.refusal
        self.told.lines.append("join")

    async def events(self) -> AsyncIterator[Event]:
        while (event := await self.queue.get()) is not None:
            yield event

    async def publish(self, source: Source, on: bool) -> None:
        self.told.lines.append(f"publish {source.value} {on}")

    async def want(self, peer: PeerId, source: Source, level: Level) -> None:
        self.told.lines.append(f"want {peer} {source.value} {level.name}")

    async def next_picture(self, peer: PeerId) -> None:
        if not self.participants.get(peer, REED).also:
            raise ValueError("There is no other picture of theirs.")
        self.told.lines.append(f"next picture {peer}")

    async def say(self, text: str, to: PeerId | None = None) -> None:
        if text == "too much":
            raise ValueError("That was too much at once; wait a moment.")
        self.told.lines.append(f"say {text}" if to is None else f"say {text} to {to}")

    async def stats(self, peer: PeerId) -> PeerStats | None:
        return self.counted

    def code(self, peer: PeerId) -> str:
        return self.words

    async def verify(self, peer: PeerId, on: bool) -> None:
        if on and not self.words:
            raise ValueError("There is no code yet.")
        self.told.lines.append(f"verify {peer} {on}")

    async def hand(self, up: bool) -> None:
        self.told.lines.append(f"hand {up}")

    async def rename(self, alias: str) -> None:
        self.told.lines.append(f"rename {alias}")

    async def moderate(self, what: Ability, peer: PeerId | None, on: bool = True) -> None:
        self.told.lines.append(f"moderate {what} {peer} {on}")

    async def leave(self) -> None:
        self.told.lines.append("leave")
        self.queue.put_nowait(PhaseChanged(Phase.ENDED, "left"))
        self.queue.put_nowait(None)


@dataclass
class FakeReport:
    heard_seconds: float = 1.5
    tone_hz: float | None = 440.0
    frames: int = 3
    colour: tuple[int, int, int] | None = (255, 0, 16)


@dataclass
class FakeLevel:
    level: float
    speaking: bool


@dataclass
class FakeDevices:
    microphone: str = "muted"
    camera: str = "off"
    microphone_name: str = ""
    camera_name: str = ""
    missing: tuple[str, ...] = ()
    talk: str = "open"
    picture_kind: str | None = "camera"


class FakeOwn:
    """How people are heard and seen here, as a test or a person set it."""

    def __init__(self) -> None:
        self.volumes: dict[str, int] = {}
        self.quiet: set[str] = set()
        self.unseen: set[str] = set()

    def volume(self, key: str) -> int:
        return self.volumes.get(key, 100)

    def set_volume(self, key: str, percent: int) -> None:
        self.volumes[key] = percent

    def hushed(self, key: str) -> bool:
        return key in self.quiet

    def set_hushed(self, key: str, hushed: bool) -> None:
        (self.quiet.add if hushed else self.quiet.discard)(key)

    def hidden(self, key: str) -> bool:
        return key in self.unseen

    def set_hidden(self, key: str, hidden: bool) -> None:
        (self.unseen.add if hidden else self.unseen.discard)(key)


class FakeMedia:
    """Media that notes what it is asked for."""

    def __init__(self, told: Told) -> None:
        self.told = told
        self.loud: dict[str, FakeLevel] = {}
        self.people = FakeOwn()
        self.muted = True
        self.camera_on = False
        self.missing: tuple[str, ...] = ()
        self.kind = "camera"

    async def set_muted(self, muted: bool) -> None:
        self.told.lines.append(f"muted {muted}")
        self.muted = muted or bool(self.missing)

    async def hold(self, held: bool) -> None:
        self.told.lines.append(f"hold {held}")
        self.muted = not held

    async def set_talk(self, mode: str) -> None:
        self.told.lines.append(f"talk {mode}")

    @property
    def talking(self) -> bool:
        return not self.muted

    async def set_camera(self, on: bool) -> None:
        self.told.lines.append(f"camera {on}")
        self.camera_on = on

    def dark(self, peer: str) -> None:
        self.told.lines.append(f"dark {peer}")

    def describe(self) -> FakeDevices:
        return FakeDevices(missing=self.missing, picture_kind=self.kind)

    def levels(self) -> Mapping[str, FakeLevel]:
        return self.loud

    def report(self, peer: str) -> FakeReport:
        return FakeReport()


class Stage:
    """A session with everything around it."""

    def __init__(
        self,
        *,
        muted: bool = True,
        camera: bool = False,
        refusal: errors.MeetingError | None = None,
        invitation: Invitation | None = None,
        ties: Ties | None = None,
        reflexes: Reflexes | None = None,
    ) -> None:
        self.told = Told()
        self.room = FakeRoom(self.told, refusal)
        self.media = FakeMedia(self.told)
        self.ledger = Ledger()
        plan = Plan(
            named("Wren", bytes(32)), "127.0.0.1:1", "loopback", muted=muted, camera=camera, invitation=invitation
        )
        self.session = Session(
            plan,
            self.room,
            self.media,
            snapshot=lambda: self.ledger.snapshot(0.0),
            clock=asyncio.get_running_loop().time,
            objection=lambda text: "That names you." if "secret" in text else "",
            ties=ties,
            reflexes=reflexes,
        )
        self.seen: list[Happening] = []

    async def run(self) -> None:
        async for happening in self.session.events():
            self.seen.append(happening)

    async def until(self, kind: type) -> None:
        """Wait until a happening of this kind was seen."""
        await self.so(lambda: any(isinstance(one, kind) for one in self.seen))

    @staticmethod
    async def so(condition: Callable[[], bool]) -> None:
        """Wait until this is so."""
        async with asyncio.timeout(30):
            while not condition():
                await asyncio.sleep(0.01)

    @staticmethod
    async def settle() -> None:
        """Let everything run that is ready to."""
        for _ in range(5):
            await asyncio.sleep(0)

    def disclose(self, fact: Fact, value: str, audience: Audience = Audience.PARTICIPANTS) -> None:
        self.ledger.record(Disclosure(fact, value, audience, 0.0, Evidence("RTP", "127.0.0.1:9", 1)))
