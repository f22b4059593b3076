"""Meetings on the small internet: who sits where, with which servers, and what every recorder has at the end."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.whole import seats
from tests.whole.changed import Noted, noted
from tests.whole.internet import (
    ALICE,
    BOB,
    HOME,
    OPERATOR,
    PASSWORD,
    RELAY,
    RENDEZVOUS_PORT,
    Internet,
    internet,
    make_authority,
    relay,
    rendezvous,
)
from tests.whole.janus import janus
from tests.whole.outside import INCOG, Packet, Recording, Scripted

TONES = {"alice": 440, "bob": 660}
COLOURS = {"alice": "c81e1e", "bob": "1ec81e"}
WHERE = seats.Where((OPERATOR, RENDEZVOUS_PORT), RELAY)
PEOPLE = {"alice": (ALICE, "bob"), "bob": (BOB, "alice")}
"""Where each is, and who the other is."""
ADDRESSES = {"alice": ALICE, "bob": BOB, "operator": OPERATOR, "relay": RELAY}


@dataclass(repr=False)
class Met:
    """A meeting that is over."""

    people: dict[str, Scripted]
    statuses: dict[str, int]
    records: dict[str, Recording]  # as `recorded` names them
    taps: dict[str, list[Noted]] = field(default_factory=dict)

    def left(self, name: str) -> dict[str, Any]:
        """Somebody's last line."""
        return self.people[name].of("left")[0]

    def ledger(self, name: str, audience: str) -> seats.Seen:
        """What somebody's ledger says that an audience learned."""
        return {
            (line["fact"], line["value"]) for line in self.people[name].of("disclosure") if line["audience"] == audience
        }

    def tried(self, name: str) -> list[Packet]:
        """What somebody sent to anybody, reached or not. Asserts that their ledger names each destination."""
        sent = [packet for packet in self.records[f"from {name}"].packets() if packet.protocol in ("udp", "tcp")]
        named = {row["destination"] for row in self.left(name)["traffic"]}
        assert {f"{packet.destination[0]}:{packet.destination[1]}" for packet in sent} == named
        return sent

    def datagrams(self, name: str) -> dict[tuple[str, str], tuple[int, int]]:
        """The same as `traffic`, without what goes by streams."""
        return {key: both for key, both in self.traffic(name).items() if key[1] != "signalling"}

    def traffic(self, name: str) -> dict[tuple[str, str], tuple[int, int]]:
        """Packets and bytes by destination and kind, as somebody's ledger counts them."""
        rows = self.left(name)["traffic"]
        return {(row["destination"], row["kind"]): (row["packets"], row["bytes"]) for row in rows}


@dataclass
class Table:
    """Where a meeting is about to be."""

    net: Internet
    url: str
    folder: Path
    environment: dict[str, str]
    started: list[Scripted] = field(default_factory=list)

    def person(self, name: str, *arguments: str, link: str = "", program: str = "") -> Scripted:
        """Somebody's incog, in their own namespace. `program`: the same, changed by a test."""
        argv = [sys.executable, "-c", program] if program else INCOG
        env = {**self.environment, "TAP": str(self.folder / f"tap-{name}")}
        somebody = Scripted(self.net.seats[name], *arguments, "--json", "--as", name, link=link, argv=argv, env=env)
        self.started.append(somebody)
        return somebody


@contextlib.contextmanager
def table(
    folder: Path,
    *,
    with_relay: bool = True,
    tls: bool = False,
    password: str = PASSWORD,
    nat: bool = False,
    rooms: str = "",
    bridges: str = "",
    texts: str = "",
) -> Iterator[Table]:
    """A rendezvous, perhaps a relay, and two machines for people.

    `tls`: the relay proves who it is, and a Janus server. `nat`: alice is behind a NAT. `rooms`, `bridges`, `texts`: in
    place of the rendezvous a Janus server with these rooms.
    """
    environment = {"INCOG_ICE_PASSWORD": password}
    with contextlib.ExitStack() as stack:
        net = stack.enter_context(internet({"alice": HOME} if nat else None, **ADDRESSES))
        authority = make_authority(folder, RELAY, OPERATOR) if tls else None
        if authority is not None:
            environment["SSL_CERT_FILE"] = str(authority.root)
        operator = net.seats["operator"]
        if rooms or bridges:
            url = stack.enter_context(
                janus(operator, OPERATOR, rooms=rooms, bridges=bridges, texts=texts, authority=authority)
            ).url
        else:
            url = stack.enter_context(rendezvous(operator, OPERATOR))
        if with_relay:
            stack.enter_context(relay(net.seats["relay"], RELAY, authority))
        here = Table(net, url, folder, environment)
        try:
            yield here
        finally:
            for person in here.started:  # those that a failed test left
                person.kill()


