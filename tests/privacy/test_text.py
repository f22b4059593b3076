from __future__ import annotations

import re
import unicodedata
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from privacy.text import (
    MAX_MARKS,
    MAX_NEWLINES,
    MAX_STACKED,
    confusable,
    folded,
    neutralise,
    neutralise_name,
    skeleton,
)

# Any code point, surrogates too, and often those that do something.
TROUBLE = (
    "\x00\x07\x08\t\n\x0b\x0c\r\x1b\x7f\x84\x85\x90\x9b\x9c\x9d\xa0\xad\u034f\u061c\u115f\u1160\u17b4\u180e\u200b\u200c"
    "\u200d\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069\u2800\u3000\u3164\ufe00\ufe0e\ufe0f\ufeff\uffa0\ufffe"
    "\ud800\udfff\ue000\U000e0001\U000e0041\U000e007f\U000e0100\U000f0000\U0010ffff\u0301\u0316\u0e47\u094d\u20e3\u0915"
    "\u064e\u06cc\u06a9\u1100\u1161\u11a8\ufb2c\u0958\U0001f469\u2764[];?38m\\]Pxrn e"
)
hostile = st.text(st.sampled_from(TROUBLE) | st.characters(exclude_categories=()), max_size=200)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("  around  ", "around"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[38;5;196mred", "red"),
        ("\x9b31mred", "red"),
        ("a\x1b]0;new title\x07b", "ab"),
        ("a\x1b]8;;https://203.0.113.7/\x1b\\link\x1b]8;;\x1b\\b", "alinkb"),
        ("a\x9d0;title\x9cb", "ab"),
        ("a\x1bP+q544e\x1b\\b", "ab"),
        ("a\x1b_Gi=1\x1b\\b", "ab"),
        ("a\x1bktitle\x1b\\b", "ab"),
        ("a\x1b]0;never ends\nb", "a b"),
        ("a\x1b]52;c;\x1b[31mb", "ab"),
        ("a\x1bcb", "ab"),
        ("a\x1b(0b", "ab"),
        ("a\x1b[31", "a"),
        ("a\x1b", "a"),
        ("a\x1b\u200b[31mb", "a[31mb"),
        ("a\x00\x07\x08\x7fb", "ab"),
        ("a\tb", "a b"),
        ("a\r\nb\rc\nd\x0be\x0cf\x85g\u2028h\u2029i", "a b c d e f g h i"),
        ("a\u00a0b\u2003c\u202fd\u2800e", "a b c d e"),
        ("\u202eevil\u202c \u2066x\u2069 \u200e\u200f\u061c", "evil x"),
        ("a\u200b\u2060\ufeff\u00ad\u034f\u180e\u115f\u3164\uffa0b", "ab"),
        ("a\U000e0041\U000e0042\U000e007f\U000e0100b", "ab"),
        ("a\ue000\U000f0000\ud800\udfff\ufffe\U0001fffe\U0001fffd\u0378b", "ab"),
        ("e\u0301", "é"),
        ("e\u200b\u0301", "é"),
        ("\u0301a", "a"),
        ("a \u0301b", "a b"),
        ("a\u200db\u200cc", "abc"),
        ("a\ufe0fb\ufe00", "ab"),
        ("\U0001f469\u200d", "\U0001f469"),
        ("\U0001f469\u200d\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb"),
        ("❤\ufe0f\ufe0f", "❤\ufe0f"),
    ],
)
def test_what_is_left_of_a_strangers_text(text: str, shown: str):
    assert neutralise(text, 100) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Zoë Ångström, naïve façade: ½ €, ‘quotes’ – dashes…",
        "👩‍💻 👍🏽 🏳️‍🌈 👨‍👩‍👧‍👦 ❤️‍🔥 🙂‍↔️ 1️⃣ #️⃣ ©️ ℹ️ ㊗️ ☺︎ 🇩🇪 🐻‍❄️ 🫠",
        "\U0001fae9",  # an emoji newer than the Unicode tables of Python 3.11
        "你好，世界　吃飯了嗎？ こんにちは カタカナ 안녕하세요",
        "مَرْحَبًا بالعالم ۝ می‌خواهم شَدَّة",
        "שָׁלוֹם עוֹלָם",
        "नमस्ते क्‍ष क्‌ष हिन्दी",
        "สวัสดี ที่นี่",
        "བསྒྲུབས ကျွန်ုပ် ကြွှေ့ ខ្ញុំ",
        "Việt Nam ế ộ",
        "𝒳 𐍈 𠀀",
    ],
)
def test_writing_of_this_world_is_not_touched(text: str):
    text = unicodedata.normalize("NFC", text)
    assert neutralise(text, 200) == text
    assert neutralise(unicodedata.normalize("NFD", text), 200) == text


