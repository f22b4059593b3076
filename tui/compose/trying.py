"""The devices of the lobby: chosen from what there is, and open only while a person tries them."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from tui.compose.settings import SILENT
from tui.config.values import Config
from tui.screens.lobby_look import DeviceLook, Tried

if TYPE_CHECKING:
    from media.sgr import Depth
    from media.trial import Trial
    from tui.model import CellPicture, Device
    from tui.widgets.palette import RGB

DEFAULT = "the system's default"
NOTHING_PLAYED = "none, nothing is played"


class Chosen(NamedTuple):
    """One device."""

    word: str = ""  # what it is chosen by; empty for the system's default
    name: str = DEFAULT  # for a person
    source: str | None = None  # the same as a word of `media.sources`; None for a speaker and the default


class Trying:
    """The lobby's devices (`tui.screens.lobby_deeds.LobbyDevices`), all on the event loop.

    `on_change` is called when what is open changed, and with one sentence when something is wrong; `on_picture` when
    there is another picture. The libraries of sound and pictures are loaded when something is listed or tried.
    """

    def __init__(
        self, config: Config, on_change: Callable[[str], None], on_picture: Callable[[], None] = lambda: None
    ) -> None:
        speaker = config.sound.speaker
        self.chosen: dict[Tried, Chosen] = {
            "microphone": _of("microphone", config.sound.microphone),
            "speaker": _of("speaker", speaker, NOTHING_PLAYED if speaker == SILENT else ""),
            "camera": _of("camera", config.picture.camera),
        }
        self._on_change = on_change
        self._on_picture = on_picture
        self._trial: Trial | None = None
        self._look: tuple[Depth, RGB] = ("truecolor", (0, 0, 0))
        self._grey = False
        self._size = (0, 0)
        self._busy: set[Tried] = set()
        self._told: tuple[str, ...] = ()
        self._closed = False
        self._turn = asyncio.Lock()

    def look(self, kind: Tried) -> DeviceLook:
        """One device as it is now."""
        trial = self._trial
        is_open = trial is not None and (
            trial.listening if kind == "microphone" else trial.looking if kind == "camera" else False
        )
        return DeviceLook(self.chosen[kind].name, is_open, kind in self._busy)

    def set_look(self, depth: Depth, ground: RGB, *, grey: bool = False) -> None:
        """How many colours the terminal has, what surrounds the picture, and whether it is shown without colour."""
        self._look, self._grey = (depth, ground), grey
        if self._trial is not None:
            self._trial.set_look(depth, ground, grey=grey)

    async def list(self) -> Sequence[Device]:
        """What there is. Opens nothing."""
        from tui.model import Device  # with the libraries that list them

        offers = await (await self._made()).list()
        words = {kind: chosen.word for kind, chosen in self.chosen.items()}
        return [
            Device(one.kind, one.name, one.word, one.default, _is(words[one.kind], one.word, one.name, one.default))
            for one in offers
        ]

    async def choose(self, device: Device) -> None:
        """Use this one. What is open is opened anew with it."""
        kind: Tried = "microphone"
        kind = "speaker" if device.kind == "speaker" else "camera" if device.kind == "camera" else kind
        self.chosen[kind] = _of(kind, device.word, NOTHING_PLAYED if device.word == SILENT else device.name)
        if self.look(kind).open:
            await self._open(kind)
        self._on_change("")

    async def try_out(self, kind: Tried) -> None:
        """Open it, or close it when it is open; on a speaker a tone is played."""
        if kind in self._busy:
            return
        if self.look(kind).open and self._trial is not None:
            await (self._trial.stop_listening() if kind == "microphone" else self._trial.stop_looking())
            self._on_change("")
        else:
            await self._open(kind)

    def heard(self) -> tuple[float, bool]:
        """How loud the microphone is, 0 to 1, and whether that is somebody speaking."""
        if self._trial is None:
            return 0.0, False
        heard = self._trial.heard
        return heard.level, heard.speaking

    def picture(self) -> CellPicture | None:
        """The newest picture of the camera."""
        return self._trial.picture() if self._trial is not None else None

    def set_size(self, columns: int, rows: int) -> None:
        """How large it shall be, in cells."""
        self._size = (columns, rows)
        if self._trial is not None:
            self._trial.set_size(columns, rows)

    async def close_all(self) -> None:
        """Close what is open."""
        if self._trial is not None:
            await self._trial.stop_listening()
            await self._trial.stop_looking()
            self._on_change("")

    async def close(self) -> None:
        """Close everything, for good."""
        self._closed = True
        async with self._turn:
            if self._trial is not None:
                await self._trial.close()

    async def _open(self, kind: Tried) -> None:
        self._busy.add(kind)
        self._on_change("")
        try:
            trial = await self._made()
            async with self._turn:
                trouble = "" if self._closed else await self._start(trial, kind)
        finally:
            self._busy.discard(kind)
        self._on_change(f"{trouble[:1].upper()}{trouble[1:].rstrip('.')}." if trouble else "")

    async def _start(self, trial: Trial, kind: Tried) -> str:
        chosen = self.chosen[kind]
        if kind == "speaker":
            silent = chosen.word == SILENT
            return "No speaker is chosen, so nothing is played" if silent else await trial.play(chosen.word)
        return await (trial.look if kind == "camera" else trial.listen)(chosen.source)

    async def _made(self) -> Trial:
        if self._trial is None:
            # In a thread, so that the screen answers while the large libraries are loaded.
            module = await asyncio.to_thread(importlib.import_module, "media.trial")
            if self._trial is None:
                self._trial = module.Trial(on_change=self._changed, on_picture=self._on_picture)
                self._trial.set_look(*self._look, grey=self._grey)
                self._trial.set_size(*self._size)
        return self._trial

    def _changed(self) -> None:
        """Something was opened, closed or broke."""
        told, self._told = self._told, self._trial.trouble if self._trial is not None else ()
        new = [sentence for sentence in self._told if sentence not in told]
        self._on_change(new[0] if new else "")


def _of(kind: Tried, word: str, name: str = "") -> Chosen:
    source = f"{kind}:{word}" if word and kind != "speaker" else None
    return Chosen(word, name or word or DEFAULT, source)


def _is(chosen: str, word: str, name: str, default: bool) -> bool:
    """Whether a device is the chosen one."""
    return default if not chosen else chosen == word or chosen.casefold() in name.casefold()
