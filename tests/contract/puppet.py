"""A whole incog that does what it is told: the program itself, without a screen, and with commands on its input.

Run as `puppet.py join - --json …`. After the line with the invitation (if there is one) each line of standard input is
a JSON object, `{"do": "mute", "on": true}`, and is answered by one of type `did`, with what `incog` says about it: one
sentence why it was not done, or nothing. `look` is answered by what is so now, and by what is really heard and seen.
"""

from __future__ import annotations

import asyncio
import ctypes
import gc
import json
import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import av
import numpy as np

from net.errors import MeetingError
from net.services.base import Participant
from net.tasks import cancel, spawn
from tui.compose import headless
from tui.compose.ground import Ground
from tui.compose.rights import SessionRights
from tui.compose.session import Session
from tui.compose.settings import Settings
from tui.compose.watching import Watching

RATE = 48_000
LATELY = 0.5  # seconds since the last sound of whoever is heard now
SILENCE = 60.0  # what counts as heard, root of the mean square
SIDE = 4  # a tone counts when it has a quarter of the strength of the strongest

OURS = ("net.", "media.", "privacy.", "tui.")

Answer = dict[str, Any]


class Ears:
    """The last second of the sound of each person (or of all of them, where the server mixes), as it was decoded."""

    def __init__(self) -> None:
        self._last: dict[str, np.ndarray[Any, Any]] = {}
        self._came: dict[str, float] = {}
        self.sizes: dict[str, tuple[int, int]] = {}
        """Width and height of the newest picture of each person."""

    def attach(self) -> None:
        """Listen to what every meeting of this process hears from here on."""
        from tui.compose import assemble

        heard, seen, gone = assemble.Ears.heard, assemble.Ears.seen, assemble.Ears.gone

        def listen(them: assemble.Ears, peer: str, frame: av.AudioFrame) -> None:
            samples = frame.to_ndarray().reshape(-1, len(frame.layout.channels))[:, 0]
            self._came[peer] = time.monotonic()
            self._last[peer] = np.concatenate((self._last.get(peer, np.zeros(0)), samples))[-RATE:]
            heard(them, peer, frame)

        def look(them: assemble.Ears, peer: str, frame: av.VideoFrame) -> None:
            self.sizes[peer] = frame.width, frame.height
            seen(them, peer, frame)

        def forget(them: assemble.Ears, peer: str) -> None:
            self._last.pop(peer, None)
            self.sizes.pop(peer, None)
            gone(them, peer)

        replace(assemble.Ears, "gone", forget)
        replace(assemble.Ears, "heard", listen)
        replace(assemble.Ears, "seen", look)

    def tones(self, peer: str | None = None) -> list[int]:
        """The frequencies that stand out in somebody's last second of sound, or in all that was heard; Hz."""
        found: set[int] = set()
        for one, samples in self._last.items():
            if peer in (None, one) and time.monotonic() - self._came[one] < LATELY:
                found |= set(peaks(samples))
        return sorted(found)

    def forget(self) -> None:
        """Begin anew."""
        self._last.clear()
        self.sizes.clear()


def replace(owner: type, name: str, method: Callable[..., Any]) -> None:
    """Put a method in the place of another one, which it calls."""
    setattr(owner, name, method)


def tap(into: Path) -> None:
    """Write down what comes over data channels and from the server, after it was decrypted, and as it is then."""
    from aiohttp import ClientWebSocketResponse
    from aiortc.rtcsctptransport import RTCSctpTransport

    out = into.open("ab", buffering=0)
    handle, receive = RTCSctpTransport._handle_data, ClientWebSocketResponse.receive

    async def handle_data(self: Any, data: bytes) -> None:
        out.write(data + b"\n")
        await handle(self, data)

    async def receive_message(self: Any, *arguments: Any, **words: Any) -> Any:
        message = await receive(self, *arguments, **words)
        if isinstance(message.data, str | bytes):
            out.write(message.data.encode() if isinstance(message.data, str) else message.data)
        return message

    replace(RTCSctpTransport, "_handle_data", handle_data)
    replace(ClientWebSocketResponse, "receive", receive_message)


def peaks(samples: np.ndarray[Any, Any]) -> Iterator[int]:
    """The frequencies of the strongest tones in it, Hz."""
    if len(samples) < RATE // 2 or float(np.sqrt(np.mean(samples.astype(float) ** 2))) < SILENCE:
        return
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    width = RATE / len(samples)
    spectrum[: int(100 / width)] = 0
    least = spectrum.max() / SIDE
    near = int(20 / width)
    for _ in range(8):
        peak = int(np.argmax(spectrum))
        if spectrum[peak] < least:
            return
        yield round(peak * width)
        spectrum[max(0, peak - near) : peak + near + 1] = 0


