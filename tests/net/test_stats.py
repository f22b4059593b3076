"""What a person is told about a connection: counted on a real one over a wire that loses, and piece by piece."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.meter import Meter
from net.sdp import Description
from net.services.base import Encryption, Link, Participant, PeerId, Source
from net.stats import (
    LONGEST,
    SHORTEST,
    Arrivals,
    Look,
    PeerStats,
    Route,
    TrackStats,
    Window,
    described,
    share_lost,
    short,
)
from tests.net.lab import Lab, LossyWire, connect_over, make_end
from tests.waits import until


@dataclass
class Packet:
    sequence_number: int
    timestamp: int = 0
    payload: bytes = bytes(100)
    ssrc: int = 7


def track(stats: PeerStats, source: Source, *, sent: bool) -> TrackStats:
    (found,) = [one for one in stats.tracks if one.source is source and one.sent is sent]
    return found


def test_a_lossy_wire_is_told_as_it_is() -> None:
    """One of ten media packets towards b is lost; nothing else is."""
    lab = Lab()
    counts: dict[int, list[int]] = {}  # by source of a: carried, lost

    def loses(data: bytes) -> bool:
        count = counts.get(int.from_bytes(data[8:12])) if data[0] >= 128 and data[1] & 127 in (96, 97) else None
        if count is None:
            return False
        count[0] += 1
        lost = count[0] % 10 == 0
        count[1] += lost
        return lost

    async def main() -> tuple[PeerStats, PeerStats, Description]:
        wire = LossyWire(lab, loses)
        a, b = make_end(lab, "b"), make_end(lab, "a")
        try:
            offer = await connect_over(wire, a, b)
            counts.update({offer.voice_ssrc: [0, 0], offer.picture_ssrc: [0, 0]})
            a.peer.want_picture(True)
            await until(lambda: len(b.receives.pictures) > 3)
            first = await b.peer.stats()
            assert all(one.bit_rate is None for one in first.tracks)
            await a.peer.stats()
            for _ in range(3):
                await asyncio.sleep(1.5)
                sender, receiver = await a.peer.stats(), await b.peer.stats()
            return sender, receiver, offer
        finally:
            await a.peer.close()
            await b.peer.close()
            wire.close()

    sender, receiver, offer = lab.run(main())
    for source, kind, ssrc in (
        (Source.MICROPHONE, "audio", offer.voice_ssrc),
        (Source.CAMERA, "video", offer.picture_ssrc),
    ):
        heard, said = track(receiver, source, sent=False), track(sender, source, sent=True)
        carried, lost = counts[ssrc]
        assert heard.loss == pytest.approx(0.1, abs=0.06)
        assert heard.lost == pytest.approx(lost, abs=8)
        assert heard.packets == pytest.approx(carried - lost, abs=60)  # some came before the counting began
        assert said.packets == pytest.approx(carried, abs=60)
        assert said.loss is not None
        assert said.loss == pytest.approx(0.1, abs=0.08)
        assert receiver.packets_lost[kind] == heard.lost
        assert heard.jitter is not None
        assert heard.jitter < 0.1
        assert heard.bit_rate == pytest.approx(0.9 * (said.bit_rate or 0), rel=0.4)
    voice = track(receiver, Source.MICROPHONE, sent=False)
    assert (voice.codec, voice.width, voice.height, voice.frame_rate) == ("Opus", 0, 0, None)
    assert voice.bit_rate == pytest.approx(0.9 * 32000, rel=0.35)
    for picture in (track(receiver, Source.CAMERA, sent=False), track(sender, Source.CAMERA, sent=True)):
        assert (picture.codec, picture.width, picture.height) == ("VP8", 320, 180)
    assert 5 < (track(sender, Source.CAMERA, sent=True).frame_rate or 0) < 19
    assert 3 < (track(receiver, Source.CAMERA, sent=False).frame_rate or 0) < 19
    assert sender.round_trip is not None
    assert 0 <= sender.round_trip < 0.5
    assert receiver.route is not None
    assert (receiver.route.words, receiver.route.ours) == ("direct", "host")
    assert sender.our_key == receiver.their_key
    assert sender.their_key == receiver.our_key
    assert len(sender.our_key) == 95
    assert sender.our_key != sender.their_key
    assert sender.bytes_sent > 9000


# --- piece by piece --------------------------------------------------------------------------------------------------


def test_a_fingerprint_is_read_aloud_in_four_groups() -> None:
    assert short(":".join(f"{byte:02X}" for byte in range(0xA0, 0xC0))) == "A0A1 A2A3 A4A5 A6A7"
    assert short("") == ""


def test_a_relay_at_either_end_is_a_relay() -> None:
    assert [Route(*ends).words for ends in (("host", "srflx"), ("relay", "host"), ("prflx", "relay"))] == [
        "direct",
        "by a relay",
        "by a relay",
    ]


@given(st.integers(0, 65535), st.sets(st.integers(1, 400), max_size=100), st.randoms())
def test_what_is_missing_is_counted_over_the_wrap_and_whatever_the_order(
    first: int, missing: set[int], dice: Any
) -> None:
    arrivals = Arrivals(7, 48000)
    numbers = [number for number in range(402) if number not in missing]  # the first and the last come
    inner = numbers[1:-1]
    dice.shuffle(inner)
    for number in [numbers[0], *inner, numbers[-1]]:
        arrivals.add(Packet((first + number) % 65536), 0.0)
    arrivals.add(Packet(first, ssrc=8), 0.0)
    assert (arrivals.packets, arrivals.lost) == (402 - len(missing), len(missing))
    assert arrivals.bytes == 100 * arrivals.packets


def test_nothing_is_lost_before_anything_came() -> None:
    assert Arrivals(7, 48000).lost == 0


def test_jitter_is_that_of_the_rfc() -> None:
    arrivals = Arrivals(7, 48000)
    expected, before = 0.0, 0.0
    for number in range(200):
        late = 0.004 * (number % 3)
        arrivals.add(Packet(number, (2**32 - 48000 + 960 * number) % 2**32), 0.02 * number + late)
        if number:
            expected += (abs(late - before) - expected) / 16
        before = late
    assert arrivals.jitter == pytest.approx(expected)
    assert 0.003 < arrivals.jitter < 0.007


def test_the_packets_of_one_picture_are_no_jitter() -> None:
    arrivals = Arrivals(7, 90000)
    for number in range(100):
        arrivals.add(Packet(number, number // 10 * 6000), number // 10 / 15 + number % 10 * 0.001)
    assert arrivals.jitter == pytest.approx(0, abs=1e-6)


def look(seconds: float) -> Look:
    return Look(seconds, packets=int(50 * seconds), lost=int(5 * seconds), bytes=int(4000 * seconds), frames=0)


def test_rates_are_over_the_last_seconds_however_often_one_looks() -> None:
    often, rarely = Window(), Window()
    for tenth in range(1000):
        passed = often.take(look(tenth / 10))
        assert (passed is None) == (tenth < 10 * SHORTEST)
        assert passed is None or SHORTEST <= passed.seconds <= LONGEST
        assert passed is None or passed.bytes == pytest.approx(4000 * passed.seconds, abs=2)
    assert len(often._looks) <= LONGEST / SHORTEST + 2
    assert rarely.take(look(0)) is None
    assert rarely.take(look(LONGEST + 1)) is None  # what was before is too long ago
    assert rarely.take(look(LONGEST + 3)) == replace(look(2), seconds=2.0)


def test_the_share_lost_is_between_nothing_and_everything() -> None:
    assert share_lost(Look(1, 90, 10, 0, 0), sent=False) == pytest.approx(0.1)
    assert share_lost(Look(1, 100, 10, 0, 0), sent=True) == pytest.approx(0.1)
    assert share_lost(Look(1, 100, -3, 0, 0), sent=False) == 0  # some that were given up came after all
    assert share_lost(Look(1, 3, 10, 0, 0), sent=True) == 1
    assert share_lost(Look(1, 0, 0, 0, 0), sent=True) is None


@dataclass
class Report:
    """What the library reports, as far as it is read."""

    type: str
    kind: str = "video"
    packetsSent: int = 100
    bytesSent: int = 10_000
    bytesReceived: int = 0
    packetsLost: int = 0
    jitter: int = 0
    roundTripTime: float | None = None


@pytest.mark.parametrize(("claimed", "lost"), [(-(2**23), 0), (2**23 - 1, 100), (12, 12)])
def test_what_the_other_end_claims_is_bounded(claimed: int, lost: int) -> None:
    reports = [
        Report("outbound-rtp"),
        Report("remote-inbound-rtp", packetsLost=claimed, jitter=2**32 - 1, roundTripTime=-1.0),
        Report("transport"),
    ]
    stats = Meter().measure(reports, 0.0)
    (sent,) = stats.tracks
    assert sent.lost == lost
    assert sent.jitter is not None
    assert sent.jitter <= 2**31 / 90000
    assert stats.round_trip == 0


def test_a_track_that_carried_nothing_is_none() -> None:
    assert Meter().measure([Report("outbound-rtp", packetsSent=0)], 0.0).tracks == ()


def test_what_the_meeting_knows_is_added() -> None:
    stats = PeerStats(
        {},
        {},
        {},
        None,
        0,
        0,
        tuple(TrackStats(source, sent, "x") for source in (Source.MICROPHONE, Source.CAMERA) for sent in (False, True)),
    )
    level = Encryption.END_TO_END_VERIFIED
    sources = frozenset({Source.MICROPHONE, Source.SCREEN})
    who = Participant(PeerId("p"), "Ben", Link.HERE, sources=sources, encryption=dict.fromkeys(sources, level))
    told = described(stats, who, Source.CAMERA)
    assert [(one.source, one.sent) for one in told.tracks] == [
        (Source.MICROPHONE, False),
        (Source.MICROPHONE, True),
        (Source.SCREEN, False),
        (Source.CAMERA, True),
    ]
    assert told.verified
    assert {one.encryption for one in told.tracks} == {level}
    assert not described(stats, replace(who, sources=frozenset(), encryption={}), Source.SCREEN).verified
