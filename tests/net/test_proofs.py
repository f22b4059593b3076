from __future__ import annotations

import random

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from net import proofs as module
from net.frame_cryptor import LIVEKIT, OWN, Codec, FrameSealer, Scheme
from net.proofs import Proofs

KEY = bytes(range(32))
PACKET = bytes(range(80))
SOURCES = (11, 12)


def sealer(scheme: Scheme = OWN, codec: Codec = Codec.OPUS, key: bytes = KEY) -> FrameSealer:
    return FrameSealer(scheme, codec, key, random.Random(1).randbytes)


def test_nothing_is_sealed_until_it_was_examined() -> None:
    proofs = Proofs()
    assert not proofs.sealed(11)
    proofs.of(OWN, Codec.OPUS, KEY)(SOURCES, sealer().seal(PACKET))
    assert proofs.sealed(11)
    assert proofs.sealed(12)
    assert not proofs.sealed(13)


@pytest.mark.parametrize("scheme", [OWN, LIVEKIT])
@pytest.mark.parametrize("codec", Codec)
def test_frame_after_frame_holds(scheme: Scheme, codec: Codec) -> None:
    proofs, ours = Proofs(), sealer(scheme, codec)
    proof = proofs.of(scheme, codec, KEY)
    for n in range(5):
        proof(SOURCES, ours.seal(b"\x10" * (100 + n)))
        assert proofs.sealed(11)


def test_whoever_skips_the_sealing_is_found_at_once_and_for_as_long_as_they_do() -> None:
    proofs, ours = Proofs(), sealer()
    proof = proofs.of(OWN, Codec.OPUS, KEY)
    proof(SOURCES, ours.seal(PACKET))
    for frame in (PACKET, PACKET[:5], b"", PACKET + bytes(30), PACKET + bytes(16) + bytes(12) + b"\x0c\0"):
        proof(SOURCES, frame)
        assert not proofs.sealed(11)
        assert not proofs.sealed(12)
    proof(SOURCES, ours.seal(PACKET))
    assert proofs.sealed(11)


def test_another_key_is_no_proof() -> None:
    proofs = Proofs()
    proofs.of(OWN, Codec.OPUS, bytes(32))(SOURCES, sealer().seal(PACKET))
    assert not proofs.sealed(11)
    proofs.of(OWN, Codec.VP8, KEY)(SOURCES, sealer(codec=Codec.OPUS).seal(PACKET))
    assert not proofs.sealed(11)


def test_an_iv_that_was_used_before_is_no_proof() -> None:
    proofs, ours = Proofs(), sealer()
    proof = proofs.of(OWN, Codec.OPUS, KEY)
    first, second = ours.seal(PACKET), ours.seal(PACKET)
    proof(SOURCES, second)
    for again in (second, first):
        proof(SOURCES, again)
        assert not proofs.sealed(11)
    other_beginning = FrameSealer(OWN, Codec.OPUS, KEY, random.Random(2).randbytes).seal(PACKET)
    proof(SOURCES, other_beginning)
    assert not proofs.sealed(11)


def test_a_tag_over_what_stayed_readable_is_no_proof() -> None:
    # With a key stream of zeros the text would stand there, under a tag that holds.
    class Readable:
        def decrypt(self, iv: bytes, body: bytes, clear: bytes) -> bytes:
            return body[:-16]

    proofs = Proofs()
    proof = proofs.of(OWN, Codec.OPUS, KEY)
    proof._cipher = Readable()  # type: ignore[assignment]  # a cipher that is none
    proof(SOURCES, sealer().seal(PACKET))
    assert not proofs.sealed(11)


@given(st.binary(max_size=200))
def test_noise_is_no_proof(noise: bytes) -> None:
    proofs = Proofs()
    for codec in Codec:
        proofs.of(OWN, codec, KEY)(SOURCES, noise)
    assert not proofs.sealed(11)


def test_changes_are_told_and_nothing_else() -> None:
    proofs, ours, told = Proofs(), sealer(), list[bool]()
    proofs.on_change(lambda: told.append(proofs.sealed(11)))
    proof = proofs.of(OWN, Codec.OPUS, KEY)
    proof(SOURCES, PACKET)
    assert told == []
    for _ in range(3):
        proof(SOURCES, ours.seal(PACKET))
    assert told == [True]
    proof(SOURCES, PACKET)
    assert told == [True, False]


def test_the_sources_are_bounded_and_one_that_was_forgotten_is_not_sealed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SOURCES", 2)
    proofs, ours, told = Proofs(), sealer(), list[bool]()
    proof = proofs.of(OWN, Codec.OPUS, KEY)
    proof(SOURCES, ours.seal(PACKET))
    proofs.on_change(lambda: told.append(proofs.sealed(11)))
    proof((13,), ours.seal(PACKET))
    assert (proofs.sealed(11), proofs.sealed(12), proofs.sealed(13)) == (False, True, True)
    assert told == [False]


def test_the_proof_is_the_ciphers_own_and_not_the_cryptors() -> None:
    proofs = Proofs()
    iv = b"123456" + (1).to_bytes(6)
    by_hand = AESGCM(OWN.key(KEY, Codec.OPUS)).encrypt(iv, PACKET, b"") + iv + b"\x0c\0"
    proofs.of(OWN, Codec.OPUS, KEY)(SOURCES, by_hand)
    assert proofs.sealed(11)
