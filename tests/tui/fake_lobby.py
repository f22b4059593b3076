"""A lobby with a made-up desk behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from textual.pilot import Pilot

from tests.tui.fake_meeting import picture
from tests.tui.foretold import foretold
from tests.tui.screen_harness import SMALL, lines, text
from tui.actions import Chosen
from tui.compose.giving import Giving
from tui.compose.recognise import find, recognise
from tui.model import CellPicture, Device, Foretold
from tui.screens.lobby_app import Lobby, LobbyChanged, PictureChanged
from tui.screens.lobby_look import Choosable, Given, Kind, LobbyLook, PersonaLook, RecentLook, Tried

LINK = "mesh+wss://meet.example.org:7462/#mQ3vWd0x7rJk5TzN1bYc9A"
SECRET = "mQ3vWd0x7rJk5TzN1bYc9A"  # it opens nothing

THERE = (
    Device("microphone", "Desk microphone", "mic-1", default=True, chosen=True),
    Device("microphone", "Headset", "mic-2"),
    Device("speaker", "Loudspeaker", "out-1", default=True, chosen=True),
    Device("camera", "Lid camera", "/dev/video0", default=True, chosen=True),
)


class FakeDevices:
    """Devices that do nothing and remember it."""

    def __init__(self, desk: FakeDesk) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.loud = (0.0, False)
        self.size = (0, 0)
        self._desk = desk

    async def list(self) -> Sequence[Device]:
        return THERE

    async def choose(self, device: Device) -> None:
        self.asked.append(("choose", device.kind, device.word))
        look = self._desk.look
        self._desk.show(**{device.kind: getattr(look, device.kind)._replace(name=device.name)})

    async def try_out(self, kind: Tried) -> None:
        self.asked.append(("try", kind))
        if kind != "speaker":
            device = getattr(self._desk.look, kind)
            self._desk.show(**{kind: device._replace(open=not device.open)})

    def heard(self) -> tuple[float, bool]:
        return self.loud

    def picture(self) -> CellPicture | None:
        return picture(3, *self.size) if self.size[0] else None

    def set_size(self, columns: int, rows: int) -> None:
        self.size = (columns, rows)


@dataclass
class FakeDesk:
    """Does at once what a real one finds out in the background."""

    look: LobbyLook = field(default_factory=lambda: LobbyLook(PersonaLook("Quiet Heron", 2)))
    refusal: str = ""
    asked: list[tuple[object, ...]] = field(default_factory=list)
    app: Lobby | None = None

    def __post_init__(self) -> None:
        self.devices = FakeDevices(self)
        self.giving = Giving()

    def show(self, **changes: Any) -> None:
        """Another look."""
        self.look = self.look._replace(**changes)
        if self.app is not None:
            self.app.post_message(LobbyChanged(self.look))

    def find(self, text: str) -> str:
        return self.giving.paste(find(text))

    def set_link(self, text: str) -> None:
        link = recognise(text)
        self.giving.go(find(text), link.text.partition("#")[0] if link.usable else "")
        self.show(link=link, given=self.giving.look)
        self._foretell()

    def set_alias(self, text: str) -> None:
        if text != self.look.persona.alias:
            trouble = "" if text else "An alias cannot be empty; give at least one visible character."
            self.show(persona=self.look.persona._replace(alias=text, origin="typed", trouble=trouble))
            self._foretell()

    def give(self, what: Given, text: str) -> None:
        if self.giving.give(what, text):
            self.show(given=self.giving.look)

    def toggle_keep_given(self) -> None:
        self.giving.toggle_keep()
        self.show(given=self.giving.look)

    def draw(self) -> None:
        self.show(persona=PersonaLook("Amber Fox", 4, turn=self.look.persona.turn + 1))
        self._foretell()

    def toggle_keep(self) -> None:
        self.show(persona=self.look.persona._replace(keep=not self.look.persona.keep))

    def step(self, what: Choosable, by: int) -> None:
        self.asked.append((what, by))

    def toggle_muted(self) -> None:
        self.show(muted=not self.look.muted)

    def toggle_seen(self) -> None:
        self.show(seen=not self.look.seen)

    def aim(self, kind: Kind) -> None:
        if kind != self.look.aim:
            self.show(aim=kind)
            self._foretell()

    def take_recent(self, index: int) -> str:
        return LINK

    async def forget(self, index: int | None) -> None:
        self.asked.append(("forget", index))
        self.show(recent=RecentLook())

    async def decide(self, kind: Kind, *, previewed: bool) -> str:
        self.asked.append((kind, previewed))
        if kind == "join" and not self.look.link.usable:
            return self.look.link.trouble or "Paste the invitation first."
        return self.refusal or self.look.persona.trouble

    def _foretell(self) -> None:
        told: Foretold | None = None
        if self.look.aim == "host" or (self.look.aim == "join" and self.look.link.usable):
            told = foretold(alias=self.look.persona.alias)
        self.show(foretold=told, reach=told.addresses if told is not None else "")


def lobby(desk: FakeDesk | None = None, **options: Any) -> Lobby:
    """The app, for those who drive it themselves."""
    desk = desk or FakeDesk()
    desk.app = Lobby(desk, **options)
    return desk.app


@dataclass
class Standing:
    """Somebody in the lobby."""

    app: Lobby
    desk: FakeDesk
    pilot: Pilot[Kind]

    @property
    def text(self) -> str:
        return text(self.app)

    @property
    def lines(self) -> list[str]:
        return lines(self.app)

    @property
    def form(self) -> str:
        """The settings as one line, of a screen of 120 columns."""
        return " ".join(" ".join(line[:59] for line in self.lines).split())

    @property
    def focused(self) -> str:
        """Where the keyboard is."""
        return (self.app.focused.id if self.app.focused is not None else "") or ""

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def paste(self, words: str) -> None:
        """As the terminal pastes."""
        from textual.events import Paste

        assert self.app.focused is not None
        self.app.focused.post_message(Paste(words))
        await self.settle()

    async def so(self, condition: Callable[[], object]) -> None:
        """Wait until this is so."""
        async with asyncio.timeout(30):
            while not condition():
                await asyncio.sleep(0.02)

    async def draw(self) -> None:
        self.app.post_message(PictureChanged())
        await self.settle()

    async def settle(self) -> None:
        for _ in range(6):
            await self.pilot.pause(0)

    def row(self, words: str) -> str:
        """The line that holds these words."""
        return next(line for line in self.lines if words in line)


@asynccontextmanager
async def standing(
    size: tuple[int, int] = SMALL, desk: FakeDesk | None = None, chosen_keys: Chosen | None = None, **options: Any
) -> AsyncIterator[Standing]:
    """A lobby that is open."""
    desk = desk or FakeDesk()
    app = lobby(desk, chosen_keys=chosen_keys, **options)
    async with app.run_test(size=size) as pilot:
        here = Standing(app, desk, pilot)
        await here.settle()
        yield here
