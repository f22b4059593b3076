"""What somebody is told beforehand is what they then tell; and what is secret stands where it must and nowhere else."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

from tests.contract.held import Held
from tests.contract.people import media
from tests.whole.outside import Scripted
from tests.whole.test_preview import foretold, happened_to, while_there

REPORTS = 3.0
"""Seconds within which everything is told that is told again and again, as the reports of what is received."""


def test_what_is_told_is_what_was_foretold_and_the_other_way_round(meeting: Held) -> None:
    way = meeting.server.joining()
    words = ("preview", *way.words[1:], "--json", "--as", "dave", *media("dave"))
    asked = Scripted(meeting.net.seats["dave"], *words, link=way.line, env=dict(way.environment))
    assert asked.finish() == 0
    (line,) = asked.of("preview")
    sure = {entry for entry in foretold(line) if not meeting.service.perhaps(*entry)}
    assert sure
    dave = meeting.comes("dave")
    meeting.together()
    with contextlib.suppress(AssertionError):  # what is missing is named below
        dave.until(lambda _: while_there(sure) <= happened_to(dave), 30)
    time.sleep(REPORTS)
    assert meeting.goes("dave") == 0
    happened = happened_to(dave)
    assert happened - foretold(line) == set(), "told, but not foretold"
    assert sure - happened == set(), "foretold, but not told"
    assert not dave.of("left")[0]["refused"]


def command_lines() -> dict[int, bytes]:
    """What anybody on this machine reads of every process: its arguments, and its name."""
    found = {}
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                found[int(process.name)] = (process / "cmdline").read_bytes() + (process / "comm").read_bytes()
            except OSError:
                pass  # it ended meanwhile
    return found


def test_no_secret_is_in_the_list_of_processes(meeting: Held) -> None:
    lines = command_lines()
    assert meeting.server.secrets
    for person in meeting.people.values():
        assert b"--picture" in lines[person.pid]
    for secret in meeting.server.secrets:
        assert not [line for line in lines.values() if secret.encode() in line]


def test_no_secret_is_written_to_any_file_of_the_settings(meeting: Held) -> None:
    homes = [Path(os.environ[f"XDG_{kind}_HOME"]) for kind in ("CONFIG", "DATA", "STATE", "CACHE")]
    files = [file for home in homes for file in home.rglob("*") if file.is_file()]
    for secret in meeting.server.secrets:
        assert not [file for file in files if secret.encode() in file.read_bytes()]
