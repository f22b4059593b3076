"""What we send: what is wanted of it, as far as the room lets us, and what the others are told."""

from __future__ import annotations

from collections.abc import Callable

from net.services.base import Ability, Notice, Source
from tui.compose.shapes import Media, MeetingRoom


class Sending:
    """Our sound and our picture in one meeting."""

    def __init__(self, room: MeetingRoom, media: Media, notice: Callable[[Notice], None]) -> None:
        self._room = room
        self._media = media
        self._notice = notice
        self._told = dict.fromkeys(Source, False)

    async def set_muted(self, muted: bool) -> None:
        """Be heard or not. The others are told afterwards, and what is so rather than what was wanted."""
        await self._media.set_muted(muted or not self._allowed(Ability.SPEAK))
        await self.tell()

    async def hold(self, held: bool) -> None:
        """The key to talk with went down, or up; the others are told as they are by `set_muted`."""
        await self._media.hold(held and self._allowed(Ability.SPEAK))
        await self.tell()

    async def set_talk(self, mode: str) -> None:
        """When we are heard: "open", "push" (which mutes until the key is held) or "voice"."""
        await self._media.set_talk(mode)
        await self.tell()

    async def set_camera(self, on: bool) -> None:
        """Be seen or not, in the same order."""
        await self._media.set_camera(on and self._allowed(Ability.SHOW))
        await self.tell()

    async def keep_to(self, may: frozenset[Ability]) -> None:
        """Send nothing that we are not allowed to: the server alone would get it."""
        if Ability.SPEAK not in may and not self._media.muted:
            await self.set_muted(True)
        if Ability.SHOW not in may and self._media.camera_on:
            await self.set_camera(False)

    async def tell(self) -> None:
        """Devices may fail at any time, so what the others were told is compared with what leaves."""
        screen = self._media.describe().picture_kind == "screen"
        for source, on in (
            (Source.MICROPHONE, not self._media.muted),
            (Source.CAMERA, self._media.camera_on and not screen),
            (Source.SCREEN, self._media.camera_on and screen),
        ):
            if on != self._told[source]:
                self._told[source] = on
                await self._room.publish(source, on)

    def _allowed(self, ability: Ability) -> bool:
        """Whether the room lets us do this now; else that is told, since what is sent would reach the server alone."""
        if ability in self._room.may:
            return True
        if ability not in self._room.can:
            words = f"This meeting has no {'sound' if ability is Ability.SPEAK else 'pictures'}"
        else:
            words = "A moderator silenced you" if ability is Ability.SPEAK else "The room takes no picture of yours"
        self._notice(Notice(f"{words}: nothing is sent, since nobody would get it.", serious=True))
        return False
