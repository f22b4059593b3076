"""Rooms on a Janus server, against Debian's own."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from net.services.base import Ability
from tests.contract.service import Way
from tests.whole.internet import OPERATOR, Internet
from tests.whole.janus import Janus, janus

PIN, SECRET = "4242-marzipan", "kept-by-the-moderator"
TOKENS = ("a-token-of-one", "a-token-of-many")
"""Of whoever moderates, and of everybody else: while a room is locked, one's own opens it."""
KEY = "mQ3vWd0x7rJk5TzN1bYc9A"
TEXT = 5678


@dataclass
class Room:
    """One room, on a server of its own."""

    server: Janus
    tail: str  # of its link: what else is in its query, and its fragment
    secrets: tuple[str, ...]
    address: str = OPERATOR

    def opening(self) -> Way:
        """As the protocol: a Janus room is there already; who opens it is who knows its secret."""
        return Way(("join", "-"), self._link(), {"INCOG_PIN": PIN, "INCOG_SECRET": SECRET, "INCOG_TOKEN": TOKENS[0]})

    def opened(self, invitation: str) -> None:
        """As the protocol; nobody is told a link."""

    def joining(self) -> Way:
        """As the protocol, with a link as people paste it."""
        return Way(("join", "-"), self._link(f"&pin={PIN}&token={TOKENS[1]}"))

    def _link(self, more: str = "") -> str:
        query, hash, key = self.tail.partition("#")
        return f"{self.server.url}?room=1234{query}{more}{hash}{key}"

    def start(self) -> None:
        """As the protocol."""
        self.server.start()

    def kill(self) -> None:
        """As the protocol."""
        self.server.kill()

    def log(self) -> str:
        """As the protocol."""
        return self.server.log.read_text()


@dataclass(frozen=True)
class JanusRooms:
    """Rooms of one kind."""

    name: str
    tail: str = ""
    seals: bool = False
    lacks: Mapping[Ability, str] = field(default_factory=dict)
    rooms: str = ""
    bridges: str = ""
    texts: str = ""
    invites: bool = False
    back_within: float = 20.0

    def perhaps(self, fact: str, value: str, audience: str) -> bool:
        """As the protocol."""
        return False

    @contextlib.contextmanager
    def running(self, net: Internet, folder: Path) -> Iterator[Room]:
        """As the protocol."""
        where = net.seats["operator"]
        with janus(where, OPERATOR, rooms=self.rooms, bridges=self.bridges, texts=self.texts) as server:
            key = self.tail.partition("#")[2]
            yield Room(server, self.tail, (PIN, SECRET, *TOKENS, *([key] if key else [])))


_VIDEO = f"""
room-1234: {{ description="room" pin="{PIN}" secret="{SECRET}" publishers=12 notify_joining=true videocodec="vp8"
  audiolevel_event=true require_pvtid=true }}
"""
_AUDIO = f"""
room-1234: {{ description="room" pin="{PIN}" secret="{SECRET}" sampling_rate="48000" audiolevel_event=true }}
"""
_TEXT = f"""
room-{TEXT}: {{ description="text" pin="{PIN}" secret="{SECRET}" }}
"""
_ALONE = {Ability.VERIFY: "there are no keys between two people"}

SERVICES = [
    JanusRooms("janus", lacks=_ALONE, rooms=_VIDEO),
    JanusRooms("janus sealed", f"#{KEY}", seals=True, lacks=_ALONE, rooms=_VIDEO),
    JanusRooms(
        "janus audiobridge",
        f"&plugin=audiobridge&text={TEXT}",
        lacks={
            **_ALONE,
            Ability.SHOW: "it mixes sound and has no pictures",
            Ability.SCREEN: "it mixes sound and has no pictures",
            Ability.CHOOSE: "it mixes sound and has no pictures",
            Ability.HAND: "neither plugin has such a thing",
            Ability.APART: "the server mixes the sound of all",
        },
        bridges=_AUDIO,
        texts=_TEXT,
    ),
]
