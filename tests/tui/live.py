"""The screen with a made-up meeting, to look at: python tests/tui/live.py [people] [theme]"""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from math import sin
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.tui.fake_meeting import FakeController, chat, ledger, me, meeting, others, picture
from tui.app import IncogApp
from tui.messages import ChatArrived, MeetingUpdate, PicturesChanged
from tui.model import Person


class Showcase(FakeController):
    """A controller whose answers come back as new meetings."""

    muted = True
    seen_now = False
    hand = False

    def is_on(self, what: str) -> bool:
        return {"sound": not self.muted, "picture": self.seen_now, "hand": self.hand}[what]

    async def set_muted(self, muted: bool) -> None:
        self.muted = muted

    async def set_camera(self, on: bool) -> None:
        self.seen_now = on

    async def set_hand(self, up: bool) -> None:
        self.hand = up

    def tile_size(self, key: str, columns: int, rows: int) -> None:
        self.sizes[key] = (columns, rows)


def people(count: int) -> list[Person]:
    """`count` others."""
    known = others()
    return [
        replace(known[index % 3], key=f"{index}", name=known[index % 3].name + (f" {index}" if index > 2 else ""))
        for index in range(count)
    ]


async def play(app: IncogApp, controller: Showcase, count: int) -> None:
    """Move everything for as long as the app runs."""
    for line in chat():
        app.post_message(ChatArrived(line))
    tick = 0
    while True:
        now = tick / 15
        if tick % 2 == 0:
            crowd = [
                replace(one, level=abs(sin(now * 3 + index)), speaking=index == int(now / 3) % max(1, count))
                for index, one in enumerate(people(count))
            ]
            myself = me(muted=controller.muted, camera=controller.seen_now, hand=controller.hand)
            app.post_message(
                MeetingUpdate(
                    meeting(
                        people=[myself, *crowd],
                        ledger=replace(ledger(), at=252 + now),
                        microphone="muted" if controller.muted else "live",
                        camera="live" if controller.seen_now else "off",
                    )
                )
            )
        for key, (columns, rows) in controller.sizes.items():
            if columns and (key == "me" or int(key) % 3 != 2):
                controller.shown[key] = picture(ord(key[0]), columns, rows, now)
        app.post_message(PicturesChanged(frozenset(controller.shown)))
        tick += 1
        await asyncio.sleep(1 / 15)


def main() -> None:
    """Run until left."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    controller = Showcase()
    app = IncogApp(
        controller,
        theme=sys.argv[2] if len(sys.argv) > 2 else "incog-night",
        alias="Quiet Heron",
        start=lambda: play(app, controller, count),
    )
    sys.exit(app.run())


if __name__ == "__main__":
    main()
