"""What is published to a forwarding server and received from it: two of our own ends on loopback."""

from __future__ import annotations

import asyncio
import threading
from dataclasses import replace

import pytest

from net import sfu_wire
from net.errors import Unreachable
from net.proofs import Proofs
from net.sdp import AddressMode, BadDescription
from net.services.base import PeerId, Source
from net.services.janus.actions import MIXED
from net.sfu import Publisher, TextWay
from net.sfu_listen import SETTLE
from net.sfu_sdp import Described, Kind, candidate
from net.sfu_seals import Seals
from net.sfu_wire import MAX_CHANNELS, MAX_SENT, Wire
from privacy.facts import Audience, Fact
from tests.net.lab import Lab, Sends
from tests.net.sfu_lab import LOOPBACK, PICTURE, VOICE, Events, Hears, Pair, around, as_a_server_says, between, port
from tests.waits import still, until

ANA, BEN = PeerId("ana"), PeerId("ben")


def decoders() -> int:
    """Threads that decode."""
    return sum(thread.name.endswith("-decoder") for thread in threading.enumerate())


# what goes through


def test_sound_pictures_and_words_go_through() -> None:
    lab = Lab()

    async def work(pair: Pair) -> None:
        await until(lambda: pair.hears.voice("ana") > 50 and pair.hears.pictures("ana") > 5)
        assert abs(pair.hears.people["ana"].hertz() - 440) < 15
        assert all(abs(x - y) < 25 for x, y in zip(pair.hears.people["ana"].rgb(), (200, 30, 30), strict=True))
        assert pair.ana.wire.send("good day")
        assert pair.ana.wire.send(b"\x00\xff")
        await until(lambda: len([entry for entry in pair.ben_says.log if entry[0] == "said"]) == 2)
        assert [entry[1:] for entry in pair.ben_says.log if entry[0] == "said"] == [
            ("JanusDataChannel", "good day"),
            ("JanusDataChannel", b"\x00\xff"),
        ]
        assert set(pair.alive) == {"0", "1"}

    pair = between(lab, work)
    assert pair.hears.left == ["ana"]
    assert not any(entry[0] == "failed" for entry in pair.ben_says.log)


def test_the_counters_of_a_person() -> None:
    lab = Lab()

    async def work(pair: Pair) -> None:
        await until(lambda: pair.hears.voice("ana") > 30 and pair.hears.pictures("ana") > 5)
        await until(lambda: pair.ben.wire.round_trip is not None)
        stats = pair.ben.stats(ANA)
        assert stats is not None
        assert pair.ben.stats(BEN) is None
        assert stats.packets_received["audio"] > 30
        assert stats.packets_lost == {"audio": 0, "video": 0}
        assert stats.round_trip is not None
        assert 0 < stats.round_trip < 0.5
        assert {(one.source, one.codec, one.sent) for one in stats.tracks} == {
            (Source.MICROPHONE, "Opus", False),
            (Source.CAMERA, "VP8", False),
        }
        assert {(one.width, one.height) for one in stats.tracks} == {(0, 0), (320, 180)}
        assert stats.route is not None
        assert not stats.route.relayed
        assert (stats.our_key, stats.their_key) == pair.ana.wire.keys[::-1]
        sent = await pair.ana.tracks()
        assert {(one.source, one.sent) for one in sent} == {(Source.MICROPHONE, True), (Source.CAMERA, True)}

    between(lab, work)


def test_no_picture_leaves_until_it_is_wanted_and_the_operator_learns_the_rest() -> None:
    lab = Lab()

    async def work(pair: Pair) -> None:
        await until(lambda: pair.hears.pictures("ana") > 2)
        pair.ana.want_picture(False)
        await still(lambda: pair.hears.pictures("ana"))
        lab.witness.flush()

    lab.witness.forwarded(None)
    between(lab, work)
    assert {Audience.OPERATOR} <= {told.audience for told in lab.told if told.fact is Fact.VOICE}
    assert not [told for told in lab.told if told.fact in (Fact.ACTIVITY, Fact.LOUDNESS)]
    assert all(allowed.audience is Audience.OPERATOR for _, _, allowed in lab.guard.allowed)


# whose it is


def test_what_is_routed_to_nobody_is_not_even_decoded() -> None:
    lab = Lab()

    async def work(pair: Pair) -> None:
        await until(lambda: pair.hears.voice("ana") > 5)
        pair.ben.route([])
        assert pair.hears.left == ["ana"]
        await still(lambda: pair.hears.voice("ana"))
        await until(lambda: decoders() == 0)

    between(lab, work)


