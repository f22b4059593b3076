"""Whole meetings in a small world, under many networks' delays."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterable

import pytest

from net.services.base import Link, Phase
from net.services.mesh.actions import End
from net.services.mesh.rendezvous import Limits
from tests.net.mesh.playbook import KEYS, SECRET, STUN
from tests.net.mesh.world import Attendee, World

NAMES = ("Ana", "Ben", "Cara", "Dov", "Edda", "Femi", "Gus", "Hana")
SEEDS = range(8)

seeds = pytest.mark.parametrize("seed", SEEDS)


def meeting(world: World, count: int, apart: float = 0.0) -> list[Attendee]:
    """People who come one after the other, or all at once."""
    people = [world.person("Ana", new=True).join()]
    world.run(1.0)
    for name in NAMES[1:count]:
        people.append(world.person(name).join())
        if apart:
            world.run(apart)
    world.run(4.0)
    return people


def see_each_other(people: Iterable[Attendee]) -> bool:
    names = {attendee.name for attendee in people}
    return all(
        attendee.sees == dict.fromkeys(names - {attendee.name}, Link.HERE) and attendee.conversation.phase is Phase.LIVE
        for attendee in people
    )


def codes_of(people: Iterable[Attendee]) -> dict[frozenset[str], set[str]]:
    """The spoken codes, by the two who compare them."""
    found: dict[frozenset[str], set[str]] = {}
    for attendee in people:
        for pid, other in attendee.conversation.participants.items():
            found.setdefault(frozenset({attendee.name, other.name}), set()).add(attendee.conversation.code(pid))
    return found


@seeds
@pytest.mark.parametrize("count", [2, 5, 8])
def test_people_who_come_at_once_all_meet(seed: int, count: int) -> None:
    world = World(seed)
    people = meeting(world, count)
    assert see_each_other(people)
    for attendee in people:
        assert attendee.notices == []
        assert attendee.conversation.counts == {}
        assert len(attendee.legs) == count - 1
    codes = codes_of(people)
    assert len(codes) == count * (count - 1) / 2
    assert all(len(seen) == 1 for seen in codes.values())  # both ends of each connection have the same
    assert len(set().union(*codes.values())) == len(codes)


@seeds
def test_hosts_that_make_the_same_room_at_once_meet(seed: int) -> None:
    world = World(seed)
    people = [world.person(name, new=True).join() for name in NAMES[:3]]
    world.run(5)
    assert see_each_other(people)


@seeds
def test_a_latecomer_meets_everybody_and_hears_what_is_said_from_then_on(seed: int) -> None:
    world = World(seed)
    people = meeting(world, 3, apart=2.0)
    people[0].say("early")
    world.run(1)
    people.append(world.person("Late").join())
    world.run(4)
    assert see_each_other(people)
    people[1].say("welcome")
    late = people[-1]
    people[2].say("psst", late.conversation._company.me)
    world.run(1)
    assert sorted(late.chat) == [("Ben", "welcome", False), ("Cara", "psst", True)]
    assert people[0].chat == [("Ben", "welcome", False)]


@seeds
def test_a_leaver_leaves_and_the_rest_stays(seed: int) -> None:
    world = World(seed)
    people = meeting(world, 4)
    people[1].leave()
    world.run(2)
    rest = [people[0], people[2], people[3]]
    assert see_each_other(rest)
    for attendee in rest:
        assert attendee.left == [("Ben", "left")]
        assert attendee.notices == []
    assert people[1].conversation.end is End.LEFT
    assert people[1].legs == {}


@seeds
def test_one_who_vanishes_is_missed_within_seconds(seed: int) -> None:
    world = World(seed)
    people = meeting(world, 3)
    people[2].vanish()
    world.run(5.5)
    assert people[0].sees["Cara"] is Link.SILENT
    world.run(5.5)
    assert see_each_other(people[:2])
    for attendee in people[:2]:
        assert attendee.left == [("Cara", "vanished")]
    world.run(60)  # and the greetings that follow find nobody, and end
    frames = len(world.recorded)
    world.run(60)
    assert len(world.recorded) == frames


@seeds
def test_a_ninth_finds_the_room_full(seed: int) -> None:
    world = World(seed)
    people = meeting(world, 8)
    ninth = world.person("Ninth").join()
    world.run(2)
    assert ninth.conversation.end is End.REFUSED
    assert ninth.conversation.end_reason == "This meeting is full: it has room for 8 people."
    assert see_each_other(people)
    people[3].leave()
    world.run(1)
    again = world.person("Again").join()
    world.run(4)
    assert see_each_other([*people[:3], *people[4:], again])


@seeds
def test_a_mistyped_secret_leads_nowhere(seed: int) -> None:
    world = World(seed)
    people = meeting(world, 2)
    lost = world.person("Lost", secret=bytes(16)).join()
    world.run(2)
    assert lost.conversation.end is End.REFUSED
    assert lost.conversation.end_reason.startswith("There is no meeting under this link")
    assert see_each_other(people)


@seeds
def test_a_network_between_two_that_does_not_let_them_through(seed: int) -> None:
    world = World(seed)
    world.apart.add(frozenset({"Ben", "Cara"}))
    people = meeting(world, 3)
    assert people[0].sees == {"Ben": Link.HERE, "Cara": Link.HERE}
    assert people[1].sees == {"Ana": Link.HERE, "Cara": Link.CONNECTING}
    world.run(25)
    assert people[1].sees == {"Ana": Link.HERE}
    assert people[1].left == [("Cara", "could not be reached")]
    assert [text.partition(";")[0] for text in people[2].notices] == ["Ben could not be reached"]


@seeds
def test_two_whose_link_breaks_for_a_while_find_each_other_again(seed: int) -> None:
    world = World(seed)
    people = meeting(world, 3, apart=1.0)
    world.apart.add(frozenset({"Ben", "Cara"}))
    world.run(12)
    assert people[1].left == [("Cara", "vanished")]
    world.apart.clear()
    world.run(45)
    assert see_each_other(people)


@seeds
def test_the_meeting_outlives_the_rendezvous_and_newcomers_find_it_when_it_is_back(seed: int) -> None:
    world = World(seed)
    people = meeting(world, 4)
    world.stop_server()
    world.run(30)
    assert see_each_other(people)
    people[0].say("still here")
    world.run(1)
    assert people[3].chat == [("Ana", "still here", False)]
    world.start_server()
    world.run(5)
    assert see_each_other(people)
    for attendee in people:
        assert attendee.left == []
        assert len(attendee.notices) == 2
    people.append(world.person("Late").join())
    world.run(5)
    assert see_each_other(people)


@seeds
def test_a_rendezvous_that_is_restarted_while_people_join(seed: int) -> None:
    world = World(seed)
    people = [world.person("Ana", new=True).join()]
    world.run(1)
    people += [world.person(name).join() for name in NAMES[1:5]]
    world.run(0.1 * (seed + 1))
    world.stop_server()
    world.start_server()
    world.run(40)
    inside = [attendee for attendee in people if attendee.conversation.end is None]
    assert people[0] in inside
    assert see_each_other(inside)
    for attendee in people:
        assert attendee in inside or attendee.conversation.end is End.LOST


@seeds
def test_one_whose_way_to_the_rendezvous_breaks_stays(seed: int) -> None:
    world = World(seed)
    people = meeting(world, 4)
    world.cut(people[seed % 4], noticed_after=10.0)
    world.run(30)
    assert see_each_other(people)
    assert all(attendee.left == [] for attendee in people)


@seeds
def test_one_whose_whole_network_changes_comes_back(seed: int) -> None:
    world = World(seed)
    people = meeting(world, 3, apart=1.0)
    moving = people[seed % 3]
    for other in people:
        if other is not moving:
            world.apart.add(frozenset({other.name, moving.name}))
    world.cut(moving, noticed_after=12.0)
    world.run(7)
    world.apart.clear()
    world.run(60)
    assert see_each_other(people)
    assert all("claimed" not in text for attendee in people for text in attendee.notices)


@seeds
def test_the_last_ones_are_told_that_all_is_lost(seed: int) -> None:
    world = World(seed)
    people = meeting(world, 2)
    world.stop_server()
    world.run(1)
    people[0].leave()
    world.run(10)
    assert people[1].conversation.phase is Phase.RECOVERING
    world.run(10)
    assert people[1].conversation.end is End.LOST


@seeds
def test_the_hosts_servers_reach_everybody(seed: int) -> None:
    world = World(seed)
    people = [world.person("Ana", new=True, ice=(STUN,)).join()]
    world.run(1)
    people += [world.person(name).join() for name in NAMES[1:4]]
    world.run(5)
    assert see_each_other(people)
    assert people[0].ice_used == {STUN.url}
    for attendee in people[1:]:
        assert attendee.ice_used == {STUN.url}


@seeds
def test_people_come_and_go_for_a_long_time_and_nothing_piles_up(seed: int) -> None:
    world = World(seed, Limits(members=8))
    here = meeting(world, 3)
    for round_ in range(25):
        if len(here) < 8 and world.dice.random() < 0.6:
            here.append(world.person(f"Person {chr(65 + round_)}").join())
        elif len(here) > 2:
            gone = here.pop(world.dice.randrange(1, len(here)))
            if world.dice.random() < 0.5:
                gone.leave()
            else:
                gone.vanish()
                world.cut(gone)
        world.run(world.dice.uniform(0.2, 3.0))
        here = [attendee for attendee in here if attendee.conversation.end is not End.REFUSED]
    world.run(30)
    assert see_each_other(here)
    assert world.core is not None
    assert world.core.rooms == 1
    assert world.core.connections == len(here)
    for attendee in here:
        assert len(attendee.legs) == len(here) - 1
        assert len(attendee.conversation._lobby.contacts) == len(here) - 1
    for attendee in here:
        attendee.leave()
    world.run(2)
    assert (world.core.rooms, world.core.connections) == (0, 0)


def test_the_rendezvous_sees_no_name_no_word_no_description_no_address() -> None:
    world = World(1)
    people = [world.person("Anastasia Canary", new=True, ice=(STUN,)).join()]
    world.run(1)
    people += [world.person("Benedikt Canary").join(), world.person("Clara Canary").join()]
    world.run(5)
    people[0].say("a chat canary")
    people[1].say("a private canary", people[0].conversation._company.me)
    world.run(5)
    world.cut(people[2])
    world.run(5)
    for attendee in people:
        attendee.leave()
    world.run(2)
    assert people[1].chat == [("Anastasia Canary", "a chat canary", False)]
    assert len(world.recorded) > 20
    opened = [b64decode(json.loads(text)["blob"]) for text in world.recorded if "blob" in text]
    everything = "\n".join(world.recorded).encode() + b"".join(opened)
    pids = [attendee.conversation._company.me for attendee in people]
    for canary in ("anary", "203.0.113.7", "fingerprint", "v=0", "sdp", "alias", "stun", SECRET.hex(), *pids):
        assert canary.encode() not in everything
        assert canary.encode().hex().encode() not in everything
    assert SECRET not in everything
    assert KEYS.seal not in everything
    types = {json.loads(text)["type"] for text in world.recorded}
    assert types == {"join", "welcome", "enter", "leave", "to", "from", "bye"}
    sizes = {len(blob) for blob in opened}
    assert {(size - 28) % 512 for size in sizes} == {0}
