"""The answers of the status, and how they are made to fit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.fake_meeting import meeting
from tui.model import Meeting, Person
from tui.widgets import answers
from tui.widgets.answers import Answer, fitted
from tui.widgets.status import KNOWN, LEAVING, SHORTEN_KNOWN, SHORTEN_LEAVING

MEETINGS = st.builds(
    Meeting,
    phase=st.just("live"),
    people=st.text(min_size=1, max_size=70).map(lambda name: (Person("me", name, me=True),)),
    ledger=st.just(meeting().ledger),
    microphone=st.sampled_from(["off", "muted", "live", "none"]),
    camera=st.sampled_from(["off", "live", "none"]),
    talk=st.sampled_from(["open", "push", "voice"]),
    talking=st.booleans(),
    screen=st.booleans(),
    recording=st.sampled_from([None, True, False]),
    may_record=st.lists(st.text(min_size=1, max_size=60), max_size=3),
    encryption=st.sampled_from(["", "none", "to the server", "end to end, unverified", "end to end, verified"]),
    address_seen_by=st.sampled_from(
        ["", "participants", "the operator", "participants, the operator, the relay and the network"]
    ),
    quality=st.sampled_from(["", "link good", "link fair: 2% lost", "link slow: 400 ms", "link poor: 30% lost"]),
)


def told(shown: Meeting, questions, order, room: int, between: int = 3) -> dict[str, str]:
    asked = {name: question(shown) for name, question in questions.items()}
    return fitted({name: answer for name, answer in asked.items() if answer}, order, room, between)


@given(shown=MEETINGS, width=st.integers(34, 250))
def test_everything_is_answered_and_fits(shown: Meeting, width: int) -> None:
    for questions, order in ((LEAVING, SHORTEN_LEAVING), (KNOWN, SHORTEN_KNOWN)):
        texts = told(shown, questions, order, width - 4)
        assert sum(map(cell_len, texts.values())) + 3 * (len(texts) - 1) <= width - 4 + 3
        assert all(text for name, text in texts.items() if name != "name")


@given(shown=MEETINGS)
def test_in_a_wide_window_nothing_is_shortened(shown: Meeting) -> None:
    for questions, order in ((LEAVING, SHORTEN_LEAVING), (KNOWN, SHORTEN_KNOWN)):
        texts = told(shown, questions, order, 400)
        for name, question in questions.items():
            answer = question(shown)
            assert answer is None or texts[name] == answer.forms[0]


@given(shown=MEETINGS, other=MEETINGS, width=st.integers(30, 120))
def test_what_differs_is_told_differently_at_every_width(shown: Meeting, other: Meeting, width: int) -> None:
    def seen(one: Meeting) -> tuple[str, ...]:
        texts = told(one, KNOWN, SHORTEN_KNOWN, width)
        return tuple(text.split()[0] if name == "encryption" else text for name, text in texts.items())

    alike = replace(other, recording=shown.recording, encryption=shown.encryption)
    if shown.recording != other.recording and not other.may_record:  # a bot leaves it open, whatever the service says
        assert seen(replace(alike, recording=other.recording)) != seen(alike)
    if shown.encryption != other.encryption:
        assert seen(replace(alike, encryption=other.encryption)) != seen(alike)


@pytest.mark.parametrize(
    ("label", "forms"),
    [
        ("end to end, verified", ("◆ end to end, verified", "◆ verified", "◆")),
        ("end to end, unverified", ("◇ end to end, unverified", "◇ unverified", "◇")),
        ("to the server", ("△ to the server: its operator can hear and see", "△ to the server", "△ server", "△")),
        ("none", ("! not encrypted", "! not encrypted", "!")),
    ],
)
def test_the_ladder_of_encryption_is_told_apart_without_colour(label: str, forms: tuple[str, ...]) -> None:
    answer = answers.encryption(meeting(encryption=label))
    assert answer is not None
    assert answer.forms == forms


def test_an_answer_is_shortened_no_more_than_needed() -> None:
    two = {"one": Answer(("long words", "lw", "l")), "two": Answer(("others", "o"))}
    assert fitted(two, ("one", "two", "one"), 20, 2) == {"one": "long words", "two": "others"}
    assert fitted(two, ("one", "two", "one"), 12, 2) == {"one": "lw", "two": "others"}
    assert fitted(two, ("one", "two", "one"), 5, 2) == {"one": "lw", "two": "o"}
    assert fitted(two, ("two", "one", "one"), 5, 2) == {"one": "lw", "two": "o"}