def test_another_person_on_a_section_gets_nothing_of_the_one_before() -> None:
    """The packets go on without a break; what came before the change, and just after it, is nobody's."""
    lab = Lab()

    async def work(pair: Pair) -> None:
        await until(lambda: pair.hears.voice("ana") > 5 and pair.hears.pictures("ana") > 2)
        changed = asyncio.get_running_loop().time()
        pair.ben.route([replace(VOICE, pid=BEN), replace(PICTURE, pid=BEN)])
        before = pair.hears.voice("ana"), pair.hears.pictures("ana")
        await until(lambda: pair.hears.voice("ben") > 5 and pair.hears.pictures("ben") > 2)
        assert (pair.hears.voice("ana"), pair.hears.pictures("ana")) == before
        assert pair.hears.left == ["ana"]
        ben = pair.hears.people["ben"]
        assert min(ben.voice[0][0], ben.pictures[0][0]) >= changed + SETTLE
        assert decoders() == 2

    between(lab, work)


def test_the_same_person_goes_on_without_a_gap() -> None:
    lab = Lab()

    async def work(pair: Pair) -> None:
        await until(lambda: pair.hears.voice("ana") > 5 and pair.hears.pictures("ana") > 2)
        running = {thread.ident for thread in threading.enumerate() if thread.name.endswith("-decoder")}
        pair.ben.route([PICTURE, VOICE])
        again = await pair.ben.answer(pair.offer)
        assert " 2 IN IP4 0.0.0.0" in again  # the second version of the same session
        assert running == {thread.ident for thread in threading.enumerate() if thread.name.endswith("-decoder")}
        assert pair.hears.left == []

    between(lab, work)


def test_a_section_that_stops_or_is_of_another_kind_is_left() -> None:
    lab = Lab()

    async def work(pair: Pair) -> None:
        await until(lambda: pair.hears.voice("ana") > 5 and pair.hears.pictures("ana") > 2)
        await pair.ben.answer(pair.offer.replace("a=sendonly", "a=inactive", 1))
        await still(lambda: pair.hears.voice("ana"))
        before = pair.hears.voice("ana"), pair.hears.pictures("ana")
        await until(lambda: pair.hears.pictures("ana") > before[1] + 5)
        assert pair.hears.voice("ana") == before[0]
        await pair.ben.answer(pair.offer.replace("VP8/90000", "VP9/90000"))
        await until(lambda: pair.hears.voice("ana") > before[0])
        assert decoders() == 1
        assert pair.hears.left == []

    between(lab, work)


# sealed


def test_sealed_frames_open_with_the_key_alone() -> None:
    lab = Lab()
    key = b"k" * 32
    proofs = Proofs()

    async def work(pair: Pair) -> None:
        await asyncio.sleep(0.5)
        assert pair.hears.people == {}  # routed as if it came unsealed: noise is not decoded into pictures or sound
        pair.ben.route([replace(VOICE, key=b"x" * 32), replace(PICTURE, key=b"x" * 32)])
        await asyncio.sleep(0.5)
        assert pair.hears.people == {}
        pair.ben.route([replace(VOICE, key=key), replace(PICTURE, key=key)])
        await until(lambda: pair.hears.voice("ana") > 50 and pair.hears.pictures("ana") > 2)
        assert abs(pair.hears.people["ana"].hertz() - 440) < 15
        voice = Described.parse(pair.offer).sections[0].source
        assert voice is not None
        assert proofs.sealed(voice)

    async def main() -> None:
        pair = Pair(lab, key=key, seals=Seals(proofs))
        try:
            await pair.connect([replace(VOICE, key=b"y" * 32), replace(PICTURE, key=b"y" * 32)])
            await work(pair)
        finally:
            await pair.close()

    lab.run(main())


def test_what_cannot_be_sealed_is_not_received_where_frames_are() -> None:
    lab = Lab()

    async def main() -> None:
        pair = Pair(lab)
        try:
            offer = as_a_server_says((await pair.ana.offer()).replace("VP8/90000", "H264/90000"), port(pair.ana))
            pair.ben.route([replace(PICTURE, key=b"k" * 32)])
            await pair.ben.answer(offer)
            assert decoders() == 0
            pair.ben.route([PICTURE])
            await until(lambda: decoders() == 1)
        finally:
            await pair.close()

    lab.run(main())


# connecting


