"""Whole mesh meetings in one process: a real rendezvous, real peers, real media."""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Any

import pytest

from net.errors import Refused, Unreachable
from net.guard import Guard
from net.means import Means
from net.mesh import MeshRoom
from net.rendezvous import serve
from net.sdp import AddressMode
from net.services.base import ChatReceived, Encryption, Level, Link, Notice, ParticipantLeft, Phase, Source
from net.services.mesh.link import MeshLink
from net.tasks import spawn
from privacy.facts import Audience, Fact
from privacy.persona import named
from privacy.policy import Policy
from tests.net.lab import Lab, Receives, Sends
from tests.waits import until

COLOURS = ((200, 30, 30), (30, 200, 30), (30, 30, 200), (200, 200, 30))


class Attendee:
    """One room, what it sends and receives, and the events so far."""

    def __init__(
        self,
        lab: Lab,
        link: MeshLink,
        alias: str,
        number: int,
        new: bool = False,
        policy: Policy | None = None,
        guard: Guard | None = None,
    ) -> None:
        self.receives: dict[str, Receives] = {}
        self.log: list[Any] = []
        self.sends = Sends(440.0 + 220 * number, COLOURS[number % 4])
        self.room = MeshRoom(
            link,
            named(alias, secrets.token_bytes(64)),
            Means(
                outgoing=self.sends,
                incoming=self,
                witness=lab.witness,
                guard=guard or lab.guard,
                clock=time.monotonic,
                addresses=AddressMode.LOOPBACK,
                policy=policy,
            ),
            new=new,
        )

    def heard(self, peer: str, frame: Any) -> None:
        self.receives.setdefault(peer, Receives()).heard(peer, frame)

    def seen(self, peer: str, frame: Any) -> None:
        self.receives.setdefault(peer, Receives()).seen(peer, frame)

    def gone(self, peer: str) -> None:
        pass

    async def join(self) -> Attendee:
        await self.room.join()
        self.reader = spawn(self._read(), "attendee")
        return self

    async def _read(self) -> None:
        async for event in self.room.events():
            self.log.append(event)

    def names(self) -> set[str]:
        return {p.name for p in self.room.participants.values() if p.link is Link.HERE}


def fresh_link(port: int) -> MeshLink:
    return MeshLink("127.0.0.1", port, tls=False, secret=secrets.token_bytes(16))


def test_four_people_hear_see_and_write_to_each_other() -> None:
    lab = Lab()

    async def main() -> None:
        async with serve("127.0.0.1", 0) as (_, port):
            link = fresh_link(port)
            first = await Attendee(lab, link, "one", 0, new=True).join()
            others = await asyncio.gather(*(Attendee(lab, link, f"number {n}", n).join() for n in (1, 2, 3)))
            people = [first, *others]
            await until(lambda: all(len(p.names()) == 3 for p in people))
            assert first.names() == {"number 1", "number 2", "number 3"}
            assert first.room.encryption is Encryption.END_TO_END
            keys = [key for p in people for key in p.room.keys]
            assert len(keys) == len(set(keys)) >= 12  # each has another key for each of the others
            for p in people:
                await p.room.publish(Source.MICROPHONE, True)
                await p.room.publish(Source.CAMERA, True)
                for pid in p.room.participants:
                    await p.room.want(pid, Source.CAMERA, Level.FULL)
            await until(
                lambda: all(
                    len(p.receives) == 3 and all(len(r.voice) > 60 and len(r.pictures) > 3 for r in p.receives.values())
                    for p in people
                ),
                60,
            )
            tones = sorted(round(r.hertz() / 220) for r in first.receives.values())
            assert tones == [3, 4, 5]
            await others[0].room.say("good day, everyone")
            await until(lambda: all(any(isinstance(e, ChatReceived) for e in p.log) for p in (first, *others[1:])))
            await others[0].room.leave()
            await until(lambda: all(len(p.names()) == 2 for p in (first, *others[1:])))
            # it is told a moment after it is so
            await until(lambda: any(isinstance(e, ParticipantLeft) and e.reason == "left" for e in first.log))
            for p in (first, *others[1:]):
                await p.room.leave()
            assert first.room.phase is Phase.ENDED

    lab.run(main())
    told = {(d.fact, d.audience) for d in lab.told}
    assert (Fact.NAME, Audience.PARTICIPANTS) in told
    assert (Fact.CHAT, Audience.PARTICIPANTS) in told
    for audience in (Audience.OPERATOR, Audience.NETWORK):
        assert (Fact.NAME, audience) not in told
        assert (Fact.CHAT, audience) not in told


def test_a_meeting_goes_on_without_its_rendezvous_and_takes_people_in_when_it_is_back() -> None:
    lab = Lab()

    async def main() -> None:
        async with serve("127.0.0.1", 0) as (_, port):
            link = fresh_link(port)
            a = await Attendee(lab, link, "one", 0, new=True).join()
            b = await Attendee(lab, link, "two", 1).join()
            await until(lambda: bool(a.names() and b.names()))
        await until(lambda: any(isinstance(e, Notice) and "gone" in e.text for e in a.log))
        await a.room.say("still here?")
        await until(lambda: any(isinstance(e, ChatReceived) for e in b.log))
        assert a.room.phase is Phase.LIVE
        async with serve("127.0.0.1", port):
            await until(lambda: all(any(isinstance(e, Notice) and "back" in e.text for e in p.log) for p in (a, b)))
            c = await Attendee(lab, link, "three", 2).join()
            await until(lambda: c.names() == {"one", "two"} and a.names() == {"two", "three"})
            for p in (a, b, c):
                await p.room.leave()

    lab.run(main())


def test_a_wrong_secret_finds_no_meeting_and_nobody_at_all_is_said_so() -> None:
    lab = Lab()

    async def main() -> None:
        async with serve("127.0.0.1", 0) as (_, port):
            a = await Attendee(lab, fresh_link(port), "one", 0, new=True).join()
            with pytest.raises(Refused, match="no meeting under this link"):
                await Attendee(lab, fresh_link(port), "two", 1).join()
            await a.room.leave()
        with pytest.raises(Unreachable, match="There is nobody at"):
            await Attendee(lab, fresh_link(port), "two", 1).join()

    lab.run(main())


def test_the_ninth_is_refused_with_a_sentence() -> None:
    lab = Lab()

    async def main() -> None:
        async with serve("127.0.0.1", 0) as (_, port):
            link = fresh_link(port)
            people = [await Attendee(lab, link, "number 0", 0, new=True).join()]
            people += [await Attendee(lab, link, f"number {n}", n).join() for n in range(1, 8)]
            with pytest.raises(Refused, match="full"):
                await Attendee(lab, link, "ninth", 8).join()
            for p in people:
                await p.room.leave()

    lab.run(main())
