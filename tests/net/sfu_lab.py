"""Our own ends of connections to a forwarding server, against each other on loopback: one offers as a server would."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from net.proofs import Proofs
from net.sdp import AddressMode
from net.services.base import PeerId, Source
from net.services.janus.actions import Stream
from net.sfu import Publisher, Receiver
from net.sfu_seals import Seals
from net.sfu_wire import Around
from tests.net.lab import Lab, Receives, Sends
from tests.waits import until

LOOPBACK = "127.0.0.1"
VOICE = Stream("0", PeerId("ana"), Source.MICROPHONE)
PICTURE = Stream("1", PeerId("ana"), Source.CAMERA)


@dataclass
class Events:
    """What one connection reported."""

    log: list[tuple[Any, ...]] = field(default_factory=list)

    def wire_up(self) -> None:
        self.log.append(("up",))

    def wire_channel(self) -> None:
        self.log.append(("channel",))

    def wire_failed(self, reason: str) -> None:
        self.log.append(("failed", reason))

    def wire_said(self, label: str, data: str | bytes) -> None:
        self.log.append(("said", label, data))

    async def until(self, word: str) -> tuple[Any, ...]:
        """The first report of this kind."""
        await until(lambda: any(entry[0] == word for entry in self.log))
        return next(entry for entry in self.log if entry[0] == word)


@dataclass
class Hears:
    """What is received, by person."""

    people: dict[str, Receives] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def heard(self, peer: str, frame: Any) -> None:
        self.people.setdefault(peer, Receives()).heard(peer, frame)

    def seen(self, peer: str, frame: Any) -> None:
        self.people.setdefault(peer, Receives()).seen(peer, frame)

    def gone(self, peer: str) -> None:
        self.left.append(peer)

    def voice(self, peer: str) -> int:
        return len(self.people[peer].voice) if peer in self.people else 0

    def pictures(self, peer: str) -> int:
        return len(self.people[peer].pictures) if peer in self.people else 0


def around(lab: Lab, sends: Sends | None = None, hears: Hears | None = None, **changes: Any) -> Around:
    """The surroundings of an end; both are on this machine."""
    here = Around(
        lab.guard,
        AddressMode.LOOPBACK,
        (LOOPBACK,),
        LOOPBACK,
        sends or Sends(),
        hears or Hears(),
        Seals(Proofs()),
        time.monotonic,
    )
    return replace(here, **changes)


def port(end: Publisher | Receiver) -> int:
    """Where an end receives; no description of ours says it."""
    (candidate,) = end.wire._gatherer.getLocalCandidates()
    return int(candidate.port)


def as_a_server_says(text: str, where: int | None, complete: bool = True) -> str:
    """A description of ours as a server would write it: with an address."""
    lines = [] if where is None else [f"a=candidate:1 1 udp 2015363327 {LOOPBACK} {where} typ host"]
    return text + "".join(f"{line}\r\n" for line in [*lines, *(["a=end-of-candidates"] if complete else [])])


class Pair:
    """Ana publishes; Ben receives as from a server that is Ana herself."""

    def __init__(
        self, lab: Lab, sends: Sends | None = None, *, picture: bool = True, key: bytes | None = None, **changes: Any
    ) -> None:
        self.hears = Hears()
        self.alive: list[str] = []
        self.ana_says, self.ben_says = Events(), Events()
        self.ana = Publisher(around(lab, sends, **changes), (), self.ana_says, picture=picture, key=key)
        self.ben = Receiver(around(lab, hears=self.hears, **changes), (), self.ben_says, self.alive.append)
        self.offer = ""

    async def connect(self, streams: Iterable[Stream] = (VOICE, PICTURE)) -> None:
        self.ben.route(streams)
        self.ana.want_picture(True)
        self.offer = as_a_server_says(await self.ana.offer(), port(self.ana))
        assert self.ana.accept(await self.ben.answer(self.offer)) == frozenset()
        await self.ana_says.until("channel")
        await self.ben_says.until("channel")

    async def close(self) -> None:
        await self.ben.close()
        await self.ana.close()


def between(lab: Lab, work: Callable[[Pair], Any], pair: Callable[[], Pair] | None = None, **changes: Any) -> Pair:
    """Two connected ends, `work(pair)`, and a clean end of both."""
    made: list[Pair] = []

    async def main() -> None:
        made.append(pair() if pair else Pair(lab, **changes))
        try:
            await made[0].connect()
            await work(made[0])
        finally:
            await made[0].close()

    lab.run(main())
    return made[0]
