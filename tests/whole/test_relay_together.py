"""Meetings by a relay that last: others come later, one goes by a relay of their own, and the relay comes back.

What the host names is handed on to whoever comes later, by everybody who was there; that is in everybody's preview.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.whole.internet import ALICE, BOB, OPERATOR, RELAY, TURN_PORT, USER, relay
from tests.whole.meetings import Table, hears, media, recorded, table
from tests.whole.outside import Scripted

URL = f"turn:{USER}@{RELAY}:{TURN_PORT}?transport=udp"
ROOMS = 'room-1: { description="test" publishers=12 notify_joining=true videocodec="vp8" }'
GIVEN = f"the user name {USER} and its password, for {RELAY}"
GUARD = 60.0
"""Seconds within which everybody hears everybody again on a machine that does much else; it takes one or two."""


def hosts(here: Table, *words: str) -> tuple[Scripted, str]:
    """Alice, and the link to her meeting."""
    alice = here.person("alice", "host", "--rendezvous", here.url, *words, *media("alice"))
    return alice, alice.wait_for("invitation")["link"]


def joins(here: Table, name: str, link: str, *words: str) -> Scripted:
    """Somebody who comes later; carol is in bob's house."""
    here.net.seats.setdefault("carol", here.net.seats["bob"])
    sounds = ["--say", "tone:880", "--no-speaker"] if name == "carol" else media(name)
    return here.person(name, "join", "-", *words, *sounds, link=link)


def heard_by(person: Scripted) -> set[str]:
    """The names of those whom somebody has heard."""
    return {line["name"] for line in person.of("speaking") if line["on"]}


def together(people: dict[str, Scripted]) -> None:
    """Wait until everybody has heard everybody."""
    for name, person in people.items():
        others = people.keys() - {name}

        def all_heard(one: Scripted, others: set[str] = others) -> bool:
            return heard_by(one) >= others

        person.until(all_heard, 40)


def ends(people: dict[str, Scripted]) -> None:
    """Assert that everybody leaves properly."""
    for person in people.values():
        person.stop()
    assert {name: person.finish() for name, person in people.items()} == dict.fromkeys(people, 0)


def test_a_third_person_is_told_of_the_relay_by_those_who_were_there(tmp_path: Path) -> None:
    """And nobody who was promised a preview is surprised by that."""
    with table(tmp_path) as here:
        people = {}
        people["alice"], link = hosts(here, "--addresses", "relay", "--ice-server", URL)
        for name in ("bob", "carol"):
            people[name] = joins(here, name, link, "--addresses", "relay")
            together(people)
        asked = here.person("bob", "preview", "-", "--addresses", "relay", link=link)
        assert asked.finish() == 0
        ends(people)
    told = {
        name: {e["value"] for e in person.of("disclosure") if e["audience"] == "participants"}
        for name, person in people.items()
    }
    assert GIVEN in told["alice"]
    assert GIVEN in told["bob"]
    assert GIVEN not in told["carol"]
    (preview,) = asked.of("preview")
    words = [row["value"] for row in preview["audiences"]["participants"] if row["fact"] == "credential"]
    assert words == ["the user name that the meeting gives and its password, for a server that the meeting names"]


def test_whoever_goes_by_their_own_relay_tells_nobody_of_it_and_asks_no_other(tmp_path: Path) -> None:
    """The others are reached through it wherever they are, and the host needs none."""
    with table(tmp_path) as here, recorded(here, "path") as records:
        people = {}
        people["alice"], link = hosts(here, "--addresses", "local")
        people["bob"] = joins(here, "bob", link, "--addresses", "relay", "--relay", URL)
        together(people)
        asked = here.person("bob", "preview", "-", "--addresses", "relay", "--relay", URL, link=link)
        assert asked.finish() == 0
        ends(people)
    packets = records["path"].packets()
    assert {p.destination[0] for p in packets if p.source[0] == BOB} == {RELAY, OPERATOR}
    assert BOB not in {p.destination[0] for p in packets if p.source[0] == ALICE}
    bob = people["bob"].of("disclosure")
    participants = {e["value"] for e in bob if e["audience"] == "participants"}
    assert not [value for value in participants if USER in value or BOB in value]
    assert f"the user name {USER}" in {e["value"] for e in bob if e["audience"] == "relay"}
    (preview,) = asked.of("preview")
    contacts = [contact["destination"] for contact in preview["contacts"]]
    assert contacts == [here.url.removeprefix("ws://"), f"{RELAY}:{TURN_PORT}"]
    shown = [(row["fact"], row["value"]) for row in preview["audiences"]["participants"]]
    assert ("network address", "the relay's") in shown
    assert not [value for _, value in shown if USER in value or BOB in value]


def test_without_their_own_relay_nobody_else_is_contacted(tmp_path: Path) -> None:
    """Not even the rendezvous."""
    with table(tmp_path, with_relay=False) as here, recorded(here, "path") as records:
        alice, link = hosts(here, "--addresses", "local")
        alice.wait_for("joined")
        bob = joins(here, "bob", link, "--addresses", "relay", "--relay", URL)
        assert bob.finish() == 3
        ends({"alice": alice})
    (error,) = bob.of("error")
    assert "does not answer; no other way was tried" in error["message"]
    assert {p.destination for p in records["path"].packets() if p.source[0] == BOB} == {(RELAY, TURN_PORT)}


@pytest.mark.parametrize("kind", ["mesh", "janus"])
def test_once_the_relay_is_back_everybody_is_heard_again(kind: str, tmp_path: Path) -> None:
    """Long enough after it went that whoever was heard through it counted as gone."""
    words = ["--addresses", "relay"]
    with (
        table(tmp_path, rooms=ROOMS if kind == "janus" else "", with_relay=False) as here,
        contextlib.ExitStack() as stack,
        recorded(here, "path") as records,
    ):
        where = here.net.seats["relay"]
        stack.enter_context(relay(where, RELAY))
        people: dict[str, Scripted] = {}
        if kind == "janus":
            link, words = f"{here.url}?room=1", [*words, "--ice-server", URL]
            people["alice"] = joins(here, "alice", link, *words)
            people["alice"].wait_for("joined")
        else:
            people["alice"], link = hosts(here, *words, "--ice-server", URL)
        people["bob"] = joins(here, "bob", link, *words)
        for person in people.values():
            person.until(hears, 40)

        def since(person: Scripted, begin: int, holds: Callable[[dict[str, object]], bool]) -> None:
            person.until(lambda one: any(holds(line) for line in one.lines[begin:]), GUARD)

        marks = {name: len(person.lines) for name, person in people.items()}
        went = time.monotonic()
        stack.close()
        for name, person in people.items():  # in seconds, not after the library's half a minute
            since(person, marks[name], lambda line: line["type"] == "participant" and line["link"] == "silent")
        assert time.monotonic() - went < 25
        if kind == "mesh":
            for name, person in people.items():
                since(person, marks[name], lambda line: line.get("reason") == "vanished")
        marks = {name: len(person.lines) for name, person in people.items()}
        stack.enter_context(relay(where, RELAY))
        for name, person in people.items():
            since(person, marks[name], lambda line: line["type"] == "speaking" and line["on"] is True)
        ends(people)
    packets = records["path"].packets()
    assert {p.destination[0] for p in packets if p.source[0] in (ALICE, BOB)} == {RELAY, OPERATOR}
