"""Joining a room on Debian's Janus: everything is ready before the server is contacted."""

from __future__ import annotations

import sys

from tests.whole.internet import ALICE, BOB, OPERATOR, internet
from tests.whole.janus import janus
from tests.whole.outside import Scripted

ROOMS = "room-1: { publishers=6 notify_joining=true }"
SPEAKS = ("join", "-", "--headless", "--json", "--no-speaker", "--say")

WATCHED = """
import json, sys
from media.engine import Engine
from net.signalling import Signalling
connect, heard = Signalling.connect, Engine.heard
loaded = None
async def noted(*arguments, **named):
    global loaded
    loaded = loaded or set(sys.modules)
    return await connect(*arguments, **named)
def told(*arguments):
    Engine.heard = heard
    print(json.dumps({"type": "late", "modules": sorted(set(sys.modules) - loaded)}), flush=True)
    heard(*arguments)
Signalling.connect, Engine.heard = noted, told
from tui.main import console
console()
"""
"""incog, which tells what it loaded from when it contacted the server until it heard somebody."""


def test_nothing_is_loaded_between_the_first_contact_and_the_first_sound() -> None:
    with (
        internet(operator=OPERATOR, alice=ALICE, bob=BOB) as net,
        janus(net.seats["operator"], OPERATOR, rooms=ROOMS) as server,
    ):
        link = f"{server.url}?room=1"
        first = Scripted(net.seats["alice"], *SPEAKS, "tone:440", link=link)
        first.wait_for("joined")
        second = Scripted(net.seats["bob"], *SPEAKS, "tone:660", link=link, argv=[sys.executable, "-c", WATCHED])
        late = second.wait_for("late")["modules"]
        for person in (second, first):
            person.stop()
            assert person.finish() == 0
    assert late == []
