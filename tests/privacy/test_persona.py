from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.persona import FIRST, MAX_ALIAS, RANDOM_BYTES, SECOND, Persona, check_alias, dump, fresh, load, named
from privacy.text import neutralise

enough = st.binary(min_size=RANDOM_BYTES, max_size=64)
ALIAS = "I am not here"


@given(enough)
def test_a_fresh_persona_has_every_part_in_its_shape(random: bytes):
    persona = fresh(random)
    first, second = persona.alias.split(" ")
    assert first in FIRST
    assert second in SECOND
    assert 0 <= persona.colour <= 7
    assert len(persona.seed) == 16
    assert len(bytes.fromhex(persona.id)) == 8
    assert fresh(random) == persona


@given(enough, st.integers(0, 26))
def test_no_random_byte_serves_two_parts(random: bytes, index: int):
    changed = bytes(b ^ 1 if i == index else b for i, b in enumerate(random))
    a, b = fresh(random), fresh(changed)
    first, second = ([*p.alias.split(" ")] for p in (a, b))
    parts = [x != y for x, y in zip([*first, a.colour, a.seed, a.id], [*second, b.colour, b.seed, b.id], strict=True)]
    assert sum(parts) == 1


@given(st.binary(max_size=RANDOM_BYTES - 1))
def test_too_little_chance_is_refused(random: bytes):
    with pytest.raises(ValueError, match="at least 32 random bytes"):
        fresh(random)
    with pytest.raises(ValueError, match="at least 32 random bytes"):
        named(ALIAS, random)


@given(enough)
def test_a_named_persona_differs_in_its_name_only(random: bytes):
    persona = named(f"  {ALIAS} ", random)
    assert persona.alias == ALIAS
    other = fresh(random)
    assert (persona.colour, persona.seed, persona.id) == (other.colour, other.seed, other.id)


def test_the_words_are_even_draws_and_pronounceable():
    for words in (FIRST, SECOND):
        assert len(set(words)) == len(words) == 128
        assert all(word.isascii() and word.isalpha() and word.istitle() and 3 <= len(word) <= 11 for word in words)
    assert not set(FIRST) & set(SECOND)
    longest = max(map(len, FIRST)) + 1 + max(map(len, SECOND))
    assert longest <= MAX_ALIAS


def test_the_seed_is_not_in_the_repr():
    persona = fresh(bytes(range(32)))
    assert repr(persona.seed) not in repr(persona)
    assert "seed" not in repr(persona)


@pytest.mark.parametrize(
    "alias",
    ["Quiet Heron", "Zoë", "Łukasz", "村上さん", "نور", "می‌خواهم", "דּוֹב", "👩‍💻", "Ann-Marie O'Neil", "x" * 40, "a　b"],
)
def test_names_as_people_write_them_are_kept(alias: str):
    assert check_alias(alias) == unicodedata.normalize("NFC", alias)
    assert check_alias(f"  {unicodedata.normalize('NFD', alias)} ") == unicodedata.normalize("NFC", alias)


@pytest.mark.parametrize(
    ("alias", "why"),
    [
        ("", "cannot be empty"),
        ("   ", "cannot be empty"),
        ("x" * 41, "at most 40 characters"),
        ("x" * 1_000_000, "at most 40 characters"),
        ("a\nb", "control characters or line breaks"),
        ("a\x1b[31mb", "control characters"),
        ("a\x9bb", "control characters"),
        ("a\u2028b", "line breaks"),
        ("a\u202eb", "direction of text"),
        ("a\u2066b\u2069", "direction of text"),
        ("\u00a0a", "ordinary spaces"),
        ("a\u2003b", "ordinary spaces"),
        ("a\u3000", "invisible characters"),
        ("a\u200b", "invisible characters"),
        ("a\u200db", "invisible characters"),
        ("a\u200fb", "invisible characters"),
        ("a\U000e0041", "invisible characters"),
        ("\u3164", "invisible characters"),
        ("\u2800", "invisible characters"),
        ("a\ue000", "invisible characters"),
        ("a\ud800", "invisible characters"),
        ("a" + "\u0316" * 9, "heaps of accents"),
        ("\u0301a", "heaps of accents"),
    ],
)
def test_what_others_would_not_see_as_it_is_is_refused(alias: str, why: str):
    with pytest.raises(ValueError, match=why) as caught:
        check_alias(alias)
    sentence = str(caught.value)
    assert sentence.startswith("An alias ")
    assert sentence.endswith(".")
    assert sentence.isprintable()


@given(st.text(max_size=60))
def test_a_checked_alias_is_safe_to_show_and_checked_for_good(text: str):
    try:
        alias = check_alias(text)
    except ValueError:
        return
    assert 1 <= len(alias) <= MAX_ALIAS
    assert neutralise(alias, MAX_ALIAS) == alias
    assert check_alias(alias) == alias


@given(enough)
def test_a_kept_persona_comes_back(random: bytes):
    for persona in (fresh(random), named("Zoë 👩‍💻", random)):
        text = dump(persona)
        assert text.isascii()
        assert "\n" not in text
        assert load(text) == persona


GOOD = json.loads(dump(fresh(bytes(range(32)))))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "[]",
        "null",
        "[" * 900,
        "{" + " " * 2000 + "}",
        json.dumps({**GOOD, "v": 2}),
        json.dumps({**GOOD, "v": True}),
        json.dumps({**GOOD, "more": 1}),
        json.dumps({k: v for k, v in GOOD.items() if k != "id"}),
        json.dumps({**GOOD, "colour": 8}),
        json.dumps({**GOOD, "colour": True}),
        json.dumps({**GOOD, "colour": 1.0}),
        json.dumps({**GOOD, "seed": "00" * 15}),
        json.dumps({**GOOD, "seed": "zz" * 16}),
        json.dumps({**GOOD, "id": "0" * 15}),
        json.dumps({**GOOD, "id": "G" * 16}),
        json.dumps({**GOOD, "alias": " x"}),
        json.dumps({**GOOD, "alias": ""}),
    ],
)
def test_anything_else_is_not_a_kept_persona(text: str):
    with pytest.raises(ValueError, match="The kept persona cannot be read"):
        load(text)


@given(st.text(max_size=50) | st.recursive(st.none() | st.integers() | st.text(), st.lists).map(json.dumps))
def test_reading_a_kept_persona_fails_in_one_way_only(text: str):
    with pytest.raises(ValueError, match="The kept persona cannot be read"):
        load(text)


def test_a_persona_cannot_be_made_out_of_shape():
    good = fresh(bytes(range(32)))
    for alias, colour, seed, identity in [
        (" x", 0, good.seed, good.id),
        ("x", -1, good.seed, good.id),
        ("x", 0, b"", good.id),
        ("x", 0, good.seed, ""),
    ]:
        with pytest.raises(ValueError, match="persona must be"):
            Persona(alias, colour, seed, identity)
