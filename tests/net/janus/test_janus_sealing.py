from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.services import sealing as shared
from net.services.janus import sealing
from net.services.janus.sealing import BLOB_LIMIT, PLAIN_LIMIT, TOKEN_BYTES, Boxes, Keys, Sealing, Unsealed

SECRET = bytes(range(16))
KEYS = Keys.derive(SECRET, "videoroom 1234")
ANA, BEN, CARA = "1111111111", "2222222222", "3333333333"


def chance(name: str) -> Callable[[int], bytes]:
    return random.Random(name).randbytes


def pair() -> tuple[Sealing, Sealing]:
    return Sealing(KEYS, chance("ana")), Sealing(KEYS, chance("ben"))


# Keys


def test_the_keys_are_those_of_the_documented_derivation() -> None:
    # RFC 5869 by hand: extract with 32 zero bytes, then one block of expansion for each purpose.
    extracted = hmac.digest(bytes(32), SECRET, hashlib.sha256)
    place = b"\0\0\0\x0evideoroom 1234"

    def block(purpose: bytes) -> bytes:
        return hmac.digest(extracted, b"incog janus 1 " + purpose + b" " + place + b"\x01", hashlib.sha256)

    assert Keys(block(b"data"), block(b"frames"), block(b"boxes")) == KEYS
    token = b"t" * TOKEN_BYTES
    info = b"incog janus 1 sender \0\0\0\x10" + token + b"\0\0\0\x0a" + ANA.encode() + b"\x01"
    frames = hmac.digest(hmac.digest(bytes(32), KEYS.frames, hashlib.sha256), info, hashlib.sha256)
    assert KEYS.frame_key(token, ANA) == frames


def test_each_purpose_room_secret_token_and_sender_has_another_key() -> None:
    other_room, other_secret = Keys.derive(SECRET, "videoroom 1235"), Keys.derive(bytes(16), "videoroom 1234")
    token = bytes(16)
    keys = [
        *(key for keys in (KEYS, other_room, other_secret) for key in (keys.data, keys.frames, keys.boxes)),
        *(keys.frame_key(token, ANA) for keys in (KEYS, other_room, other_secret)),
        KEYS.frame_key(token, BEN),
        KEYS.frame_key(token, ""),
        KEYS.frame_key(b"\1" * 16, ANA),
    ]
    assert len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {32}


def test_no_key_is_in_a_representation() -> None:
    ana, _ = pair()
    told = repr(KEYS) + repr(ana) + repr(Boxes(chance("ana"), KEYS)) + repr(ana.open)
    assert repr(KEYS) == "Keys()"
    assert not any(key.hex() in told or repr(key) in told for key in (KEYS.data, KEYS.frames, KEYS.boxes))


# To everybody


def test_what_is_sealed_opens_for_everybody_with_the_link_under_the_senders_id() -> None:
    ana, ben = pair()
    opened = ben.open(ana.seal(b"hello", ANA), ANA)
    assert opened == sealing.Opened(ana.token, b"hello")
    assert KEYS.frame_key(opened.token, ANA) == ana.frame_key(ANA)
    assert b"hello" not in repr(opened).encode()


def test_forwarded_as_anybody_elses_it_does_not_open() -> None:
    ana, ben = pair()
    blob = ana.seal(b"hello", ANA)
    for sender in (BEN, CARA, "", ANA + "0"):
        with pytest.raises(Unsealed, match="secret"):
            ben.open(blob, sender)
    assert ben.open(blob, ANA).text == b"hello"


@pytest.mark.parametrize("keys", [Keys.derive(bytes(16), "videoroom 1234"), Keys.derive(SECRET, "videoroom 1235")])
def test_with_another_link_or_in_another_room_it_does_not_open(keys: Keys) -> None:
    ana, _ = pair()
    with pytest.raises(Unsealed, match="secret"):
        Sealing(keys, chance("ben")).open(ana.seal(b"hello", ANA), ANA)


