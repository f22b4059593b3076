from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.services import sealing as shared
from net.services.mesh import sealing
from net.services.mesh.sealing import BLOB_LIMIT, PAD_BYTES, PLAIN_LIMIT, Keys, Sealer, Unsealed
from tests.net.mesh.playbook import BEN_AT, CARA_AT, KEYS, SECRET, chance

ANA_AT = "a000000000000001"
OVERHEAD = shared.NONCE_BYTES + shared.TAG_BYTES


def pair() -> tuple[Sealer, Sealer]:
    return Sealer(KEYS, chance("one")), Sealer(KEYS, chance("two"))


def test_what_is_sealed_opens_for_its_receiver() -> None:
    ana, ben = pair()
    blob = ana.seal(b"hello", ANA_AT, BEN_AT, 1)
    assert ben.open(blob, ANA_AT, BEN_AT) == (1, b"hello")


def test_keys_depend_on_the_secret_and_differ_by_purpose() -> None:
    other = Keys.derive(bytes(16))
    assert Keys.derive(SECRET) == KEYS
    assert other.room != KEYS.room
    assert other.seal != KEYS.seal
    assert bytes.fromhex(KEYS.room) not in KEYS.seal
    assert len(KEYS.room) == 32
    assert len(KEYS.seal) == 32


def test_the_keys_are_those_of_the_documented_derivation() -> None:
    # RFC 5869 by hand: extract with 32 zero bytes, then one block of expansion for each purpose.
    extracted = hmac.digest(bytes(32), SECRET, hashlib.sha256)
    room = hmac.digest(extracted, b"incog mesh 2 room id\x01", hashlib.sha256)[:16]
    seal = hmac.digest(extracted, b"incog mesh 2 seal key\x01", hashlib.sha256)
    assert Keys(room.hex(), seal) == KEYS


def test_neither_secret_nor_key_is_in_a_representation() -> None:
    assert repr(KEYS) == f"Keys(room={KEYS.room!r})"
    assert KEYS.seal.hex() not in repr(Sealer(KEYS, chance("one")))


def test_another_secret_does_not_open_it() -> None:
    ana = Sealer(KEYS, chance("one"))
    eve = Sealer(Keys.derive(bytes(16)), chance("two"))
    with pytest.raises(Unsealed, match="secret"):
        eve.open(ana.seal(b"hello", ANA_AT, BEN_AT, 1), ANA_AT, BEN_AT)


def test_the_same_key_in_another_room_does_not_open_it() -> None:
    ana = Sealer(KEYS, chance("one"))
    elsewhere = Sealer(Keys("0" * 32, KEYS.seal), chance("two"))
    with pytest.raises(Unsealed):
        elsewhere.open(ana.seal(b"hello", ANA_AT, BEN_AT, 1), ANA_AT, BEN_AT)


def test_another_version_does_not_open_it(monkeypatch: pytest.MonkeyPatch) -> None:
    blob = Sealer(KEYS, chance("one")).seal(b"hello", ANA_AT, BEN_AT, 1)
    monkeypatch.setattr(sealing, "VERSION", b"incog mesh 3")
    ben = Sealer(KEYS, chance("two"))
    with pytest.raises(Unsealed):
        ben.open(blob, ANA_AT, BEN_AT)


@pytest.mark.parametrize(("sender", "receiver"), [(ANA_AT, CARA_AT), (CARA_AT, BEN_AT), (BEN_AT, ANA_AT)])
def test_a_redirected_blob_does_not_open(sender: str, receiver: str) -> None:
    ana, other = pair()
    with pytest.raises(Unsealed):
        other.open(ana.seal(b"hello", ANA_AT, BEN_AT, 1), sender, receiver)


def test_a_reflected_blob_does_not_open() -> None:
    ana, _ = pair()
    with pytest.raises(Unsealed, match="not one that a participant sends"):
        ana.open(ana.seal(b"hello", ANA_AT, ANA_AT, 1), ANA_AT, ANA_AT)


def test_a_replayed_or_late_blob_does_not_open() -> None:
    ana, ben = pair()
    first, second = ana.seal(b"1", ANA_AT, BEN_AT, 1), ana.seal(b"2", ANA_AT, BEN_AT, 2)
    assert ben.open(second, ANA_AT, BEN_AT) == (2, b"2")
    for blob in (first, second):
        with pytest.raises(Unsealed, match="second time"):
            ben.open(blob, ANA_AT, BEN_AT)
    assert ben.open(ana.seal(b"3", ANA_AT, BEN_AT, 9), ANA_AT, BEN_AT) == (9, b"3")


