"""When we are heard: always, while a key is held, or while we speak.

`open`   Heard until muted.
`push`   Heard only while a key is held. Not held is muted: the microphone is released and there are no packets. So
         anybody on the path sees when we talk, and the operator and the participants are told that we are unmuted
         each time (`Fact.ACTIVITY`): the least sound leaves, and the most is known about when.
`voice`  Heard while we speak; between words silence is sent. On the path this looks like `open`: packets at one pace
         and of one size all the time (`Fact.VOICE`, not `Fact.ACTIVITY`). The microphone is open all the time.

In each of them `muted` is what is so: nothing leaves.
"""

from __future__ import annotations

from typing import Final, Literal

from media.level import Level, shown
from media.voice import VoiceSender

TalkMode = Literal["open", "push", "voice"]
MODES: Final[tuple[TalkMode, ...]] = ("open", "push", "voice")


def mode_of(text: str) -> TalkMode:
    """The mode of this name. Raises `ValueError` when there is none."""
    for mode in MODES:
        if mode == text:
            return mode
    raise ValueError(f"no way to talk: {text}")


class Talk:
    """The switch between us and our voice. Starts muted, and `open`."""

    def __init__(self, voice: VoiceSender) -> None:
        self._voice = voice
        self._mode: TalkMode = "open"
        self._held = False  # unmuted by holding, so letting go mutes

    @property
    def mode(self) -> TalkMode:
        """One of `MODES`."""
        return self._mode

    @property
    def input(self) -> Level:
        """What the microphone hears, whether it passes or not; nothing while muted."""
        return self._voice.input

    @property
    def threshold(self) -> float:
        """What is louder begins to pass in `voice`: 0 to 1, as levels are."""
        return shown(self._voice.threshold_db)

    @property
    def passing(self) -> bool:
        """What the microphone hears leaves now, rather than silence or nothing."""
        return self._voice.passing

    async def set_mode(self, mode: TalkMode) -> None:
        """`push` mutes at once; the others leave it as it is. Raises `ValueError` for a mode there is not."""
        mode = mode_of(mode)
        self._mode = mode
        self._voice.set_activation(mode == "voice")
        if mode == "push":
            await self.set_muted(True)

    async def set_muted(self, muted: bool) -> None:
        """Mute at once and release the microphone, or open it. Also in `push`, where no key release is known."""
        self._held = False
        await self._voice.set_muted(muted)

    async def hold(self, held: bool) -> None:
        """The key goes down, or up. Outside `push` going up mutes only who was muted when it went down."""
        if held:
            if not self._voice.wanted:
                self._held = True
                await self._voice.set_muted(False)
        elif self._held or self._mode == "push":
            await self.set_muted(True)
