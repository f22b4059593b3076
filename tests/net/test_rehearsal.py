"""What is shown beforehand is what is told, no less and no more; and what was not shown stops the meeting."""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from net import mesh_facts
from net.errors import PrivacyStop
from net.foretelling import STRAIGHT
from net.intention import Intention, Preview, own_address, own_addresses
from net.mesh_told import MeshTold
from net.rehearsal import rehearse, switched_on
from net.rendezvous import serve
from net.sdp import AddressMode
from net.services.base import ChatReceived, Level, Source
from net.services.mesh.ice import IceServer
from net.services.mesh.link import MeshLink
from net.services.mesh.wire import Hello, write
from net.tellings import BEHIND_NAT, GIVEN, GREETS_BY_TLS, user_name
from privacy.facts import Audience, Fact
from privacy.policy import Policy, Telling
from tests.net.lab import Lab
from tests.net.test_mesh_room import Attendee, fresh_link
from tests.waits import until

OPEN = {Fact.ROOM, Fact.CONNECTION, Fact.CONTACT, Fact.MICROPHONE, Fact.CAMERA}
"""Facts whose values are drawn anew each time, or depend on devices or on who comes: the fact and the audience can be
foreseen."""


PLAIN = Intention(
    MeshLink("127.0.0.1", 1, tls=False, secret=bytes(16)),
    "one",
    hosting=False,
    ice=(),
    mode=AddressMode.LOOPBACK,
    microphone=False,
    camera=False,
    own="127.0.0.1",
)


def intends(link: MeshLink, alias: str, **other: Any) -> Intention:
    return replace(PLAIN, link=link, alias=alias, **other)


def comparable(tellings: Any) -> set[tuple[Fact, str, Audience]]:
    return {(fact, "" if fact in OPEN else value, audience) for fact, value, audience in tellings}


def happened(lab: Lab) -> set[tuple[Fact, str, Audience]]:
    return comparable((d.fact, d.value, d.audience) for d in lab.told)


async def meet(lab: Lab, previews: list[Preview]) -> None:
    """Two people meet, each held to a preview; the first one's is kept."""
    async with serve("127.0.0.1", 0) as (_, port):
        link = fresh_link(port)
        own = intends(link, "one", hosting=True, microphone=True, camera=True)
        previews.append(await rehearse(own))
        while_there = {one for one in comparable(previews[0].tellings) if one[0] is not Fact.PRESENCE}
        a = Attendee(lab, link, "one", 0, new=True, policy=Policy(previews[0].tellings))
        await a.join()
        other = Lab()
        b = Attendee(other, link, "two", 1, guard=lab.guard)  # its own ledger; one guard answers for the process
        await b.join()
        await until(lambda: bool(a.names() and b.names()))
        await a.room.publish(Source.MICROPHONE, True)
        await a.room.publish(Source.CAMERA, True)
        for person in (a, b):
            for pid in person.room.participants:
                await person.room.want(pid, Source.CAMERA, Level.FULL)

        def received() -> bool:
            return any(len(r.voice) > 5 and len(r.pictures) > 5 for r in b.receives.values())

        await until(received)
        with contextlib.suppress(TimeoutError):  # what is missing is named below
            await until(lambda: while_there <= happened(lab), 20)
        await asyncio.sleep(1)  # for what nobody foresaw
        await a.room.leave()
        await b.room.leave()


def test_the_preview_is_what_is_told() -> None:
    lab = Lab()
    previews: list[Preview] = []
    lab.run(meet(lab, previews))
    told = happened(lab)
    foreseen = comparable(previews[0].tellings)
    assert told - foreseen == set()
    assert foreseen - told == set()


def test_another_name_than_the_preview_showed_is_never_sent() -> None:
    lab = Lab()

    async def main() -> None:
        async with serve("127.0.0.1", 0) as (_, port):
            link = fresh_link(port)
            shown = await rehearse(intends(link, "shown alias", hosting=True))
            a = await Attendee(lab, link, "other alias", 0, new=True, policy=Policy(shown.tellings)).join()
            guest = Attendee(lab, link, "two", 1)
            await guest.join()
            with pytest.raises(PrivacyStop, match="another display name"):
                await asyncio.wait_for(a.reader, 20)
            assert not guest.names()
            await guest.room.leave()

    lab.run(main())
    assert not [d for d in lab.told if d.value == "other alias"]