class Strings:
    """By which a session is moved: each method is a command."""

    def __init__(self, session: Session, ears: Ears) -> None:
        self._session = session
        self._rights = SessionRights()
        self._rights.attach(session)
        self._ears = ears
        self._drawing: Watching | None = None  # until somebody is drawn, pictures come as to a script
        self.again = False

    async def do(self, command: Answer) -> Answer:
        """Carry out one command; what is to be answered."""
        words = dict(command)
        method: Callable[..., Awaitable[Answer | str | None]] = getattr(self, words.pop("do"))
        try:
            done = await method(**words)
        except (MeetingError, ValueError) as error:
            done = str(error)
        except Exception as error:  # or the test would wait for an answer
            return {"fault": repr(error)}
        return done if isinstance(done, dict) else {"sentence": done or ""}

    async def mute(self, on: bool) -> None:
        """Be heard no longer, or again."""
        await self._session.sending.set_muted(on)

    async def camera(self, on: bool) -> None:
        """Be seen, or no longer."""
        await self._session.sending.set_camera(on)

    async def hand(self, up: bool) -> None:
        """Raise the hand, or lower it."""
        await self._session.set_hand(up)

    async def say(self, text: str, to: str = "") -> str:
        """Write to all, or to one, by their name."""
        return await self._session.say(text, to=self._of(to).id if to else "")

    async def rename(self, alias: str) -> str:
        """Wear another name, as a person does it."""
        return await self._rights.rename(alias)

    async def kick(self, who: str) -> str:
        """Remove somebody."""
        return await self._rights.kick(self._of(who).id)

    async def silence(self, who: str, on: bool = True) -> str:
        """Have somebody muted for everybody, or no longer."""
        return await self._rights.silence(self._of(who).id, on)

    async def lock(self, on: bool = True) -> str:
        """Let nobody else in, or everybody again."""
        return await self._rights.lock(on)

    async def draw(self, who: str, rows: int) -> None:
        """Draw somebody in so many rows, and ask for what that takes, as the stage does."""
        if self._drawing is None:
            self._drawing = self._session.watching = Watching()
        self._drawing.drawn(self._of(who).id, rows)

    async def leave(self, again: bool = False) -> None:
        """Say goodbye; `again`: and come back in the same process."""
        self.again = again
        self._leaving = spawn(self._session.leave(), "leave")

    async def look(self) -> Answer:
        """What is so now."""
        session = self._session
        return {
            "phase": session.room.phase.value,
            "muted": session.media.muted,
            "camera": session.media.camera_on,
            "hand": session.hand,
            "can": sorted(session.room.can),
            "may": sorted(session.room.may),
            "encryption": session.room.encryption.label,
            "mix_hz": self._ears.tones(),
            "people": {one.name: self._person(one) for one in session.room.participants.values()},
        }

    async def weigh(self) -> Answer:
        """What this process holds."""
        return resources()

    def _person(self, one: Participant) -> Answer:
        report = self._session.media.report(one.id)
        return {
            "id": one.id,
            "muted": one.muted,
            "hand": one.hand,
            "link": one.link.value,
            "sources": sorted(one.sources),
            "missing": {source.value: why for source, why in one.missing.items()},
            "heard_s": report.heard_seconds,
            "tones_hz": self._ears.tones(one.id),
            "frames": report.frames,
            "size": self._ears.sizes.get(one.id, ()),
            "colour": "" if report.colour is None else bytes(report.colour).hex(),
        }

    def _of(self, name: str) -> Participant:
        for one in self._session.room.participants.values():
            if one.name == name:
                return one
        raise ValueError(f"there is no {name} here")


def resources() -> Answer:
    """What this process holds, when all that can be given back was."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    descriptors = []
    for entry in os.scandir("/proc/self/fd"):
        try:
            descriptors.append(os.readlink(entry.path))
        except OSError:
            pass  # the one by which the folder is read
    kinds = [type(one) for one in gc.get_objects()]
    alive = Counter(f"{kind.__module__}.{kind.__name__}" for kind in kinds if str(kind.__module__).startswith(OURS))
    return {
        "sockets": sum(one.startswith("socket:") for one in descriptors),
        "files": sum(one.startswith("/") for one in descriptors),
        "objects": alive,
        "tasks": sorted(task.get_name() for task in asyncio.all_tasks()),
        "threads": sorted(thread.name for thread in threading.enumerate()),
        "memory_kb": int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024,
    }


class Commands:
    """The lines of standard input, read by a thread."""

    def __init__(self) -> None:
        self._waiting: asyncio.Queue[str] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def read() -> None:
            while line := sys.stdin.readline():
                try:
                    loop.call_soon_threadsafe(self._waiting.put_nowait, line)
                except RuntimeError:
                    return  # the loop ended first

        threading.Thread(target=read, name="commands", daemon=True).start()

    async def obey(self, strings: Strings, answer: Callable[[Answer], None]) -> None:
        """Do what is said, in its order, until cancelled."""
        while True:
            command = json.loads(await self._waiting.get())
            number = command.pop("number")
            answer({"type": "did", "number": number, **await strings.do(command)})


async def attend(settings: Settings, ground: Ground) -> int:
    """As `headless` does it, with commands; and again in the same process when told so."""
    from tui.compose.assemble import assemble

    ears = Ears()
    ears.attach()
    tap(Path(os.environ["TAP"]))
    commands = Commands()
    printer = headless.Printer(True)
    while True:
        async with assemble(settings, ground) as (session, _):
            attendance = headless.Attendance(session, printer, duration=settings.duration)
            strings = Strings(session, ears)
            obeying = spawn(commands.obey(strings, attendance.line), "commands")
            try:
                status = await attendance.run()
            finally:
                await cancel(obeying)
        if not strings.again:
            return status
        del session, attendance, strings, obeying
        ears.forget()
        ground.begin_anew()
        printer.line({"type": "between", **resources()})


if __name__ == "__main__":
    headless._attend = attend
    from tui.main import console

    sys.exit(console())
