"""What is shown beforehand is what is told, no less and no more; and what was not shown stops the meeting."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from net.errors import PrivacyStop
from net.rehearsal import Intention, Preview, own_address, rehearse, switched_on
from net.rendezvous import serve
from net.sdp import AddressMode
from net.services.base import ChatReceived, Level, Source
from net.services.mesh.ice import IceServer
from net.services.mesh.link import MeshLink
from privacy.facts import Audience, Fact
from privacy.policy import Policy
from tests.net.lab import Lab
from tests.net.test_mesh_room import Attendee, fresh_link, until

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


async def meet(lab: Lab, previews: list[Preview]) -> None:
    """Two people meet, each held to a preview; the first one's is kept."""
    async with serve("127.0.0.1", 0) as (_, port):
        link = fresh_link(port)
        own = intends(link, "one", hosting=True, microphone=True, camera=True)
        previews.append(await rehearse(own))
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
        await asyncio.sleep(2.5)
        await a.room.leave()
        await b.room.leave()


def test_the_preview_is_what_is_told() -> None:
    lab = Lab()
    previews: list[Preview] = []
    lab.run(meet(lab, previews))
    told = comparable((d.fact, d.value, d.audience) for d in lab.told)
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