def test_heaps_of_marks_are_bounded():
    stacked = "".join(chr(code) for code in range(0x0316, 0x0326))
    assert neutralise("a" + stacked + "b", 1000) == "a" + stacked[:MAX_STACKED] + "b"
    assert neutralise("ก" + "\u0e47" * 50, 1000) == "ก" + "\u0e47" * MAX_MARKS
    assert neutralise("x" + "\u20dd" * 50, 1000) == "x" + "\u20dd" * MAX_STACKED


def test_newlines_are_kept_only_where_wanted_and_bounded():
    assert neutralise("a\nb\r\n\r\nc", 100) == "a b  c"
    assert neutralise("a\nb\r\n\r\nc", 100, newlines=True) == "a\nb\n\nc"
    assert neutralise("\n\na\n \n\n \nb\n", 100, newlines=True) == "a\n\nb"
    many = neutralise("x\n" * 500, 10_000, newlines=True)
    assert many.count("\n") == MAX_NEWLINES
    assert many.count("x") == 500


@pytest.mark.parametrize(
    ("text", "limit", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abcde…"),
        ("abcd efgh", 6, "abcd…"),
        ("👩\u200d💻", 3, "👩\u200d💻"),
        ("👩\u200d💻x", 3, "👩…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("abc", -5, ""),
        ("", 5, ""),
        (" \x1b[0m\u200b ", 5, ""),
    ],
)
def test_what_is_too_long_ends_in_an_ellipsis(text: str, limit: int, shown: str):
    assert neutralise(text, limit) == shown


@given(hostile, st.integers(0, 250), st.booleans())
@example("\u0301\u0315\u0300", 10, False)
@example("\ufb2c\u05b0\u05b1\u05b2", 10, False)
@example("\u0915\u0301\u094d\u200d\u0915", 10, False)
def test_the_result_is_harmless_bounded_and_final(text: str, limit: int, newlines: bool):
    shown = neutralise(text, limit, newlines=newlines)
    assert len(shown) <= limit
    assert neutralise(shown, limit, newlines=newlines) == shown
    assert unicodedata.is_normalized("NFC", shown)
    assert shown == shown.strip()
    assert shown.count("\n") <= (MAX_NEWLINES if newlines else 0)
    assert "\n\n\n" not in shown
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]", shown)
    assert not any(unicodedata.category(ch) in ("Cs", "Co", "Zl", "Zp") for ch in shown)
    assert not any(ord(ch) >= 0xE0000 or ord(ch) & 0xFFFE == 0xFFFE for ch in shown)
    shown.encode()
    runs = re.findall("[\u0300-\u033f]+", unicodedata.normalize("NFC", shown))
    assert all(len(run) <= MAX_STACKED for run in runs)


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=80))
def test_visible_ascii_is_never_changed(text: str):
    assert neutralise(text, 80) == text


@pytest.mark.parametrize(
    "text",
    [
        "a" * 65536,
        "e\u0301\u0316" * 21845,
        "a" + "\u0316\u0301" * 32767,
        "\x1b]" * 32768,
        "\x1b[" * 32768,
        "\x9d" * 65536,
        "👩\u200d" * 32768,
        "\n " * 32768,
        "\n" + " " * 32768 + "\n" + " " * 32766,
    ],
)
def test_64_kb_of_anything_is_quick(text: str):
    start = process_time()
    neutralise(text, 500, newlines=True)
    skeleton(text[:1000])
    assert process_time() - start < 1.0


