"""A private PulseAudio server with devices that no machine has: two microphones to speak into, and two speakers."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

MISSING = [tool for tool in ("pulseaudio", "pactl", "paplay", "parec") if shutil.which(tool) is None]


@dataclass
class SoundServer:
    """The server; what is played to the speaker `NAMEsrc` is what the microphone `NAME` hears."""

    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def environment(self) -> dict[str, str]:
        own = {"XDG_RUNTIME_DIR": str(self.folder), "PULSE_SERVER": f"unix:{self.folder}/native"}
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PULSE_")}
        return {**clean, **own, "PULSE_RUNTIME_PATH": str(self.folder / "pulse")}

    def start(self, *arguments: str, stdout: int | IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(arguments, env=self.environment, stdout=stdout)

    def unload(self, words: str) -> None:
        """Take out the module that was loaded with these words: its devices vanish."""
        for line in self.run("pactl", "list", "short", "modules").splitlines():
            if words in line:
                self.run("pactl", "unload-module", line.split("\t")[0])

    def run(self, *arguments: str) -> str:
        done = subprocess.run(arguments, env=self.environment, capture_output=True, text=True, timeout=60, check=True)
        return done.stdout


@contextmanager
def sound_server(*more: str) -> Iterator[SoundServer]:
    """A server with the speaker `speaker` and the microphone `mic`, and what the modules `more` add."""
    # not pytest's folder: the path of a Unix socket must be short
    with tempfile.TemporaryDirectory(prefix="sound-") as name:
        folder = Path(name)
        modules = (
            f"module-native-protocol-unix socket={folder}/native auth-anonymous=1",
            "module-null-sink sink_name=speaker norewinds=1 rate=48000 channels=2",
            "module-null-sink sink_name=micsrc norewinds=1 rate=48000 channels=1",
            "module-remap-source source_name=mic master=micsrc.monitor",
            *more,
        )
        loads = [word for module in modules for word in ("-L", module)]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", *loads],
                env={**os.environ, "XDG_RUNTIME_DIR": name, "PULSE_RUNTIME_PATH": f"{name}/pulse", "HOME": name},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        sound = SoundServer(folder, process)
        try:
            for _ in range(600):
                if (folder / "native").exists():
                    break
                time.sleep(0.05)
            sound.run("pactl", "set-default-source", "mic")
            sound.run("pactl", "set-default-sink", "speaker")
            yield sound
        finally:
            process.terminate()
            process.wait(timeout=30)
