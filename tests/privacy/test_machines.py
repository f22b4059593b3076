"""Which names say that their bearer is a machine, and which only look like it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.machines import Machine, _listed, machine_of
from privacy.persona import FIRST, SECOND

LOOK_ALIKE = str.maketrans({"o": "о", "e": "е", "a": "а", "c": "с", "i": "і", "p": "р"})
"""Latin letters to Cyrillic ones that look the same."""

ENTRIES = [(machine, word) for machine in Machine for word in _listed(machine)]


@pytest.mark.parametrize(
    ("name", "machine"),
    [
        ("Recorder", Machine.RECORDER),
        ("Rec0rder 2", Machine.RECORDER),
        ("Meeting Recording", Machine.RECORDER),
        ("🔴 REC", Machine.RECORDER),
        ("Recording Bot", Machine.RECORDER),
        ("Aufnahmegerat", Machine.RECORDER),
        ("ЗАПИСЬ", Machine.RECORDER),
        ("自動録画", Machine.RECORDER),
        ("녹화", Machine.RECORDER),
        ("NoteTaker", Machine.NOTE_TAKER),
        ("someone's note-taker", Machine.NOTE_TAKER),
        ("AI Notetaker (Calm Pike)", Machine.NOTE_TAKER),
        ("Live Transcription", Machine.NOTE_TAKER),
        ("Trascrizione", Machine.NOTE_TAKER),
        ("bot", Machine.BOT),
        ("B0T", Machine.BOT),
        ("HelperBot3", Machine.BOT),
        ("AIBot", Machine.BOT),
        ("meeting_assistant", Machine.BOT),
        ("Pike's AI", Machine.BOT),
        ("AI", Machine.BOT),
        ("summary.ai", Machine.BOT),
        ("会议助手", Machine.BOT),
    ],
)
def test_a_name_that_says_so(name: str, machine: Machine) -> None:
    assert machine_of(name) is machine


@pytest.mark.parametrize(
    "name",
    [
        "", "Abbott", "ABBOTT", "Abbot", "Talbot", "Botha", "Botticelli", "Turbot", "Recordon", "Ai Weiwei",
        "AI WEIWEI", "Al", "Al Green", "Aidan", "Kai", "Ki Hong", "Ia", "Airi", "Notter", "Tran Scribner", "Assisi",
        "Robottom", "a.i", "...", "12", "Recto", "Silver Otter", "Mia I.", "Sai.aiko", "Ghi", "Am", "Prise", "Compte",
    ],
)  # fmt: skip
def test_a_name_that_only_looks_like_it(name: str) -> None:
    assert machine_of(name) is None


def test_no_alias_of_ours_is_taken_for_a_machine() -> None:
    assert [alias for first in FIRST for second in SECOND if machine_of(alias := f"{first} {second}")] == []


@pytest.mark.parametrize("case", [str, str.upper, str.capitalize, str.title])
@pytest.mark.parametrize(
    ("before", "after"), [("", ""), ("Amber Fox ", ""), ("", " (2)"), ("[", "]"), ("", " 7"), ("* ", " *")]
)
def test_every_listed_word_is_found_however_it_is_dressed(case, before: str, after: str) -> None:
    for machine, word in ENTRIES:
        plain = case(word.rstrip("*"))
        for worn in (plain, plain.translate(LOOK_ALIKE)):
            found = machine_of(f"{before}{worn}{after}")
            assert found is not None, worn
            assert list(Machine).index(found) <= list(Machine).index(machine), worn


@given(st.sampled_from([word for machine, word in ENTRIES if word.isascii()]), st.sampled_from("abcdefgxyz"))
def test_a_listed_word_inside_another_word_is_not_it(word: str, letter: str) -> None:
    word = word.rstrip("*")
    if " " not in word and not word.startswith(("note", "notu")):
        assert machine_of(f"{letter}{word}{letter}q".lower()) is None


@given(st.text(max_size=80))
def test_any_text_has_an_answer(name: str) -> None:
    assert machine_of(name) in (None, *Machine)
