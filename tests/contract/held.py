"""A meeting that is held on a real server, for as many tests as want to be in it; and what is left of it afterwards."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from net.services.base import Ability
from tests.contract.people import Look, Person, hears, sees
from tests.contract.service import Server, Service
from tests.whole.internet import OPERATOR, Internet, internet
from tests.whole.outside import Recording

ADDRESSES = {
    "alice": "203.0.113.30",
    "bob": "203.0.113.40",
    "carol": "203.0.113.50",
    "dave": "203.0.113.60",
    "erin": "203.0.113.70",
    "frank": "203.0.113.80",
}
REGULARS = ("alice", "bob", "carol")
"""Who is there when a test begins; alice opened the meeting and moderates it where there is such a thing."""
PATIENCE = 30.0


@dataclass
class Held:
    """A meeting in which people are."""

    service: Service
    net: Internet
    server: Server
    folder: Path
    people: dict[str, Person] = field(default_factory=dict)
    everybody: list[Person] = field(default_factory=list)  # also those who left

    def comes(self, name: str, *options: str, wait: bool = True) -> Person:
        """Somebody joins, with `options` in place of media; the first one opens the meeting. Waits for them."""
        first = not self.everybody
        person = self.people[name] = self.tries(name, *options)
        if first and self.service.invites:
            self.server.opened(person.wait_for("invitation")["link"])
        if first or wait:
            person.wait_for("joined")
        return person

    def tries(self, name: str, *options: str) -> Person:
        """Somebody begins to join, and may be refused."""
        way = self.server.joining() if self.everybody else self.server.opening()
        person = Person(self.net.seats[name], self.folder, name, way, *options)
        self.everybody.append(person)
        return person

    def goes(self, name: str) -> int:
        """Somebody leaves; the exit status."""
        person = self.people.pop(name)
        if person.here:
            person.tell("leave")
        return person.finish()

    def gone(self, name: str) -> int:
        """Somebody's incog ends by itself; the exit status."""
        return self.people.pop(name).finish()

    def settle(self) -> None:
        """The regulars are here, and nobody else; all are heard and seen by all, and no hand is up."""
        for name, person in list(self.people.items()):
            if name not in REGULARS or not person.here:
                self.goes(name)
        for name in REGULARS:
            if name not in self.people:
                self.comes(name, wait=False)
        for person in self.people.values():
            person.wait_for("joined")
        for person in self.people.values():
            look = person.look()
            if look["muted"]:
                person.do("mute", on=False)
            if not look["camera"] and Ability.SHOW not in self.service.lacks:
                person.do("camera", on=True)
            if look["hand"]:
                person.do("hand", up=False)
        self.together()

    def together(self, seconds: float = PATIENCE) -> None:
        """Wait until everybody hears and sees everybody else."""
        for name, person in self.people.items():
            others = [other for other in self.people if other != name]

            def all_there(look: Look, others: list[str] = others) -> bool:
                return set(look["people"]) == set(others) and all(self.reaches(look, other) for other in others)

            person.until_looks(all_there, seconds)

    def reaches(self, look: Look, name: str) -> bool:
        """Whether somebody is heard and seen, as far as there are pictures here."""
        return self.hears(look, name) and (self.lacks(Ability.SHOW) or sees(look, name))

    def hears(self, look: Look, name: str) -> bool:
        """Whether somebody is heard: apart, or in the mix of all where the server makes one."""
        return hears(look, name, mixed=self.lacks(Ability.APART))

    def lacks(self, ability: Ability) -> bool:
        """Whether this kind of meeting has no such thing."""
        return ability in self.service.lacks


@dataclass
class Over:
    """A meeting that is over."""

    everybody: list[Person]
    statuses: list[int]
    path: Recording
    log: str
    secrets: tuple[str, ...]

    def traffic(self, name: str) -> dict[tuple[str, str], tuple[int, int]]:
        """Datagrams and bytes by destination and kind, as the ledgers of somebody's processes count them in sum."""
        packets: Counter[tuple[str, str]] = Counter()
        sizes: Counter[tuple[str, str]] = Counter()
        for person in self.everybody:
            for left in person.of("left") if person.name == name else ():
                for row in left["traffic"]:
                    if row["kind"] != "signalling":
                        packets[row["destination"], row["kind"]] += row["packets"]
                        sizes[row["destination"], row["kind"]] += row["bytes"]
        return {key: (packets[key], sizes[key]) for key in packets}


@dataclass
class Hall:
    """Where the meetings of one service are held, one after the other, with a recorder on the path."""

    service: Service
    folder: Path
    _held: Held | None = None
    _over: Over | None = None
    _stack: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)
    _path: Recording | None = None
    _number: int = 0

    def meeting(self) -> Held:
        """The meeting that is held now, as a test may expect to find it."""
        if self._held is None:
            self._begin()
        assert self._held is not None
        self._held.settle()
        return self._held

    def over(self) -> Over:
        """The last meeting, after its end."""
        if self._held is None and self._over is None:
            self._begin()
        if self._held is not None:
            self._end(self._held)
        assert self._over is not None
        return self._over

    def close(self) -> None:
        """End what is left."""
        for person in self._held.everybody if self._held is not None else ():
            if person.here:
                person.kill()
                person.finish()
        self._stack.close()

    def _begin(self) -> None:
        self._number += 1
        folder = self.folder / str(self._number)
        folder.mkdir()
        net = self._stack.enter_context(internet(None, operator=OPERATOR, **ADDRESSES))
        server = self._stack.enter_context(self.service.running(net, folder))
        self._path = self._stack.enter_context(net.router.recorded(folder / "path"))
        self._held = Held(self.service, net, server, folder)
        try:
            self._held.settle()
        except BaseException:
            self.close()
            self._held = None
            raise

    def _end(self, held: Held) -> None:
        time.sleep(0.5)
        statuses = [held.goes(name) for name in list(held.people)]
        log = held.server.log()
        secrets = tuple(held.server.secrets)
        self._held = None
        self._stack.close()
        assert self._path is not None
        self._over = Over(held.everybody, statuses, self._path, log, secrets)


@contextlib.contextmanager
def hall(service: Service, folder: Path) -> Iterator[Hall]:
    """A place for meetings, for as long as the block lasts."""
    place = Hall(service, folder)
    try:
        yield place
    finally:
        place.close()
