"""Who holds the floor, who sits where, and what is shown large."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.model import Person
from tui.widgets.casting import (
    FEW,
    QUIET,
    REMEMBERED,
    SPOKEN,
    STAY,
    Talk,
    Wanted,
    choose,
    presenter,
    seat,
    shows,
)

TICK = 0.125
SILENCE = Talk()
KEYS = "abcdef"


def people(speaking: str = "", of: str = KEYS, cameras: str = "") -> list[Person]:
    """Oneself and one person a letter."""
    me = Person("me", "Me", me=True, speaking="!" in speaking)
    return [me, *(Person(key, key.upper(), speaking=key in speaking, camera=key in cameras) for key in of)]


def heard(*spans: tuple[str, float], of: str = KEYS, talk: Talk = SILENCE, at: float = 0.0) -> tuple[Talk, float]:
    """The talk after these speak for so many seconds each, and the time then."""
    for speaking, seconds in spans:
        for _ in range(round(seconds / TICK)):
            talk = talk.step(people(speaking, of), at)
            at += TICK
    return talk, at


# The floor


def test_whoever_speaks_for_a_while_gets_the_floor() -> None:
    assert heard(("a", 0.8))[0].floor == ""
    assert heard(("a", 1.5))[0].floor == "a"


def test_a_cough_moves_nothing() -> None:
    talk, at = heard(("a", 5))
    for _ in range(6):
        talk, at = heard(("", 2), ("b", 0.5), talk=talk, at=at)
        assert talk.floor == "a"


def test_the_floor_is_not_taken_from_whoever_speaks() -> None:
    talk, at = heard(("a", 3), ("ab", 20))
    assert talk.floor == "a"
    talk, _ = heard(("b", 3), talk=talk, at=at)
    assert talk.floor == "b"


def test_a_pause_between_words_is_no_silence() -> None:
    talk, at = heard(("a", 2))
    for _ in range(10):
        talk, at = heard(("b", 0.2), ("ab", 0.4), ("", 0.4), talk=talk, at=at)
    assert talk.floor == "a"
    assert heard(("c", 0.7), ("", 0.4), ("c", 0.7))[0].floor == "c"


def test_oneself_never_has_the_floor() -> None:
    assert heard(("!", 10))[0].floor == ""


def test_when_who_had_the_floor_leaves_who_spoke_last_has_it() -> None:
    talk, at = heard(("b", 4), ("", 3), ("a", 4))
    assert talk.floor == "a"
    talk = talk.step(people(of="bc"), at)
    assert talk.floor == "b"
    assert talk.step(people(of="c"), at).floor == ""


def test_of_a_great_many_voices_a_bounded_number_is_remembered() -> None:
    talk = Talk()
    for index in range(500):
        talk = talk.step([Person(str(index), "", speaking=True)], index)
    assert len(talk.voices) <= REMEMBERED


@given(st.lists(st.tuples(st.sets(st.sampled_from(KEYS), max_size=3), st.integers(1, 40)), max_size=30))
def test_the_floor_changes_hands_only_after_a_while(spans: Sequence[tuple[set[str], int]]) -> None:
    talk, at, since = Talk(), 0.0, -STAY
    silent: dict[str, float] = {}
    for speaking, ticks in spans:
        for _ in range(ticks):
            silent.update(dict.fromkeys(speaking, at))
            before, talk = talk.floor, talk.step(people("".join(speaking)), at)
            if talk.floor != before:
                assert talk.floor in speaking
                if before:
                    assert at - since >= STAY
                    assert at - silent[before] > QUIET
                since = at
            at += TICK


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.integers(1, int(SPOKEN / TICK))), max_size=30))
def test_no_number_of_coughs_gets_the_floor(coughs: Sequence[tuple[str, int]]) -> None:
    talk, at = Talk(), 0.0
    for key, ticks in coughs:
        talk, at = heard((key, ticks * TICK), ("", 0.75), talk=talk, at=at)
        assert talk.floor == ""


# The seats


def test_where_all_fit_everybody_sits_in_order_and_newcomers_at_the_end() -> None:
    seats = seat((), people(of="abc")[1:], 9, Talk())
    assert seats == ["a", "b", "c"]
    assert seat(seats, people(of="abcd", cameras="d")[1:], 9, Talk()) == ["a", "b", "c", "d"]
    assert seat(seats, people(of="acd")[1:], 9, Talk()) == ["a", "c", "d"]


def test_where_not_all_fit_who_shows_a_picture_comes_first() -> None:
    assert seat((), people(cameras="df")[1:], 3, Talk()) == ["d", "f", "a"]


def test_whoever_begins_to_speak_gets_the_seat_of_the_one_silent_longest() -> None:
    talk, _ = heard(("a", 2), ("c", 2), ("b", 2), ("f", 2))
    assert seat("abc", people("f")[1:], 3, talk) == ["f", "b", "c"]
    assert seat("abc", people("f")[1:], 3, talk, still=True) == ["a", "b", "c"]


def test_nobody_who_speaks_gives_way() -> None:
    talk, _ = heard(("abcf", 2))
    assert seat("abc", people("abcf")[1:], 3, talk) == ["a", "b", "c"]


def test_the_seat_of_one_who_left_is_taken_by_one_who_waits() -> None:
    assert seat("abc", people(of="acdef", cameras="e")[1:], 3, Talk()) == ["a", "e", "c"]


KEY_LISTS = st.lists(st.sampled_from("abcdefghijkl"), unique=True)


@given(
    before=KEY_LISTS, here=KEY_LISTS, speaking=st.sets(st.sampled_from("abcdefghijkl")), room=st.integers(0, 8),
    spoke=st.lists(st.sampled_from("abcdefghijkl"), max_size=6), still=st.booleans(),
)  # fmt: skip
def test_as_many_sit_as_can_each_once_and_who_stays_does_not_move(before, here, speaking, room, spoke, still) -> None:
    talk, at = Talk(), 0.0
    for key in spoke:
        talk, at = heard((key, 1.5), of="abcdefghijkl", talk=talk, at=at)
    who = people("".join(speaking), "".join(here))[1:]
    talk = talk.step(who, at)
    seats = seat(before[:room], who, room, talk, still=still)
    assert len(seats) == len(set(seats)) == min(room, len(here))
    assert set(seats) <= set(here)
    if len(here) > room:
        assert all(new == old or new not in before[:room] for new, old in zip(seats, before[:room], strict=False))
    elif set(before[:room]) == set(here):
        assert seats == before[:room]


# What is large


def test_few_are_a_gallery_and_many_a_speaker() -> None:
    talk, _ = heard(("b", 2))
    few = people()
    assert choose(Wanted(), few, talk, "", all_fit=True) == ("gallery", "")
    assert choose(Wanted(), few, talk, "", all_fit=False) == ("speaker", "b")
    many = people(of="abcdefghijkl"[: FEW + 1])
    assert choose(Wanted(), many, talk, "", all_fit=True) == ("speaker", "b")
    assert choose(Wanted("gallery"), many, talk, "", all_fit=False) == ("gallery", "")
    assert choose(Wanted("speaker"), few, talk, "", all_fit=True) == ("speaker", "b")


def test_a_screen_that_is_shared_is_large_by_itself_until_it_is_not() -> None:
    shared = [replace(person, presenting=person.key in "bd") for person in people()]
    assert choose(Wanted(), shared, Talk(), "", all_fit=True) == ("screen", "b")
    assert choose(Wanted(), shared, Talk(), "d", all_fit=True) == ("screen", "d")  # who was first stays
    assert choose(Wanted("gallery"), shared, Talk(), "", all_fit=True) == ("gallery", "")
    assert choose(Wanted("screen"), people(), Talk(), "", all_fit=True) == ("gallery", "")


def test_ones_own_screen_and_a_hidden_one_are_never_large() -> None:
    mine = [replace(person, presenting=person.me) for person in people()]
    assert presenter(mine) == ""
    hidden = [replace(person, presenting=True, hidden=True) for person in people()]
    assert presenter(hidden) == ""
    assert not shows(hidden[1])


def test_one_person_alone_until_they_leave() -> None:
    assert choose(Wanted(only="c"), people(), Talk(), "", all_fit=True) == ("one", "c")
    assert choose(Wanted(only="z"), people(), Talk(), "", all_fit=True) == ("gallery", "")


def test_before_anybody_spoke_somebody_who_is_seen_is_large_and_stays_so() -> None:
    wanted = Wanted("speaker")
    assert choose(wanted, people(cameras="ce"), Talk(), "", all_fit=True) == ("speaker", "c")
    assert choose(wanted, people(cameras="ce"), Talk(), "e", all_fit=True) == ("speaker", "e")
    assert choose(wanted, people(), Talk(), "", all_fit=True) == ("speaker", "a")
    assert choose(wanted, people(of=""), Talk(), "", all_fit=True) == ("speaker", "")


@pytest.mark.parametrize("shared", [False, True])
def test_the_ways_to_look_come_round(shared: bool) -> None:
    wanted, seen = Wanted(only="a", page=2), []
    for _ in range(5):
        wanted = wanted.next(shared=shared)
        seen.append(wanted.mode)
    assert seen == (["auto", "gallery", "speaker", "screen", "auto"] if shared else
                    ["auto", "gallery", "speaker", "auto", "gallery"])  # fmt: skip
    assert not wanted.only
    assert not wanted.page
