"""The spoken code: alike at both ends of a connection, and at no two ends of two."""

from __future__ import annotations

import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.services.base import Encryption, Notice, ParticipantChanged, PeerId, Phase, Picture, PrivacyChanged, Source
from net.services.mesh.actions import PeerEvent
from net.services.mesh.spoken import CONSONANTS, VOWELS, Cheated, SpokenCode, commitment, words
from net.services.mesh.wire import Bye, Commit, Nonce, State
from tests.net.mesh.playbook import BEN, BEN_AT, CARA, CARA_AT, Play, Tells, chance

ben = PeerId(BEN)
WORD = f"[{CONSONANTS}][{VOWELS}][{CONSONANTS}][{VOWELS}]"


def pair(ours: str, theirs: str) -> tuple[SpokenCode, SpokenCode]:
    """Who offered, and who answered; each with the keys they know."""
    people = ("a" * 16, "b" * 16)
    return SpokenCode(ours, people, chance("offerer")), SpokenCode(theirs, people, chance("answerer"))


def exchange(offerer: SpokenCode, answerer: SpokenCode) -> None:
    """Everything is carried over as it is said."""
    theirs = answerer.received(offerer.begin())
    assert theirs is not None
    ours = offerer.received(theirs)
    assert ours is not None
    assert answerer.received(ours) is None


def test_both_ends_have_the_same_four_words() -> None:
    offerer, answerer = pair("keys", "keys")
    exchange(offerer, answerer)
    assert offerer.code == answerer.code
    assert re.fullmatch(f"{WORD}(?: {WORD}){{3}}", offerer.code)


def test_who_is_in_between_and_carries_every_word_has_other_keys_and_so_other_codes() -> None:
    offerer, answerer = pair("AA MM", "NN BB")
    exchange(offerer, answerer)
    assert offerer.code
    assert answerer.code
    assert offerer.code != answerer.code


def test_other_people_have_another_code() -> None:
    one = pair("keys", "keys")
    other = tuple(SpokenCode("keys", ("a" * 16, "c" * 16), chance(who)) for who in ("offerer", "answerer"))
    exchange(*one)
    exchange(*other)
    assert one[0].code != other[0].code


def test_a_number_cannot_be_changed_once_the_other_is_known() -> None:
    offerer, answerer = pair("keys", "keys")
    assert answerer.received(offerer.begin()) is not None
    with pytest.raises(Cheated):
        answerer.received(Nonce("f" * 32))
    assert answerer.code == ""
    with pytest.raises(ValueError, match="out of place"):
        answerer.received(Nonce("f" * 32))


@given(
    st.lists(st.sampled_from([Commit(commitment("1" * 32)), Nonce("1" * 32), Nonce("2" * 32)]), max_size=6),
    st.booleans(),
)
def test_no_order_of_messages_gives_a_second_code_or_tells_a_number_early(
    messages: list[Commit | Nonce], offers: bool
) -> None:
    code = pair("keys", "keys")[0]
    if offers:
        code.begin()
    codes, told = set(), False
    for message in messages:
        try:
            reply = code.received(message)
        except ValueError:
            reply = None
        if offers and reply is not None:
            assert isinstance(message, Nonce)  # ours is told only once theirs is there
        told = told or reply is not None
        codes |= {code.code} - {""}
    assert len(codes) <= 1
    assert told or not codes


@given(st.binary(min_size=5, max_size=32))
def test_words_are_one_to_one_with_forty_bits(digest: bytes) -> None:
    spoken = words(digest)
    number = 0
    for letter in spoken.replace(" ", ""):
        number = number * 8 + CONSONANTS.index(letter) if letter in CONSONANTS else number * 4 + VOWELS.index(letter)
    assert number == int.from_bytes(digest[:5])


def test_the_syllables_are_sixtyfour_and_hard_to_confuse() -> None:
    assert (len(set(CONSONANTS)), len(set(VOWELS))) == (8, 4)
    assert words(b"\0" * 5) == "baba baba baba baba"
    assert words(b"\xff" * 5) == "susu susu susu susu"


def test_the_commitment_is_a_hash_with_a_purpose() -> None:
    assert commitment("00") == sha256(b"incog mesh 2\0commitment\x0000").hexdigest()