@contextlib.contextmanager
def recorded(here: Table, *names: str) -> Iterator[dict[str, Recording]]:
    """Recorders at seats (what comes in), "from" seats (what is sent), and at "path" (what the router passes on)."""
    with contextlib.ExitStack() as stack:
        records = {}
        for name in names:
            sent = name == "path" or name.startswith("from ")
            where = here.net.router if name == "path" else here.net.seats[name.removeprefix("from ")]
            into = here.folder / f"packets {name}"
            records[name] = stack.enter_context(where.recorded(into, incoming=not sent))
        yield records


def media(name: str, *, seen: bool = True) -> list[str]:
    """A tone and a colour by which somebody is told apart."""
    picture = ["--picture", f"colour:{COLOURS[name]}"] if seen else []
    return ["--say", f"tone:{TONES[name]}", *picture, "--no-speaker"]


def hears(person: Scripted) -> bool:
    """Whether somebody hears the other."""
    return any(line["on"] for line in person.of("speaking"))


def meets(person: Scripted) -> bool:
    """Whether somebody knows of the other."""
    return bool(person.of("participant"))


def meet(
    here: Table,
    *options: str,
    ice: Sequence[str] = (),
    listen: str = "",
    tapped: bool = False,
    seconds: float = 3,
    records: Sequence[str] = ("path",),
    during: Callable[[dict[str, Scripted]], None] = lambda people: None,
    room: str = "",
    program: str = "",
    seen: bool = True,
) -> Met:
    """Alice hosts, bob joins; alice leaves first. `listen`: the rendezvous is alice's own, at this address.

    `room`: a link by which both join in place of that. `program`: the incog of both, changed by a test. `seen`: there
    are pictures.
    """
    where = ["--listen", listen] if listen else ["--rendezvous", here.url]
    servers = [word for url in ice for word in ("--ice-server", url)]
    opening, joining = (["join", "-"], servers) if room else (["host", *where], [])
    with recorded(here, *records) as kept:
        program = program or (seats.TAPPED if tapped else "")
        alice = here.person(
            "alice", *opening, *servers, *options, *media("alice", seen=seen), link=room, program=program
        )
        people = {"alice": alice}
        try:
            link = room or alice.wait_for("invitation")["link"]
            alice.wait_for("joined")
            words = ["join", "-", *joining, *options, *media("bob", seen=seen)]
            people["bob"] = here.person("bob", *words, link=link, program=program)
            for person in people.values():
                person.until(hears if seen else meets, 40)
            during(people)
            time.sleep(seconds)
        finally:
            statuses = {}
            for name, person in people.items():
                person.stop()
                statuses[name] = person.finish()
    taps = {name: noted(here.folder / f"tap-{name}") for name in people} if tapped and not room else {}
    return Met(people, statuses, kept, taps)


def alike(could: seats.Seen, known: seats.Seen) -> None:
    """Assert that what a recorder could decode is what the ledger says, both ways."""
    assert not could - known, f"decoded, but not in the ledger: {could - known}"
    assert not known - could, f"in the ledger, but not decoded: {known - could}"


def heard_and_seen(met: Met) -> None:
    """Assert that each heard the other's tone, saw the other's colour, and that nothing was refused."""
    assert met.statuses == {"alice": 0, "bob": 0}
    for name, other in (("alice", "bob"), ("bob", "alice")):
        (entry,) = met.left(name)["participants"]
        assert entry["name"] == other
        assert abs(entry["tone_hz"] - TONES[other]) < 15, entry
        pairs = zip(bytes.fromhex(entry["colour"]), bytes.fromhex(COLOURS[other]), strict=True)
        assert all(abs(x - y) < 40 for x, y in pairs), entry
        assert entry["heard_s"] > 1
        assert entry["seen_frames"] > 5
        assert not met.left(name)["refused"]
