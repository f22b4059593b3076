"""In which order people stand, and who is found: pure values."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tui.model import Person
from tui.widgets.order import CALM, Order, Sort

ME = Person("me", "Quiet Heron", me=True)


def crowd(*names: str) -> list[Person]:
    return [ME, *(Person(name, name) for name in names)]


def found(order: Order, people: list[Person], now: float = 0.0) -> list[str]:
    return [people[index].name for index in order.rows(people, now)]


def by(sort: Sort, typed: str = "") -> Order:
    order = Order()
    order.sort, order.found_by = sort, typed
    return order


def test_everybody_stands_as_they_came_unless_asked_otherwise() -> None:
    order = Order()
    assert order.plain
    assert order.rows(crowd("b", "a"), 0.0) == range(3)


def test_z_goes_round() -> None:
    order, seen = Order(), []
    for _ in Sort:
        seen.append(order.sort)
        order.next()
    assert seen == list(Sort)
    assert order.sort is Sort.JOINED


def test_typing_finds_names_by_how_they_look() -> None:
    people = crowd("Amber Fox", "Ámbar Finch", "Αmber Wren", "Silver Otter", "Ernst")
    for typed, names in (
        ("amb", ["Amber Fox", "Ámbar Finch", "Αmber Wren"]),
        ("AMBER", ["Amber Fox", "Αmber Wren"]),
        ("fox am", ["Amber Fox"]),
        ("er", ["Quiet Heron", "Amber Fox", "Αmber Wren", "Silver Otter", "Ernst"]),
        ("ern", ["Ernst"]),
        ("  ", ["Quiet Heron", "Amber Fox", "Ámbar Finch", "Αmber Wren", "Silver Otter", "Ernst"]),
        ("nobody", []),
    ):
        assert found(by(Sort.JOINED, typed), people) == names, typed


def test_by_name_oneself_stands_first() -> None:
    assert found(by(Sort.NAME), crowd("wren", "Amber", "Ámber", "bee")) == [
        "Quiet Heron", "Amber", "Ámber", "bee", "wren",
    ]  # fmt: skip


def test_hands_stand_in_the_order_in_which_they_went_up() -> None:
    a, b, c, d = crowd("a", "b", "c", "d")[1:]
    people = [ME, a, replace(b, hand=True, hand_order=3), c, replace(d, hand=True, hand_order=1)]
    assert found(by(Sort.HANDS), people) == ["Quiet Heron", "d", "b", "a", "c"]
    assert found(by(Sort.HANDS), [replace(ME, hand=True, hand_order=2), *people[1:]])[0] == "Quiet Heron"


def test_speakers_come_first_and_keep_their_places_while_they_take_turns() -> None:
    order, people = by(Sort.SPEAKING), crowd("a", "b", "c")

    def speaks(*names: str) -> list[Person]:
        return [replace(person, speaking=person.name in names) for person in people]

    assert found(order, people, 0.0)[1:] == ["a", "b", "c"]
    assert found(order, speaks("c"), 1.0)[1:] == ["c", "a", "b"]
    assert found(order, speaks("b"), 2.0)[1:] == ["c", "b", "a"]
    for second in range(3, 12):
        assert found(order, speaks("bc"[second % 2]), float(second))[1:] == ["c", "b", "a"]
    assert found(order, speaks("b"), 11.0 + CALM)[1:] == ["b", "a", "c"]
    assert found(order, people, 12.0 + 2 * CALM)[1:] == ["a", "b", "c"]


def test_an_order_is_kept_while_nothing_that_decides_it_changed() -> None:
    people = crowd("wren", "amber")
    for sort in (Sort.NAME, Sort.HANDS):
        order = by(sort, "e")
        first = order.rows(people, 0.0)
        louder = [replace(person, level=0.4) for person in people]
        assert order.rows(louder, 1.0) is first
        assert order.rows(louder[:-1], 2.0) is not first


PEOPLE = st.lists(
    st.builds(
        Person,
        st.uuids().map(str),
        st.text("abcd ", max_size=4),
        hand=st.booleans(),
        hand_order=st.integers(0, 5),
        speaking=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda person: person.key,
)


@given(PEOPLE, st.sampled_from(Sort), st.text("ab ", max_size=3))
def test_everybody_who_is_found_stands_in_it_once(others, sort: Sort, typed: str) -> None:
    people = [ME, *others]
    rows = list(by(sort, typed).rows(people, 0.0))
    assert sorted(rows) == list(by(Sort.JOINED, typed).rows(people, 0.0))
    assert 0 not in rows[1:]