def test_a_forged_blob_does_not_raise_the_number_that_is_kept() -> None:
    ana, ben = pair()
    eve = Sealer(Keys.derive(bytes(16)), chance("three"))
    with pytest.raises(Unsealed):
        ben.open(eve.seal(b"", ANA_AT, BEN_AT, 2**64 - 1), ANA_AT, BEN_AT)
    assert ben.open(ana.seal(b"1", ANA_AT, BEN_AT, 1), ANA_AT, BEN_AT) == (1, b"1")


def test_number_nought_is_never_new() -> None:
    ana, ben = pair()
    with pytest.raises(Unsealed):
        ben.open(ana.seal(b"", ANA_AT, BEN_AT, 0), ANA_AT, BEN_AT)


def test_the_senders_remembered_are_bounded_and_none_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "SENDERS_LIMIT", 2)
    ana, ben = pair()
    blobs = [ana.seal(b"", f"{n:016x}", BEN_AT, 1) for n in range(3)]
    for n in (0, 1):
        ben.open(blobs[n], f"{n:016x}", BEN_AT)
    with pytest.raises(Unsealed, match="Too many"):
        ben.open(blobs[2], f"{2:016x}", BEN_AT)
    with pytest.raises(Unsealed, match="second time"):
        ben.open(blobs[0], f"{0:016x}", BEN_AT)
    assert ben.open(ana.seal(b"more", f"{0:016x}", BEN_AT, 2), f"{0:016x}", BEN_AT)[1] == b"more"


@given(st.binary(max_size=3000), st.integers(0), st.integers(1, 2**64 - 1))
def test_no_flipped_bit_goes_unnoticed(plain: bytes, where: int, seq: int) -> None:
    ana, ben = pair()
    blob = bytearray(ana.seal(plain, ANA_AT, BEN_AT, seq))
    bit = where % (8 * len(blob))
    blob[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(Unsealed):
        ben.open(bytes(blob), ANA_AT, BEN_AT)
    blob[bit // 8] ^= 1 << (bit % 8)
    assert ben.open(bytes(blob), ANA_AT, BEN_AT) == (seq, plain)


@given(st.binary(max_size=PLAIN_LIMIT))
def test_sizes_come_in_steps(plain: bytes) -> None:
    ana, ben = pair()
    blob = ana.seal(plain, ANA_AT, BEN_AT, 1)
    assert (len(blob) - OVERHEAD) % PAD_BYTES == 0
    assert len(blob) <= BLOB_LIMIT
    assert ben.open(blob, ANA_AT, BEN_AT)[1] == plain


def test_aliases_of_every_length_have_one_size() -> None:
    ana, _ = pair()
    sizes = {len(ana.seal(b"x" * (100 + n), ANA_AT, BEN_AT, n + 1)) for n in range(65)}
    assert len(sizes) == 1


@given(st.binary(max_size=2000) | st.just(bytes(BLOB_LIMIT + 1)))
def test_noise_does_not_open(blob: bytes) -> None:
    with pytest.raises(Unsealed):
        Sealer(KEYS, chance("one")).open(blob, ANA_AT, BEN_AT)


@pytest.mark.parametrize("padded", [b"", b"\0" * 12, b"\0" * 511, (1).to_bytes(8) + b"\xff" * 4 + bytes(500)])
def test_one_with_the_secret_cannot_pad_as_they_like(padded: bytes) -> None:
    ana, ben = pair()
    nonce = bytes(12)
    blob = nonce + ana._cipher.encrypt(nonce, padded, ana._bound(ANA_AT, BEN_AT))
    with pytest.raises(Unsealed, match="padded"):
        ben.open(blob, ANA_AT, BEN_AT)


def test_too_long_a_text_is_not_sealed() -> None:
    ana, _ = pair()
    with pytest.raises(ValueError, match="too long"):
        ana.seal(bytes(PLAIN_LIMIT + 1), ANA_AT, BEN_AT, 1)


def test_no_nonce_comes_twice() -> None:
    ana, _ = pair()
    assert len({ana.seal(b"", ANA_AT, BEN_AT, n)[:12] for n in range(1, 200)}) == 199
