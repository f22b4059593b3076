from __future__ import annotations

import hashlib
import hmac
import random
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from net import frame_cryptor
from net.frame_cryptor import (
    FAILING,
    JITSI,
    LIVEKIT,
    LIVEKIT_PASSPHRASE,
    MAX_FRAME,
    OVERHEAD,
    OWN,
    TALK,
    WINDOW,
    Codec,
    FrameOpener,
    FrameSealer,
    Openers,
    Scheme,
)
from net.services.sealing import Unsealed

KEY = bytes(range(32))
PACKET = b"\x78" + bytes(range(79))
KEY_FRAME = b"\x10\x02\x00\x9d\x01\x2a\x40\x01\xb4\x00" + b"a whole picture" * 200
DELTA = b"\x11\x02\x00" + b"what moved" * 20
SCHEMES = {"own": OWN, "livekit": LIVEKIT, "passphrase": LIVEKIT_PASSPHRASE, "jitsi": JITSI, "talk": TALK}


def chance(name: str = "iv") -> Callable[[int], bytes]:
    return random.Random(name).randbytes


def pair(scheme: Scheme = OWN, codec: Codec = Codec.OPUS) -> tuple[FrameSealer, FrameOpener]:
    return FrameSealer(scheme, codec, KEY, chance()), FrameOpener(scheme, codec, KEY)


# The format


@pytest.mark.parametrize("scheme", SCHEMES.values(), ids=SCHEMES)
@pytest.mark.parametrize(
    ("codec", "frame"),
    [(Codec.OPUS, PACKET), (Codec.OPUS, b"\x78"), (Codec.VP8, KEY_FRAME), (Codec.VP8, DELTA)],
    ids=["voice", "one byte", "key frame", "other frame"],
)
def test_what_is_sealed_opens_and_grows_by_the_same_number_of_bytes(scheme: Scheme, codec: Codec, frame: bytes) -> None:
    sealer, opener = pair(scheme, codec)
    sealed = sealer.seal(frame)
    assert len(sealed) == len(frame) + OVERHEAD
    assert opener.open(sealed) == frame
    assert (sealer.sealed, opener.opened, opener.shut) == (1, 1, 0)


@pytest.mark.parametrize(
    ("scheme", "codec", "frame", "clear"),
    [
        (OWN, Codec.OPUS, PACKET, 0),
        (LIVEKIT, Codec.OPUS, PACKET, 1),
        (OWN, Codec.VP8, KEY_FRAME, 10),
        (OWN, Codec.VP8, DELTA, 3),
        (JITSI, Codec.VP8, KEY_FRAME, 10),
        (JITSI, Codec.VP8, DELTA, 3),
    ],
)
def test_the_layout_is_the_documented_one(scheme: Scheme, codec: Codec, frame: bytes, clear: int) -> None:
    sealed = FrameSealer(scheme, codec, KEY, chance(), index=5).seal(frame)
    assert sealed[:clear] == frame[:clear]
    assert sealed[-2:] == bytes((12, 5))
    iv = sealed[-14:-2]
    opened = AESGCM(scheme.key(KEY, codec)).decrypt(iv, sealed[clear:-14], frame[:clear])
    assert frame[:clear] + opened == frame
    assert not any(sealed[at : at + 8] in frame for at in range(clear, len(sealed) - 8))


def test_keys_follow_as_each_system_has_it() -> None:
    passphrase = b"a passphrase"
    assert LIVEKIT_PASSPHRASE.key(passphrase, Codec.OPUS) == hashlib.pbkdf2_hmac(
        "sha256", passphrase, b"LKFrameEncryptionKey", 100_000, 16
    )
    for scheme, salt, info, length, codec in (
        (LIVEKIT, b"LKFrameEncryptionKey", bytes(128), 16, Codec.OPUS),
        (JITSI, b"JFrameEncryptionKey", b"", 16, Codec.OPUS),
        (TALK, b"TalkFrameEncryptionKey", b"", 16, Codec.VP8),
        (OWN, b"incog frames 1", b"opus", 32, Codec.OPUS),
        (OWN, b"incog frames 1", b"vp8", 32, Codec.VP8),
    ):
        # RFC 5869 by hand: extract, then one block of expansion.
        extracted = hmac.digest(salt, KEY, hashlib.sha256)
        assert scheme.key(KEY, codec) == hmac.digest(extracted, info + b"\x01", hashlib.sha256)[:length]