def test_a_voice_that_was_not_switched_on_does_not_leave_the_process() -> None:
    lab = Lab()

    async def main() -> None:
        async with serve("127.0.0.1", 0) as (_, port):
            link = fresh_link(port)
            shown = await rehearse(intends(link, "one", hosting=True))
            a = await Attendee(lab, link, "one", 0, new=True, policy=Policy(shown.tellings)).join()
            guest = Attendee(lab, link, "two", 1)
            await guest.join()
            with pytest.raises(PrivacyStop, match="not switched on: voice"):
                await asyncio.wait_for(a.reader, 20)
            assert not guest.receives
            await guest.room.leave()

    lab.run(main())


def test_chat_is_allowed_by_the_act_of_sending_it() -> None:
    lab = Lab()

    async def main() -> None:
        async with serve("127.0.0.1", 0) as (_, port):
            link = fresh_link(port)
            own = intends(link, "one", hosting=True, microphone=True, camera=True)
            shown = await rehearse(own)
            assert Fact.CHAT not in {fact for fact, _, _ in shown.tellings}
            a = await Attendee(lab, link, "one", 0, new=True, policy=Policy(shown.tellings)).join()
            b = await Attendee(lab, link, "two", 1).join()
            await until(lambda: bool(a.names() and b.names()))
            await a.room.say("good day")
            await until(lambda: any(isinstance(event, ChatReceived) for event in b.log))
            await a.room.leave()
            await b.room.leave()

    lab.run(main())


def test_a_rehearsal_sends_nothing_and_contacts_nobody() -> None:
    lab = Lab()

    async def main() -> None:
        ice = (IceServer("stun:198.51.100.7:3478"), IceServer("turn:198.51.100.8:3478", "reed", "secret"))
        for hosting in (True, False):
            for mode in AddressMode:
                link = MeshLink("198.51.100.9", 7843, tls=True, secret=bytes(16))
                found = await rehearse(intends(link, "one", hosting=hosting, ice=ice, mode=mode))
                assert found.for_audience(Audience.OPERATOR)
                relayed = found.for_audience(Audience.RELAY)
                assert bool(relayed) == (mode is not AddressMode.LOOPBACK)
                assert not any("secret" in value for _, value in relayed)

    lab.run(main())
    lab.witness.flush()
    snapshot = lab.ledger.snapshot(0)
    assert not snapshot.traffic
    assert not snapshot.refused
    assert not snapshot.entries


def test_a_name_is_not_looked_up_to_say_which_address_reaches_it() -> None:
    lab = Lab()

    async def main() -> str:
        assert own_address(PLAIN.link, lab.guard) == "127.0.0.1"
        return own_address(MeshLink("meet.example.org", 443, tls=True, secret=bytes(16)), lab.guard)

    assert lab.run(main()) == "the address of this machine that reaches meet.example.org"
    assert not lab.ledger.snapshot(0).refused


def test_a_screen_that_is_shown_from_the_beginning_is_foretold() -> None:
    lab = Lab()

    async def main() -> None:
        async with serve("127.0.0.1", 0) as (_, port):
            link = fresh_link(port)
            shown = await rehearse(intends(link, "one", hosting=True, screen=True))
            assert (Fact.SCREEN, "on", Audience.PARTICIPANTS) in shown.tellings
            assert (Fact.CAMERA, "off", Audience.PARTICIPANTS) in shown.tellings
            assert (Fact.PICTURE, "your picture", Audience.PARTICIPANTS) in shown.tellings
            a = await Attendee(lab, link, "one", 0, new=True, policy=Policy(shown.tellings)).join()
            await a.room.publish(Source.SCREEN, True)
            await a.room.leave()

    lab.run(main())


def test_switching_the_screen_on_says_what_follows() -> None:
    followed = set(switched_on(Fact.SCREEN, PLAIN))
    assert followed == {*switched_on(Fact.PICTURE, PLAIN), (Fact.SCREEN, "on", Audience.PARTICIPANTS)}


def test_switching_on_says_what_follows() -> None:
    followed = set(switched_on(Fact.PICTURE, PLAIN))
    assert (Fact.PICTURE, "your picture", Audience.PARTICIPANTS) in followed
    assert {audience for fact, _, audience in followed if fact is Fact.PICTURE} == {
        Audience.PARTICIPANTS,
        Audience.NETWORK,
    }


