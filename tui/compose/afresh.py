"""To the lobby after a meeting, in a process that has nothing of the meeting left.

The program is loaded anew in place of this one: no memory of the meeting stays, and what the kernel refuses to a
meeting does not bind the next one, which may have to listen. Therefore the thread that may still reach out does it: a
program inherits what the thread that starts it gave up.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from net.confine import confinement
from tui.config.flags import typed
from tui.config.values import Config


def to_lobby(config: Config) -> list[str]:
    """The command line of a lobby with the same settings."""
    if config.file:
        return ["--config", str(Path(config.file).expanduser()), *typed(config)]
    return [*([] if config.themes is not None else ["--no-config"]), *typed(config)]


def become(arguments: Sequence[str]) -> int:
    """Be incog with this command line. Returns an exit status where a program cannot take the place of another."""
    if os.name != "posix":
        from tui.main import main

        return main(arguments)
    sys.stdout.flush()
    sys.stderr.flush()
    command = [*sys.orig_argv[: len(sys.orig_argv) - len(sys.argv) + 1], *arguments]
    confined = confinement.current()
    if confined is not None and confined.outside is not None:
        confined.outside.dialler.submit(os.execv, sys.executable, command).result()
    os.execv(sys.executable, command)  # noqa: S606 # it is ourselves
