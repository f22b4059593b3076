"""Two real peers on loopback: what they carry, what they refuse, and what the ledger says of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from net.sdp import AddressMode, BadDescription
from privacy.facts import Audience, Fact
from tests.net.lab import End, Lab, LossyWire, Sends, connect, connect_over, losing, make_end
from tests.waits import still, until


async def together(lab: Lab, work: Any, **sends: Sends) -> Any:
    """Two connected ends, `work(a, b)`, and a clean end of both."""
    a, b = make_end(lab, "b", sends.get("a")), make_end(lab, "a", sends.get("b"))
    try:
        await connect(a, b)
        a.peer.want_picture(True)
        b.peer.want_picture(True)
        return await work(a, b)
    finally:
        await a.peer.close()
        await b.peer.close()


def test_each_hears_the_others_tone_and_sees_the_others_colour() -> None:
    lab = Lab()

    async def work(a: End, b: End) -> None:
        await until(lambda: all(len(e.receives.voice) > 60 and len(e.receives.pictures) > 10 for e in (a, b)))
        assert abs(a.receives.hertz() - 660) < 15
        assert abs(b.receives.hertz() - 440) < 15
        assert all(abs(x - y) < 25 for x, y in zip(a.receives.rgb(), (30, 30, 200), strict=True))
        assert all(abs(x - y) < 25 for x, y in zip(b.receives.rgb(), (200, 30, 30), strict=True))

    lab.run(together(lab, work, a=Sends(440, (200, 30, 30)), b=Sends(660, (30, 30, 200))))


def test_the_ledger_names_voice_and_picture_and_every_voice_packet_has_one_size() -> None:
    lab = Lab()

    async def work(a: End, b: End) -> None:
        await until(lambda: len(a.receives.voice) > 30 and len(a.receives.pictures) > 5)
        lab.witness.flush()

    lab.run(together(lab, work))
    facts = {(d.fact, d.audience) for d in lab.told}
    for fact in (Fact.VOICE, Fact.PICTURE, Fact.ADDRESS, Fact.KEYS):
        assert (fact, Audience.PARTICIPANTS) in facts
        assert (fact, Audience.NETWORK) in facts
    assert not [d for d in lab.told if d.fact in (Fact.ACTIVITY, Fact.LOUDNESS)]
    held = {w.what for w in lab.ledger.snapshot(0).withheld}
    assert {str(Fact.ACTIVITY), str(Fact.LOUDNESS)} <= held


def test_no_picture_leaves_until_it_is_wanted() -> None:
    lab = Lab()

    async def main() -> None:
        a, b = make_end(lab, "b"), make_end(lab, "a")
        await connect(a, b)
        await until(lambda: len(b.receives.voice) > 30)
        assert not b.receives.pictures
        a.peer.want_picture(True)
        await until(lambda: len(b.receives.pictures) > 3)
        a.peer.want_picture(False)
        await still(lambda: len(b.receives.pictures))
        await a.peer.close()
        await b.peer.close()

    lab.run(main())


def test_an_impostor_is_refused_and_named_as_one() -> None:
    lab = Lab()

    async def main() -> list[tuple[str, ...]]:
        a, b = make_end(lab, "b"), make_end(lab, "a")
        offer = await a.peer.offer()
        answer = await b.peer.answer(str(offer))
        forged = replace(answer, fingerprint="AA:" * 31 + "AA")
        await a.peer.accept(str(forged))
        await a.events.until("impostor")
        assert not a.peer.send("anything")
        await a.peer.close()
        await b.peer.close()
        return a.events.log

    assert ("impostor", "b") in lab.run(main())


def test_messages_arrive_and_closing_is_told() -> None:
    lab = Lab()

    async def work(a: End, b: End) -> None:
        assert a.peer.send("good day")
        await b.events.until("said")
        assert ("said", "a", "good day") in b.events.log
        await a.peer.close(0.3)
        await b.events.until("failed")
        assert not a.peer.send("more")

    lab.run(together(lab, work))


def test_what_comes_before_the_channel_is_open_here_is_not_lost_and_not_unbounded() -> None:
    lab = Lab()

    async def main() -> None:
        a, b = make_end(lab, "b"), make_end(lab, "a")
        try:
            assert b.peer.keys == ""
            for number in range(20):
                b.peer._said(f"early {number}")
            assert b.events.log == []
            await connect(a, b)
            await b.events.until("said")
            assert a.peer.keys == b.peer.keys
            assert len(set(a.peer.keys.split())) == 2
            assert b.events.log[0] == ("connected", "a")
            assert b.events.log[1:9] == [("said", "a", f"early {number}") for number in range(8)]
            assert not any("early 8" in entry for entry in b.events.log)
        finally:
            await a.peer.close()
            await b.peer.close()

    lab.run(main())


def test_hostile_candidates_are_never_sent_a_packet() -> None:
    lab = Lab()
    forbidden = ["169.254.169.254", "224.0.0.251", "0.0.0.0", "127.0.0.1", "255.255.255.255"]

    async def main() -> None:
        a, b = make_end(lab, "b"), make_end(lab, "a", mode=AddressMode.LOCAL)
        offer = await a.peer.offer()
        lines = [f"a=candidate:{n} 1 udp 1 {host} 8080 typ host" for n, host in enumerate(forbidden)]
        lines += [f"a=candidate:s{port} 1 udp 1 192.0.2.1 {port} typ host" for port in range(1, 400)]
        lines += ["a=candidate:m 1 udp 1 victim-1234.local 5000 typ host"]
        hostile = str(offer).replace("a=end-of-candidates", "\r\n".join([*lines, "a=end-of-candidates"]), 1)
        await b.peer.answer(hostile)
        await asyncio.sleep(1)
        await a.peer.close()
        await b.peer.close()

    lab.run(main())
    lab.witness.flush()
    reached = {traffic.destination for traffic in lab.ledger.snapshot(0).traffic}
    assert not reached


def test_an_unreadable_description_is_one_sentence() -> None:
    lab = Lab()

    async def main() -> None:
        b = make_end(lab, "a")
        with pytest.raises(BadDescription, match="does not name the audio sources"):
            await b.peer.answer("v=0\r\n")
        await b.peer.close()

    lab.run(main())


@pytest.mark.parametrize("percent", [2, 10])
def test_sound_and_pictures_outlive_a_lossy_wire(percent: int) -> None:
    lab = Lab()

    async def main() -> None:
        wire = LossyWire(lab, losing(percent))
        a, b = make_end(lab, "b"), make_end(lab, "a")
        try:
            await connect_over(wire, a, b)
            a.peer.want_picture(True)
            await until(lambda: len(b.receives.pictures) > 3)
            begin, sent_before = (len(b.receives.pictures), len(b.receives.voice)), a.sends.sent()
            await asyncio.sleep(6)
            pictures, voice = len(b.receives.pictures) - begin[0], len(b.receives.voice) - begin[1]
            sent = tuple(now - was for now, was in zip(a.sends.sent(), sent_before, strict=True))
        finally:
            await a.peer.close()
            await b.peer.close()
            wire.close()
        assert wire.lost > 0
        assert voice > sent[0] * (1 - percent / 100) * 0.8, f"{voice} of {sent[0]} voice frames"
        assert pictures > sent[1] * 0.4, f"{pictures} of {sent[1]} pictures"
        gaps = [
            later[0] - earlier[0] for earlier, later in zip(b.receives.pictures, b.receives.pictures[1:], strict=False)
        ]
        assert max(gaps) < 3

    lab.run(main())


def test_a_muted_track_sends_nothing_at_all() -> None:
    lab = Lab()

    class Silent(Sends):
        def voice(self) -> Any:
            tone = super().voice()

            async def never() -> Any:
                await asyncio.Event().wait()

            tone.next = never  # type: ignore[method-assign]  # a stream that never yields is what muted means
            return tone

    async def work(a: End, b: End) -> None:
        await asyncio.sleep(1)
        lab.witness.flush()

    lab.run(together(lab, work, a=Silent(), b=Silent()))
    assert not [d for d in lab.told if d.fact is Fact.VOICE]
