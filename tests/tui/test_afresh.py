"""After a meeting: to the lobby in a process without anything of it, or into the same meeting again."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pyte
import pytest
from textual.pilot import Pilot

from net.confine import landlock
from net.services.mesh import link
from tests.net.test_vault import InMemory, use
from tests.tui.configured import holds
from tests.tui.test_before_joining import sit
from tests.tui.test_interactive import ALONE, session_of
from tests.waits import until
from tui.cli import Afresh
from tui.compose import interactive
from tui.compose.afresh import to_lobby
from tui.compose.interactive import Show
from tui.compose.recent import load
from tui.compose.settings import Settings
from tui.compose.wardrobe import open_wardrobe
from tui.config.values import DEFAULTS

ROOT = Path(__file__).parents[2]
NOBODY = "mesh+ws://127.0.0.1:9/#AAAAAAAAAAAAAAAAAAAAAA"


@dataclass
class Terminal:
    """incog in a terminal of its own."""

    process: subprocess.Popen[bytes]
    end: int
    screen: pyte.Screen = field(default_factory=lambda: pyte.Screen(110, 30))

    def until(self, words: str, seconds: float = 60) -> None:
        stream = pyte.ByteStream(self.screen)
        deadline = time.monotonic() + seconds
        while words not in "\n".join(self.screen.display):
            assert time.monotonic() < deadline, "\n".join(self.screen.display)
            if select.select([self.end], [], [], 0.2)[0]:
                stream.feed(re.sub(rb"\x1b\](?:22|2);[^\x07\x1b]*(?:\x07|\x1b\\)", b"", os.read(self.end, 65536)))

    def press(self, keys: bytes) -> None:
        os.write(self.end, keys)

    def ends(self, seconds: float = 40) -> int:
        """Wait for its end, and take what it still writes, or it would wait for that; the exit status."""
        deadline = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < deadline:
            if select.select([self.end], [], [], 0.1)[0]:
                try:
                    os.read(self.end, 65536)
                except OSError:  # it has closed its side
                    break
        return self.process.wait(max(0.1, deadline - time.monotonic()))

    def threads(self) -> list[str]:
        """What the kernel says of each thread."""
        found = []
        for status in Path(f"/proc/{self.process.pid}/task").glob("*/status"):
            try:
                told = status.read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended since it was listed
            fields = dict(line.split(":\t", 1) for line in told.splitlines() if ":\t" in line)
            found.append(f"{fields['NoNewPrivs']}{fields['Seccomp']}")
        return found


@contextmanager
def terminal(*words: str) -> Iterator[Terminal]:
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 110, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", "from tui.main import console; console()", *words],
        cwd=ROOT,
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    )
    os.close(theirs)
    try:
        yield Terminal(process, ours)
    finally:
        process.kill()
        process.wait(30)
        os.close(ours)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_from_a_meeting_to_the_lobby_and_nothing_of_it_stays() -> None:
    with terminal("join", NOBODY, "--yes", "--no-config", "--theme", "incog-day") as here:
        here.until("There is nobody at 127.0.0.1:9")
        here.until("r join again   l lobby   Enter quit")
        if landlock.abi() >= landlock.ABI_WITH_TCP:
            assert sum(state[0] == "0" for state in here.threads()) == 1
        here.press(b"l")
        here.until("nothing is open, nothing was sent")
        command = Path(f"/proc/{here.process.pid}/cmdline").read_text() if Path("/proc/self").exists() else ""
        assert NOBODY not in command
        if command:
            assert "--theme=incog-day" in command
            assert set(here.threads()) == {"00"}
        here.press(b"\x1b")
        assert here.ends() == 0


def test_the_settings_that_were_typed_are_typed_again() -> None:
    look = ("--theme", "incog-day", "--no-mouse", "--key", "mute=x,f9")
    sound = ("--no-speaker", "--microphone=-odd", "--unmuted", "--talk", "push")
    config = holds("join", NOBODY, *look, *sound, "--on-recording", "mute,leave", "--on-address", "none")
    file, *again = to_lobby(config)[1:]
    assert file == "config.toml"
    back = holds(*again)
    assert back._replace(origins={}) == config._replace(origins={})
    assert to_lobby(DEFAULTS._replace(file="/etc/incog.toml")) == ["--config", "/etc/incog.toml"]
    assert to_lobby(DEFAULTS._replace(themes=Path("themes"))) == []


def run(settings: Settings, monkeypatch: pytest.MonkeyPatch, *keys: str) -> tuple[int | None, list[Settings]]:
    """Sit in meetings, pressing one of these keys at the end of each; the status, and what was sat in."""
    pressed = iter(keys)
    sat: list[Settings] = []

    class Pressed(Show):
        def __init__(self, settings: Settings, *rest: object) -> None:
            super().__init__(settings, *rest)  # type: ignore[arg-type] # as they came
            sat.append(settings)

            async def driven() -> int | None:
                async with self.app.run_test(size=(100, 30)) as pilot:
                    await until(lambda: "Ended" in type(self.app.screen).__name__, 30)
                    await pilot.pause()
                    await pilot.press(next(pressed))
                    await until(lambda: self.app.return_value is not None)
                return self.app.return_value

            self.app.run_async = driven  # type: ignore[method-assign, assignment] # a pilot instead of a terminal

    monkeypatch.setattr(interactive, "Show", Pressed)
    return interactive.run(settings), sat


GONE = ALONE._replace(link=NOBODY, muted=False, camera=True)


def test_what_was_not_reached_is_tried_again_muted_and_unseen_and_the_status_is_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    status, sat = run(GONE, monkeypatch, "r", "r", "q")
    assert status == 3
    assert [one.link for one in sat] == [NOBODY] * 3
    assert [(one.muted, one.camera) for one in sat] == [(False, True), (True, False), (True, False)]
    assert sat[1].worn is not None
    assert sat[2].worn == sat[1].worn
    assert sat[1].alias == sat[1].worn.alias == "Quiet Wren"


def test_the_lobby_follows_when_the_meeting_is_over_in_all_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Afresh) as follows:
        run(GONE._replace(config=DEFAULTS._replace(themes=None)), monkeypatch, "l")
    assert follows.value.arguments == ["--no-config"]


def has_joined(show: Show) -> bool:
    return show.sitting.session is not None and show.sitting.session.joined


def test_joining_keeps_the_link_for_the_lobby_only_where_that_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    keyring = InMemory()
    use(keyring, monkeypatch)
    invited: list[str] = []

    async def guest(show: Show, pilot: Pilot[int]) -> None:
        await until(partial(has_joined, show), 30)
        invitation = session_of(show).plan.invitation
        assert invitation is not None
        invited.append(invitation.link)
        for wanted in (False, True):
            config = DEFAULTS.but(lobby__recent=wanted)
            joining = ALONE._replace(link=invitation.link, alias="Other", config=config)
            other = Show(joining, show.sitting.ground, open_wardrobe(None), lambda session, happening: None)
            task = asyncio.ensure_future(other.sitting.attend())
            await until(partial(has_joined, other), 30)
            if wanted:
                await until(lambda: bool(keyring.kept), 30)
            else:
                await asyncio.sleep(0.3)
            await other.sitting.leave()
            await task
            assert bool(keyring.kept) is wanted
        show.app.exit(0)

    sit(ALONE, guest, monkeypatch)
    (kept,) = keyring.kept.values()
    assert [visit.to for visit in load(kept)] == [link.parse(invited[0])]
