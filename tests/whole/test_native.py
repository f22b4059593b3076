"""Native code that reaches out by itself: refused in a meeting as it is composed, and where devices are listed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from net.confine import landlock, seccomp
from tests.callers import uncalled_for
from tests.whole.outside import INCOG

ROOT = Path(__file__).parents[2]


@pytest.fixture
def elsewhere() -> Iterator[tuple[int, list[str]]]:
    """A server that no meeting knows, and who called it."""
    with uncalled_for() as found:
        yield found


DELIBERATE = """
import asyncio, errno, json, sys, threading
import av
from net.rendezvous import serve
from net.signalling import Signalling
from tui.compose.ground import Ground

ADDRESS = f"http://127.0.0.1:{sys.argv[1]}/"

def by_libav():
    try:
        av.open(ADDRESS, timeout=5)
    except (OSError, av.FFmpegError) as error:
        return errno.errorcode.get(error.errno, type(error).__name__)
    return "opened"

def in_a_thread():
    said = []
    thread = threading.Thread(target=lambda: said.append(by_libav()))
    thread.start()
    thread.join()
    return said[0]

async def meeting(ground):
    async with serve("127.0.0.1", 0) as (host, port):
        ground.stop_listening()
        loop = asyncio.get_running_loop()
        found = {
            "loop": by_libav(),
            "executor": await asyncio.to_thread(by_libav),
            "thread": in_a_thread(),
            "names": len(await loop.getaddrinfo("127.0.0.1", 80)) > 0,
        }
        for attempt in ("joined", "joined again"):
            signalling = await Signalling.connect(host, port, tls=False, guard=ground.guard, witness=ground.witness)
            found[attempt] = signalling.local_address
            await signalling.close()
        return found

print(json.dumps(Ground.start(meeting, confined=sys.argv[2] == "confined")))
"""


def deliberate(port: int, how: str) -> dict[str, Any]:
    command = [sys.executable, "-c", DELIBERATE, str(port), how]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.skipif(landlock.abi() < landlock.ABI_WITH_TCP, reason="needs Landlock ABI 4 (Linux 6.7)")
def test_in_a_meeting_the_kernel_refuses_libav_and_lets_the_meeting_go_on(elsewhere: tuple[int, list[str]]) -> None:
    port, called = elsewhere
    found = deliberate(port, "confined")
    assert called == []
    assert {found[where] for where in ("loop", "executor", "thread")} == {"EACCES"}
    assert found["names"]
    assert found["joined"] == found["joined again"] == "127.0.0.1"
    # and without it the guard, a rule of Python, does not see it: what the option's text says
    assert "EACCES" not in deliberate(port, "not confined").values()
    assert len(called) == 3


@pytest.mark.skipif(not seccomp.available(), reason="needs seccomp on x86_64 or aarch64")
@pytest.mark.parametrize(
    "command", [["devices"], ["doctor"], ["host", "--headless", "--for", "1s", "--unmuted"]], ids=lambda words: words[0]
)
def test_a_far_sound_server_in_alsas_configuration_is_not_called(
    tmp_path: Path, elsewhere: tuple[int, list[str]], command: list[str]
) -> None:
    port, called = elsewhere
    server = f'{{ type pulse server "tcp:127.0.0.1:{port}" }}'
    (tmp_path / ".asoundrc").write_text(f"pcm.far {server}\nctl.far {server}\npcm.!default {server}\n")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PULSE_", "PIPEWIRE_"))}
    environment = {**clean, "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}

    def run(*words: str) -> int:
        done = subprocess.run(
            words, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False
        )
        return done.returncode

    assert run(*INCOG, *command) == 0
    assert called == []
    run(sys.executable, "-c", "import sounddevice")
    if not called:
        pytest.skip("needs PortAudio and ALSA's PulseAudio plugin: without our care the library must call")