def test_a_refused_picture_leaves_the_rest() -> None:
    lab = Lab()

    async def main() -> None:
        pair = Pair(lab)
        try:
            pair.ben.route([VOICE, PICTURE])
            offer = as_a_server_says((await pair.ana.offer()).replace("VP8/90000", "VP9/90000"), port(pair.ana))
            assert pair.ana.accept(await pair.ben.answer(offer)) == {Kind.PICTURE}
            await pair.ben_says.until("channel")
            await until(lambda: pair.hears.voice("ana") > 10)
            assert {one.source for one in await pair.ana.tracks()} == {Source.MICROPHONE}
        finally:
            await pair.close()

    lab.run(main())


def test_refused_sound_leaves_words() -> None:
    lab = Lab()

    async def main() -> None:
        pair = Pair(lab, picture=False)
        try:
            offer = as_a_server_says((await pair.ana.offer()).replace("opus/48000/2", "PCMU/8000"), port(pair.ana))
            assert pair.ana.accept(await pair.ben.answer(offer)) == {Kind.VOICE}
            await pair.ana_says.until("channel")
            assert await pair.ana.tracks() == ()
        finally:
            await pair.close()

    lab.run(main())


def test_an_address_may_come_later() -> None:
    lab = Lab()

    async def main() -> None:
        pair = Pair(lab)
        try:
            offer = as_a_server_says(await pair.ana.offer(), None, complete=False)
            pair.ana.accept(await pair.ben.answer(offer))
            await asyncio.sleep(0.2)
            assert pair.ben_says.log == []
            for text in (
                "candidate:1 1 udp 1 10.0.0.1 5000 typ host",
                f"candidate:1 1 udp 1 {LOOPBACK} {port(pair.ana)} typ host",
            ):
                if (found := candidate(text)) is not None:
                    await pair.ben.wire.add(found)
            await pair.ben_says.until("channel")
            assert not any(host == "10.0.0.1" for host, _, _ in lab.guard.allowed)
        finally:
            await pair.close()

    lab.run(main())


def test_a_server_without_any_address_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab()
    monkeypatch.setattr(sfu_wire, "CONNECT_WITHIN", 0.3)

    async def main() -> None:
        pair = Pair(lab)
        try:
            await pair.ben.answer(as_a_server_says(await pair.ana.offer(), None, complete=False))
            assert await pair.ben_says.until("failed") == (
                "failed",
                "where the server receives media could not be reached",
            )
        finally:
            await pair.close()

    lab.run(main())


def test_whoever_has_another_key_is_not_the_server() -> None:
    lab = Lab()

    async def main() -> None:
        pair = Pair(lab)
        try:
            offer = as_a_server_says(await pair.ana.offer(), port(pair.ana))
            key = Described.parse(offer).transport.fingerprint
            pair.ana.accept(await pair.ben.answer(offer.replace(key, "AA:" * 31 + "AA")))
            told = await pair.ben_says.until("failed")
            assert told == ("failed", "whoever answered is not the server whose key was announced")
        finally:
            await pair.close()

    lab.run(main())


def test_a_server_that_falls_silent_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab()
    monkeypatch.setattr(sfu_wire, "LOOK_EVERY", 0.05)
    monkeypatch.setattr(sfu_wire, "QUIET", 0.2)
    monkeypatch.setattr(sfu_wire, "SILENCE", 1.0)

    async def work(pair: Pair) -> None:
        await until(lambda: pair.hears.voice("ana") > 5)
        pair.ana._voice.stop()
        pair.ana.want_picture(False)
        await asyncio.sleep(1.5)
        assert not any(entry[0] == "failed" for entry in pair.ben_says.log)  # it still answers when it is asked
        for protocol in pair.ana.wire._ice._connection._protocols:
            protocol.transport.close()
        assert await pair.ben_says.until("failed") == ("failed", "nothing came from the server for 1 seconds")
        assert len([entry for entry in pair.ben_says.log if entry[0] == "failed"]) == 1

    between(lab, work)


def test_a_connection_that_is_begun_anew_needs_another_one() -> None:
    lab = Lab()

    async def work(pair: Pair) -> None:
        other = pair.offer.replace(Described.parse(pair.offer).transport.ufrag, "Othr")
        with pytest.raises(BadDescription, match="began the connection anew"):
            await pair.ben.answer(other)
        with pytest.raises(BadDescription, match="twice"):
            pair.ana.accept(await pair.ben.answer(pair.offer))

    between(lab, work)