# --- look-alikes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Alice", "Alice"),
        ("Alice", "ALICE"),
        ("Alice", "Аlісе"),  # Cyrillic А, і, с, е
        ("Alice", "Αlice"),  # Greek Alpha
        ("Nina", "Νina"),  # Greek Nu
        ("ΝΙΚΟΣ", "νίκος"),
        ("Alice", "Ａｌｉｃｅ"),
        ("Alice", "𝒜𝓁𝒾𝒸ℯ"),
        ("Alice", "ᴀʟɪᴄᴇ"),
        ("Alice", "Aĺicé"),
        ("Alice", "A\u200blic\u202ee"),
        ("Alice", "A1ice"),
        ("Alice", "AIice"),
        ("Alice", "A|ice"),
        ("Bob", "B0b"),
        ("Bernd", "Bemd"),
        ("Wendy", "VVendy"),
        ("Quiet Heron", "Quiet  Heron "),
        ("Quiet Heron", "Quiet\u00a0Heron"),
        ("Quiet\u2800Heron", "Quiet\u3000Heron"),
        ("Ann-Marie", "Ann\u2011Marie"),
        ("O'Neil", "O’Neil"),
        ("Łódź", "Lodz"),
        ("straße", "STRASSE"),
        ("room 5", "room ٥"),
        ("x\u20dd\ufe0f", "x"),
    ],
)
def test_names_a_person_would_take_for_each_other(a: str, b: str):
    assert confusable(a, b)
    assert confusable(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [("Alice", "Alina"), ("Quiet Heron", "Quiet Puffin"), ("Ann", "Anna"), ("一", "二"), ("नी", "न"), ("", "x")],
)
def test_names_nobody_would_confuse(a: str, b: str):
    assert not confusable(a, b)


@given(hostile)
def test_a_skeleton_is_its_own_and_confusable_with_the_name(text: str):
    bones = skeleton(text)
    assert skeleton(bones) == bones
    assert confusable(text, text)
    assert confusable(text, bones)


@given(hostile, hostile)
def test_confusable_does_not_depend_on_the_order(a: str, b: str):
    assert confusable(a, b) == confusable(b, a)


@given(hostile)
def test_the_folded_form_knows_where_each_of_its_characters_came_from(text: str):
    look, origin = folded(text)
    assert len(look) == len(origin)
    assert origin == sorted(origin)
    assert "".join(folded(ch)[0] for ch in text) == look
    assert all(look[i] in folded(text[index])[0] for i, index in enumerate(origin))


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=60))
def test_plain_text_is_folded_as_any_other(text: str):
    look, origin = folded(text)
    other, others = folded(text + "\u0416")
    assert (look, origin) == (other[: len(look)], others[: len(origin)])
    assert origin == list(range(len(text)))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ana (you)", "Ana"),
        ("Аnа (уоu)", "Аnа"),  # in Cyrillic letters
        ("Ana （you）", "Ana"),
        ("Ana (y\u0301ou) Lee", "Ana Lee"),
        ("Ana ((you)you)", "Ana (you)"[:3]),
        ("Ben to you alone", "Ben"),
        ("you", ""),
        ("YOU ", ""),
        ("Ben ◆ verified", "Ben verified"),
        ("Ben ✅ 🔒", "Ben"),
        ("Ben          ● live ▣", "Ben live"),
        ("Ben\u3000\u3000\u3000live", "Ben live"),
        ("━━━━", ""),
        ("Young (he)", "Young (he)"),
        ("Bayou", "Bayou"),
        ("Zoë 👩‍💻", "Zoë 👩‍💻"),
    ],
)
def test_a_name_claims_nothing_that_incog_would_say_of_somebody(name: str, shown: str) -> None:
    assert neutralise_name(name, 40) == shown


@given(
    st.text(alphabet=st.sampled_from("(you) ●◆tolaeуоu\u0301\u200d👩") | st.characters(), max_size=60),
    st.integers(0, 40),
)
def test_a_name_is_settled_at_once(name: str, limit: int) -> None:
    shown = neutralise_name(name, limit)
    assert neutralise_name(shown, limit) == shown
    assert neutralise(shown, limit) == shown
    assert "(you)" not in shown
