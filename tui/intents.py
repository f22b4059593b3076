"""What a person asked for, carried to the controller: each as a named worker, each error turned into one sentence.

Nothing here changes what is shown. The screen shows what comes back in the next `Meeting`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from textual.app import App

from tui.person_intents import PersonIntents
from tui.right_intents import RightIntents
from tui.switches import Switch

if TYPE_CHECKING:
    from tui.model import Controller, Device, Meeting

LEAVING = 5.0
"""Seconds that leaving may take before the app ends anyway."""

Explain = Callable[[Exception], tuple[int, str]]
"""The exit status for an error, and one sentence about it."""

Ask = Callable[[bool], Coroutine[Any, Any, None]]
"""Asks the controller for on or off."""


def explain_nothing(error: Exception) -> tuple[int, str]:
    """For those who give no better explanation. The error's text may name files or people, so only its kind is told."""
    return 1, f"Something went wrong inside incog ({type(error).__name__})."


class Intents:
    """Calls the controller in the background. `told` shows a sentence to the person here."""

    def __init__(self, app: App[int], controller: Controller, explain: Explain, told: Callable[[str], None]) -> None:
        self._app = app
        self._controller = controller
        self._explain = explain
        self._told = told
        self.persons = PersonIntents(controller.persons, self.go)
        self._sound = Switch(lambda: controller.is_on("sound"))
        self._picture = Switch(lambda: controller.is_on("picture"))
        self._hand = Switch(lambda: controller.is_on("hand"))

    @cached_property
    def rights(self) -> RightIntents:
        """What only some may do."""
        return RightIntents(self._controller.rights, self.go)

    def saw(self, meeting: Meeting, at: float) -> None:
        """The newest look came on the screen of the meeting; `at` is on the clock of keys, as for `mute`."""
        self._sound.saw(meeting.microphone == "live", at)
        self._picture.saw(meeting.camera == "live", at)

    def mute(self, meeting: Meeting, at: float) -> None:
        """Mute when others hear us, else unmute. `at`: when the key for it went down."""
        if meeting.microphone == "none":
            self._told("There is no microphone here; `incog devices` lists what there is.")
        else:
            words = ("You are muted already.", "Still muted")
            self._press(self._sound, at, lambda on: self._controller.set_muted(not on), "mute", *words)

    def camera(self, meeting: Meeting, at: float) -> None:
        """Camera off when others see us, else on. `at`: when the key for it went down."""
        if meeting.camera == "none":
            self._told("There is no camera here; `--picture FILE` shows a file instead.")
        else:
            words = ("The camera is off already.", "The camera is still off")
            self._press(self._picture, at, self._controller.set_camera, "camera", *words)

    def _press(self, switch: Switch, at: float, ask: Ask, name: str, already: str, still: str) -> None:
        was_on, on = switch.on, switch.press(at)
        if on is None:
            self._told(f"{still}: that key came too early to be meant so. Press it again.")
            return
        if not on and not was_on:
            self._told(already)
        self.go(switch.asking(on, ask(on)), name)

    def hold(self, held: bool) -> None:
        """The key to talk with went down, or up."""
        self.go(self._controller.hold(held), "hold")

    def set_talk(self, mode: str) -> None:
        """Another way to talk."""
        self.go(self._controller.set_talk(mode), "talk")

    def devices(self, show: Callable[[Sequence[Device]], None]) -> None:
        """Ask what devices there are, and show them."""

        async def devices() -> None:
            show(await self._controller.devices())

        self.go(devices(), "devices")

    def choose_device(self, kind: str, word: str) -> None:
        """Use another device, and tell why if it is not used."""

        async def choose() -> None:
            if trouble := await self._controller.choose_device(kind, word):
                self._told(trouble)

        self.go(choose(), "device")

    def hand(self) -> None:
        """Raise the hand, or lower it."""
        up = not self._hand.on
        self.go(self._hand.asking(up, self._controller.set_hand(up)), "hand")

    async def stop_sending(self) -> None:
        """Be neither heard nor seen from now on; returns when it is so."""
        await self._controller.set_muted(True)
        await self._controller.set_camera(False)

    def say(self, text: str, done: Callable[[str, str], None], *, to: str = "", knowingly: bool = False) -> None:
        """Send a chat message, to one person by their key or to everybody.

        `done` gets an empty string, or why it was not sent; and the text without what names the person here, if that
        is why.
        """

        async def say() -> None:
            struck = text
            try:
                if refusal := await self._controller.say(text, to=to, knowingly=knowingly):
                    struck = self._controller.strike(text)
            except Exception as error:  # the message must not look sent
                refusal = self._explain(error)[1]
            done(refusal, struck if struck != text else "")

        self.go(say(), "say")

    def open_link(self, url: str) -> None:
        """Have a link opened outside incog, and tell how that went."""

        async def open_link() -> None:
            self._told(await self._controller.open_link(url) or "The link was handed to your browser, outside incog.")

        self.go(open_link(), "link")

    def warnings_seen(self, warnings: Collection[int]) -> None:
        """These warnings were seen."""
        self._controller.warnings_seen(warnings)

    def change_persona(self) -> None:
        """Leave and come back as somebody else."""
        self.go(self._controller.change_persona(), "persona")

    def receipt(self, name: str, done: Callable[[], None] | None = None) -> None:
        """Write a receipt now; or when the meeting is over, and then `done` is called if it will be written."""

        async def write() -> None:
            refusal = await self._controller.write_receipt(name, at_end=done is not None)
            if refusal:
                self._told(refusal)
            elif done is not None:
                done()

        self.go(write(), "receipt")

    def receipt_name(self) -> str:
        """A file name for a receipt that is not taken yet."""
        return self._controller.receipt_name()

    def leave(self) -> None:
        """Leave, and end the app, however leaving goes."""

        async def leave() -> None:
            try:
                await asyncio.wait_for(self._controller.leave(), LEAVING)
            except TimeoutError:
                pass  # the other side does not answer; we are gone for it either way
            finally:
                self._app.exit(0)

        self.go(leave(), "leave")

    def go(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run `work` as a worker of this name; what it raises is told in one sentence."""

        async def run() -> None:
            try:
                await work
            except Exception as error:  # the one place where an intent's error becomes a sentence
                self._told(self._explain(error)[1])

        self._app.run_worker(run(), name=name, group="intents")