def foretold(**other: Any) -> set[tuple[Fact, str, Audience]]:
    link = MeshLink("192.168.7.2", 7843, tls=True, secret=bytes(16))
    found = intends(link, "one", **{"mode": AddressMode.LOCAL, "own": "192.168.7.3", **other})
    preview: Preview = Lab().run(rehearse(found))
    assert len(preview.contacts) == len(set(preview.contacts))
    return set(preview.tellings)


RELAY = IceServer("turn:198.51.100.8:3478", "reed", "secret")


def test_whoever_joins_is_shown_what_a_relay_learns_that_the_meeting_names() -> None:
    for told in (foretold(), foretold(ice=(RELAY,)), foretold(hosting=True)):
        assert (Fact.CREDENTIAL, user_name(GIVEN), Audience.RELAY) in told
        assert (Fact.SOFTWARE, GREETS_BY_TLS, Audience.RELAY) in told
    named = foretold(hosting=True, ice=(RELAY,))
    assert {value for fact, value, _ in named if fact is Fact.CREDENTIAL} >= {user_name("reed")}
    assert (Fact.CREDENTIAL, user_name(GIVEN), Audience.RELAY) not in named


def test_whoever_may_hand_on_the_servers_of_others_is_shown_that_they_do() -> None:
    """Those who were there name them to whoever comes later."""
    handed_on = {(fact, value, Audience.PARTICIPANTS) for fact, value in mesh_facts.UNKNOWN}
    for told in (foretold(), foretold(hosting=True), foretold(relay=(RELAY,), mode=AddressMode.RELAY)):
        assert handed_on <= told
    for told in (foretold(ice=(RELAY,)), foretold(mode=AddressMode.LOOPBACK)):
        assert not handed_on & told


def test_what_others_named_may_be_handed_on_and_nothing_else() -> None:
    lab = Lab()
    policy = Policy(foretold())
    told = MeshTold(fresh_link(1), AddressMode.LOCAL, lab.witness, policy)
    named, other = ([(*one, Audience.PARTICIPANTS) for one in server_facts(who)] for who in ("reed", "wren"))
    assert policy.objection(named)
    told.hands_on((RELAY,))
    assert not policy.objection(named)
    assert "another credential" in policy.objection(other)


def server_facts(user: str) -> list[tuple[Fact, str]]:
    hello = Hello("a" * 16, "one", (replace(RELAY, username=user),))
    told = mesh_facts.to_participant(write(hello))
    return [(fact, value) for fact, value in told if fact in (Fact.SERVER, Fact.CREDENTIAL)]


def test_of_ones_own_relay_no_participant_is_told() -> None:
    told = foretold(relay=(RELAY,), mode=AddressMode.RELAY)
    assert (Fact.CREDENTIAL, user_name("reed"), Audience.RELAY) in told
    assert (Fact.CREDENTIAL, user_name(GIVEN), Audience.RELAY) not in told
    participants = [value for _, value, audience in told if audience is Audience.PARTICIPANTS]
    assert not [value for value in participants if "reed" in value or "192.168.7.3" in value or RELAY.host in value]


def test_by_a_relay_the_rendezvous_is_shown_to_be_reached_straight_unless_it_is_here() -> None:
    link = MeshLink("192.168.7.2", 7843, tls=True, secret=bytes(16))
    for mode in AddressMode:
        for hosting in (False, True):
            for own in ("192.168.7.3", link.host):
                found = intends(link, "one", mode=mode, hosting=hosting, own=own, ice=(RELAY,))
                server, *others = Lab().run(rehearse(found)).contacts
                is_said = mode is AddressMode.RELAY and not (hosting and own == link.host)
                assert (server.destination, server.reason.endswith(STRAIGHT)) == (found.server, is_said)
                assert bool([one for one in others if one.audience is Audience.PARTICIPANTS]) is (
                    mode is not AddressMode.RELAY
                )


def test_participants_on_both_sides_of_a_nat_are_foreseen() -> None:
    told = foretold(hosting=True)
    seen = {value for fact, value, audience in told if (fact, audience) == (Fact.ADDRESS, Audience.PARTICIPANTS)}
    assert {"192.168.7.3", BEHIND_NAT} <= seen


