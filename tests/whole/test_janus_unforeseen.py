"""What the preview did not show does not leave for a Janus server, in a message, over a data channel or in a packet.

Each attack begins when the meeting is joined, after the preview, and is first shown to work: the same program without a
policy sends what the recorder at the server, or somebody else in the room, then finds.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.whole import changed, janus_seats
from tests.whole import decoding as wire
from tests.whole.changed import noted
from tests.whole.internet import ALICE
from tests.whole.meetings import media, recorded, table
from tests.whole.outside import Packet, Scripted
from tests.whole.seats import PICTURE, VOICE
from tests.whole.test_janus_seats import KEY, ROOMS
from tests.whole.test_unforeseen import IN_CHECKS

NAME = "thornbridge"

PROGRAM = changed.incog(
    """
import aioice.stun
from net import janus, sfu_sdp
from net.services.janus import exchange, videoroom, wire, words
from net.services.janus.actions import SendData, Way
from privacy.policy import Policy
from tui.compose import assemble, foretell
{unheld}
""",
    changed.BEFORE,
    """
{beforehand}
join = janus.JanusRoom.join
async def attack(self):
{attack}
    await join(self)
janus.JanusRoom.join = attack
""",
)

ANOTHER_NAME = """
entering = videoroom.join
videoroom.join = lambda room, display, *more: entering(room, "thornbridge", *more)
"""
MORE_ABOUT_ONESELF = """
entering = videoroom.join
videoroom.join = lambda *args: {**entering(*args), "metadata": {"mail": "thornbridge"}}
"""
RECORD_ME = """
publishing = videoroom.publish
videoroom.publish = lambda: {**publishing(), "record": True, "filename": "thornbridge"}
"""
ANOTHER_REQUEST = """
starting = videoroom.publish
videoroom.publish = lambda: {"request": "rtp_forward", "host": "thornbridge"}
"""
OPAQUE = """
writing = wire.write
wire.write = lambda message: writing({**message, "opaque_id": "thornbridge"} if "plugin" in message else message)
"""
ADDRESS = """
written = sfu_sdp.Published.__str__
line = "a=candidate:1 1 udp 2130706431 192.168.77.23 5000 typ host"
sfu_sdp.Published.__str__ = lambda self: written(self).replace("a=setup:", line + chr(13) + chr(10) + "a=setup:", 1)
"""
UNWRITTEN = """
last = 0
def change(self):
    nonlocal last
    if self._open and self._out.now > last + 0.5:
        last = self._out.now
        self._send(words.Chat("thornbridge"))
before(exchange.Exchange, "settle", change)
"""
UNSEALED = """
def send(self, word, private=""):
    self._out.add(SendData(Way.SEND, words.write(word)))
exchange.Exchange._send = send
"""
WITHOUT_CONSENT = """
from dataclasses import replace
intend = foretell.intend
async def quiet(*args):
    return replace(await intend(*args), {what}=False)
foretell.intend = quiet
assemble.switched_on = lambda fact, intention: ()
"""


@dataclass
class Found:
    """What left for the server, and what somebody else in the room got."""

    packets: list[Packet]
    came: str

    @property
    def requests(self) -> str:
        """What was said over the WebSocket."""
        frames = [wire.websocket(stream)[1] for stream in wire.streams(self.packets).values()]
        return "\n".join(data.decode() for each in frames for opcode, data in each if opcode == 1)

    def of_type(self, payload_type: int) -> bool:
        """Whether there is media of a type."""
        return any(packet.kind == "RTP" and packet.payload[1] & 127 == payload_type for packet in self.packets)


def named(found: Found) -> bool:
    """Whether somebody is named to the server."""
    return NAME in found.requests or NAME.encode() in b"".join(packet.payload for packet in found.packets)


def got(found: Found) -> bool:
    """Whether another participant got what names somebody."""
    return NAME in found.came


@dataclass(frozen=True)
class Attack:
    """What is done when the meeting is joined, how that is seen, and what the person is told instead."""

    program: str
    seen: Callable[[Found], bool]
    sentence: str
    beforehand: str = ""
    sealed: bool = False

    def text(self, *, held: bool) -> str:
        """The program, with its policy or without."""
        body = textwrap.indent(f"global Policy\n{self.program.strip()}", "    ")
        return PROGRAM.format(attack=body, beforehand=self.beforehand, unheld="" if held else changed.UNHELD)


NOT_KNOWN = "did not show: what incog does not know"
ATTACKS = {
    "another name": Attack(ANOTHER_NAME, named, "another display name than the preview showed"),
    "more about oneself": Attack(MORE_ABOUT_ONESELF, named, NOT_KNOWN),
    "to be recorded": Attack(RECORD_ME, named, NOT_KNOWN),
    "another request": Attack(ANOTHER_REQUEST, named, NOT_KNOWN),
    "an id of one's own": Attack(OPAQUE, named, NOT_KNOWN),
    "an address": Attack(ADDRESS, lambda found: "192.168.77.23" in found.requests, "another network address than"),
    "a message that nobody wrote": Attack(UNWRITTEN, got, "did not show: chat message"),
    "messages that are not sealed": Attack(
        UNSEALED, lambda found: '"t":"hello"' in found.came, "did not show: ", sealed=True
    ),
    "a voice": Attack(
        "",
        lambda found: found.of_type(VOICE),
        "not switched on: voice is live",
        beforehand=WITHOUT_CONSENT.format(what="microphone"),
    ),
    "a picture": Attack(
        "",
        lambda found: found.of_type(PICTURE),
        "not switched on: picture is live",
        beforehand=WITHOUT_CONSENT.format(what="camera"),
    ),
    "software in a check": Attack(
        IN_CHECKS.format(what="'SOFTWARE'", value="'thornbridge 1.0'", when="'USERNAME' in message.attributes"),
        named,
        "another software than the preview",
    ),
}


def joined_by(attack: Attack, folder: Path, *, held: bool) -> tuple[Scripted, Found]:
    """A meeting in which alice tells more; what was found of it."""
    folder.mkdir()
    with table(folder, rooms=ROOMS, with_relay=False) as here, recorded(here, "operator") as records:
        room = f"{here.url}?room=1234{KEY if attack.sealed else ''}"
        bob = here.person("bob", "join", "-", "--no-speaker", link=room, program=janus_seats.TAPPED)
        bob.wait_for("joined")
        words = ["join", "-", "--for", "5s", *media("alice")]
        alice = here.person("alice", *words, link=room, program=attack.text(held=held))
        status = alice.finish()
        bob.stop()
        assert bob.finish() == 0
        assert status == (6 if held else 0), alice.lines[-1:]
    packets = [packet for packet in records["operator"].packets() if packet.source[0] == ALICE]
    came = "\n".join(what.text for what in noted(folder / "tap-bob") if what.kind == "heard")
    return alice, Found(packets, came)


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=list(ATTACKS))
def test_nothing_tells_what_was_not_foreseen(attack: Attack, tmp_path: Path) -> None:
    _, found = joined_by(attack, tmp_path / "without a policy", held=False)
    assert attack.seen(found)
    alice, found = joined_by(attack, tmp_path / "with it", held=True)
    assert found.packets
    assert not attack.seen(found)
    (error,) = alice.of("error")
    assert error["status"] == 6
    assert "incog left the meeting and sent nothing more" in error["message"]
    assert attack.sentence in error["message"]
    assert NAME not in error["message"]
