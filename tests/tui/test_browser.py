"""A link that a person had opened reaches the program that opens links, and nothing else does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

OPENER = """#!{python}
import json, os, socket, sys
def reaches(port):
    try:
        socket.create_connection(("127.0.0.1", port), 2).close()
        return True
    except OSError:
        return False
with open({told!r} + ".new", "w") as file:
    json.dump([sys.argv[1:], sorted(os.environ), reaches({port})], file)
os.rename({told!r} + ".new", {told!r})
"""

PROGRAM = """
import asyncio, os, subprocess, sys, time
from tui.compose.browser import open_outside
from tui.compose.ground import Ground
async def work(ground):
    refused = await open_outside("mailto:a@b.example", ground)
    told = await open_outside("https://example.org/\\u00fc;$(touch x)", ground)
    while not os.path.exists(sys.argv[1]):
        await asyncio.sleep(0.02)
    try:
        subprocess.run(["xdg-open", "https://example.org/"])
        later = "started"
    except Exception as error:
        later = type(error).__name__
    print(repr((refused, told, later, [one.destination for one in ground.guard.refusals])))
    return 0
Ground.start(work, confined=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the opener is named xdg-open on Linux")
def test_the_opener_gets_the_link_and_none_of_our_secrets_and_is_not_confined(tmp_path: Path) -> None:
    import socket

    told = tmp_path / "told"
    with socket.create_server(("127.0.0.1", 0)) as server:
        opener = tmp_path / "xdg-open"
        opener.write_text(OPENER.format(python=sys.executable, told=str(told), port=server.getsockname()[1]))
        opener.chmod(0o755)
        ran = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(told)],
            env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "INCOG_ICE_PASSWORD": "hush"},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    arguments, names, reached = json.loads(told.read_text())
    assert arguments == ["https://example.org/%C3%BC;$(touch%20x)"]
    assert not [name for name in names if name.startswith("INCOG_")]
    assert reached
    refused, answer, later, refusals = eval(ran.stdout)  # what the program above printed
    assert "only links of the web" in refused
    assert answer == ""
    assert later == "Blocked"
    assert refusals == ["xdg-open"]