def test_where_nothing_but_a_relay_may_be_used_and_there_is_none_nothing_is_offered() -> None:
    lab = Lab()

    async def main() -> None:
        for mode, why in ((AddressMode.RELAY, "no relay answered"), (AddressMode.LOCAL, "no address of ours")):
            end = Publisher(around(lab, mode=mode, addresses=()), (), Events(), picture=False)
            with pytest.raises(Unreachable, match=why):
                await end.offer()
            with pytest.raises(BadDescription, match="nobody offered"):
                end.accept("")
            await end.close()

    lab.run(main())


def test_closing_is_told_once_and_nothing_leaves_after() -> None:
    lab = Lab()

    async def work(pair: Pair) -> None:
        assert pair.ana.wire.send("last words")
        await pair.ana.close(0.3)
        assert await pair.ben_says.until("failed") == ("failed", "the server closed the connection")
        assert ("said", "JanusDataChannel", "last words") in pair.ben_says.log
        assert not pair.ana.wire.send("more")
        await pair.ana.close()
        pair.ben.route([replace(VOICE, pid=BEN)])  # too late: nobody begins to listen
        assert decoders() == 0

    between(lab, work)


# words


def test_messages_have_bounds() -> None:
    lab = Lab()

    async def work(pair: Pair) -> None:
        assert not pair.ana.wire.send("ü" * (MAX_SENT // 2 + 1))
        assert pair.ana.wire.send("ü" * (MAX_SENT // 2))
        await pair.ben_says.until("said")
        held = 0
        while pair.ana.wire.send("x" * MAX_SENT):
            held += 1
        assert held < 10
        channel = pair.ana.wire._channel
        assert channel is not None
        before = len(pair.ben_says.log)
        pair.ben.wire._said("other", "x" * 65537)
        assert len(pair.ben_says.log) == before

    between(lab, work)


def test_a_server_opens_no_end_of_channels() -> None:
    lab = Lab()

    class Channel:
        def __init__(self, label: str) -> None:
            self.label, self.closed = label, False
            self.listeners: dict[str, list[object]] = {}

        def on(self, name: str, listener: object) -> None:
            self.listeners.setdefault(name, []).append(listener)

        def close(self) -> None:
            self.closed = True

    async def main() -> None:
        wire = Wire(around(lab), (), Events())
        channels = [Channel(str(number)) for number in range(MAX_CHANNELS + 1)]
        for channel in channels:
            wire._opened(channel)  # type: ignore[arg-type]  # has all that is used of the library's
        assert [channel.closed for channel in channels] == [False] * MAX_CHANNELS + [True]
        long = Channel("x" * 65)
        wire._one_less()
        wire._opened(long)  # type: ignore[arg-type]  # as above
        assert long.closed
        await wire.close()

    lab.run(main())


def test_a_room_for_text_is_a_data_channel_alone() -> None:
    lab = Lab()

    async def main() -> None:
        heard, said = Events(), Events()
        server = Wire(around(lab), (), heard)
        guest = TextWay(around(lab), (), said)
        try:
            own = await server.gather(offers=True)
            (there,) = server._gatherer.getLocalCandidates()
            lines = ["v=0", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel", *own.lines("data"), "a=sctp-port:5000"]
            answer = await guest.answer(as_a_server_says("\r\n".join([*lines, ""]), there.port))
            assert "m=audio" not in answer
            server.open_channel()
            server.connect(own, Described.parse(answer).transport)
            await said.until("channel")
            await heard.until("channel")
            assert guest.wire.send('{"textroom":"join"}')
            assert (await heard.until("said"))[2] == '{"textroom":"join"}'
        finally:
            await guest.close(0.1)
            await server.close()

    lab.run(main())


# everybody mixed


def test_a_mixed_room_sends_our_voice_and_gives_everybodys() -> None:
    lab = Lab()

    async def main() -> None:
        ours, theirs, hears = Events(), Events(), Hears()
        ana = Publisher(around(lab, Sends(440), hears), (), ours, picture=False, mixed=True)
        other = Publisher(around(lab, Sends(660)), (), theirs, picture=False, mixed=True)
        try:
            offer = await ana.offer()
            assert "a=sendrecv" in offer
            assert "m=application" not in offer
            back = (await other.offer()).replace("a=setup:actpass", "a=setup:active")
            assert ana.accept(as_a_server_says(back, port(other))) == frozenset()
            other.accept(as_a_server_says(offer.replace("a=setup:actpass", "a=setup:passive"), port(ana)))
            await until(lambda: hears.voice(MIXED) > 50)
            assert abs(hears.people[MIXED].hertz() - 660) < 15
        finally:
            await ana.close()
            await other.close()
        assert hears.left == [MIXED]

    lab.run(main())
