"""What ties meetings together, and what little is kept to know it."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.facts import Fact
from privacy.linkability import (
    MAX_MARKS,
    MAX_OF_A_MEETING,
    MAX_TEXT,
    TOLD_BY,
    Comparison,
    Memory,
    Tie,
    Trait,
    mark,
)

KEY = bytes(range(32))
OTHER_KEY = bytes(32)
MONDAY, TUESDAY, TODAY = "2025-03-03", "2025-03-04", "2025-03-31"

traits = st.sampled_from(Trait)
keys = st.binary(min_size=32, max_size=32)
days = st.dates().map(lambda day: day.isoformat())
marks = st.binary(min_size=32, max_size=32).map(bytes.hex)


def shown(*values: tuple[Trait, str], day: str = MONDAY, key: bytes = KEY) -> Memory:
    """What is remembered of one meeting that showed these values."""
    comparison = Comparison(key, Memory(), day)
    for trait, value in values:
        comparison.show(trait, value)
    return comparison.added_to(Memory())


# --- marks -----------------------------------------------------------------------------------------------------------


def test_a_mark_is_a_keyed_hash() -> None:
    expected = hmac.new(KEY, b"incog invitation link\0room", hashlib.sha256).hexdigest()
    assert mark(KEY, Trait.LINK, "room") == expected


@given(traits, st.text(max_size=60), keys, keys)
def test_without_the_key_a_mark_says_nothing(trait: Trait, value: str, key: bytes, other: bytes) -> None:
    assert (mark(key, trait, value) == mark(other, trait, value)) is (key == other)


@given(st.text(max_size=60), traits, traits)
def test_the_same_value_of_two_traits_has_two_marks(value: str, one: Trait, other: Trait) -> None:
    assert (mark(KEY, one, value) == mark(KEY, other, value)) is (one is other)


def test_aliases_that_look_alike_are_the_same_alias_and_addresses_are_exact() -> None:
    assert mark(KEY, Trait.ALIAS, "Calm Heron") == mark(KEY, Trait.ALIAS, "calm  herоn")  # a Cyrillic letter
    assert mark(KEY, Trait.ALIAS, "Calm Heron") != mark(KEY, Trait.ALIAS, "Calm Herons")
    assert mark(KEY, Trait.KEYS, "AB") != mark(KEY, Trait.KEYS, "ab")


@pytest.mark.parametrize("key", [b"", bytes(31), bytes(33)])
def test_a_key_that_could_be_guessed_is_refused(key: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        mark(key, Trait.ALIAS, "x")
    with pytest.raises(ValueError, match="32 bytes"):
        Comparison(key, Memory(), TODAY)


# --- the comparison --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trait", list(Trait))
def test_what_was_shown_before_is_told_with_its_day(trait: Trait) -> None:
    comparison = Comparison(KEY, shown((trait, "2001:db8::7"), day=TUESDAY), TODAY)
    tie = comparison.tie(trait, "2001:db8::7")
    assert tie == Tie(trait, TUESDAY)
    assert comparison.tie(trait, "2001:db8::8") is None
    sentence = str(tie)
    assert sentence.endswith(f"(last on {TUESDAY}).")
    assert sentence.count(".") == 1


def test_the_sentences() -> None:
    assert str(Tie(Trait.ALIAS, MONDAY)) == (
        "This alias was worn in an earlier meeting; whoever was in both can tell (last on 2025-03-03)."
    )
    assert len({str(Tie(trait, MONDAY)) for trait in Trait}) == len(Trait)


def test_what_is_new_ties_nothing() -> None:
    comparison = Comparison(KEY, shown((Trait.ALIAS, "Wren")), TODAY)
    assert comparison.tie(Trait.ALIAS, "Heron") is None
    assert comparison.tie(Trait.LINK, "Wren") is None


def test_another_key_sees_nothing() -> None:
    assert Comparison(OTHER_KEY, shown((Trait.ALIAS, "Wren")), TODAY).tie(Trait.ALIAS, "Wren") is None


def test_a_meeting_is_not_compared_with_itself() -> None:
    comparison = Comparison(KEY, Memory(), TODAY)
    assert comparison.show(Trait.ADDRESS, "192.0.2.7")
    assert not comparison.show(Trait.ADDRESS, "192.0.2.7")
    assert comparison.tie(Trait.ADDRESS, "192.0.2.7") is None
    assert len(comparison.marks) == 1


def test_asking_beforehand_keeps_nothing() -> None:
    comparison = Comparison(KEY, shown((Trait.ALIAS, "Wren")), TODAY)
    assert comparison.tie(Trait.ALIAS, "Wren")
    assert comparison.added_to(Memory()) == Memory()


@pytest.mark.parametrize("address", ["127.0.0.1", "127.9.9.9", "::1"])
def test_loopback_is_everybodys_address(address: str) -> None:
    assert shown((Trait.ADDRESS, address)) == Memory()


def test_what_is_no_address_is_compared_as_it_is() -> None:
    memory = shown((Trait.ADDRESS, "meet.example.org"))
    assert Comparison(KEY, memory, TODAY).tie(Trait.ADDRESS, "meet.example.org") == Tie(Trait.ADDRESS, MONDAY)


def test_what_one_meeting_adds_is_bounded() -> None:
    comparison = Comparison(KEY, Memory(), TODAY)
    kept = [comparison.show(Trait.KEYS, str(number)) for number in range(MAX_OF_A_MEETING + 5)]
    assert kept == [True] * MAX_OF_A_MEETING + [False] * 5
    assert len(comparison.marks) == MAX_OF_A_MEETING


@pytest.mark.parametrize("day", ["", "31.3.2025", "2025-3-31", "2025-03-31T09:15", "٢٠٢٥-٠٣-٣١"])
def test_a_day_is_a_day_and_no_time(day: str) -> None:
    with pytest.raises(ValueError, match="A day is written"):
        Comparison(KEY, Memory(), day)


@given(keys, st.lists(st.tuples(traits, st.text(max_size=20)), max_size=10), days)
def test_whatever_was_shown_in_one_meeting_is_told_in_the_next(
    key: bytes, values: list[tuple[Trait, str]], day: str
) -> None:
    comparison = Comparison(key, shown(*values, day=day, key=key), TODAY)
    assert all(comparison.tie(trait, value) == Tie(trait, day) for trait, value in values)


def test_each_trait_but_the_mask_is_learned_by_a_fact() -> None:
    assert set(TOLD_BY.values()) == set(Trait) - {Trait.MASK}
    assert set(TOLD_BY) <= set(Fact)


# --- what is kept ----------------------------------------------------------------------------------------------------


@given(st.dictionaries(marks, days, max_size=20))
def test_what_is_written_can_be_read(kept: dict[str, str]) -> None:
    assert Memory.parse(str(Memory(kept))) == Memory(kept)


def test_marks_and_days_are_all_that_is_written() -> None:
    memory = shown((Trait.ALIAS, "Quillfeather"), (Trait.ADDRESS, "192.0.2.7"), (Trait.LINK, "a secret"))
    value = json.loads(str(memory))
    assert value.keys() == {"v", "marks"}
    assert all(len(bytes.fromhex(one)) == 32 for one in value["marks"])
    assert set(value["marks"].values()) == {MONDAY}
    for word in ("Quill", "192.0", "secret", "alias", "address", "link"):
        assert word not in str(memory)


def test_their_order_does_not_tell_what_was_shown_together() -> None:
    memory = shown(*((Trait.KEYS, str(number)) for number in range(20)))
    written = list(json.loads(str(memory))["marks"])
    assert written == sorted(written)


def test_a_day_is_renewed_and_the_oldest_days_are_dropped_first() -> None:
    memory = Memory().adding(["a" * 64], MONDAY).adding([f"{number:064x}" for number in range(MAX_MARKS - 1)], TUESDAY)
    assert len(memory) == MAX_MARKS
    kept = memory.adding(["a" * 64], TODAY).adding(["b" * 64], TODAY)
    assert len(kept) == MAX_MARKS
    assert kept.days["a" * 64] == kept.days["b" * 64] == TODAY
    dropped = memory.adding(["b" * 64], TODAY)
    assert "a" * 64 not in dropped.days
    assert len(str(dropped)) < MAX_TEXT


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"v": 2, "marks": {}},
        {"v": True, "marks": {}},
        {"v": 1, "marks": {}, "more": 1},
        {"v": 1, "marks": []},
        {"v": 1, "marks": {"ab": MONDAY}},
        {"v": 1, "marks": {"A" * 64: MONDAY}},
        {"v": 1, "marks": {"a" * 64: "yesterday"}},
        {"v": 1, "marks": {"a" * 64: 5}},
        {"v": 1, "marks": {f"{number:064x}": MONDAY for number in range(MAX_MARKS + 1)}},
    ],
)
def test_anything_else_is_refused_in_one_sentence(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^What was kept of earlier meetings cannot be read; [^.]*\.$"):
        Memory.parse(json.dumps(value))


@pytest.mark.parametrize("text", ["", "x", "[" * 100_000, " " * (MAX_TEXT + 1)])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        Memory.parse(text)
