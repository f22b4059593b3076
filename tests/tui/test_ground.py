"""What a meeting stands on: the loop is ours, names are looked up where the guard sees it, and the kernel's layer."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from net.confine import confinement, landlock, seccomp
from net.errors import PrivacyStop
from net.loop import WitnessedLoop
from tests.tui.configured import asked, holds
from tui.compose.assemble import assemble
from tui.compose.cast import Actor
from tui.compose.doctor import resolver, second_layer
from tui.compose.ground import Ground
from tui.compose.settings import Settings

ROOT = Path(__file__).parents[2]
LINK = "mesh+ws://127.0.0.1:9/#AAAAAAAAAAAAAAAAAAAAAA"


def test_a_loop_that_cannot_be_watched_ends_before_anything_is_opened() -> None:
    ground = Ground()

    async def come() -> None:
        async with assemble(Settings(speaker=False, headless=True), ground):
            raise AssertionError("it went on")

    with pytest.raises(PrivacyStop, match=r"which incog cannot watch, so nothing was contacted"):
        asyncio.run(come())


def test_the_loop_is_ours_whatever_policy_somebody_set() -> None:
    class Faster(asyncio.DefaultEventLoopPolicy):
        def new_event_loop(self) -> asyncio.AbstractEventLoop:
            raise AssertionError("asked for a loop")

    async def which(ground: Ground) -> bool:
        ground.check_loop()
        return isinstance(asyncio.get_running_loop(), WitnessedLoop)

    before = asyncio.get_event_loop_policy()
    asyncio.set_event_loop_policy(Faster())
    try:
        assert Ground.start(which)
    finally:
        asyncio.set_event_loop_policy(before)


FAKE = """
used = []
class DNSResolver:
    def __init__(self, *anything, **more):
        used.append("made")
        raise RuntimeError("somebody looked a name up by c-ares")
    def getaddrinfo(self, *anything, **more):
        used.append("asked")
class error:
    DNSError = OSError
"""
MEETING = """
import asyncio, json, sys
import aiodns
from aiohttp import resolver
from net.rendezvous import serve
from net.signalling import Signalling
from tui.compose.ground import Ground

async def work(ground):
    async with serve("127.0.0.1", 0) as (host, port):
        signalling = await Signalling.connect(
            "localhost", port, tls=False, guard=ground.guard, witness=ground.witness
        )
        await signalling.close()

looked_up = []
sys.addaudithook(lambda event, args: looked_up.append(args[0]) if event == "socket.getaddrinfo" else None)
Ground.start(work, confined=True)
print(json.dumps([resolver.DefaultResolver.__name__, aiodns.used, "localhost" in looked_up]))
"""


def test_an_installed_c_ares_is_not_used(tmp_path: Path) -> None:
    for name in ("aiodns", "pycares"):
        (tmp_path / f"{name}.py").write_text(FAKE)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{MEETING}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    # aiohttp by itself would have taken it
    assert json.loads(done.stdout) == ["AsyncResolver", [], True]


def test_the_doctor_names_what_stays_unused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolver().found == "looked up by the system's resolver, on incog's own event loop"
    for name in ("aiodns", "uvloop"):
        (tmp_path / f"{name}.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    assert resolver().found.endswith("; aiodns, uvloop can be imported here and stays unused")


def test_the_doctor_tells_how_the_kernels_layer_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    if landlock.abi() >= landlock.ABI_WITH_TCP and seccomp.available():
        assert [(check.name, check.state) for check in second_layer()] == [("Landlock", "works"), ("seccomp", "works")]
        assert second_layer()[0].found.startswith(f"ABI {landlock.abi()}, on in meetings")
    monkeypatch.setattr(landlock, "abi", lambda: 2)
    monkeypatch.setattr(seccomp, "machine", lambda: None)
    for check in second_layer():
        assert check.state == "limited"
        assert check.found.startswith("not available here: ")
        assert check.cure


# --- the flag


@pytest.mark.parametrize("command", [["join", LINK], ["host"]])
def test_a_meeting_is_confined_unless_told_not_to(command: list[str]) -> None:
    assert asked(*command, "--headless").confined
    assert not asked(*command, "--headless", "--no-confinement").confined
    assert holds("demo").network.confinement
    assert not holds("demo", "--no-confinement").network.confinement


def test_a_trouble_is_told_and_what_is_merely_absent_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**ports: object) -> None:
        raise OSError(22, "Invalid argument")

    monkeypatch.setattr(seccomp, "machine", lambda: None)
    monkeypatch.setattr(landlock, "abi", lambda: 0)
    assert Ground(confinement.Confinement()).notices == ()
    monkeypatch.setattr(landlock, "abi", lambda: 4)
    monkeypatch.setattr(landlock, "restrict", broken)
    (notice,) = Ground(confinement.Confinement()).notices
    assert "Landlock (invalid argument)" in notice
    assert Ground().notices == ()


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_participants_of_the_demo_are_confined_alike() -> None:
    for confined in (True, False):
        actor = Actor("Quiet Wren", 1, confined=confined)
        try:
            deadline = time.monotonic() + 30
            words: list[bytes] = []
            while b"join" not in words and time.monotonic() < deadline:  # it may not have begun yet
                words = Path(f"/proc/{actor.pid}/cmdline").read_bytes().split(b"\0")
            assert b"join" in words
            assert (b"--no-confinement" in words) is not confined
        finally:
            actor.dismiss()
            actor.end(0.0)


def test_no_memory_is_written_to_a_disk_when_something_breaks() -> None:
    """What would be: keys, the link, names, what was said."""
    program = (
        "import resource\nfrom tui.compose.ground import Ground\n"
        "async def tell(ground):\n    print(*resource.getrlimit(resource.RLIMIT_CORE))\n"
        "most = resource.getrlimit(resource.RLIMIT_CORE)[1]\n"
        "resource.setrlimit(resource.RLIMIT_CORE, (most, most))\n"
        "Ground.start(tell)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split()[0] == "0"
