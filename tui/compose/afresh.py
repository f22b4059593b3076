"""To the lobby after a meeting, in a process that has nothing of the meeting left.

The program is loaded anew in place of this one: no memory of the meeting stays, and what the kernel refuses to a
meeting does not bind the next one, which may have to listen. Therefore the thread that may still reach out does it: a
program inherits what the thread that starts it gave up.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from net.confine.confinement import confine
from tui.config.flags import typed
from tui.config.values import Config


def to_lobby(config: Config) -> int:
    """Become a lobby with the same settings. Returns the exit status where a program cannot take another's place."""
    if os.name != "posix":
        from tui.compose.front_door import lobby

        return lobby(config)
    sys.stdout.flush()
    sys.stderr.flush()
    command = [*sys.orig_argv[: len(sys.orig_argv) - len(sys.argv) + 1], *arguments(config)]
    outside = confine().outside if config.network.confinement else None
    if outside is not None:
        outside.dialler.submit(os.execv, sys.executable, command).result()
    os.execv(sys.executable, command)  # noqa: S606 # it is ourselves


def arguments(config: Config) -> list[str]:
    """The command line that gives these settings again."""
    if config.file:
        file = ["--config", str(Path(config.file).expanduser())]
    else:
        file = [] if config.themes is not None else ["--no-config"]
    return [*file, *typed(config)]