def test_our_own_sent_back_to_us_does_not_open() -> None:
    ana, _ = pair()
    for sender in (ANA, BEN):
        with pytest.raises(Unsealed, match="replaced"):
            ana.open(ana.seal(b"hello", ANA), sender)


def test_no_message_opens_twice_or_after_a_later_one() -> None:
    ana, ben = pair()
    first, second = ana.seal(b"1", ANA), ana.seal(b"2", ANA)
    assert ben.open(second, ANA).text == b"2"
    for blob in (first, second):
        with pytest.raises(Unsealed, match="second time"):
            ben.open(blob, ANA)


def test_of_a_sender_who_joined_again_nothing_older_opens() -> None:
    ana, ben = pair()
    again = Sealing(KEYS, chance("ana again"))
    withheld = (ana.seal(b"1", ANA), ana.seal(b"2", ANA))
    assert ben.open(withheld[0], ANA).token == ana.token
    assert ben.open(again.seal(b"3", ANA), ANA).token == again.token
    with pytest.raises(Unsealed, match="replaced"):
        ben.open(withheld[1], ANA)
    assert ben.open(again.seal(b"4", ANA), ANA).text == b"4"


def test_a_forged_token_replaces_nobody() -> None:
    ana, ben = pair()
    ben.open(ana.seal(b"1", ANA), ANA)
    with pytest.raises(Unsealed, match="secret"):
        ben.open(bytes(16) + ana.seal(b"2", ANA)[16:], ANA)
    assert ben.open(ana.seal(b"3", ANA), ANA).text == b"3"


def test_the_tokens_of_one_sender_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "TOKENS_LIMIT", 2)
    _, ben = pair()
    joins = [Sealing(KEYS, chance(f"ana {n}")) for n in range(3)]
    for ana in joins[:2]:
        ben.open(ana.seal(b"", ANA), ANA)
    with pytest.raises(Unsealed, match="too often"):
        ben.open(joins[2].seal(b"", ANA), ANA)
    assert ben.open(joins[1].seal(b"more", ANA), ANA).text == b"more"
    assert ben.open(joins[2].seal(b"", CARA), CARA).token == joins[2].token


