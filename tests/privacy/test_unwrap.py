from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.unwrap import EFFORT, MAX_DEPTH, readings

plain = st.text(min_size=4, max_size=20).filter(lambda text: all(part.isalnum() for part in text))


def texts(text: str) -> list[str]:
    return [reading.text for reading in readings(text)]


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ("%4a%61n%C3%a9", "Jané"),
        ("100%25 sure", "100% sure"),
        (r"\u004aan\u00E9", "Jané"),
        (r"\ud83d\ude00!", "\U0001f600!"),
        (r"\ud83d!", "\ud83d!"),
        (r"\x4a\x61n\xc3\xa9", "Jané"),
        (r"say \"hi\"\/\\\n", 'say "hi"/\\ '),
        ("&#74;&#x61;n", "Jan"),
        ("&#x110000;an", " an"),
        ("4a616e65", "Jane"),
        ("4A:61:6E:65", "Jane"),
        ("0x4a, 0x61, 0x6e, 0x65", "Jane"),
        ("4a 61 6e 65", "Jane"),
        ("f4a616e65f", "Jane"),
        ("12:30 4a616e65", "Jane"),
        ("SmFuZQ==", "Jane"),
        ("SmFuZQ", "Jane"),
        ("SmFu\nZSBE\r\nb2U=", "Jane Doe"),
        ("xSmFuZQ", "Jane"),
        ("xxSmFuZQ", "Jane"),
        ("xxxSmFuZQ", "Jane"),
        ("Pz8_Pj4-SmFuZQ", "???>>>Jane"),
        ("bmHDr3Zl", "naïve"),
        ("SgBhAG4AZQA", "J\x00a\x00n\x00e\x00"),
    ],
)
def test_encodings_are_undone(text: str, inner: str):
    assert inner in texts(text)


def test_ordinary_text_has_one_reading():
    assert texts("we shall see, at 10:30, whether it works") == ["we shall see, at 10:30, whether it works"]
    assert texts("") == [""]


@given(plain, st.lists(st.sampled_from(["base64", "hex", "url", "json"]), max_size=MAX_DEPTH))
def test_encodings_within_encodings_are_undone(text: str, layers: list[str]):
    encoded = text
    for layer in layers:
        data = encoded.encode()
        encoded = {
            "base64": base64.b64encode(data).decode(),
            "hex": data.hex(),
            "url": "".join(f"%{byte:02X}" for byte in data),
            "json": json.dumps(encoded)[1:-1],
        }[layer]
    assert text in texts(encoded)


@given(st.text(max_size=200) | st.text(st.sampled_from("aA1+/_-=%4\\ux0&#;: \n"), max_size=200))
def test_every_character_of_a_reading_comes_from_somewhere(text: str):
    for reading in readings(text):
        assert len(reading.origin) == len(reading.text)
        assert all(0 <= start < end <= len(text) for start, end in reading.origin)
        assert reading.origin == sorted(reading.origin)


def test_a_find_in_a_reading_is_a_find_in_the_text():
    text = "é %4aané \\u0062 ✓ NGE2MTZlNjU= end"
    found = {
        reading.text[at : at + 4]: text[reading.origin[at][0] : reading.origin[at + 3][1]]
        for reading in readings(text)
        for at in [reading.text.find("Jan")]
        if at >= 0
    }
    assert found == {"Jané": "%4aané", "Jane": "NGE2MTZlNjU"}


@pytest.mark.parametrize("unit", ["a", "4a", "%4a", "SmFuZSBEb2Ug", "\\u0041", "-", "4a "])
def test_the_work_is_bounded(unit: str):
    text = unit * (20_000 // len(unit))
    assert sum(len(reading.text) for reading in readings(text)) <= (1 + EFFORT) * len(text)
    assert [reading.text for reading in readings(text, effort=0)] == [text]
