"""Meetings on Debian's Janus, with the driver itself: who is heard and seen, whatever comes and goes meanwhile."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from net.services.janus.link import fresh_key, parse
from tests.whole import janus_page, janus_person
from tests.whole.internet import ALICE, BOB, OPERATOR, Internet, internet
from tests.whole.janus import Janus, janus
from tests.whole.janus_person import Person

CAROL, DAVE = "203.0.113.50", "203.0.113.60"
SEATS = {"ana": ("alice", ALICE), "ben": ("bob", BOB), "cleo": ("carol", CAROL), "dan": ("dave", DAVE)}
ROOMS = "\n".join(
    f'room-{number}: {{ description="test" secret="s" publishers=12 notify_joining=true {more} }}'
    for number, more in (
        (1, 'videocodec="vp8"'),
        (2, 'videocodec="vp8"'),
        (3, 'videocodec="vp9"'),
        (4, 'videocodec="vp8" pin="4242"'),
        (5, 'videocodec="vp8"'),
        (6, 'videocodec="vp8"'),
    )
)


class Table:
    """A small internet with a server, and whoever sits down at it."""

    def __init__(self, net: Internet, server: Janus) -> None:
        self.net, self.server = net, server
        self.people: list[Person] = []

    def sit(self, name: str, room: int | str, key: str = "", **options: Any) -> Person:
        """Somebody begins to join."""
        seat, address = SEATS[name]
        link = f"{self.server.url}?room={room}{key}"
        self.people.append(Person(self.net.seats[seat], address, link, name, **options))
        return self.people[-1]


@contextlib.contextmanager
def table(nat: str = "") -> Iterator[Table]:
    """For as long as the block lasts; `nat` as of `janus`."""
    bridges = 'room-7: { description="test" secret="s" sampling_rate=48000 }'
    with (
        internet(operator=OPERATOR, alice=ALICE, bob=BOB, carol=CAROL, dave=DAVE) as net,
        janus(
            net.seats["operator"],
            OPERATOR,
            rooms=ROOMS,
            bridges=bridges,
            texts='room-7: { description="test" }',
            nat=nat,
        ) as server,
    ):
        here = Table(net, server)
        try:
            yield here
        finally:
            for person in here.people:
                person.end()


@pytest.fixture(scope="module")
def here() -> Iterator[Table]:
    """One server for the tests that do it no harm."""
    with table() as made:
        yield made


def left(*people: Person) -> None:
    """All leave, and nothing was refused."""
    for person in people:
        assert person.end() == 0, person.lines[-5:]
        assert [line["refused"] for line in person.of("left")] == [[]]


def test_each_hears_and_sees_whoever_is_there_whoever_was_there_before(here: Table) -> None:
    """Two pictures at once; who comes late; who leaves; and who comes on the section that became free."""
    ana = here.sit("ana", 1)
    ana.until(lambda person: person.of("joined"))
    ben = here.sit("ben", 1)
    ben.perceives("ana")
    ana.perceives("ben")
    cleo = here.sit("cleo", 1)
    cleo.perceives("ana", "ben")
    ana.perceives("ben", "cleo")
    left(ben)
    ana.until(lambda person: [line for line in person.of("ParticipantLeft") if line["name"] == "ben"])
    ana.perceives("cleo")
    dan = here.sit("dan", 1)
    dan.perceives("ana", "cleo")
    ana.perceives("cleo", "dan")
    cleo.perceives("ana", "dan")
    assert {line["name"] for line in ana.of("gone")} == {"ben"}
    cleo.do("say", "good day")
    assert ana.until(lambda person: person.of("ChatReceived"))[0]["text"] == "good day"
    left(ana, cleo, dan)


def test_sound_comes_within_a_blink_of_joining(here: Table) -> None:
    """Without addresses in our descriptions, and without the second that a DTLS hello too early costs now and then."""
    ana = here.sit("ana", 5)
    ana.until(lambda person: person.of("joined"))
    for _ in range(3):
        ben = here.sit("ben", 5)
        (first,) = ben.until(lambda person: [one for one in person.of("first") if one["what"] == "voice"])
        assert first["at"] < 0.9
        left(ben)
    left(ana)


def test_a_cut_websocket_is_mended_while_sound_and_pictures_go_on(here: Table) -> None:
    ana, ben = here.sit("ana", 2), here.sit("ben", 2)
    ana.perceives("ben")
    ana.do("cut")
    ana.until(lambda person: [one for one in person.of("PhaseChanged") if one["phase"] == "recovering"])
    assert ana.perceives("ben")["phase"] in ("recovering", "live")
    ana.until(lambda person: [one for one in person.of("PhaseChanged") if one["phase"] == "live"][1:])
    ana.perceives("ben")
    ben.perceives("ana")
    assert ana.of("Resynced") == []
    ben.do("say", "still here?")
    ana.until(lambda person: person.of("ChatReceived"))
    left(ana, ben)


def test_a_room_that_takes_no_pictures_of_ours_takes_our_voice(here: Table) -> None:
    ana, ben = here.sit("ana", 3), here.sit("ben", 3)
    ana.perceives("ben", pictures=False)
    ben.perceives("ana", pictures=False)
    left(ana, ben)


def test_a_room_with_a_pin_says_what_it_asks_for(here: Table) -> None:
    ana = here.sit("ana", 4)
    (told,) = ana.until(lambda person: person.of("failed"))
    assert told["error"] == "Asked"
    ben = here.sit("ben", 4, credentials={"pin": "4242"})
    ben.until(lambda person: person.of("joined"))
    left(ben)


def test_in_a_room_with_a_key_only_who_has_it_hears_and_sees(here: Table) -> None:
    key = str(replace(parse(f"{here.server.url}?room=6"), key=fresh_key(os.urandom))).partition("#")[2]
    ana, ben = here.sit("ana", 6, f"#{key}"), here.sit("ben", 6, f"#{key}")
    stranger = here.sit("dan", 6, camera=False)
    ana.perceives("ben")
    ben.perceives("ana")
    stranger.until(lambda person: len(person.look()["names"]) == 2)
    time.sleep(1)
    assert stranger.look()["people"] == {}
    left(ana, ben, stranger)


def test_everybody_is_heard_at_once_in_an_audiobridge_and_writes_in_the_room_beside_it(here: Table) -> None:
    mixed = "7&plugin=audiobridge&text=7"
    ana, ben = here.sit("ana", mixed), here.sit("ben", mixed)
    for person, hertz in ((ana, 660), (ben, 440)):
        person.until(lambda person: person.of("first"))
        person.until(partial(_hears, hertz=hertz))
    ana.do("say", "good day")
    assert ben.until(lambda person: person.of("ChatReceived"))[0]["name"] == "ana"
    ana.do("stats", "ben")
    assert "Opus" in ana.until(lambda person: person.of("stats"))[0]["stats"]
    left(ana, ben)


def test_of_several_pictures_the_chosen_one_is_seen(here: Table) -> None:
    ana = here.sit("ana", 5)
    ana.until(lambda person: person.of("joined"))
    program = [sys.executable, janus_page.__file__, "5"]
    page = here.net.seats["bob"].start(
        program, stdin=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(janus_person.ROOT)}
    )
    assert page.stdin is not None
    try:
        for name in ("the desk", "the door", "the desk"):
            if ana.of("first"):
                ana.do("next picture", "page")
            ana.until(partial(_sees, name=name))
            assert ana.of("ParticipantChanged")[-1]["picture"] == name
    finally:
        page.stdin.close()
        page.wait(timeout=30)
    left(ana)


def _hears(person: Person, hertz: int) -> bool:
    """Whether in the sound of all, which is the only one, this is what is heard for a second."""
    time.sleep(1)
    heard = person.look()["people"]
    return [*heard] == ["mixed"] and abs(heard["mixed"]["hertz"] - hertz) < 20


def _sees(ana: Person, name: str) -> bool:
    """Whether of the page nothing but this picture is seen, for half a second."""
    ana.look()
    time.sleep(0.5)
    page = ana.look()["people"].get("page", {"pictures": 0, "rgb": (0, 0, 0)})
    alike = all(abs(x - y) < 30 for x, y in zip(page["rgb"], janus_page.COLOURS[name], strict=True))
    return alike and page["pictures"] >= 3


def test_a_server_that_is_killed_and_back_is_found_again() -> None:
    with table() as here:
        ana, ben = here.sit("ana", 1), here.sit("ben", 1)
        ana.perceives("ben")
        ben.perceives("ana")
        here.server.kill()
        for person in (ana, ben):
            person.until(lambda person: [one for one in person.of("PhaseChanged") if one["phase"] == "recovering"])
        here.server.start()
        ana.perceives("ben", seconds=30)
        ben.perceives("ana", seconds=30)
        assert ana.of("Resynced")
        left(ana, ben)


def test_a_server_that_says_nothing_any_more_is_noticed_in_seconds() -> None:
    """It still holds all connections open, and the library would wait for half a minute."""
    with table() as here:
        ana, ben = here.sit("ana", 1), here.sit("ben", 1)
        ana.perceives("ben")
        assert here.server.process is not None
        stopped = time.monotonic()
        os.kill(here.server.process.pid, signal.SIGSTOP)
        try:
            ana.until(lambda person: [one for one in person.of("PhaseChanged") if one["phase"] == "recovering"], 20)
            assert time.monotonic() - stopped < 15
        finally:
            os.kill(here.server.process.pid, signal.SIGCONT)
        ana.perceives("ben", seconds=30)
        ben.perceives("ana", seconds=30)
        left(ana, ben)


@pytest.mark.parametrize("nat", ["full_trickle=true", "ice_lite=true"])
def test_servers_that_connect_in_other_ways(nat: str) -> None:
    """One names its addresses only after its descriptions, and we name none; one never checks by itself."""
    with table(nat=nat) as here:
        ana, ben = here.sit("ana", 1), here.sit("ben", 1)
        ana.perceives("ben")
        ben.perceives("ana")
        left(ana, ben)
