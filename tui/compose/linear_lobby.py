"""`incog` alone in lines: the lobby asks line by line, and then the meeting that was chosen begins."""

from __future__ import annotations

import getpass
import os
import sys
import time
from collections.abc import Iterable

from net.guard import Guard
from net.services.janus.credentials import Credentials
from tui.cli import Status
from tui.compose import asked
from tui.compose.disguise import refuse_alias
from tui.compose.linear import encoding_of
from tui.compose.recognise import refuse_link
from tui.compose.settings import from_config
from tui.config.values import Config
from tui.linear.before import Chosen, Lobby
from tui.linear.lines import Line, rows
from tui.linear.outlet import PLAIN
from tui.linear.typed import LONGEST


def lobby(config: Config) -> int:
    """Ask whom to be and where to go, and go there; the exit status."""
    with Guard(time.monotonic).active():  # nothing is to be contacted before a choice was made
        chosen = _choose()
    if chosen is None:
        return Status.LEFT
    if chosen.kind == "demo":
        from tui.compose import demo

        return demo.run(config, attended=True)
    from tui.compose import front

    link, in_link = asked.split(chosen.link)
    typed = Credentials(*(chosen.given.get(name, "") for name in asked.NAMES))
    return front.run(
        from_config(config)._replace(
            link=link,
            credentials=asked.before(typed, in_link),
            alias=chosen.alias or None,
            ask=True,
        )
    )


def _choose() -> Chosen | None:
    asking = Lobby(
        tell=_tell,
        read=_read,
        read_secret=_read_secret,
        check_link=refuse_link,
        check_alias=refuse_alias,
        may_ask=asked.may_ask,
    )
    try:
        return asking.choose()
    except EOFError:
        return None


def _tell(lines: Iterable[Line]) -> None:
    os.write(1, _text(lines).encode(encoding_of(sys.stdout), "replace"))


def _text(lines: Iterable[Line]) -> str:
    width = os.get_terminal_size(1).columns if os.isatty(1) else 0
    return "".join(f"{text}\n" for line in lines for text in rows(line, width)).translate(PLAIN)


def _read() -> str:
    """A line of standard input and not a byte more, since the meeting reads on. Raises `EOFError`."""
    line = b""
    while not line.endswith(b"\n") and len(line) < LONGEST:
        if not (byte := os.read(0, 1)):
            if not line:
                raise EOFError
            break
        line += byte
    return line.decode(encoding_of(sys.stdin), "replace")


def _read_secret(question: Line) -> str:
    """Ask, and read a line that a terminal does not show, from before it is asked for. Raises `EOFError`."""
    if os.isatty(0):
        return getpass.getpass(_text([question]))
    _tell([question])
    return _read()
