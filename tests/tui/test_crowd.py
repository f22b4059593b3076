"""The rows of the people: what they say, and that a row is made anew only where something changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from net.services.base import (
    Encryption,
    Participant,
    ParticipantChanged,
    ParticipantJoined,
    ParticipantLeft,
    PeerId,
    Resynced,
    Source,
)
from privacy.persona import named
from privacy.text import confusable
from tests.tui.fake_session import FakeLevel, FakeOwn
from tui.compose.crowd import Alike, Crowd
from tui.compose.roster import ME, Roster
from tui.model import Person

OURSELVES = Person(ME, "Wren", me=True)


class Meeting:
    """A roster and its rows."""

    def __init__(self) -> None:
        self.roster = Roster(lambda: 0.0)
        self.crowd = Crowd(named("Wren", bytes(32)))
        self.own = FakeOwn()

    def happens(self, *events: Any) -> None:
        for event in events:
            list(self.roster.apply(event))

    def comes(self, *names: str) -> None:
        for name in names:
            self.happens(ParticipantJoined(Participant(PeerId(f"id of {name}"), name)))

    def changes(self, name: str, /, **what: Any) -> None:
        self.happens(ParticipantChanged(replace(self.roster.here[PeerId(f"id of {name}")], **what)))

    def goes(self, name: str) -> None:
        self.happens(ParticipantLeft(PeerId(f"id of {name}"), name, "left"))

    def rows(self, **levels: FakeLevel) -> tuple[Person, ...]:
        told = {f"id of {name}": level for name, level in levels.items()}
        return self.crowd.people(self.roster, told, self.own, OURSELVES)

    def row(self, name: str) -> Person:
        return next(person for person in self.rows() if person.name == name)


def test_a_row_says_what_somebody_discloses() -> None:
    meeting = Meeting()
    meeting.comes("Reed")
    meeting.changes("Reed", muted=False, encryption={Source.MICROPHONE: Encryption.END_TO_END})
    me, reed = meeting.rows(Reed=FakeLevel(0.512, True))
    assert me is OURSELVES
    assert (reed.key, reed.muted, reed.speaking, reed.level) == ("id of Reed", False, True, 0.51)
    assert reed.encryption == "end to end, unverified"
    assert not meeting.rows()[1].speaking  # no longer heard


def test_where_nothing_changed_the_very_same_rows_come_back() -> None:
    meeting = Meeting()
    meeting.comes("Reed", "Ada")
    first = meeting.rows()
    assert meeting.rows() is first
    meeting.changes("Reed", muted=False)
    second = meeting.rows()
    assert second is not first
    assert [one is other for one, other in zip(first, second, strict=True)] == [True, False, True]
    assert meeting.rows(Ada=FakeLevel(0.0, False)) is not first
    assert meeting.rows()[2] is first[2]  # heard, but silent: it looks as before


def test_thousands_are_not_made_anew_for_one() -> None:
    meeting = Meeting()
    meeting.happens(Resynced(tuple(Participant(PeerId(str(n)), f"Guest {n}") for n in range(3000))))
    before = meeting.rows()
    meeting.happens(ParticipantChanged(Participant(PeerId("7"), "Guest 7", hand=True)))
    after = meeting.rows()
    assert [index for index, (one, other) in enumerate(zip(before, after, strict=True)) if one is not other] == [8]


def test_a_touched_row_is_looked_at_again() -> None:
    meeting = Meeting()
    meeting.comes("Reed")
    meeting.rows()
    meeting.own.set_volume("id of Reed", 40)
    meeting.own.set_hushed("id of Reed", True)
    meeting.own.set_hidden("id of Reed", True)
    meeting.crowd.touch("id of Reed")
    meeting.crowd.touch("somebody who left")
    reed = meeting.rows()[1]
    assert (reed.volume, reed.hushed, reed.hidden) == (40, True, True)
    assert meeting.crowd.person("id of Reed") is reed
    assert meeting.crowd.person("somebody who left") is None


@pytest.mark.parametrize("touch", [True, False])
def test_who_is_heard_when_they_leave_is_gone(touch: bool) -> None:
    meeting = Meeting()
    meeting.comes("Ana", "Ben")
    id = "id of Ana"
    meeting.crowd.people(meeting.roster, {} if touch else {id: FakeLevel(0.5, True)}, meeting.own, OURSELVES)
    if touch:
        meeting.crowd.touch(id)
    meeting.happens(ParticipantLeft(PeerId(id), "Ana", "left"))
    left = meeting.crowd.people(meeting.roster, {id: FakeLevel(0.5, True)}, meeting.own, OURSELVES)
    assert [person.name for person in left] == ["Wren", "Ben"]


def test_hands_are_numbered_as_they_went_up() -> None:
    meeting = Meeting()
    meeting.comes("Reed", "Ada", "Finch")
    meeting.changes("Finch", hand=True)
    meeting.changes("Reed", hand=True)
    meeting.roster.raised(ME, True)
    meeting.changes("Ada", hand=True)
    assert [(person.name, person.hand_order) for person in meeting.rows()[1:]] == [
        ("Reed", 2), ("Ada", 4), ("Finch", 1),
    ]  # fmt: skip
    meeting.changes("Finch", muted=False)  # anything else leaves the order as it is
    assert meeting.roster.hands == ("id of Finch", "id of Reed", ME, "id of Ada")
    meeting.changes("Finch", hand=False)
    meeting.goes("Reed")
    assert [person.hand_order for person in meeting.rows()[1:]] == [2, 0]


def test_who_came_when_is_kept_over_changes() -> None:
    meeting = Meeting()
    meeting.comes("Reed", "Ada")
    meeting.changes("Reed", hand=True)
    assert [person.order for person in meeting.rows()[1:]] == [1, 2]
    meeting.goes("Reed")
    meeting.comes("Reed")
    assert [(person.name, person.order) for person in meeting.rows()[1:]] == [("Ada", 2), ("Reed", 3)]


def test_all_ids_can_be_new_at_once_and_stand_in_another_order() -> None:
    meeting = Meeting()
    meeting.comes("Reed", "Ada")
    meeting.rows()
    reed, ada = meeting.roster.here.values()
    meeting.happens(Resynced((ada, reed)))
    assert [person.name for person in meeting.rows()] == ["Wren", "Ada", "Reed"]


def test_names_that_look_like_others_are_marked_for_as_long_as_they_do() -> None:
    meeting = Meeting()
    meeting.comes("Reed", "Ada", "Wrеn")  # with a Cyrillic letter
    assert [person.mark for person in meeting.rows()] == ["", "", "", "name like yours"]
    meeting.comes("Rееd")  # with two
    assert meeting.row("Reed").mark == "name like another's"
    assert meeting.row("Rееd").mark == "name like another's"
    meeting.changes("Rееd", name="Reeds")
    assert meeting.row("Reed").mark == ""
    meeting.comes("REED")
    assert meeting.row("Reed").mark == "name like another's"
    meeting.goes("REED")
    assert meeting.row("Reed").mark == ""


def test_machines_are_told_by_the_service_else_by_their_name() -> None:
    meeting = Meeting()
    meeting.comes("Reed", "Recorder", "Ada")
    meeting.changes("Ada", kind="bot")
    assert [(person.kind, person.kind_told) for person in meeting.rows()[1:]] == [
        ("", False), ("recorder", False), ("bot", True),
    ]  # fmt: skip
    assert list(meeting.crowd.machines) == ["Recorder", "Ada"]
    meeting.changes("Recorder", name="Robin")
    meeting.rows()
    assert list(meeting.crowd.machines) == ["Ada"]


NAMES = st.sampled_from(["Reed", "Rееd", "REED", "reed", "Ada", "Wren", "wren", "Рееd", "Νina", "nina", "vina"])


@given(st.lists(st.tuples(st.sampled_from("abcdef"), NAMES | st.none()), max_size=30))
def test_marks_are_what_comparing_everybody_with_everybody_would_say(steps) -> None:
    alike = Alike("Wren")
    here: dict[str, str] = {}
    marked: dict[str, str] = {}
    for id, name in steps:
        if name is None:
            others = alike.forget(PeerId(id))
            here.pop(id, None)
            marked.pop(id, None)
        else:
            others = alike.name(PeerId(id), name) | {PeerId(id)}
            here[id] = name
        marked |= {one: alike.mark(one) for one in others if one in here}  # only those it says to look at again
    for id, name in here.items():
        twins = [other for key, other in here.items() if key != id and confusable(name, other)]
        wanted = "name like yours" if confusable(name, "Wren") else "name like another's" if twins else ""
        assert marked[id] == wanted


@pytest.mark.parametrize("count", [1, 50])
def test_one_who_goes_leaves_nothing_behind(count: int) -> None:
    alike = Alike("Wren")
    for number in range(count):
        alike.name(PeerId(str(number)), "Reed")
    for number in range(count):
        alike.forget(PeerId(str(number)))
    assert alike._bearers == {}
