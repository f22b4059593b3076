"""The first paint: what is loaded and protected by then, and that nothing moves or is lost after it."""

from __future__ import annotations

import gc
import re
import sys
from ast import literal_eval
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any

import pyte
import pytest

from tests.tui.on_pty import PLAIN, OnPty
from tui.haste import loaded, painted, until_painted

NOWHERE = "mesh+ws://127.0.0.1:9/#" + 22 * "A"
HEAVY = {
    "aiohttp", "aioice", "aiortc", "av", "cryptography", "dns", "email", "json", "keyring", "numpy", "shtab",
    "sounddevice",
}  # fmt: skip
LATER = {
    "media.engine",
    "media.trial",
    "net.sdp",
    "net.tally",
    "net.vault",
    "net.witness",
    "privacy.facts",
    "privacy.firewall",
    "privacy.ledger",
    "tui.compose.assemble",
    "tui.compose.foretell",
    "tui.compose.session",
    "tui.compose.sitting",
    "tui.deeds.table",
    "tui.model",
    "tui.screens.before",
    "tui.screens.dialog",
    "tui.screens.meeting",
    "tui.widgets.lines",
    "tui.widgets.page",
}
"""Of ours: what the first paint does not show, and what nothing needs before it."""

STOPPED = """
import gc, os, sys, time
import tui.terminal.driver as driver
write = driver.SafeDriver.write
def first(self, text):
    write(self, text)
    if len(text) > 1000:
        driver.SafeDriver.write = write
        guard, confinement = sys.modules["net.guard"], sys.modules.get("net.confine.confinement")
        found = {
            "modules": set(sys.modules),
            "collects": gc.isenabled(),
            "allowed": None if guard._active is None else guard._active.allowed,
            "confined": confinement is not None and confinement.current() is not None,
        }
        with open(os.environ["TOLD"] + ".part", "w") as file:
            file.write(repr(found))
        os.rename(file.name, os.environ["TOLD"])
        time.sleep(0.7)  # so that the frame can be looked at
driver.SafeDriver.write = first
sys.argv = ["incog", "--no-config", *sys.argv[1:]]
from tui.main import console
console()
"""
"""incog, which tells what there is at its first paint and then stands still for a moment."""


class Start:
    """incog on a terminal, from its first paint on."""

    def __init__(self, run: OnPty, told: Path, size: tuple[int, int]) -> None:
        self.run = run
        self._told = told
        self._size = size

    def first(self) -> list[str]:
        """Wait for the first paint; the lines of it."""
        end = monotonic() + 40
        while not self._told.exists():
            assert monotonic() < end, "nothing was painted"
            self.run._read(0.02)
        self.read(0.4)
        return self.lines()

    def found(self) -> dict[str, Any]:
        """What there was at the first paint."""
        found: dict[str, Any] = literal_eval(self._told.read_text())
        return found

    def read(self, seconds: float) -> None:
        """Take what is written for a while."""
        end = monotonic() + seconds
        while (rest := end - monotonic()) > 0:
            self.run._read(rest)

    def until(self, words: str) -> None:
        """Wait until these words stand on the screen."""
        end = monotonic() + 40
        while not any(words in line for line in self.lines()):
            assert monotonic() < end, "\n".join(self.lines())
            self.run._read(0.1)

    def lines(self) -> list[str]:
        """What stands on the screen now."""
        screen = pyte.Screen(*self._size)
        pyte.Stream(screen).feed(
            re.sub(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\\\)|\x1b\[[=>?][\d;]*[u$p]+", "", self.run.text)
        )
        return list(screen.display)


@contextmanager
def started(told: Path, *arguments: str, size: tuple[int, int] = (120, 30)) -> Iterator[Start]:
    """incog with these arguments."""
    environ = {**PLAIN, "TOLD": str(told)}
    with OnPty(sys.executable, "-c", STOPPED, *arguments, environ=environ, size=size) as run:
        yield Start(run, told, size)


@pytest.mark.parametrize("arguments", [[], ["join", NOWHERE]], ids=["lobby", "join"])
def test_only_what_is_needed_is_loaded_by_then_and_nothing_is_unguarded(arguments: list[str], tmp_path: Path) -> None:
    with started(tmp_path / "told", *arguments) as start:
        shown = start.first()
        found = start.found()
    assert any("incog" in line for line in shown) or any("Preparing" in line for line in shown)
    assert not {name.partition(".")[0] for name in found["modules"]} & HEAVY
    assert not found["modules"] & LATER
    assert found["allowed"] == ()  # there is a guard, and it allows nothing
    assert found["confined"] is bool(arguments)  # the lobby may still have to listen; a meeting is confined before
    assert not found["collects"]


@pytest.mark.parametrize("size", [(80, 24), (120, 30), (200, 60)], ids=str)
def test_what_was_painted_first_stays_where_it_is(size: tuple[int, int], tmp_path: Path) -> None:
    with started(tmp_path / "told", size=size) as start:
        first = start.first()
        assert "nothing is open" in first[0]
        assert any("Meeting" in line for line in first)
        assert "Enter join" in first[-1]
        if size[0] >= 120:
            start.until("playing the meeting")  # all that was not there before
        start.read(1)
        last = start.lines()
    moved = [
        (row, column)
        for row, (before, after) in enumerate(zip(first, last, strict=True))
        for column, (one, other) in enumerate(zip(before, after, strict=True))
        if one not in (" ", other)
    ]
    assert moved == []


def test_keys_that_come_before_the_rest_is_there_are_not_lost(tmp_path: Path) -> None:
    with started(tmp_path / "told", size=(80, 24)) as start:
        start.first()
        start.run.send("mesh+ws://127.0.0.1:7\x1bOS")  # letters, and F4: who learns
        start.until("What joining would tell")
        start.run.send("\x1bOS")
        start.until("mesh+ws://127.0.0.1:7")


def test_nothing_is_collected_until_something_was_painted() -> None:
    assert gc.isenabled()
    with until_painted():
        assert not gc.isenabled()
        painted()
        assert gc.isenabled()
        frozen = gc.get_freeze_count()
        assert frozen
        painted()
    assert gc.get_freeze_count() <= frozen  # less, as what is not used any more goes all the same
    gc.unfreeze()
    with pytest.raises(ValueError, match="nothing was painted"), until_painted():
        raise ValueError("nothing was painted")
    assert gc.isenabled()


def test_what_was_loaded_for_the_first_meeting_is_not_looked_through() -> None:
    loaded.cache_clear()
    gc.unfreeze()
    loaded()
    frozen = gc.get_freeze_count()
    assert frozen
    more: list[list[int]] = [[] for _ in range(100)]  # of a later meeting: that may have to be looked through
    loaded()
    assert gc.get_freeze_count() <= frozen
    assert more
    gc.unfreeze()
