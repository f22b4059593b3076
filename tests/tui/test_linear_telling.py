"""What is told by itself: calm where many things happen, and who is meant by a part of a name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from privacy.facts import Audience
from tests.tui.fake_meeting import ledger, me, meeting, others
from tui.linear import answers
from tui.linear.calm import QUIET, Burst, Comings
from tui.linear.lines import Line
from tui.linear.news import KINDS, changes
from tui.linear.who import find, split
from tui.model import Person
from tui.widgets.order import Order

ALL = frozenset(KINDS)


def texts(lines: list[Line]) -> list[str]:
    return [line.text for line in lines]


# --- many at once


def test_the_first_few_are_told_and_the_rest_is_summed_up() -> None:
    comings = Comings()
    told = [line.text for number in range(40) for line in comings.came(f"P{number}", number / 100)]
    assert told == ['"P0" is here.', '"P1" is here.', '"P2" is here.']
    assert comings.went("P1", "left", 0.5) == []
    assert comings.over(39, 1.0) == []
    assert texts(comings.over(39, 0.5 + QUIET)) == ["37 more came and 1 more went; 39 others are here now."]
    assert comings.over(39, 60.0) == []
    assert texts(comings.went("P2", "left", 60.0)) == ['"P2" is gone (left).']


def test_a_stream_without_end_is_summed_up_now_and_then() -> None:
    burst = Burst(2, 5.0)
    told = [number for number in range(400) if burst.take(number / 10)]
    assert told == [0, 1]
    assert burst.over(39.9) == 398


def test_who_reconnects_neither_went_nor_came() -> None:
    comings = Comings()
    assert comings.went("Amber Fox", "reconnecting", 1.0) == []
    assert comings.came("Amber Fox", 1.1) == []
    assert texts(comings.came("Amber Fox", 1.2)) == ['"Amber Fox" is here.']


# --- what changed


def test_the_first_look_says_who_and_how_one_is() -> None:
    assert changes(None, meeting(phase="connecting"), ALL) == []
    assert texts(changes(None, meeting(), ALL)) == [
        'You are in the meeting as "Quiet Heron". Type help to learn what can be done.',
        "You are muted: nothing is sent. Your camera is off.",
    ]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"microphone": "live"}, "Others hear you now."),
        ({"microphone": "live", "talk": "voice"}, "Others hear you when you speak."),
        ({"camera": "live"}, "Others see you now."),
        ({"people": (me(hand=True), *others())}, "Your hand is up."),
    ],
)
def test_ones_own_state_is_always_told(change: dict[str, object], told: str) -> None:
    assert texts(changes(meeting(), meeting(**change), frozenset())) == [told]
    assert changes(meeting(**change), meeting(**change), frozenset()) == []


def test_of_others_only_what_is_wanted_is_told() -> None:
    a, b, c = others()
    then = meeting(people=(me(), replace(a, muted=True, speaking=True), replace(b, hand=True, presenting=True), c))
    before = meeting(people=(me(), replace(a, speaking=False), b, c))
    assert changes(before, then, frozenset()) == []
    assert texts(changes(before, then, {"hands"})) == [
        '"Silver Otter" raised a hand.',
        '"Silver Otter" shows a screen.',
    ]
    assert texts(changes(before, then, {"states"})) == ['"Amber Fox" is muted.']
    assert texts(changes(before, then, {"speaking"})) == ['"Amber Fox" speaks.']


def test_many_who_do_the_same_are_counted() -> None:
    crowd = tuple(Person(str(number), f"P{number}") for number in range(50))
    raised = tuple(replace(person, hand=True) for person in crowd)
    lines = changes(meeting(people=(me(), *crowd)), meeting(people=(me(), *raised)), ALL)
    assert texts(lines) == ["50 people raised a hand."]


def test_back_after_a_loss_is_told() -> None:
    assert texts(changes(meeting(phase="recovering"), meeting(), ALL)) == ["Back in the meeting."]


# --- who is meant


PEOPLE = (
    me(),
    Person("a", "Amber Fox", order=1),
    Person("b", "Amber Heron", order=2),
    Person("c", "Аmber Fox", order=3),  # with a Cyrillic letter
    Person("d", "Silver Otter", order=4),
)


@pytest.mark.parametrize(
    ("typed", "keys"),
    [
        ("amber heron", "b"),
        ("amber h", "b"),
        ("otter", "d"),
        ("#3", "c"),
        ("#9", ""),
        ("amber", "abc"),
        ("Amber Fox", "ac"),  # two who could be taken for each other are never told apart by a name
        ('"Silver Otter"', "d"),
        ("Quiet Heron", ""),  # oneself
        ("", ""),
        ("ber", ""),
    ],
)
def test_names_may_be_shortened_where_one_is_meant(typed: str, keys: str) -> None:
    assert "".join(person.key for person in find(PEOPLE, typed)) == keys


@pytest.mark.parametrize(
    ("typed", "keys", "text"),
    [
        ("silver otter is late", "d", "is late"),
        ("silver is late", "d", "is late"),
        ("silver: otter is  late", "d", "otter is  late"),
        ("#2 hello: you", "b", "hello: you"),
        ("amber hello", "abc", "hello"),
        ("nobody hello", "", "nobody hello"),
        ("silver", "d", ""),
        ("silver: ", "d", ""),
    ],
)
def test_a_name_ends_where_the_text_begins(typed: str, keys: str, text: str) -> None:
    found, rest = split(PEOPLE, typed)
    assert ("".join(person.key for person in found), rest) == (keys, text)


# --- answers


def test_the_status_answers_what_a_person_must_know() -> None:
    told = texts(answers.status(meeting(joined_at=12.0, quality="link good", may_record=("Note Bot",), screen=False)))
    assert told == [
        'You are "Quiet Heron", 3 others are here; you are in it for 4 min.',
        "You are muted: nothing is sent.",
        "Your camera is off.",
        "Your address is seen by participants and the operator.",
        "Encryption, at its worst here: end to end, unverified.",
        'It may be recorded by "Note Bot".',
        "Link good.",
    ]
    assert "Others hear you now." in texts(answers.status(meeting(microphone="live")))
    assert "It is being recorded." in texts(answers.status(meeting(recording=True)))
    assert "It is not recorded." in texts(answers.status(meeting(recording=False)))


def test_people_are_listed_with_what_is_so_of_them() -> None:
    _, *rows = texts(answers.people(meeting().people, "", Order(), 0.0))
    assert rows == [
        '"Quiet Heron", you',
        '#0 "Amber Fox", speaks, audible, visible, end to end, unverified',
        '#0 "Silver Otter", muted, visible, end to end, verified',
        '#0 "Distant Wren", muted, camera off, hand up as number 0, end to end, unverified, name like yours',
    ]


def test_people_are_sorted_and_found() -> None:
    def names(typed: str) -> list[str]:
        return [text.split('"')[1] for text in texts(answers.people(meeting().people, typed, Order(), 0.0))[1:]]

    assert names("name") == ["Quiet Heron", "Amber Fox", "Distant Wren", "Silver Otter"]
    assert names("wren") == ["Distant Wren"]
    assert names("name er") == ["Amber Fox", "Silver Otter"]
    assert names("nobody") == []


def test_of_thousands_some_are_listed() -> None:
    crowd = tuple(Person(str(number), f"P{number}", order=number) for number in range(5000))
    lines = texts(answers.people((me(), *crowd), "", Order(), 0.0))
    assert len(lines) == 1 + answers.MOST_PEOPLE + 1
    assert lines[-1].startswith("and 4971 more")


def test_what_others_see_is_told_in_few_words_and_in_many() -> None:
    told = texts(answers.known(ledger()))
    assert "Relays: nothing" in told
    assert "Participants: display name, microphone state, network address, chat message" in told
    assert "no longer: voice is live, picture is live" in told
    lines, items = answers.known_to(ledger(voice=True), Audience.PARTICIPANTS)
    assert lines[0].text == "Participants: 6 things."
    assert "1. display name: Quiet Heron, for 4 min" in texts(lines)
    assert len(items) == 6
    for number, item in enumerate(items, 1):
        assert lines[number].text.startswith(f"{number}. {item.fact.value}")  # type: ignore[union-attr] # entries all


def test_what_was_kept_back_and_refused_is_numbered_through() -> None:
    lines, items = answers.withheld(ledger(refused=True))
    assert texts(lines)[-1] == "4. look up telemetry.example.net:443, 2 times"
    assert len(items) == 4


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", tuple(Audience)),
        ("by participants", (Audience.PARTICIPANTS,)),
        ("by the operator", (Audience.OPERATOR,)),
        ("by relays", (Audience.RELAY,)),
        ("network", (Audience.NETWORK,)),
        ("by somebody", None),
    ],
)
def test_an_audience_is_named(typed: str, found: tuple[Audience, ...] | None) -> None:
    assert answers.audience_of(typed) == found