# --- in a meeting ----------------------------------------------------------------------------------------------------


def test_who_offered_the_connection_is_bound_first() -> None:
    play = Play().alone()
    lines = play.joins(BEN, BEN_AT, "Ben", "keys")
    (commit,) = [line.message for line in lines if isinstance(line, Tells) and isinstance(line.message, Commit)]
    assert play.it.code(BEN) == ""
    play.channel(BEN, Nonce("0" * 32))
    (reveal,) = [line.message for line in play.skip() if isinstance(line, Tells)]
    assert isinstance(reveal, Nonce)
    assert commit.hash == commitment(reveal.value)
    assert re.fullmatch(f"{WORD}(?: {WORD}){{3}}", play.it.code(BEN))


def test_who_answered_tells_their_number_and_checks_the_others() -> None:
    play = Play().found_ben("keys")
    play.channel(BEN, Commit(commitment("1" * 32)))
    (told,) = [line.message for line in play.skip() if isinstance(line, Tells)]
    assert isinstance(told, Nonce)
    assert play.it.code(BEN) == ""
    play.channel(BEN, Nonce("1" * 32))
    play.then()
    assert play.it.code(BEN)


def test_who_chooses_afterwards_is_told_to_the_person() -> None:
    play = Play().found_ben("keys")
    play.channel(BEN, Commit(commitment("1" * 32)))
    play.skip()
    play.channel(BEN, Nonce("2" * 32))
    play.then(Notice("Ben tried to choose the code that you would compare with them; there is none now.", serious=True))
    assert play.it.code(BEN) == ""
    play.channel(BEN, Nonce("1" * 32))
    play.then()
    assert play.it.counts == {"out of place": 1}


def test_without_knowing_the_keys_there_is_no_code() -> None:
    play = Play().found_ben()
    play.channel(BEN, Commit(commitment("1" * 32)))
    play.then()
    assert play.it.code(BEN) == ""
    with pytest.raises(ValueError, match=r"^There is no code to compare with Ben: "):
        play.verifies(BEN)
    with pytest.raises(ValueError, match="not in the meeting"):
        play.verifies(CARA)
    assert play.it.code(CARA) == ""


def test_only_the_person_raises_it_and_it_falls_by_itself() -> None:
    play = Play().alone()
    play.joins(BEN, BEN_AT, "Ben", "keys")
    play.channel(BEN, Nonce("0" * 32))
    play.skip()
    assert play.it.encryption is Encryption.END_TO_END
    play.verifies(BEN)
    changed, room = play.skip()
    assert isinstance(changed, ParticipantChanged)
    assert changed.participant.encryption == {Source.MICROPHONE: Encryption.END_TO_END_VERIFIED}
    assert room == PrivacyChanged(Encryption.END_TO_END_VERIFIED)
    play.channel(BEN, State(picture=Picture.SCREEN))
    play.skip()
    assert set(play.it.participants[ben].encryption.values()) == {Encryption.END_TO_END_VERIFIED}
    lines = play.joins(CARA, CARA_AT, "Cara", "other keys")
    assert PrivacyChanged(Encryption.END_TO_END, fell=True) in lines
    play.channel(CARA, Bye())
    assert PrivacyChanged(Encryption.END_TO_END_VERIFIED) in play.skip()
    play.verifies(BEN, False)
    assert PrivacyChanged(Encryption.END_TO_END, fell=True) in play.skip()
    assert play.it.code(BEN)  # it may be compared again


def test_another_connection_is_another_matter() -> None:
    play = Play().verified_ben()
    code = play.it.code(BEN)
    play.peer(BEN, PeerEvent.FAILED)
    assert PrivacyChanged(Encryption.END_TO_END) in play.skip()  # nobody is here: nothing is heard by anybody
    assert play.it.code(BEN) == ""
    play.joins(BEN, BEN_AT, "Ben", "new keys")
    play.channel(BEN, Nonce("0" * 32))
    play.skip()
    assert play.it.code(BEN) not in ("", code)
    assert set(play.it.participants[ben].encryption.values()) == {Encryption.END_TO_END}


def test_after_the_end_nothing_is_verified() -> None:
    play = Play().verified_ben()
    play.leaves()
    play.skip()
    play.verifies(BEN)
    play.then()
    assert play.it.phase is Phase.ENDED
