"""All connections to a server of one meeting: what they report, and of which nothing is told any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from net.errors import MeetingError, Unreachable
from net.ice import Servers
from net.sdp import AddressMode
from net.services.base import PeerId, Source
from net.services.janus.actions import MIXED, Offer, Way, WayEvent
from net.sfu import Publisher
from net.sfu_ways import Ways
from tests.net.lab import Lab, Sends
from tests.net.sfu_lab import LOOPBACK, PICTURE, VOICE, Hears, around, as_a_server_says, port
from tests.waits import still, until

EVERYTHING = frozenset({Source.MICROPHONE, Source.CAMERA})
ANA = PeerId("ana")


@dataclass
class Owner:
    """What was reported."""

    log: list[tuple[Any, ...]] = field(default_factory=list)
    sdp: dict[Way, list[str]] = field(default_factory=dict)
    sections: list[str] = field(default_factory=list)

    def described(self, way: Way, sdp: str) -> None:
        self.sdp.setdefault(way, []).append(sdp)

    def happened(self, way: Way, event: WayEvent, detail: str = "") -> None:
        self.log.append((way, event, detail))

    def said(self, way: Way, label: str, data: str | bytes) -> None:
        self.log.append((way, label, data))

    def alive(self, mid: str) -> None:
        self.sections.append(mid)

    def hopeless(self, error: MeetingError) -> None:
        self.log.append(("hopeless", error))

    async def offer(self, way: Way, count: int = 1) -> str:
        """The newest description of ours."""
        await until(lambda: len(self.sdp.get(way, ())) == count)
        return self.sdp[way][-1]

    async def until(self, way: Way, event: WayEvent) -> str:
        """Why it happened."""
        await until(lambda: any(entry[:2] == (way, event) for entry in self.log))
        return next(str(entry[2]) for entry in self.log if entry[:2] == (way, event))


class Side:
    """One side of a meeting, with all its connections."""

    def __init__(self, lab: Lab, mode: AddressMode = AddressMode.LOOPBACK) -> None:
        self.owner, self.hears = Owner(), Hears()
        here = around(lab, Sends(), self.hears, mode=mode, addresses=())
        self.ways = Ways(self.owner, here, Servers(lab.guard, mode), ())
        self.ways.reached((LOOPBACK,), LOOPBACK)

    def port(self, way: Way) -> int:
        end = self.ways._end(way)
        assert isinstance(end, Publisher)
        return port(end)


def run(work: Callable[[Lab, Side, Side], Any], mode: AddressMode = AddressMode.LOOPBACK) -> tuple[Side, Side]:
    """Two sides, and their end."""
    lab = Lab()
    sides: list[Side] = []

    async def main() -> None:
        sides.extend([Side(lab, mode), Side(lab, mode)])
        try:
            await work(lab, *sides)
        finally:
            await sides[1].ways.close_all()
            await sides[0].ways.close_all()

    lab.run(main())
    return sides[0], sides[1]


async def joined(one: Side, other: Side) -> None:
    """What one sends, the other receives."""
    one.ways.offer(Offer(Way.SEND, EVERYTHING))
    offer = await one.owner.offer(Way.SEND)
    other.ways.answer(Way.RECEIVE, as_a_server_says(offer, one.port(Way.SEND)))
    one.ways.accept(Way.SEND, await other.owner.offer(Way.RECEIVE))
    await one.owner.until(Way.SEND, WayEvent.CHANNEL)
    await other.owner.until(Way.RECEIVE, WayEvent.CHANNEL)


def test_what_is_sent_is_received_and_told_in_order() -> None:
    async def work(lab: Lab, one: Side, other: Side) -> None:
        one.ways.show(True)  # before there is anything that could be sent
        other.ways.route([VOICE, PICTURE])
        await joined(one, other)
        assert [entry[1] for entry in one.owner.log] == [WayEvent.UP, WayEvent.CHANNEL]
        await until(lambda: other.hears.voice("ana") > 20 and other.hears.pictures("ana") > 2)
        assert one.ways.send(Way.SEND, "good day")
        await until(lambda: (Way.RECEIVE, "JanusDataChannel", "good day") in other.owner.log)
        assert not one.ways.send(Way.TEXT, "nobody is there")
        stats = await other.ways.stats(ANA)
        assert stats is not None
        assert {one.sent for one in stats.tracks} == {False}
        assert await other.ways.stats(PeerId("ben")) is None
        one.ways.show(False)
        other.ways.route([VOICE])
        await still(lambda: other.hears.pictures("ana"))
        assert set(other.owner.sections) == {"0", "1"}

    run(work)


def test_of_what_was_closed_nothing_is_told() -> None:
    async def work(lab: Lab, one: Side, other: Side) -> None:
        await joined(one, other)
        other.ways.close(Way.RECEIVE)
        other.ways.close(Way.RECEIVE)
        one.ways.close(Way.SEND)
        before = [*one.owner.log], [*other.owner.log]
        await one.ways.close_all()
        await asyncio.sleep(0.2)
        assert (one.owner.log, other.owner.log) == before
        assert not one.ways.send(Way.SEND, "more")

    run(work)


def test_a_new_offer_takes_the_place_of_the_old_connection() -> None:
    async def work(lab: Lab, one: Side, other: Side) -> None:
        await joined(one, other)
        one.ways.offer(Offer(Way.SEND, frozenset({Source.MICROPHONE})))
        again = await one.owner.offer(Way.SEND, 2)
        assert "m=video" not in again
        other.ways.close(Way.RECEIVE)
        other.ways.answer(Way.RECEIVE, as_a_server_says(again, one.port(Way.SEND)))
        one.ways.accept(Way.SEND, await other.owner.offer(Way.RECEIVE, 2))
        await until(lambda: [entry[1] for entry in one.owner.log].count(WayEvent.CHANNEL) == 2)
        assert not [entry for entry in one.owner.log if entry[1] is WayEvent.FAILED]

    run(work)


def test_what_is_refused_is_named() -> None:
    async def work(lab: Lab, one: Side, other: Side) -> None:
        one.ways.offer(Offer(Way.SEND, EVERYTHING))
        offer = (await one.owner.offer(Way.SEND)).replace("VP8/90000", "VP9/90000").replace("opus/", "speex/")
        other.ways.answer(Way.RECEIVE, as_a_server_says(offer, one.port(Way.SEND)))
        one.ways.accept(Way.SEND, await other.owner.offer(Way.RECEIVE))
        await one.owner.until(Way.SEND, WayEvent.CHANNEL)
        told = [event for _, event, _ in one.owner.log]
        assert sorted(told[:2]) == [WayEvent.NO_PICTURE, WayEvent.NO_VOICE]
        assert WayEvent.FAILED not in told

    run(work)


def test_an_address_that_comes_before_the_offer_waits_for_it() -> None:
    async def work(lab: Lab, one: Side, other: Side) -> None:
        one.ways.offer(Offer(Way.SEND, EVERYTHING))
        offer = as_a_server_says(await one.owner.offer(Way.SEND), None, complete=False)
        there = f"candidate:1 1 udp 1 {LOOPBACK} {one.port(Way.SEND)} typ host"
        other.ways.candidate(Way.RECEIVE, "candidate:1 1 tcp 1 192.0.2.1 9 typ host")
        for _ in range(20):  # no end of them is kept
            other.ways.candidate(Way.RECEIVE, there)
        other.ways.answer(Way.RECEIVE, offer)
        one.ways.accept(Way.SEND, await other.owner.offer(Way.RECEIVE))
        await other.owner.until(Way.RECEIVE, WayEvent.UP)
        other.ways.candidate(Way.RECEIVE, there)  # and one that comes too late

    run(work)


def test_what_the_server_says_out_of_place_is_a_failure_in_words() -> None:
    async def work(lab: Lab, one: Side, other: Side) -> None:
        one.ways.accept(Way.SEND, "nothing was offered, so nothing happens")
        one.ways.answer(Way.RECEIVE, "no description")
        assert "has 0 sections" in await one.owner.until(Way.RECEIVE, WayEvent.FAILED)
        one.ways.accept(Way.RECEIVE, "no answer is wanted here")
        await until(lambda: len(one.owner.log) == 2)
        assert "nobody offered" in one.owner.log[1][2]
        one.ways.offer(Offer(Way.SEND, EVERYTHING))
        offer = await one.owner.offer(Way.SEND)
        one.ways.answer(Way.SEND, offer)
        assert "offers where we send" in await one.owner.until(Way.SEND, WayEvent.FAILED)

    run(work)


def test_without_a_relay_where_only_one_may_be_used_there_is_no_hope() -> None:
    async def work(lab: Lab, one: Side, other: Side) -> None:
        one.ways.offer(Offer(Way.SEND, EVERYTHING))
        assert "Only a relay may be used" in await one.owner.until(Way.SEND, WayEvent.FAILED)
        assert [type(entry[1]) for entry in one.owner.log if entry[0] == "hopeless"] == [Unreachable]

    run(work, AddressMode.RELAY)


def test_closing_while_it_is_negotiated_leaves_nothing_behind() -> None:
    async def work(lab: Lab, one: Side, other: Side) -> None:
        for _ in range(3):
            one.ways.offer(Offer(Way.SEND, EVERYTHING))
            one.ways.accept(Way.SEND, "too early")
        one.ways.answer(Way.TEXT, "no description")
        one.ways.close(Way.TEXT)
        one.ways.close(Way.SEND)

    one, _ = run(work)
    assert one.owner.log == []


def test_a_mixed_room_counts_everybodys_sound() -> None:
    async def work(lab: Lab, one: Side, other: Side) -> None:
        for side in (one, other):
            side.ways.offer(Offer(Way.BRIDGE, EVERYTHING))
        first, second = await one.owner.offer(Way.BRIDGE), await other.owner.offer(Way.BRIDGE)
        second = second.replace("a=setup:actpass", "a=setup:active")
        first = first.replace("a=setup:actpass", "a=setup:passive")
        one.ways.accept(Way.BRIDGE, as_a_server_says(second, other.port(Way.BRIDGE)))
        other.ways.accept(Way.BRIDGE, as_a_server_says(first, one.port(Way.BRIDGE)))
        await until(lambda: one.hears.voice(MIXED) > 5)
        stats = await one.ways.stats(PeerId("anybody"))
        assert stats is not None
        assert {(track.source, track.sent) for track in stats.tracks} == {
            (Source.MICROPHONE, False),
            (Source.MICROPHONE, True),
        }

    run(work)