def test_the_next_material_follows_from_this_by_each_systems_ratchet() -> None:
    for scheme, salt, info in (
        (LIVEKIT, b"LKFrameEncryptionKey", bytes(128)),
        (JITSI, b"JFrameRatchetKey", b""),
        (TALK, b"TalkFrameRatchetKey", b""),
    ):
        assert scheme.ratchet is not None
        extracted = hmac.digest(salt, KEY, hashlib.sha256)
        assert scheme.ratchet(KEY, 32) == hmac.digest(extracted, info + b"\x01", hashlib.sha256)
    assert LIVEKIT_PASSPHRASE.ratchet is not None
    assert LIVEKIT_PASSPHRASE.ratchet(KEY, 32) == hashlib.pbkdf2_hmac("sha256", KEY, b"LKFrameEncryptionKey", 100_000)
    assert OWN.ratchet is None


def test_no_iv_comes_twice_and_none_says_anything() -> None:
    sealer, _ = pair()
    ivs = [sealer.seal(PACKET)[-14:-2] for _ in range(500)]
    assert len(set(ivs)) == 500
    assert {iv[:6] for iv in ivs} == {chance()(6)}
    sealer.use(bytes(32))
    sealer.use(KEY)
    assert sealer.seal(PACKET)[-14:-2] > ivs[-1]


def test_the_ivs_come_to_an_end_before_they_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_cryptor, "_LAST", 2)
    sealer, _ = pair()
    sealer.seal(PACKET)
    sealer.seal(PACKET)
    for _ in range(2):
        with pytest.raises(Unsealed, match="More frames"):
            sealer.seal(PACKET)


# What does not open


@pytest.mark.parametrize("codec", Codec)
def test_an_empty_frame_is_nothing(codec: Codec) -> None:
    sealer, opener = pair(codec=codec)
    assert sealer.seal(b"") == b"" == opener.open(b"")
    assert (sealer.sealed, opener.opened, opener.shut) == (0, 0, 0)


def test_without_the_key_nothing_opens() -> None:
    sealed = FrameSealer(OWN, Codec.OPUS, KEY, chance()).seal(PACKET)
    opener = FrameOpener(OWN, Codec.OPUS)
    with pytest.raises(Unsealed, match="no key"):
        opener.open(sealed)
    opener.use(bytes(32))
    with pytest.raises(Unsealed, match="does not open"):
        opener.open(sealed)
    opener.use(KEY)
    assert opener.open(sealed) == PACKET
    opener.forget()
    with pytest.raises(Unsealed, match="no key"):
        opener.open(sealed)
    assert (opener.opened, opener.shut) == (1, 3)


def test_what_is_not_sealed_is_never_passed_on() -> None:
    for codec, frame in ((Codec.OPUS, PACKET), (Codec.VP8, KEY_FRAME), (Codec.VP8, DELTA)):
        for scheme in (OWN, LIVEKIT):
            with pytest.raises(Unsealed):
                FrameOpener(scheme, codec, KEY).open(frame)


@pytest.mark.parametrize(("at", "why"), [(-2, "not sealed"), (-1, "no key"), (-3, "does not open"), (-20, "not open")])
def test_every_part_of_the_trailer_counts(at: int, why: str) -> None:
    sealer, opener = pair()
    sealed = bytearray(sealer.seal(PACKET))
    sealed[at] ^= 1
    with pytest.raises(Unsealed, match=why):
        opener.open(bytes(sealed))


def test_voice_cannot_pass_for_a_picture_in_our_own_scheme() -> None:
    frame = DELTA + bytes(100)
    sealed = FrameSealer(OWN, Codec.OPUS, KEY, chance()).seal(frame)
    assert OWN.key(KEY, Codec.OPUS) != OWN.key(KEY, Codec.VP8)
    with pytest.raises(Unsealed):
        FrameOpener(replace(OWN, opus_clear=3), Codec.VP8, KEY).open(sealed)


