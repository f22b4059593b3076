"""What others hear and see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tui.linear.desk import Deeds, numbered
from tui.linear.lines import item
from tui.linear.news import hand, heard, seen
from tui.model import Meeting
from tui.screens.talking import WAYS


class TalkDeeds(Deeds):
    """Sound, picture and hand. What comes of it is told as what is so afterwards."""

    async def mute(self, _: str) -> None:
        """Be muted."""
        await self._so(self.desk.controller.set_muted(True), heard)

    async def unmute(self, _: str) -> None:
        """Be heard."""
        if self.meeting.microphone == "none":
            self.answer("There is no microphone here; incog devices lists what there is.")
        else:
            await self._so(self.desk.controller.set_muted(False), heard)

    async def camera_on(self, _: str) -> None:
        """Be seen."""
        if self.meeting.camera == "none":
            self.answer("There is no camera here; --picture FILE shows a file instead.")
        else:
            await self._so(self.desk.controller.set_camera(True), seen)

    async def camera_off(self, _: str) -> None:
        """Be seen no more."""
        await self._so(self.desk.controller.set_camera(False), seen)

    async def hand_up(self, _: str) -> None:
        """Raise the hand."""
        await self._so(self.desk.controller.set_hand(True), hand)

    async def hand_down(self, _: str) -> None:
        """Lower the hand."""
        await self._so(self.desk.controller.set_hand(False), hand)

    async def talk_open(self, _: str) -> None:
        """Be heard until muted."""
        await self._talk("open")

    async def talk_voice(self, _: str) -> None:
        """Be heard while speaking."""
        await self._talk("voice")

    async def _talk(self, mode: str) -> None:
        await self.desk.controller.set_talk(mode)
        words, tells = WAYS[mode]
        self.answer(f"Unmuted, you are heard {words}. {tells}")
        self.desk.catch_up()

    async def _so(self, work: Awaitable[None], words: Callable[[Meeting], str]) -> None:
        """Do it, and say how it is then: as news where it changed, and otherwise as it was."""
        before = words(self.meeting)
        await work
        self.desk.catch_up()
        if words(self.meeting) == before:
            self.answer(before)

    async def devices(self, _: str) -> None:
        """List what there is."""
        found = self.desk.notes.devices = await self.desk.controller.devices()
        self.answer("use NUMBER takes one of these; it opens nothing." if found else "There is no device here.")
        for number, device in enumerate(found, 1):
            marks = (("in use", device.chosen), ("the system's default", device.default))
            notes = ", ".join(words for words, so in marks if so)
            self.desk.tell(item(f"{number}. {device.kind}: {device.name}{f' ({notes})' if notes else ''}"))

    async def use(self, typed: str) -> None:
        """Use another device."""
        index = numbered(typed, len(self.desk.notes.devices))
        if index is None:
            self.answer("There is no device of that number; devices lists them.")
            return
        device = self.desk.notes.devices[index]
        trouble = await self.desk.controller.choose_device(device.kind, device.word)
        self.answer(trouble or f"Your {device.kind} is {device.name} now.")
        self.desk.catch_up()
