"""Two real peers on loopback whose frames are sealed: what comes through, and what does not without the key."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from typing import Any

import aiortc.codecs
import aiortc.rtcrtpsender
import av
import numpy as np
import pytest

from net import guarded, sealed_streams, seams
from net.frame_cryptor import OVERHEAD, OWN, Codec, FrameOpener, FrameSealer, Openers
from net.moved import MovedError
from net.proofs import Proofs
from net.sealed_streams import open_with, seal
from privacy.facts import Fact
from tests.net.lab import End, Lab, LossyWire, Sends, connect, connect_over, losing, make_end
from tests.waits import still, until

KEY, OTHER = b"a" * 32, b"b" * 32
CODECS = {"audio": Codec.OPUS, "video": Codec.VP8}
RED, BLUE = (200, 30, 30), (30, 30, 200)


class Sealed:
    """What one end seals and opens with."""

    def __init__(self, end: End, key: bytes, opens: Callable[[Codec], Any]) -> None:
        self.end = end
        self.proofs = Proofs()
        self.sealers = {codec: FrameSealer(OWN, codec, key, secrets.token_bytes) for codec in Codec}
        self.openers = {codec: opens(codec) for codec in Codec}
        for transceiver in end.peer._pc.getTransceivers():
            codec = CODECS[transceiver.kind]
            seal(transceiver.sender, self.sealers[codec].seal, self.proofs.of(OWN, codec, key))
            self.open_with(codec, self.openers[codec])

    def open_with(self, codec: Codec, opener: FrameOpener | None) -> None:
        for transceiver in self.end.peer._pc.getTransceivers():
            if CODECS[transceiver.kind] is codec:
                open_with(transceiver.receiver, opener.open if opener is not None else None)

    @property
    def sources(self) -> list[int]:
        senders = [transceiver.sender for transceiver in self.end.peer._pc.getTransceivers()]
        return [ssrc for sender in senders for ssrc in (sender._ssrc, sender._rtx_ssrc)]


def key(of: bytes) -> Callable[[Codec], FrameOpener]:
    return lambda codec: FrameOpener(OWN, codec, of)


def no_key(codec: Codec) -> FrameOpener:
    return FrameOpener(OWN, codec)


def unopened(codec: Codec) -> None:
    return None


RIGHT_KEY = key(KEY)


def meeting(work: Any, opens: Callable[[Codec], Any] = RIGHT_KEY, before: Any = lambda a, b: None) -> Lab:
    """Ana, who sends 440 Hz and red sealed with KEY, and Ben, who opens by `opens`; both send and receive."""
    lab = Lab()

    async def main() -> None:
        a, b = make_end(lab, "b", Sends(440, RED)), make_end(lab, "a", Sends(660, BLUE))
        ana, ben = Sealed(a, KEY, key(KEY)), Sealed(b, KEY, opens)
        before(ana, ben)
        try:
            await connect(a, b)
            a.peer.want_picture(True)
            b.peer.want_picture(True)
            await work(ana, ben)
        finally:
            await a.peer.close()
            await b.peer.close()

    lab.run(main())
    return lab


def looks(end: End, rgb: Sequence[int]) -> bool:
    return all(abs(x - y) < 25 for x, y in zip(end.receives.rgb(), rgb, strict=True))


def has(end: End, voice: int = 60, pictures: int = 10) -> bool:
    return len(end.receives.voice) > voice and len(end.receives.pictures) > pictures


def got(end: End) -> tuple[int, int]:
    return len(end.receives.voice), len(end.receives.pictures)


def test_with_the_key_each_hears_the_others_tone_and_sees_the_others_colour() -> None:
    async def work(ana: Sealed, ben: Sealed) -> None:
        await until(lambda: has(ana.end) and has(ben.end))
        assert abs(ana.end.receives.hertz() - 660) < 15
        assert abs(ben.end.receives.hertz() - 440) < 15
        assert looks(ana.end, BLUE)
        assert looks(ben.end, RED)
        for one in (ana, ben):
            assert all(opener.opened > 0 == opener.shut for opener in one.openers.values())
            assert all(one.proofs.sealed(ssrc) for ssrc in one.sources)

    lab = meeting(work)
    lab.witness.flush()
    assert not [d for d in lab.told if d.fact is Fact.ACTIVITY], "voice packets are of several sizes"
    assert Fact.VOICE in {d.fact for d in lab.told}


def test_who_forwards_it_hears_noise_and_sees_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded, "looks_sealed", lambda frame: False)  # a recorder decodes whatever there is

    async def work(ana: Sealed, ben: Sealed) -> None:
        await until(lambda: len(ben.end.receives.voice) > 60)
        await asyncio.sleep(1)
        samples = np.concatenate([frame.to_ndarray().reshape(-1) for _, frame in ben.end.receives.voice[-45:]])
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
        tone = int(440 * len(samples) / 48000)
        assert spectrum[tone - 15 : tone + 15].sum() < 0.2 * spectrum.sum()
        assert not any(looks(ben.end, RED) for _ in ben.end.receives.pictures[-1:])
        assert all(ana.proofs.sealed(ssrc) for ssrc in ana.sources)

    meeting(work, unopened)


def test_who_joined_without_a_key_hears_no_noise_of_those_with_one() -> None:
    async def work(ana: Sealed, ben: Sealed) -> None:
        await until(lambda: has(ana.end, 100, 20))
        assert got(ben.end) == (0, 0)

    meeting(work, unopened)


@pytest.mark.parametrize("opens", [key(OTHER), no_key], ids=["wrong key", "no key"])
def test_without_the_key_nothing_is_decoded(opens: Callable[[Codec], FrameOpener]) -> None:
    async def work(ana: Sealed, ben: Sealed) -> None:
        await until(lambda: has(ana.end))
        await until(lambda: all(opener.shut > 20 for opener in ben.openers.values()))
        assert got(ben.end) == (0, 0)
        assert all(opener.opened == 0 for opener in ben.openers.values())

    meeting(work, opens)


def test_what_comes_unsealed_is_not_decoded_where_it_should_be_sealed() -> None:
    lab = Lab()

    async def main() -> None:
        a, b = make_end(lab, "b"), make_end(lab, "a")
        ben = Sealed(b, KEY, key(KEY))
        try:
            await connect(a, b)
            a.peer.want_picture(True)
            await until(lambda: all(opener.shut > 20 for opener in ben.openers.values()))
            assert got(b) == (0, 0)
        finally:
            await a.peer.close()
            await b.peer.close()

    lab.run(main())


def test_whoever_is_given_the_key_late_sees_soon_since_a_key_frame_is_asked_for() -> None:
    async def work(ana: Sealed, ben: Sealed) -> None:
        await until(lambda: ben.openers[Codec.VP8].shut > 15)  # the first whole picture is long gone
        for opener in ben.openers.values():
            opener.use(KEY)
        await until(lambda: has(ben.end))
        assert looks(ben.end, RED)

    meeting(work, no_key)


def test_when_another_person_is_on_the_section_only_their_key_opens() -> None:
    async def work(ana: Sealed, ben: Sealed) -> None:
        await until(lambda: has(ben.end, 20, 5))
        for sealer in ana.sealers.values():
            sealer.use(OTHER)  # the server now puts somebody else's frames there
        await still(lambda: got(ben.end))
        before = got(ben.end)
        for codec in Codec:
            ben.open_with(codec, FrameOpener(OWN, codec, OTHER))
        await until(lambda: has(ben.end, before[0] + 20, before[1] + 5))
        assert looks(ben.end, RED)
        assert not any(ana.proofs.sealed(ssrc) for ssrc in ana.sources), "it is not sealed with what it should be"

    meeting(work)


def test_what_is_forwarded_a_second_time_is_not_heard_or_seen_again() -> None:
    recorded: dict[Codec, list[bytes]] = {codec: [] for codec in Codec}
    again = False

    def replaying(codec: Codec, sealer: FrameSealer) -> Callable[[bytes], bytes]:
        played: list[bytes] = []

        def forward(frame: bytes) -> bytes:
            if again:
                played.append(b"")
                return recorded[codec][len(played) % len(recorded[codec])]
            recorded[codec].append(sealer.seal(frame))
            return recorded[codec][-1]

        return forward

    def before(ana: Sealed, ben: Sealed) -> None:
        for transceiver in ana.end.peer._pc.getTransceivers():
            codec = CODECS[transceiver.kind]
            proof = ana.proofs.of(OWN, codec, KEY)
            seal(transceiver.sender, replaying(codec, ana.sealers[codec]), proof)

    async def work(ana: Sealed, ben: Sealed) -> None:
        nonlocal again
        await until(lambda: has(ben.end, 20, 5))
        again = True
        await still(lambda: got(ben.end))
        before = got(ben.end)
        shut = [opener.shut for opener in ben.openers.values()]
        await until(lambda: all(opener.shut > was for opener, was in zip(ben.openers.values(), shut, strict=True)))
        assert got(ben.end) == before

    meeting(work, before=before)


def test_a_receiver_made_anew_takes_no_replay_either() -> None:
    openers = Openers(OWN)
    sealer = FrameSealer(OWN, Codec.OPUS, KEY, secrets.token_bytes)
    recorded = [sealer.seal(b"voice") for _ in range(3)]
    assert [openers.of(KEY, Codec.OPUS).open(frame) for frame in recorded] == [b"voice"] * 3
    fresh = openers.of(KEY, Codec.OPUS)
    assert fresh.opened == 3


def test_a_cryptor_that_fails_sends_nothing() -> None:
    def before(ana: Sealed, ben: Sealed) -> None:
        for sealer in ana.sealers.values():
            sealer._count = 2**48

    async def work(ana: Sealed, ben: Sealed) -> None:
        await until(lambda: has(ana.end))
        assert got(ben.end) == (0, 0)
        assert all(opener.shut == 0 for opener in ben.openers.values())

    lab = meeting(work, before=before)
    lab.witness.flush()


def test_whoever_seals_nothing_has_no_proof() -> None:
    def before(ana: Sealed, ben: Sealed) -> None:
        for transceiver in ana.end.peer._pc.getTransceivers():
            proof = ana.proofs.of(OWN, CODECS[transceiver.kind], KEY)
            seal(transceiver.sender, lambda frame: frame, proof)

    async def work(ana: Sealed, ben: Sealed) -> None:
        await until(lambda: has(ben.end, 20, 5))
        assert not any(ana.proofs.sealed(ssrc) for ssrc in ana.sources)
        assert all(ben.proofs.sealed(ssrc) for ssrc in ben.sources)

    meeting(work, unopened, before)


@pytest.mark.parametrize("percent", [2, 10])
def test_sealed_sound_and_pictures_outlive_a_lossy_wire(percent: int) -> None:
    lab = Lab()

    async def main() -> None:
        wire = LossyWire(lab, losing(percent))
        a, b = make_end(lab, "b"), make_end(lab, "a")
        ana, ben = Sealed(a, KEY, key(KEY)), Sealed(b, KEY, key(KEY))
        try:
            await connect_over(wire, a, b)
            a.peer.want_picture(True)
            await until(lambda: has(b, 0, 3))
            before, sent_before = got(b), a.sends.sent()
            await asyncio.sleep(4)
            sent = tuple(now - was for now, was in zip(a.sends.sent(), sent_before, strict=True))
            voice, pictures = (now - was for now, was in zip(got(b), before, strict=True))
        finally:
            await a.peer.close()
            await b.peer.close()
            wire.close()
        assert wire.lost > 0
        assert voice > sent[0] * (1 - percent / 100) * 0.8
        assert pictures > sent[1] * 0.4
        assert all(ana.proofs.sealed(ssrc) for ssrc in ana.sources)
        assert ben.openers[Codec.OPUS].shut == 0

    lab.run(main())


def test_a_voice_packet_grows_by_the_same_number_of_bytes_whatever_is_in_it() -> None:
    sealer = FrameSealer(OWN, Codec.OPUS, KEY, secrets.token_bytes)
    assert {len(sealer.seal(secrets.token_bytes(80))) for _ in range(200)} == {80 + OVERHEAD}


def test_a_receiver_whose_buffer_moved_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = Lab()

    async def main() -> None:
        end = make_end(lab, "a")
        receiver = end.peer._pc.getTransceivers()[0].receiver
        setattr(receiver, "_RTCRtpReceiver__jitter_buffer", object())  # noqa: B010  # a name that may not be written
        with pytest.raises(MovedError, match="cannot be used safely"):
            open_with(receiver, None)
        await end.peer.close()

    lab.run(main())


def encoder(name: str) -> Any:
    """The library's encoder of a codec, for a sender whose frames are to be sealed."""
    seams.install()
    codec = next(c for kind in ("audio", "video") for c in aiortc.codecs.CODECS[kind] if c.mimeType == name)
    sealer = FrameSealer(OWN, Codec.OPUS, KEY, secrets.token_bytes)
    token = sealed_streams._asked_by.set(sealed_streams._Sealing(sealer.seal, lambda ssrcs, frame: None))
    try:
        return getattr(aiortc.rtcrtpsender, "get_encoder")(codec)  # noqa: B009  # not exported, so replaced by name
    finally:
        sealed_streams._asked_by.reset(token)


async def test_voice_that_the_library_encodes_is_sealed_as_well() -> None:
    opus, opener = encoder("audio/opus"), FrameOpener(OWN, Codec.OPUS, KEY)
    opened = []
    for n in range(20):
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 960), np.int16), format="s16", layout="mono")
        frame.sample_rate, frame.pts = 48000, 960 * n
        payloads, _ = opus.encode(frame)
        opened += [opener.open(payload) for payload in payloads]
    assert len(opened) > 10
    assert all(opened)


async def test_of_what_cannot_be_sealed_nothing_is_sent() -> None:
    picture = await Sends().picture().next()
    for name, frame in (("video/H264", picture), ("audio/PCMU", None), ("audio/G722", None)):
        assert encoder(name).encode(frame, True) == ([], 0)
        assert encoder(name).pack(av.Packet(b"anything")) == ([], 0)
