"""Opening a link outside incog, for a person who was asked."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys

from tui.compose.ground import Ground
from tui.widgets.links import target

OPENERS = {"linux": "xdg-open", "darwin": "open"}
"""The program of each system that hands a link to whatever the person browses with."""


async def open_outside(url: str, ground: Ground) -> str:
    """Hand `url` to the person's browser. Returns an empty string, or one sentence why not.

    The browser is not confined and nothing it sends is in the ledger: it is a program of its own, started by a person
    who was told so. Of incog's environment it gets nothing that is incog's, which may be a password.
    """
    where = target(url)
    if where is None:
        return "This link cannot be opened; only links of the web can."
    opener = shutil.which(OPENERS.get(sys.platform, ""))
    if opener is None:
        return "Nothing here can hand a link to a browser (on Linux xdg-open does); copy the link instead."
    environment = {name: value for name, value in os.environ.items() if not name.startswith("INCOG_")}

    def start() -> None:
        subprocess.Popen(  # a link that was checked, as one argument, to a program that was looked up
            [opener, where.url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )

    # A child inherits what its thread may not do: the thread that still may reach out starts it.
    outside = ground.confinement.outside if ground.confinement is not None else None
    ground.guard.allow_program(opener, "opens a link that a person chose")
    try:
        await asyncio.get_running_loop().run_in_executor(outside.dialler if outside else None, start)
    except OSError as error:
        return f"The link could not be handed to a browser ({error.strerror}); copy it instead."
    finally:
        ground.guard.disallow_program(opener)
    return ""
