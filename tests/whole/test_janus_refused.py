"""Rooms on Debian's Janus that refuse: each tells why in one sentence, and the program ends as is documented."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from net.services import secret
from tests.whole.meetings import TONES, Table, hears, media, table
from tests.whole.outside import Scripted

KEY = "#" + secret.written(bytes(range(1, 17)))
ROOMS = "\n".join(
    f'room-{number}: {{ description="test" notify_joining=true {more} }}'
    for number, more in (
        (1, 'publishers=12 videocodec="h264"'),
        (2, 'publishers=1 videocodec="vp8"'),
        (3, 'publishers=12 pin="4242"'),
        (4, 'publishers=12 audiocodec="pcmu" videocodec="vp8"'),
    )
)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    """One server for all."""
    with table(tmp_path_factory.mktemp("refused"), rooms=ROOMS, with_relay=False) as made:
        yield made


def sits(here: Table, name: str, room: str) -> Scripted:
    return here.person(name, "join", "-", *media(name), link=f"{here.url}?room={room}")


@pytest.mark.parametrize(
    ("room", "status", "sentence"),
    [
        ("9", 4, "There is no such room on this server; check the number in the link."),
        ("3", 8, "The room asks for a PIN."),
        ("3&pin=1111", 8, "The room does not take this PIN."),
        ("1&plugin=audiobridge", 4, "There is no such room on this server; check the number in the link."),
    ],
    ids=["no room", "no pin", "another pin", "another kind"],
)
def test_who_is_not_let_in_is_told_why(here: Table, room: str, status: int, sentence: str) -> None:
    alice = sits(here, "alice", room)
    assert alice.finish() == status
    (error,) = alice.of("error")
    assert (error["status"], error["message"]) == (status, sentence)
    assert len(alice.errors) == 1
    assert "1111" not in str(alice.lines) + str(alice.errors)


def test_a_room_with_no_place_left_to_speak_in_is_full(here: Table) -> None:
    """Janus says so only when one has come in already and offers to speak."""
    alice = sits(here, "alice", "2")
    alice.wait_for("joined")
    alice.until(lambda one: any(row["fact"] == "voice is live" for row in one.of("disclosure")))
    bob = sits(here, "bob", "2")
    assert bob.finish() == 4
    (error,) = bob.of("error")
    assert error["message"] == "The room is full: nobody else can speak in it; try again later."
    alice.stop()
    assert alice.finish() == 0


def shows(person: Scripted) -> bool:
    """Whether somebody's picture left."""
    return any(row["fact"] == "picture is live" for row in person.of("disclosure"))


@pytest.mark.parametrize(
    ("room", "why", "heard"),
    [
        (f"1{KEY}", "your camera is no longer sent (the room takes no VP8 pictures)", True),
        ("1", "your camera is no longer sent (the room takes no VP8 pictures)", True),
        (f"4{KEY}", "your microphone is no longer sent (the room takes no Opus sound)", False),
    ],
    ids=["sealed without VP8", "without VP8", "sealed without Opus"],
)
def test_what_a_room_does_not_take_is_not_sent_and_that_is_said(here: Table, room: str, why: str, heard: bool) -> None:
    """Where it is to be sealed nothing goes unsealed in its place; what the room does take goes on."""
    people = {name: sits(here, name, room) for name in ("alice", "bob")}
    for person in people.values():
        person.until(lambda one: [line["text"] for line in one.of("notice")].count(why) == 1, 40)
        person.until(hears if heard else shows, 40)
    for person in people.values():
        person.stop()
    for name, person in people.items():
        assert person.finish() == 0
        for entry in person.of("left")[0]["participants"]:
            if heard:
                assert entry["seen_frames"] == 0
                assert abs(entry["tone_hz"] - TONES["bob" if name == "alice" else "alice"]) < 15
            else:
                assert entry["heard_s"] == 0.0
        operator = {(row["fact"], row["value"]) for row in person.of("disclosure") if row["audience"] == "operator"}
        went = {value for fact, value in operator if fact in ("voice is live", "picture is live")}
        assert went
        assert all(("encrypted" in value) is ("#" in room) for value in went), went