@given(st.sampled_from([OWN, LIVEKIT]), st.sampled_from([PACKET, KEY_FRAME, DELTA]), st.integers(0))
def test_no_flipped_bit_goes_unnoticed(scheme: Scheme, frame: bytes, where: int) -> None:
    codec = Codec.OPUS if frame is PACKET else Codec.VP8
    sealer, opener = pair(scheme, codec)
    sealed = bytearray(sealer.seal(frame))
    bit = where % (8 * len(sealed))
    sealed[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(Unsealed):
        opener.open(bytes(sealed))
    sealed[bit // 8] ^= 1 << (bit % 8)
    assert opener.open(bytes(sealed)) == frame


@given(
    st.sampled_from(list(SCHEMES.values())).filter(lambda scheme: scheme is not LIVEKIT_PASSPHRASE),
    st.sampled_from(list(Codec)),
    st.binary(min_size=1, max_size=200) | st.binary(max_size=200).map(lambda noise: noise + b"\x0c\x00"),
)
def test_noise_raises_nothing_but_unsealed(scheme: Scheme, codec: Codec, noise: bytes) -> None:
    with pytest.raises(Unsealed):
        FrameOpener(scheme, codec, KEY).open(noise)


@pytest.mark.parametrize(("codec", "frame"), [(Codec.VP8, b"\x10" * 9), (Codec.VP8, b"\x11\x02"), (Codec.VP8, b"\x11")])
def test_a_picture_without_its_header_is_none(codec: Codec, frame: bytes) -> None:
    with pytest.raises(Unsealed, match="too short"):
        FrameSealer(OWN, codec, KEY, chance()).seal(frame)


def test_frames_have_a_longest() -> None:
    sealer, opener = pair()
    with pytest.raises(Unsealed, match="too long"):
        sealer.seal(bytes(MAX_FRAME + 1))
    with pytest.raises(Unsealed, match="too long"):
        opener.open(bytes(MAX_FRAME + 1))


def test_frames_that_do_not_open_one_after_the_other_are_no_accident() -> None:
    openers = Openers(OWN)
    voice, picture = openers.of(KEY, Codec.OPUS), openers.of(KEY, Codec.VP8)
    sealer = FrameSealer(OWN, Codec.OPUS, KEY, chance())
    for n in range(FAILING):
        assert not openers.failing(), n
        with pytest.raises(Unsealed):
            voice.open(PACKET)
    assert openers.failing() == {(KEY, Codec.OPUS)}
    assert (voice.failing, picture.failing) == (True, False)
    voice.open(sealer.seal(PACKET))
    assert not openers.failing()


# What came before


def test_no_frame_opens_twice_and_those_a_little_late_open_once() -> None:
    sealer, opener = pair()
    sealed = [sealer.seal(bytes([n])) for n in range(20)]
    order = [3, 1, 2, 19, 0, 18, 10]
    for n in order:
        assert opener.open(sealed[n]) == bytes([n])
    for n in order:
        with pytest.raises(Unsealed, match="came before"):
            opener.open(sealed[n])


def test_what_is_too_old_does_not_open() -> None:
    sealer, opener = pair()
    sealed = [sealer.seal(PACKET) for _ in range(WINDOW + 2)]
    opener.open(sealed[-1])
    with pytest.raises(Unsealed, match="too late"):
        opener.open(sealed[1])
    assert opener.open(sealed[2]) == PACKET


@given(st.lists(st.integers(0, 599), max_size=200))
def test_exactly_what_is_new_and_within_the_window_opens(order: list[int]) -> None:
    sealer, opener = pair()
    sealed = [sealer.seal(b"%d" % n) for n in range(600)]
    came: set[int] = set()
    for n in order:
        if n in came or (came and max(came) - n >= WINDOW):
            with pytest.raises(Unsealed):
                opener.open(sealed[n])
        else:
            assert opener.open(sealed[n]) == b"%d" % n
            came.add(n)


def test_a_stream_that_was_sent_anew_replaces_the_one_before_for_good() -> None:
    old, opener = pair()
    new = FrameSealer(OWN, Codec.OPUS, KEY, chance("anew"))
    withheld = [old.seal(PACKET) for _ in range(3)]
    opener.open(withheld[0])
    assert opener.open(new.seal(PACKET)) == PACKET
    with pytest.raises(Unsealed, match="replaced"):
        opener.open(withheld[1])
    assert opener.open(new.seal(PACKET)) == PACKET


def test_a_forged_beginning_replaces_nothing() -> None:
    sealer, opener = pair()
    opener.open(sealer.seal(PACKET))
    forged = bytearray(sealer.seal(PACKET))
    forged[-14:-8] = bytes(6)
    with pytest.raises(Unsealed):
        opener.open(bytes(forged))
    assert opener.open(sealer.seal(PACKET)) == PACKET


def test_beginnings_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_cryptor, "BEGINNINGS", 3)
    opener = FrameOpener(OWN, Codec.OPUS, KEY)
    streams = [FrameSealer(OWN, Codec.OPUS, KEY, chance(str(n))) for n in range(4)]
    for stream in streams[:3]:
        opener.open(stream.seal(PACKET))
    with pytest.raises(Unsealed, match="replaced"):
        opener.open(streams[3].seal(PACKET))
    assert opener.open(streams[2].seal(PACKET)) == PACKET


def test_other_systems_do_not_count_so_that_their_frames_may_come_in_any_order() -> None:
    sealer, opener = pair(LIVEKIT)
    one, two = sealer.seal(PACKET), sealer.seal(PACKET)
    assert opener.open(two) == opener.open(one) == PACKET


# Keys


def test_a_ring_of_keys_lets_an_old_and_a_new_one_hold_side_by_side() -> None:
    sealer, opener = pair()
    late = sealer.seal(b"late")
    sealer.use(bytes(32), 15)
    opener.use(bytes(32), 15)
    assert opener.open(sealer.seal(b"new")) == b"new"
    assert opener.open(late) == b"late"
    for index in (-1, 16):
        with pytest.raises(ValueError, match="no such place"):
            opener.use(KEY, index)
        with pytest.raises(ValueError, match="no such place"):
            sealer.use(KEY, index)


def test_the_same_key_again_lets_nothing_in_again_and_another_one_begins_anew() -> None:
    sealer, opener = pair()
    sealed = sealer.seal(PACKET)
    opener.open(sealed)
    opener.use(KEY)
    with pytest.raises(Unsealed, match="came before"):
        opener.open(sealed)
    opener.use(bytes(32))
    other = FrameSealer(OWN, Codec.OPUS, bytes(32), chance())
    assert opener.open(other.seal(PACKET)) == PACKET


def test_a_meeting_has_one_opener_for_each_key_and_codec(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_cryptor, "OPENERS", 2)
    openers = Openers(OWN)
    voice = openers.of(KEY, Codec.OPUS)
    assert openers.of(KEY, Codec.OPUS) is voice
    assert openers.of(KEY, Codec.VP8) is not voice
    sealer = FrameSealer(OWN, Codec.OPUS, bytes(32), chance())
    with pytest.raises(Unsealed, match="no key"):
        openers.of(bytes(32), Codec.OPUS).open(sealer.seal(PACKET))
    assert openers.of(KEY, Codec.OPUS) is voice


def test_keys_are_in_no_representation() -> None:
    sealer, opener = pair()
    assert KEY.hex() not in repr(sealer) + repr(opener)


def test_threads_open_each_frame_once() -> None:
    sealer, opener = pair()
    sealed = [sealer.seal(PACKET) for _ in range(200)]
    opened: list[bytes] = []

    def work() -> None:
        for frame in sealed:
            try:
                opened.append(opener.open(frame))
            except Unsealed:
                continue
            finally:
                opener.use(KEY)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 200 == opener.opened
    assert opener.shut == 600