@given(st.binary(max_size=2000), st.integers(0))
def test_no_flipped_bit_goes_unnoticed(text: bytes, where: int) -> None:
    ana, ben = pair()
    blob = bytearray(ana.seal(text, ANA))
    bit = where % (8 * len(blob))
    blob[bit // 8] ^= 1 << (bit % 8)
    with pytest.raises(Unsealed):
        ben.open(bytes(blob), ANA)
    blob[bit // 8] ^= 1 << (bit % 8)
    assert ben.open(bytes(blob), ANA).text == text


@given(st.binary(max_size=2000) | st.just(bytes(BLOB_LIMIT + 1)), st.text(max_size=20))
def test_noise_does_not_open(blob: bytes, sender: str) -> None:
    with pytest.raises(Unsealed):
        Sealing(KEYS, chance("ben")).open(blob, sender)
    with pytest.raises(Unsealed):
        Boxes(chance("ben"), KEYS).open(blob, BEN, sender, Boxes(chance("ana")).public)


@given(st.binary(max_size=PLAIN_LIMIT))
def test_sizes_come_in_steps(text: bytes) -> None:
    ana, ben = pair()
    blob = ana.seal(text, ANA)
    assert (len(blob) - TOKEN_BYTES - shared.NONCE_BYTES - shared.TAG_BYTES) % sealing.PAD_BYTES == 0
    assert len(blob) <= BLOB_LIMIT
    assert ben.open(blob, ANA).text == text


def test_too_long_a_text_is_not_sealed() -> None:
    ana, _ = pair()
    with pytest.raises(ValueError, match="too long"):
        ana.seal(bytes(PLAIN_LIMIT + 1), ANA)


def test_what_leaves_is_proven_to_be_sealed_by_opening_it() -> None:
    ana, _ = pair()
    blob = ana.seal(b"hello", ANA)
    assert sealing.proves(KEYS, ANA, blob, b"hello")
    assert sealing.proves(KEYS, ANA, blob, b"hello")
    for keys, own, data, text in (
        (Keys.derive(bytes(16), "videoroom 1234"), ANA, blob, b"hello"),
        (KEYS, BEN, blob, b"hello"),
        (KEYS, ANA, blob, b"other"),
        (KEYS, ANA, b"hello", b"hello"),
        (KEYS, ANA, b"", b""),
    ):
        assert not sealing.proves(keys, own, data, text)


# To one person


def boxes(keys: Keys | None = KEYS) -> tuple[Boxes, Boxes]:
    return Boxes(chance("ana"), keys), Boxes(chance("ben"), keys)


@pytest.mark.parametrize("keys", [KEYS, None])
def test_a_box_opens_for_one_person_alone(keys: Keys | None) -> None:
    ana, ben = boxes(keys)
    cara = Boxes(chance("cara"), keys)
    box = ana.seal(b"psst", ANA, BEN, ben.public)
    with pytest.raises(Unsealed):
        cara.open(box, CARA, ANA, ana.public)
    with pytest.raises(Unsealed):
        cara.open(box, BEN, ANA, ana.public)
    assert ben.open(box, BEN, ANA, ana.public) == b"psst"
    assert ana.open(ben.seal(b"what?", BEN, ANA, ana.public), ANA, BEN, ben.public) == b"what?"


def test_a_box_is_bound_to_both_ids_and_to_its_direction() -> None:
    ana, ben = boxes()
    box = ana.seal(b"psst", ANA, BEN, ben.public)
    for own, sender in ((BEN, CARA), (CARA, ANA), (ANA, BEN)):
        with pytest.raises(Unsealed):
            ben.open(box, own, sender, ana.public)
    with pytest.raises(Unsealed):
        ana.open(box, ANA, BEN, ben.public)
    assert ben.open(box, BEN, ANA, ana.public) == b"psst"


def test_without_the_links_secret_the_servers_own_key_opens_no_box() -> None:
    # A server that puts its public key in the place of Ben's reads the box only in a room without a key.
    for keys, reads in ((KEYS, False), (None, True)):
        ana, server = Boxes(chance("ana"), keys), Boxes(chance("server"))
        box = ana.seal(b"psst", ANA, BEN, server.public)
        if reads:
            assert server.open(box, BEN, ANA, ana.public) == b"psst"
        else:
            with pytest.raises(Unsealed):
                server.open(box, BEN, ANA, ana.public)


def test_no_box_opens_twice() -> None:
    ana, ben = boxes()
    first, second = (ana.seal(text, ANA, BEN, ben.public) for text in (b"1", b"2"))
    assert ben.open(second, BEN, ANA, ana.public) == b"2"
    for box in (first, second):
        with pytest.raises(Unsealed, match="second time"):
            ben.open(box, BEN, ANA, ana.public)


@pytest.mark.parametrize("public", [b"", bytes(32), (1).to_bytes(32, "little"), bytes(31), b"\xff" * 33])
def test_a_public_key_that_is_none_is_refused(public: bytes) -> None:
    ana, _ = boxes()
    with pytest.raises(ValueError, match="is none"):
        ana.seal(b"psst", ANA, BEN, public)
    with pytest.raises(Unsealed, match="is none"):
        ana.open(bytes(300), ANA, BEN, public)


def test_nobody_writes_to_themselves_and_the_pairs_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "SENDERS_LIMIT", 1)
    ana, ben = boxes()
    with pytest.raises(ValueError, match="nobody"):
        ana.seal(b"psst", ANA, ANA, ben.public)
    assert ben.open(ana.seal(b"psst", ANA, BEN, ben.public), BEN, ANA, ana.public) == b"psst"
    with pytest.raises(ValueError, match="nobody"):
        ana.seal(b"psst", ANA, CARA, ben.public)
    with pytest.raises(ValueError, match="too long"):
        ana.seal(bytes(PLAIN_LIMIT + 1), ANA, BEN, ben.public)