def test_a_relay_is_shown_the_address_that_reaches_it() -> None:
    lab = Lab()

    async def main() -> dict[str, str]:
        here = IceServer("turn:127.0.0.1:3478", "reed", "secret")
        return own_addresses((here, IceServer("turn:relay.example.org:3478", "reed", "secret")), lab.guard)

    assert lab.run(main()) == {"127.0.0.1": "127.0.0.1"}
    told = foretold(hosting=True, ice=(RELAY,), own_to={RELAY.host: "10.8.0.2"})
    assert (Fact.ADDRESS, "10.8.0.2", Audience.NETWORK) in told
    assert {value for fact, value, to in told if (fact, to) == (Fact.ADDRESS, Audience.RELAY)} == {BEHIND_NAT}


def test_a_meeting_by_a_name_goes_on_as_it_was_shown_in_words() -> None:
    """The address is known only when the name is looked up; what the words stood for may be told then."""
    lab = Lab()

    async def main() -> None:
        async with serve("127.0.0.1", 0) as (_, port):
            link = MeshLink("localhost", port, tls=False, secret=fresh_link(port).secret)
            own = intends(link, "one", hosting=True, microphone=True, camera=True, own=own_address(link, lab.guard))
            shown = await rehearse(own)
            assert not [value for fact, value, _ in shown.tellings if fact is Fact.ADDRESS and value == "127.0.0.1"]
            a = await Attendee(lab, link, "one", 0, new=True, policy=Policy(shown.tellings)).join()
            b = await Attendee(Lab(), link, "two", 1, guard=lab.guard).join()
            await until(lambda: bool(a.names() and b.names()))
            await until(lambda: any(len(r.voice) > 5 for r in b.receives.values()))
            await b.room.leave()
            await a.room.leave()
            await a.reader

    lab.run(main())


def test_each_way_is_asked_about_once_and_again_when_it_tells_something_else() -> None:
    lab = Lab()
    asked: list[set[Fact]] = []
    breaches: list[str] = []

    class Listening(Policy):
        def objection(self, tellings: Iterable[Telling], *, exactly: bool = False) -> str:
            tellings = list(tellings)
            asked.append({fact for fact, _, _ in tellings})
            return super().objection(tellings, exactly=exactly)

    here, there = ("127.0.0.1", 4000), ("127.0.0.1", 4001)
    lab.guard.allow(*there, "a test", Audience.PARTICIPANTS)

    def media(kind: int, size: int, extension: int = 0x10) -> bytes:
        head = struct.pack("!BBHIIHH4B", 0x90, kind, 1, 2, 3, 0xBEDE, 1, extension, 0x30, 0, 0)
        return head + bytes(size)

    async def main() -> Preview:
        return await rehearse(replace(PLAIN, microphone=True, camera=True))

    policy = Listening(lab.run(main()).tellings)
    lab.witness.hold_to(policy, breaches.append)
    for _ in range(3):
        assert lab.witness.admit(media(96, 80), here, there)
    assert len(asked) == 1
    for size in (100, 200, 300):
        assert lab.witness.admit(media(97, size), here, there)
    assert len(asked) == 3
    assert Fact.MOTION in asked[-1]
    assert not breaches
    assert lab.witness.admit(media(96, 81), here, there) is None
    assert "when you speak" in breaches[-1]
    assert lab.witness.admit(media(97, 300, extension=0x20), here, there) is None
    assert "how loud you speak" in breaches[-1]
    assert lab.witness.admit(media(96, 80), here, there)
    again: list[str] = []
    lab.witness.hold_to(Policy(), again.append)
    assert lab.witness.admit(media(96, 80), here, there) is None
    assert again == ["It would have sent what was not switched on: voice is live."]
    lab.witness.flush()
    assert {traffic.packets for traffic in lab.ledger.snapshot(0).traffic} == {7}


async def test_which_names_are_looked_up_is_foreseen() -> None:
    named = IceServer("turn:relay.example.org:3478?transport=udp", "reed", "password")
    away = replace(PLAIN, mode=AddressMode.LOCAL, hosting=True, ice=(named,), own="203.0.113.30")
    for host, names in (("198.51.100.10", set()), ("meet.example.org", {"meet.example.org"})):
        told = (await rehearse(replace(away, link=MeshLink(host, 1, False, bytes(16))))).tellings
        found = {(value, audience) for fact, value, audience in told if fact is Fact.LOOKUP}
        assert found == {(name, Audience.NETWORK) for name in {*names, "relay.example.org"}}
